/** What each exported picture says of where its figures are from and of when they are: it is read without the screen. */
import { safeText } from '../../shared/format/text.ts';
import { formatDate, formatInterval, formatMoment, type Zone } from '../../shared/format/time.ts';
import type { Interval } from '../../shared/model/question.ts';
import { useNetwork } from '../stores/network.ts';
import { useWorkspaces } from '../stores/workspaces.ts';

const zoneWords = (zone: Zone): string => (zone === 'utc' ? 'UTC' : 'local time');

/** '2015-03-13 18:50:54 – 18:55:54 UTC'; of a range without length its moment. A day is told once. */
export function rangeFact({ fromMs, toMs }: Interval, zone: Zone): string {
  if (fromMs === toMs) return `${formatMoment(fromMs, zone)} ${zoneWords(zone)}`;
  const day = formatDate(fromMs, zone);
  const times = formatInterval(fromMs, toMs, zone);
  return `${times.startsWith(day) ? '' : `${day} `}${times} ${zoneWords(zone)}`;
}

/** 'weekend.pcap': what holds for all its agents alike. */
export const workspaceFact = (): string => safeText(useWorkspaces().current?.title ?? '');

/** 'weekend.pcap, leaf1'. */
export const scopeFact = (): string => `${workspaceFact()}, ${useNetwork().scopeTitle}`;
