/**
 * Mutes: by which thresholds, agents and data sources, and when. What they hold for is raised, kept and shown, and no
 * action is told of it.
 */
import * as v from 'valibot';
import type { Mute, WeirEvent } from '../../shared/model/event.ts';

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const names = v.pipe(v.array(v.pipe(v.string(), v.maxLength(255))), v.maxLength(1000));
const timeMs = v.pipe(v.number(), v.finite());
const minuteOfDay = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1440));

export const muteSchema = v.strictObject({
  name,
  thresholds: names,
  agents: names,
  dataSources: names,
  when: v.variant('kind', [
    v.strictObject({ kind: v.literal('always') }),
    v.pipe(
      v.strictObject({ kind: v.literal('once'), fromMs: timeMs, toMs: timeMs }),
      v.check(({ fromMs, toMs }) => toMs > fromMs, 'A mute ends after it begins.'),
    ),
    v.strictObject({
      kind: v.literal('weekly'),
      days: v.pipe(
        v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(6))),
        v.minLength(1, 'A weekly mute names at least one day.'),
        v.maxLength(7),
      ),
      fromMinute: minuteOfDay,
      toMinute: minuteOfDay,
    }),
  ]),
  note: v.pipe(v.string(), v.maxLength(1000)),
});

/** The minute of the local day, and the day of the week. */
export type LocalTime = { day: number; minute: number };

export function localTime(timeMs: number): LocalTime {
  const date = new Date(timeMs);
  return { day: date.getDay(), minute: date.getHours() * 60 + date.getMinutes() };
}

/** Whether a mute holds at a time. A window over midnight belongs to the day on which it begins. */
export function holdsAt({ when }: Mute, nowMs: number, { day, minute } = localTime(nowMs)): boolean {
  if (when.kind === 'always') return true;
  if (when.kind === 'once') return nowMs >= when.fromMs && nowMs < when.toMs;
  const { days, fromMinute, toMinute } = when;
  if (fromMinute < toMinute) return days.includes(day) && minute >= fromMinute && minute < toMinute;
  if (fromMinute === toMinute) return days.includes(day);
  return (days.includes(day) && minute >= fromMinute) || (days.includes((day + 6) % 7) && minute < toMinute);
}

/** Whether a mute is about an event. */
export function concerns(
  { thresholds, agents, dataSources }: Mute,
  { name, agent, dataSource }: Pick<WeirEvent, 'name' | 'agent' | 'dataSource'>,
): boolean {
  return (
    (thresholds.length === 0 || thresholds.includes(name)) &&
    (agents.length === 0 || agents.includes(agent)) &&
    (dataSources.length === 0 || dataSources.includes(dataSource))
  );
}
