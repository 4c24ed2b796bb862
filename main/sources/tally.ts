/**
 * Counting by name: what a reader passed over, and why. It exists so that nothing is dropped in silence; the
 * number of names is bounded by the code that counts, never by the input.
 */
import type { Tally } from '../../shared/model/network.ts';

export class Counts {
  readonly #counts = new Map<string, number>();

  /** Adds one (or `count`) to a name. */
  add(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  /** How often a name was counted. */
  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Every name and its count, most frequent first. */
  list(): Tally[] {
    return [...this.#counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
  }
}
