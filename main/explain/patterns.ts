/**
 * Root cause as frequent patterns: every row of traffic that changed adds its change to each of its generalisations,
 * in which an address may be its subnet or anything, and any other field anything. Of these the few most specific are
 * kept that make up most of the change. A row has at most 3 × 3 × 2 × 2 × 2 × 2 generalisations, and the rows are
 * capped, so that the work is bounded whatever was heard.
 */
import { sumOfChanges } from '../../shared/compare/changes.ts';
import type { CausePattern, Change, PatternValue } from '../../shared/model/explanation.ts';

/** A field that may be anything. */
export const ANY = '';
/** What a field of a row may be told as, from the most specific on; the last is `ANY`. */
export type Ladder = readonly string[];
export type PatternRow = { change: Change; ladders: readonly Ladder[] };

const MOST_ROWS = 400;
const MOST_PATTERNS = 8;
/** A pattern may be this much smaller than the largest if it says more. */
const WORTH_OF_DETAIL = 0.5;
/** Less of the change than this is no cause. */
const LEAST_SHARE = 0.03;

type Found = { values: readonly string[]; detail: number; rows: number[]; gain: number };

/** A pattern whose change is known exactly from elsewhere, also where few of its rows are. */
export type KnownPattern = { values: readonly string[]; change: Change };

/** A value as a rung of a ladder, so that equal values are equal texts. */
export function rungOf(value: PatternValue): string {
  return JSON.stringify(value);
}

const valueFrom = (rung: string): PatternValue | null =>
  rung === ANY ? null : (JSON.parse(rung) as PatternValue);
/** No rung holds a line feed. */
const idOf = (values: readonly string[]): string => values.join('\n');

/** Calls `visit` with each generalisation of a row but the one that is anything, and how much it says. */
function generalise(
  ladders: readonly Ladder[],
  visit: (values: readonly string[], detail: number) => void,
): void {
  const values = ladders.map(() => ANY);
  const step = (field: number, detail: number): void => {
    if (field === ladders.length) {
      if (detail > 0) visit(values, detail);
      return;
    }
    const ladder = ladders[field]!;
    for (const [rung, value] of ladder.entries()) {
      values[field] = value;
      step(field + 1, detail + ladder.length - 1 - rung);
    }
  };
  step(0, 0);
}

/** The patterns of a change of the whole by `total` (its sign counts), the most telling first. */
export function causesOf(
  rows: readonly PatternRow[],
  total: number,
  known: readonly KnownPattern[] = [],
): CausePattern[] {
  const sign = Math.sign(total);
  if (sign === 0) return [];
  const counted = rows
    .toSorted((a, b) => Math.abs(b.change.change) - Math.abs(a.change.change))
    .slice(0, MOST_ROWS);
  const found = new Map<string, Found>();
  for (const [index, { ladders }] of counted.entries()) {
    generalise(ladders, (values, detail) => {
      const id = idOf(values);
      const pattern = found.get(id);
      if (pattern) pattern.rows.push(index);
      else found.set(id, { values: [...values], detail, rows: [index], gain: 0 });
    });
  }
  const exact = new Map(known.map((one) => [idOf(one.values), one.change]));
  for (const { values } of known) {
    const id = idOf(values);
    if (!found.has(id)) found.set(id, { values, detail: 1, rows: [], gain: 0 });
  }

  const patterns = [...found.entries()];
  const covered = new Uint8Array(counted.length);
  const causes: CausePattern[] = [];
  while (causes.length < MOST_PATTERNS) {
    let largest = 0;
    for (const [id, pattern] of patterns) {
      pattern.gain = 0;
      for (const row of pattern.rows)
        if (covered[row] === 0) pattern.gain += sign * counted[row]!.change.change;
      const whole = causes.length === 0 ? exact.get(id) : undefined;
      if (whole) pattern.gain = Math.max(pattern.gain, sign * whole.change);
      if (pattern.gain > largest) largest = pattern.gain;
    }
    if (largest < LEAST_SHARE * Math.abs(total)) break;
    let best: [string, Found] | null = null;
    for (const entry of patterns) {
      const [, pattern] = entry;
      if (pattern.gain < WORTH_OF_DETAIL * largest) continue;
      const before = best?.[1];
      if (
        !before ||
        pattern.detail > before.detail ||
        (pattern.detail === before.detail && pattern.gain > before.gain)
      )
        best = entry;
    }
    if (!best) break;
    const [id, { values, rows: own }] = best;
    const fresh = own.filter((row) => covered[row] === 0);
    for (const row of own) covered[row] = 1;
    const mined = sumOfChanges(fresh.map((row) => counted[row]!.change));
    const whole = exact.get(id);
    const change = whole && Math.abs(whole.change) > Math.abs(mined.change) ? whole : mined;
    if (change.status === 'same') {
      // Noise is no cause; nothing that is left says more.
      if (fresh.length === 0) break;
      continue;
    }
    causes.push({ ...change, values: values.map(valueFrom) });
  }
  return causes.toSorted((a, b) => sign * (b.change - a.change));
}
