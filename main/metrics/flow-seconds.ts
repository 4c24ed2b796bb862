/** The values of flow definitions at each data source, second by second for ten minutes: what their charts are drawn from. */
import type { FlowMetricSource } from '../flows/metric-source.ts';

const MOST_RINGS = 4096;
export const SECONDS_KEPT = 660;

/** One definition at one data source; the value of second s stands at s modulo the length. */
class Ring {
  readonly values = new Float64Array(SECONDS_KEPT).fill(Number.NaN);
  /** Half-widths of the 95 % bands; null as long as none was known. */
  #halfWidths: Float32Array | null = null;
  lastSecond = 0;

  set(second: number, value: number, halfWidth: number): void {
    const skipped = Math.min(SECONDS_KEPT, second - this.lastSecond - 1);
    // A second that was noted a little late stands for the one before it too.
    for (let i = 1; i <= skipped; i++)
      this.values[(second - i) % SECONDS_KEPT] = skipped === 1 ? value : Number.NaN;
    this.values[second % SECONDS_KEPT] = value;
    if (!Number.isNaN(halfWidth)) this.#halfWidths ??= new Float32Array(SECONDS_KEPT).fill(Number.NaN);
    for (let i = skipped === 1 ? 1 : 0; i >= 0; i--)
      if (this.#halfWidths) this.#halfWidths[(second - i) % SECONDS_KEPT] = halfWidth;
    this.lastSecond = second;
  }

  at(second: number): number {
    return this.#isKept(second) ? this.values[second % SECONDS_KEPT]! : Number.NaN;
  }

  halfWidthAt(second: number): number {
    return this.#isKept(second) ? (this.#halfWidths?.[second % SECONDS_KEPT] ?? Number.NaN) : Number.NaN;
  }

  #isKept(second: number): boolean {
    return second <= this.lastSecond && second > this.lastSecond - SECONDS_KEPT;
  }
}

/** One definition at one data source, second by second; NaN where nothing is known. */
export type SecondsOf = {
  agent: string;
  dataSource: string;
  at: (second: number) => number;
  /** Half-width of the 95 % band. */
  halfWidthAt: (second: number) => number;
};

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
      for (const { agent, dataSource, value, halfWidth } of flows.metrics(name, null, nowMs)) {
        const key = `${name} ${agent} ${dataSource}`;
        let one = this.#rings.get(key);
        if (!one) {
          if (this.#rings.size >= MOST_RINGS) continue;
          one = { name, agent, dataSource, ring: new Ring() };
          one.ring.lastSecond = second - 1;
          this.#rings.set(key, one);
        }
        one.ring.set(second, value, halfWidth);
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
  of(name: string): SecondsOf[] {
    return [...this.#rings.values()]
      .filter((one) => one.name === name)
      .map(({ agent, dataSource, ring }) => ({
        ...{ agent, dataSource, at: (second) => ring.at(second) },
        halfWidthAt: (second) => ring.halfWidthAt(second),
      }));
  }
}
