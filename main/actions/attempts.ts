/**
 * What was tried, newest last, bounded. Attempts that were left out one after the other for the same reason are one
 * entry with their number, so that a storm does not push out what was done.
 */
import type { Attempt } from '../../shared/model/action.ts';

const MOST_KEPT = 500;
/** How many outlive a restart. */
export const MOST_STORED = 200;

export class Attempts {
  #kept: Attempt[] = [];
  readonly #leftOut = new Map<string, { attempt: Attempt; count: number; detail: string }>();

  add(attempt: Attempt): void {
    if (attempt.result === 'limited' || attempt.result === 'quiet') {
      const before = this.#leftOut.get(attempt.action);
      if (before && before.attempt.result === attempt.result) {
        before.count++;
        Object.assign(before.attempt, attempt, { detail: `${before.count} × ${before.detail}` });
        return;
      }
      this.#leftOut.set(attempt.action, { attempt, count: 1, detail: attempt.detail });
    } else this.#leftOut.delete(attempt.action);
    this.#kept.push(attempt);
    if (this.#kept.length > MOST_KEPT) this.#kept.splice(0, this.#kept.length - MOST_KEPT);
  }

  /** Newest first, of one action or ('') of all. */
  list(action: string, limit: number): Attempt[] {
    const of = action === '' ? this.#kept : this.#kept.filter((attempt) => attempt.action === action);
    return of.slice(-limit).reverse();
  }

  last(action: string): Attempt | null {
    return this.#kept.findLast((attempt) => attempt.action === action) ?? null;
  }

  /** Those of an earlier run, oldest first. */
  recall(attempts: readonly Attempt[]): void {
    this.#kept = [...attempts, ...this.#kept].slice(-MOST_KEPT);
  }

  forget(action: string): void {
    this.#leftOut.delete(action);
  }

  stored(): Attempt[] {
    return this.#kept.slice(-MOST_STORED);
  }
}
