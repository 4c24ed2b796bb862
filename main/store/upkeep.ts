/**
 * What keeps trends small: rolling up what is over, packing finished hours, deleting what is past its retention. All
 * of it in slices of a few milliseconds, so that minutes are written in between; all of it may be stopped anywhere
 * and done again.
 */
import { type Retention, TREND_LEVELS } from '../../shared/model/storage.ts';
import type { ArrivalTrends } from './arrivals.ts';
import type { CounterTrends } from './counter-trends.ts';
import type { FlowTrends } from './flow-trends.ts';
import { keptFrom } from './levels.ts';
import type { MetricTrends } from './metric-trends.ts';

export type Trends = {
  flows: FlowTrends;
  arrivals: ArrivalTrends;
  counters: CounterTrends;
  metrics: MetricTrends;
};

/** Does one slice of what is to be done; false where nothing is left. Throws what SQLite throws. */
export function upkeepSlice(trends: Trends, retention: Retention, nowMs: number): boolean {
  const { flows, arrivals, counters, metrics } = trends;
  const nowMinute = Math.floor(nowMs / 60_000);
  if (flows.rollUpNext(nowMinute) || arrivals.rollUpNext(nowMinute)) return true;
  if (counters.packNext(nowMs) || metrics.packNext(nowMinute)) return true;
  for (const level of TREND_LEVELS) {
    const before = keptFrom(level, retention, nowMs);
    // A bucket is kept until its last minute is past.
    const starts = before - level + 1;
    if (flows.forget(level, starts) || arrivals.forget(level, starts) || metrics.forget(level, before))
      return true;
  }
  if (counters.forget(keptFrom(1, retention, nowMs) * 60_000)) return true;
  const longest = Math.min(...TREND_LEVELS.map((level) => keptFrom(level, retention, nowMs)));
  if (metrics.forgetSeries(longest)) return true;
  flows.forgetDefinitions();
  return false;
}
