/** The rows and columns of the list of events; the same for screen, CSV and picture. */

import { type NamedText, plainSentence } from '../../../shared/format/named-sentence.ts';
import { formatCount } from '../../../shared/format/rates.ts';
import { safeText } from '../../../shared/format/text.ts';
import { formatDuration, formatMoment, type Zone } from '../../../shared/format/time.ts';
import type { WeirEvent } from '../../../shared/model/event.ts';
import { type TableColumn, textColumn } from '../../components/table/column.ts';
import { plainText } from '../../components/table/named-text.ts';
import type { NameOf } from '../../stores/names.ts';
import { SEVERITY_LABELS, severityRank } from '../thresholds/words.ts';
import type { Grouping } from './choices.ts';
import {
  agentOf,
  causeWords,
  lengthMs,
  nameLabel,
  peakWords,
  type Standing,
  standingOf,
  titleParts,
  whereParts,
} from './words.ts';

export type EventRow = {
  id: string;
  /** null for the head of a group. */
  event: WeirEvent | null;
  group: string;
  /** Of the head of a group: what it is called and how many it has. */
  label: string;
  count: number;
  title: string;
  titleParts: readonly NamedText[];
  where: readonly NamedText[];
  /** The largest causes in a few words. */
  causes: string;
  standing: Standing;
  lengthMs: number;
  raised: string;
};

export type RowContext = { nowMs: number | null; zone: Zone; grouping: Grouping; nameOf: NameOf };

/** Rows made before, by id: what has not changed stays the same object, and is not drawn again. */
export type RowMemory = Map<number, { from: string; row: EventRow }>;

/** Events of one group stand together under a head, which is as bad as its worst and as new as its newest. */
export function eventRows(
  events: readonly WeirEvent[],
  context: RowContext,
  memory: RowMemory = new Map(),
): EventRow[] {
  const rows = events.map((event) => {
    const row = eventRow(event, context);
    const from = JSON.stringify([
      event,
      row.standing,
      row.group,
      row.raised,
      row.where,
      row.title,
      row.causes,
      Math.floor(row.lengthMs / 1000),
    ]);
    const known = memory.get(event.id);
    if (known?.from === from) return known.row;
    memory.set(event.id, { from, row });
    return row;
  });
  if (memory.size > 2 * events.length + 100) memory.clear();
  if (context.grouping === 'none') return rows;
  const heads = new Map<string, EventRow>();
  for (const row of rows) {
    const head = heads.get(row.group);
    if (head) head.count++;
    else heads.set(row.group, headOf(row));
  }
  return [...heads.values(), ...rows];
}

function eventRow(event: WeirEvent, { nowMs, zone, grouping, nameOf }: RowContext): EventRow {
  const group =
    grouping === 'threshold' ? nameLabel(event) : grouping === 'agent' ? agentOf(event) || 'no agent' : '';
  return {
    id: `event ${event.id}`,
    event,
    group,
    label: '',
    count: 1,
    titleParts: titleParts(event, nameOf),
    title: plainSentence(titleParts(event, nameOf)),
    where: whereParts(event, nameOf),
    causes: causeWords(event, nameOf),
    standing: standingOf(event, nowMs),
    lengthMs: lengthMs(event, nowMs),
    raised: formatMoment(event.raisedMs, zone),
  };
}

const headOf = (first: EventRow): EventRow => ({
  ...first,
  id: `group ${first.group}`,
  event: null,
  label: first.group,
  title: '',
  titleParts: [],
  where: [],
});

/** Heads before their events, in the order of the best placed event of each. */
export function arrangeGroups(sorted: readonly EventRow[], isOpen: (group: string) => boolean): EventRow[] {
  const heads = new Map(sorted.filter(({ event }) => event === null).map((row) => [row.group, row]));
  if (heads.size === 0) return [...sorted];
  const members = new Map<string, EventRow[]>();
  for (const row of sorted) {
    if (row.event === null) continue;
    const known = members.get(row.group);
    if (known) known.push(row);
    else members.set(row.group, [row]);
  }
  return [...members].flatMap(([group, rows]) => [heads.get(group)!, ...(isOpen(group) ? rows : [])]);
}

export const lastedText = (row: EventRow): string => formatDuration(Math.round(row.lengthMs / 1000) * 1000);

type Column = TableColumn<EventRow>;
const none = Number.NEGATIVE_INFINITY;
const time = (id: string, label: string, of: (event: WeirEvent) => number | null): Column => ({
  ...textColumn<EventRow>(id, label, 0, () => ''),
  csv: { heading: label, type: 'time', cell: ({ event }) => (event ? of(event) : null) },
});
const number = (id: string, label: string, of: (event: WeirEvent) => number | null): Column => ({
  ...textColumn<EventRow>(id, label, 0, () => ''),
  csv: { heading: label, type: 'number', cell: ({ event }) => (event ? of(event) : null) },
});

export const eventColumns: readonly Column[] = [
  { id: 'select', label: '', width: 28, align: 'left', text: () => '', csv: null },
  {
    id: 'severity',
    label: '',
    about: 'Severity',
    width: 26,
    align: 'left',
    sortBy: ({ event }) => (event ? severityRank(event.severity) : none),
    text: ({ event }) => (event ? SEVERITY_LABELS[event.severity].slice(0, 4) : ''),
    csv: { heading: 'Severity', type: 'text', cell: ({ event }) => event?.severity ?? '' },
  },
  {
    id: 'raised',
    label: 'Raised',
    width: 138,
    align: 'left',
    sortBy: ({ event }) => event?.raisedMs ?? none,
    text: ({ raised }) => raised,
    csv: { heading: 'Raised', type: 'time', cell: ({ event }) => event?.raisedMs ?? null },
  },
  {
    id: 'length',
    label: 'Lasted',
    width: 84,
    align: 'right',
    sortBy: (row) => row.lengthMs,
    text: lastedText,
    csv: { heading: 'Lasted', unit: 's', type: 'number', cell: (row) => row.lengthMs / 1000 },
  },
  textColumn('standing', 'State', 98, ({ standing }) => standing),
  textColumn('title', 'Event', 200, ({ title }) => title, { grow: 2 }),
  textColumn('where', 'Where', 150, ({ where }) => plainText(where), { grow: 0.8, leastWindowPx: 1500 }),
  textColumn('peak', 'Peak / level', 150, ({ event }) => (event ? peakWords(event) : ''), {
    align: 'right',
    sortBy: ({ event }) => (event?.peak != null && event.level ? event.peak / event.level : none),
    csv: null,
    leastWindowPx: 1250,
  }),
  textColumn('causes', 'Causes', 160, ({ event, causes }) => (event ? causes : ''), {
    grow: 1,
    leastWindowPx: 1700,
  }),
  {
    id: 'repeats',
    label: 'Again',
    about: 'How often it was raised again within its flap time',
    width: 52,
    align: 'right',
    sortBy: ({ event }) => event?.repeats ?? none,
    text: ({ event }) => (event && event.repeats > 0 ? formatCount(event.repeats) : ''),
    leastWindowPx: 1400,
    csv: { heading: 'Raised again', type: 'number', cell: ({ event }) => event?.repeats ?? null },
  },
];

/** Columns that only a file has. */
export const eventFileColumns: readonly Column[] = [
  time('cleared', 'Cleared', (event) => event.clearedMs),
  textColumn('name', 'Name', 0, ({ event }) => (event ? safeText(event.name) : '')),
  textColumn('agent', 'Agent', 0, ({ event }) => event?.agent ?? ''),
  textColumn('source', 'Data source', 0, ({ event }) => (event ? safeText(event.dataSource) : '')),
  textColumn('key', 'Flow', 0, ({ event }) => (event ? safeText(event.flowKey) : '')),
  textColumn('metric', 'Metric', 0, ({ event }) => (event ? safeText(event.metric) : '')),
  number('peak-figure', 'Peak', (event) => event.peak),
  number('level-figure', 'Level', (event) => event.level),
  textColumn('unit', 'Unit', 0, ({ event }) => event?.unit ?? ''),
  textColumn('note', 'Note', 0, ({ event }) => (event ? safeText(event.note, 1000) : '')),
];
