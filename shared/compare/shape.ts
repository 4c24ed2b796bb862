/**
 * Two ranges laid on each other: how their peaks differ, and in which part of the day (of the range, where it is
 * shorter than a day) most of the difference lies. Pure arithmetic over rates per step.
 */

/** Rates per second, one per step, NaN where nothing is known; the steps are of equal width. */
export type Course = { startMs: number; stepMs: number; rates: ArrayLike<number> };

export type Peak = { value: number; atMs: number };
/** A stretch of the day (hours from midnight) or of the range (0 to 1), and the mean rates in it. */
export type ShapePart = { from: number; to: number; before: number; during: number };
export type Comparison = {
  peak: { before: Peak; during: Peak; change: number };
  by: 'hour' | 'part';
  parts: ShapePart[];
  /** The part whose share of the range changed most, beyond what the whole changed; null where shapes are alike. */
  most: ShapePart | null;
};

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const PARTS = 8;
/** Shapes are told to differ from this part of the mean rate on. */
const LEAST_DIFFERENCE = 0.1;

export function peakOf({ startMs, stepMs, rates }: Course): Peak {
  let at = 0;
  let value = 0;
  for (let index = 0; index < rates.length; index++)
    if (rates[index]! > value) {
      at = index;
      value = rates[index]!;
    }
  return { value, atMs: startMs + at * stepMs };
}

/** Mean rates per part; NaN where the course has none. `partOf` gives the part of a step. */
function means({ rates }: Course, parts: number, partOf: (index: number) => number): number[] {
  const sums = new Array<number>(parts).fill(0);
  const counts = new Array<number>(parts).fill(0);
  for (let index = 0; index < rates.length; index++) {
    if (Number.isNaN(rates[index])) continue;
    const part = Math.min(parts - 1, partOf(index));
    sums[part]! += rates[index]!;
    counts[part]!++;
  }
  return sums.map((sum, part) => (counts[part]! > 0 ? sum / counts[part]! : Number.NaN));
}

const meanOf = (values: readonly number[]): number => {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
};

/** Compares two courses; `hourOf` gives the hour of the day of a moment in the zone of the screen. */
export function compareCourses(
  before: Course,
  during: Course,
  hourOf: (timeMs: number) => number,
): Comparison {
  const length = (course: Course): number => course.rates.length * course.stepMs;
  const byHour = Math.min(length(before), length(during)) >= DAY_MS && during.stepMs <= HOUR_MS;
  const count = byHour ? 24 : PARTS;
  const partsOf = (course: Course): number[] =>
    means(course, count, (index) =>
      byHour
        ? hourOf(course.startMs + index * course.stepMs)
        : Math.floor((index / Math.max(1, course.rates.length)) * count),
    );
  const [was, is] = [partsOf(before), partsOf(during)];
  const scale = byHour ? 1 : 1 / count;
  const parts = was.map((value, part) => ({
    from: part * scale,
    to: (part + 1) * scale,
    before: value,
    during: is[part]!,
  }));
  const [wasMean, isMean] = [meanOf(was), meanOf(is)];
  const bend = ({ before: one, during: two }: ShapePart): number =>
    wasMean > 0 && isMean > 0 ? Math.abs(two / isMean - one / wasMean) : 0;
  const most = parts
    .filter((part) => bend(part) >= LEAST_DIFFERENCE)
    .toSorted((one, two) => bend(two) - bend(one))[0];
  const peaks = { before: peakOf(before), during: peakOf(during) };
  return {
    peak: { ...peaks, change: peaks.during.value - peaks.before.value },
    by: byHour ? 'hour' : 'part',
    parts,
    most: most ?? null,
  };
}
