/**
 * What a threshold is held against: the values of its metrics by data source, and of a flow definition its flows too.
 * Counters and custom metrics are told now and then and hold until they are told again, so they are read where something
 * was told; flows fade from moment to moment and are looked at each time.
 */
import { quantityOf } from '../../shared/format/quantity.ts';
import type { MetricDescription, MetricFilter, MetricUnit } from '../../shared/model/metric.ts';
import type { FlowMetricSource, FlowOfMetric } from '../flows/metric-source.ts';
import type { SpotReader } from '../metrics/metrics.ts';
import type { Spot } from '../metrics/told.ts';
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
  readonly flows: readonly FlowOfMetric[] | null;
};

/** The least value of a flow that matters at a place; null where all do. */
export type LeastAt = (at: Omit<Reading, 'value' | 'updatedMs' | 'flows'>) => number;

/** The values of one metric, or several, at the data sources that match a filter. */
export type Readings = {
  /** Whether all is to be looked at each time; a definition that is watched runs from now on. */
  isWhole(): boolean;
  /** All of it now; [] where nothing is known of it. */
  all(nowMs: number, least?: LeastAt | null): Reading[];
  /** Tells of each of the metrics at a data source; null where it is not told there. */
  read(spot: Spot, nowMs: number, tell: (metric: string, reading: Reading | null) => void): void;
};

/** Throws RpcError 'refused' where the filter cannot be read. */
export type ReadingsOf = (metric: string, filter: MetricFilter) => Readings;

/** The part of flow definitions that is needed here. */
export type WatchedFlows = FlowMetricSource & {
  /** The value of a definition, which runs from now on even if nobody else asks for it; null where there is none. */
  watched(name: string): { value: string } | null;
};

/** The part of the metrics that is needed here. */
export type MetricValues = {
  spots(): Iterable<Spot>;
  reader(filter: MetricFilter): SpotReader;
};

/** Datagrams of an agent per second: a metric for thresholds alone, told for as long as the agent has a place. */
export const DATAGRAMS = 'datagrams';
export const datagramsMetric: MetricDescription = {
  ...{ name: DATAGRAMS, label: 'Datagrams', unit: '1/s', family: 'Agent', kind: 'rate' },
  about: 'sFlow datagrams that arrived of an agent, for thresholds: over ten seconds or so.',
};

export type ReadingsOptions = {
  flows: WatchedFlows;
  metrics: MetricValues;
  network: () => Network;
  unitOf: (metric: string) => MetricUnit;
};

/** Readings of flow definitions and of counters alike; a definition hides a metric of the same name. */
export function readingsOf({ flows, metrics, network, unitOf }: ReadingsOptions): ReadingsOf {
  const speedAt = (agent: string, dataSource: string): number =>
    network().find(agent)?.interfaces.get(Number(dataSource))?.speed ?? 0;

  return (metric, filter) => {
    const reader = metrics.reader(filter);
    const names = metric.split(',').map((name) => ({
      name: name.trim(),
      isOctets: unitOf(name.trim()) === 'octets/s',
    }));
    const datagrams =
      Object.keys(filter).length === 0 && names.some(({ name }) => name === DATAGRAMS)
        ? new DatagramRates()
        : null;

    function read(spot: Spot, nowMs: number, tell: (metric: string, reading: Reading | null) => void): void {
      const passes = reader.passes(spot, nowMs);
      for (const { name, isOctets } of names) {
        const found = passes ? reader.read(spot, name, nowMs) : null;
        if (found === null) {
          tell(name, null);
          continue;
        }
        const { agent, dataSource } = spot;
        const { value, updatedMs } = found;
        const speed = found.agent.interfaces.get(Number(dataSource))?.speed ?? 0;
        tell(name, { agent, dataSource, metric: name, value, updatedMs, speed, isOctets, flows: null });
      }
    }

    function ofFlows(isOctets: boolean, nowMs: number, least: LeastAt | null): Reading[] {
      const leastOf =
        least &&
        ((agent: string, dataSource: string): number =>
          least({ agent, dataSource, metric, isOctets, speed: speedAt(agent, dataSource) }));
      return flows
        .metrics(metric, null, nowMs, leastOf ?? undefined)
        .filter((one) => reader.passes(one, nowMs))
        .map((one) => ({
          ...{ agent: one.agent, dataSource: one.dataSource, metric, value: one.value, isOctets },
          ...{ updatedMs: one.updatedMs, speed: speedAt(one.agent, one.dataSource) },
          get flows() {
            return one.flows;
          },
        }));
    }

    return {
      isWhole: () => flows.watched(metric) !== null || datagrams !== null,
      all(nowMs, least = null) {
        const definition = flows.watched(metric);
        if (definition !== null)
          return ofFlows(quantityOf(definition.value).total === 'octets', nowMs, least);
        const found: Reading[] = datagrams?.read(network(), nowMs) ?? [];
        for (const spot of metrics.spots())
          read(spot, nowMs, (_, reading) => {
            if (reading) found.push(reading);
          });
        return found;
      },
      read,
    };
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
