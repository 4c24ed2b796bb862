/**
 * From all values of all metrics to the rows of the table: whose each is, what it is called by people and by sFlow-RT,
 * and its value in its unit. Text that agents told is made safe here, once.
 */
import { UNKNOWN } from '../../../shared/format/rates.ts';
import { safeText } from '../../../shared/format/text.ts';
import type { MetricDescription, MetricValue } from '../../../shared/model/metric.ts';
import { rateFigure } from '../../components/chart/unit.ts';

/** Longer text values are cut in the table; the whole is in the CSV. */
const LONGEST_TEXT = 200;

export type MetricRow = {
  id: string;
  agent: string;
  agentName: string;
  /** As sFlow-RT writes it: '4', '2.1'. */
  dataSource: string;
  /** In words: the port, the host or the node. */
  source: string;
  name: string;
  label: string;
  about: string;
  family: string;
  unit: string;
  value: number | string;
  /** Half-width of the 95 % band, in the unit of the value, and samples behind it; NaN of what is counted. */
  halfWidth: number;
  samples: number;
  /** Milliseconds since the value was told. */
  ageMs: number;
  /** The largest keys of a metric of a flow definition. */
  topKeys: string;
};

/** Octets of a disk stay octets. */
const OF_DISK = /read|written/;

/** Octets per second of a network are shown as bit/s, as ports and their speeds are. */
export function shownUnit(unit: string, name: string): { unit: string; factor: number } {
  return unit === 'octets/s' && !OF_DISK.test(name) ? { unit: 'bit/s', factor: 8 } : { unit, factor: 1 };
}

const placeOf = (agent: string, dataSource: string) => `${agent} ${dataSource}`;

/** Text metrics that name their data source, best first. */
const NAMING = ['ifname', 'vir_host_name', 'app_name', 'host_name'];

/** What the data sources are called by what they tell of themselves. */
function namesOf(values: readonly MetricValue[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const naming of [...NAMING].reverse())
    for (const { agent, dataSource, metricName, metricValue } of values)
      if (metricName === naming && metricValue !== '')
        names.set(placeOf(agent, dataSource), String(metricValue));
  return names;
}

export type RowContext = {
  catalog: ReadonlyMap<string, MetricDescription>;
  agentName: (agent: string) => string;
  /** The port's name, or '' where it is none that is known. */
  portName: (agent: string, ifIndex: number) => string;
};

/** In words what a data source is: its own name, the port's, else its number. */
export function sourceWords(agent: string, dataSource: string, told: string, context: RowContext): string {
  if (told !== '') return safeText(told);
  const port = /^\d+$/.test(dataSource) ? context.portName(agent, Number(dataSource)) : '';
  return port || (/^\d+$/.test(dataSource) ? `if ${dataSource}` : dataSource);
}

/** One row per value, in the order given. */
export function metricRows(values: readonly MetricValue[], context: RowContext): MetricRow[] {
  const names = namesOf(values);
  return values.map((one) => {
    const { agent, dataSource, metricName, metricValue } = one;
    const description = context.catalog.get(metricName);
    const { unit, factor } = shownUnit(description?.unit ?? '', metricName);
    return {
      id: `${agent} ${dataSource} ${metricName}`,
      agent,
      agentName: context.agentName(agent),
      dataSource,
      source: sourceWords(agent, dataSource, names.get(placeOf(agent, dataSource)) ?? '', context),
      name: safeText(metricName),
      label: description?.label ?? safeText(metricName),
      about: description?.about ?? '',
      family: description?.family ?? (one.topKeys ? 'Flow definition' : 'Custom'),
      unit: typeof metricValue === 'string' ? 'text' : unit,
      value: typeof metricValue === 'string' ? safeText(metricValue) : metricValue * factor,
      halfWidth: (one.halfWidth ?? Number.NaN) * factor,
      samples: one.samples ?? Number.NaN,
      ageMs: one.lastUpdate,
      topKeys: (one.topKeys ?? [])
        .slice(0, 3)
        .map(({ key }) => safeText(key, 60))
        .join('; '),
    };
  });
}

/** The value as figure and unit; a text is all figure. */
export function valueFigure({ value, unit }: Pick<MetricRow, 'value' | 'unit'>): {
  figure: string;
  unit: string;
} {
  if (typeof value === 'number') return rateFigure(value, unit);
  return { figure: value === '' ? UNKNOWN : safeText(value, LONGEST_TEXT), unit: '' };
}

/** The rows in which every word is found: in names, labels, families and text values. */
export function found(rows: readonly MetricRow[], typed: string, family: string): MetricRow[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (family !== '' && row.family !== family) return false;
    if (words.length === 0) return true;
    const own = typeof row.value === 'string' ? row.value : '';
    const text =
      `${row.agentName} ${row.agent} ${row.source} ${row.name} ${row.label} ${row.family} ${own}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
