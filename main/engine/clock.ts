/**
 * The live engine's time: the wall's, but never backwards. A clock that is set back (NTP, a person, a resumed
 * virtual machine) would write minutes a second time; here time then runs on from where it was, by the monotonic
 * clock, until the wall has caught up. A step forward is followed at once and leaves a gap.
 */

export class EngineClock {
  readonly #wallMs: () => number;
  readonly #monotonicMs: () => number;
  #lastMs: number;
  #lastMonotonicMs: number;

  constructor(wallMs: () => number, monotonicMs: () => number) {
    this.#wallMs = wallMs;
    this.#monotonicMs = monotonicMs;
    this.#lastMs = wallMs();
    this.#lastMonotonicMs = monotonicMs();
  }

  /** Milliseconds since 1970; never less than any value given before. */
  nowMs(): number {
    const monotonicMs = this.#monotonicMs();
    const elapsedMs = Math.max(0, monotonicMs - this.#lastMonotonicMs);
    this.#lastMonotonicMs = monotonicMs;
    const wallMs = this.#wallMs();
    // Small corrections of the wall are waited for; a large step back is run past.
    this.#lastMs =
      wallMs >= this.#lastMs
        ? wallMs
        : this.#lastMs - wallMs < 2000
          ? this.#lastMs
          : this.#lastMs + elapsedMs;
    return this.#lastMs;
  }
}
