/**
 * What lies behind the memory of a live workspace: questions about minutes that were stored, and what an earlier
 * run told of the network.
 */
import type { FlowAnswer, FlowQuestion, Interval } from '../../shared/model/question.ts';
import type { StoreApi, StoreStatus } from '../../shared/model/store.ts';
import { type Client, RpcError } from '../../shared/rpc.ts';
import { NO_CONTEXT } from '../flows/functions/context.ts';
import { FlowTable } from '../flows/table.ts';
import { Counters } from '../metrics/counters.ts';
import type { Arrivals } from '../samples/arrivals.ts';
import type { Network } from '../samples/network.ts';
import { stepFor } from './choose-step.ts';
import { alignedSpan, flowAnswer } from './flow-answer.ts';
import type { MinuteWriter, Stored } from './minute-writer.ts';
import { restore, restoreCounters } from './minutes.ts';
import type { PathTable } from './ports.ts';
import { MEMORY_SECONDS } from './standing.ts';
import { tableFor } from './table-for.ts';

export type EngineStore = Client<StoreApi, Record<string, never>>;

export type StoredPastOptions = {
  store: EngineStore;
  writer: MinuteWriter;
  network: Network;
  startedMs: number;
  nowMs: () => number;
};

export class StoredPast {
  readonly #options: StoredPastOptions;

  constructor(options: StoredPastOptions) {
    this.#options = options;
  }

  get minutes(): StoreStatus['minutes'] {
    return this.#options.writer.status?.minutes ?? null;
  }

  /** Whether minutes are stored from before this run. */
  get ranBefore(): boolean {
    const { minutes } = this;
    return minutes !== null && minutes.first < Math.floor(this.#options.startedMs / 60_000);
  }

  /**
   * Whether a question must be answered from stored minutes: it begins before memory does, and minutes from
   * before that are stored. The minute in which the engine started is whole in memory.
   */
  isNeededFor(interval: Interval): boolean {
    const { startedMs, nowMs } = this.#options;
    const memoryFromMs = Math.max(
      Math.floor(startedMs / 60_000) * 60_000,
      nowMs() - (MEMORY_SECONDS - 30) * 1000,
    );
    const stored = this.minutes;
    if (!stored || interval.fromMs >= memoryFromMs) return false;
    const lastBefore = Math.min(stored.last + 1, memoryFromMs / 60_000) * 60_000;
    return (
      stored.first * 60_000 < memoryFromMs &&
      lastBefore > interval.fromMs &&
      stored.first * 60_000 < interval.toMs
    );
  }

  async flows(question: FlowQuestion, asked: Interval): Promise<FlowAnswer> {
    const { store, network, nowMs } = this.#options;
    const step = Math.ceil(stepFor(question.stepMs, asked.toMs - asked.fromMs) / 60_000) * 60_000;
    const span = alignedSpan(asked, step, 60_000);
    const { fromBucket, toBucket } = span;
    const definition = question.keys.join(',');
    const minutes = await store.call(null, 'flows', [definition, fromBucket, toBucket]);
    if (minutes === null)
      throw new RpcError(
        'refused',
        `No minutes were stored by ${definition}; choose a range within the last ten minutes.`,
      );
    const table = tableFor(question.keys, null, NO_CONTEXT);
    restore(minutes, table, network, nowMs());
    const received = new Float64Array(span.bucketCount);
    const lost = new Float64Array(span.bucketCount);
    for (const row of await store.call(null, 'arrivals', [fromBucket, toBucket])) {
      if (question.scope.agent !== null && row.agent !== question.scope.agent) continue;
      const at = Math.floor((row.minute - fromBucket) / span.bucketsPerStep);
      received[at]! += row.received;
      lost[at]! += row.lost;
    }
    return flowAnswer(question, table, network, span, {
      received,
      lost,
      provenance: 'minutes',
      completeFromMs: span.interval.fromMs,
      completeToMs: Math.min(span.interval.toMs, nowMs()),
    });
  }

  /** The samples by path, and the counters, of a range. */
  async byPath(interval: Interval): Promise<{ paths: PathTable; counters: Counters }> {
    const { store, network, nowMs } = this.#options;
    const table = new FlowTable([]);
    const stored = await store.call(null, 'flows', [
      '',
      Math.floor(interval.fromMs / 60_000),
      Math.ceil(interval.toMs / 60_000),
    ]);
    if (stored) restore(stored, table, network, nowMs());
    const counters = new Counters();
    restoreCounters(
      counters,
      network,
      await store.call(null, 'counters', [interval.fromMs, interval.toMs + 60_000]),
      nowMs(),
    );
    return { paths: { table, originMs: 0, stepMs: 60_000 }, counters };
  }

  /** What an earlier run told of the network, and what this minute held before a restart. */
  async recall(tables: readonly Stored[], arrivals: Arrivals): Promise<void> {
    const { store, writer, network, startedMs } = this.#options;
    const status = await store.call(null, 'status', []);
    writer.status = status;
    const known = await store.call(null, 'network', []);
    const heardMs = status.minutes ? status.minutes.last * 60_000 : startedMs;
    for (const { agent, name } of known.agents)
      Object.assign(network.agentByText(agent, heardMs) ?? {}, { name });
    for (const { agent, ifIndex, name, speed } of known.interfaces)
      Object.assign(network.find(agent)?.interface(ifIndex) ?? {}, { name, speed });
    // The minute is written whole, not in part: what it held before the restart belongs to it.
    const minute = writer.openMinute;
    for (const { names, table } of tables) {
      const flows = await store.call(null, 'flows', [names.join(','), minute, minute + 1]);
      if (flows) restore(flows, table, network, startedMs, 60);
    }
    for (const row of await store.call(null, 'arrivals', [minute, minute + 1]))
      arrivals.restore(network.find(row.agent)?.index ?? -1, minute * 60, row.received, row.lost);
  }
}
