/**
 * Lists that tell how things are (hosts, values of metrics) are of now under a range that ends now, of the moment that the
 * screens show, and under a range that lies in the past as of its end, where anything is kept of that.
 */
import { type ComputedRef, computed } from 'vue';
import type { AtMoment } from '../../shared/model/moment.ts';
import { RpcError } from '../../shared/rpc.ts';
import { useScope } from '../stores/scope.ts';
import { useWorkspaces } from '../stores/workspaces.ts';

/** A range that ended later than so long ago ends now. */
const NOW_MS = 60_000;

/** `atMs`: the moment that was chosen; else `endMs`: the end of a past range. Both null: now. */
export type Then = { atMs: number | null; endMs: number | null };

/** What was told, and the end of the range where it is as of then. */
export type AsOf<T> = AtMoment<T> & { asOfMs: number | null };

export function useThen(): ComputedRef<Then> {
  const scope = useScope();
  const workspaces = useWorkspaces();
  return computed(() => {
    const { interval, range, momentMs } = scope;
    const { status } = workspaces;
    const isRange = momentMs === null && status?.kind === 'live' && range.kind !== 'last';
    const isPast = isRange && interval !== null && interval.toMs < status.nowMs - NOW_MS;
    return { atMs: momentMs, endMs: isPast ? interval.toMs : null };
  });
}

/** Asks `at` of the moment or the end of the range, and `now` where it is now, or nothing is kept of that end. */
export async function askThen<T>(
  { atMs, endMs }: Then,
  at: (timeMs: number) => Promise<AtMoment<T>>,
  now: () => Promise<T>,
): Promise<AsOf<T>> {
  if (atMs !== null) return { ...(await at(atMs)), asOfMs: null };
  if (endMs === null) return { told: await now(), trendMinutes: null, asOfMs: null };
  try {
    return { ...(await at(endMs)), asOfMs: endMs };
  } catch (error) {
    if (!(error instanceof RpcError && error.kind === 'refused')) throw error;
    return { told: await now(), trendMinutes: null, asOfMs: null };
  }
}
