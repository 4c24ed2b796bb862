/**
 * What counter samples told since it was last asked, as readings of minutes for the store: each interval of each
 * numeric metric once. Where all of it fits into one turn, it is handed over as it comes; where series are many, each
 * minute of a metric is put together first and handed over once when it is over, of at most so many readings a turn, so
 * that the volume is series × minutes. What is forgotten before its turn comes is counted. Virtual nodes are rolled up by
 * `service-readings.ts`.
 */
import type { MetricReadings } from '../../shared/model/store.ts';
import type { CounterSeries } from './counter-series.ts';
import type { Counters } from './counters.ts';
import type { DataSource } from './data-source.ts';
import { linesOf } from './metric-table.ts';

/** One turn takes about so many readings, and looks at so many series. */
export const READINGS_AT_ONCE = 1000;
const SERIES_AT_ONCE = 5000;
const MINUTE_MS = 60_000;

export class MinuteReadings {
  readonly #counters: () => Counters;
  readonly #startedMs: number;
  readonly #nowMs: () => number;
  /** How many intervals of a series were handed over, those that it has forgotten included. */
  readonly #taken = new WeakMap<CounterSeries, number>();
  #walk: Iterator<[DataSource, CounterSeries], void> | null = null;
  /** Metrics that the walk under way has come to, and those of the one before it. */
  #seen = 0;
  #seenBefore = 0;
  #leftOut = 0;

  /** Intervals that ended by `startedMs` were stored by an earlier run. */
  constructor(counters: () => Counters, startedMs: number, nowMs: () => number) {
    this.#counters = counters;
    this.#startedMs = startedMs;
    this.#nowMs = nowMs;
  }

  /** Readings not taken before; it goes on where it stopped. `isLast`: minutes that are not over as well. */
  take(isLast = false): MetricReadings[] {
    const waits = !isLast && Math.max(this.#seen, this.#seenBefore) > READINGS_AT_ONCE;
    const beforeMs = waits ? Math.floor(this.#nowMs() / MINUTE_MS) * MINUTE_MS : Number.POSITIVE_INFINITY;
    const readings: MetricReadings[] = [];
    this.#walk ??= this.#allSeries();
    for (let looked = 0; looked < SERIES_AT_ONCE && readings.length < READINGS_AT_ONCE; looked++) {
      const next = this.#walk.next();
      if (next.done) {
        this.#walk = null;
        this.#seenBefore = this.#seen;
        this.#seen = 0;
        break;
      }
      this.#seen += next.value[1].plan.lines.length;
      this.#read(...next.value, beforeMs, readings);
    }
    return readings;
  }

  /** How many readings were forgotten before they were taken, since this was last asked. */
  takeLeftOut(): number {
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    return leftOut;
  }

  *#allSeries(): Generator<[DataSource, CounterSeries], void> {
    for (const known of this.#counters().agents.values())
      for (const source of known.sources.values())
        if (!source.virtual) for (const series of source.series) yield [source, series];
  }

  /** Puts the intervals of a series that ended before a time, and were not taken, together by minute. */
  #read(source: DataSource, series: CounterSeries, beforeMs: number, readings: MetricReadings[]): void {
    const { plan, toMs, forgotten } = series;
    const first = (this.#taken.get(series) ?? forgotten + this.#firstOf(series)) - forgotten;
    let behind = Math.max(first, 0);
    while (behind < series.length && toMs[behind]! < beforeMs) behind++;
    if (first >= behind && first >= 0) return;
    this.#taken.set(series, forgotten + behind);
    for (const [line, { name, kind }] of plan.lines.entries()) {
      if (kind === 'text') continue;
      // Of records that tell the same metric the first one is read, as for every other answer.
      if (linesOf(name).find((one) => source.find(one.plan))?.plan !== plan) continue;
      if (first < 0) this.#leftOut -= first;
      let open = null as MetricReadings | null;
      for (let i = Math.max(0, first); i < behind; i++) {
        const value = plan.valueOf(line, series.rows, i * series.width, series.seconds[i]!);
        if (!Number.isFinite(value)) continue;
        const minute = Math.floor(toMs[i]! / MINUTE_MS);
        if (open?.minute === minute) {
          open.least = Math.min(open.least, value);
          open.most = Math.max(open.most, value);
          open.sum += value;
          open.count++;
          open.last = value;
          continue;
        }
        open = {
          ...{ agent: source.agent.address, dataSource: source.name, metric: name, minute },
          ...{ least: value, most: value, sum: value, count: 1, last: value },
        };
        readings.push(open);
      }
    }
  }

  /** The first interval of a series that this run has to tell of. */
  #firstOf({ toMs, length }: CounterSeries): number {
    let first = length;
    while (first > 0 && toMs[first - 1]! > this.#startedMs) first--;
    return first;
  }
}
