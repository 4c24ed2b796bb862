/**
 * Moments and spans for people, in UTC or the zone of the computer, 24-hour. Times are milliseconds since
 * 1970; a fraction carries microseconds. Nothing here asks what time it is.
 */
import { UNKNOWN } from './rates.ts';

export type Zone = 'utc' | 'local';
export type ClockPrecision = 'minute' | 'second' | 'millisecond' | 'microsecond';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** What a Date can hold; beyond it there is no calendar. */
const LAST_MS = 8.64e15;

type Parts = { year: number; month: number; day: number; hour: number; minute: number; second: number };

function partsOf(timeMs: number, zone: Zone): Parts {
  const date = new Date(timeMs);
  if (zone === 'utc') {
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
    };
  }
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
  };
}

function known(timeMs: number): boolean {
  return Math.abs(timeMs) <= LAST_MS;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function dateText(parts: Parts): string {
  const year = Math.abs(parts.year).toString().padStart(4, '0');
  return `${parts.year < 0 ? '-' : ''}${year}-${two(parts.month)}-${two(parts.day)}`;
}

/** Microseconds into the second, rounded down so that a moment is never shown before it was reached. */
function microsecondsOf(timeMs: number): number {
  const intoSecond = timeMs - Math.floor(timeMs / SECOND_MS) * SECOND_MS;
  // A time in milliseconds carries about a quarter of a microsecond of rounding at today's dates.
  return Math.min(999_999, Math.floor(intoSecond * 1000 + 0.5));
}

/** '18:52', '18:52:02', '18:52:02.924' or '18:52:02.924066'. */
export function formatClock(timeMs: number, zone: Zone, precision: ClockPrecision = 'second'): string {
  if (!known(timeMs)) return UNKNOWN;
  const parts = partsOf(timeMs, zone);
  const minutes = `${two(parts.hour)}:${two(parts.minute)}`;
  if (precision === 'minute') return minutes;
  const seconds = `${minutes}:${two(parts.second)}`;
  if (precision === 'second') return seconds;
  const micros = String(microsecondsOf(timeMs)).padStart(6, '0');
  return `${seconds}.${precision === 'microsecond' ? micros : micros.slice(0, 3)}`;
}

/** '2015-03-13'. */
export function formatDate(timeMs: number, zone: Zone): string {
  return known(timeMs) ? dateText(partsOf(timeMs, zone)) : UNKNOWN;
}

/** '2015-03-13 18:52:02'. */
export function formatMoment(timeMs: number, zone: Zone, precision: ClockPrecision = 'second'): string {
  return known(timeMs) ? `${formatDate(timeMs, zone)} ${formatClock(timeMs, zone, precision)}` : UNKNOWN;
}

/**
 * '18:52:02 – 18:52:32'. Where the two lie on different days both carry their date; minutes only where
 * neither has seconds to show, milliseconds where one has.
 */
export function formatInterval(fromMs: number, toMs: number, zone: Zone): string {
  if (!known(fromMs) || !known(toMs)) return UNKNOWN;
  const every = (unitMs: number) => fromMs % unitMs === 0 && toMs % unitMs === 0;
  const short = toMs - fromMs < 10 * SECOND_MS && !every(SECOND_MS);
  const precision = every(MINUTE_MS) ? 'minute' : short ? 'millisecond' : 'second';
  const sameDay = formatDate(fromMs, zone) === formatDate(toMs, zone);
  const write = sameDay ? formatClock : formatMoment;
  return `${write(fromMs, zone, precision)} – ${write(toMs, zone, precision)}`;
}

/** ISO 8601 with offset, for CSV and files: '2015-03-13T18:52:02.924+00:00'. '' where the time is not known. */
export function formatIso(timeMs: number, zone: Zone): string {
  if (!known(timeMs)) return '';
  const offset = zone === 'utc' ? 0 : -new Date(timeMs).getTimezoneOffset();
  const sign = offset < 0 ? '-' : '+';
  const magnitude = Math.abs(offset);
  const clock = formatClock(timeMs, zone, 'millisecond');
  return `${formatDate(timeMs, zone)}T${clock}${sign}${two(Math.floor(magnitude / 60))}:${two(magnitude % 60)}`;
}

const DURATION_UNITS = [
  { name: 'd', lengthMs: DAY_MS },
  { name: 'h', lengthMs: HOUR_MS },
  { name: 'min', lengthMs: MINUTE_MS },
  { name: 's', lengthMs: SECOND_MS },
] as const;

/**
 * A span: '1 min 35 s', '1 d 14 h 53 min 25 s' (empty parts are left out), '250 ms' below a second, '2.5 s'
 * below ten where it is not whole.
 */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs)) return UNKNOWN;
  if (durationMs < 0) return `−${formatDuration(-durationMs)}`;
  if (durationMs === 0) return '0';
  if (durationMs < 1) return '< 1 ms';
  if (durationMs < SECOND_MS - 0.5) return `${Math.round(durationMs)} ms`;
  if (durationMs < 9.95 * SECOND_MS) return `${Number((durationMs / SECOND_MS).toFixed(1))} s`;
  let rest = Math.round(durationMs / SECOND_MS) * SECOND_MS;
  const parts: string[] = [];
  for (const { name, lengthMs } of DURATION_UNITS) {
    const count = Math.floor(rest / lengthMs);
    rest -= count * lengthMs;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.join(' ');
}

/** Distances between the labels of a time axis: round in the units that a clock has. */
const TICK_STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR_MS),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((count) => count * DAY_MS),
];

const LONGEST_STEP_MS = 364 * DAY_MS;

/** 1970-01-05 was a Monday: steps of whole weeks begin on one. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

export type TimeTick = { timeMs: number; label: string };
export type TimeTicks = { stepMs: number; ticks: TimeTick[] };

/**
 * Labels for a time axis of `widthPx` pixels: the shortest step whose labels stand at least `spacingPx` apart
 * (60 by default, 75 with seconds), on round clock times of the zone, half-open like every interval. `HH:MM:SS` below
 * one minute, `HH:MM` above, the date at midnight. A missing hour (summer time) has no label.
 */
export function timeTicks(
  fromMs: number,
  toMs: number,
  widthPx: number,
  zone: Zone,
  spacingPx?: number,
): TimeTicks {
  if (!known(fromMs) || !known(toMs) || !(toMs > fromMs) || !(widthPx > 0)) return { stepMs: 0, ticks: [] };
  const perPixel = (toMs - fromMs) / widthPx;
  const wideEnough = (stepMs: number) => stepMs >= perPixel * (spacingPx ?? (stepMs < MINUTE_MS ? 75 : 60));
  const stepMs =
    TICK_STEPS_MS.find(wideEnough) ?? LONGEST_STEP_MS * Math.ceil((perPixel * 60) / LONGEST_STEP_MS);
  const anchorMs = stepMs % (7 * DAY_MS) === 0 ? FIRST_MONDAY_MS : 0;
  const ticks: TimeTick[] = [];
  const limit = Math.ceil((toMs - fromMs) / stepMs) + 2;
  let wallMs = Math.floor((wallOf(fromMs, zone) - anchorMs) / stepMs) * stepMs + anchorMs;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (let count = 0; count <= limit; count++, wallMs += stepMs) {
    const timeMs = momentOf(wallMs, zone);
    if (timeMs >= toMs) break;
    if (timeMs < fromMs || timeMs <= lastMs || wallOf(timeMs, zone) !== wallMs) continue;
    lastMs = timeMs;
    ticks.push({ timeMs, label: tickLabel(timeMs, wallMs, stepMs, zone) });
  }
  return { stepMs, ticks };
}

function tickLabel(timeMs: number, wallMs: number, stepMs: number, zone: Zone): string {
  if (wallMs % DAY_MS === 0) return formatDate(timeMs, zone);
  return formatClock(timeMs, zone, stepMs < MINUTE_MS ? 'second' : 'minute');
}

/** What the clocks of the zone show at a moment, as if it were UTC. */
function wallOf(timeMs: number, zone: Zone): number {
  return zone === 'utc' ? timeMs : timeMs - new Date(timeMs).getTimezoneOffset() * MINUTE_MS;
}

/** The (first) moment at which the clocks of the zone show this. */
function momentOf(wallMs: number, zone: Zone): number {
  if (zone === 'utc') return wallMs;
  const wall = new Date(wallMs);
  return new Date(
    wall.getUTCFullYear(),
    wall.getUTCMonth(),
    wall.getUTCDate(),
    wall.getUTCHours(),
    wall.getUTCMinutes(),
    wall.getUTCSeconds(),
  ).getTime();
}
