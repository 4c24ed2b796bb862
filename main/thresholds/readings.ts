/**
 * What a threshold is held against: the values of its metrics by data source, and of a flow definition its flows too.
 */
import { quantityOf } from '../../shared/format/quantity.ts';
import type { MetricFilter, MetricUnit } from '../../shared/model/metric.ts';
import type { FlowMetricSource, FlowOfMetric } from '../flows/metric-source.ts';
import type { Reading as MetricReading } from '../metrics/readings.ts';
import type { Network } from '../samples/network.ts';

export type Reading = {
  agent: string;
  dataSource: string;
  metric: string;
  value: number;
  /** When it was last told of. */
  updatedMs: number;
  /** bit/s of the interface; 0 where there is none or it is not known. */
  speed: number;
  /** Whether the value is in octets per second, which are bits of a speed. */
  isOctets: boolean;
  /** Largest first; null where the metric is no flow definition. */
  flows: readonly FlowOfMetric[] | null;
};

/** The values of a metric at the data sources that match a filter; [] where nothing is known of it. */
export type Readings = (metric: string, filter: MetricFilter) => Reading[];

/** The part of flow definitions that is needed here. */
export type WatchedFlows = FlowMetricSource & {
  /** The value of a definition, which runs from now on even if nobody else asks for it; null where there is none. */
  watched(name: string): { value: string } | null;
};

/** The part of the metrics that is needed here. */
export type MetricValues = {
  values(name: string, dataSource: string, filter: MetricFilter, nowMs: number): MetricReading[];
};

/** Datagrams of an agent per second: a metric for thresholds alone, told for as long as the agent has a place. */
export const DATAGRAMS = 'datagrams';

export type ReadingsOptions = {
  flows: WatchedFlows;
  metrics: MetricValues;
  network: () => Network;
  unitOf: (metric: string) => MetricUnit;
  nowMs: () => number;
};

/** Readings of flow definitions and of counters alike; a definition hides a metric of the same name. */
export function readingsOf({ flows, metrics, network, unitOf, nowMs }: ReadingsOptions): Readings {
  const datagrams = new DatagramRates();
  const speedAt = (agent: string, dataSource: string): number =>
    network().find(agent)?.interfaces.get(Number(dataSource))?.speed ?? 0;

  function ofMetric(name: string, filter: MetricFilter): Reading[] {
    const isOctets = unitOf(name) === 'octets/s';
    const found: Reading[] = [];
    for (const { agent, dataSource, value, updatedMs } of metrics.values(name, '', filter, nowMs())) {
      if (typeof value !== 'number') continue;
      const speed = agent.interfaces.get(Number(dataSource))?.speed ?? 0;
      found.push({
        ...{ agent: agent.address, dataSource, metric: name, value, updatedMs, speed, isOctets },
        flows: null,
      });
    }
    return found;
  }

  return (metric, filter) => {
    const definition = flows.watched(metric);
    if (definition === null) {
      const names = metric.split(',').map((name) => name.trim());
      return names.flatMap((name) =>
        name === DATAGRAMS && Object.keys(filter).length === 0
          ? datagrams.read(network(), nowMs())
          : ofMetric(name, filter),
      );
    }
    const isOctets = quantityOf(definition.value).total === 'octets';
    const matching =
      Object.keys(filter).length === 0
        ? null
        : new Set(
            metrics
              .values(metric, '', filter, nowMs())
              .map(({ agent, dataSource }) => `${agent.address} ${dataSource}`),
          );
    return flows
      .metrics(metric, null)
      .filter(({ agent, dataSource }) => matching?.has(`${agent} ${dataSource}`) ?? true)
      .map(({ agent, dataSource, value, updatedMs, flows: all }) => ({
        ...{ agent, dataSource, metric, value, updatedMs, isOctets, flows: all },
        speed: speedAt(agent, dataSource),
      }));
  };
}

/** Datagrams per second of each agent over the last ten seconds or so. */
class DatagramRates {
  #then = new Map<string, { datagrams: number; timeMs: number; rate: number }>();

  read(network: Network, nowMs: number): Reading[] {
    const now = new Map<string, { datagrams: number; timeMs: number; rate: number }>();
    const readings = network.agents.map((agent): Reading => {
      let datagrams = 0;
      for (const stream of agent.streams.values()) datagrams += stream.datagrams;
      const then = this.#then.get(agent.address);
      const seconds = then ? (nowMs - then.timeMs) / 1000 : 0;
      const isDue = !then || seconds >= 10;
      const rate =
        then && isDue ? Math.max(0, datagrams - then.datagrams) / seconds : (then?.rate ?? Number.NaN);
      now.set(agent.address, isDue ? { datagrams, timeMs: nowMs, rate } : then);
      return {
        ...{ agent: agent.address, dataSource: '', metric: DATAGRAMS, updatedMs: agent.lastSeenMs },
        // Its age is known from the first; how much it sends is not.
        ...{ value: Number.isNaN(rate) ? 0 : rate, speed: 0, isOctets: false, flows: null },
      };
    });
    this.#then = now;
    return readings;
  }
}
