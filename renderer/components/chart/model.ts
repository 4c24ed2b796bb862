/**
 * What a chart shows, as plain data: everything that a drawing needs and nothing of where it is drawn. The
 * screen and the exports draw from the same model.
 */
import type { Zone } from '../../../shared/format/time.ts';
import type { Interval } from '../../../shared/model/question.ts';
import type { Buckets, Steps } from './geometry.ts';
import type { ColourName } from './palette.ts';
import type { Gap, Series } from './stack.ts';
import type { RateUnit } from './unit.ts';

/** Datagrams heard and missed per bucket. */
export type Loss = { buckets: Buckets; received: Float64Array; lost: Float64Array };

/** How the figures of a chart were counted: in two or three words, and in full. */
export type Counting = { words: string; about: string };

/** Something that happened at a moment: it stands on the time axis, and leads to more where it is pressed. */
export type Mark = {
  id: string;
  timeMs: number;
  kind: 'raised' | 'cleared';
  colour: Extract<ColourName, 'crit-fill' | 'warn-fill' | 'accent'>;
  /** In a sentence, for the tooltip. */
  label: string;
};

/** What all charts have. */
export type PlotModel = {
  interval: Interval;
  counting: Counting;
  unit: RateUnit;
  zone: Zone;
  /** Where the vertical axis ends, in `unit`. */
  highest: number;
  gaps: readonly Gap[];
  loss: Loss | null;
  /** Where now is, in a live picture; null in a recorded one. */
  liveEdgeMs: number | null;
  /** A stretch of time that is chosen elsewhere on the screen. */
  highlight: Interval | null;
  /** Moments to be marked on the time axis; none as a rule. */
  marks?: readonly Mark[];
  /** The series that is pointed at elsewhere on the screen: its id, or null. */
  emphasis: string | null;
};

export type StackModel = PlotModel & {
  kind: 'stack';
  buckets: Buckets;
  /** Steps that end after this are still filling, and are drawn pale. */
  completeToMs: number;
  /** From the bottom up, "other" last. */
  series: readonly Series[];
  total: Series;
  isolated: ReadonlySet<string>;
  /** Another range, laid over this one; absent where nothing is compared. */
  ghost?: Ghost;
  /** What is usual of the largest series; drawn under its line where the series are lines. */
  usual?: Line;
};

/** Another range, moved to where this one is: its total, and its series by their ids. */
export type Ghost = { when: string; total: Line; rows: ReadonlyMap<string, Line> };

/** One line: its steps may be of unequal width. NaN is not drawn. */
export type Line = {
  id: string;
  label: string;
  colour: ColourName;
  steps: Steps;
  values: Float64Array;
  /** 95 % half-widths; null for figures that are counted, not sampled. */
  halfWidths: Float64Array | null;
  samples: Float64Array | null;
  /** From this step on they are still filling, and pale. */
  fillingFrom: number;
  /** A tinted ground below the line. */
  filled: boolean;
  /** In pixels. */
  width: number;
  /** How much later it is drawn than it was: it is of another range, laid over this one. */
  laterByMs?: number;
  /** The same of another range: dashed, and told beside it. */
  before?: Line;
  /** What is usual at that time, with how far from it is not unusual: dashed in a pale band, and told beside it. */
  usual?: Line;
};

/** A value that means something: a threshold, the speed of the port. */
export type Rule = { value: number; label: string; colour: ColourName; dash: readonly number[] };

export type LineModel = PlotModel & {
  kind: 'lines';
  lines: readonly Line[];
  rules: readonly Rule[];
  /** The value that the right axis calls 100 %; 0 for no right axis. */
  fullScale: number;
  isolated: ReadonlySet<string>;
};

export type ChartModel = StackModel | LineModel;

/** Below this part of the full scale all labels of a right axis would read alike. */
const LEAST_SHARE = 0.01;

/** true where the chart has a right axis in percent of its full scale. */
export function hasShareAxis(model: ChartModel): model is LineModel {
  return model.kind === 'lines' && model.fullScale > 0 && model.highest / model.fullScale >= LEAST_SHARE;
}

/** Room around the plot, in CSS pixels. */
export type Gutters = { left: number; right: number; top: number; bottom: number };

/** The gutters of a chart: fixed, so that the plot does not move when its figures change. */
export function guttersOf(model: ChartModel): Gutters {
  const right = model.kind === 'lines' && model.fullScale > 0 ? 52 : 14;
  return { left: 44, right, top: 6, bottom: 28 };
}

/** A model before its axis is decided. */
export type Unscaled<M extends ChartModel> = Omit<M, 'highest'>;
