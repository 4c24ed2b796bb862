/**
 * Flow records: one for each flow that began or ended, the newest thousand of all definitions, numbered in the order
 * in which they were made, and whoever waits for the next. Everything is bounded: the oldest record gives way, and one
 * question too many is answered at once.
 */
import type { FlowRecord, FlowRecordsQuestion } from '../../shared/model/definition.ts';

/** sFlow-RT's flows.max. */
export const MOST_RECORDS = 1000;
const MOST_WAITING = 64;
const LONGEST_WAIT_MS = 300_000;

/** Calls `run` after a time, unless the returned function is called before. */
export type Later = (run: () => void, afterMs: number) => () => void;

export const later: Later = (run, afterMs) => {
  const timer = setTimeout(run, afterMs);
  timer.unref();
  return () => clearTimeout(timer);
};

type Waiting = { question: FlowRecordsQuestion; answer(records: FlowRecord[]): void };

export class FlowRecords {
  /** Oldest first. */
  #records: FlowRecord[] = [];
  #newest = 0;
  readonly #waiting = new Set<Waiting>();
  readonly #later: Later;

  constructor(after: Later = later) {
    this.#later = after;
  }

  add(record: Omit<FlowRecord, 'flowID'>): void {
    this.#records.push({ flowID: ++this.#newest, ...record });
    if (this.#records.length >= 2 * MOST_RECORDS) this.#records = this.#records.slice(-MOST_RECORDS);
  }

  /** Answers those who wait and for whom there is something now. */
  tell(): void {
    for (const waiting of [...this.#waiting]) {
      const found = this.#find(waiting.question);
      if (found.length > 0) waiting.answer(found);
    }
  }

  /** Records younger than the one named, newest first; waits for the first where there is none and a time is given. */
  ask(question: FlowRecordsQuestion): FlowRecord[] | Promise<FlowRecord[]> {
    // A number that was never given is one of an earlier run.
    const flowID = question.flowID > this.#newest ? -1 : question.flowID;
    const asked = { ...question, flowID };
    const found = this.#find(asked);
    if (found.length > 0 || asked.timeoutMs <= 0 || this.#waiting.size >= MOST_WAITING) return found;
    return new Promise((resolve) => {
      const waiting: Waiting = {
        question: asked,
        answer: (records) => {
          cancel();
          this.#waiting.delete(waiting);
          resolve(records);
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

  #find({ names, flowID, maxFlows }: FlowRecordsQuestion): FlowRecord[] {
    const found: FlowRecord[] = [];
    const oldest = Math.max(0, this.#records.length - MOST_RECORDS);
    for (let at = this.#records.length - 1; at >= oldest && found.length < maxFlows; at--) {
      const record = this.#records[at]!;
      if (record.flowID <= flowID) break;
      if (names.length === 0 || names.includes(record.name)) found.push({ ...record });
    }
    return found;
  }
}
