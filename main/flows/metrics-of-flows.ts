/** A running definition as a metric: at each data source that saw it the value of its largest flow, with its band and keys. */
import type { Network } from '../samples/network.ts';
import type { KeyNames } from './key.ts';
import { dataSourceText } from './merge.ts';
import type { FlowMetric, LeastOf } from './metric-source.ts';
import type { RunningDefinition } from './running.ts';

export type MetricsAsked = {
  network: Network;
  names: KeyNames;
  /** Whether an agent, by its number, is meant. */
  takes: (agent: number) => boolean;
  nowMs: number;
  least: LeastOf | null;
};

export function metricsOfFlows(
  { active, definition }: RunningDefinition,
  { network: { agents, paths }, names, takes, nowMs, least }: MetricsAsked,
): FlowMetric[] {
  const { name, n, fs } = definition;
  const placeOf = (source: number) => ({
    address: agents[paths.agentOfSource(source)]?.address,
    dataSource: dataSourceText(paths.dataSourceOfSource(source)),
  });
  const leastOf =
    least &&
    ((source: number): number => {
      const { address, dataSource } = placeOf(source);
      return address === undefined ? Number.POSITIVE_INFINITY : least(address, dataSource);
    });
  const found: FlowMetric[] = [];
  for (const [source, ids] of active.largestBySource(n, nowMs, leastOf)) {
    const { address, dataSource } = placeOf(source);
    if (address === undefined || !takes(paths.agentOfSource(source)) || ids.length === 0) continue;
    let flows: FlowMetric['flows'] | null = null;
    const made = (): FlowMetric['flows'] =>
      ids.map((id) => ({
        key: active.textsOf(id, names).join(fs),
        value: active.valueOf([id], nowMs),
        updatedMs: active.lastMs(id),
        values: active.valuesOf([id], nowMs),
      }));
    found.push({
      ...{ agent: address, dataSource, name, value: active.valueOf([ids[0]!], nowMs) },
      halfWidth: active.halfWidthOf([ids[0]!], nowMs),
      updatedMs: ids.reduce((newest, id) => Math.max(newest, active.lastMs(id)), 0),
      get flows() {
        flows ??= made();
        return flows;
      },
    });
  }
  return found;
}
