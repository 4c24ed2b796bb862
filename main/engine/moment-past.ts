/**
 * A moment of the past from whatever knows most of it: what is recorded of the minutes before it, else what is stored of
 * them, which tells sums and means and says so. What only datagrams tell is refused in a sentence then.
 */

import type { HistoryApi } from '../../shared/model/history.ts';
import { type KnownName, NAME_ORIGINS } from '../../shared/model/knowledge.ts';
import type { MomentApi } from '../../shared/model/moment.ts';
import type { RecordedRange } from '../../shared/model/recording.ts';
import { type Client, type Handlers, RpcError } from '../../shared/rpc.ts';
import type { RecordedPast } from './recorded-past.ts';
import type { StoredMoment } from './stored-moment.ts';

const NOTHING_KEPT =
  'Nothing is kept of the minutes before this moment, neither recorded nor as sums; choose one that the line shows as kept.';
const ONLY_SUMS =
  'Only sums of minutes are left of this moment, as its recording has gone; this is told by the datagrams themselves.';

export type MomentPastOptions = {
  recorded: RecordedPast | null;
  stored: StoredMoment | null;
  /** Why there is nothing to tell where neither tells. */
  nothing?: string;
  /** What an address is called by now. */
  nameNow: (address: string) => KnownName | null;
};

type Recorded<Answer> = (
  history: Client<HistoryApi, Record<string, never>>,
  range: RecordedRange,
) => Promise<Answer>;

export function momentPast({
  recorded,
  stored,
  nothing = NOTHING_KEPT,
  nameNow,
}: MomentPastOptions): Handlers<MomentApi> {
  async function tell<Answer>(
    atMs: number,
    ofRecording: Recorded<Answer>,
    ofSums: ((stored: StoredMoment) => Promise<Answer>) | null,
  ): Promise<Answer> {
    let reason = nothing;
    const found = await recorded?.before(atMs, ofRecording).catch((error: unknown) => {
      // What was recorded cannot be read, and the sums may still be there.
      if (!(error instanceof RpcError) || error.kind !== 'missing') throw error;
      reason = error.message;
      return null;
    });
    if (found) return found;
    if (!stored || !(await stored.knows(atMs))) throw new RpcError('refused', reason);
    if (ofSums === null) throw new RpcError('refused', ONLY_SUMS);
    return ofSums(stored);
  }
  return {
    'moment.agents': (atMs, call) =>
      tell(
        atMs,
        (history, range) => history.call(null, 'moment.agents', [range, atMs], call?.signal),
        (sums) => sums.agents(atMs),
      ),
    'moment.health': (atMs, call) =>
      tell(atMs, (history, range) => history.call(null, 'moment.health', [range, atMs], call?.signal), null),
    'moment.hosts': (atMs, call) =>
      tell(
        atMs,
        (history, range) => history.call(null, 'moment.hosts', [range, atMs], call?.signal),
        (sums) => sums.hosts(atMs, call?.signal),
      ),
    'moment.metricDump': (atMs, agents, metrics, filter, call) =>
      tell(
        atMs,
        (history, range) =>
          history.call(null, 'moment.metricDump', [range, atMs, agents, metrics, filter], call?.signal),
        (sums) => sums.metricDump(atMs, agents, metrics, filter, call?.signal),
      ),
    'moment.locate': (atMs, text, limit, call) =>
      tell(
        atMs,
        (history, range) => history.call(null, 'moment.locate', [range, atMs, text, limit], call?.signal),
        null,
      ),
    async 'moment.names'(atMs, addresses, call) {
      const then = await recorded
        ?.before(atMs, (history, range) =>
          history.call(null, 'moment.names', [range, atMs, addresses], call?.signal),
        )
        .catch(() => null);
      return addresses.map((address, index) => betterName(then?.[index] ?? null, nameNow(address)));
    },
  };
}

/** Of a name of then and a name of now, the one from the better source; between equals that of then. */
function betterName(then: KnownName | null, now: KnownName | null): KnownName | null {
  if (then === null || now === null) return then ?? now;
  return NAME_ORIGINS.indexOf(then.origin) <= NAME_ORIGINS.indexOf(now.origin) ? then : now;
}
