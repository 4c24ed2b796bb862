/** The columns of the host table; the same for screen, CSV and picture. */
import { type Figure, figureText, formatMemory, formatRate, UNKNOWN } from '../../../shared/format/rates.ts';
import { rateText } from '../../components/chart/unit.ts';
import type { TableColumn } from '../../components/table/column.ts';
import { paintBar } from '../../components/table/paint.ts';
import type { Figures, HostRow } from './nodes.ts';

type Column = TableColumn<HostRow>;

/** Shares of a limit are drawn in the colour of their state from here on. */
const HIGH = 70;
const CRITICAL = 90;
export const shareColour = (percent: number) =>
  percent >= CRITICAL ? 'crit-fill' : percent >= HIGH ? 'warn-fill' : 'accent';

const shareText = (percent: number) => (Number.isFinite(percent) ? rateText(percent, '%') : UNKNOWN);

function share(name: 'cpu' | 'memory' | 'disk', label: string, about: string): Column {
  return {
    id: name,
    label,
    about,
    width: 112,
    grow: 0.5,
    align: 'left',
    sortBy: (row) => row.figures[name],
    text: (row) => shareText(row.figures[name]),
    paint: (surface, row, box, palette) => {
      const percent = row.figures[name];
      const bar = {
        share: (percent || 0) / 100,
        colour: shareColour(percent),
        text: shareText(percent),
        textPx: 46,
      } as const;
      paintBar(surface, box, bar, palette);
    },
    csv: { heading: label, unit: '%', type: 'number', cell: (row) => row.figures[name] },
  };
}

function figure(
  name: keyof Figures,
  label: string,
  about: string,
  unit: string,
  written: (value: number) => Figure,
  part: Partial<Column> = {},
): Column {
  return {
    id: name,
    label,
    about,
    width: 96,
    align: 'right',
    sortBy: (row) => row.figures[name],
    text: (row) => figureText(written(row.figures[name])),
    figure: (row) => written(row.figures[name]),
    unitWidth: 40,
    csv: { heading: label, unit, type: 'number', cell: (row) => row.figures[name] },
    ...part,
  };
}

const bits = (value: number) => formatRate(value, 'bit/s');

/** `lastHeard` puts the time of a row into words. */
export function hostColumns(lastHeard: (row: HostRow) => string): readonly Column[] {
  return [
    {
      id: 'name',
      label: 'Name',
      width: 220,
      grow: 1.6,
      align: 'left',
      sortBy: (row) => row.name,
      text: (row) => `${'  '.repeat(row.depth)}${row.name}`,
      csv: { heading: 'Name', type: 'text', cell: (row) => row.name },
    },
    {
      id: 'kind',
      label: 'Kind',
      width: 104,
      align: 'left',
      sortBy: (row) => row.kind,
      text: (row) => row.kind,
      csv: { heading: 'Kind', type: 'text', cell: (row) => row.kind },
    },
    {
      id: 'spark',
      label: 'CPU over time',
      about: 'CPU over the range; the top is 100 %',
      width: 88,
      align: 'left',
      text: () => '',
      leastWindowPx: 1200,
      csv: null,
    },
    share('cpu', 'CPU', 'Processor time in use, of all processors of the host or the node'),
    figure(
      'load',
      'Load',
      'Processes that run or wait, over the last minute',
      '',
      (value) => formatRate(value, ''),
      {
        width: 62,
        unitWidth: 0,
      },
    ),
    share('memory', 'Memory', 'Memory in use, of all there is or may be used'),
    figure('memoryOctets', 'Used', 'Memory in use', 'octets', formatMemory, { width: 86, unitWidth: 28 }),
    share('disk', 'Disk', 'Disk space in use'),
    figure('inBits', 'Net in', 'Received by all its adapters', 'bit/s', bits),
    figure('outBits', 'Net out', 'Sent by all its adapters', 'bit/s', bits),
    {
      id: 'last',
      label: 'Last heard',
      width: 96,
      align: 'right',
      leastWindowPx: 1400,
      sortBy: (row) => row.lastSeenMs,
      text: lastHeard,
      csv: { heading: 'Last heard', type: 'time', cell: (row) => row.lastSeenMs },
    },
  ];
}

/** Columns that only a file has. */
export const hostFileColumns: readonly Column[] = [
  inFile('On', (row) => row.parent ?? ''),
  inFile('Agent', (row) => row.node?.agent ?? ''),
  inFile('Data source', (row) => row.node?.dataSource ?? ''),
  inFile('System', (row) => row.about),
  inFile('UUID', (row) => row.node?.uuid ?? ''),
  inFile('State', (row) => (row.gone ? 'gone' : 'here')),
];

function inFile(heading: string, cell: (row: HostRow) => string): Column {
  return {
    id: heading,
    label: heading,
    width: 0,
    align: 'left',
    text: cell,
    csv: { heading, type: 'text', cell },
  };
}
