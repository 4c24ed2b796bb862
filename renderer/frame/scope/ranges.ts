/**
 * The time ranges one can pick, their names, and reading a moment that a user types. Pure: the clock and the
 * zone are given.
 */

import { formatClock, formatDate, formatDuration, type Zone } from '../../../shared/format/time.ts';
import type { Interval } from '../../../shared/model/question.ts';
import type { Range } from '../../stores/scope.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const lastPresetsMs = [1, 5, 10, 60, 360, 720, 1440].map((minutes) => minutes * minuteMs);

/** 'Last 24 h', where a duration would say 1 d. */
export function lastWords(ms: number): string {
  const hours = ms / hourMs;
  return `Last ${Number.isInteger(hours) && hours <= 48 ? `${hours} h` : formatDuration(ms)}`;
}

export type RangePreset = { id: string; label: string; range: Range };

/** Midnight at the start of the day that `timeMs` lies in. */
export function startOfDay(timeMs: number, zone: Zone): number {
  if (zone === 'utc') return Math.floor(timeMs / dayMs) * dayMs;
  return new Date(timeMs).setHours(0, 0, 0, 0);
}

/** Midnight at the start of the Monday before (ISO 8601). */
export function startOfWeek(timeMs: number, zone: Zone): number {
  let day = startOfDay(timeMs, zone);
  const weekday = (ms: number): number => (zone === 'utc' ? new Date(ms).getUTCDay() : new Date(ms).getDay());
  // Day by day, each from its own noon, so that a change of the clock moves no midnight.
  while (weekday(day) !== 1) day = startOfDay(day - dayMs / 2, zone);
  return day;
}

/**
 * What may be picked for a workspace: spans up to now, and whole days of a live one. A capture offers the spans
 * that are shorter than itself and all of it.
 */
export function rangePresets(
  isCapture: boolean,
  nowMs: number | null,
  extent: Interval | null,
  zone: Zone,
): RangePreset[] {
  const lengthMs = isCapture && extent ? extent.toMs - extent.fromMs : Number.POSITIVE_INFINITY;
  const presets: RangePreset[] = lastPresetsMs
    .filter((ms) => ms < lengthMs)
    .map((ms) => ({ id: `last-${ms}`, label: lastWords(ms), range: { kind: 'last', ms } }));
  if (isCapture) return [...presets, { id: 'all', label: 'Whole capture', range: { kind: 'all' } }];
  if (nowMs !== null) {
    const today = startOfDay(nowMs, zone);
    // From half a day before midnight, so that a day of 23 or 25 hours is whole as well.
    const yesterday = startOfDay(today - dayMs / 2, zone);
    presets.push(
      { id: 'today', label: 'Today', range: { kind: 'between', fromMs: today, toMs: nowMs } },
      { id: 'yesterday', label: 'Yesterday', range: { kind: 'between', fromMs: yesterday, toMs: today } },
    );
    const week = startOfWeek(nowMs, zone);
    const lastWeek = startOfWeek(week - dayMs, zone);
    presets.push(
      { id: 'this-week', label: 'This week', range: { kind: 'between', fromMs: week, toMs: nowMs } },
      { id: 'last-week', label: 'Last week', range: { kind: 'between', fromMs: lastWeek, toMs: week } },
    );
  }
  return presets;
}

/**
 * The clock times of a range in a form that depends on its length only: a live range is told anew each second, and
 * its width must not change with it. Both carry their date where the days differ.
 */
function timesOf({ fromMs, toMs }: Interval, zone: Zone): string {
  const precision = toMs - fromMs < hourMs ? 'second' : 'minute';
  const sameDay = startOfDay(fromMs, zone) === startOfDay(toMs, zone);
  const words = (timeMs: number) => {
    const clock = formatClock(timeMs, zone, precision);
    return sameDay ? clock : `${formatDate(timeMs, zone)} ${clock}`;
  };
  return `${words(fromMs)} – ${words(toMs)}`;
}

/** The name of a range and, where it has one, its clock times: 'Last 5 min', '18:50:54 – 18:55:54'. */
export function rangeWords(
  range: Range,
  interval: Interval | null,
  extent: Interval | null,
  isCapture: boolean,
  zone: Zone,
): { name: string; times: string } {
  const shown = interval ?? (isCapture ? extent : null);
  const times = shown ? timesOf(shown, zone) : '';
  if (range.kind === 'last') return { name: lastWords(range.ms), times };
  if (range.kind === 'all') return { name: isCapture ? 'Whole capture' : 'Last 10 min', times };
  return { name: times, times: '' };
}

/** A span that ends at a moment which is looked at: '5 min to 18:55:54'. */
export function momentWords(ms: number, momentMs: number, zone: Zone): { name: string; times: string } {
  return { name: `${lastWords(ms).slice(5)} to ${formatClock(momentMs, zone)}`, times: '' };
}

/**
 * Reads '2015-03-13 18:52:02', '18:52' or '18:52:02.5' in a zone; a time without a date is on the day of
 * `referenceMs`. null where it is no moment.
 */
export function parseMoment(text: string, zone: Zone, referenceMs: number): number | null {
  const found =
    /^\s*(?:(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]+|$))?(?:(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?\s*$/.exec(
      text,
    );
  if (!found || (found[1] === undefined && found[4] === undefined)) return null;
  const [, year, month, day, hours = '0', minutes = '0', seconds = '0', fraction = '0'] = found;
  const clock = [Number(hours), Number(minutes), Number(seconds), Number(fraction.padEnd(3, '0'))] as const;
  if (clock[0] > 23 || clock[1] > 59 || clock[2] > 59) return null;
  const reference = new Date(startOfDay(referenceMs, zone));
  const date =
    year === undefined
      ? zone === 'utc'
        ? ([reference.getUTCFullYear(), reference.getUTCMonth(), reference.getUTCDate()] as const)
        : ([reference.getFullYear(), reference.getMonth(), reference.getDate()] as const)
      : ([Number(year), Number(month) - 1, Number(day)] as const);
  const moment = zone === 'utc' ? Date.UTC(...date, ...clock) : new Date(...date, ...clock).getTime();
  // A 31st of February would become a day in March, a 13th month one of the next year.
  const back = new Date(moment);
  const given = zone === 'utc' ? [back.getUTCMonth(), back.getUTCDate()] : [back.getMonth(), back.getDate()];
  return given[0] === date[1] && given[1] === date[2] ? moment : null;
}
