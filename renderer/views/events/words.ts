/** An event in words and figures: where it was, how it stands, how far it went beyond its level. */

import { addressesInSentence, type NamedText, sentenceParts } from '../../../shared/format/named-sentence.ts';
import { THIN_SPACE, UNKNOWN } from '../../../shared/format/rates.ts';
import { safeText } from '../../../shared/format/text.ts';
import { formatDuration } from '../../../shared/format/time.ts';
import type { SystemEventName, WeirEvent } from '../../../shared/model/event.ts';
import { rateText } from '../../components/chart/unit.ts';
import { plainText } from '../../components/table/named-text.ts';
import type { NameOf } from '../../stores/names.ts';
import { addressesInKey, flowKeyParts } from '../top-n/keys.ts';

/** What Weir's own events are called. */
export const SYSTEM_LABELS: Readonly<Record<SystemEventName, string>> = {
  'agent-seen': 'Agent seen',
  'agent-lost': 'Agent lost',
  'agent-restarted': 'Agent restarted',
  'sampling-rate-changed': 'Sampling rate changed',
  'datagrams-lost': 'Datagrams lost',
  'disk-full': 'Disk full',
  'action-failing': 'Action failing',
};

/** The threshold, or what Weir calls its own event. */
export function nameLabel({ kind, name }: Pick<WeirEvent, 'kind' | 'name'>): string {
  return (kind === 'system' && SYSTEM_LABELS[name as SystemEventName]) || safeText(name);
}

type Place = Pick<WeirEvent, 'agent' | 'agentName' | 'dataSource' | 'interfaceName' | 'flowKey'>;

export const agentOf = ({ agent, agentName }: Pick<WeirEvent, 'agent' | 'agentName'>): string =>
  safeText(agentName || agent);

/** 'spine1 › swp1', with the flow where it goes by flow; nothing where it concerns no place. */
export function whereParts(event: Place, nameOf: NameOf): NamedText[] {
  const { dataSource, interfaceName, flowKey } = event;
  const port = interfaceName || (/^\d+$/.test(dataSource) ? `if ${dataSource}` : dataSource);
  const place = [agentOf(event), safeText(port)].filter(Boolean).join(' › ');
  const flow = flowKey === '' ? [] : flowKeyParts(flowKey, nameOf);
  if (place === '') return flow;
  return [{ text: place, known: null }, ...(flow.length > 0 ? [{ text: '›', known: null }] : []), ...flow];
}

/** The sentence of an event with the names of its addresses. */
export const titleParts = ({ title }: Pick<WeirEvent, 'title'>, nameOf: NameOf): NamedText[] =>
  sentenceParts(safeText(title, 500), nameOf);

/** The addresses that an event tells of: in its sentence, in its flow, and in those that caused it. */
export const addressesOf = ({
  title,
  flowKey,
  causes,
}: Pick<WeirEvent, 'title' | 'flowKey' | 'causes'>): string[] => [
  ...addressesInSentence(title),
  ...[flowKey, ...causes.map(({ key }) => key)].flatMap(addressesInKey),
];

/** A figure of an event in its unit. */
export const figureOf = (value: number | null, unit: string): string =>
  value === null ? UNKNOWN : unit === 's' ? formatDuration(value * 1000) : rateText(value, unit);

/** '92 % of 80 %': the peak against the level; '' where the event has no figure. */
export function peakWords({ peak, level, unit }: Pick<WeirEvent, 'peak' | 'level' | 'unit'>): string {
  if (peak === null) return '';
  return level === null ? figureOf(peak, unit) : `${figureOf(peak, unit)} / ${figureOf(level, unit)}`;
}

/** How long it stood, or has stood by now. */
export function lengthMs({ raisedMs, clearedMs, updatedMs }: WeirEvent, nowMs: number | null): number {
  return Math.max(0, (clearedMs ?? Math.max(nowMs ?? 0, updatedMs)) - raisedMs);
}

export type Standing = 'standing' | 'acknowledged' | 'snoozed' | 'muted' | 'cleared';

/** How it stands, in one word: what keeps it quiet comes before that it stands. */
export function standingOf(event: WeirEvent, nowMs: number | null): Standing {
  // One that is looked at before it was cleared still stood.
  if (event.clearedMs !== null && (nowMs === null || event.clearedMs <= nowMs)) return 'cleared';
  if (event.mutedBy !== '') return 'muted';
  if (event.snoozedUntilMs !== null && event.snoozedUntilMs > (nowMs ?? 0)) return 'snoozed';
  return event.acknowledgedMs === null ? 'standing' : 'acknowledged';
}

/** The largest causes in a few words. */
export function causeWords({ causes }: Pick<WeirEvent, 'causes'>, nameOf: NameOf): string {
  return causes
    .slice(0, 3)
    .map(({ key, share }) => {
      const words = plainText(flowKeyParts(key.slice(0, 80), nameOf));
      return share === null ? words : `${words} ${Math.round(share * 100)}${THIN_SPACE}%`;
    })
    .join('; ');
}
