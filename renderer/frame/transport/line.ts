/** The line one travels along: which part of the time it shows, and where on it there is something to see. Pure. */

import type { Timeline } from '../../../shared/model/moment.ts';
import type { Interval } from '../../../shared/model/question.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How much of the time the line can show; 0 stands for all of it. */
export const LINE_SPANS_MS = [10 * minuteMs, hourMs, 6 * hourMs, 24 * hourMs, 7 * 24 * hourMs, 0] as const;

/** The spans that are shorter than all there is, and all of it. */
export const spansFor = ({ fromMs, toMs }: Interval): number[] =>
  LINE_SPANS_MS.filter((ms) => ms < toMs - fromMs);

/** The span to begin with: what is recorded as far as a day goes, at least an hour; 0 where that is all there is. */
export function firstSpan(whole: Interval, recorded: readonly Interval[]): number {
  const [oldest] = recorded;
  const wanted = whole.toMs - Math.max(whole.fromMs, oldest?.fromMs ?? whole.fromMs);
  const span = LINE_SPANS_MS.find((ms) => ms >= Math.min(24 * hourMs, Math.max(hourMs, wanted)))!;
  return span >= whole.toMs - whole.fromMs ? 0 : span;
}

/**
 * The part that the line shows: the one shown before as long as the position is on it, so that nothing moves under the
 * hand; its end is the present where that is near.
 */
export function lineOf(
  whole: Interval,
  spanMs: number,
  positionMs: number,
  before: Interval | null,
): Interval {
  if (spanMs === 0 || spanMs >= whole.toMs - whole.fromMs) return whole;
  const newest = { fromMs: whole.toMs - spanMs, toMs: whole.toMs };
  if (positionMs >= newest.fromMs) return newest;
  const fits = before !== null && Math.abs(before.toMs - before.fromMs - spanMs) < 1000;
  if (fits && positionMs >= before.fromMs && positionMs <= before.toMs && before.fromMs >= whole.fromMs)
    return before;
  const fromMs = Math.max(whole.fromMs, Math.min(positionMs - spanMs / 2, whole.toMs - spanMs));
  return { fromMs, toMs: fromMs + spanMs };
}

/** A stretch in parts of the line, 0 to 1. */
export type Stretch = { kind: 'recorded' | 'stored'; from: number; to: number };

/** Narrower breaks than this part of the line cannot be seen. */
const LEAST_BREAK = 0.0015;

/** What is stored and what is recorded of a line, the recorded ones last: they lie above. */
export function stretchesOn({ fromMs, toMs }: Interval, { recorded, stored }: Timeline): Stretch[] {
  const on = (kind: Stretch['kind'], intervals: readonly Interval[]): Stretch[] => {
    const found: Stretch[] = [];
    for (const one of intervals) {
      if (one.toMs <= fromMs || one.fromMs >= toMs) continue;
      const from = Math.max(0, (one.fromMs - fromMs) / (toMs - fromMs));
      const to = Math.min(1, (one.toMs - fromMs) / (toMs - fromMs));
      const last = found.at(-1);
      if (last && from - last.to < LEAST_BREAK) last.to = Math.max(last.to, to);
      else found.push({ kind, from, to });
    }
    return found;
  };
  return [...on('stored', stored), ...on('recorded', recorded)];
}

/** Whether anything is known of a moment. */
export function knownAt(timeMs: number, { recorded, stored }: Timeline): Stretch['kind'] | null {
  // A moment is the end of what is shown before it.
  const holds = (one: Interval) => one.fromMs <= timeMs && timeMs <= one.toMs + 1000;
  if (recorded.some(holds)) return 'recorded';
  return stored.some(holds) ? 'stored' : null;
}
