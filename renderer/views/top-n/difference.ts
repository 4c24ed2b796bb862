/** The answer to the same question of another range, beside the one that is shown: its ghost on the chart, and what changed. */
import { changesBetween, largestChanges } from '../../../shared/compare/changes.ts';
import { formatInterval, type Zone } from '../../../shared/format/time.ts';
import type { FlowAnswer, FlowQuestion, FlowSums } from '../../../shared/model/question.ts';
import { stepsOf } from '../../components/chart/geometry.ts';
import type { Ghost, Line } from '../../components/chart/model.ts';
import { comparisonOf, comparisonWords } from '../explain/course.ts';
import type { Measure } from '../explain/words.ts';
import { bucketsOf, rowId, unknownSteps } from './rows.ts';

export type Difference = { changes: ReturnType<typeof changesBetween>; words: string };

/** Rows that are asked for of both ranges, so that few of the one are missing in the other. */
export const COMPARED_ROWS = 250;
/** Changes that are listed; the others are one line. */
const MOST_LISTED = 100;

/** The same question for all rows that are compared. */
export const comparedQuestion = (question: FlowQuestion): FlowQuestion => ({
  ...question,
  limit: Math.max(question.limit, COMPARED_ROWS),
});

/** What changed: row by row, and how the peaks and the shapes differ in words. */
export function differenceOf(
  before: FlowAnswer,
  during: FlowAnswer,
  measure: Measure,
  zone: Zone,
): Difference {
  return {
    changes: largestChanges(changesBetween(before, during), MOST_LISTED),
    words: comparisonWords(comparisonOf(before, during, zone), measure, zone),
  };
}

/** The total of the other range and each of its rows by its id, moved to begin where the shown range does. */
export function ghostOf(before: FlowAnswer, during: FlowAnswer, { factor }: Measure, zone: Zone): Ghost {
  const [was, is] = [bucketsOf(before), bucketsOf(during)];
  const shiftMs = is.startMs - was.startMs;
  const steps = stepsOf({ ...was, startMs: is.startMs, endMs: was.endMs + shiftMs });
  const scale = factor / (was.stepMs / 1000);
  const width = before.keys.length;
  const isUnknown = unknownSteps(before);
  const line = (id: string, sums: FlowSums, row: number): Line => {
    const part = (column: Float64Array) => column.subarray(row * was.count, (row + 1) * was.count);
    return {
      id,
      label: 'then',
      colour: 'text',
      steps,
      values: part(sums.series).map((sum, step) => (isUnknown(step) ? Number.NaN : sum * scale)),
      halfWidths: part(sums.seriesHalfWidth).map((half) => half * scale),
      samples: part(sums.seriesSamples),
      fillingFrom: steps.length,
      filled: false,
      width: 1.5,
    };
  };
  const rows = Array.from({ length: before.rows.value.length }, (_, row) => {
    const id = rowId(before.keyTexts.slice(row * width, (row + 1) * width));
    return [id, line(id, before.rows, row)] as const;
  });
  return {
    when: formatInterval(before.interval.fromMs, before.interval.toMs, zone),
    total: line('before', before.total, 0),
    rows: new Map(rows),
  };
}
