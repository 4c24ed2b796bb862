/** The values of flow definitions at each data source, second by second for ten minutes: what their charts are drawn from. */
import type { FlowMetricSource } from '../flows/metric-source.ts';

const MOST_RINGS = 4096;
export const SECONDS_KEPT = 660;

/** One definition at one data source; the value of second s stands at s modulo the length. */
class Ring {
  readonly values = new Float64Array(SECONDS_KEPT).fill(Number.NaN);
  lastSecond = 0;

  set(second: number, value: number): void {
    const skipped = Math.min(SECONDS_KEPT, second - this.lastSecond - 1);
    for (let i = 1; i <= skipped; i++) this.values[(second - i) % SECONDS_KEPT] = Number.NaN;
    this.values[second % SECONDS_KEPT] = value;
    this.lastSecond = second;
  }

  at(second: number): number {
    return second > this.lastSecond || second <= this.lastSecond - SECONDS_KEPT
      ? Number.NaN
      : this.values[second % SECONDS_KEPT]!;
  }
}

export class FlowSeconds {
  /** 'name agent dataSource' → its ring. */
  readonly #rings = new Map<string, { name: string; agent: string; dataSource: string; ring: Ring }>();
  #lastSecond = 0;

  /** Notes the values of the second that ended. */
  note(flows: FlowMetricSource, nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second <= this.#lastSecond) return;
    this.#lastSecond = second;
    for (const name of flows.names()) {
      for (const { agent, dataSource, value } of flows.metrics(name, null, nowMs)) {
        const key = `${name} ${agent} ${dataSource}`;
        let one = this.#rings.get(key);
        if (!one) {
          if (this.#rings.size >= MOST_RINGS) continue;
          one = { name, agent, dataSource, ring: new Ring() };
          one.ring.lastSecond = second - 1;
          this.#rings.set(key, one);
        }
        one.ring.set(second, value);
      }
    }
    if (second % 60 !== 0) return;
    for (const [key, { ring }] of this.#rings)
      if (ring.lastSecond < second - SECONDS_KEPT) this.#rings.delete(key);
  }

  /** All rings. */
  *all(): Generator<{ name: string; agent: string; dataSource: string; at: (second: number) => number }> {
    for (const { ring, ...names } of this.#rings.values())
      yield { ...names, at: (second) => ring.at(second) };
  }

  /** The rings of a definition, by agent and data source. */
  of(name: string): { agent: string; dataSource: string; at: (second: number) => number }[] {
    return [...this.#rings.values()]
      .filter((one) => one.name === name)
      .map(({ agent, dataSource, ring }) => ({ agent, dataSource, at: (second) => ring.at(second) }));
  }
}
