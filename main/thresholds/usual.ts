/** What a threshold of what is unusual has learned of a place, as a course over time that a chart can show. */
import type { MetricPlace, UsualCourse } from '../../shared/model/threshold.ts';
import type { Watch } from './watch.ts';

const HOUR_MS = 3_600_000;
/** Hours of one course. */
const MOST_HOURS = 1000;

/** Null where the threshold does not learn there, or learns another figure than the metric itself. */
export function usualCourse(
  { threshold, memory: { baseline } }: Watch,
  place: MetricPlace,
  fromMs: number,
  toMs: number,
): UsualCourse | null {
  const { agent, dataSource, metric } = place;
  const key = `${agent}\n${dataSource}\n${metric}\n`;
  if (threshold.of === 'speed' || !baseline?.knows(key)) return null;
  const first = Math.max(Math.floor(fromMs / HOUR_MS), Math.ceil(toMs / HOUR_MS) - MOST_HOURS);
  const hours = Math.max(0, Math.ceil(toMs / HOUR_MS) - first);
  const at = (i: number): number => (first + i) * HOUR_MS;
  const usual = Array.from({ length: hours }, (_, i) => baseline.usualAt(key, at(i)));
  return {
    ...{ agent, dataSource, metric, threshold: threshold.name },
    fromMs: Float64Array.from(usual, (_, i) => at(i)),
    toMs: Float64Array.from(usual, (_, i) => at(i + 1)),
    middle: Float64Array.from(usual, (one) => one?.middle ?? Number.NaN),
    reach: Float64Array.from(usual, (one) => (one ? one.spread * threshold.value : Number.NaN)),
  };
}
