/**
 * The newest things of a kind (flow records, events), numbered in the order in which they were made, and whoever waits
 * for the next. Everything is bounded: the oldest gives way, and one question too many is answered at once.
 */

/** How many are kept: sFlow-RT's flows.max and events.max. */
export const MOST_NUMBERED = 1000;
const MOST_WAITING = 64;
const LONGEST_WAIT_MS = 300_000;

/** Calls `run` after a time, unless the returned function is called before. */
export type Later = (run: () => void, afterMs: number) => () => void;

const byTimer: Later = (run, afterMs) => {
  const timer = setTimeout(run, afterMs);
  timer.unref();
  return () => clearTimeout(timer);
};

export type NumberedQuestion<T> = {
  /** Those younger than this one; -1 for all that are kept. A number that was never given is of an earlier run: all. */
  after: number;
  most: number;
  /** How long to wait for the first, in milliseconds; 0 answers at once. */
  timeoutMs: number;
  takes(one: T): boolean;
};

type Waiting<T> = { question: NumberedQuestion<T>; answer(found: T[]): void };

export class Numbered<T extends object> {
  /** Oldest first. */
  #kept: T[] = [];
  #newest = 0;
  readonly #numberOf: (one: T) => number;
  readonly #waiting = new Set<Waiting<T>>();
  readonly #later: Later;

  constructor(numberOf: (one: T) => number, later: Later = byTimer) {
    this.#numberOf = numberOf;
    this.#later = later;
  }

  /** Keeps what `make` makes with the next number. */
  add(make: (number: number) => T): T {
    const made = make(++this.#newest);
    this.#kept.push(made);
    if (this.#kept.length >= 2 * MOST_NUMBERED) this.#kept = this.#kept.slice(-MOST_NUMBERED);
    return made;
  }

  /** Answers those who wait and for whom there is something now. */
  tell(): void {
    for (const waiting of [...this.#waiting]) {
      const found = this.#find(waiting.question);
      if (found.length > 0) waiting.answer(found);
    }
  }

  /** Newest first; waits for the first where there is none and a time is given. */
  ask(question: NumberedQuestion<T>): T[] | Promise<T[]> {
    const asked = { ...question, after: question.after > this.#newest ? -1 : question.after };
    const found = this.#find(asked);
    if (found.length > 0 || asked.timeoutMs <= 0 || this.#waiting.size >= MOST_WAITING) return found;
    return new Promise((resolve) => {
      const waiting: Waiting<T> = {
        question: asked,
        answer: (answer) => {
          cancel();
          this.#waiting.delete(waiting);
          resolve(answer);
        },
      };
      const cancel = this.#later(() => waiting.answer([]), Math.min(asked.timeoutMs, LONGEST_WAIT_MS));
      this.#waiting.add(waiting);
    });
  }

  /** What was kept belongs to another time: it is forgotten, numbers go on, and whoever waits does so for the next. */
  forget(): void {
    this.#kept = [];
  }

  /** Nobody waits any longer. */
  end(): void {
    for (const waiting of [...this.#waiting]) waiting.answer([]);
  }

  #find({ after, most, takes }: NumberedQuestion<T>): T[] {
    const found: T[] = [];
    const oldest = Math.max(0, this.#kept.length - MOST_NUMBERED);
    for (let at = this.#kept.length - 1; at >= oldest && found.length < most; at--) {
      const one = this.#kept[at]!;
      if (this.#numberOf(one) <= after) break;
      if (takes(one)) found.push({ ...one });
    }
    return found;
  }
}
