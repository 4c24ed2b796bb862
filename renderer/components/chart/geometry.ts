/**
 * Where things lie in a plot: times to x, values to y, and the outlines of stepped and straight lines. Pure
 * arithmetic on milliseconds and CSS pixels.
 */
import type { Interval } from '../../../shared/model/question.ts';

/** The rectangle inside the axes, and what it spans. */
export type Plot = {
  left: number;
  top: number;
  width: number;
  height: number;
  interval: Interval;
  /** The value at the upper edge; the lower edge is zero. */
  highest: number;
};

/** Buckets of equal width, the last one cut off by the end of the range, or by now. */
export type Buckets = { startMs: number; stepMs: number; count: number; endMs: number };

/** Steps narrower than this (in pixels) are drawn as straight lines. */
export const LEAST_STEP_PIXELS = 3;
/** From this width of a bucket on, an error is a whisker; below it is a band. */
export const LEAST_WHISKER_PIXELS = 12;

/** x of a time, to the whole pixel, so that edges are crisp. */
export function xOf(plot: Plot, timeMs: number): number {
  const span = plot.interval.toMs - plot.interval.fromMs;
  const part = span > 0 ? (timeMs - plot.interval.fromMs) / span : 0;
  return plot.left + Math.round(part * plot.width);
}

/** y of a value; a value above the plot lies outside, for the clip to cut. */
export function yOf(plot: Plot, value: number): number {
  return plot.top + plot.height - (value / plot.highest) * plot.height;
}

/** The time under an x. */
export function timeAt(plot: Plot, x: number): number {
  const span = plot.interval.toMs - plot.interval.fromMs;
  return plot.interval.fromMs + ((x - plot.left) / Math.max(1, plot.width)) * span;
}

export const bucketStartMs = (buckets: Buckets, index: number) => buckets.startMs + index * buckets.stepMs;

/** End of a bucket, not beyond the end of what is known. */
export const bucketEndMs = (buckets: Buckets, index: number) =>
  Math.max(
    bucketStartMs(buckets, index),
    Math.min(buckets.endMs, buckets.startMs + (index + 1) * buckets.stepMs),
  );

/** The bucket that holds a time; -1 outside. */
export function bucketAt(buckets: Buckets, timeMs: number): number {
  if (timeMs < buckets.startMs || timeMs >= buckets.endMs) return -1;
  return Math.min(buckets.count - 1, Math.floor((timeMs - buckets.startMs) / buckets.stepMs));
}

/** How many buckets have come to their end by a moment; those behind them are still filling. */
export function fullBuckets(buckets: Buckets, timeMs: number): number {
  const full = Math.floor((timeMs - buckets.startMs) / buckets.stepMs);
  return Math.min(buckets.count, Math.max(0, full));
}

/** Width of a whole bucket in pixels. */
export function bucketPixels(plot: Plot, stepMs: number): number {
  const span = plot.interval.toMs - plot.interval.fromMs;
  return span > 0 ? (stepMs / span) * plot.width : 0;
}

/** Edges of n steps, as columns: a line may have steps of unequal width (counter intervals). */
export type Steps = { fromMs: ArrayLike<number>; toMs: ArrayLike<number>; length: number };

/** The buckets as steps. */
export function stepsOf(buckets: Buckets): Steps {
  const fromMs = new Float64Array(buckets.count);
  const toMs = new Float64Array(buckets.count);
  for (let index = 0; index < buckets.count; index++) {
    fromMs[index] = bucketStartMs(buckets, index);
    toMs[index] = bucketEndMs(buckets, index);
  }
  return { fromMs, toMs, length: buckets.count };
}

/** true where the steps are wide enough to be drawn as steps. */
export function isStepped(plot: Plot, steps: Steps): boolean {
  if (steps.length === 0) return true;
  const mean = (steps.toMs[steps.length - 1]! - steps.fromMs[0]!) / steps.length;
  return bucketPixels(plot, mean) >= LEAST_STEP_PIXELS;
}

/**
 * The line through `values` over steps first … last - 1, as points. Where `stepped`, each step has its flat
 * top; else a straight line goes through the middles, reaching the outer edges level.
 */
export function linePoints(
  plot: Plot,
  steps: Steps,
  values: ArrayLike<number>,
  first: number,
  last: number,
  stepped: boolean,
): number[] {
  const points: number[] = [];
  for (let index = first; index < last; index++) {
    const from = xOf(plot, steps.fromMs[index]!);
    const to = xOf(plot, steps.toMs[index]!);
    const y = yOf(plot, values[index]!);
    if (stepped) {
      points.push(from, y, to, y);
      continue;
    }
    if (index === first) points.push(from, y);
    points.push((from + to) / 2, y);
    if (index === last - 1) points.push(to, y);
  }
  return points;
}

/** The outline between two lines over the same steps. */
export function areaPoints(
  plot: Plot,
  steps: Steps,
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
  first: number,
  last: number,
  stepped: boolean,
): number[] {
  const points = linePoints(plot, steps, upper, first, last, stepped);
  const back = linePoints(plot, steps, lower, first, last, stepped);
  for (let at = back.length - 2; at >= 0; at -= 2) points.push(back[at]!, back[at + 1]!);
  return points;
}

/** The runs of steps for which `holds`, as [first, last) pairs. */
export function runsWhere(length: number, holds: (index: number) => boolean): [number, number][] {
  const runs: [number, number][] = [];
  for (let index = 0; index < length; index++) {
    if (!holds(index)) continue;
    let last = index + 1;
    while (last < length && holds(last)) last++;
    runs.push([index, last]);
    index = last;
  }
  return runs;
}

export type Size = { width: number; height: number };
export type Position = { x: number; y: number };

/** Distance between pointer and tooltip. */
const BESIDE = 14;

/**
 * Where a tooltip of a size goes: right of the pointer, or left of it where there is no room, never under it
 * and never outside the window.
 */
export function placeTooltip(pointer: Position, size: Size, view: Size): Position {
  const margin = 8;
  const right = pointer.x + BESIDE;
  const left = pointer.x - BESIDE - size.width;
  const fitsRight = right + size.width + margin <= view.width;
  const x = fitsRight || left < margin ? Math.min(right, view.width - size.width - margin) : left;
  const lowest = view.height - size.height - margin;
  // Where neither side has room, it goes above or below instead, so that it never covers the pointer.
  const covers = !fitsRight && left < margin;
  const y = covers
    ? pointer.y + BESIDE + size.height <= view.height
      ? pointer.y + BESIDE
      : pointer.y - BESIDE - size.height
    : Math.min(Math.max(margin, pointer.y - 24), Math.max(margin, lowest));
  return { x: Math.max(margin, x), y: Math.max(0, y) };
}
