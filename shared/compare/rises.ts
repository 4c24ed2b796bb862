/**
 * Where in a stretch of time traffic stood out: the runs of steps that lie above what is usual there by more than their
 * own error, largest first. It tells where to look, not why; that is what explaining a run against the time before it does.
 */
import type { Interval } from '../model/question.ts';
import type { Course } from './shape.ts';

export type Rise = {
  interval: Interval;
  /** Largest and mean rate of its steps, per second. */
  peak: number;
  mean: number;
  /** Mean rate of as much time before it, as far as the course reaches back. */
  before: number;
};

/** A run counts from this part of the way between the usual and the highest rate on. */
const LEAST_HEIGHT = 0.25;
/** And only where it is this many times what was before it. */
const LEAST_GROWTH = 1.25;
/**
 * And only where it is this many 95 % half-widths above it: of a hundred steps of steady traffic one is likely to be
 * one half-width above the rest, and hardly any is one and a half.
 */
const SURE = 1.5;
/** And only where at least this part of its length is known before it. */
const LEAST_BEFORE = 0.5;

/**
 * The rises of a course, those with most above the usual first. The usual is the median of all steps; `halfWidths` are the
 * 95 % bands of the rates, and a step whose band reaches down to the usual is no part of a rise. A rate of NaN is of a step
 * in which nothing was heard: it is unknown, not low.
 */
export function risesOf(course: Course, halfWidths: ArrayLike<number>, most = 5): Rise[] {
  const { startMs, stepMs, rates } = course;
  const known = Float64Array.from(rates).filter((rate) => !Number.isNaN(rate));
  const usual = medianOf(known);
  const highest = known.reduce((most, rate) => Math.max(most, rate), usual);
  const level = usual + LEAST_HEIGHT * (highest - usual);
  const standsOut = (index: number) => {
    const rate = rates[index]!;
    return rate > level && rate - (halfWidths[index] || 0) > usual;
  };
  const found: { rise: Rise; above: number }[] = [];
  for (let from = 0; from < rates.length; from++) {
    if (!standsOut(from)) continue;
    let to = from + 1;
    while (to < rates.length && standsOut(to)) to++;
    const steps = to - from;
    const is = figuresOf(rates, halfWidths, from, to);
    const was = figuresOf(rates, halfWidths, Math.max(0, from - steps), from);
    const isLarge = is.mean >= LEAST_GROWTH * was.mean;
    const isSure = is.mean - was.mean > SURE * Math.hypot(is.halfWidth, was.halfWidth);
    if (was.known >= LEAST_BEFORE * steps && isLarge && isSure)
      found.push({
        rise: {
          interval: { fromMs: startMs + from * stepMs, toMs: startMs + to * stepMs },
          ...{ peak: is.peak, mean: is.mean, before: was.mean },
        },
        above: steps * (is.mean - Math.max(usual, was.mean)),
      });
    from = to;
  }
  return found
    .sort((a, b) => b.above - a.above)
    .slice(0, most)
    .map(({ rise }) => rise);
}

function medianOf(known: Float64Array): number {
  return known.toSorted()[(known.length - 1) >> 1] ?? 0;
}

/** Of the steps in which anything was heard: mean rate with its half-width, peak, and how many they are. */
function figuresOf(rates: ArrayLike<number>, halfWidths: ArrayLike<number>, from: number, to: number) {
  let [sum, squares, peak, known] = [0, 0, 0, 0];
  for (let index = from; index < to; index++) {
    const rate = rates[index]!;
    if (Number.isNaN(rate)) continue;
    sum += rate;
    squares += (halfWidths[index] || 0) ** 2;
    peak = Math.max(peak, rate);
    known++;
  }
  const count = Math.max(1, known);
  return { mean: sum / count, halfWidth: Math.sqrt(squares) / count, peak, known };
}
