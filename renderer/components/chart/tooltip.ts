/** The text of a chart's tooltip, made from the model: interval, total and lines, largest first. */
import { formatBand } from '../../../shared/format/rates.ts';
import { formatInterval, type Zone } from '../../../shared/format/time.ts';
import { bucketAt, bucketEndMs, bucketStartMs } from './geometry.ts';
import type { Line, LineModel, StackModel } from './model.ts';
import type { ColourName } from './palette.ts';
import { isolate, type Series, sumOf } from './stack.ts';
import { type RateUnit, rateText } from './unit.ts';

/** `aside`: what it is laid beside, as 'then 3.1 Mbit/s'; '' where that is nothing. */
export type TooltipLine = {
  id: string;
  label: string;
  colour: ColourName;
  value: string;
  band: string;
  aside: string;
};
export type Tooltip = {
  interval: string;
  /** The sum, where the lines add up; null for lines that do not. */
  total: { value: string; band: string } | null;
  lines: TooltipLine[];
  /** What the total was in the range that this one is compared with; '' where none is. */
  before: string;
  /** What else is to be said of this moment, as '12 datagrams lost'. */
  note: string;
};

const MOST_LINES = 10;
/** Up to so many lines keep their order and are told even at zero. */
const FEW_LINES = 3;

/** Steps of whole seconds are told in whole seconds, whatever part of one the range begins at. */
function intervalText(fromMs: number, toMs: number, zone: Zone): string {
  const whole = (timeMs: number) => (toMs - fromMs < 1000 ? timeMs : Math.round(timeMs / 1000) * 1000);
  return formatInterval(whole(fromMs), whole(toMs), zone);
}

const bandOf = (value: number, halfWidth: number, samples: number) =>
  value > 0 ? formatBand(halfWidth / value, samples) : '';

const tell = (series: Series, index: number, unit: RateUnit) => ({
  value: rateText(series.values[index]!, unit),
  band: bandOf(series.values[index]!, series.halfWidths[index]!, series.samples[index]!),
});

/** What a stack has at a moment; null outside of it. */
export function stackTooltip(model: StackModel, timeMs: number): Tooltip | null {
  const index = bucketAt(model.buckets, timeMs);
  if (index < 0) return null;
  const shown = isolate(model.series, model.isolated);
  const total = shown === model.series ? model.total : sumOf(shown, model.buckets.count);
  const lines = shown
    .filter((series) => series.values[index]! > 0)
    .sort((one, other) => other.values[index]! - one.values[index]!)
    .slice(0, MOST_LINES)
    .map((series) => ({
      id: series.id,
      label: series.label,
      colour: series.colour,
      ...tell(series, index, model.unit),
      aside: asideOf('then', thenAt(model.ghost?.rows.get(series.id), timeMs, model.unit)),
    }));
  const { buckets, zone } = model;
  const interval = intervalText(bucketStartMs(buckets, index), bucketEndMs(buckets, index), zone);
  const lost = model.loss?.lost[index] ?? 0;
  const was = thenAt(model.ghost?.total, timeMs, model.unit);
  const before = was && shown === model.series ? `${was} then, ${model.ghost!.when}` : '';
  const note = lost > 0 ? `${lost} ${lost === 1 ? 'datagram' : 'datagrams'} lost` : '';
  return { interval, total: tell(total, index, model.unit), lines, before, note };
}

/** '3.1 Mbit/s' of another range at a moment of this one; '' where nothing is known. */
function thenAt(ghost: Line | undefined, timeMs: number, unit: RateUnit): string {
  const index = ghost ? lineStepAt(ghost, timeMs) : -1;
  return index >= 0 && Number.isFinite(ghost!.values[index]) ? rateText(ghost!.values[index]!, unit) : '';
}

/** '10 % to 30 %' of what is usual at a moment; '' where nothing is known. */
function usualAt(usual: Line | undefined, timeMs: number, unit: RateUnit): string {
  const index = usual ? lineStepAt(usual, timeMs) : -1;
  const [middle, reach] = [usual?.values[index] ?? Number.NaN, usual?.halfWidths?.[index] ?? 0];
  if (!Number.isFinite(middle)) return '';
  return `${rateText(Math.max(0, middle - reach), unit)} to ${rateText(middle + reach, unit)}`;
}

const asideOf = (word: string, figure: string): string => (figure === '' ? '' : `${word} ${figure}`);

/** The step of a line that holds a moment; -1 where there is none. */
export function lineStepAt(line: Line, timeMs: number): number {
  let [low, high] = [0, line.steps.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (timeMs < line.steps.fromMs[middle]!) high = middle - 1;
    else if (timeMs >= line.steps.toMs[middle]!) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** What the lines have at a moment; the interval told is that of the first line that has one there. */
export function lineTooltip(model: LineModel, timeMs: number): Tooltip | null {
  let interval = '';
  const told: (TooltipLine & { figure: number })[] = [];
  for (const line of model.lines) {
    if (model.isolated.size > 0 && !model.isolated.has(line.id)) continue;
    const index = lineStepAt(line, timeMs);
    const figure = index < 0 ? Number.NaN : line.values[index]!;
    if (!Number.isFinite(figure)) continue;
    interval ||= intervalText(line.steps.fromMs[index]!, line.steps.toMs[index]!, model.zone);
    const band = line.halfWidths ? bandOf(figure, line.halfWidths[index]!, line.samples?.[index] ?? 0) : '';
    const { id, label, colour } = line;
    const aside =
      asideOf('then', thenAt(line.before, timeMs, model.unit)) ||
      asideOf('usual', usualAt(line.usual, timeMs, model.unit));
    told.push({ id, label, colour, value: rateText(figure, model.unit), band, aside, figure });
  }
  if (interval === '') return null;
  const lines =
    model.lines.length <= FEW_LINES
      ? told
      : told.filter(({ figure }) => figure > 0).sort((one, other) => other.figure - one.figure);
  return { interval, total: null, lines: lines.slice(0, MOST_LINES), before: '', note: '' };
}
