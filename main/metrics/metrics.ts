/**
 * What can be asked of metrics, as sFlow-RT's REST asks it: statistics over all data sources that match, tables, dumps,
 * charts at one second, and the tree of hosts. Counters, custom metrics
 * and the seconds of flow definitions are kept here, for the engine too.
 */
import { samplesOfBand } from '../../shared/model/confidence.ts';
import type { Topology } from '../../shared/model/knowledge.ts';
import type {
  CustomMetric,
  MetricBand,
  MetricFilter,
  MetricSeries,
  MetricSeriesQuestion,
  MetricSummary,
  MetricsApi,
  MetricValue,
} from '../../shared/model/metric.ts';
import type { Interval, Provenance } from '../../shared/model/question.ts';
import type { MetricSelection, StoredMetric } from '../../shared/model/store.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import type { FlowMetricSource } from '../flows/metric-source.ts';
import type { Agent, Stream } from '../samples/agent.ts';
import type { Network } from '../samples/network.ts';
import type { CounterSample, Datagram } from '../sflow/sample.ts';
import { Counters } from './counters.ts';
import { CustomMetrics } from './custom.ts';
import type { DataSource } from './data-source.ts';
import { FlowSeconds, type SecondsKept } from './flow-seconds.ts';
import { hostTree } from './host-tree.ts';
import { parseColumns, parseMetrics, splitSource, wordsOf } from './metric-list.ts';
import { type Known, metricPast, metricSeries, storedMetricSeries } from './metric-series.ts';
import { metricCatalog } from './metric-table.ts';
import { type NumberRead, type Reading, Readings, testsOf } from './readings.ts';
import { type SourceSelection, selectSources } from './selection.ts';
import { nodeName, serviceOf, serviceSource } from './service-readings.ts';
import { compare, halfWidthOf, placeOf, statisticOf } from './statistics.ts';
import { type Spot, Told } from './told.ts';

/** Values in one answer; more are refused, so that no question fills the memory. */
const MOST_VALUES = 500_000;

type NamedMetric = ReturnType<typeof splitSource>;

export type MetricsOptions = {
  /** The network that was heard; another one after `restart`. */
  network: () => Network;
  /** How long the counters of interfaces are kept; those of other records at most eleven minutes of it. */
  keepCountersMs: number;
  /** Flow definitions as metrics; null where there are none. */
  flows: FlowMetricSource | null;
  topology: () => Topology | null;
  /** The workspace's own time. */
  nowMs: () => number;
  /** How many values of flow definitions and custom metrics are kept, where it is not about ten minutes of them. */
  kept?: () => SecondsKept;
  /** Where what it hears comes from: memory, where nothing else is said. */
  provenance?: Provenance;
};

/** Values of one data source after the other, for whoever follows them. */
export type SpotReader = {
  /** Whether the filter accepts it. */
  passes(spot: Pick<Spot, 'agent' | 'dataSource'>, nowMs: number): boolean;
  /** The number that it tells of a metric; null where it tells none. */
  read(spot: Spot, name: string, nowMs: number): NumberRead | null;
};

export class Metrics {
  counters: Counters;
  custom: CustomMetrics;
  flowSeconds: FlowSeconds;
  readonly #told = new Told();
  readonly #options: MetricsOptions;

  constructor(options: MetricsOptions) {
    this.#options = options;
    this.counters = new Counters(options.keepCountersMs, this.#told);
    const kept = options.kept?.();
    this.custom = new CustomMetrics(this.#told, kept?.slots);
    this.flowSeconds = new FlowSeconds(kept);
  }

  /** Forgets all that was heard. */
  restart(): void {
    this.#told.clear();
    this.counters = new Counters(this.#options.keepCountersMs, this.#told);
    const kept = this.#options.kept?.();
    this.custom = new CustomMetrics(this.#told, kept?.slots);
    this.flowSeconds = new FlowSeconds(kept);
  }

  #lastReadings: Readings | null = null;
  get #readings(): Readings {
    const network = this.#options.network();
    const last = this.#lastReadings;
    if (last?.network === network && last.counters === this.counters) return last;
    this.#lastReadings = new Readings(network, this.counters, this.custom, this.#options.flows);
    return this.#lastReadings;
  }

  /** Takes a counter sample. Returns the interface whose series grew, or null. */
  observe(
    agent: Agent,
    stream: Stream,
    datagram: Datagram,
    sample: CounterSample,
    timeMs: number,
  ): number | null {
    return this.counters.observe(agent, stream, datagram, sample, timeMs);
  }

  /** Takes a sample that is neither of a flow nor of counters: sFlow-RT's own are metrics. */
  otherSample(
    agent: Agent,
    datagram: Datagram,
    tag: number,
    start: number,
    end: number,
    timeMs: number,
  ): void {
    const { bytes, view, uptimeMs } = datagram;
    this.custom.sample(agent, tag, bytes, view, start, end, uptimeMs, timeMs);
  }

  restarted(agent: Agent): void {
    this.counters.restarted(agent);
    this.custom.restarted(agent);
  }

  /** About once a second of the workspace's time. */
  tick(nowMs: number): void {
    const { flows } = this.#options;
    this.counters.tick(nowMs);
    // Agents that gave their place to others.
    const network = this.#options.network();
    if (this.counters.agents.size > network.agents.length)
      for (const agent of this.counters.agents.keys())
        if (network.find(agent.address) !== agent) this.counters.forgetAgent(agent);
    if (flows) this.flowSeconds.note(flows, nowMs);
    this.custom.tick(nowMs);
  }

  /**
   * Where counters or custom metrics were told, or fell silent, since this was last asked; one may ask. Null where it
   * is to read everything again.
   */
  told(nowMs: number): Spot[] | null {
    const usualMs = (source: DataSource): number | null => {
      const known = this.counters.agents.get(source.agent);
      return known?.sources.get(source.key) === source ? known.usualMs : null;
    };
    return this.#told.take(nowMs, usualMs, () => this.spots());
  }

  /** Every data source of counters or custom metrics. */
  spots(): Iterable<Spot> {
    return this.#readings.spots();
  }

  /**
   * What is told at data sources that a filter accepts, read place by place. Refused where a pattern of the filter cannot
   * be read.
   */
  reader(filter: MetricFilter): SpotReader {
    const tests = testsOf(filter);
    return {
      passes: (spot, nowMs) => {
        if (tests.length === 0) return true;
        const agent = this.#options.network().find(spot.agent);
        return agent !== null && this.#readings.passes(tests, agent, spot.dataSource, nowMs);
      },
      read: (spot, name, nowMs) => this.#readings.numberAt(spot, name, nowMs),
    };
  }

  /** What memory knows of one metric in a range, at every data source that the filter accepts. */
  past(name: string, filter: MetricFilter, interval: Interval): Known[] {
    const nowMs = this.#options.nowMs();
    return metricPast(this.#readings, this.select('ALL'), filter, name, interval, nowMs);
  }

  metricNames(): Record<string, number> {
    const nowMs = this.#options.nowMs();
    const names = [...this.#readings.names(nowMs)].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(names.map(([name, updatedMs]) => [name, since(nowMs, updatedMs)]));
  }

  metric(agents: string, metrics: string, filter: MetricFilter): MetricSummary[] {
    const nowMs = this.#options.nowMs();
    const readings = this.#readings;
    const selection = this.select(agents);
    const accepts = readings.filter(filter, nowMs);
    return parseMetrics(metrics, (name) => readings.isName(name)).map(
      ({ asked, statistic, dataSource, name }) => {
        const found = readings.of(name, dataSource, selection, accepts, nowMs);
        const summary: MetricSummary = { metricName: asked, metricN: found.length };
        if (found.length === 0) return summary;
        const values = found.map(({ value }) => value);
        const value = statisticOf(statistic, values);
        if (value !== null) summary.metricValue = value;
        if (typeof value === 'number' && found.every(({ halfWidth }) => halfWidth !== undefined))
          Object.assign(
            summary,
            bandOf(
              value,
              halfWidthOf(
                statistic,
                values as number[],
                found.map(({ halfWidth }) => halfWidth!),
              ),
            ),
          );
        const ages = found.map(({ updatedMs }) => since(nowMs, updatedMs));
        summary.lastUpdateMin = least(ages);
        summary.lastUpdateMax = -least(ages.map((age) => -age));
        const one = found[placeOf(statistic, values)];
        if (!one) return summary;
        summary.agent = one.agent.address;
        summary.dataSource = one.dataSource;
        summary.lastUpdate = since(nowMs, one.updatedMs);
        if (one.topKeys) summary.topKeys = one.topKeys;
        return summary;
      },
    );
  }

  metricTable(agents: string, metrics: string, filter: MetricFilter): MetricValue[][] {
    const nowMs = this.#options.nowMs();
    const readings = this.#readings;
    const selection = this.select(agents);
    const accepts = readings.filter(filter, nowMs);
    const columns = parseColumns(metrics, (name) => readings.isName(name));
    const told = columns.map(
      ({ name, dataSource }) =>
        new Map(
          readings
            .of(name, dataSource, selection, accepts, nowMs)
            // A metric that names its data source stands in every row of its agent.
            .map((one) => [rowKey(one.agent, dataSource === '' ? one.dataSource : ''), one]),
        ),
    );
    const rows = new Map<string, Reading>();
    for (const [index, column] of told.entries()) {
      if (columns[index]!.dataSource !== '' && columns.some(({ dataSource }) => dataSource === '')) continue;
      for (const [key, reading] of column) if (!rows.has(key)) rows.set(key, reading);
    }
    const table: MetricValue[][] = [];
    for (const [key, { agent, dataSource }] of rows) {
      const cells = columns.map(({ name, dataSource: asked, optional }, index): MetricValue | null => {
        const own = told[index]!.get(asked === '' ? key : rowKey(agent, ''));
        const reading = own ?? (asked === '' ? readings.at(agent, dataSource, name, nowMs) : null);
        if (reading) return shownValue(reading, name, nowMs);
        return optional
          ? { agent: agent.address, dataSource, metricName: name, metricValue: '', lastUpdate: 0 }
          : null;
      });
      const full = cells.filter((cell): cell is MetricValue => cell !== null);
      if (full.length === cells.length) table.push(full);
      refuseBeyond(table.length * columns.length);
    }
    const by = columns.findIndex(({ sort }) => sort !== null);
    if (by < 0) return table;
    const limit = columns[by]!.sort!;
    const sign = limit < 0 ? -1 : 1;
    table.sort((a, b) => sign * compare(a[by]!.metricValue, b[by]!.metricValue));
    return Number.isFinite(limit) ? table.slice(0, Math.abs(limit)) : table;
  }

  /** The metrics that 'a;22.tcp' names, each at a data source or ('') at all; null for ALL. */
  named(metrics: string): NamedMetric[] | null {
    if (metrics === 'ALL') return null;
    return wordsOf(metrics, ';').map((word) => splitSource(word, (name) => this.#readings.isName(name)));
  }

  metricDump(agents: string, metrics: string, filter: MetricFilter): MetricValue[] {
    const nowMs = this.#options.nowMs();
    const readings = this.#readings;
    const selection = this.select(agents);
    const accepts = readings.filter(filter, nowMs);
    const all = (): NamedMetric[] =>
      [...readings.names(nowMs).keys()].map((name) => ({ name, dataSource: '' }));
    const names = this.named(metrics) ?? all();
    const values: MetricValue[] = [];
    for (const { name, dataSource } of names) {
      for (const reading of readings.of(name, dataSource, selection, accepts, nowMs))
        values.push(shownValue(reading, name, nowMs));
      refuseBeyond(values.length);
    }
    return values;
  }

  metricSeries(question: MetricSeriesQuestion): MetricSeries {
    const { nowMs, provenance = 'memory' } = this.#options;
    const selection = this.select(question.agents);
    return {
      ...metricSeries(this.#readings, this.flowSeconds, selection, question, nowMs()),
      provenance,
    };
  }

  /** What of the trends a series is made of. */
  storedSelection({ agents, dataSource, metric }: MetricSeriesQuestion): MetricSelection {
    const readings = this.#readings;
    const split = splitSource(metric, (text) => readings.isName(text));
    const [one, ...others] = this.select(agents).agents;
    const asked = dataSource ?? (split.dataSource || null);
    const agent = one && others.length === 0 && agents !== 'ALL' ? one : null;
    // Of a virtual node what is stored is its service.
    const node = agent && asked !== null ? this.#virtualNode(agent, asked) : null;
    return {
      agent: agent?.address ?? null,
      dataSource: node ? serviceSource(serviceOf(nodeName(node))) : asked,
      metric: split.name,
    };
  }

  #virtualNode(agent: Agent, name: string): DataSource | null {
    for (const source of this.counters.agents.get(agent)?.sources.values() ?? [])
      if (source.name === name) return source.virtual ? source : null;
    return null;
  }

  /** A series out of trends whose buckets are `trendMinutes` wide, from here or from elsewhere. */
  storedSeries(
    question: MetricSeriesQuestion & { interval: Interval },
    stored: readonly StoredMetric[],
    trendMinutes: number,
    provenance: 'minutes' | 'clickhouse' = 'minutes',
  ): MetricSeries {
    const selection = this.select(question.agents);
    const nowMs = this.#options.nowMs();
    return {
      ...storedMetricSeries(this.#readings, selection, question, stored, trendMinutes, nowMs),
      provenance,
    };
  }

  hosts(): ReturnType<typeof hostTree> {
    return hostTree(this.counters, this.#options.nowMs());
  }

  /** Takes what a script says. Refused where an agent is not known, or there is no room. */
  customMetrics(values: readonly CustomMetric[]): null {
    const { network, nowMs } = this.#options;
    for (const value of values) {
      const agent = network().find(value.agent);
      if (!agent) throw new RpcError('missing', `Nothing has been heard of the agent ${value.agent}.`);
      if (!this.custom.put(agent, value, nowMs()))
        throw new RpcError('refused', 'There is no room for more custom metrics; give fewer names.');
    }
    return null;
  }

  get handlers(): Handlers<MetricsApi> {
    return {
      metricNames: () => this.metricNames(),
      metric: (agents, metrics, filter) => this.metric(agents, metrics, filter),
      metricTable: (agents, metrics, filter) => this.metricTable(agents, metrics, filter),
      metricDump: (agents, metrics, filter) => this.metricDump(agents, metrics, filter),
      metricSeries: (question) => this.metricSeries(question),
      metricCatalog,
      hosts: () => this.hosts(),
      customMetrics: (values) => this.customMetrics(values),
    };
  }

  /** The agents and data sources that a question means. */
  select(agents: string): SourceSelection {
    return selectSources(this.#options.network(), this.#options.topology(), agents);
  }
}

function since(nowMs: number, updatedMs: number): number {
  return Math.max(0, Math.round(nowMs - updatedMs));
}

function least(values: readonly number[]): number {
  return values.reduce((found, value) => Math.min(found, value), Number.POSITIVE_INFINITY);
}

function rowKey(agent: Agent, dataSource: string): string {
  return `${agent.index} ${dataSource}`;
}

function shownValue(reading: Reading, metricName: string, nowMs: number): MetricValue {
  const { agent, dataSource, value, updatedMs, topKeys, halfWidth } = reading;
  const lastUpdate = since(nowMs, updatedMs);
  return {
    ...{ agent: agent.address, dataSource, metricName, metricValue: value, lastUpdate },
    ...(topKeys ? { topKeys } : {}),
    ...(typeof value === 'number' && halfWidth !== undefined ? bandOf(value, halfWidth) : {}),
  };
}

const bandOf = (value: number, halfWidth: number): MetricBand =>
  Number.isNaN(halfWidth) ? {} : { halfWidth, samples: samplesOfBand(value, halfWidth) };

function refuseBeyond(count: number): void {
  if (count > MOST_VALUES)
    throw new RpcError('refused', `That is more than ${MOST_VALUES} values; name an agent or fewer metrics.`);
}
