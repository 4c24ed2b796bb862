/**
 * The widths in which trends are kept: minutes, and what they are rolled up to, each with its own retention. A bucket
 * of any level begins at a whole multiple of its width since 1970 (UTC), so no clock change moves one.
 */
import type { Retention, TrendLevel } from '../../shared/model/storage.ts';
import { TREND_LEVELS } from '../../shared/model/storage.ts';

export const DAY_MINUTES = 1440;

/** The next finer level; null below minutes. */
export function finer(level: TrendLevel): TrendLevel | null {
  return TREND_LEVELS[TREND_LEVELS.indexOf(level) - 1] ?? null;
}

/** The first minute of the bucket that holds a minute. */
export function bucketOf(minute: number, width: number): number {
  return Math.floor(minute / width) * width;
}

/** The first minute of a level that is still kept. */
export function keptFrom(level: TrendLevel, retention: Retention, nowMs: number): number {
  return Math.floor(nowMs / 60_000) - retention[level] * DAY_MINUTES;
}

/**
 * The first minute of which anything is stored, by the first bucket of each level; null where there is none. A bucket
 * begins before what is in it: where a finer trend begins within the coarser one's first, that is the first.
 */
export function firstMinuteOf(levels: readonly { level: TrendLevel; start: number | null }[]): number | null {
  let first: { level: number; start: number } | null = null;
  for (const { level, start } of [...levels].sort((a, b) => b.level - a.level))
    if (start !== null && (first === null || start < first.start + first.level)) first = { level, start };
  return first?.start ?? null;
}
