/**
 * Stepped lines with tinted error bands and rules. A line stops where nothing is known.
 */
import { areaPoints, isStepped, linePoints, type Plot, runsWhere, yOf } from './geometry.ts';
import type { Line, LineModel } from './model.ts';
import type { Palette } from './palette.ts';
import type { Surface } from './surface.ts';

const GROUND_OPACITY = 0.16;
const BAND_OPACITY = 0.22;
/** Of lines that are not among the isolated ones. */
const GHOST_OPACITY = 0.18;
/** Of a step that is still filling. */
const FILLING_OPACITY = 0.5;
/** Of what a line is laid beside. */
const BESIDE_DASH = [4, 3];

/** Draws the lines into their plot; the caller clips. */
export function drawLines(surface: Surface, plot: Plot, model: LineModel, palette: Palette): void {
  const chosen = (line: Line) => model.isolated.size === 0 || model.isolated.has(line.id);
  for (const line of model.lines) {
    if (!chosen(line)) continue;
    if (line.usual) drawGround(surface, plot, { ...line.usual, colour: line.colour }, palette);
    drawGround(surface, plot, line, palette);
  }
  for (const rule of model.rules) {
    const y = Math.round(yOf(plot, rule.value)) + 0.5;
    surface.polyline([plot.left, y, plot.left + plot.width, y], {
      colour: palette[rule.colour],
      width: 1.25,
      dash: rule.dash,
    });
  }
  // The first line is the most important one and lies on top.
  for (const line of [...model.lines].reverse()) {
    if (!chosen(line)) drawLine(surface, plot, line, palette, GHOST_OPACITY);
  }
  for (const line of [...model.lines].reverse()) {
    const shown = line.id === model.emphasis ? { ...line, width: line.width + 1.5 } : line;
    if (!chosen(line)) continue;
    if (line.usual)
      drawLine(surface, plot, { ...line.usual, colour: line.colour }, palette, 0.7, BESIDE_DASH);
    if (line.before)
      drawLine(surface, plot, { ...line.before, colour: line.colour }, palette, 1, BESIDE_DASH);
    drawLine(surface, plot, shown, palette, 1);
  }
}

const known = (line: Line) =>
  runsWhere(line.steps.length, (index) => Number.isFinite(line.values[index])).flatMap(([first, last]) => {
    // A line does not bridge the time between two steps that do not meet.
    const parts: [number, number][] = [];
    let from = first;
    for (let index = first + 1; index < last; index++) {
      if (line.steps.fromMs[index]! - line.steps.toMs[index - 1]! > 1) {
        parts.push([from, index]);
        from = index;
      }
    }
    parts.push([from, last]);
    return parts;
  });

function drawGround(surface: Surface, plot: Plot, line: Line, palette: Palette): void {
  const stepped = isStepped(plot, line.steps);
  const colour = palette[line.colour];
  for (const [first, last] of known(line)) {
    if (line.filled) {
      const zero = new Float64Array(line.steps.length);
      const outline = areaPoints(plot, line.steps, zero, line.values, first, last, stepped);
      surface.polygon(outline, { colour, opacity: GROUND_OPACITY });
    }
    const { halfWidths } = line;
    if (halfWidths) {
      const half = (index: number) => halfWidths[index] || 0;
      const low = line.values.map((value, index) => Math.max(0, value - half(index)));
      const high = line.values.map((value, index) => value + half(index));
      const outline = areaPoints(plot, line.steps, low, high, first, last, stepped);
      surface.polygon(outline, { colour, opacity: BAND_OPACITY });
    }
  }
}

function drawLine(
  surface: Surface,
  plot: Plot,
  line: Line,
  palette: Palette,
  opacity: number,
  dash: readonly number[] = [],
): void {
  const stepped = isStepped(plot, line.steps);
  for (const [first, last] of known(line)) {
    const complete = Math.max(first, Math.min(last, line.fillingFrom));
    const stroke = { colour: palette[line.colour], width: line.width, dash };
    surface.polyline(linePoints(plot, line.steps, line.values, first, complete, stepped), {
      ...stroke,
      opacity,
    });
    surface.polyline(linePoints(plot, line.steps, line.values, complete, last, stepped), {
      ...stroke,
      opacity: opacity * FILLING_OPACITY,
    });
  }
}
