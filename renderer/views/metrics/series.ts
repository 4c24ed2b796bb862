/**
 * From series of metrics to lines of a chart. A counter's value holds for the time since the sample before it, so the
 * steps of a line are those of its counters; a metric of a flow definition has one step a second.
 */
import { safeText } from '../../../shared/format/text.ts';
import { formatDuration, type Zone } from '../../../shared/format/time.ts';
import type { MetricSeries } from '../../../shared/model/metric.ts';
import type { Interval } from '../../../shared/model/question.ts';
import type { UsualCourse } from '../../../shared/model/threshold.ts';
import type { Steps } from '../../components/chart/geometry.ts';
import type { Counting, Line, LineModel, Unscaled } from '../../components/chart/model.ts';
import type { ColourName } from '../../components/chart/palette.ts';
import type { Gap } from '../../components/chart/stack.ts';

/** A pause longer than so many usual steps is a gap and not a long step. */
const GAP_STEPS = 2.5;

/** The usual length of a step: the median of those there are; a second where there is none to tell it. */
export function usualStepMs(timesMs: ArrayLike<number>): number {
  const lengths: number[] = [];
  for (let index = 1; index < timesMs.length; index++) lengths.push(timesMs[index]! - timesMs[index - 1]!);
  lengths.sort((one, other) => one - other);
  const median = lengths[lengths.length >> 1] ?? 1000;
  return median > 0 ? median : 1000;
}

/** The steps that end at the given times, each beginning where the one before ended, or a usual step earlier. */
export function stepsEndingAt(timesMs: ArrayLike<number>): Steps {
  const usual = usualStepMs(timesMs);
  const toMs = Float64Array.from(timesMs);
  const fromMs = toMs.map((time, index) => {
    const before = index === 0 ? Number.NEGATIVE_INFINITY : toMs[index - 1]!;
    return time - before > usual * GAP_STEPS ? time - usual : before;
  });
  return { fromMs, toMs, length: toMs.length };
}

export type NamedSeries = {
  id: string;
  label: string;
  colour: ColourName;
  series: MetricSeries;
  /** What a value is multiplied by to be in the unit of the chart. */
  factor: number;
  filled: boolean;
  /** What is usual there; absent where nothing has learned it. */
  usual?: UsualCourse | null;
};

/** What is usual, by the hour, under a line. */
export function usualLine({ fromMs, toMs, middle, reach }: UsualCourse, factor: number): Line {
  return {
    ...{ id: 'usual', label: 'usual', colour: 'text-2' },
    steps: { fromMs, toMs, length: toMs.length },
    values: middle.map((value) => value * factor),
    halfWidths: reach.map((half) => half * factor),
    ...{ samples: null, fillingFrom: toMs.length, filled: false, width: 1.25 },
  };
}

/** One series as a line. */
export function lineOf({ id, label, colour, series, factor, filled, usual }: NamedSeries): Line {
  const steps = stepsEndingAt(series.timesMs);
  return {
    ...(usual ? { usual: usualLine(usual, factor) } : {}),
    id,
    label,
    colour,
    steps,
    values: series.values.map((value) => value * factor),
    halfWidths: series.halfWidths?.map((half) => half * factor) ?? null,
    samples: series.samples ?? null,
    fillingFrom: steps.length,
    filled,
    width: 1.5,
  };
}

export type ChartContext = {
  unit: string;
  interval: Interval;
  zone: Zone;
  counting: Counting;
  /** Stretches of which nothing is recorded. */
  gaps: readonly Gap[];
  liveEdgeMs: number | null;
};

/** Series of one unit in one chart. */
export function seriesChart(all: readonly NamedSeries[], context: ChartContext): Unscaled<LineModel> {
  return {
    kind: 'lines',
    ...context,
    loss: null,
    highlight: null,
    emphasis: null,
    lines: all.map(lineOf),
    rules: [],
    fullScale: 0,
    isolated: new Set(),
  };
}

/** How metrics of flow definitions are counted. */
const ESTIMATED: Counting = {
  words: 'estimated from samples',
  about:
    'Smoothed rates of a flow definition, of its largest flow at each data source; tinted: the 95 % band, where it is a sum.',
};
const MIXED: Counting = {
  words: 'told and estimated',
  about:
    'Some of the lines are counters of the agents, others are estimates of flow definitions from samples.',
};

/** How the lines of a chart are counted, by which of them come from flow definitions. */
export function countingOf(fromSamples: readonly boolean[]): Counting {
  if (!fromSamples.includes(true)) return TOLD;
  return fromSamples.includes(false) ? MIXED : ESTIMATED;
}

/** The same of stored trends: what is drawn are means. */
export function ofTrends(
  counting: Counting,
  series: readonly Pick<MetricSeries, 'trendMinutes' | 'service'>[],
): Counting {
  const widths = series.flatMap(({ trendMinutes }) => trendMinutes ?? []);
  if (widths.length === 0) return counting;
  const width = formatDuration(Math.max(...widths) * 60_000);
  const services = [...new Set(series.flatMap(({ service }) => service ?? []))].map((one) => safeText(one));
  const rolled =
    services.length > 0
      ? ` Virtual nodes are stored by service: it is the mean of all instances of ${services.join(', ')}.`
      : '';
  return {
    words: `${counting.words}, means of ${width}${services.length > 0 ? ` of ${services.join(', ')}` : ''}`,
    about: `${counting.about} From stored trends: each step is the mean over ${width}.${rolled}`,
  };
}

/** How counters of an agent are counted. */
export const TOLD: Counting = {
  words: 'told by the agent',
  about:
    'Counters of the agent itself: rates are what they grew by between two of its samples, by its own clock.',
};
