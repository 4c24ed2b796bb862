/** The columns of the interface table; the same for screen, CSV and picture. */
import { figureText, formatCount, formatRate, UNKNOWN } from '../../../shared/format/rates.ts';
import type { TableColumn } from '../../components/table/column.ts';
import { paintBar, paintSpark } from '../../components/table/paint.ts';
import { type InterfaceRow, stateWords, utilisationText } from './rows.ts';

type Column = TableColumn<InterfaceRow>;
type Direction = 'in' | 'out';

const title = (direction: Direction) => (direction === 'in' ? 'In' : 'Out');
const countText = (count: number) => (Number.isNaN(count) ? UNKNOWN : formatCount(count));
const speedFigure = (speed: number) =>
  speed > 0 ? { ...formatRate(speed, 'bit/s'), figure: wholeSpeed(speed) } : { figure: UNKNOWN, unit: '' };

/** '10' and not '10.0': speeds are names more than measurements. */
function wholeSpeed(speed: number): string {
  const { figure } = formatRate(speed, 'bit/s');
  return figure.includes('.') ? String(Number(figure)) : figure;
}

/** Speed of a port as text: '10 Gbit/s'. */
export const speedText = (speed: number) =>
  speed > 0 ? figureText(speedFigure(speed)) : 'speed not reported';

/** Below this part of the speed a line is drawn grey. */
const LITTLE = 0.01;

export const sparkColour = (row: InterfaceRow, direction: Direction) =>
  !(row[direction].peak > 0) || row[direction].peakUtilisation < LITTLE
    ? 'axis'
    : direction === 'in'
      ? 's1'
      : 's3';

/** The top of a sparkline: the speed of the port, or its own peak where that is not reported. */
export const sparkHighest = (row: InterfaceRow, direction: Direction) => row.speed || row[direction].peak;

function wayColumns(direction: Direction): Column[] {
  const name = title(direction);
  return [
    {
      id: `${direction}Spark`,
      label: name,
      about: `${name} over the range; the top is the speed of the port`,
      width: 72,
      align: 'left',
      text: () => '',
      paint: (surface, row, box, palette) => {
        const { spark } = row[direction];
        const colour = sparkColour(row, direction);
        if (spark)
          paintSpark(surface, box, { values: spark, highest: sparkHighest(row, direction), colour }, palette);
      },
      csv: null,
    },
    {
      id: `${direction}Average`,
      label: 'Average',
      about: `${name}, mean over the range: by counters, else (in grey) by samples`,
      width: 104,
      align: 'right',
      sortBy: (row) => row[direction].average,
      text: (row) => figureText(formatRate(row[direction].average, 'bit/s')),
      figure: (row) => formatRate(row[direction].average, 'bit/s'),
      unitWidth: 40,
      csv: {
        heading: `${name}, average`,
        unit: 'bit/s',
        type: 'number',
        cell: (row) => row[direction].average,
      },
    },
    {
      id: `${direction}Utilisation`,
      label: 'Utilisation',
      about: `${name}, of the speed: average solid, peak pale`,
      width: 142,
      grow: 0.6,
      align: 'left',
      sortBy: (row) => row[direction].utilisation,
      text: (row) => utilisationText(row[direction].utilisation),
      paint: (surface, row, box, palette) => {
        const { utilisation, peakUtilisation } = row[direction];
        const bar = {
          share: utilisation || 0,
          peak: peakUtilisation || 0,
          colour: 'accent' as const,
          text: utilisationText(utilisation),
          textPx: 52,
        };
        paintBar(surface, box, bar, palette);
      },
      csv: {
        heading: `${name}, utilisation`,
        unit: '%',
        type: 'number',
        cell: (row) => row[direction].utilisation * 100,
      },
    },
    {
      id: `${direction}Peak`,
      label: 'Peak',
      about: `${name}, the busiest interval between two counter samples`,
      width: 104,
      align: 'right',
      leastWindowPx: 1700,
      sortBy: (row) => row[direction].peak,
      text: (row) => figureText(formatRate(row[direction].peak, 'bit/s')),
      figure: (row) => formatRate(row[direction].peak, 'bit/s'),
      unitWidth: 40,
      csv: { heading: `${name}, peak`, unit: 'bit/s', type: 'number', cell: (row) => row[direction].peak },
    },
  ];
}

const sum = (id: 'discards' | 'errors', label: string, about: string): Column => ({
  id,
  label,
  about,
  width: id === 'discards' ? 78 : 66,
  align: 'right',
  sortBy: (row) => row[id],
  text: (row) => countText(row[id]),
  csv: { heading: label, type: 'number', cell: (row) => row[id] },
});

/** Frames of a direction by whom they are for. */
function frameColumns(direction: Direction): Column[] {
  const name = title(direction);
  const kinds = [
    ['unicast', 'Unicasts'],
    ['multicast', 'Multicasts'],
    ['broadcast', 'Broadcasts'],
  ] as const;
  const frames = kinds.map(([kind, label]): Column => {
    const figure = (row: InterfaceRow) => formatRate(row[direction].frames[kind], 'frame/s');
    return {
      id: `${direction}${label}`,
      label: `${label} ${direction}`,
      about: `${label} ${direction}, mean over the range by the port's counters`,
      width: 108,
      grow: 0.4,
      align: 'right',
      sortBy: (row) => row[direction].frames[kind],
      text: (row) => figureText(figure(row)),
      figure,
      unitWidth: 50,
      csv: {
        heading: `${name}, ${label.toLowerCase()}`,
        unit: 'frame/s',
        type: 'number',
        cell: (row) => row[direction].frames[kind],
      },
    };
  });
  const counts = (['discards', 'errors'] as const).map(
    (id): Column => ({
      id: `${direction}-${id}`,
      label: `${id === 'discards' ? 'Discards' : 'Errors'} ${direction}`,
      about: `Frames ${direction} in the range`,
      width: 78,
      align: 'right',
      sortBy: (row) => row[direction][id],
      text: (row) => countText(row[direction][id]),
      csv: { heading: `${name}, ${id}`, type: 'number', cell: (row) => row[direction][id] },
    }),
  );
  return [...frames, ...counts];
}

const stateColumn: Column = {
  id: 'state',
  label: 'State',
  about: 'As the switch reports it in its counters',
  width: 84,
  align: 'left',
  sortBy: stateWords,
  text: stateWords,
  csv: { heading: 'State', type: 'text', cell: stateWords },
};

const identity: readonly Column[] = [
  {
    id: 'interface',
    label: 'Interface',
    width: 140,
    grow: 1,
    align: 'left',
    sortBy: (row) => `${row.agentName} ${row.name}`,
    text: (row) => `${row.agentName} › ${row.name}`,
    csv: { heading: 'Interface', type: 'text', cell: (row) => `${row.agentName} › ${row.name}` },
  },
  {
    id: 'speed',
    label: 'Speed',
    width: 76,
    align: 'right',
    sortBy: (row) => row.speed,
    text: (row) => speedText(row.speed),
    figure: (row) => speedFigure(row.speed),
    unitWidth: 36,
    csv: { heading: 'Speed', unit: 'bit/s', type: 'number', cell: (row) => row.speed || null },
  },
];

/** Traffic both ways, and how well samples agree with counters. */
export const interfaceColumns: readonly Column[] = [
  ...identity,
  { ...stateColumn, leastWindowPx: 1600 },
  ...wayColumns('in'),
  ...wayColumns('out'),
  sum('discards', 'Discards', 'Frames discarded in the range, both directions'),
  sum('errors', 'Errors', 'Frames with errors in the range, both directions'),
  {
    id: 'agreement',
    label: 'Flows against counters',
    about: 'Whether the estimate from samples agrees with what the port counted',
    width: 200,
    grow: 0.3,
    align: 'left',
    sortBy: (row) => row.badge.sort,
    text: (row) => [row.badge.figure, row.badge.words].filter(Boolean).join(' '),
    csv: {
      heading: 'Flow estimate against counters',
      unit: '%',
      type: 'number',
      cell: (row) => (row.status.agreement ? row.status.agreement.difference * 100 : null),
    },
  },
];

/** Frames both ways by whom they are for, with what was discarded or damaged. */
export const interfaceFrameColumns: readonly Column[] = [
  ...identity,
  { ...stateColumn, leastWindowPx: 1400 },
  ...frameColumns('in'),
  ...frameColumns('out'),
];

/** Columns that only a file has: what identifies the port, and where its figures come from. */
export const exportOnlyColumns: readonly Column[] = [
  inFile(
    '95 % half-width of that (%)',
    'number',
    (row) => (row.status.agreement?.halfWidth ?? Number.NaN) * 100,
  ),
  inFile('Alias', 'text', (row) => row.alias),
  inFile('Agent', 'text', (row) => row.agent),
  inFile('ifIndex', 'number', (row) => row.ifIndex),
  inFile('Figures from', 'text', (row) => row.source),
  ...frameColumns('in'),
  ...frameColumns('out'),
];

function inFile(
  heading: string,
  type: 'text' | 'number',
  cell: (row: InterfaceRow) => string | number,
): Column {
  const text = (row: InterfaceRow) => String(cell(row));
  return { id: heading, label: heading, width: 0, align: 'left', text, csv: { heading, type, cell } };
}
