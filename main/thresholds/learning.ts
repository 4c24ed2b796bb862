/** How far a threshold that learns has come, in a sentence for people. */
import type { Watch } from './watch.ts';

/** '' where there is nothing to learn, or all is learned. */
export function learningOf({ memory: { baseline, contacts } }: Watch, nowMs: number): string {
  if (baseline) {
    const ready = baseline.ready(nowMs);
    if (baseline.size === 0) return 'Nothing was read yet to learn from.';
    if (ready < baseline.size)
      return `Learning: at ${ready} of ${baseline.size} places it is known what is usual at this time; the first six hours teach the least, a week all.`;
    return '';
  }
  const untilMs = contacts?.learnsUntilMs(nowMs) ?? null;
  if (untilMs === null) return '';
  const minutes = Math.ceil((untilMs - nowMs) / 60_000);
  return `Learning: whatever is heard in the next ${minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`} will be known.`;
}
