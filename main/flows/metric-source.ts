/**
 * A flow definition is a metric too: what metrics and thresholds read of definitions, so that they need not know how
 * flows are kept.
 */

export type FlowOfMetric = { key: string; value: number; updatedMs: number; values: readonly number[] };

/** One definition at one data source. */
export type FlowMetric = {
  agent: string;
  /** ifIndex as text, 'class.index' where the class is not 0. */
  dataSource: string;
  name: string;
  /** Value of the largest flow; of a definition without keys, its value. Per second, smoothed. */
  value: number;
  updatedMs: number;
  /** Largest first, at most the definition's `n`; one with the key '' where it has no keys. */
  flows: readonly FlowOfMetric[];
};

export type FlowMetricSource = {
  /** Names of the definitions that run. */
  names(): string[];
  /** One entry for each data source that saw the definition; [] where it does not run. `agent` null: all. */
  metrics(name: string, agent: string | null): FlowMetric[];
};
