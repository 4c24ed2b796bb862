/**
 * Whether what was sampled at a port agrees with what it counted. The two are laid beside each other over whole
 * intervals between counter samples, and two things are allowed for: chance, by the error band of sampling, and the
 * age of the counters. A switch reads the counters of its hardware every few seconds, so that a counter sample tells of
 * a moment some seconds ago, and at the edge of a burst a second is much traffic. How old they are is found by moving
 * the samples until all intervals fit best; where they are too few for that, anything up to six seconds is allowed for.
 */
import { NORMAL_95 } from '../../shared/model/confidence.ts';
import type { CounterSeries } from './counter-series.ts';
import { counterColumn } from './counter-table.ts';

const COLUMNS = {
  in: {
    octets: counterColumn('ifinoctets'),
    frames: ['ifinucastpkts', 'ifinmulticastpkts', 'ifinbroadcastpkts'].map(counterColumn),
  },
  out: {
    octets: counterColumn('ifoutoctets'),
    frames: ['ifoutucastpkts', 'ifoutmulticastpkts', 'ifoutbroadcastpkts'].map(counterColumn),
  },
} as const;

/** Counters are at most this old, where their age is looked for, and where it is not known. */
export const OLDEST_COUNTERS_MS = 10_000;
const USUAL_AGE_MS = 3000;
const AGE_STEP_MS = 500;
/** How far an age that was found may be off, one interval with another. */
const FOUND_AGE_SPREAD_MS = 1500;
const LEAST_INTERVALS = 5;
const LEAST_SAMPLES = 10;

/** What was sampled in one direction of a port, in buckets of one width, ascending. */
export class FlowBuckets {
  readonly stepMs: number;
  readonly fromMs: number[] = [];
  /** Sums up to and with each bucket: octets, frames, samples, octets², frames². */
  readonly sums: number[][] = [[], [], [], [], []];

  constructor(stepMs: number) {
    this.stepMs = stepMs;
  }

  /** Adds to a bucket; buckets come in ascending order, each as often as it likes. */
  add(fromMs: number, ...values: [number, number, number, number, number]): void {
    const last = this.fromMs.length - 1;
    if (last >= 0 && this.fromMs[last]! >= fromMs) {
      for (let i = 0; i < 5; i++) this.sums[i]![last]! += values[i]!;
      return;
    }
    this.fromMs.push(fromMs);
    for (let i = 0; i < 5; i++) this.sums[i]!.push((this.sums[i]![last] ?? 0) + values[i]!);
  }

  /** Index of the last bucket that began by a time; -1 before the first. */
  #place(timeMs: number): number {
    let low = 0;
    let high = this.fromMs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.fromMs[middle]! <= timeMs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** One of the sums between two times; what lies across them is divided evenly. */
  between(column: number, fromMs: number, toMs: number): number {
    return this.#upTo(column, toMs) - this.#upTo(column, fromMs);
  }

  #upTo(column: number, timeMs: number): number {
    const place = this.#place(timeMs);
    if (place < 0) return 0;
    const sums = this.sums[column]!;
    const before = sums[place - 1] ?? 0;
    const part = Math.min(1, (timeMs - this.fromMs[place]!) / this.stepMs);
    return before + (sums[place]! - before) * part;
  }
}

export const OCTETS = 0;
export const FRAMES = 1;
export const SAMPLES = 2;
const SQUARES = 3;

export type Difference = {
  /** Estimate by samples over what was counted, less 1. */
  difference: number;
  /** Half-width of the 95 % band of that, for chance and the age of the counters together. */
  halfWidth: number;
};

export type Agreement = Difference & {
  direction: 'in' | 'out';
  /** null where the port does not count frames. */
  frames: Difference | null;
  /** How old the counters are found to be; null where that cannot be told. */
  countersAgeMs: number | null;
};

/** Which intervals of a port's counters are compared: first ≤ i < end, without those for which `skips` says so. */
export type Compared = { first: number; end: number; skips: (interval: number) => boolean };

/**
 * Compares intervals of a port's counters with its samples, in the direction with more samples. null where they cannot be
 * compared: no samples, or nothing counted.
 */
export function agreementOf(
  series: CounterSeries,
  compared: Compared,
  flows: { in: FlowBuckets; out: FlowBuckets },
): Agreement | null {
  const { first, end } = compared;
  if (end <= first) return null;
  const fromMs = series.fromMs[first]!;
  const toMs = series.toMs[end - 1]!;
  const samples = (direction: 'in' | 'out'): number => flows[direction].between(SAMPLES, fromMs, toMs);
  const direction = samples('in') >= samples('out') ? 'in' : 'out';
  if (samples(direction) < LEAST_SAMPLES) return null;
  const buckets = flows[direction];
  const ageMs = ageOf(series, compared, buckets, COLUMNS[direction].octets);
  const compare = (columns: readonly number[], value: number): Difference | null =>
    differenceOf(series, compared, buckets, columns, value, ageMs);
  const octets = compare([COLUMNS[direction].octets], OCTETS);
  if (!octets) return null;
  return { ...octets, direction, frames: compare(COLUMNS[direction].frames, FRAMES), countersAgeMs: ageMs };
}

/** Growth of counters over an interval; NaN where the first of them is not known. */
function grownIn(series: CounterSeries, interval: number, columns: readonly number[]): number {
  let sum = 0;
  for (const [index, column] of columns.entries()) {
    const growth = series.at(interval, column);
    // Multicasts and broadcasts may be counted among the unicasts.
    if (Number.isNaN(growth) && index > 0) continue;
    sum += growth;
  }
  return sum;
}

/** The age at which the intervals fit best; null where it cannot be told. */
function ageOf(
  series: CounterSeries,
  { first, end, skips }: Compared,
  buckets: FlowBuckets,
  column: number,
): number | null {
  if (end - first < LEAST_INTERVALS || buckets.stepMs > 2000) return null;
  const samples = buckets.between(SAMPLES, series.fromMs[first]!, series.toMs[end - 1]!);
  const meanSquare = buckets.between(SQUARES, series.fromMs[first]!, series.toMs[end - 1]!) / samples;
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (let ageMs = 0; ageMs <= OLDEST_COUNTERS_MS; ageMs += AGE_STEP_MS) {
    let misfit = 0;
    for (let i = first; i < end; i++) {
      const growth = series.at(i, column);
      if (Number.isNaN(growth) || skips(i)) continue;
      const from = series.fromMs[i]! - ageMs;
      const to = series.toMs[i]! - ageMs;
      const variance = buckets.between(SQUARES, from, to) + meanSquare;
      misfit += (buckets.between(OCTETS, from, to) - growth) ** 2 / variance;
    }
    if (misfit < least) {
      least = misfit;
      best = ageMs;
    }
  }
  return best;
}

function differenceOf(
  series: CounterSeries,
  { first, end, skips }: Compared,
  buckets: FlowBuckets,
  columns: readonly number[],
  value: number,
  foundAgeMs: number | null,
): Difference | null {
  const ageMs = foundAgeMs ?? USUAL_AGE_MS;
  const spreadMs = (foundAgeMs === null ? USUAL_AGE_MS : FOUND_AGE_SPREAD_MS) + buckets.stepMs / 2;
  let counted = 0;
  let estimate = 0;
  let variance = 0;
  const isCompared = (interval: number): boolean =>
    interval >= first &&
    interval < end &&
    !skips(interval) &&
    !Number.isNaN(grownIn(series, interval, columns));
  for (let i = first; i < end; i++) {
    if (!isCompared(i)) continue;
    const growth = grownIn(series, i, columns);
    const from = series.fromMs[i]! - ageMs;
    const to = series.toMs[i]! - ageMs;
    counted += growth;
    estimate += buckets.between(value, from, to);
    variance += buckets.between(value + SQUARES, from, to);
    // An edge between two intervals that are both compared takes from one what it gives to the other.
    for (const [edge, beside] of [
      [from, i - 1],
      [to, i + 1],
    ] as const) {
      if (isCompared(beside)) continue;
      // The moment lies anywhere within the spread, and a burst within it may lie on either side: at most a half.
      const around = buckets.between(value, edge - spreadMs, edge + spreadMs);
      variance += around ** 2 / 4;
    }
  }
  if (counted <= 0) return null;
  return { difference: estimate / counted - 1, halfWidth: (NORMAL_95 * Math.sqrt(variance)) / counted };
}
