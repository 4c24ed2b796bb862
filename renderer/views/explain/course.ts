/** Two ranges laid on each other: their rates per step, the picture of both, and how their shapes differ in words. */
import { type Comparison, type Course, compareCourses } from '../../../shared/compare/shape.ts';
import { formatPercent } from '../../../shared/format/rates.ts';
import { formatClock, formatInterval, type Zone } from '../../../shared/format/time.ts';
import type { FlowAnswer, Interval } from '../../../shared/model/question.ts';
import { fullBuckets, stepsOf } from '../../components/chart/geometry.ts';
import type { Counting, Line, LineModel, Unscaled } from '../../components/chart/model.ts';
import { silences, unknownStretches } from '../../components/chart/stack.ts';
import { bucketsOf, unknownSteps } from '../top-n/rows.ts';
import { type Measure, rate, signedRate } from './words.ts';

/** The rates of the whole steps of an answer without keys; NaN where nothing is known, which is not zero. */
export function courseOf(answer: FlowAnswer): Course {
  const buckets = bucketsOf(answer);
  const full = Math.max(1, fullBuckets(buckets, Math.min(answer.completeToMs, buckets.endMs)));
  const isUnknown = unknownSteps(answer);
  const silent = silences(answer.received, buckets, answer.completeToMs, () => '');
  const rates = answer.total.series.subarray(0, full).map((sum, step) => {
    const atMs = buckets.startMs + step * buckets.stepMs;
    const isSilent = silent.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
    return isSilent || isUnknown(step) ? Number.NaN : sum / (buckets.stepMs / 1000);
  });
  return { startMs: buckets.startMs, stepMs: buckets.stepMs, rates };
}

function lineOf(
  answer: FlowAnswer,
  { factor }: Measure,
  shiftMs: number,
  look: Pick<Line, 'id' | 'label' | 'colour' | 'filled' | 'width'>,
): Line {
  const buckets = bucketsOf(answer);
  const scale = factor / (buckets.stepMs / 1000);
  const isUnknown = unknownSteps(answer);
  return {
    ...look,
    steps: stepsOf({ ...buckets, startMs: buckets.startMs + shiftMs, endMs: buckets.endMs + shiftMs }),
    values: answer.total.series.map((sum, step) => (isUnknown(step) ? Number.NaN : sum * scale)),
    halfWidths: answer.total.seriesHalfWidth.map((half) => half * scale),
    samples: answer.total.seriesSamples,
    fillingFrom: buckets.count,
    laterByMs: shiftMs,
  };
}

/** What a picture of courses has, whatever stands in it. */
const plain = (interval: Interval, { unit }: Measure, counting: Counting, zone: Zone) => ({
  kind: 'lines' as const,
  ...{ interval, unit, zone, counting },
  ...{ gaps: [], loss: null, liveEdgeMs: null, highlight: null, emphasis: null },
  ...{ rules: [], fullScale: 0, isolated: new Set<string>() },
});

/** One range by itself. */
export function wholeModel(
  answer: FlowAnswer,
  measure: Measure,
  counting: Counting,
  zone: Zone,
): Unscaled<LineModel> {
  const { startMs, endMs } = bucketsOf(answer);
  const look = { id: 'all', label: 'all traffic', colour: 's1', filled: true, width: 1.5 } as const;
  return {
    ...plain({ fromMs: startMs, toMs: endMs }, measure, counting, zone),
    gaps: unknownStretches(answer.gaps, answer.stepMs),
    lines: [lineOf(answer, measure, 0, look)],
  };
}

/** The range in colour, and the other one pale behind it, moved to begin at the same place. */
export function courseModel(
  before: FlowAnswer,
  during: FlowAnswer,
  measure: Measure,
  counting: Counting,
  zone: Zone,
): Unscaled<LineModel> {
  const [was, is] = [bucketsOf(before), bucketsOf(during)];
  const length = Math.max(was.endMs - was.startMs, is.endMs - is.startMs);
  const shiftMs = is.startMs - was.startMs;
  return {
    ...plain({ fromMs: is.startMs, toMs: is.startMs + length }, measure, counting, zone),
    gaps: unknownStretches(during.gaps, during.stepMs),
    lines: [
      lineOf(before, measure, shiftMs, {
        ...{ id: 'before', colour: 'text-3', filled: false, width: 1 },
        label: `before, ${formatInterval(before.interval.fromMs, before.interval.toMs, zone)}`,
      }),
      lineOf(during, measure, 0, {
        id: 'during',
        label: 'this range',
        colour: 's1',
        filled: true,
        width: 1.5,
      }),
    ],
  };
}

const hourIn = (zone: Zone) => (timeMs: number) =>
  zone === 'utc' ? new Date(timeMs).getUTCHours() : new Date(timeMs).getHours();

export function comparisonOf(before: FlowAnswer, during: FlowAnswer, zone: Zone): Comparison {
  return compareCourses(courseOf(before), courseOf(during), hourIn(zone));
}

/** 'Peak 47.1 Gbit/s at 20:15, +10.0 Gbit/s (25 %); most of the difference in shape is 18:00 – 19:00: …'. */
export function comparisonWords({ peak, by, most }: Comparison, measure: Measure, zone: Zone): string {
  const relative = peak.before.value > 0 ? ` (${formatPercent(peak.change / peak.before.value)})` : '';
  const first = `Peak ${rate(peak.during.value, measure)} at ${formatClock(peak.during.atMs, zone)}, ${signedRate(peak.change, measure)}${relative} against ${rate(peak.before.value, measure)} at ${formatClock(peak.before.atMs, zone)}.`;
  if (!most) return `${first} The shape is alike.`;
  const part =
    by === 'hour'
      ? `between ${most.from}:00 and ${most.to}:00`
      : `from ${formatPercent(most.from)} to ${formatPercent(most.to)} of the range`;
  return `${first} The shape differs most ${part}: ${rate(most.before, measure)} before, ${rate(most.during, measure)} now.`;
}
