/**
 * A metric over time, from whatever knows most of it: memory, the recording read again, stored trends, or the server
 * elsewhere. Trends are means of minutes at the least, so a range that is short enough to show more is read from the
 * recording; over a longer one trends tell as much at once, and the recording is read only where they lack the metric.
 */
import type { FlowDefinition } from '../../shared/model/definition.ts';
import type { MetricSeries, MetricSeriesQuestion } from '../../shared/model/metric.ts';
import type { Interval } from '../../shared/model/question.ts';
import type { Call } from '../../shared/rpc.ts';
import { splitSource } from '../metrics/metric-list.ts';
import { linesOf } from '../metrics/metric-table.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { RecordedPast } from './recorded-past.ts';
import type { StoredPast } from './stored-past.ts';

/** Memory knows of anything that is younger. */
const IN_MEMORY_MS = 120_000;
/** The first value that memory has may be of an interval that began so much before. */
const FIRST_INTERVAL_MS = 120_000;
/** A longer range has as many minutes as a chart shows. */
const FINE_RANGE_MS = 3_600_000;
const MINUTE_MS = 60_000;

export type MetricPastOptions = {
  metrics: Metrics;
  definitionOf: (name: string) => FlowDefinition | null;
  stored: StoredPast | null;
  recorded: RecordedPast | null;
  nowMs: () => number;
};

export class MetricPast {
  readonly #options: MetricPastOptions;

  constructor(options: MetricPastOptions) {
    this.#options = options;
  }

  async series(asked: MetricSeriesQuestion, call?: Call<MetricSeries>): Promise<MetricSeries> {
    const { metrics, stored, recorded, nowMs } = this.#options;
    const memory = metrics.metricSeries(asked);
    const { interval } = asked;
    if (!interval || nowMs() - interval.fromMs < IN_MEMORY_MS) return memory;
    const first = memory.values.findIndex(Number.isFinite);
    const memoryFromMs = first < 0 ? Number.POSITIVE_INFINITY : memory.timesMs[first]! - FIRST_INTERVAL_MS;
    if (interval.fromMs >= memoryFromMs) return memory;
    const question = { ...asked, interval };
    const found = (await stored?.metricSeries(question, metrics, memoryFromMs)) ?? null;
    const recordedFromMs = recorded?.fromMs ?? Number.POSITIVE_INFINITY;
    const trendsFromMs = (stored?.minutes?.first ?? Number.POSITIVE_INFINITY) * MINUTE_MS;
    const here = Math.min(memoryFromMs, trendsFromMs, recordedFromMs);
    const far = await stored?.farMetricSeries(question, metrics, here);
    if (far) return far;
    const knownFromMs = Math.min(memoryFromMs, found === null ? Number.POSITIVE_INFINITY : trendsFromMs);
    const recording = await this.#recorded(question, knownFromMs, call);
    const known = recording ?? found;
    if (known) return known;
    // What was told by a script is in no recording, and a series that found no room any more may still be there.
    return (await stored?.farMetricSeries(question, metrics, memoryFromMs)) ?? memory;
  }

  /** What the recording tells; null where something else tells as much. */
  async #recorded(
    question: MetricSeriesQuestion & { interval: Interval },
    knownFromMs: number,
    call: Call<MetricSeries> | undefined,
  ): Promise<MetricSeries | null> {
    const { recorded, definitionOf } = this.#options;
    const { interval } = question;
    if (recorded === null) return null;
    const isFine = interval.toMs - interval.fromMs <= FINE_RANGE_MS;
    const unlessFromMs = isFine
      ? Math.max(knownFromMs, interval.fromMs) + MINUTE_MS
      : // One that reaches further back than all that is stored tells more.
        knownFromMs - MINUTE_MS;
    if (!isFine && unlessFromMs <= interval.fromMs) return null;
    const isLine = (text: string): boolean => linesOf(text).length > 0;
    const isName = (text: string): boolean => isLine(text) || definitionOf(text) !== null;
    const { name } = splitSource(question.metric, isName);
    const definition = isLine(name) ? null : definitionOf(name);
    const answer = await recorded.metricSeries(question, definition, unlessFromMs, call);
    return answer?.values.some(Number.isFinite) ? answer : null;
  }
}
