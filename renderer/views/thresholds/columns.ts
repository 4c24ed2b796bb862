/** The columns of the list of thresholds; the same for screen, CSV and picture. */
import { formatCount } from '../../../shared/format/rates.ts';
import { safeText } from '../../../shared/format/text.ts';
import type { ThresholdStatus } from '../../../shared/model/threshold.ts';
import { type TableColumn, textColumn } from '../../components/table/column.ts';
import { paintBar } from '../../components/table/paint.ts';
import { levelMeasure, type MeasureContext, watchedOf } from './measure.ts';
import { nearnessText, ruleWords, SEVERITY_LABELS, scopeWords, severityRank, toneOf } from './words.ts';

export type ThresholdRow = {
  id: string;
  status: ThresholdStatus;
  name: string;
  /** What the metric, or the definition, is called. */
  watches: string;
  rule: string;
  scope: string;
  /** What the level is in. */
  unit: string;
  overrides: number;
};

export function thresholdRow(status: ThresholdStatus, context: MeasureContext): ThresholdRow {
  const { threshold } = status;
  const watched = watchedOf(threshold.metric, context);
  return {
    id: threshold.name,
    status,
    name: safeText(threshold.name),
    watches: watched.label,
    rule: ruleWords(threshold, context),
    scope: scopeWords(threshold, watched.isFlow),
    unit: levelMeasure(threshold, context).unit,
    overrides: threshold.overrides.length,
  };
}

type Column = TableColumn<ThresholdRow>;

/** What is switched off is near to nothing. */
const nearnessOf = ({ status }: ThresholdRow) => (status.threshold.enabled ? status.nearness || 0 : -1);

export const thresholdColumns: readonly Column[] = [
  {
    id: 'state',
    label: 'State',
    about: 'The worst place: how long and how near. 100 % is raised, yellow from 70 %, red from 90 %',
    width: 112,
    align: 'left',
    sortBy: nearnessOf,
    text: (row) => (row.status.threshold.enabled ? nearnessText(row.status.nearness) : 'off'),
    paint: (surface, row, box, palette) =>
      paintBar(
        surface,
        box,
        {
          share: row.status.threshold.enabled ? row.status.nearness || 0 : 0,
          colour: `${toneOf(row.status.nearness)}-fill`,
          text: row.status.threshold.enabled ? nearnessText(row.status.nearness) : 'off',
          textPx: 44,
        },
        palette,
      ),
    csv: { heading: 'State (1 is raised)', type: 'number', cell: ({ status }) => status.nearness },
  },
  textColumn('name', 'Threshold', 130, (row) => row.name, { grow: 1.2 }),
  textColumn('watches', 'Watches', 130, (row) => row.watches, { grow: 0.8, leastWindowPx: 1500 }),
  textColumn('rule', 'Rule', 160, (row) => row.rule, {
    grow: 0.7,
    sortBy: (row) => row.status.threshold.value,
  }),
  textColumn('scope', 'Where', 92, (row) => row.scope, { grow: 0.7 }),
  {
    id: 'severity',
    label: 'Severity',
    width: 80,
    align: 'left',
    sortBy: (row) => severityRank(row.status.threshold.severity),
    text: (row) => SEVERITY_LABELS[row.status.threshold.severity],
    csv: { heading: 'Severity', type: 'text', cell: (row) => row.status.threshold.severity },
  },
  {
    id: 'standing',
    label: 'Standing',
    about: 'Events of it that stand now',
    width: 60,
    align: 'right',
    sortBy: (row) => row.status.standing,
    text: (row) => (row.status.standing > 0 ? formatCount(row.status.standing) : ''),
    csv: { heading: 'Standing', type: 'number', cell: (row) => row.status.standing },
  },
  {
    id: 'enabled',
    label: 'On',
    width: 44,
    align: 'left',
    sortBy: (row) => Number(row.status.threshold.enabled),
    text: (row) => (row.status.threshold.enabled ? 'on' : 'off'),
    csv: { heading: 'On', type: 'text', cell: (row) => String(row.status.threshold.enabled) },
  },
];

/** Columns that only a file has. */
export const thresholdFileColumns: readonly Column[] = [
  textColumn('metric', 'Metric', 0, (row) => safeText(row.status.threshold.metric)),
  textColumn('kind', 'Kind', 0, (row) => row.status.threshold.kind),
  {
    ...textColumn<ThresholdRow>('value', 'Level, as the engine reads it', 0, (row) =>
      String(row.status.threshold.value),
    ),
    csv: {
      heading: 'Level, as the engine reads it',
      type: 'number',
      cell: (row) => row.status.threshold.value,
    },
  },
  textColumn('description', 'Description', 0, (row) => safeText(row.status.threshold.description)),
  textColumn('problem', 'Problem', 0, (row) => safeText(row.status.problem)),
];
