/**
 * Random numbers that are the same for the same seed on every machine: the made-up network must be repeatable,
 * so that a test that fails can be run again.
 */

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** The generator is sfc32 (small fast counting), by Chris Doty-Humphrey. */
  constructor(seed: number) {
    this.#a = seed >>> 0;
    this.#b = Math.floor(seed / 0x1_0000_0000) >>> 0;
    this.#c = 0x9e3779b9;
    for (let i = 0; i < 16; i++) this.bits();
  }

  /** 32 random bits. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** 0 ≤ x < 1. */
  fraction(): number {
    return this.bits() / 0x1_0000_0000;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  /** least ≤ x < most. */
  between(least: number, most: number): number {
    return least + this.fraction() * (most - least);
  }

  /** As `between`, but as often from 1 to 2 as from 10 to 20: sizes and durations are like that. */
  scaled(least: number, most: number): number {
    return least * (most / least) ** this.fraction();
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** A whole number next to `value`, whose mean over many calls is `value`. */
  round(value: number): number {
    const whole = Math.floor(value);
    return this.fraction() < value - whole ? whole + 1 : whole;
  }

  one<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  /**
   * How many packets until (and with) the next one sampled at 1 in `rate`: every packet has the same chance,
   * whatever came before.
   */
  skip(rate: number): number {
    if (rate <= 1) return 1;
    return 1 + Math.floor(Math.log(1 - this.fraction()) / Math.log1p(-1 / rate));
  }
}
