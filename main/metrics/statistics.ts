/**
 * The statistics over the data sources that match, as sFlow-RT names them. Quartiles interpolate between the values
 * beside them (method 7 of Hyndman and Fan, Excel's QUARTILE.INC): of one value every quartile is that value. The
 * data sources are the whole and not a sample of it, so the variance divides by their number. Of texts, those that
 * need an order take the order of characters, and those that need numbers have no value.
 */
import { halfWidthOfDifference } from '../../shared/model/confidence.ts';
import { STATISTICS, type Statistic } from '../../shared/model/metric.ts';

/** Statistics that are the value of one data source. */
const OF_ONE: ReadonlySet<Statistic> = new Set(['max', 'min', 'any']);

export function isStatistic(word: string): word is Statistic {
  return (STATISTICS as readonly string[]).includes(word);
}

/** The place of the value that a statistic is, for max, min and any; -1 for the others, and where there is none. */
export function placeOf(statistic: Statistic, values: readonly (number | string)[]): number {
  if (!OF_ONE.has(statistic) || values.length === 0) return -1;
  if (statistic === 'any') return 0;
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    const order = compare(values[i]!, values[best]!);
    if (statistic === 'max' ? order > 0 : order < 0) best = i;
  }
  return best;
}

/**
 * Half-width of the 95 % band of a statistic of values that were sampled apart, from their own; NaN where that is not
 * known, as of a median.
 */
export function halfWidthOf(
  statistic: Statistic,
  values: readonly number[],
  halfWidths: readonly number[],
): number {
  const place = placeOf(statistic, values);
  if (place >= 0) return halfWidths[place]!;
  if (statistic === 'sum') return halfWidthOfDifference(...halfWidths);
  return statistic === 'avg' ? halfWidthOfDifference(...halfWidths) / values.length : Number.NaN;
}

/** null where there are no values, or they are texts and the statistic needs numbers. */
export function statisticOf(
  statistic: Statistic,
  values: readonly (number | string)[],
): number | string | null {
  if (values.length === 0) return null;
  const place = placeOf(statistic, values);
  if (place >= 0) return values[place]!;
  if (values.every((value) => typeof value === 'number')) return ofNumbers(statistic, values);
  const rank = { q1: 0.25, q2: 0.5, med: 0.5, q3: 0.75 }[statistic as 'q1' | 'q2' | 'med' | 'q3'];
  if (rank === undefined) return null;
  return values.toSorted(compare)[Math.floor((values.length - 1) * rank)]!;
}

function ofNumbers(statistic: Statistic, values: readonly number[]): number {
  switch (statistic) {
    case 'sum':
      return sum(values);
    case 'avg':
      return sum(values) / values.length;
    case 'var':
      return variance(values);
    case 'sdev':
      return Math.sqrt(variance(values));
    default: {
      const sorted = Float64Array.from(values).sort();
      if (statistic === 'q1') return quantile(sorted, 0.25);
      if (statistic === 'q3') return quantile(sorted, 0.75);
      if (statistic === 'iqr') return quantile(sorted, 0.75) - quantile(sorted, 0.25);
      return quantile(sorted, 0.5);
    }
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function variance(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return values.reduce((all, value) => all + (value - mean) ** 2, 0) / values.length;
}

function quantile(sorted: Float64Array, part: number): number {
  const at = (sorted.length - 1) * part;
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low === high ? low : low + (high - low) * (at - below);
}

/** Numbers before texts, numbers by size, texts by their characters. */
export function compare(one: number | string, other: number | string): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'number') return -1;
  if (typeof other === 'number') return 1;
  return one < other ? -1 : one > other ? 1 : 0;
}
