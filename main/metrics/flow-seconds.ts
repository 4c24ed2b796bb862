/**
 * The values of flow definitions at each data source, second by second for ten minutes: what their charts are drawn
 * from. A reading of a longer time keeps more of them, or means over some seconds.
 */
import type { FlowMetricSource } from '../flows/metric-source.ts';

const MOST_RINGS = 4096;
export const SECONDS_KEPT = 660;

/** How many values of one definition at one data source are kept, each the mean over so many seconds. */
export type SecondsKept = { slots: number; slotSeconds: number };
const USUAL: SecondsKept = { slots: SECONDS_KEPT, slotSeconds: 1 };
/** What is kept of a time of known length: up to an hour all of its seconds. */
const MOST_SLOTS = 3600;

export const keptOf = (lengthMs: number): SecondsKept => ({
  slots: MOST_SLOTS,
  slotSeconds: Math.max(1, Math.ceil(lengthMs / 1000 / MOST_SLOTS)),
});

/** One definition at one data source; the value of slot s stands at s modulo the length. */
class Ring {
  readonly values: Float64Array;
  /** Half-widths of the 95 % bands; null as long as none was known. */
  #halfWidths: Float32Array | null = null;
  lastSecond = 0;
  readonly #slotSeconds: number;
  #slot = 0;
  /** Seconds that the newest slot is the mean of. */
  #seconds = 0;

  constructor({ slots, slotSeconds }: SecondsKept) {
    this.values = new Float64Array(slots).fill(Number.NaN);
    this.#slotSeconds = slotSeconds;
  }

  set(second: number, value: number, halfWidth: number): void {
    const skipped = second - this.lastSecond - 1;
    // A second that was noted a little late stands for the one before it too.
    if (skipped === 1) this.#put(second - 1, value, halfWidth);
    this.#put(second, value, halfWidth);
    this.lastSecond = second;
  }

  #put(second: number, value: number, halfWidth: number): void {
    const { values } = this;
    const { length } = values;
    const slot = Math.ceil(second / this.#slotSeconds);
    if (slot !== this.#slot) {
      for (let empty = Math.max(this.#slot + 1, slot - length + 1); empty < slot; empty++) {
        values[empty % length] = Number.NaN;
        if (this.#halfWidths) this.#halfWidths[empty % length] = Number.NaN;
      }
      this.#slot = slot;
      this.#seconds = 0;
    }
    const seconds = ++this.#seconds;
    const at = slot % length;
    values[at] = seconds === 1 ? value : values[at]! + (value - values[at]!) / seconds;
    if (!Number.isNaN(halfWidth)) this.#halfWidths ??= new Float32Array(length).fill(Number.NaN);
    const halfWidths = this.#halfWidths;
    // The seconds of a smoothed value lean on each other: their mean is no surer than they are.
    if (halfWidths)
      halfWidths[at] = seconds === 1 ? halfWidth : halfWidths[at]! + (halfWidth - halfWidths[at]!) / seconds;
  }

  at(slot: number): number {
    return this.#isKept(slot) ? this.values[slot % this.values.length]! : Number.NaN;
  }

  halfWidthAt(slot: number): number {
    return this.#isKept(slot) ? (this.#halfWidths?.[slot % this.values.length] ?? Number.NaN) : Number.NaN;
  }

  #isKept(slot: number): boolean {
    return slot <= this.#slot && slot > this.#slot - this.values.length;
  }
}

/** One definition at one data source; NaN where nothing is known. Slot s is the time that ends at second s × slotSeconds. */
export type SecondsOf = {
  agent: string;
  dataSource: string;
  at: (slot: number) => number;
  /** Half-width of the 95 % band. */
  halfWidthAt: (slot: number) => number;
};

export class FlowSeconds {
  /** 'name agent dataSource' → its ring. */
  readonly #rings = new Map<string, { name: string; agent: string; dataSource: string; ring: Ring }>();
  #lastSecond = 0;
  readonly kept: SecondsKept;

  constructor(kept = USUAL) {
    this.kept = kept;
  }

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
          one = { name, agent, dataSource, ring: new Ring(this.kept) };
          one.ring.lastSecond = second - 1;
          this.#rings.set(key, one);
        }
        one.ring.set(second, value, halfWidth);
      }
    }
    if (second % 60 !== 0) return;
    for (const [key, { ring }] of this.#rings)
      if (ring.lastSecond < second - this.kept.slots * this.kept.slotSeconds) this.#rings.delete(key);
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
        ...{ agent, dataSource, at: (slot) => ring.at(slot) },
        halfWidthAt: (slot) => ring.halfWidthAt(slot),
      }));
  }
}
