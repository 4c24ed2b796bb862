/** Of which parts of a range nothing is known, and how much of it is left. */
import type { Gap, Interval } from '../../shared/model/question.ts';
import type { TrendLevel } from '../../shared/model/storage.ts';

const MINUTE_MS = 60_000;

/** What lies between the stretches that are covered, oldest first; these are in order, and may touch. */
export function gapsBetween(interval: Interval, covered: readonly Interval[], why: Gap['why']): Gap[] {
  const gaps: Gap[] = [];
  let fromMs = interval.fromMs;
  for (const stretch of covered) {
    if (stretch.toMs <= fromMs) continue;
    if (stretch.fromMs >= interval.toMs) break;
    if (stretch.fromMs > fromMs) gaps.push({ fromMs, toMs: stretch.fromMs, why });
    fromMs = stretch.toMs;
  }
  if (fromMs < interval.toMs) gaps.push({ fromMs, toMs: interval.toMs, why });
  return gaps;
}

/**
 * The stretches of time that buckets cover, oldest first; `minutes` are their first minutes. A bucket that is not rolled up
 * yet is told by its minutes.
 */
export function stretchesOf(minutes: Iterable<number>, level: TrendLevel | number): Interval[] {
  const stretches: Interval[] = [];
  for (const minute of [...new Set(minutes)].sort((a, b) => a - b)) {
    const [fromMs, toMs] = [minute * MINUTE_MS, (minute + level) * MINUTE_MS];
    const last = stretches.at(-1);
    if (last && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else stretches.push({ fromMs, toMs });
  }
  return stretches;
}

/** Seconds of a range without its gaps, which lie in it apart from each other; all of it where nothing of it is known. */
export function knownSeconds({ fromMs, toMs }: Interval, gaps: readonly Interval[]): number {
  const known = gaps.reduce((left, gap) => left - (gap.toMs - gap.fromMs), toMs - fromMs);
  return (known > 0 ? known : toMs - fromMs) / 1000;
}
