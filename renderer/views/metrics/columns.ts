/** The columns of the metric table; the same for screen, CSV and picture. */
import { figureText, formatBand, formatCount } from '../../../shared/format/rates.ts';
import { formatDuration } from '../../../shared/format/time.ts';
import { type TableColumn, textColumn } from '../../components/table/column.ts';
import { type MetricRow, valueFigure } from './rows.ts';

type Column = TableColumn<MetricRow>;

export const ageText = ({ ageMs }: MetricRow): string =>
  ageMs < 1_000 ? 'now' : formatDuration(Math.floor(ageMs / 1_000) * 1_000);

const bandPart = ({ value, halfWidth }: MetricRow): number =>
  typeof value === 'number' && value > 0 ? halfWidth / value : Number.NaN;

export const metricColumns: readonly Column[] = [
  {
    id: 'swatch',
    label: '',
    about: 'In the chart or not',
    width: 34,
    align: 'left',
    text: () => '',
    csv: null,
  },
  textColumn('agent', 'Agent', 130, (row) => row.agentName, {
    grow: 0.6,
    sortBy: (row) => `${row.agentName} ${row.source}`,
  }),
  textColumn('source', 'Data source', 150, (row) => row.source, { grow: 0.8 }),
  textColumn('label', 'Metric', 170, (row) => row.label, { grow: 0.8 }),
  textColumn('name', 'Name', 160, (row) => row.name, {
    grow: 0.6,
    about: 'As the REST interface, thresholds and sFlow-RT spell it',
    leastWindowPx: 1100,
  }),
  textColumn('family', 'Told by', 110, (row) => row.family, { leastWindowPx: 1400 }),
  {
    id: 'value',
    label: 'Value',
    width: 170,
    grow: 0.7,
    align: 'right',
    sortBy: (row) => (typeof row.value === 'number' ? row.value : Number.NaN),
    text: (row) => figureText(valueFigure(row)),
    csv: { heading: 'Value', type: 'text', cell: (row) => row.value },
  },
  {
    id: 'band',
    label: 'Band',
    about: '95 % band of what is estimated from samples; counters have none',
    width: 70,
    align: 'right',
    leastWindowPx: 1100,
    sortBy: bandPart,
    text: (row) => (Number.isNaN(row.halfWidth) ? '' : formatBand(bandPart(row), row.samples)),
    csv: { heading: '95 % half-width', type: 'number', cell: (row) => row.halfWidth },
  },
  {
    id: 'age',
    label: 'Age',
    about: 'Since the value was told',
    width: 76,
    align: 'right',
    sortBy: (row) => row.ageMs,
    text: ageText,
    csv: { heading: 'Age', unit: 's', type: 'number', cell: (row) => row.ageMs / 1000 },
  },
];

/** Columns that only a file has. */
export const metricFileColumns: readonly Column[] = [
  textColumn('unit', 'Unit', 0, (row) => (row.unit === 'text' ? '' : row.unit)),
  textColumn('address', 'Agent address', 0, (row) => row.agent),
  textColumn('number', 'Data source number', 0, (row) => row.dataSource),
  {
    id: 'samples',
    label: 'Samples',
    width: 0,
    align: 'right',
    text: (row) => (Number.isNaN(row.samples) ? '' : formatCount(row.samples)),
    csv: { heading: 'Samples', type: 'number', cell: (row) => row.samples },
  },
  textColumn('keys', 'Largest keys', 0, (row) => row.topKeys),
];
