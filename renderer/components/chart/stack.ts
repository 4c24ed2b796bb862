/**
 * Series laid on each other: the largest at the bottom, "other" on top, in one order for the whole range.
 * Under isolation only the chosen series are stacked, from zero.
 */
import { formatDuration } from '../../../shared/format/time.ts';
import type { Gap as RecordedGap } from '../../../shared/model/question.ts';
import type { Buckets } from './geometry.ts';
import type { ColourName } from './palette.ts';

/** One series: per bucket a value in the unit of the chart, its 95 % half-width and its samples. */
export type Series = {
  id: string;
  label: string;
  colour: ColourName;
  values: Float64Array;
  halfWidths: Float64Array;
  samples: Float64Array;
};

/** One series as it lies in the stack. */
export type Layer = { series: Series; lower: Float64Array; upper: Float64Array };

/** Lays the series on each other in the given order, first at the bottom. NaN counts as nothing. */
export function stackLayers(series: readonly Series[], count: number): Layer[] {
  let floor = new Float64Array(count);
  return series.map((one) => {
    const lower = floor;
    const upper = Float64Array.from(lower, (value, index) => value + (one.values[index] || 0));
    floor = upper;
    return { series: one, lower, upper };
  });
}

/** The chosen series, in their order; all of them where none is chosen (or none of the chosen is left). */
export function isolate(series: readonly Series[], isolated: ReadonlySet<string>): readonly Series[] {
  if (isolated.size === 0) return series;
  const chosen = series.filter((one) => isolated.has(one.id));
  return chosen.length > 0 ? chosen : series;
}

/**
 * The sum of some series with its error: half-widths of independent samples add as squares. Of one series,
 * that series itself.
 */
export function sumOf(series: readonly Series[], count: number): Series {
  if (series.length === 1) return series[0]!;
  const values = new Float64Array(count);
  const halfWidths = new Float64Array(count);
  const samples = new Float64Array(count);
  for (const one of series)
    for (let index = 0; index < count; index++) {
      values[index]! += one.values[index] || 0;
      halfWidths[index]! += (one.halfWidths[index] || 0) ** 2;
      samples[index]! += one.samples[index] || 0;
    }
  return {
    id: '',
    label: '',
    colour: 'other',
    values,
    halfWidths: halfWidths.map((square) => Math.sqrt(square)),
    samples,
  };
}

/** The highest point of a series, error included: what the axis must hold. */
export function highestOf(series: Pick<Series, 'values' | 'halfWidths'>): number {
  let highest = 0;
  for (let index = 0; index < series.values.length; index++) {
    const reach = (series.values[index] || 0) + (series.halfWidths[index] || 0);
    if (reach > highest) highest = reach;
  }
  return highest;
}

/** A stretch of time about which nothing is known. */
export type Gap = { fromMs: number; toMs: number; label: string };

/** Why nothing is known of a stretch of time. */
export const GAP_WORDS: Readonly<Record<RecordedGap['why'], string>> = {
  'not recorded': 'not recorded',
  damaged: 'the recording is damaged',
  'not kept': 'not kept, as its definition was deleted',
  'not heard': 'nothing heard',
};

/** What is not known of recorded time, in words; a break of less than `leastMs` could not be seen. */
export function unknownStretches(gaps: readonly RecordedGap[], leastMs: number): Gap[] {
  return gaps
    .filter(({ fromMs, toMs }) => toMs - fromMs >= leastMs)
    .map(({ fromMs, toMs, why }) => ({
      fromMs,
      toMs,
      label: `${GAP_WORDS[why]}, ${formatDuration(toMs - fromMs)}`,
    }));
}

/** A silence shorter than this may be a quiet network and not a gap: agents poll at least that often. */
const LEAST_GAP_MS = 60_000;

/**
 * Stretches in which no datagram was heard for a minute or more, up to `completeToMs`. `nameOf` puts the
 * duration into words.
 */
export function silences(
  received: ArrayLike<number>,
  buckets: Buckets,
  completeToMs: number,
  nameOf: (durationMs: number) => string,
): Gap[] {
  const gaps: Gap[] = [];
  let fromMs: number | null = null;
  for (let index = 0; index <= buckets.count; index++) {
    const startMs = Math.min(buckets.startMs + index * buckets.stepMs, buckets.endMs);
    const silent = index < buckets.count && received[index] === 0 && startMs < completeToMs;
    if (silent) {
      fromMs ??= startMs;
    } else if (fromMs !== null) {
      const toMs = Math.min(startMs, completeToMs);
      if (toMs - fromMs >= LEAST_GAP_MS) gaps.push({ fromMs, toMs, label: nameOf(toMs - fromMs) });
      fromMs = null;
    }
  }
  return gaps;
}
