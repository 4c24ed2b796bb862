/** A mute as its form holds it, and when it holds in words. */
import { formatMoment, type Zone } from '../../../shared/format/time.ts';
import type { Mute, WeirEvent } from '../../../shared/model/event.ts';

export const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const WORKDAYS = [1, 2, 3, 4, 5];

export const minuteText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** '22:30' as minutes of the day; null where it is no time. */
export function readMinute(text: string): number | null {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (!match) return null;
  const [hour, minute] = [Number(match[1]), Number(match[2])];
  return hour < 24 && minute < 60 ? hour * 60 + minute : null;
}

function daysText(days: readonly number[]): string {
  if (days.length === 0 || days.length === 7) return 'each day';
  const sorted = [...days].sort();
  if (sorted.join() === WORKDAYS.join()) return 'Mon to Fri';
  return sorted.map((day) => DAYS[day]).join(', ');
}

/** 'always', '2026-01-05 12:00 to 2026-01-05 14:00', 'Mon to Fri, 22:00 to 06:00'. */
export function whenText(when: Mute['when'], zone: Zone): string {
  if (when.kind === 'always') return 'always';
  if (when.kind === 'once')
    return `${formatMoment(when.fromMs, zone, 'minute')} to ${formatMoment(when.toMs, zone, 'minute')}`;
  const { days, fromMinute, toMinute } = when;
  if (fromMinute === toMinute) return `${daysText(days)}, all day`;
  const over = fromMinute > toMinute ? ' of the next day' : '';
  return `${daysText(days)}, ${minuteText(fromMinute)} to ${minuteText(toMinute)}${over}`;
}

/** 'any threshold at spine1, swp1'. */
export function scopeText(mute: Mute, agentName: (agent: string) => string): string {
  const thresholds = mute.thresholds.length === 0 ? 'any event' : mute.thresholds.join(', ');
  const agents = mute.agents.map(agentName).join(', ');
  const sources = mute.dataSources.length > 0 ? `data source ${mute.dataSources.join(', ')}` : '';
  const where = [agents, sources].filter(Boolean).join(', ');
  return where === '' ? thresholds : `${thresholds} at ${where}`;
}

export type MuteScope = Pick<Mute, 'thresholds' | 'agents' | 'dataSources'>;

/** A mute that keeps one event quiet: its threshold, at its place. */
export function muteOf(event: WeirEvent): MuteScope {
  return {
    thresholds: [event.name],
    agents: event.agent === '' ? [] : [event.agent],
    dataSources: event.dataSource === '' ? [] : [event.dataSource],
  };
}

/** What is wrong with it, in a sentence; '' where it can be kept. */
export function muteProblem({ name, when }: Mute, taken: readonly string[]): string {
  if (name.trim() === '') return 'Give the mute a name.';
  if (taken.includes(name.trim())) return 'Another mute has this name.';
  if (when.kind === 'once') {
    if (!Number.isFinite(when.fromMs) || !Number.isFinite(when.toMs))
      return 'Say when it begins and when it ends.';
    if (when.toMs <= when.fromMs) return 'It ends before it begins.';
  }
  if (when.kind === 'weekly') {
    if (when.days.length === 0) return 'Choose at least one day.';
  }
  return '';
}

const two = (value: number) => String(value).padStart(2, '0');

/** A time as the field of a browser takes it, in the zone that times are told in. */
export function localText(timeMs: number, zone: Zone): string {
  if (!Number.isFinite(timeMs)) return '';
  const date = new Date(timeMs);
  if (zone === 'utc') return date.toISOString().slice(0, 16);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** NaN where it is no time. */
export const readLocal = (text: string, zone: Zone): number =>
  Date.parse(zone === 'utc' ? `${text}:00Z` : text);
