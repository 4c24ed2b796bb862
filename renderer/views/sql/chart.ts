/**
 * Rows of a statement as a picture: figures over a time column as lines, figures by a text as bars. Which columns are
 * what is told from their cells.
 */
import type { SqlCell, SqlResult } from '../../../shared/model/sql.ts';

export type SqlTable = Extract<SqlResult, { columns: string[] }>;

/** One line; times ascending, each the beginning of a step. */
export type SqlLine = { label: string; timesMs: Float64Array; values: Float64Array };
export type SqlBar = { label: string; value: number };
export type SqlPicture =
  | { kind: 'lines'; lines: SqlLine[]; left: number }
  | { kind: 'bars'; bars: SqlBar[]; left: number };

/** As many lines and bars as can be told apart; `left` is how many are not shown. */
const MOST_LINES = 10;
const MOST_BARS = 100;

const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** A time as the views have it; without a zone it is UTC, as all times of the views are. */
function timeOf(cell: SqlCell): number {
  if (typeof cell !== 'string' || !TIME.test(cell)) return Number.NaN;
  const text = cell.replace(' ', 'T');
  return Date.parse(text.length === 10 || /(?:Z|[+-]\d\d:?\d\d)$/.test(text.slice(10)) ? text : `${text}Z`);
}

const cellAt = ({ cells, columns }: SqlTable, row: number, column: number): SqlCell =>
  cells[row * columns.length + column] ?? null;

/** Which columns are times, figures and texts; a column of nothing but nulls is none of them. */
export function columnKinds(table: SqlTable): { times: number[]; figures: number[]; texts: number[] } {
  const kinds = { times: [] as number[], figures: [] as number[], texts: [] as number[] };
  for (const column of table.columns.keys()) {
    let [cells, figures, times] = [0, 0, 0];
    for (let row = 0; row < table.rows; row++) {
      const cell = cellAt(table, row, column);
      if (cell === null) continue;
      cells++;
      if (typeof cell === 'number') figures++;
      else if (Number.isFinite(timeOf(cell))) times++;
    }
    if (cells === 0) continue;
    if (figures === cells) kinds.figures.push(column);
    else if (times === cells) kinds.times.push(column);
    else kinds.texts.push(column);
  }
  return kinds;
}

/** The picture of a figure column (null: of all of them); null where there is nothing to draw. */
export function pictureOf(table: SqlTable, figure: number | null): SqlPicture | null {
  const { times, figures, texts } = columnKinds(table);
  const chosen = figure !== null && figures.includes(figure) ? figure : null;
  const [first] = figures;
  if (first === undefined) return null;
  const labelOf = (row: number): string =>
    texts.map((column) => String(cellAt(table, row, column) ?? 'null')).join(' · ');
  const [time] = times;
  if (time === undefined) {
    if (texts.length === 0) return null;
    const bars: SqlBar[] = [];
    for (let row = 0; row < table.rows; row++) {
      const value = cellAt(table, row, chosen ?? first);
      if (typeof value === 'number') bars.push({ label: labelOf(row), value });
    }
    return { kind: 'bars', bars: bars.slice(0, MOST_BARS), left: Math.max(0, bars.length - MOST_BARS) };
  }
  const points = new Map<string, [timeMs: number, value: number][]>();
  const shown = texts.length > 0 ? [chosen ?? first] : chosen === null ? figures : [chosen];
  for (let row = 0; row < table.rows; row++) {
    const timeMs = timeOf(cellAt(table, row, time));
    if (!Number.isFinite(timeMs)) continue;
    for (const column of shown) {
      const label = texts.length > 0 ? labelOf(row) : table.columns[column]!;
      const value = cellAt(table, row, column);
      const line = points.get(label) ?? [];
      points.set(label, line);
      line.push([timeMs, typeof value === 'number' ? value : Number.NaN]);
    }
  }
  const lines = [...points].map(([label, line]): SqlLine & { sum: number } => {
    line.sort(([one], [other]) => one - other);
    return {
      label,
      timesMs: Float64Array.from(line, ([timeMs]) => timeMs),
      values: Float64Array.from(line, ([, value]) => value),
      sum: line.reduce((all, [, value]) => all + (value || 0), 0),
    };
  });
  if (texts.length > 0) lines.sort((one, other) => other.sum - one.sum);
  return {
    kind: 'lines',
    lines: lines.slice(0, MOST_LINES).map(({ label, timesMs, values }) => ({ label, timesMs, values })),
    left: Math.max(0, lines.length - MOST_LINES),
  };
}
