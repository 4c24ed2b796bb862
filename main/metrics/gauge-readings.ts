/**
 * Metrics that are no counters, as readings of minutes for the store: flow definitions second by second, and what
 * scripts and sFlow-RT's own samples tell. Once a minute, when it is over, in turns of so many readings.
 */
import type { MetricReadings } from '../../shared/model/store.ts';
import type { CustomMetrics } from './custom.ts';
import type { FlowSeconds } from './flow-seconds.ts';

const READINGS_AT_ONCE = 1000;
/** What a turn does not take waits; past this many it is left out. */
const MOST_WAITING = 20_000;

export class GaugeReadings {
  /** Readings that found no room. */
  leftOut = 0;
  readonly #sources: () => { flowSeconds: FlowSeconds; custom: CustomMetrics };
  #minute: number;
  #waiting: MetricReadings[] = [];

  constructor(sources: () => { flowSeconds: FlowSeconds; custom: CustomMetrics }, startedMs: number) {
    this.#sources = sources;
    this.#minute = Math.floor(startedMs / 60_000);
  }

  /** Readings of minutes that are over by `nowMs` and were not taken before. */
  take(nowMs: number): MetricReadings[] {
    const minute = Math.floor(nowMs / 60_000);
    // After a pause no more than what is remembered; a clock that was set back waits until it is there again.
    for (this.#minute = Math.max(this.#minute, minute - 10); this.#minute < minute; this.#minute++)
      this.#add(this.#minute);
    return this.#waiting.splice(0, READINGS_AT_ONCE);
  }

  #add(minute: number): void {
    const { flowSeconds, custom } = this.#sources();
    for (const { name, agent, dataSource, at } of flowSeconds.all()) {
      const values = Array.from({ length: 60 }, (_, second) => at(minute * 60 + second));
      this.#put({ agent, dataSource, metric: name, minute }, values);
    }
    for (const [agent, values] of custom.byAgent)
      for (const one of values.values()) {
        const from = one.timesMs.findIndex((timeMs) => timeMs >= minute * 60_000);
        if (from < 0) continue;
        const end = one.timesMs.findIndex((timeMs) => timeMs >= (minute + 1) * 60_000);
        const { dataSource, name } = one;
        const read = one.values.slice(from, end < 0 ? undefined : end);
        this.#put({ agent: agent.address, dataSource, metric: name, minute }, read);
      }
  }

  #put(
    of: Pick<MetricReadings, 'agent' | 'dataSource' | 'metric' | 'minute'>,
    values: readonly number[],
  ): void {
    const known = values.filter(Number.isFinite);
    if (known.length === 0) return;
    if (this.#waiting.length >= MOST_WAITING) {
      this.leftOut++;
      return;
    }
    this.#waiting.push({
      ...of,
      least: Math.min(...known),
      most: Math.max(...known),
      sum: known.reduce((sum, value) => sum + value, 0),
      count: known.length,
      last: known[known.length - 1]!,
    });
  }
}
