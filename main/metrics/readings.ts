/**
 * The values of a metric, wherever it comes from: a line of the metric table at every data source that tells it, a
 * custom metric, or a flow definition with its largest keys. One shape for all, so that statistics, tables and dumps
 * need not know which it is.
 */
import type { MetricFilter, TopKey } from '../../shared/model/metric.ts';
import type { FlowMetric, FlowMetricSource } from '../flows/metric-source.ts';
import type { Agent } from '../samples/agent.ts';
import type { Network } from '../samples/network.ts';
import type { AgentCounters, Counters } from './counters.ts';
import type { CustomMetrics } from './custom.ts';
import { type DataSource, keyOfName } from './data-source.ts';
import { linesOf } from './metric-table.ts';
import { type Matcher, matcherOf } from './pattern.ts';
import type { SourceSelection } from './selection.ts';
import type { Spot } from './told.ts';

export type Reading = {
  agent: Agent;
  dataSource: string;
  value: number | string;
  updatedMs: number;
  topKeys: TopKey[] | null;
  /** Half-width of the 95 % band; absent where the value is no estimate. */
  halfWidth?: number;
};

export type NumberRead = Omit<Reading, 'value' | 'topKeys' | 'halfWidth'> & { value: number };

/** What a text metric of a data source must be. */
export type MetricTest = { name: string; matches: Matcher };

/** Refused where a pattern cannot be read. */
export function testsOf(filter: MetricFilter): MetricTest[] {
  return Object.entries(filter).map(([name, patterns]) => ({ name, matches: matcherOf(name, patterns) }));
}

/** Texts of the host itself, which say of every data source of an agent whose it is. */
const OF_HOST: ReadonlySet<string> = new Set(['host_name', 'uuid', 'machine_type', 'os_name', 'os_release']);

export class Readings {
  readonly network: Network;
  readonly counters: Counters;
  readonly custom: CustomMetrics;
  readonly flows: FlowMetricSource | null;

  constructor(network: Network, counters: Counters, custom: CustomMetrics, flows: FlowMetricSource | null) {
    this.network = network;
    this.counters = counters;
    this.custom = custom;
    this.flows = flows;
  }

  /** Whether anything is known by this name. */
  isName(name: string): boolean {
    return (
      linesOf(name).length > 0 || this.custom.isName(name) || (this.flows?.names().includes(name) ?? false)
    );
  }

  /** All values of a metric. `dataSource` '' for all; those that do not pass the filter are left out. */
  of(
    name: string,
    dataSource: string,
    selection: SourceSelection,
    accepts: (agent: Agent, dataSource: string) => boolean,
    nowMs: number,
  ): Reading[] {
    const found: Reading[] = [];
    const passes = (agent: Agent, source: string): boolean =>
      (dataSource === '' || source === dataSource) &&
      selection.takes(agent, source) &&
      accepts(agent, source);
    const lines = linesOf(name);
    if (lines.length > 0) {
      for (const agent of selection.agents) {
        const known = this.counters.agents.get(agent);
        if (!known) continue;
        for (const source of sourcesOf(known, dataSource)) {
          if (!source.isThere(nowMs, known.usualMs)) continue;
          const reading = readingAt(source, name);
          if (reading && passes(agent, source.name)) found.push(reading);
        }
      }
    }
    for (const agent of selection.agents) {
      for (const value of this.custom.byAgent.get(agent)?.values() ?? []) {
        if (value.name !== name || Number.isNaN(value.value) || !passes(agent, value.dataSource)) continue;
        found.push({
          agent,
          dataSource: value.dataSource,
          value: value.value,
          updatedMs: value.updatedMs,
          topKeys: null,
        });
      }
    }
    found.push(...this.#flowReadings(name, selection, passes, nowMs));
    return found;
  }

  #flowReadings(
    name: string,
    selection: SourceSelection,
    passes: (agent: Agent, dataSource: string) => boolean,
    nowMs: number,
  ): Reading[] {
    if (!this.flows?.names().includes(name)) return [];
    const meant = new Set(selection.agents);
    return this.flows.metrics(name, null, nowMs).flatMap((metric) => {
      const agent = this.network.find(metric.agent);
      if (!agent || !meant.has(agent) || !passes(agent, metric.dataSource)) return [];
      return [
        {
          agent,
          dataSource: metric.dataSource,
          value: metric.value,
          updatedMs: metric.updatedMs,
          topKeys: topKeysOf(metric, nowMs),
          ...(Number.isNaN(metric.halfWidth) ? {} : { halfWidth: metric.halfWidth }),
        },
      ];
    });
  }

  /** A text or a number at one data source, for filters and tables; of the host where only that tells it. */
  at(agent: Agent, dataSource: string, name: string, nowMs: number): Reading | null {
    const known = this.counters.agents.get(agent);
    const source = known?.sources.get(keyOfName(dataSource));
    const own = known && source?.isThere(nowMs, known.usualMs) ? readingAt(source, name) : null;
    if (own) return own;
    const custom = this.custom.byAgent.get(agent)?.get(`${dataSource} ${name}`);
    if (custom && !Number.isNaN(custom.value))
      return { agent, dataSource, value: custom.value, updatedMs: custom.updatedMs, topKeys: null };
    return OF_HOST.has(name) && known?.host ? readingAt(known.host, name) : null;
  }

  /** A test of the text metrics of a data source. Refused where a pattern cannot be read. */
  filter(filter: MetricFilter, nowMs: number): (agent: Agent, dataSource: string) => boolean {
    const tests = testsOf(filter);
    if (tests.length === 0) return () => true;
    return (agent, dataSource) => this.passes(tests, agent, dataSource, nowMs);
  }

  /** Whether what a data source says of itself passes all tests. */
  passes(tests: readonly MetricTest[], agent: Agent, dataSource: string, nowMs: number): boolean {
    return tests.every(({ name, matches }) => {
      const reading = this.at(agent, dataSource, name, nowMs);
      return reading !== null && matches(reading.value);
    });
  }

  /** The number that one data source tells of counters or custom metrics; null where it tells none. */
  numberAt({ agent: address, dataSource, key }: Spot, name: string, nowMs: number): NumberRead | null {
    const agent = this.network.find(address);
    if (!agent) return null;
    const custom = this.custom.byAgent.get(agent)?.get(`${dataSource} ${name}`);
    if (typeof custom?.value === 'number' && !Number.isNaN(custom.value))
      return { agent, dataSource, value: custom.value, updatedMs: custom.updatedMs };
    const known = this.counters.agents.get(agent);
    const source = known?.sources.get(key);
    if (!source?.isThere(nowMs, known!.usualMs)) return null;
    for (const { plan, line } of linesOf(name)) {
      const series = plan.lines[line]!.kind === 'text' ? null : source.find(plan);
      const value = series?.value(line) ?? Number.NaN;
      if (series && !Number.isNaN(value)) return { agent, dataSource, value, updatedMs: series.updatedMs };
    }
    return null;
  }

  /** Every data source of counters or custom metrics. */
  *spots(): Generator<Spot> {
    for (const [{ address: agent }, { sources }] of this.counters.agents)
      for (const { name: dataSource, key } of sources.values()) yield { agent, dataSource, key };
    for (const [agent, values] of this.custom.byAgent) {
      const names = new Set<string>();
      for (const { dataSource } of values.values()) names.add(dataSource);
      for (const dataSource of names) {
        const key = keyOfName(dataSource);
        if (!this.counters.agents.get(agent)?.sources.has(key))
          yield { agent: agent.address, dataSource, key };
      }
    }
  }

  /** Names of what is told now, by when each was told last. */
  names(nowMs: number): Map<string, number> {
    const names = new Map<string, number>();
    const note = (name: string, updatedMs: number): void => {
      if (!(names.get(name)! >= updatedMs)) names.set(name, updatedMs);
    };
    for (const known of this.counters.agents.values()) {
      for (const source of known.sources.values()) {
        if (!source.isThere(nowMs, known.usualMs)) continue;
        for (const series of source.series) {
          for (const [line, { name, kind }] of series.plan.lines.entries()) {
            // What is known already of a younger sample needs no value made of it.
            if (names.get(name)! >= series.updatedMs) continue;
            if (kind === 'text' ? series.text(line) !== '' : !Number.isNaN(series.value(line)))
              note(name, series.updatedMs);
          }
        }
      }
    }
    for (const values of this.custom.byAgent.values())
      for (const { name, value, updatedMs } of values.values())
        if (!Number.isNaN(value)) note(name, updatedMs);
    for (const name of this.flows?.names() ?? [])
      for (const { updatedMs } of this.flows!.metrics(name, null)) note(name, updatedMs);
    return names;
  }
}

function* sourcesOf(known: AgentCounters, dataSource: string): Generator<DataSource> {
  if (dataSource === '') yield* known.sources.values();
  else {
    const one = known.sources.get(keyOfName(dataSource));
    if (one) yield one;
  }
}

/** The value of a line of the metric table at a data source; null where it does not tell it. */
export function readingAt(source: DataSource, name: string): Reading | null {
  for (const { plan, line } of linesOf(name)) {
    const series = source.find(plan);
    if (!series) continue;
    const value = plan.lines[line]!.kind === 'text' ? series.text(line) : series.value(line);
    if (value === '' || Number.isNaN(value)) continue;
    const { agent, name: dataSource } = source;
    return { agent, dataSource, value, updatedMs: series.updatedMs, topKeys: null };
  }
  return null;
}

/** The largest keys of a definition; null where it has no keys. */
function topKeysOf(metric: FlowMetric, nowMs: number): TopKey[] | null {
  const { flows } = metric;
  if (flows.length === 1 && flows[0]!.key === '') return null;
  return flows.map(({ key, value, updatedMs }) => ({
    key,
    value,
    lastUpdate: Math.max(0, Math.round(nowMs - updatedMs)),
  }));
}
