/**
 * What counter samples told since it was last asked, as readings of minutes for the store: each interval of each
 * numeric metric once, of at most so many readings at a time; the rest waits for the next turn, as long as the
 * intervals are kept. Virtual nodes are left out: containers come and go, and their data sources would fill the store.
 */
import type { MetricReadings } from '../../shared/model/store.ts';
import type { CounterSeries } from './counter-series.ts';
import type { Counters } from './counters.ts';
import type { DataSource } from './data-source.ts';
import { linesOf } from './metric-table.ts';

/** One turn takes about so many readings, and looks at so many series. */
const READINGS_AT_ONCE = 1000;
const SERIES_AT_ONCE = 5000;

export class MinuteReadings {
  readonly #counters: () => Counters;
  readonly #startedMs: number;
  /** End of the last interval of a series that was handed over. */
  readonly #takenMs = new WeakMap<CounterSeries, number>();
  #walk: Iterator<[DataSource, CounterSeries], void> | null = null;

  /** Intervals that ended by `startedMs` were stored by an earlier run. */
  constructor(counters: () => Counters, startedMs: number) {
    this.#counters = counters;
    this.#startedMs = startedMs;
  }

  /** Readings not taken before; it goes on where it stopped. */
  take(): MetricReadings[] {
    const readings: MetricReadings[] = [];
    for (let looked = 0; looked < SERIES_AT_ONCE && readings.length < READINGS_AT_ONCE; looked++) {
      this.#walk ??= this.#allSeries();
      const next = this.#walk.next();
      if (next.done) {
        this.#walk = null;
        break;
      }
      this.#read(...next.value, readings);
    }
    return readings;
  }

  *#allSeries(): Generator<[DataSource, CounterSeries], void> {
    for (const known of this.#counters().agents.values())
      for (const source of known.sources.values())
        if (!source.virtual) for (const series of source.series) yield [source, series];
  }

  #read(source: DataSource, series: CounterSeries, readings: MetricReadings[]): void {
    const { plan } = series;
    const takenMs = this.#takenMs.get(series) ?? this.#startedMs;
    let first = series.length;
    while (first > 0 && series.toMs[first - 1]! > takenMs) first--;
    for (let i = first; i < series.length; i++) {
      for (const [line, { name, kind }] of plan.lines.entries()) {
        if (kind === 'text') continue;
        // Of records that tell the same metric the first one is read, as for every other answer.
        if (linesOf(name).find((one) => source.find(one.plan))?.plan !== plan) continue;
        const value = plan.valueOf(line, series.rows, i * series.width, series.seconds[i]!);
        if (!Number.isFinite(value)) continue;
        readings.push({
          ...{ agent: source.agent.address, dataSource: source.name, metric: name },
          minute: Math.floor(series.toMs[i]! / 60_000),
          ...{ least: value, most: value, sum: value, count: 1, last: value },
        });
      }
      this.#takenMs.set(series, series.toMs[i]!);
      if (readings.length >= READINGS_AT_ONCE) return;
    }
  }
}
