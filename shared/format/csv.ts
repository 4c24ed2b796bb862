/**
 * The one CSV writer: exports of screens, reports and the command line. RFC 4180 with CRLF; full precision
 * and ASCII minus (the three-figure rendering is for eyes); times as ISO 8601 with offset; the unit stands in
 * the heading. Text cells may come from the network: what a spreadsheet would run as a formula gets a leading
 * apostrophe, numbers stay numbers.
 *
 * The browser build of csv-stringify is used on both sides, because the other one asks for Node's Buffer.
 */
import { stringify } from 'csv-stringify/browser/esm/sync';
import { safeText } from './text.ts';
import { formatIso, type Zone } from './time.ts';

export type CsvColumn = {
  heading: string;
  /** Put behind the heading in brackets: 'Average (bit/s)'. */
  unit?: string;
  /** `time` cells are milliseconds since 1970. */
  type: 'text' | 'number' | 'time';
};

/** null and NaN are an empty cell. */
export type CsvCell = string | number | bigint | boolean | null;

export type CsvOptions = {
  zone?: Zone;
  /** Puts a byte order mark in front, by which Excel knows UTF-8. */
  byteOrderMark?: boolean;
};

/** What a spreadsheet takes for the start of a formula: = + - @, their full-width forms, TAB, CR, NUL. */
const FORMULA_START = /^[=+\-@\t\r\0\uFF1D\uFF0B\uFF0D\uFF20]/;

/** Longest text a spreadsheet cell takes. */
const CELL_LENGTH = 32_767;

/** How many rows are made into text at a time. */
const CHUNK_ROWS = 1000;

/** A text cell that no spreadsheet runs: a leading apostrophe where it could be a formula. */
export function guardFormula(text: string): string {
  return FORMULA_START.test(text) ? `'${text}` : text;
}

function textCell(text: string): string {
  return safeText(guardFormula(text), CELL_LENGTH);
}

function numberCell(cell: CsvCell): string | number | bigint {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : '';
  if (typeof cell === 'bigint') return cell;
  return cell === null ? '' : textCell(String(cell));
}

function cellOf(column: CsvColumn, cell: CsvCell, zone: Zone): string | number | bigint {
  if (cell === null) return '';
  if (column.type === 'time' && typeof cell === 'number') return formatIso(cell, zone);
  if (column.type === 'number' || typeof cell === 'number' || typeof cell === 'bigint') {
    return numberCell(cell);
  }
  return textCell(String(cell));
}

/**
 * CSV in pieces, for an export that should not be held in memory whole: the headings first, then the rows in
 * order. A row shorter than the columns is filled with empty cells; surplus cells are left out.
 */
export function* csvChunks(
  columns: readonly CsvColumn[],
  rows: Iterable<readonly CsvCell[]>,
  options: CsvOptions = {},
): Generator<string> {
  const zone = options.zone ?? 'utc';
  const write = (records: unknown[][]) => stringify(records, { record_delimiter: '\r\n', eof: true });
  const headings = columns.map(({ heading, unit }) => textCell(unit ? `${heading} (${unit})` : heading));
  yield (options.byteOrderMark ? '\uFEFF' : '') + write([headings]);
  let chunk: unknown[][] = [];
  for (const row of rows) {
    chunk.push(columns.map((column, index) => cellOf(column, row[index] ?? null, zone)));
    if (chunk.length < CHUNK_ROWS) continue;
    yield write(chunk);
    chunk = [];
  }
  if (chunk.length > 0) yield write(chunk);
}

/** A whole table as CSV text. */
export function csvText(
  columns: readonly CsvColumn[],
  rows: Iterable<readonly CsvCell[]>,
  options: CsvOptions = {},
): string {
  return [...csvChunks(columns, rows, options)].join('');
}
