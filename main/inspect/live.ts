/**
 * The inspector's questions to a live workspace, answered from the ring of its newest datagrams. A list is made
 * once and then grows by what arrived since, so that following the live edge costs what arrives and no more.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  DatagramDetail,
  DatagramExport,
  DatagramExportQuestion,
  DatagramFilter,
  DatagramList,
  DatagramListQuestion,
} from '../../shared/model/inspect.ts';
import type { Interval } from '../../shared/model/question.ts';
import { RpcError } from '../../shared/rpc.ts';
import type { FunctionContext } from '../flows/functions/context.ts';
import type { Endpoint } from '../sources/pcap-write.ts';
import { detailOf } from './detail.ts';
import { EVERYTHING, type Examiner, examinerFor } from './examine.ts';
import { Export } from './export.ts';
import type { DatagramRing } from './ring.ts';
import { Rows } from './rows.ts';

export type LiveInspectorOptions = {
  ring: DatagramRing;
  context: FunctionContext;
  /** Where the datagrams are received, for the headers of an export. */
  receiver: () => Endpoint;
};

type Index = { key: string; rows: Rows; examiner: Examiner; next: number };

/** Datagrams examined before others get a turn: a few milliseconds. */
const AT_A_TIME = 500;

export class LiveInspector {
  readonly #options: LiveInspectorOptions;
  #index: Index | null = null;
  /** The reading under way; the next one waits for it. */
  #reading: Promise<unknown> = Promise.resolve();

  constructor(options: LiveInspectorOptions) {
    this.#options = options;
  }

  /** Whether a range begins before all that the ring holds. */
  reachesBehind(interval: Interval | null): boolean {
    const { ring } = this.#options;
    return interval !== null && (ring.next === ring.first || interval.fromMs < ring.timeMs(ring.first));
  }

  /** Rows newest first. Throws RpcError 'refused' where the filter cannot be understood. */
  async list({ filter, offset, limit, upTo }: DatagramListQuestion): Promise<DatagramList> {
    const { ring } = this.#options;
    const { rows, examiner } = await this.#upToDate(filter);
    const { interval } = filter;
    const from = interval ? rows.before(interval.fromMs) : 0;
    const to = Math.min(
      interval ? rows.before(interval.toMs) : rows.count,
      upTo === null ? rows.count : rows.below(upTo + 1),
    );
    return {
      ...rows.answer({
        ...{ from, to: Math.max(from, to), only: filter.only, offset, limit, newestFirst: true },
        interval: interval ?? rows.extent() ?? { fromMs: 0, toMs: 1 },
      }),
      beyond: 0,
      examined: ring.next - ring.first,
      agents: examiner.agents.texts,
      sources: ring.senders.texts,
      records: examiner.records(),
      ring: {
        fromMs: ring.next > ring.first ? ring.timeMs(ring.first) : 0,
        datagrams: ring.next - ring.first,
        octets: ring.octets,
        limitOctets: ring.bytes.length,
      },
    };
  }

  /** The list of this filter (its time and `only` left aside) with all that has arrived. */
  #upToDate(filter: DatagramFilter): Promise<Index> {
    const reading = this.#reading.then(async () => {
      const lasting: DatagramFilter = { ...filter, interval: null, only: 'all' };
      const key = JSON.stringify(lasting);
      if (this.#index?.key !== key) {
        const examiner = examinerFor({ filter: lasting, context: this.#options.context });
        this.#index = { key, rows: new Rows(), examiner, next: this.#options.ring.first };
      }
      await this.#readOn(this.#index);
      return this.#index;
    });
    this.#reading = reading.catch(() => {});
    return reading;
  }

  async #readOn(index: Index): Promise<void> {
    const { ring } = this.#options;
    const { rows, examiner } = index;
    // What arrives while this reads is for the next time, so that it ends however much arrives.
    const end = ring.next;
    for (let id = Math.max(index.next, ring.first); id < end; id = Math.max(id + 1, ring.first)) {
      if (examiner.read(ring.bytes, ring.view, ring.start(id), ring.end(id), ring.timeMs(id)))
        rows.push(examiner.facts, id, id + 1, ring.sender(id));
      if (id % AT_A_TIME === 0) await nextTurn();
    }
    index.next = end;
    rows.dropBefore(ring.first);
  }

  /** One datagram whole, and which samples the filter means. Throws RpcError 'refused' where it has made room for newer ones. */
  get(id: number, filter: DatagramFilter | null): DatagramDetail {
    const { ring, receiver, context } = this.#options;
    if (!ring.has(id))
      throw new RpcError('refused', 'This datagram is no longer kept: newer ones have taken its place.');
    return detailOf(
      { id, timeMs: ring.timeMs(id), truncated: false },
      ring.bytes.slice(ring.start(id), ring.end(id)),
      { from: this.#sender(id), to: receiver() },
      { filter, context },
    );
  }

  #sender(id: number): Endpoint {
    const { ring } = this.#options;
    return { address: ring.senders.texts[ring.sender(id)]!, port: ring.port(id) };
  }

  /** The chosen datagrams, or those of a filter, as a pcap file, oldest first; at most what the ring holds. */
  async export({ what, form }: DatagramExportQuestion): Promise<DatagramExport> {
    const { ring, context } = this.#options;
    const filter = 'filter' in what ? what.filter : EVERYTHING;
    const examiner = examinerFor({ filter, context, keepFound: form === 'headers' });
    const made = new Export(form);
    const add = (id: number): void => {
      if (!ring.has(id)) return;
      const [start, end, timeMs] = [ring.start(id), ring.end(id), ring.timeMs(id)];
      if (!examiner.read(ring.bytes, ring.view, start, end, timeMs) || !examiner.wanted) return;
      const ends = () => ({ from: this.#sender(id), to: this.#options.receiver() });
      made.add(ring.bytes, start, end, timeMs, ends, examiner.headers);
    };
    if ('ids' in what) {
      for (const id of what.ids.toSorted((a, b) => a - b)) add(id);
      return made.finish();
    }
    const last = ring.next;
    for (let id = ring.first; id < last; id = Math.max(id + 1, ring.first)) {
      add(id);
      if (id % AT_A_TIME === 0) await nextTurn();
    }
    return made.finish();
  }
}
