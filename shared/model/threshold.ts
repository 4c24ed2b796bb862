/**
 * Thresholds and the events they raise. Names and attributes are sFlow-RT's (`metric`, `value`, `filter`, `byFlow`,
 * `timeout`), with Weir's own beside them; one that sets none of those does what sFlow-RT does.
 */
import type { Severity } from './event.ts';
import type { MetricFilter, TopKey } from './metric.ts';

/** A level of its own at an agent, or at one of its data sources. */
export type ThresholdOverride = {
  agent: string;
  /** '' for all of the agent. */
  dataSource: string;
  /** null: not watched there. */
  value: number | null;
};

export type Threshold = {
  /** thresholdID. */
  name: string;
  /** A flow definition, or a metric, or several divided by commas, each watched by itself: 'ifinerrors,ifouterrors'. */
  metric: string;
  /**
   * `level`: raised where the metric is beyond `value`. `baseline`: where it is beyond what is usual at that time of
   * day and week by `value` times its usual spread. `absence`: where it was heard and has not been for `value`
   * seconds. `contact`: each new flow of a definition, once, wherever it is seen (`value` is the least rate that
   * counts).
   */
  kind: 'level' | 'baseline' | 'absence' | 'contact';
  value: number;
  /** `below`: raised where it falls under `value`. */
  direction: 'above' | 'below';
  /** `speed`: `value` is per cent of the speed of the interface (values in bytes per second are turned to bits). */
  of: 'value' | 'speed';
  /** Where it ends; null: where it began. */
  clearValue: number | null;
  /** Raised only where it was beyond in `above` of the last `window` minutes; null: at once. */
  minutes: { above: number; window: number } | null;
  /** Seconds that it must be beyond without a break before it is raised. */
  holdSeconds: number;
  filter: MetricFilter;
  /** Each flow of the definition on its own, else each data source. */
  byFlow: boolean;
  /** Seconds that it must have been at or below the level before it may be raised again. */
  timeout: number;
  /** Raised again within so many seconds after it was cleared, it is the same event going on; 0: never. */
  flapSeconds: number;
  /** `contact`: what is seen within so many minutes after its beginning is known, and raises nothing. */
  learnMinutes: number;
  overrides: ThresholdOverride[];
  severity: Severity;
  enabled: boolean;
  /** What it means and what to do, in the user's words. */
  description: string;
  /** Shipped with Weir: can be changed and switched off, and set back. */
  preset: boolean;
};

/** What holds of a threshold that says only its metric and value. */
export const THRESHOLD_DEFAULTS = {
  kind: 'level',
  direction: 'above',
  of: 'value',
  clearValue: null,
  minutes: null,
  holdSeconds: 0,
  filter: {},
  byFlow: false,
  timeout: 60,
  flapSeconds: 0,
  learnMinutes: 0,
  overrides: [],
  severity: 'warning',
  enabled: true,
  description: '',
} as const;

/** As people and scripts write it: `{ifspeed: 1000000000}` and `{ifspeed: [1000000000]}` are the same filter. */
type FilterWord = string | number | boolean;
export type ThresholdInput = Partial<
  Omit<Threshold, 'name' | 'filter' | 'preset'> & { filter: Record<string, FilterWord | FilterWord[]> }
>;

/** A threshold and how it stands. */
export type ThresholdStatus = {
  threshold: Threshold;
  /** Events of it that stand now. */
  standing: number;
  /** What is above the level and was not raised, because too many events stand already. */
  unraised: number;
  /** The worst place now: how long and how close together, 0 to 1, where 1 is raised (sFlowTrend's bar). */
  nearness: number;
  /** What is being learned still and raises nothing meanwhile, in a sentence; '' where nothing is. */
  learning: string;
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

/** How near each place is to being raised. */
export type ThresholdPlace = {
  threshold: string;
  metric: string;
  agent: string;
  agentName: string;
  dataSource: string;
  interfaceName: string;
  /** What the network's keepers wrote at the port (ifAlias), else ''. */
  interfaceAlias: string;
  /** '' where it does not go by flow. */
  flowKey: string;
  /** null where nothing was read. */
  value: number | null;
  /** What `value` and `level` are in. */
  unit: string;
  /** What holds there: its own, or an override; null where it is not watched. */
  level: number | null;
  /** `threshold`, `agent` or `data source`: where the level comes from. */
  levelFrom: 'threshold' | 'agent' | 'data source';
  /** 0 to 1; marginal from 0.7, critical from 0.9. */
  nearness: number;
  standing: boolean;
};

/** What a threshold would have done. */
export type Rehearsal = {
  fromMs: number;
  toMs: number;
  /** What it was run over, and what it could not see, in a sentence. */
  source: string;
  raised: {
    metric: string;
    agent: string;
    dataSource: string;
    flowKey: string;
    raisedMs: number;
    clearedMs: number | null;
    peak: number;
  }[];
  /** How many more than are listed. */
  more: number;
  /** The place with the most events, as a chart: seconds or minutes, values, and the level at each. */
  chart: {
    metric: string;
    agent: string;
    dataSource: string;
    flowKey: string;
    timesMs: Float64Array;
    values: Float64Array;
    levels: Float64Array;
    /** What values and levels are in. */
    unit: string;
  } | null;
  /** Beyond what is seen there almost always (99.9 % of the readings, and room for chance); null where too little. */
  proposedValue: number | null;
};

/** A metric at a data source of an agent. */
export type MetricPlace = { agent: string; dataSource: string; metric: string };

/**
 * What is usual at a place by the hour, as a threshold has learned it by now: the middle, and how far from it a value may
 * be before it is beyond the level. Hour `i` is from fromMs[i] to toMs[i]; NaN where too little was seen.
 */
export type UsualCourse = MetricPlace & {
  threshold: string;
  fromMs: Float64Array;
  toMs: Float64Array;
  middle: Float64Array;
  reach: Float64Array;
};

export type ThresholdsApi = {
  'thresholds.list': () => ThresholdStatus[];
  'thresholds.put': (name: string, input: ThresholdInput) => Threshold;
  /** Events of it that stand are cleared. Refused where there is none. A preset is set back instead. */
  'thresholds.delete': (name: string) => null;
  /** Places of one, or ('') of all thresholds, the nearest to being raised first. */
  'thresholds.places': (name: string, limit: number) => ThresholdPlace[];
  /** What is usual at places, where a threshold of what is unusual watches them; the first of those that do. */
  'thresholds.usual': (places: MetricPlace[], fromMs: number, toMs: number) => UsualCourse[];
  /** Runs one that need not be saved over what is remembered. */
  'thresholds.rehearse': (input: ThresholdInput, fromMs: number, toMs: number) => Rehearsal;
  /** Newest first; [] where the time ran out. */
  events: (question: EventsQuestion) => ThresholdEvent[];
};
