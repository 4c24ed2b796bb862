/**
 * One round a second over all thresholds: each is shown what was told since the last round, or everything where that
 * fades by itself or it has not followed yet. What takes long goes on in later turns of the event loop, so that nothing
 * waits for it; a round that is not done when the next second comes takes that one's place.
 */
import type { Spot } from '../metrics/told.ts';
import type { Readings } from './readings.ts';
import type { OnChange, Watch } from './watch.ts';

/** Data sources that are read before others have their turn. */
const READ_AT_ONCE = 250;
/** Places that are decided upon before others have their turn. */
const DECIDED_AT_ONCE = 1000;

/** `readings`: null where they cannot be read. `isFollowed`: what was told up to the last round was taken. */
export type Followed = { watch: Watch; readings: Readings | null; isFollowed: boolean; problem: string };

export type RoundsOptions = {
  /** Where something was told, or fell silent, since this was last asked; null where that may be anywhere. */
  told: (nowMs: number) => Spot[] | null;
  /** Every place that tells anything. */
  spots: () => Iterable<Spot>;
  /** Goes on after others had their turn; absent: a round is done at once. */
  nextTurn?: (run: () => void) => void;
};

export class Rounds {
  readonly #options: RoundsOptions;
  readonly #entries: ReadonlyMap<string, Followed>;
  readonly #teller: (watch: Watch, nowMs: number) => OnChange;
  readonly #ended: (nowMs: number) => void;
  /** What is left of the last round; null where nothing is. */
  #round: Generator<void> | null = null;
  #read = 0;

  /** `ended`: told at the end of each round. */
  constructor(
    options: RoundsOptions,
    entries: ReadonlyMap<string, Followed>,
    teller: (watch: Watch, nowMs: number) => OnChange,
    ended: (nowMs: number) => void,
  ) {
    this.#options = options;
    this.#entries = entries;
    this.#teller = teller;
    this.#ended = ended;
  }

  begin(nowMs: number): void {
    this.#round ??= this.#all(nowMs);
    this.#goOn();
  }

  /** What is left of the last round is of no interest any more. */
  drop(): void {
    this.#round = null;
  }

  #goOn(): void {
    const { nextTurn } = this.#options;
    const round = this.#round;
    if (!round) return;
    while (!round.next().done) {
      if (!nextTurn) continue;
      nextTurn(() => {
        if (this.#round === round) this.#goOn();
      });
      return;
    }
    if (this.#round === round) this.#round = null;
  }

  /** Pauses whenever others are to have their turn. */
  *#all(nowMs: number): Generator<void> {
    const told = this.#options.told(nowMs);
    for (const [name, entry] of [...this.#entries]) {
      if (!entry.watch.threshold.enabled || !entry.readings) continue;
      const isStill = (): boolean => this.#entries.get(name) === entry;
      try {
        if (isStill()) yield* this.#one(entry, entry.readings, told, nowMs, isStill);
        entry.problem = '';
      } catch (error) {
        // The others are held all the same.
        entry.isFollowed = false;
        entry.problem = error instanceof Error ? error.message : String(error);
      }
      if (this.#isLong()) yield;
    }
    this.#ended(nowMs);
  }

  *#one(
    entry: Followed,
    readings: Readings,
    told: readonly Spot[] | null,
    nowMs: number,
    isStill: () => boolean,
  ): Generator<void> {
    const { watch } = entry;
    const tell = this.#teller(watch, nowMs);
    if (readings.isWhole()) {
      entry.isFollowed = false;
      const all = readings.all(nowMs, watch.least);
      watch.look(all, nowMs, tell);
      this.#read += all.length;
      return;
    }
    const spots = entry.isFollowed ? told : null;
    for (const spot of spots ?? this.#options.spots()) {
      readings.read(spot, nowMs, (metric, reading) => {
        if (reading) watch.take(reading, nowMs, tell);
        else watch.lose(spot, metric, nowMs, tell);
      });
      this.#read++;
      if (!this.#isLong()) continue;
      yield;
      if (!isStill()) return;
    }
    if (!spots) watch.loseOthers(nowMs, tell);
    entry.isFollowed = true;
    while (!watch.pass(nowMs, tell, DECIDED_AT_ONCE)) {
      yield;
      if (!isStill()) return;
    }
  }

  /** Whether so much was read that others are to have their turn. */
  #isLong(): boolean {
    if (this.#read < READ_AT_ONCE) return false;
    this.#read = 0;
    return true;
  }
}
