/** The columns of the Top N table for a question; the same for screen and CSV. */

import type { NamedText } from '../../../shared/format/named-sentence.ts';
import { type Quantity, quantityOf, readValue, valueHeading } from '../../../shared/format/quantity.ts';
import {
  formatBand,
  formatCount,
  formatOctets,
  formatPercent,
  formatRate,
} from '../../../shared/format/rates.ts';
import { formatDuration } from '../../../shared/format/time.ts';
import type { FlowKeyDescription } from '../../../shared/model/catalog.ts';
import type { FlowAnswer } from '../../../shared/model/question.ts';
import { isShare, type RateUnit, rateFigure } from '../../components/chart/unit.ts';
import type { TableColumn } from '../../components/table/column.ts';
import { plainText } from '../../components/table/named-text.ts';
import { paintBar, paintSpark, paintSwatch } from '../../components/table/paint.ts';
import { keyAbout, keyLabel, keyRole } from './keys.ts';
import { sourceHeading } from './quality.ts';
import type { TopRow } from './rows.ts';

/** "Peak", "Counted at" make room first. */
const WIDE_WINDOW_PX = 1400;

/** Room for a name before an address. */
const NAME_WIDTH = 84;

const KEY_WIDTHS = { address: 136, port: 62, number: 72, name: 132 } as const;

/** Prefix of the ids of key columns; the number of the key follows. */
export const KEY_COLUMN = 'key';

function keyColumn(
  key: string,
  index: number,
  descriptions: readonly FlowKeyDescription[],
): TableColumn<TopRow> {
  const role = keyRole(key);
  const label = keyLabel(key, descriptions);
  // The columns of a port stand behind their address, so that the word alone is clear.
  const short = role === 'port' ? 'Port' : label;
  return {
    id: `${KEY_COLUMN}${index}`,
    label: short,
    about: keyAbout(key, descriptions),
    width: KEY_WIDTHS[role],
    // Long addresses and names take what a share bar can spare.
    grow: role === 'address' || role === 'name' ? 0.6 : 0,
    align: 'left',
    sortBy: (row) => row.texts[index] ?? '',
    text: (row) => (row.kind === 'key' || index === 0 ? (row.texts[index] ?? '') : ''),
    csv: {
      heading: label,
      type: 'text',
      cell: (row) => (row.kind === 'key' || index === 0 ? (row.texts[index] ?? '') : ''),
    },
  };
}

/** A cell of the columns of keys, in its pieces; of other columns its text. */
export function keyCell({ id, text }: TableColumn<TopRow>, row: TopRow): NamedText[] {
  const index = id.startsWith(KEY_COLUMN) ? Number(id.slice(KEY_COLUMN.length)) : -1;
  return [{ text: text(row), known: row.names[index] ?? null }];
}

/** The columns with names before addresses, as the screen has them: for where a cell is one text. */
export function namedColumns(
  columns: readonly TableColumn<TopRow>[],
  rows: readonly TopRow[],
): TableColumn<TopRow>[] {
  return columns.map((column) => {
    const named = rows.some((row) => keyCell(column, row)[0]!.known !== null);
    if (!named) return column;
    return { ...column, width: column.width + NAME_WIDTH, text: (row) => plainText(keyCell(column, row)) };
  });
}

/** The one name of a question without keys. */
const allColumn: TableColumn<TopRow> = {
  id: `${KEY_COLUMN}0`,
  label: 'Traffic',
  width: KEY_WIDTHS.name,
  grow: 0.6,
  align: 'left',
  sortBy: (row) => row.label,
  text: (row) => row.label,
  csv: { heading: 'Traffic', type: 'text', cell: (row) => row.label },
};

/** Columns of names for CSV, behind all others so that these keep their places; none for keys without a name. */
export function nameColumns(
  keys: readonly string[],
  rows: readonly TopRow[],
  descriptions: readonly FlowKeyDescription[],
): TableColumn<TopRow>[] {
  return keys.flatMap((key, index) => {
    if (!rows.some((row) => row.names[index])) return [];
    const label = `${keyLabel(key, descriptions)} name`;
    const text = (row: TopRow) => row.names[index]?.name ?? '';
    return [
      {
        id: `name${index}`,
        label,
        width: 136,
        align: 'left',
        text,
        csv: { heading: label, type: 'text', cell: text },
      },
    ];
  });
}

/** All columns, in order. */
export function topColumns(
  answer: Pick<FlowAnswer, 'keys' | 'value' | 'merge' | 'stepMs'>,
  unit: RateUnit,
  descriptions: readonly FlowKeyDescription[],
  network: boolean,
): TableColumn<TopRow>[] {
  const step = formatDuration(answer.stepMs);
  const { isRate, hasBand, total } = quantityOf(answer.value);
  const heading = valueHeading(answer.value);
  // The most and the least of a range are those of one of its steps.
  const hasPeak = !['min', 'max'].includes(readValue(answer.value).aggregate);
  const number = { align: 'right', type: 'number' } as const;
  return [
    {
      id: 'swatch',
      label: '',
      width: 30,
      align: 'left',
      text: () => '',
      paint: (surface, row, box, palette) => {
        if (row.kind !== 'total') paintSwatch(surface, box, row.colour ?? 'other', palette);
      },
      csv: null,
    },
    ...(answer.keys.length === 0
      ? [allColumn]
      : answer.keys.map((key, index) => keyColumn(key, index, descriptions))),
    {
      id: 'average',
      label: heading,
      about: isRate ? 'Mean over the range shown' : 'Of all samples in the range shown',
      width: 104,
      align: 'right',
      sortBy: (row) => row.average,
      text: (row) => join(rateFigure(row.average, unit)),
      figure: (row) => rateFigure(row.average, unit),
      unitWidth: unitWidth(unit),
      csv: {
        heading,
        ...inUnit(unit),
        type: number.type,
        cell: (row) => row.average,
      },
    },
    ...(isRate ? [shareColumn] : []),
    ...(hasPeak ? [peakColumn(step, unit)] : []),
    ...totalColumn(total),
    {
      id: 'samples',
      label: 'Samples',
      about: 'Flow samples behind the figures',
      width: 68,
      align: 'right',
      sortBy: (row) => row.samples,
      text: (row) => formatCount(row.samples),
      csv: { heading: 'Samples', type: number.type, cell: (row) => row.samples },
    },
    ...(hasBand ? [bandColumn] : []),
    ...(network ? [countedColumn(sourceHeading(answer.merge))] : []),
    {
      id: 'activity',
      label: 'Activity',
      width: 88,
      align: 'left',
      text: () => '',
      paint: (surface, row, box, palette) => {
        if (row.kind === 'total') return;
        paintSpark(
          surface,
          box,
          { values: row.series.values, highest: row.peak, colour: row.colour ?? 'other' },
          palette,
        );
      },
      csv: null,
    },
  ];
}

const peakColumn = (step: string, unit: RateUnit): TableColumn<TopRow> => ({
  id: 'peak',
  label: `Peak, ${step}`,
  about: `The highest step of ${step}`,
  width: 104,
  align: 'right',
  leastWindowPx: WIDE_WINDOW_PX,
  sortBy: (row) => row.peak,
  text: (row) => join(rateFigure(row.peak, unit)),
  figure: (row) => rateFigure(row.peak, unit),
  unitWidth: unitWidth(unit),
  csv: { heading: `Peak of ${step}`, ...inUnit(unit), type: 'number', cell: (row) => row.peak },
});

const bandColumn: TableColumn<TopRow> = {
  id: 'band',
  label: '± 95 %',
  about: 'The true figure lies within this of the shown one, 19 times out of 20',
  width: 68,
  align: 'right',
  sortBy: (row) => row.band,
  text: (row) => formatBand(row.band, row.samples),
  csv: {
    heading: '95 % half-width',
    unit: '% of the figure',
    type: 'number',
    cell: (row) => row.band * 100,
  },
};

/** How much of all of it a row is; a mean or an extreme is a part of nothing. */
const shareColumn: TableColumn<TopRow> = {
  id: 'share',
  label: 'Share of total',
  width: 104,
  grow: 1,
  align: 'left',
  sortBy: (row) => row.share,
  text: (row) => (row.kind === 'total' ? '' : formatPercent(row.share)),
  paint: (surface, row, box, palette) => {
    if (row.kind === 'total') return;
    const bar = {
      share: row.bar,
      colour: row.colour ?? 'other',
      text: formatPercent(row.share),
      textPx: 52,
    };
    paintBar(surface, box, bar, palette);
  },
  csv: { heading: 'Share of total', unit: '%', type: 'number', cell: (row) => row.share * 100 },
};

/** The sum over the range, in what the value counts. */
function totalColumn(total: Quantity['total']): TableColumn<TopRow>[] {
  if (total === '') return [];
  const figure = (row: TopRow) => (total === 'octets' ? formatOctets(row.total) : formatRate(row.total, ''));
  const labels = { octets: 'Total', frames: 'Frames', requests: 'Requests', number: 'Sum' } as const;
  return [
    {
      id: 'total',
      label: labels[total],
      width: 78,
      align: 'right',
      sortBy: (row) => row.total,
      text: (row) => join(figure(row)),
      figure,
      unitWidth: total === 'octets' ? 24 : 14,
      csv: {
        heading: 'Total',
        ...(total === 'number' ? {} : { unit: total }),
        type: 'number',
        cell: (row) => row.total,
      },
    },
  ];
}

/** Room for the unit, so that figures align. */
const unitWidth = (unit: RateUnit): number =>
  isShare(unit)
    ? 16
    : unit === '' || unit === 'count' || unit === 'B'
      ? 18
      : unit === 'ms'
        ? 20
        : unit === 'bit/s'
          ? 40
          : 52 + 5 * Math.max(0, unit.length - 7);

const inUnit = (unit: RateUnit) => (unit === '' || unit === 'count' ? {} : { unit });

function countedColumn(label: string): TableColumn<TopRow> {
  return {
    id: 'counted',
    label,
    about: 'The data source that saw most of it',
    width: 136,
    align: 'left',
    leastWindowPx: WIDE_WINDOW_PX,
    sortBy: (row) => row.countedAt,
    text: (row) => row.countedAt,
    csv: { heading: label, type: 'text', cell: (row) => row.countedAt },
  };
}

const join = ({ figure, unit }: { figure: string; unit: string }) => (unit ? `${figure} ${unit}` : figure);
