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
  /** Seconds that it must have been at or below the level before it may be raised again. */
  timeout: number;
};

/** As people and scripts write it: `{ifspeed: 1000000000}` and `{ifspeed: [1000000000]}` are the same filter. */
type FilterWord = string | number | boolean;
export type ThresholdInput = Partial<
  Omit<Threshold, 'name' | 'filter'> & { filter: Record<string, FilterWord | FilterWord[]> }
>;

/** A threshold and how it stands. */
export type ThresholdStatus = {
  threshold: Threshold;
  /** Events of it that stand now. */
  standing: number;
  /** What is above the level and was not raised, because too many events stand already. */
  unraised: number;
  /** Why it cannot be used, such as a kept one that cannot be read any more; '' as a rule. */
  problem: string;
};

export type ThresholdEvent = {
  /** Grows by one from event to event, and begins at 1 when Weir starts. */
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
  /** When it had been at or below the level for `timeout`; null while it stands. */
  clearedMs: number | null;
  /** Largest value while it stood. */
  peak: number;
};

export type EventsQuestion = {
  /** Of which thresholds; empty for all. */
  thresholdIDs: string[];
  /** Events younger than this one; -1 for all that are kept. One that was never given means an earlier run: all. */
  eventID: number;
  maxEvents: number;
  /** How long to wait for the first, in milliseconds; 0 answers at once. */
  timeoutMs: number;
};

export type ThresholdsApi = {
  'thresholds.list': () => ThresholdStatus[];
  'thresholds.put': (name: string, input: ThresholdInput) => Threshold;
  /** Events of it that stand are cleared. Refused where there is none. */
  'thresholds.delete': (name: string) => null;
  /** Newest first; [] where the time ran out. */
  events: (question: EventsQuestion) => ThresholdEvent[];
};
