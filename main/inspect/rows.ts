/**
 * The rows of a list of datagrams, kept as typed columns that grow: about 60 octets per datagram and no object for
 * any, so that a capture of millions can be paged through. Rows are added at the end in the order of arrival and,
 * where a ring forgets, dropped at the front.
 */
import type { DatagramFilter, DatagramList } from '../../shared/model/inspect.ts';
import type { Interval } from '../../shared/model/question.ts';
import { stackText } from '../packet/stack.ts';
import type { Facts } from './examine.ts';

const makers = {
  id: Float64Array,
  number: Float64Array,
  timeMs: Float64Array,
  agent: Uint16Array,
  source: Uint16Array,
  subAgentId: Uint32Array,
  sequenceNumber: Uint32Array,
  octets: Uint32Array,
  flowSamples: Uint16Array,
  counterSamples: Uint16Array,
  discardedPackets: Uint16Array,
  otherSamples: Uint16Array,
  unknown: Uint16Array,
  problems: Uint16Array,
  lost: Int32Array,
  stack: Uint16Array,
} as const;

type Name = keyof typeof makers;
type Columns = Pick<DatagramList, Name>;
const NAMES = Object.keys(makers) as Name[];

const FIRST_CAPACITY = 1024;
/** Rows that can be paged through; more are counted. At 60 octets each this is 120 MB at most. */
export const MOST_ROWS = 2_000_000;
/** Bars of the activity strip. */
const MOST_STEPS = 400;
const STEPS_MS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440].map((minutes) => minutes * 60_000),
];

/** What is asked of the rows: from ≤ row < to, those of a kind, a page of them, and their activity in a time. */
export type RowsQuestion = {
  from: number;
  to: number;
  only: DatagramFilter['only'];
  offset: number;
  limit: number;
  newestFirst: boolean;
  interval: Interval;
};
export type RowsAnswer = Columns &
  Pick<DatagramList, 'stacks' | 'total' | 'offset' | 'count' | 'withUnknown' | 'withProblems' | 'activity'>;

export class Rows {
  /** Rows that were pushed when there was no more room. */
  beyond = 0;
  #columns = columnsOf(FIRST_CAPACITY);
  #first = 0;
  #end = 0;

  get count(): number {
    return this.#end - this.#first;
  }

  push(facts: Facts, id: number, number: number, source: number): void {
    if (this.count >= MOST_ROWS) {
      this.beyond++;
      return;
    }
    if (this.#end === this.#columns.id.length) this.#makeRoom();
    const at = this.#end++;
    const columns = this.#columns;
    columns.id[at] = id;
    columns.number[at] = number;
    columns.timeMs[at] = facts.timeMs;
    columns.agent[at] = facts.agent;
    columns.source[at] = source;
    columns.subAgentId[at] = facts.subAgentId;
    columns.sequenceNumber[at] = facts.sequenceNumber;
    columns.octets[at] = facts.octets;
    columns.flowSamples[at] = facts.flowSamples;
    columns.counterSamples[at] = facts.counterSamples;
    columns.discardedPackets[at] = facts.discardedPackets;
    columns.otherSamples[at] = facts.otherSamples;
    columns.unknown[at] = facts.unknown;
    columns.problems[at] = facts.problems;
    columns.lost[at] = facts.lost;
    columns.stack[at] = facts.stack;
  }

  /** Forgets the rows before this id; ids must have been pushed in rising order. */
  dropBefore(id: number): void {
    this.#first += this.below(id);
  }

  /** How many of the rows have an id below this one; ids must have been pushed in rising order. */
  below(id: number): number {
    return this.#search(this.#columns.id, id);
  }

  /** How many of the rows are older than this; times must have been pushed in rising order. */
  before(timeMs: number): number {
    return this.#search(this.#columns.timeMs, timeMs);
  }

  #search(column: Float64Array, value: number): number {
    let low = this.#first;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (column[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low - this.#first;
  }

  /** Time of the first and last row, or null where there is none. */
  extent(): Interval | null {
    if (this.count === 0) return null;
    return { fromMs: this.#columns.timeMs[this.#first]!, toMs: this.#columns.timeMs[this.#end - 1]! + 1 };
  }

  /** One walk over the rows that are asked for; the columns of the page are the caller's to keep. */
  answer({ from, to, only, offset, limit, newestFirst, interval }: RowsQuestion): RowsAnswer {
    const { unknown, problems, timeMs } = this.#columns;
    const activity = emptyActivity(interval);
    const chosen = new Uint32Array(to - from);
    let [total, withUnknown, withProblems] = [0, 0, 0];
    for (let row = this.#first + from; row < this.#first + to; row++) {
      const isUnknown = unknown[row]! > 0;
      const isProblem = problems[row]! > 0;
      if (isUnknown) withUnknown++;
      if (isProblem) withProblems++;
      if ((only === 'unknown' && !isUnknown) || (only === 'problems' && !isProblem)) continue;
      chosen[total++] = row;
      const step = Math.floor((timeMs[row]! - activity.fromMs) / activity.stepMs);
      if (step >= 0 && step < activity.datagrams.length) activity.datagrams[step]!++;
    }
    const begin = Math.min(offset, total);
    const end = Math.min(begin + limit, total);
    const page = newestFirst
      ? chosen.subarray(total - end, total - begin).reverse()
      : chosen.subarray(begin, end);
    const columns = columnsOf(page.length);
    for (const name of NAMES) {
      const [column, all] = [columns[name], this.#columns[name]];
      for (let i = 0; i < page.length; i++) column[i] = all[page[i]!]!;
    }
    return {
      ...columns,
      stacks: stacksMet(),
      total,
      offset: begin,
      count: page.length,
      withUnknown,
      withProblems,
      activity,
    };
  }

  #makeRoom(): void {
    const kept = this.count;
    const capacity = this.#first > kept ? this.#columns.id.length : 2 * this.#columns.id.length;
    const columns = columnsOf(capacity);
    for (const name of NAMES) columns[name].set(this.#columns[name].subarray(this.#first, this.#end));
    this.#columns = columns;
    this.#first = 0;
    this.#end = kept;
  }
}

function columnsOf(capacity: number): Columns {
  const columns = {} as Record<Name, Columns[Name]>;
  for (const name of NAMES) columns[name] = new makers[name](capacity);
  return columns as Columns;
}

/** Steps of a round length that cover the interval, nothing counted yet. */
function emptyActivity({ fromMs, toMs }: Interval): DatagramList['activity'] {
  const span = Math.max(1, toMs - fromMs);
  const stepMs = STEPS_MS.find((step) => span / step <= MOST_STEPS) ?? Math.ceil(span / MOST_STEPS);
  const startMs = Math.floor(fromMs / stepMs) * stepMs;
  return {
    fromMs: startMs,
    stepMs,
    datagrams: new Uint32Array(Math.max(1, Math.ceil((toMs - startMs) / stepMs))),
  };
}

/** All stacks met so far by their numbers, to which the column refers. */
function stacksMet(): string[] {
  const stacks = [''];
  for (let stack = 1; stackText(stack) !== ''; stack++) stacks.push(stackText(stack));
  return stacks;
}
