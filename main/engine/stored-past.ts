/**
 * What lies behind the memory of a live workspace: questions about minutes that were stored, and what an earlier
 * run told of the network.
 */
import type { ClickHousePastApi } from '../../shared/model/clickhouse.ts';
import type { MetricSeries, MetricSeriesQuestion } from '../../shared/model/metric.ts';
import type { FlowAnswer, FlowQuestion, Gap, Interval } from '../../shared/model/question.ts';
import { TREND_LEVELS, type TrendLevel } from '../../shared/model/storage.ts';
import type { StoreApi, StoredArrivals, StoredFlows, StoreStatus } from '../../shared/model/store.ts';
import type { Client } from '../../shared/rpc.ts';
import { NO_CONTEXT } from '../flows/functions/context.ts';
import { keysOfStored } from '../flows/stored-keys.ts';
import { FlowTable } from '../flows/table.ts';
import { Counters } from '../metrics/counters.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Arrivals } from '../samples/arrivals.ts';
import type { Network } from '../samples/network.ts';
import { chooseStep, stepFor } from './choose-step.ts';
import { alignedSpan, flowAnswer, type Span } from './flow-answer.ts';
import { gapsBetween, stretchesOf } from './gaps.ts';
import { definitionOf, type MinuteWriter, type Stored } from './minute-writer.ts';
import { restore, restoreCounters } from './minutes.ts';
import type { ByPath } from './ports.ts';
import { MEMORY_SECONDS } from './standing.ts';
import { type Counted, storedAs, tableFor } from './table-for.ts';
import { trendLevel } from './trend-level.ts';

/** A chart of a metric has about so many points. */
const MOST_POINTS = 900;
/** The definition of no keys: samples by path. */
const EVERY_PATH = { keys: '', filter: '', counts: '' };

export type EngineStore = Client<StoreApi & ClickHousePastApi, Record<string, never>>;

type Port = { agent: string; ifIndex: number };
/** The samples by path, and counters. */

export type StoredPastOptions = {
  store: EngineStore;
  writer: MinuteWriter;
  network: Network;
  startedMs: number;
  nowMs: () => number;
  /** When minutes of a question were not kept, between times when they were. */
  pausesOf: (question: FlowQuestion, interval: Interval) => Gap[];
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

  /** Width in minutes of the finest trend that is left of the time at which a range begins. */
  #finestOf({ fromMs }: Interval): TrendLevel {
    return trendLevel(1, Math.floor(fromMs / 60_000), this.#levels).level;
  }

  /** The stretches in which something was heard and its sums are stored, oldest first, as fine as can be seen. */
  async covered(): Promise<Interval[]> {
    const { minutes } = this;
    return minutes ? this.#stretchesHeard(minutes.first, minutes.last + 1) : [];
  }

  /** From when on minutes of a question are stored; infinite where there are none. */
  async firstMs(question: Counted): Promise<number> {
    const first = await this.#options.store.call(null, 'firstMinute', [storedAs(question)]);
    return first === null ? Number.POSITIVE_INFINITY : first * 60_000;
  }

  /**
   * Answers a question that somebody asks of the past, as of a definition whose minutes are stored from `firstMs` on;
   * null where it was not stored.
   */
  async flows(question: FlowQuestion, asked: Interval, firstMs: number): Promise<FlowAnswer | null> {
    const { store, network, nowMs } = this.#options;
    const wanted = Math.ceil(stepFor(question.stepMs, asked.toMs - asked.fromMs) / 60_000);
    const fromMinute = Math.floor(asked.fromMs / 60_000);
    const { level, stepMinutes } = trendLevel(wanted, fromMinute, this.#levels);
    const span = alignedSpan(asked, stepMinutes * 60_000, 60_000);
    const { fromBucket, toBucket } = span;
    const definition = storedAs(question);
    const stored = await store.call(null, 'flows', [definition, level, fromBucket, toBucket]);
    if (stored === null) return null;
    const table = await this.#tableOf(question.keys, stored);
    const arrivals = await store.call(null, 'arrivals', [level, fromBucket, toBucket]);
    return {
      ...flowAnswer(question, table, network, span, {
        ...arrivalsOf(arrivals, question, span),
        provenance: 'minutes',
        completeFromMs: Math.max(span.interval.fromMs, firstMs),
        completeToMs: Math.min(span.interval.toMs, nowMs()),
        gaps: this.#options.pausesOf(question, span.interval),
      }),
      trendMinutes: level,
    };
  }

  /**
   * The answer from the server elsewhere that has what is stored as well, where a range begins before `localMs`, from
   * when on something here knows as much; null where nothing is to be had there. Rejects with its sentence.
   */
  async far(question: FlowQuestion, asked: Interval, localMs: number): Promise<FlowAnswer | null> {
    const { store, network } = this.#options;
    const far = this.#farOf(asked, localMs);
    if (far === null) return null;
    const stepMinutes = Math.ceil(stepFor(question.stepMs, asked.toMs - asked.fromMs) / 60_000);
    const span = alignedSpan(asked, stepMinutes * 60_000, 60_000);
    const { fromBucket, toBucket } = span;
    const range = [stepMinutes, fromBucket, toBucket] as const;
    const found = await store.call(null, 'clickhouse.past', [storedAs(question), ...range]);
    if (found === null || found.flows.pathOf.length === 0) return null;
    return flowAnswer(question, await this.#tableOf(question.keys, found.flows), network, span, {
      ...arrivalsOf(found.arrivals, question, span),
      provenance: 'clickhouse',
      completeFromMs: Math.max(span.interval.fromMs, far.fromMs),
      completeToMs: Math.min(span.interval.toMs, far.toMs),
    });
  }

  /** What the server elsewhere has, where a range begins before `localMs` and that has some of it; else null. */
  #farOf(asked: Interval, localMs: number): Interval | null {
    const far = this.#options.writer.status?.far ?? null;
    if (far === null || asked.fromMs + 60_000 > localMs) return null;
    const [fromMs, toMs] = [far.first * 60_000, (far.last + 1) * 60_000];
    return fromMs >= Math.min(localMs, asked.toMs) || toMs <= asked.fromMs ? null : { fromMs, toMs };
  }

  /** The same for the samples by path, and the counters of one port or of all. */
  async farByPath(interval: Interval, port: Port | null, localMs: number): Promise<ByPath | null> {
    const { store, network, nowMs } = this.#options;
    if (this.#farOf(interval, localMs) === null) return null;
    const stepMinutes = Math.ceil(chooseStep(interval.toMs - interval.fromMs) / 60_000);
    const from = Math.floor(interval.fromMs / 60_000 / stepMinutes) * stepMinutes;
    const range = [stepMinutes, from, Math.ceil(interval.toMs / 60_000) + 1] as const;
    const flows = await store.call(null, 'clickhouse.past', [EVERY_PATH, ...range]);
    const told = await store.call(null, 'clickhouse.counters', [port, ...range]);
    if (flows === null || told === null) return null;
    if (flows.flows.pathOf.length === 0 && told.length === 0) return null;
    const table = new FlowTable([]);
    await restore(flows.flows, table, network, nowMs(), { bucketsPerMinute: 1 / stepMinutes });
    const counters = new Counters();
    restoreCounters(counters, network, told, nowMs());
    // Ports that nothing here remembers.
    for (const { agent, input, output } of flows.flows.paths)
      for (const ifIndex of [input, output]) network.find(agent)?.interface(ifIndex);
    for (const { agent, ifIndex } of told) network.find(agent)?.interface(ifIndex);
    const paths = { table, originMs: 0, stepMs: stepMinutes * 60_000 };
    const heard = flows.arrivals.map(({ minute }) => minute);
    const gaps = this.#gapsIn(interval, stretchesOf(heard, stepMinutes));
    return { network, counters, paths, provenance: 'clickhouse', gaps };
  }

  /** The same for a metric. */
  async farMetricSeries(
    question: MetricSeriesQuestion & { interval: Interval },
    metrics: Metrics,
    localMs: number,
  ): Promise<MetricSeries | null> {
    const { interval } = question;
    const far = this.#farOf(interval, localMs);
    if (far === null) return null;
    const wanted = pointMinutes(interval);
    const from = Math.floor(interval.fromMs / 60_000 / wanted) * wanted;
    const range = [wanted, from, Math.ceil(interval.toMs / 60_000)] as const;
    const selection = metrics.storedSelection(question);
    const found = await this.#options.store.call(null, 'clickhouse.metrics', [selection, ...range]);
    return found && found.length > 0 ? metrics.storedSeries(question, found, wanted, 'clickhouse') : null;
  }

  /**
   * The samples by path, and the counters of one port or of all, of a range. Its middle is read from the coarsest
   * trend that fits, its ends minute by minute.
   */
  async byPath(interval: Interval, port: Port | null): Promise<ByPath> {
    const { store, network, nowMs } = this.#options;
    const table = new FlowTable([]);
    const from = Math.floor(interval.fromMs / 60_000);
    const to = Math.ceil(interval.toMs / 60_000);
    const step = Math.ceil(chooseStep(interval.toMs - interval.fromMs) / 60_000);
    const { level } = trendLevel(step, from, this.#levels);
    const first = Math.min(to, Math.ceil(from / level) * level);
    const last = Math.max(first, Math.floor(to / level) * level);
    const parts: [TrendLevel, number, number][] = [
      [1, from, first],
      [level, first, last],
      [1, last, to],
    ];
    for (const [at, begin, end] of parts) {
      if (end <= begin) continue;
      const stored = await store.call(null, 'flows', [EVERY_PATH, at, begin, end]);
      if (stored) await restore(stored, table, network, nowMs());
    }
    const counters = new Counters();
    restoreCounters(
      counters,
      network,
      await store.call(null, 'counters', [interval.fromMs, interval.toMs + 60_000, port]),
      nowMs(),
    );
    const paths = { table, originMs: 0, stepMs: 60_000 };
    const trendMinutes = this.#finestOf(interval);
    const gaps = this.#gapsIn(interval, await this.#stretchesHeard(from, to));
    return { network, counters, paths, provenance: 'minutes', trendMinutes, gaps };
  }

  /**
   * A metric behind memory, from trends; null where they know no more than memory, whose first value is of
   * `memoryFromMs`.
   */
  async metricSeries(
    question: MetricSeriesQuestion & { interval: Interval },
    metrics: Metrics,
    memoryFromMs: number,
  ): Promise<MetricSeries | null> {
    const { fromMs, toMs } = question.interval;
    const stored = this.minutes;
    if (!stored || stored.first * 60_000 >= memoryFromMs || fromMs >= memoryFromMs) return null;
    const from = Math.floor(fromMs / 60_000);
    const { level } = trendLevel(pointMinutes(question.interval), from, this.#levels);
    const range = [Math.floor(from / level) * level, Math.ceil(toMs / 60_000)] as const;
    const selection = metrics.storedSelection(question);
    const found = await this.#options.store.call(null, 'metrics', [selection, level, ...range]);
    if (!found.some(({ minutes }) => minutes[0]! * 60_000 < memoryFromMs)) return null;
    return metrics.storedSeries(question, found, level);
  }

  /** The stretches of the minutes from ≤ minute < to in which anything was heard of anybody, as fine as can be seen. */
  async #stretchesHeard(from: number, to: number): Promise<Interval[]> {
    const finest = (to - 1 - from) / MOST_POINTS;
    const wanted = TREND_LEVELS.find((one) => one >= finest) ?? 1440;
    const { level } = trendLevel(wanted, from, this.#levels);
    const rows = await this.#options.store.call(null, 'arrivals', [
      level,
      Math.floor(from / level) * level,
      to,
    ]);
    const minutes = rows.map(({ minute }) => minute);
    return stretchesOf(minutes, level);
  }

  /** What of a range is not among what was heard; the future is no gap. */
  #gapsIn({ fromMs, toMs }: Interval, heard: readonly Interval[]): Gap[] {
    return gapsBetween({ fromMs, toMs: Math.min(toMs, this.#options.nowMs()) }, heard, 'not heard');
  }

  get #levels(): StoreStatus['levels'] {
    return this.#options.writer.status?.levels ?? [];
  }

  /** A table of stored rows, whose texts are kept apart from those of live traffic. */
  async #tableOf(names: readonly string[], stored: StoredFlows): Promise<FlowTable> {
    const { network, nowMs } = this.#options;
    const { keys, numberOf } = keysOfStored(tableFor(names, null, NO_CONTEXT).keys);
    const table = new FlowTable(names, { keys });
    await restore(stored, table, network, nowMs(), { numberOf });
    return table;
  }

  /** What an earlier run told of the network, and how minutes that it wrote to are taken up again. */
  async recall(tables: () => readonly Stored[], arrivals: Arrivals): Promise<void> {
    const { store, writer, network, startedMs } = this.#options;
    const status = await store.call(null, 'status', []);
    writer.status = status;
    const known = await store.call(null, 'network', []);
    const heardMs = status.minutes ? status.minutes.last * 60_000 : startedMs;
    for (const { agent, name } of known.agents)
      Object.assign(network.agentByText(agent, heardMs) ?? {}, { name });
    for (const { agent, ifIndex, name, speed } of known.interfaces)
      Object.assign(network.find(agent)?.interface(ifIndex) ?? {}, { name, speed });
    await writer.resume(status.minutes?.last ?? Number.NEGATIVE_INFINITY, async (minute) => {
      for (const one of tables()) {
        const flows = await store.call(null, 'flows', [definitionOf(one), 1, minute, minute + 1]);
        if (flows) await restore(flows, one.table, network, startedMs, { bucketsPerMinute: 60 });
      }
      for (const row of await store.call(null, 'arrivals', [1, minute, minute + 1]))
        arrivals.restore(network.find(row.agent)?.index ?? -1, minute * 60, row.received, row.lost);
    });
  }
}

/** Minutes of a point of a metric's chart. */
const pointMinutes = ({ fromMs, toMs }: Interval): number =>
  Math.max(1, Math.ceil((toMs - fromMs) / 60_000 / MOST_POINTS));

/** What arrived in the scope of a question, per bucket of its answer. */
function arrivalsOf(
  rows: readonly StoredArrivals[],
  { scope }: FlowQuestion,
  { fromBucket, bucketsPerStep, bucketCount }: Span,
): { received: Float64Array; lost: Float64Array } {
  const received = new Float64Array(bucketCount);
  const lost = new Float64Array(bucketCount);
  for (const row of rows) {
    if (scope.agent !== null && row.agent !== scope.agent) continue;
    const at = Math.floor((row.minute - fromBucket) / bucketsPerStep);
    received[at]! += row.received;
    lost[at]! += row.lost;
  }
  return { received, lost };
}
