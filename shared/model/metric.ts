/**
 * Metrics: every counter as a rate or a level, every derived figure, every text that an agent tells of itself, and
 * every flow definition, by agent, data source and name. Names are sFlow-RT's (reference c5 of the project's notes);
 * a metric of a flow definition is named as the definition and carries its largest keys.
 */
import type { AgentSelection } from './definition.ts';
import type { Gap, Interval, Provenance } from './question.ts';

export type MetricUnit =
  | 'bit/s'
  | 'octets/s'
  | 'frames/s'
  | '1/s'
  | '%'
  | 'octets'
  | 'ms'
  | 's'
  | 'count'
  | 'MHz'
  | 'V'
  | 'A'
  | 'W'
  | '°C'
  | 'text'
  | '';

/** What there is to ask for: one line per name of the metric table. */
export type MetricDescription = {
  name: string;
  /** Heading: 'Utilisation in'. */
  label: string;
  about: string;
  unit: MetricUnit;
  /** Which record tells it: 'Interface', 'Host', 'Virtual node', 'HTTP' …; what pickers group by. */
  family: string;
  kind: 'rate' | 'level' | 'text';
};

/** The statistic over the data sources that match, as sFlow-RT prefixes it: 'max:load_one'. */
export const STATISTICS = [
  'max',
  'min',
  'sum',
  'avg',
  'var',
  'sdev',
  'med',
  'q1',
  'q2',
  'q3',
  'iqr',
  'any',
] as const;
export type Statistic = (typeof STATISTICS)[number];

/** Text metrics that must match: any of a name's patterns, every name. `*` is a wildcard, else a regular expression. */
export type MetricFilter = Record<string, string[]>;

export type TopKey = { key: string; value: number; lastUpdate: number };

/**
 * How sure a figure of a flow definition is: the half-width of its 95 % band, in its unit, and how many samples of equal
 * size would tell as much. Absent of counters, which are counted, and of what is no sum.
 */
export type MetricBand = { halfWidth?: number; samples?: number };

/** One value at one data source. `dataSource` as sFlow-RT writes it: '4', '3.80'. `lastUpdate`: ms since. */
export type MetricValue = MetricBand & {
  agent: string;
  dataSource: string;
  metricName: string;
  metricValue: number | string;
  lastUpdate: number;
  topKeys?: TopKey[];
};

/** One statistic over all data sources that match; agent and dataSource are where it is, for max, min and any. */
export type MetricSummary = MetricBand & {
  /** As asked for: 'max:load_one', or 'load_one' where no statistic was named. */
  metricName: string;
  /** Absent where nothing matched. */
  metricValue?: number | string;
  metricN: number;
  lastUpdate?: number;
  lastUpdateMin?: number;
  lastUpdateMax?: number;
  agent?: string;
  dataSource?: string;
  topKeys?: TopKey[];
};

/** A chart of one metric: one entry per second (live memory) or per counter sample. */
export type MetricSeriesQuestion = {
  agents: AgentSelection;
  /** null: all data sources, put together by the statistic. */
  dataSource: string | null;
  metric: string;
  statistic: Statistic;
  filter: MetricFilter;
  interval: Interval | null;
};

export type MetricSeries = {
  interval: Interval;
  unit: MetricUnit;
  /** Times and values of equal length; NaN where nothing is known of a time. */
  timesMs: Float64Array;
  values: Float64Array;
  /** Half-widths of the 95 % bands and samples behind them, where the values are estimates of a flow definition. */
  halfWidths?: Float64Array;
  samples?: Float64Array;
  provenance: Provenance;
  /** Stretches of the range of which nothing is recorded, oldest first; absent where it did not come from the recording. */
  gaps?: Gap[];
  /** Width in minutes of the stored trend that it came from, as means; absent where single samples tell it. */
  trendMinutes?: number;
  /** The service whose instances the trend is of, where a virtual node was asked for: nodes are stored by service. */
  service?: string;
};

/** A host, or a virtual node under its host. */
export type HostNode = {
  agent: string;
  dataSource: string;
  /** Data source of the node it runs on (record 0:2002); null for a physical host. */
  parent: string | null;
  name: string;
  uuid: string;
  machineType: string;
  os: string;
  osRelease: string;
  addresses: string[];
  metrics: Record<string, number>;
  /** A text per name tag, such as `docker_name`, `k8s_namespace`. */
  tags: Record<string, string>;
  lastSeenMs: number;
  /** Whether its last sample said that it ended, or it has not been heard of for three polling intervals. */
  gone: boolean;
};

/** A metric that a script gives by REST, or 4300:1002/1003 by an agent. */
export type CustomMetric = { agent: string; dataSource: string; name: string; value: number | string };

export type MetricsApi = {
  /** Metric names heard, by milliseconds since the last value. */
  metricNames: () => Record<string, number>;
  /** `metrics` as sFlow-RT spells them: 'max:ifinutilization,load_one'. Refused where a statistic is unknown. */
  metric: (agents: AgentSelection, metrics: string, filter: MetricFilter) => MetricSummary[];
  /** Rows of cells in the order of `metrics`, with `sort:` and `null:` as in sFlow-RT. */
  metricTable: (agents: AgentSelection, metrics: string, filter: MetricFilter) => MetricValue[][];
  /** All values of the metrics named ('a;b' or 'ALL'). */
  metricDump: (agents: AgentSelection, metrics: string, filter: MetricFilter) => MetricValue[];
  metricSeries: (question: MetricSeriesQuestion) => MetricSeries;
  metricCatalog: () => MetricDescription[];
  hosts: () => HostNode[];
  customMetrics: (values: CustomMetric[]) => null;
};
