/**
 * The newest events, numbered in the order in which they were raised, and whoever waits for the next one. Both are
 * bounded: the oldest event gives way, and one question too many is answered at once.
 */
import type { EventsQuestion, ThresholdEvent } from '../../shared/model/threshold.ts';

/** sFlow-RT's events.max. */
export const MOST_EVENTS = 1000;
const MOST_WAITING = 64;
const LONGEST_WAIT_MS = 300_000;

/** Calls `run` after a time, unless the returned function is called before. */
export type Later = (run: () => void, afterMs: number) => () => void;

export const later: Later = (run, afterMs) => {
  const timer = setTimeout(run, afterMs);
  timer.unref();
  return () => clearTimeout(timer);
};

type Waiting = { question: EventsQuestion; answer: (events: ThresholdEvent[]) => void };

export class Events {
  /** Oldest first. */
  #events: ThresholdEvent[] = [];
  #newest = 0;
  readonly #waiting = new Set<Waiting>();
  readonly #later: Later;

  constructor(later: Later) {
    this.#later = later;
  }

  add(event: Omit<ThresholdEvent, 'eventID'>): ThresholdEvent {
    const numbered = { eventID: ++this.#newest, ...event };
    this.#events.push(numbered);
    if (this.#events.length >= 2 * MOST_EVENTS) this.#events = this.#events.slice(-MOST_EVENTS);
    return numbered;
  }

  /** Answers those who wait and for whom there is something now. */
  tell(): void {
    for (const waiting of [...this.#waiting]) {
      const found = this.#find(waiting.question);
      if (found.length > 0) waiting.answer(found);
    }
  }

  ask(question: EventsQuestion): ThresholdEvent[] | Promise<ThresholdEvent[]> {
    // A number that was never given is one of an earlier run.
    const eventID = question.eventID > this.#newest ? -1 : question.eventID;
    const asked = { ...question, eventID };
    const found = this.#find(asked);
    if (found.length > 0 || asked.timeoutMs <= 0 || this.#waiting.size >= MOST_WAITING) return found;
    return new Promise((resolve) => {
      const waiting: Waiting = {
        question: asked,
        answer: (events) => {
          cancel();
          this.#waiting.delete(waiting);
          resolve(events);
        },
      };
      const cancel = this.#later(() => waiting.answer([]), Math.min(asked.timeoutMs, LONGEST_WAIT_MS));
      this.#waiting.add(waiting);
    });
  }

  /** Nobody waits any longer. */
  end(): void {
    for (const waiting of [...this.#waiting]) waiting.answer([]);
  }

  #find({ thresholdIDs, eventID, maxEvents }: EventsQuestion): ThresholdEvent[] {
    const found: ThresholdEvent[] = [];
    const oldest = Math.max(0, this.#events.length - MOST_EVENTS);
    for (let at = this.#events.length - 1; at >= oldest && found.length < maxEvents; at--) {
      const event = this.#events[at]!;
      if (event.eventID <= eventID) break;
      if (thresholdIDs.length === 0 || thresholdIDs.includes(event.thresholdID)) found.push({ ...event });
    }
    return found;
  }
}
