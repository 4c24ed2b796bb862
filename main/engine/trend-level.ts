/** Which level of the stored trends answers a question: the coarsest that its step allows and that reaches back far enough. */
import { TREND_LEVELS, type TrendLevel } from '../../shared/model/storage.ts';
import type { StoreStatus } from '../../shared/model/store.ts';

/**
 * The level, and the step in minutes: the one asked for, or a wider one where only wider trends are left of the time
 * at which the range begins.
 */
export function trendLevel(
  stepMinutes: number,
  fromMinute: number,
  levels: StoreStatus['levels'],
): { level: TrendLevel; stepMinutes: number } {
  // A level reaches back as far as a coarser one where none of its whole buckets lies before.
  const reaches = ({ level, firstMinute }: StoreStatus['levels'][number]): boolean =>
    firstMinute <= fromMinute ||
    !levels.some((one) => one.level > level && one.firstMinute + one.level <= firstMinute);
  const finest = levels.find(reaches)?.level ?? 1;
  const step = Math.ceil(stepMinutes / finest) * finest;
  const level = TREND_LEVELS.findLast((one) => one >= finest && step % one === 0) ?? finest;
  return { level, stepMinutes: step };
}
