/**
 * What a column of a table is: how it looks, how it sorts, and what it is in a CSV. One description for screen
 * and export, so that the two cannot differ.
 */
import type { CsvCell, CsvColumn } from '../../../shared/format/csv.ts';
import type { Figure } from '../../../shared/format/rates.ts';
import type { Palette } from '../chart/palette.ts';
import type { Surface } from '../chart/surface.ts';

/** Where a cell lies in a picture, in CSS pixels. */
export type CellBox = { x: number; y: number; width: number; height: number };

export type TableColumn<Row> = {
  id: string;
  label: string;
  /** What it says, in a sentence: the tooltip of the heading. */
  about?: string;
  /** In pixels; of a growing column the least. */
  width: number;
  /** Takes a share of the room that is left. */
  grow?: number;
  align: 'left' | 'right';
  /** Left out where the window is narrower than this. */
  leastWindowPx?: number;
  /** What it sorts by; a column without it cannot be sorted. */
  sortBy?: (row: Row) => number | string;
  /** The cell as text: what is shown unless a slot draws it, and what a picture of the table shows. */
  text: (row: Row) => string;
  /** A figure with its unit in a slot of fixed width, instead of `text`. */
  figure?: (row: Row) => Figure;
  /** Width of the unit's slot in pixels. */
  unitWidth?: number;
  /** Draws the cell in an exported picture where text does not do; the box is the cell without its gap. */
  paint?: (surface: Surface, row: Row, box: CellBox, palette: Palette) => void;
  /** null: not in the CSV (a colour, a picture). */
  csv: (CsvColumn & { cell: (row: Row) => CsvCell }) | null;
};

/** A column of text, which sorts by it and has it in the CSV under the same heading. */
export function textColumn<Row>(
  id: string,
  label: string,
  width: number,
  text: (row: Row) => string,
  part: Partial<TableColumn<Row>> = {},
): TableColumn<Row> {
  const csv = { heading: label, type: 'text' as const, cell: text };
  return { id, label, width, align: 'left', sortBy: text, text, csv, ...part };
}

export type Sort = { column: string; descending: boolean };

/** The tracks of the grid that all rows share. */
export function gridTracks(columns: readonly Pick<TableColumn<never>, 'width' | 'grow'>[]): string {
  return columns.map(({ width, grow }) => (grow ? `minmax(${width}px, ${grow}fr)` : `${width}px`)).join(' ');
}

/** What the columns need at least, in pixels. */
export function leastWidth(columns: readonly { width: number }[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0);
}

/** The columns that a window of this width has room for. */
export function columnsFor<Row>(columns: readonly TableColumn<Row>[], windowPx: number): TableColumn<Row>[] {
  return columns.filter(({ leastWindowPx }) => leastWindowPx === undefined || windowPx >= leastWindowPx);
}

/** Orders two sort values: numbers by size with NaN last, texts as people sort them. */
export function compareValues(one: number | string, other: number | string): number {
  if (typeof one === 'number' && typeof other === 'number') {
    if (Number.isNaN(one) || Number.isNaN(other))
      return Number(Number.isNaN(other)) - Number(Number.isNaN(one));
    return one - other;
  }
  return collator.compare(String(one), String(other));
}

/** 'swp2' before 'swp10'. */
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
