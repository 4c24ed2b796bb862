/** The answer to the same question of another range, beside the one that is shown: its ghost on the chart, and what changed. */
import { changesBetween } from '../../../shared/compare/changes.ts';
import { formatInterval, type Zone } from '../../../shared/format/time.ts';
import type { FlowAnswer } from '../../../shared/model/question.ts';
import { stepsOf } from '../../components/chart/geometry.ts';
import type { Line } from '../../components/chart/model.ts';
import { comparisonOf, comparisonWords } from '../explain/course.ts';
import type { Measure } from '../explain/words.ts';
import { bucketsOf } from './rows.ts';

export type Difference = { changes: ReturnType<typeof changesBetween>; words: string };

/** What changed: row by row, and how the peaks and the shapes differ in words. */
export function differenceOf(
  before: FlowAnswer,
  during: FlowAnswer,
  measure: Measure,
  zone: Zone,
): Difference {
  return {
    changes: changesBetween(before, during),
    words: comparisonWords(comparisonOf(before, during, zone), measure, zone),
  };
}

/** The total of the other range, moved to begin where the shown one does. */
export function ghostOf(before: FlowAnswer, during: FlowAnswer, { factor }: Measure, zone: Zone): Line {
  const [was, is] = [bucketsOf(before), bucketsOf(during)];
  const shiftMs = is.startMs - was.startMs;
  const steps = stepsOf({ ...was, startMs: is.startMs, endMs: was.endMs + shiftMs });
  const scale = factor / (was.stepMs / 1000);
  return {
    id: 'before',
    label: `then, ${formatInterval(before.interval.fromMs, before.interval.toMs, zone)}`,
    colour: 'text',
    steps,
    values: before.total.series.map((sum) => sum * scale),
    halfWidths: before.total.seriesHalfWidth.map((half) => half * scale),
    samples: before.total.seriesSamples,
    fillingFrom: steps.length,
    filled: false,
    width: 1.5,
  };
}
