/**
 * One metric over time. At one data source: a value for each counter sample, or for each second of a flow definition.
 * Over several: a value for each second (of a long range, for each step), put together by the statistic. A value of
 * counters holds for the whole of its interval, because it is the mean over it; so does the mean of a stored bucket.
 */

import { samplesOfBand } from '../../shared/model/confidence.ts';
import type {
  MetricFilter,
  MetricSeries,
  MetricSeriesQuestion,
  MetricUnit,
} from '../../shared/model/metric.ts';
import type { Interval } from '../../shared/model/question.ts';
import type { StoredMetric } from '../../shared/model/store.ts';
import type { FlowSeconds } from './flow-seconds.ts';
import { splitSource } from './metric-list.ts';
import { linesOf, metricCatalog } from './metric-table.ts';
import type { Readings } from './readings.ts';
import type { SourceSelection } from './selection.ts';
import { serviceSource } from './service-readings.ts';
import { halfWidthOf, statisticOf } from './statistics.ts';

/** A series, which whoever asked for it knows the origin of. */
type Series = Omit<MetricSeries, 'provenance'>;

const USUAL_RANGE_MS = 600_000;
/** A grid is at most this long. */
const MOST_STEPS = 900;

/** What is known of one data source: value of the metric at times, each for the time from `fromMs` to `toMs`. */
export type Known = {
  agent: string;
  dataSource: string;
  fromMs: number[];
  toMs: number[];
  values: number[];
  /** Half-widths of the 95 % bands; absent where the values are no estimates. */
  halfWidths?: number[];
};

export function metricSeries(
  readings: Readings,
  flowSeconds: FlowSeconds,
  selection: SourceSelection,
  question: MetricSeriesQuestion,
  nowMs: number,
): Series {
  const { dataSource, name } = splitSource(question.metric, (text) => readings.isName(text));
  const asked = question.dataSource ?? (dataSource === '' ? null : dataSource);
  const interval = question.interval ?? { fromMs: nowMs - USUAL_RANGE_MS, toMs: nowMs };
  const accepts = readings.filter(question.filter, nowMs);
  const known = [
    ...ofCounters(readings, selection, accepts, name, asked, interval),
    ...ofCustom(readings, selection, accepts, name, asked, interval),
    ...ofFlows(readings, flowSeconds, selection, accepts, name, asked, interval),
  ];
  return { interval, unit: unitOf(name), ...together(known, question, interval) };
}

const SERVICE = serviceSource('');

/** The same from trends: the mean of each bucket, `trendMinutes` wide. */
export function storedMetricSeries(
  readings: Readings,
  selection: SourceSelection,
  question: MetricSeriesQuestion & { interval: Interval },
  stored: readonly StoredMetric[],
  trendMinutes: number,
  nowMs: number,
): Series {
  const meant = new Set(selection.agents);
  const accepts = readings.filter(question.filter, nowMs);
  const known = stored.flatMap(({ agent: address, dataSource, minutes, mean }): Known[] => {
    const agent = readings.network.find(address);
    if (!agent || !meant.has(agent) || !selection.takes(agent, dataSource)) return [];
    if (!accepts(agent, dataSource)) return [];
    const fromMs = Array.from(minutes, (minute) => minute * 60_000);
    // The bucket that is still being filled ends now.
    const toMs = fromMs.map((from) => Math.max(from + 1, Math.min(from + trendMinutes * 60_000, nowMs)));
    return [{ agent: address, dataSource, fromMs, toMs, values: [...mean] }];
  });
  const unit = unitOf(splitSource(question.metric, (text) => readings.isName(text)).name);
  const service = known.every(({ dataSource }) => dataSource.startsWith(SERVICE))
    ? known[0]?.dataSource.slice(SERVICE.length)
    : undefined;
  return {
    ...{ interval: question.interval, unit, ...together(known, question, question.interval), trendMinutes },
    ...(service === undefined ? {} : { service }),
  };
}

function together(known: readonly Known[], question: MetricSeriesQuestion, interval: Interval): Drawn {
  const [one] = known;
  if (known.length !== 1) return onGrid(known, question, interval);
  return withBands(
    { timesMs: Float64Array.from(one!.toMs), values: Float64Array.from(one!.values) },
    one!.halfWidths ?? null,
  );
}

type Drawn = Pick<MetricSeries, 'timesMs' | 'values' | 'halfWidths' | 'samples'>;

function withBands(
  drawn: Pick<MetricSeries, 'timesMs' | 'values'>,
  halfWidths: ArrayLike<number> | null,
): Drawn {
  if (halfWidths === null) return drawn;
  const own = Float64Array.from(halfWidths);
  return {
    ...drawn,
    halfWidths: own,
    samples: own.map((half, index) => samplesOfBand(drawn.values[index]!, half)),
  };
}

/** What is known of a metric of counters or of scripts at each data source, in memory. */
export function metricPast(
  readings: Readings,
  selection: SourceSelection,
  filter: MetricFilter,
  name: string,
  interval: Interval,
  nowMs: number,
): Known[] {
  const accepts = readings.filter(filter, nowMs);
  return [
    ...ofCounters(readings, selection, accepts, name, null, interval),
    ...ofCustom(readings, selection, accepts, name, null, interval),
  ];
}

let units: Map<string, MetricUnit> | null = null;
function unitOf(name: string): MetricUnit {
  units ??= new Map(metricCatalog().map((metric) => [metric.name, metric.unit]));
  return units.get(name) ?? '';
}

type Accepts = ReturnType<Readings['filter']>;

function ofCounters(
  readings: Readings,
  selection: SourceSelection,
  accepts: Accepts,
  name: string,
  asked: string | null,
  interval: Interval,
): Known[] {
  const lines = linesOf(name).filter(({ plan, line }) => plan.lines[line]!.kind !== 'text');
  const found: Known[] = [];
  if (lines.length === 0) return found;
  for (const agent of selection.agents) {
    for (const source of readings.counters.agents.get(agent)?.sources.values() ?? []) {
      if ((asked !== null && source.name !== asked) || !selection.takes(agent, source.name)) continue;
      const told = lines.find(({ plan }) => source.find(plan));
      if (!told || !accepts(agent, source.name)) continue;
      const series = source.find(told.plan)!;
      const known: Known = {
        ...{ agent: agent.address, dataSource: source.name },
        ...{ fromMs: [], toMs: [], values: [] },
      };
      for (let i = firstAfter(series.toMs, interval.fromMs); i < series.length; i++) {
        if (series.fromMs[i]! >= interval.toMs) break;
        known.fromMs.push(series.fromMs[i]!);
        known.toMs.push(series.toMs[i]!);
        known.values.push(told.plan.valueOf(told.line, series.rows, i * series.width, series.seconds[i]!));
      }
      if (known.toMs.length > 0) found.push(known);
    }
  }
  return found;
}

function ofCustom(
  readings: Readings,
  selection: SourceSelection,
  accepts: Accepts,
  name: string,
  asked: string | null,
  { fromMs, toMs }: Interval,
): Known[] {
  return selection.agents.flatMap((agent) =>
    [...(readings.custom.byAgent.get(agent)?.values() ?? [])]
      .filter(
        (value) =>
          value.name === name &&
          (asked === null || value.dataSource === asked) &&
          accepts(agent, value.dataSource),
      )
      .flatMap((value) => {
        const first = firstAfter(value.timesMs, fromMs);
        let end = first;
        while (end < value.timesMs.length && value.timesMs[end]! <= toMs) end++;
        if (end === first) return [];
        const times = value.timesMs.slice(first, end);
        // A gauge is as it was told until it is told anew.
        return [
          {
            ...{ agent: agent.address, dataSource: value.dataSource },
            fromMs: times.map((time, i) => times[i - 1] ?? time - 1),
            toMs: times,
            values: value.values.slice(first, end),
          },
        ];
      }),
  );
}

function ofFlows(
  readings: Readings,
  flowSeconds: FlowSeconds,
  selection: SourceSelection,
  accepts: Accepts,
  name: string,
  asked: string | null,
  { fromMs, toMs }: Interval,
): Known[] {
  const meant = new Set(selection.agents);
  return flowSeconds.of(name).flatMap(({ agent: address, dataSource, at, halfWidthAt }) => {
    const agent = readings.network.find(address);
    if (!agent || !meant.has(agent) || !selection.takes(agent, dataSource)) return [];
    if ((asked !== null && dataSource !== asked) || !accepts(agent, dataSource)) return [];
    const halfWidths: number[] = [];
    const known: Known = { agent: address, dataSource, fromMs: [], toMs: [], values: [] };
    const { slots, slotSeconds } = flowSeconds.kept;
    const slotMs = slotSeconds * 1000;
    const last = Math.floor(toMs / slotMs);
    for (let slot = Math.max(Math.ceil(fromMs / slotMs), last - slots); slot <= last; slot++) {
      known.fromMs.push((slot - 1) * slotMs);
      known.toMs.push(slot * slotMs);
      known.values.push(at(slot));
      halfWidths.push(halfWidthAt(slot));
    }
    if (halfWidths.some((half) => !Number.isNaN(half))) known.halfWidths = halfWidths;
    return known.values.some((value) => !Number.isNaN(value)) ? [known] : [];
  });
}

/** A value for each step, of what every data source says of its middle. */
function onGrid(
  known: readonly Known[],
  { statistic }: MetricSeriesQuestion,
  { fromMs, toMs }: Interval,
): Drawn {
  if (known.length === 0) return { timesMs: new Float64Array(0), values: new Float64Array(0) };
  const stepMs = Math.max(1000, Math.ceil((toMs - fromMs) / MOST_STEPS / 1000) * 1000);
  const first = Math.floor(fromMs / stepMs) + 1;
  const count = Math.max(1, Math.floor(toMs / stepMs) - first + 1);
  const timesMs = Float64Array.from({ length: count }, (_, index) => (first + index) * stepMs);
  const cursors = new Int32Array(known.length);
  const isEstimate = known.every(({ halfWidths }) => halfWidths !== undefined);
  const bands = isEstimate ? new Float64Array(count).fill(Number.NaN) : null;
  const values = timesMs.map((timeMs, step) => {
    const middle = timeMs - stepMs / 2;
    const there: number[] = [];
    const halfWidths: number[] = [];
    for (const [index, one] of known.entries()) {
      while (cursors[index]! < one.toMs.length && one.toMs[cursors[index]!]! < middle) cursors[index]!++;
      const at = cursors[index]!;
      if (at >= one.toMs.length || one.fromMs[at]! > middle) continue;
      const value = one.values[at]!;
      if (Number.isNaN(value)) continue;
      there.push(value);
      if (bands) halfWidths.push(one.halfWidths![at]!);
    }
    if (bands && there.length > 0) bands[step] = halfWidthOf(statistic, there, halfWidths);
    const value = statisticOf(statistic, there);
    return typeof value === 'number' ? value : Number.NaN;
  });
  return withBands({ timesMs, values }, bands?.some(Number.isFinite) ? bands : null);
}

/** Index of the first time that is after `timeMs`; the times ascend. */
function firstAfter(times: readonly number[], timeMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! > timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
