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
  /** Half-width of the 95 % band of the value; NaN where none is known, as of what is no sum. */
  halfWidth: number;
  updatedMs: number;
  /** Largest first, at most the definition's `n`; one with the key '' where it has no keys. Made when it is read. */
  readonly flows: readonly FlowOfMetric[];
};

/** The least value that matters at a data source; what is smaller is left out, and no text is made of it. */
export type LeastOf = (agent: string, dataSource: string) => number;

export type FlowMetricSource = {
  /** Names of the definitions that run. */
  names(): string[];
  /**
   * One entry for each data source that saw the definition; [] where it does not run. `agent` null: all. `nowMs`: the
   * workspace's own time where it is not given.
   */
  metrics(name: string, agent: string | null, nowMs?: number, least?: LeastOf): FlowMetric[];
};
