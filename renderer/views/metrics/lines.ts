/**
 * The lines of the chart: which metric, of which agents and data sources, by which statistic. Lines of one unit share
 * a chart; another unit has a chart of its own, because an axis can carry only one.
 */
import type { MetricDescription, MetricSeries, Statistic } from '../../../shared/model/metric.ts';
import { SERIES_COLOURS, type SeriesColour } from '../../components/chart/palette.ts';
import { shownUnit } from './rows.ts';

export type ChartLine = {
  metric: string;
  /** '' for all. */
  agent: string;
  /** '' for all: then the statistic puts them together. */
  dataSource: string;
  statistic: Statistic;
};

export const MOST_LINES = SERIES_COLOURS.length;

/** true where the line is put together of more than one data source. */
export const isSummary = ({ agent, dataSource }: ChartLine): boolean => agent === '' || dataSource === '';

export const lineId = ({ metric, agent, dataSource, statistic }: ChartLine): string =>
  JSON.stringify([metric, agent, dataSource, agent === '' || dataSource === '' ? statistic : '']);

/** The lines with one more, or without it where it was among them; the oldest gives way where there are too many. */
export function toggled(lines: readonly ChartLine[], line: ChartLine): ChartLine[] {
  const id = lineId(line);
  if (lines.some((one) => lineId(one) === id)) return lines.filter((one) => lineId(one) !== id);
  return [...lines.slice(-(MOST_LINES - 1)), line];
}

/** Colours by line: each keeps its own while it is there. */
export function colourOf(index: number): SeriesColour {
  return SERIES_COLOURS[index % SERIES_COLOURS.length]!;
}

/** `factor`: what the values of a series are multiplied by to be in the unit of the group. */
export type UnitGroup<T> = { unit: string; entries: (T & { factor: number })[] };

/** What belongs into one chart: entries by the unit in which their series are shown, in the order of the first. */
export function byUnit<T extends { metric: string; series: MetricSeries }>(
  entries: readonly T[],
): UnitGroup<T>[] {
  const groups = new Map<string, UnitGroup<T>>();
  for (const entry of entries) {
    const { unit, factor } = shownUnit(entry.series.unit, entry.metric);
    const group = groups.get(unit) ?? { unit, entries: [] };
    group.entries.push({ ...entry, factor });
    groups.set(unit, group);
  }
  return [...groups.values()];
}

/** What to show first: the first of these that anyone tells, else the first number there is. */
const FIRST = [['ifinutilization', 'ifoututilization'], ['load_one'], ['cpu_utilization']] as const;

export function firstLines(
  heard: readonly string[],
  catalog: ReadonlyMap<string, MetricDescription>,
): ChartLine[] {
  const known = new Set(heard);
  const names =
    FIRST.find((group) => group.some((name) => known.has(name)))?.filter((name) => known.has(name)) ??
    heard.filter((name) => catalog.get(name)?.kind !== 'text').slice(0, 1);
  return names.map((metric) => ({ metric, agent: '', dataSource: '', statistic: 'max' }));
}
