/**
 * Two answers to one question, of two stretches of time, as one list of changes. Each row of either is in the list;
 * sums are made rates by the length of the stretch they were answered for. A row that only one of the answers shows
 * may hide in the rest of the other: its band is then as wide as the smallest row that is shown there.
 */
import { halfWidthOfDifference } from '../model/confidence.ts';
import type { Change, ChangeStatus, RowChange } from '../model/explanation.ts';
import type { FlowAnswer, FlowSums } from '../model/question.ts';

/** A figure per second and the half-width of its 95 % band. */
export type Rate = { value: number; halfWidth: number };

const NOTHING: Rate = { value: 0, halfWidth: 0 };

/** What a change is called. `known` says of each side whether its figure is known, not only bounded. */
function statusOf(
  { before, during, change, halfWidth }: Omit<Change, 'status'>,
  known: boolean,
): ChangeStatus {
  if (Math.abs(change) <= halfWidth) return 'same';
  if (known && before === 0) return 'new';
  if (known && during === 0) return 'gone';
  return change > 0 ? 'grown' : 'shrunk';
}

/** The change from one figure to another; `known` is false where one of them is only known to be small. */
export function changeBetween(before: Rate, during: Rate, known = true): Change {
  const figures = {
    before: before.value,
    during: during.value,
    change: during.value - before.value,
    halfWidth: halfWidthOfDifference(before.halfWidth, during.halfWidth),
  };
  return { ...figures, status: statusOf(figures, known) };
}

/** The change of several things that are counted apart, taken together. */
export function sumOfChanges(changes: readonly Change[]): Change {
  const sum = { before: 0, during: 0, change: 0, halfWidth: 0 };
  for (const { before, during, change, halfWidth } of changes) {
    sum.before += before;
    sum.during += during;
    sum.change += change;
    sum.halfWidth = halfWidthOfDifference(sum.halfWidth, halfWidth);
  }
  return { ...sum, status: statusOf(sum, changes.every(isKnown)) };
}

/** A row that is only known to be small is never called new or gone. */
const isKnown = ({ status, before, during }: Change): boolean =>
  status === 'new' || status === 'gone' || status === 'same' || (before > 0 && during > 0);

function secondsOf({ interval, completeFromMs, completeToMs }: FlowAnswer): number {
  const fromMs = Math.max(interval.fromMs, completeFromMs);
  const toMs = Math.min(interval.toMs, completeToMs);
  return Math.max(1, toMs - fromMs) / 1000;
}

const rateAt = (sums: FlowSums, row: number, seconds: number): Rate => ({
  value: sums.value[row]! / seconds,
  halfWidth: sums.halfWidth[row]! / seconds,
});

type Row = { keyTexts: readonly string[]; rate: Rate };

function rowsOf(answer: FlowAnswer): { rows: Map<string, Row>; least: number } {
  const seconds = secondsOf(answer);
  const width = answer.keys.length;
  const rows = new Map<string, Row>();
  let least = Number.POSITIVE_INFINITY;
  for (let row = 0; row < answer.rows.value.length; row++) {
    const keyTexts = answer.keyTexts.slice(row * width, (row + 1) * width);
    const rate = rateAt(answer.rows, row, seconds);
    least = Math.min(least, rate.value);
    rows.set(JSON.stringify(keyTexts), { keyTexts, rate });
  }
  // Where nothing stands in the rest, what is not shown was not there.
  return { rows, least: answer.otherKeys === 0 || rows.size === 0 ? 0 : least };
}

/** The changes between two answers to the same question, largest first; rows + other = total. */
export function changesBetween(
  before: FlowAnswer,
  during: FlowAnswer,
): { rows: RowChange[]; other: Change; total: Change } {
  const [one, two] = [rowsOf(before), rowsOf(during)];
  const rows: RowChange[] = [];
  for (const id of new Set([...two.rows.keys(), ...one.rows.keys()])) {
    const was = one.rows.get(id);
    const is = two.rows.get(id);
    const missing = was === undefined ? one.least : is === undefined ? two.least : 0;
    const bounded: Rate = { value: 0, halfWidth: missing };
    const change = changeBetween(was?.rate ?? bounded, is?.rate ?? bounded, missing === 0);
    rows.push({
      ...change,
      keyTexts: (is ?? was)!.keyTexts,
      ...(missing > 0
        ? { below: { side: was ? ('during' as const) : ('before' as const), value: missing } }
        : {}),
    });
  }
  rows.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  const rest = (answer: FlowAnswer): Rate =>
    answer.other.value.length > 0 ? rateAt(answer.other, 0, secondsOf(answer)) : NOTHING;
  const whole = (answer: FlowAnswer): Rate => rateAt(answer.total, 0, secondsOf(answer));
  return {
    rows,
    other: changeBetween(rest(before), rest(during)),
    total: changeBetween(whole(before), whole(during)),
  };
}

/** The largest changes, and all others with the rest in one: together they are the whole, as before. */
export function largestChanges<T extends { rows: RowChange[]; other: Change }>(changes: T, most: number): T {
  const { rows, other } = changes;
  if (rows.length <= most) return changes;
  return { ...changes, rows: rows.slice(0, most), other: sumOfChanges([...rows.slice(most), other]) };
}

/** The rows by some of their keys, summed where these are equal, largest change first. */
export function projectRows(rows: readonly RowChange[], keep: readonly number[]): RowChange[] {
  const groups = new Map<string, RowChange[]>();
  for (const row of rows) {
    const id = JSON.stringify(keep.map((at) => row.keyTexts[at]));
    const group = groups.get(id);
    if (group) group.push(row);
    else groups.set(id, [row]);
  }
  return [...groups.values()]
    .map((group) => ({
      ...sumOfChanges(group),
      keyTexts: keep.map((at) => group[0]!.keyTexts[at]!),
    }))
    .toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change));
}
