/** When an action may be tried: so many attempts per so many seconds, and not within its quiet hours. */
import type { Action } from '../../shared/model/action.ts';

/** Counts attempts within a sliding time. */
export class RateLimit {
  readonly #most: number;
  readonly #perMs: number;
  /** Times of the attempts within it, oldest first; never more than `most`. */
  readonly #taken: number[] = [];

  constructor({ most, perSeconds }: Action['rateLimit']) {
    this.#most = most;
    this.#perMs = perSeconds * 1000;
  }

  /** How many attempts are left now. */
  left(nowMs: number): number {
    while (this.#taken.length > 0 && this.#taken[0]! + this.#perMs <= nowMs) this.#taken.shift();
    return this.#most - this.#taken.length;
  }

  take(nowMs: number): void {
    this.#taken.push(nowMs);
  }
}

/** Whether a moment lies in quiet hours, by the clock of this computer. */
export function isQuiet(quiet: Action['quiet'], nowMs: number): boolean {
  if (quiet === null) return false;
  const local = new Date(nowMs);
  const minute = local.getHours() * 60 + local.getMinutes();
  const { fromMinute, toMinute } = quiet;
  return fromMinute <= toMinute
    ? minute >= fromMinute && minute < toMinute
    : minute >= fromMinute || minute < toMinute;
}
