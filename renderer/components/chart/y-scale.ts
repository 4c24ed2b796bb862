/**
 * The upper end of a chart's vertical axis and its labels. Axes start at zero. The end holds the highest
 * whisker, lies on half a label step so that small changes do not move it, grows at once, and shrinks only
 * after a while of little use, so that a live chart does not breathe.
 */

/** Of the highest value: room above it, so that a whisker's cap does not touch the edge. */
const HEADROOM = 1.02;
const SHRINK_AFTER_MS = 10_000;
const SHRINK_BELOW = 0.6;

const NICE = [1, 2, 5, 10] as const;

/** More labelled steps than this are a ladder. */
const MOST_STEPS = 7;
const LEAST_STEP_PX = 18;

/** The least of 1, 2, 5 × 10ⁿ that is not below `value` (which is above zero). */
export function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  for (const factor of NICE) if (factor * power >= value * (1 - 1e-12)) return factor * power;
  return 10 * power;
}

/** How many steps can be labelled on an axis of so many pixels without one label touching the next. */
export const stepsWithin = (heightPx: number): number =>
  Math.max(1, Math.min(MOST_STEPS, Math.floor(heightPx / LEAST_STEP_PX)));

/** The step between labels for an axis that reaches `top`; 0 where there is nothing to label. */
export function labelStep(top: number, mostSteps = MOST_STEPS): number {
  return top > 0 && Number.isFinite(top) ? niceCeiling(top / mostSteps) : 0;
}

/** Where the axis ends so that `highest` fits: a multiple of half a label step; 1 for nothing to show. */
export function topFor(highest: number): number {
  if (!(highest > 0) || !Number.isFinite(highest)) return 1;
  const half = labelStep(highest * HEADROOM) / 2;
  return Math.ceil((highest * HEADROOM) / half - 1e-9) * half;
}

/** The values that are labelled on an axis that reaches `top`, zero included. */
export function labelValues(top: number, step = labelStep(top)): number[] {
  if (!(step > 0)) return [0];
  const values: number[] = [];
  for (let index = 0; index * step <= top * (1 + 1e-9); index++) values.push(index * step);
  return values;
}

export type ScaleKeeper = {
  /** The end of the axis for data whose highest value is `highest`, at the moment `nowMs`. */
  next(highest: number, nowMs: number): number;
  /** Forgets the past: another question's figures need another axis at once. */
  reset(): void;
};

/** Keeps the axis of one chart from jumping while data arrives. */
export function scaleKeeper(): ScaleKeeper {
  let top = 0;
  let littleSinceMs: number | null = null;
  return {
    next(highest, nowMs) {
      const wanted = topFor(highest);
      if (top === 0 || wanted > top) {
        top = wanted;
        littleSinceMs = null;
      } else if (highest >= top * SHRINK_BELOW || wanted === top) {
        littleSinceMs = null;
      } else if (littleSinceMs === null) {
        littleSinceMs = nowMs;
      } else if (nowMs - littleSinceMs >= SHRINK_AFTER_MS) {
        top = wanted;
        littleSinceMs = null;
      }
      return top;
    },
    reset() {
      top = 0;
      littleSinceMs = null;
    },
  };
}
