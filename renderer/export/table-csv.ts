/** A table as CSV: the rows and columns on the screen, in the order on the screen, in full precision. */
import { type CsvOptions, csvText, guardFormula } from '../../shared/format/csv.ts';
import { formatIso, type Zone } from '../../shared/format/time.ts';
import type { Interval } from '../../shared/model/question.ts';
import type { TableColumn } from '../components/table/column.ts';

/**
 * The rows as CSV. The range stands in two columns at the end of each row, so that a sheet that gathers
 * several exports still knows which row is of when.
 */
export function tableCsv<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  interval: Interval,
  options: CsvOptions & { zone: Zone },
): string {
  const shown = columns.flatMap(({ csv }) => (csv ? [csv] : []));
  const times = [
    { heading: 'From', type: 'time' as const },
    { heading: 'To', type: 'time' as const },
  ];
  return csvText(
    [...shown, ...times],
    rows.map((row) => [...shown.map(({ cell }) => cell(row)), interval.fromMs, interval.toMs]),
    options,
  );
}

/** The rows as text with tabs, as a spreadsheet takes them from the clipboard; what is shown, not raw figures. */
export function tableText<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): string {
  const shown = columns.filter(({ csv }) => csv !== null);
  const clean = (text: string) => text.replace(/[\t\r\n]+/g, ' ');
  // A sheet takes a pasted cell for a formula too; figures may begin with a sign.
  const cell = ({ csv, text }: TableColumn<Row>, row: Row) =>
    csv?.type === 'text' ? guardFormula(text(row)) : text(row);
  const lines = [
    shown.map(({ label }) => label),
    ...rows.map((row) => shown.map((column) => cell(column, row))),
  ];
  return `${lines.map((line) => line.map(clean).join('\t')).join('\n')}\n`;
}

/** '2015-03-13T18:50:54.000+00:00 to …', for headings. */
export const intervalIso = ({ fromMs, toMs }: Interval, zone: Zone) =>
  `${formatIso(fromMs, zone)} to ${formatIso(toMs, zone)}`;
