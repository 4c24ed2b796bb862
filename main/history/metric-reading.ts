/**
 * The recording read for metrics: through the metrics of the live engine, and where one of a flow definition is asked
 * through that definition, second by second as it ran. Counters of every kind are kept, so that one reading serves all
 * metrics of the range.
 */
import type { FlowDefinition } from '../../shared/model/definition.ts';
import { metricLeadMs, metricTrailMs } from '../../shared/model/history.ts';
import type { Topology } from '../../shared/model/knowledge.ts';
import type { MetricSeries, MetricSeriesQuestion } from '../../shared/model/metric.ts';
import type { Interval } from '../../shared/model/question.ts';
import type { RecordedRange } from '../../shared/model/recording.ts';
import { type AbortLike, RpcError } from '../../shared/rpc.ts';
import { documentsInMemory } from '../engine/documents.ts';
import { FlowDefinitions } from '../flows/definitions.ts';
import type { FunctionContext } from '../flows/functions/context.ts';
import type { PortRole } from '../flows/merge.ts';
import { MOST_NUMBERS } from '../metrics/counters.ts';
import { keptOf } from '../metrics/flow-seconds.ts';
import { Metrics } from '../metrics/metrics.ts';
import type { ReadsElsewhere } from '../recording/read.ts';
import { Network } from '../samples/network.ts';
import { RangeReader } from './range-reader.ts';

const SECOND_MS = 1000;
/** How often it is looked whether the counters still have room. */
const ROOM_EVERY_MS = 60_000;
/** After a pause the seconds of a smoothed value that have died away are not gone through. */
const MOST_SILENT_SECONDS = 3600;

export type MetricReadingOptions = {
  /** What the metric is of, where it is no counter. */
  definition: FlowDefinition | null;
  /** What is asked, which it is made to hold. */
  interval: Interval;
  /** Only this agent's datagrams; null: all. */
  agent: string | null;
  context: FunctionContext;
  topology: () => Topology | null;
  portRole: PortRole;
  readElsewhere?: ReadsElsewhere | undefined;
};

export class MetricReading {
  readonly network = new Network();
  readonly reader: RangeReader;
  fromMs: number;
  readonly #metrics: Metrics;
  readonly #definitions: FlowDefinitions | null;
  readonly #definition: FlowDefinition | null;
  readonly #keptMs: number;
  #started = false;
  #atMs = Number.NEGATIVE_INFINITY;
  #roomMs = Number.NEGATIVE_INFINITY;

  constructor(options: MetricReadingOptions) {
    const { definition, interval, agent, context, topology, portRole, readElsewhere } = options;
    this.fromMs = interval.fromMs;
    const { network } = this;
    const nowMs = (): number => this.#atMs;
    const readMs = interval.toMs - interval.fromMs + metricLeadMs(definition) + metricTrailMs(definition);
    const kept = keptOf(readMs);
    this.#keptMs = kept.slots * kept.slotSeconds * SECOND_MS;
    this.#definition = definition;
    const definitions = definition
      ? new FlowDefinitions({
          ...{ network: () => network, documents: documentsInMemory(), context, nowMs, portRole },
          knowsTopology: () => Object.keys(topology()?.nodes ?? {}).length > 0,
        })
      : null;
    this.#definitions = definitions;
    const metrics = new Metrics({
      ...{ network: () => network, keepCountersMs: Number.POSITIVE_INFINITY, topology, nowMs },
      ...{ flows: definitions, kept: () => kept, provenance: 'recording' },
    });
    this.#metrics = metrics;
    this.reader = new RangeReader({
      ...{ network, agent, without: definitions ? null : 'frames', readElsewhere },
      passing: (timeMs) => this.isReadTo(timeMs),
      sink: {
        flow: (sample) => definitions?.frame(sample),
        request: (sample) => definitions?.request(sample),
        discarded: (sample) => definitions?.discarded(sample),
        counters: (...sample) => void metrics.observe(...sample),
        other: (...sample) => metrics.otherSample(...sample),
        arrival() {},
        restarted: (restarted) => metrics.restarted(restarted),
      },
    });
  }

  /**
   * Reads what of a range it has not read yet, as `RangeReader` does. Rejects with RpcError 'refused' where there are more
   * counters than can be held.
   */
  async readOn(
    range: RecordedRange,
    signal: AbortLike | undefined,
    read: (part: number) => void,
  ): Promise<void> {
    if (!this.#started && this.#definition) {
      const { name, ...input } = this.#definition;
      await this.#definitions!.put(name, input, 'weir');
    }
    this.#started = true;
    await this.reader.readOn(range, signal, read);
  }

  /** Forgets what lies before a time, so that what follows the clock does not grow. */
  forget(beforeMs: number): void {
    this.#metrics.counters.forget(beforeMs);
    this.fromMs = beforeMs;
  }

  /** Whether it can hold all of a range to its end: of flow definitions the newest values push out the oldest. */
  holds({ fromMs, toMs }: Interval): boolean {
    return this.#definitions === null || Math.max(toMs, this.#atMs) - fromMs <= this.#keptMs;
  }

  /** What is known by now. */
  series(question: MetricSeriesQuestion & { interval: Interval }): MetricSeries {
    return this.#metrics.metricSeries(question);
  }

  /** All datagrams from before a time were read: the seconds that are over are noted, as the live engine does each second. */
  isReadTo(timeMs: number): void {
    const definitions = this.#definitions;
    const lastMs = Math.floor(timeMs / SECOND_MS) * SECOND_MS;
    if (lastMs <= this.#atMs) return;
    if (definitions) {
      const firstMs =
        lastMs - Math.min((lastMs - this.#atMs) / SECOND_MS - 1, MOST_SILENT_SECONDS) * SECOND_MS;
      for (let secondMs = firstMs; secondMs <= lastMs; secondMs += SECOND_MS) {
        this.#atMs = secondMs;
        definitions.tick(secondMs);
        this.#metrics.flowSeconds.note(definitions, secondMs);
      }
    }
    this.#atMs = lastMs;
    if (lastMs - this.#roomMs < ROOM_EVERY_MS) return;
    this.#roomMs = lastMs;
    if (this.#metrics.counters.numbers > MOST_NUMBERS)
      throw new RpcError(
        'refused',
        'The counters of this range are more than can be held at once; choose a shorter range, or one agent.',
      );
  }
}
