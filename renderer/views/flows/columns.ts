/** The columns of the list of definitions. */
import { formatCount, formatRate } from '../../../shared/format/rates.ts';
import { safeText } from '../../../shared/format/text.ts';
import { formatDuration } from '../../../shared/format/time.ts';
import type { DefinitionStatus } from '../../../shared/model/definition.ts';
import type { TableColumn } from '../../components/table/column.ts';

export type FlowRow = DefinitionStatus & { id: string };

/** Rows of the list; the text of a row is what a search looks through. */
export const flowRows = (list: readonly DefinitionStatus[]): FlowRow[] =>
  list.map((status) => ({ ...status, id: status.definition.name }));

/** Whether every word stands somewhere in the row. */
export function matchesSearch({ definition, group, label }: FlowRow, search: string): boolean {
  const { name, keys, value, values, filter } = definition;
  const text = [name, label, ...keys, value, ...values, filter, group].join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** What a definition is called: its name; what comes with Weir by its label. */
export const titleOf = ({ definition, label }: Pick<DefinitionStatus, 'definition' | 'label'>): string =>
  safeText(label || definition.name);

export const ORIGINS = {
  weir: { label: 'you', about: 'you, in this interface' },
  rest: { label: 'script', about: 'a script, through REST' },
  preset: { label: 'Weir', about: 'Weir; a copy can be changed' },
} as const;

/** When a sample last belonged to a definition, seen from the workspace's own now. */
export function lastSeenText(
  { lastSeenMs }: Pick<DefinitionStatus, 'lastSeenMs'>,
  nowMs: number | null,
): string {
  if (lastSeenMs === null) return 'never';
  const agoMs = Math.max(0, (nowMs ?? lastSeenMs) - lastSeenMs);
  return agoMs < 2_000 ? 'now' : `${formatDuration(agoMs)} ago`;
}

/** It counts nothing now: it cannot, or it comes with Weir and nobody has asked for it yet. */
const isIdle = ({ problem, origin, lastSeenMs }: DefinitionStatus): boolean =>
  problem !== '' || (origin === 'preset' && lastSeenMs === null);

const valueText = ({ value, values, dropped }: FlowRow['definition']) =>
  [value, ...values].join(', ') + (dropped ? ' of discards' : '');

export function flowColumns(nowMs: number | null): TableColumn<FlowRow>[] {
  return [
    {
      id: 'name',
      label: 'Name',
      width: 196,
      grow: 1,
      align: 'left',
      sortBy: titleOf,
      text: titleOf,
      csv: { heading: 'Name', type: 'text', cell: (row) => row.definition.name },
    },
    {
      id: 'keys',
      label: 'Keys',
      about: 'By what traffic is told apart',
      width: 180,
      grow: 2,
      align: 'left',
      sortBy: (row) => row.definition.keys.join(','),
      text: (row) => safeText(row.definition.keys.join(', ')) || 'all together',
      csv: { heading: 'Keys', type: 'text', cell: (row) => row.definition.keys.join(',') },
    },
    {
      id: 'value',
      label: 'Value',
      about: 'What is added up',
      width: 110,
      grow: 0.4,
      align: 'left',
      sortBy: (row) => valueText(row.definition),
      text: (row) => safeText(valueText(row.definition)),
      csv: { heading: 'Value', type: 'text', cell: (row) => valueText(row.definition) },
    },
    {
      id: 'filter',
      label: 'Filter',
      about: 'For which traffic',
      width: 120,
      grow: 1.2,
      align: 'left',
      sortBy: (row) => row.definition.filter,
      text: (row) => safeText(row.definition.filter) || '–',
      csv: { heading: 'Filter', type: 'text', cell: (row) => row.definition.filter },
    },
    {
      id: 'rate',
      label: 'Samples',
      about: 'Samples per second that belong to it, over the last ten seconds',
      width: 84,
      align: 'right',
      sortBy: (row) => row.samplesPerSecond,
      text: (row) => (isIdle(row) ? '–' : `${formatRate(row.samplesPerSecond, '').figure} /s`),
      figure: (row) => (isIdle(row) ? { figure: '–', unit: '' } : formatRate(row.samplesPerSecond, '/s')),
      unitWidth: 20,
      csv: { heading: 'Samples', unit: '1/s', type: 'number', cell: (row) => row.samplesPerSecond },
    },
    {
      id: 'flows',
      label: 'Flows',
      about: 'In its tables now',
      width: 70,
      align: 'right',
      sortBy: (row) => row.flows,
      text: (row) => (isIdle(row) ? '–' : formatCount(row.flows)),
      csv: { heading: 'Flows', type: 'number', cell: (row) => row.flows },
    },
    {
      id: 'seen',
      label: 'Last sample',
      about: 'When a sample last belonged to it',
      width: 104,
      align: 'right',
      leastWindowPx: 1400,
      sortBy: (row) => row.lastSeenMs ?? 0,
      text: (row) => (isIdle(row) ? '–' : lastSeenText(row, nowMs)),
      csv: { heading: 'Last sample', type: 'time', cell: (row) => row.lastSeenMs },
    },
    {
      id: 'origin',
      label: 'From',
      about: 'Who made it',
      width: 58,
      align: 'left',
      sortBy: (row) => row.origin,
      text: (row) => ORIGINS[row.origin].label,
      csv: { heading: 'From', type: 'text', cell: (row) => ORIGINS[row.origin].label },
    },
    {
      id: 'actions',
      label: '',
      width: 64,
      align: 'right',
      text: () => '',
      csv: null,
    },
  ];
}
