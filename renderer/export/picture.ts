/**
 * A picture that stands alone in a report: title, scope, range, counting rule, then charts with their legends
 * or a table, in the colours on the screen. Drawn by the same functions as the screen, on any `Surface`.
 */

import { middleCut } from '../../shared/format/text.ts';
import { drawChart } from '../components/chart/draw.ts';
import type { ChartModel } from '../components/chart/model.ts';
import type { ColourName, Palette } from '../components/chart/palette.ts';
import type { Surface, TextStyle } from '../components/chart/surface.ts';
import { leastWidth, type TableColumn } from '../components/table/column.ts';

export type LegendEntry = { label: string; colour: ColourName; note: string };

export type ChartPart = {
  kind: 'chart';
  model: ChartModel;
  /** 'Gbit/s by connection, 5 s steps, whiskers: 95 % band of the total'. */
  heading: string;
  height: number;
  legend: readonly LegendEntry[];
};
/** A table with its columns and rows already as they are to be drawn. */
export type TablePart = {
  kind: 'table';
  draw: (surface: Surface, x: number, y: number) => void;
  height: number;
};

export type Picture = {
  title: string;
  /** Scope, range, rule, loss, sampling: each a few words. */
  facts: readonly string[];
  width: number;
  parts: readonly (ChartPart | TablePart)[];
};

const MARGIN = 20;
const TITLE_HEIGHT = 28;
const LINE_HEIGHT = 18;
const LEGEND_ROW = 20;
const ROW = 26;

const MARK_WORDS = 'triangles: events raised (filled) and cleared (hollow)';

/** What the dashed line of another range is; '' where nothing is compared. */
const ghostWords = (model: ChartModel): string =>
  model.kind === 'stack' && model.ghost ? `dashed: ${model.ghost.when}` : '';

type Measure = (text: string, style: TextStyle) => number;

const quiet = (palette: Palette, size = 11.5): TextStyle => ({ colour: palette['text-2'], size });

/** Words in lines no wider than `width`, parted inside an item only where it is longer than a line. */
function wrap(items: readonly string[], width: number, style: TextStyle, measure: Measure): string[] {
  const lines: string[] = [];
  for (const item of items.flatMap((one) => parted(one, width, style, measure))) {
    const longer = lines.length > 0 ? `${lines[lines.length - 1]} · ${item}` : item;
    if (lines.length > 0 && measure(longer, style) <= width) lines[lines.length - 1] = longer;
    else lines.push(item);
  }
  return lines;
}

/** A text in as many lines as it needs, parted between words. */
function parted(text: string, width: number, style: TextStyle, measure: Measure): string[] {
  if (measure(text, style) <= width) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length > 0 ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length > 0 && measure(longer, style) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

type Placed = LegendEntry & { x: number; row: number };

function placeLegend(
  entries: readonly LegendEntry[],
  width: number,
  style: TextStyle,
  measure: Measure,
): Placed[] {
  let [x, row] = [0, 0];
  return entries.map((entry) => {
    const label = middleCut(entry.label, 64);
    const wide = 16 + measure(`${label}  ${entry.note}`, style) + 24;
    if (x > 0 && x + wide > width) [x, row] = [0, row + 1];
    const placed = { ...entry, label, x, row };
    x += wide;
    return placed;
  });
}

/** Height of the picture, and the function that draws it. */
export function layoutPicture(
  picture: Picture,
  palette: Palette,
  measure: Measure,
): { height: number; draw: (surface: Surface) => void } {
  const inner = picture.width - 2 * MARGIN;
  const facts = wrap(picture.facts, inner, quiet(palette), measure);
  const drawing: ((surface: Surface) => void)[] = [];
  let y = MARGIN;
  const title: TextStyle = { colour: palette.text, size: 16, weight: 600 };
  const fitted = (text: string, style: TextStyle) => shorten(text, inner, style, measure);
  drawing.push((surface) => surface.text(fitted(picture.title, title), MARGIN, MARGIN + 14, title));
  y += TITLE_HEIGHT;
  for (const line of facts) {
    const at = y + 10;
    drawing.push((surface) => surface.text(fitted(line, quiet(palette)), MARGIN, at, quiet(palette)));
    y += LINE_HEIGHT;
  }
  y += 12;
  for (const part of picture.parts) {
    const top = y;
    if (part.kind === 'table') {
      drawing.push((surface) => part.draw(surface, MARGIN, top));
      y += part.height + 16;
      continue;
    }
    const heading: TextStyle = { colour: palette.text, size: 11.5, weight: 600 };
    const words = [part.heading, ghostWords(part.model), part.model.marks?.length ? MARK_WORDS : '']
      .filter(Boolean)
      .join('; ');
    drawing.push((surface) => {
      surface.text(fitted(words, heading), MARGIN, top + 10, heading);
      const moved = shifted(surface, MARGIN - 12, top + 20);
      drawChart(moved, { width: inner + 12, height: part.height }, part.model, palette);
    });
    y += 20 + part.height + 8;
    const legend = placeLegend(part.legend, inner, quiet(palette), measure);
    const legendTop = y;
    drawing.push((surface) => {
      for (const entry of legend) {
        const [x, line] = [MARGIN + entry.x, legendTop + entry.row * LEGEND_ROW];
        surface.rectangle(x, line, 10, 10, { colour: palette[entry.colour] });
        surface.text(entry.label, x + 16, line + 9, { colour: palette.text, size: 11.5 });
        const labelWidth = measure(`${entry.label}  `, quiet(palette));
        surface.text(entry.note, x + 16 + labelWidth, line + 9, { colour: palette['text-3'], size: 11.5 });
      }
    });
    y += (legend.length > 0 ? legend[legend.length - 1]!.row + 1 : 0) * LEGEND_ROW + 12;
  }
  const height = Math.ceil(y + MARGIN - 12);
  return {
    height,
    draw(surface) {
      surface.rectangle(0, 0, picture.width, height, { colour: palette['bg-panel'] });
      for (const step of drawing) step(surface);
    },
  };
}

/** The same surface with its origin moved. */
function shifted(surface: Surface, byX: number, byY: number): Surface {
  const move = (points: readonly number[]) => points.map((value, at) => value + (at % 2 === 0 ? byX : byY));
  return {
    rectangle: (x, y, width, height, fill) => surface.rectangle(x + byX, y + byY, width, height, fill),
    polygon: (points, fill) => surface.polygon(move(points), fill),
    polyline: (points, stroke) => surface.polyline(move(points), stroke),
    text: (text, x, y, style) => surface.text(text, x + byX, y + byY, style),
    measure: (text, style) => surface.measure(text, style),
    clip: (x, y, width, height, draw) => surface.clip(x + byX, y + byY, width, height, draw),
  };
}

/** How wide a picture must be that has all of these columns, and at least `least`. */
export const tableWidth = (columns: readonly { width: number }[], least: number): number =>
  Math.max(least, leastWidth(columns) + 2 * MARGIN);

/** The table as a part of a picture: every column and row given, the footer below a stronger line. */
export function tablePart<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  footer: readonly Row[],
  width: number,
  palette: Palette,
): TablePart {
  const inner = width - 2 * MARGIN;
  const fixed = columns.reduce((sum, column) => sum + column.width, 0);
  const shares = columns.reduce((sum, column) => sum + (column.grow ?? 0), 0);
  const left = Math.max(0, inner - fixed);
  const widths = columns.map(
    ({ width: own, grow }) => own + (grow && shares > 0 ? (grow / shares) * left : 0),
  );
  return {
    kind: 'table',
    height: (rows.length + footer.length + 1) * ROW,
    draw(surface, x, y) {
      const drawRow = (
        cell: (column: TableColumn<Row>) => string,
        style: TextStyle,
        line: number,
        row: Row | null,
      ) => {
        let at = x;
        const top = y + line * ROW;
        for (const [index, column] of columns.entries()) {
          const box = { x: at, y: top, width: widths[index]! - 10, height: ROW };
          at += widths[index]!;
          if (row !== null && column.paint) {
            column.paint(surface, row, box, palette);
            continue;
          }
          const right = column.align === 'right';
          const text = shorten(cell(column), box.width, style, surface.measure);
          const textX = right ? box.x + box.width : box.x;
          surface.text(text, textX, top + ROW / 2, { ...style, align: column.align, baseline: 'middle' });
        }
        const colour = row === null ? palette['line-strong'] : palette.line;
        surface.rectangle(x, top + ROW - 1, inner, 1, { colour });
      };
      drawRow((column) => column.label, quiet(palette), 0, null);
      const plain: TextStyle = { colour: palette.text, size: 12.5 };
      const grey: TextStyle = { colour: palette['text-2'], size: 12.5 };
      for (const [index, row] of rows.entries()) drawRow((column) => column.text(row), plain, index + 1, row);
      for (const [index, row] of footer.entries())
        drawRow(
          (column) => column.text(row),
          index === footer.length - 1 ? plain : grey,
          rows.length + index + 1,
          row,
        );
    },
  };
}

/** Shortens a text in the middle until it fits. */
function shorten(text: string, width: number, style: TextStyle, measure: Measure): string {
  let length = [...text].length;
  let shown = text;
  while (length > 3 && measure(shown, style) > width) shown = middleCut(text, --length);
  return shown;
}
