/** The columns of the list of actions and of their attempts; the same for screen, CSV and picture. */
import { formatCount } from '../../../shared/format/rates.ts';
import { safeText } from '../../../shared/format/text.ts';
import { formatIso, formatMoment, type Zone } from '../../../shared/format/time.ts';
import type { ActionStatus, Attempt } from '../../../shared/model/action.ts';
import { type TableColumn, textColumn } from '../../components/table/column.ts';
import { eventsWords, RESULT_LABELS, stateOf, WHAT_LABELS, whenWords } from './words.ts';

export type ActionRow = {
  id: string;
  status: ActionStatus;
  name: string;
  kind: string;
  events: string;
  when: string;
};

export function actionRow(
  status: ActionStatus,
  kindLabel: (kind: string) => string,
  agentName: (agent: string) => string,
): ActionRow {
  const { action } = status;
  return {
    ...{ id: action.name, status, name: safeText(action.name), kind: safeText(kindLabel(action.kind)) },
    ...{ events: eventsWords(action, agentName), when: whenWords(action) },
  };
}

type Column<Row> = TableColumn<Row>;
function count<Row>(
  id: string,
  label: string,
  about: string,
  cell: (row: Row) => number,
  part: Partial<Column<Row>> = {},
): Column<Row> {
  return {
    ...{ id, label, about, width: 68, align: 'right', sortBy: cell },
    text: (row) => (cell(row) > 0 ? formatCount(cell(row)) : ''),
    csv: { heading: label, type: 'number', cell },
    ...part,
  };
}

/** Where the detail is open there is no more room; it says the same. */
const WIDE = { leastWindowPx: 1400 };

export const actionColumns: readonly Column<ActionRow>[] = [
  textColumn('state', 'State', 92, ({ status }) => stateOf(status).words),
  textColumn('name', 'Action', 130, ({ name }) => name, { grow: 1 }),
  textColumn('kind', 'Kind', 120, ({ kind }) => kind),
  textColumn('events', 'Told of', 150, ({ events }) => events, { grow: 1.2 }),
  textColumn('when', 'When', 124, ({ when }) => when, { leastWindowPx: 1600 }),
  count('done', 'Done', 'Since Weir was started', ({ status }) => status.done, WIDE),
  count('failed', 'Failed', 'Given up, since Weir was started', ({ status }) => status.failed),
  count(
    'limited',
    'Left out',
    'Above the rate limit, since Weir was started',
    ({ status }) => status.limited,
    WIDE,
  ),
  {
    ...textColumn('enabled', 'On', 44, ({ status }: ActionRow) => (status.action.enabled ? 'on' : 'off')),
    csv: { heading: 'On', type: 'text', cell: ({ status }) => String(status.action.enabled) },
  },
];
export const actionFileColumns: readonly Column<ActionRow>[] = [
  textColumn('problem', 'Problem', 0, ({ status }) => safeText(status.problem)),
  textColumn('last', 'Last attempt', 0, ({ status }) =>
    status.last ? formatIso(status.last.atMs, 'utc') : '',
  ),
  textColumn('detail', 'What was answered', 0, ({ status }) => safeText(status.last?.detail ?? '', 1200)),
];

export type AttemptRow = { id: string; attempt: Attempt };

export function attemptColumns(zone: Zone, withAction: boolean): Column<AttemptRow>[] {
  return [
    {
      ...textColumn<AttemptRow>('at', 'When', 136, ({ attempt }) => formatMoment(attempt.atMs, zone)),
      sortBy: ({ attempt }) => attempt.atMs,
      csv: { heading: 'When', type: 'time', cell: ({ attempt }) => attempt.atMs },
    },
    ...(withAction
      ? [
          textColumn<AttemptRow>('action', 'Action', 110, ({ attempt }) => safeText(attempt.action), {
            grow: 0.4,
          }),
        ]
      : []),
    textColumn('what', 'Of', 60, ({ attempt }) => WHAT_LABELS[attempt.what]),
    {
      ...textColumn<AttemptRow>('event', 'Event', 56, ({ attempt }) =>
        attempt.eventId === null ? '' : `#${attempt.eventId}`,
      ),
      sortBy: ({ attempt }) => attempt.eventId ?? -1,
      csv: { heading: 'Event', type: 'number', cell: ({ attempt }) => attempt.eventId },
    },
    textColumn('result', 'Result', 84, ({ attempt }) => RESULT_LABELS[attempt.result]),
    textColumn('detail', 'What was answered', 120, ({ attempt }) => safeText(attempt.detail, 1200), {
      grow: 1,
    }),
    {
      id: 'took',
      label: 'Took',
      width: 64,
      align: 'right',
      sortBy: ({ attempt }) => attempt.tookMs,
      text: ({ attempt }) => (attempt.tookMs > 0 ? `${formatCount(attempt.tookMs)} ms` : ''),
      csv: { heading: 'Took in ms', type: 'number', cell: ({ attempt }) => attempt.tookMs },
    },
  ];
}
