/**
 * Stacked areas: the series from the bottom up, a line in the colour of the ground between them, the error of
 * the total, and under isolation the total as a pale ghost behind what was chosen.
 */
import {
  areaPoints,
  bucketPixels,
  fullBuckets,
  isStepped,
  LEAST_WHISKER_PIXELS,
  linePoints,
  type Plot,
  runsWhere,
  type Steps,
  stepsOf,
  xOf,
  yOf,
} from './geometry.ts';
import type { Line, StackModel } from './model.ts';
import type { Palette } from './palette.ts';
import { isolate, type Layer, type Series, stackLayers, sumOf } from './stack.ts';
import type { Surface } from './surface.ts';

/** Of a step that is still filling. */
const FILLING_OPACITY = 0.5;
const GHOST_OPACITY = 0.12;
const GHOST_DASH = [5, 3];
const PARTING_PIXELS = 0.75;
const CAP_PIXELS = 4;
const OUTLINE_PIXELS = 1.5;
/** Of a band on top of its token's own: it lies over colours that must stay what they are. */
const BAND_OPACITY = 0.5;
const OWN_BAND_OPACITY = 0.4;

/** Draws the stack into its plot; the caller clips. */
export function drawStack(surface: Surface, plot: Plot, model: StackModel, palette: Palette): void {
  const steps = stepsOf(model.buckets);
  const stepped = isStepped(plot, steps);
  const complete = model.liveEdgeMs === null ? steps.length : fullBuckets(model.buckets, model.completeToMs);
  const shown = isolate(model.series, model.isolated);
  const isolated = shown !== model.series;
  const layers = stackLayers(shown, steps.length);
  if (isolated) {
    const zero = new Float64Array(steps.length);
    surface.polygon(areaPoints(plot, steps, zero, model.total.values, 0, steps.length, stepped), {
      colour: palette.text,
      opacity: GHOST_OPACITY,
    });
  }
  const parts: [number, number, number][] = [
    [0, complete, 1],
    [complete, steps.length, FILLING_OPACITY],
  ];
  for (const [first, last, opacity] of parts) {
    if (first >= last) continue;
    for (const layer of layers) {
      const outline = areaPoints(plot, steps, layer.lower, layer.upper, first, last, stepped);
      surface.polygon(outline, { colour: palette[layer.series.colour], opacity });
    }
  }
  for (const [index, layer] of layers.entries()) {
    if (index < layers.length - 1 || isolated)
      drawParting(surface, plot, steps, layer, layers, stepped, palette);
  }
  const ghost = isolated ? model.ghost?.rows.get(shown.length === 1 ? shown[0]!.id : '') : model.ghost?.total;
  if (ghost) drawGhost(surface, plot, ghost, palette);
  const emphasised = layers.find(({ series }) => series.id === model.emphasis);
  if (emphasised) drawOutline(surface, plot, steps, emphasised, stepped, palette);
  if (isolated && shown.length === 1) drawOwnBand(surface, plot, steps, shown[0]!, stepped, palette);
  else drawError(surface, plot, steps, isolated ? sumOf(shown, steps.length) : model.total, stepped, palette);
}

/** Another range over this one: a dashed line on a pale ground, so that it reads on every colour. */
function drawGhost(surface: Surface, plot: Plot, { steps, values, colour }: Line, palette: Palette): void {
  const stepped = isStepped(plot, steps);
  for (const [first, last] of runsWhere(steps.length, (index) => Number.isFinite(values[index]))) {
    const points = linePoints(plot, steps, values, first, last, stepped);
    surface.polyline(points, { colour: palette['bg-panel'], width: 3.5, opacity: 0.75 });
    surface.polyline(points, { colour: palette[colour], width: 1.25, dash: GHOST_DASH });
  }
}

/** Steps of which an error can be told, and its edges. */
const hasError = (series: Series) => (index: number) =>
  series.halfWidths[index]! > 0 && series.values[index]! > 0;
const lowEdge = ({ values, halfWidths }: Series) =>
  values.map((value, index) => Math.max(0, value - halfWidths[index]!));
const highEdge = ({ values, halfWidths }: Series) => values.map((value, index) => value + halfWidths[index]!);

/** The band of a series that stands alone: its own colour, paler inside and out, with a line at the estimate. */
function drawOwnBand(
  surface: Surface,
  plot: Plot,
  steps: Steps,
  series: Series,
  stepped: boolean,
  palette: Palette,
): void {
  const colour = palette[series.colour];
  const [low, high] = [lowEdge(series), highEdge(series)];
  for (const [first, last] of runsWhere(steps.length, hasError(series))) {
    const area = (lower: Float64Array, upper: Float64Array) =>
      areaPoints(plot, steps, lower, upper, first, last, stepped);
    surface.polygon(area(low, series.values), { colour: palette['bg-panel'], opacity: OWN_BAND_OPACITY });
    surface.polygon(area(series.values, high), { colour, opacity: OWN_BAND_OPACITY });
    surface.polyline(linePoints(plot, steps, series.values, first, last, stepped), {
      colour: palette.text,
      width: 1,
    });
  }
}

/** The line that parts a layer from what lies above it, where both have something. */
function drawParting(
  surface: Surface,
  plot: Plot,
  steps: Steps,
  layer: Layer,
  layers: readonly Layer[],
  stepped: boolean,
  palette: Palette,
): void {
  const top = layers[layers.length - 1]!.upper;
  const parted = (index: number) =>
    layer.upper[index]! > layer.lower[index]! && top[index]! >= layer.upper[index]!;
  for (const [first, last] of runsWhere(steps.length, parted)) {
    surface.polyline(linePoints(plot, steps, layer.upper, first, last, stepped), {
      colour: palette['bg-panel'],
      width: PARTING_PIXELS,
    });
  }
}

/** A line around each stretch of a layer that has something. */
function drawOutline(
  surface: Surface,
  plot: Plot,
  steps: Steps,
  { lower, upper }: Layer,
  stepped: boolean,
  palette: Palette,
): void {
  for (const [first, last] of runsWhere(steps.length, (index) => upper[index]! > lower[index]!)) {
    const outline = areaPoints(plot, steps, lower, upper, first, last, stepped);
    surface.polyline([...outline, outline[0]!, outline[1]!], { colour: palette.text, width: OUTLINE_PIXELS });
  }
}

/** Whiskers while there is room for them, else a band. */
function drawError(
  surface: Surface,
  plot: Plot,
  steps: Steps,
  sum: Series,
  stepped: boolean,
  palette: Palette,
): void {
  const has = hasError(sum);
  const width = steps.length > 0 ? bucketPixels(plot, steps.toMs[0]! - steps.fromMs[0]!) : 0;
  const [low, high] = [lowEdge(sum), highEdge(sum)];
  if (width < LEAST_WHISKER_PIXELS) {
    for (const [first, last] of runsWhere(steps.length, has)) {
      surface.polygon(areaPoints(plot, steps, low, high, first, last, stepped), {
        colour: palette.band,
        opacity: BAND_OPACITY,
      });
    }
    return;
  }
  for (let index = 0; index < steps.length; index++) {
    if (!has(index)) continue;
    const x = Math.floor((xOf(plot, steps.fromMs[index]!) + xOf(plot, steps.toMs[index]!)) / 2) + 0.5;
    const upper = Math.round(yOf(plot, high[index]!)) + 0.5;
    const lower = Math.round(yOf(plot, low[index]!)) + 0.5;
    const stroke = { colour: palette.band, width: 1 };
    const half = CAP_PIXELS / 2;
    surface.polyline([x, upper, x, lower], stroke);
    surface.polyline([x - half, upper, x + half, upper], stroke);
    surface.polyline([x - half, lower, x + half, lower], stroke);
  }
}
