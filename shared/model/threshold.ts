/**
 * Thresholds and the events they raise. Names and attributes are sFlow-RT's (`metric`, `value`, `filter`, `byFlow`,
 * `timeout`), with Weir's own beside them.
 */
import type { MetricFilter, TopKey } from './metric.ts';

export type Threshold = {
  /** thresholdID. */
  name: string;
  /** A metric, or a flow definition. */
  metric: string;
  /** Raised where the metric is above it. */
  value: number;
  filter: MetricFilter;
  /** Each flow of the definition on its own, else each data source. */
  byFlow: boolean;
  /** Seconds below the level before it may be raised again. */
  timeout: number;
};

export type ThresholdInput = Partial<Omit<Threshold, 'name'>>;

export type ThresholdEvent = {
  eventID: number;
  timestamp: number;
  thresholdID: string;
  metric: string;
  threshold: number;
  value: number;
  agent: string;
  dataSource: string;
  /** Where the threshold goes by flow. */
  flowKey?: string;
  /** Further values of the flow's definition. */
  values?: number[];
  /** The largest keys at that moment, where the metric is a flow definition. */
  topKeys?: TopKey[];
  /** When it was below the level for `timeout`; null while it stands. */
  clearedMs: number | null;
  /** Largest value while it stood. */
  peak: number;
};

export type EventsQuestion = {
  /** Of which thresholds; empty for all. */
  thresholdIDs: string[];
  /** Events younger than this one; -1 for those that come from now on, as sFlow-RT has it. */
  eventID: number;
  maxEvents: number;
  timeoutMs: number;
};

export type ThresholdsApi = {
  'thresholds.list': () => Threshold[];
  'thresholds.put': (name: string, input: ThresholdInput) => Threshold;
  'thresholds.delete': (name: string) => null;
  /** Newest first; waits for the first where there is none and a time is given. */
  events: (question: EventsQuestion) => ThresholdEvent[];
};
