/**
 * What a threshold is held against: the values of a metric by data source, and of a flow definition its flows too.
 */
import type { MetricFilter, MetricValue } from '../../shared/model/metric.ts';
import type { FlowMetricSource, FlowOfMetric } from '../flows/metric-source.ts';

export type Reading = {
  agent: string;
  dataSource: string;
  value: number;
  /** Largest first; null where the metric is no flow definition. */
  flows: readonly FlowOfMetric[] | null;
};

/** The values of a metric at the data sources that match a filter; [] where nothing is known of it. */
export type Readings = (metric: string, filter: MetricFilter) => Reading[];

/** The part of the metrics that is needed here. */
export type MetricDump = {
  metricDump(agents: string, metrics: string, filter: MetricFilter): MetricValue[];
};

/** Readings of flow definitions and of counters alike; a definition hides a metric of the same name. */
export function readingsOf(flows: FlowMetricSource, metrics: MetricDump): Readings {
  return (metric, filter) => {
    if (!flows.names().includes(metric)) {
      return metrics
        .metricDump('ALL', metric, filter)
        .flatMap(({ agent, dataSource, metricValue }) =>
          typeof metricValue === 'number' ? [{ agent, dataSource, value: metricValue, flows: null }] : [],
        );
    }
    const all = flows.metrics(metric, null);
    if (Object.keys(filter).length === 0) return all;
    const matching = new Set(
      metrics.metricDump('ALL', metric, filter).map(({ agent, dataSource }) => `${agent} ${dataSource}`),
    );
    return all.filter(({ agent, dataSource }) => matching.has(`${agent} ${dataSource}`));
  };
}
