/**
 * Draws a whole chart: axes, gaps, data, loss, live edge. The same function serves screen, PNG and SVG.
 */
import { formatPercent, formatTick } from '../../../shared/format/rates.ts';
import { timeTicks } from '../../../shared/format/time.ts';
import { drawLines } from './draw-lines.ts';
import { drawMarks } from './draw-marks.ts';
import { drawStack } from './draw-stack.ts';
import { type Plot, type Size, xOf, yOf } from './geometry.ts';
import { type ChartModel, guttersOf, hasShareAxis, type PlotModel } from './model.ts';
import type { Palette } from './palette.ts';
import type { Surface } from './surface.ts';
import { axisScale } from './unit.ts';
import { labelStep, labelValues, stepsWithin } from './y-scale.ts';

const LABEL_SIZE = 10.5;
/** Between the plot and the loss strip, and the height of the strip where nothing was lost. */
const STRIP_GAP = 3;
const STRIP_HEIGHT = 3;
const STRIP_HEIGHT_LOST = 6;
const HATCH_PIXELS = 8;

/** The plot of a chart that fills `size`. */
export function plotOf(model: ChartModel, size: Size): Plot {
  const gutters = guttersOf(model);
  return {
    left: gutters.left,
    top: gutters.top,
    width: Math.max(1, size.width - gutters.left - gutters.right),
    height: Math.max(1, size.height - gutters.top - gutters.bottom),
    interval: model.interval,
    highest: model.highest,
  };
}

/** Draws the model to fill `size`. The ground is left as it is. */
export function drawChart(surface: Surface, size: Size, model: ChartModel, palette: Palette): void {
  const plot = plotOf(model, size);
  drawValueAxis(surface, plot, model, palette);
  surface.clip(plot.left, 0, plot.width + 1, plot.top + plot.height, () => {
    for (const gap of model.gaps) drawGap(surface, plot, gap.fromMs, gap.toMs, palette);
    if (model.kind === 'stack') drawStack(surface, plot, model, palette);
    else drawLines(surface, plot, model, palette);
    if (model.loss) drawLossColumns(surface, plot, model, palette);
    if (model.highlight) {
      const from = xOf(plot, model.highlight.fromMs);
      const to = xOf(plot, model.highlight.toMs);
      surface.rectangle(from, plot.top, to - from, plot.height, { colour: palette.brush });
    }
    for (const gap of model.gaps) labelGap(surface, plot, gap, palette);
  });
  if (model.liveEdgeMs !== null) {
    const x = Math.min(plot.left + plot.width, xOf(plot, model.liveEdgeMs));
    surface.polyline([x, plot.top - 4, x, plot.top + plot.height], { colour: palette.live, width: 1.5 });
  }
  drawLossStrip(surface, plot, model, palette);
  drawMarks(surface, plot, model.marks ?? [], palette);
  drawTimeAxis(surface, plot, model, palette);
}

function drawValueAxis(surface: Surface, plot: Plot, model: ChartModel, palette: Palette): void {
  const { divisor } = axisScale(model.highest, model.unit);
  const fitting = labelStep(model.highest / divisor, stepsWithin(plot.height)) * divisor;
  // There is no half of what is counted.
  const step = model.unit === 'count' ? Math.max(1, fitting) : fitting;
  const style = { colour: palette['text-3'], size: LABEL_SIZE, baseline: 'middle' } as const;
  for (const value of labelValues(model.highest, step)) {
    const y = Math.round(yOf(plot, value)) + 0.5;
    const colour = value === 0 ? palette.axis : palette.grid;
    surface.polyline([plot.left, y, plot.left + plot.width, y], { colour, width: 1 });
    surface.text(formatTick(value / divisor, step / divisor), plot.left - 8, y, { ...style, align: 'right' });
  }
  if (!hasShareAxis(model)) return;
  const share = model.highest / model.fullScale;
  for (const value of labelValues(share, labelStep(share, stepsWithin(plot.height)))) {
    const y = Math.round(yOf(plot, value * model.fullScale)) + 0.5;
    surface.text(formatPercent(value), plot.left + plot.width + 8, y, style);
  }
}

function drawTimeAxis(surface: Surface, plot: Plot, model: PlotModel, palette: Palette): void {
  const style = { colour: palette['text-3'], size: LABEL_SIZE, align: 'center', baseline: 'middle' } as const;
  const { fromMs, toMs } = model.interval;
  let freeFrom = Number.NEGATIVE_INFINITY;
  for (const tick of timeTicks(fromMs, toMs, plot.width, model.zone).ticks) {
    const half = surface.measure(tick.label, style) / 2;
    const x = Math.min(Math.max(xOf(plot, tick.timeMs), plot.left + half), plot.left + plot.width - half);
    if (x - half < freeFrom) continue;
    freeFrom = x + half + 12;
    surface.text(tick.label, x, plot.top + plot.height + 18, style);
  }
}

function drawGap(surface: Surface, plot: Plot, fromMs: number, toMs: number, palette: Palette): void {
  const from = Math.max(plot.left, xOf(plot, fromMs));
  const to = Math.min(plot.left + plot.width, xOf(plot, toMs));
  surface.clip(from, plot.top, to - from, plot.height, () => {
    for (let x = from - plot.height; x < to; x += HATCH_PIXELS) {
      surface.polyline([x, plot.top + plot.height, x + plot.height, plot.top], {
        colour: palette.hatch,
        width: 2,
      });
    }
  });
}

function labelGap(
  surface: Surface,
  plot: Plot,
  gap: { fromMs: number; toMs: number; label: string },
  palette: Palette,
): void {
  const style = { colour: palette['text-2'], size: LABEL_SIZE, align: 'center', baseline: 'middle' } as const;
  const from = Math.max(plot.left, xOf(plot, gap.fromMs));
  const to = Math.min(plot.left + plot.width, xOf(plot, gap.toMs));
  const width = surface.measure(gap.label, style) + 12;
  if (width > to - from) return;
  const [x, y] = [(from + to) / 2, plot.top + plot.height / 2];
  surface.rectangle(x - width / 2, y - 9, width, 18, { colour: palette['bg-panel'], opacity: 0.85 });
  surface.text(gap.label, x, y, style);
}

/** Calls back for each bucket that lost datagrams, with its edges in pixels. */
function eachLossy(plot: Plot, model: PlotModel, draw: (from: number, width: number) => void): void {
  const { loss } = model;
  if (!loss) return;
  for (let index = 0; index < loss.buckets.count; index++) {
    if (!(loss.lost[index]! > 0)) continue;
    const from = xOf(plot, loss.buckets.startMs + index * loss.buckets.stepMs);
    const to = xOf(
      plot,
      Math.min(loss.buckets.endMs, loss.buckets.startMs + (index + 1) * loss.buckets.stepMs),
    );
    draw(from, Math.max(1, to - from));
  }
}

function drawLossColumns(surface: Surface, plot: Plot, model: PlotModel, palette: Palette): void {
  eachLossy(plot, model, (from, width) => {
    surface.rectangle(from, plot.top, width, plot.height, { colour: palette.gap });
  });
}

/** Grey as far as datagrams were heard, red and taller where some are missing. */
function drawLossStrip(surface: Surface, plot: Plot, model: PlotModel, palette: Palette): void {
  if (!model.loss) return;
  const y = plot.top + plot.height + STRIP_GAP;
  const end = Math.min(plot.left + plot.width, xOf(plot, model.liveEdgeMs ?? model.interval.toMs));
  surface.rectangle(plot.left, y, Math.max(0, end - plot.left), STRIP_HEIGHT, { colour: palette.axis });
  eachLossy(plot, model, (from, width) => {
    surface.rectangle(from, y - 1, width, STRIP_HEIGHT_LOST, { colour: palette.loss });
  });
}

/** The unit that the axis of this model is labelled in: 'Gbit/s', '% of link'; '' for plain numbers. */
export function axisUnit(model: { highest: number; unit: string }): string {
  return axisScale(model.highest, model.unit).unit;
}
