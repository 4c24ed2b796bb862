/**
 * One question, one answer. Every chart, table, export and command asks a question and gets an answer of
 * these types, whichever of live memory, a capture or the stored minutes it came from.
 *
 * Units: times in milliseconds since 1970 (capture time for captures), `value` columns in octets or frames
 * (the question says which), never rates; the reader divides by the step or the range.
 */

/**
 * What a sample adds, times its sampling rate: `bytes` (its frame length in octets), `frames`, or any numeric key or
 * function that gives numbers, as a definition's value; or what is no sum: the mean of one per frame (`avg:tcprtt`), its
 * extremes (`min:`, `max:`), or how many different values any key has (`count:ipsource`).
 */
export type FlowValue = string;

/**
 * How a packet that several data sources sampled is kept from counting several times.
 * `once` counts a packet where its sender enters the part of the network that is heard, so that totals are the
 * same by whatever keys; about one agent, where it enters that switch. `max` takes for each key the data source
 * that saw most of it; `sum` adds every sample (each hop counts).
 */
export type MergeRule = 'once' | 'max' | 'sum';

/** The part of the network a question is about. A direction is read as seen from the named interface. */
export type Scope = {
  /** Agent address as text, or null for all agents. */
  agent: string | null;
  /** ifIndex on that agent, or null for all of its interfaces. */
  ifIndex: number | null;
  direction: 'in' | 'out' | 'both';
};

/** Half-open: from ≤ t < to. */
export type Interval = { fromMs: number; toMs: number };

export type FlowQuestion = {
  /** Flow keys as the catalog spells them; none asks for the plain total. */
  keys: readonly string[];
  value: FlowValue;
  scope: Scope;
  /** Packets that were dropped (sflow_drops.txt) instead of those sampled; false where it is left out. */
  dropped?: boolean;
  /** Which samples count, in the filter language (`shared/filter`); '' for all. */
  filter: string;
  merge: MergeRule;
  /** null: all of a capture, or the last ten minutes of a live workspace. */
  interval: Interval | null;
  /** Width of a bucket; null lets the engine choose one that gives at most about 150 buckets. */
  stepMs: number | null;
  /** How many rows are shown; the rest is exact in `other`. 1 to 1,000. */
  limit: number;
};

/** Why a filter cannot be used, in one sentence, and the characters start ≤ c < end of its text that it is about. */
export type FilterProblem = { message: string; start: number; end: number };

/** Where the figures of an answer came from. */
export type Provenance = 'memory' | 'capture' | 'recording' | 'minutes' | 'clickhouse';

/**
 * A stretch of time of which nothing can be said: Weir did not record then, what it recorded is damaged, no minutes of
 * this question were kept, as of a definition that was deleted and made again, or nothing was heard of anybody, as while
 * Weir did not run.
 */
export type Gap = Interval & { why: 'not recorded' | 'damaged' | 'not kept' | 'not heard' };

/**
 * Sums over the whole interval and per bucket. A `series` has one number per bucket and row, row-major:
 * row r, bucket b stands at r * bucketCount + b.
 */
export type FlowSums = {
  /**
   * What was asked for, scaled by the sampling rate. What is no sum is as the samples have it: NaN in a bucket without
   * any, and where it is not known (a number of different values of keys that had no room).
   */
  value: Float64Array;
  /** Frames (or requests) that have the value, scaled by the sampling rate. */
  frames: Float64Array;
  /** Flow samples behind each value. */
  samples: Float64Array;
  /**
   * Half-width of the 95 % band, in the unit of `value`. NaN of extremes and numbers of different values: what packets
   * have that were not sampled is not known.
   */
  halfWidth: Float64Array;
  series: Float64Array;
  seriesSamples: Float64Array;
  seriesHalfWidth: Float64Array;
};

export type FlowAnswer = {
  interval: Interval;
  stepMs: number;
  bucketCount: number;
  keys: readonly string[];
  value: FlowValue;
  filter: string;
  merge: MergeRule;
  provenance: Provenance;
  /** Width in minutes of the stored trend that it came from: 1, 5, 60, 1440; absent where it came from elsewhere. */
  trendMinutes?: number;
  /** Key texts, row-major: row r, key k stands at r * keys.length + k. An absent key is ''. */
  keyTexts: string[];
  /** The data source that was taken (`max`), or saw most of what was counted, as shown to a user. */
  countedAt: string[];
  /** The shown rows, largest value first. */
  rows: FlowSums;
  /**
   * One row: all keys that are not shown, and samples that no table had room for; of what is no sum, the mean, the
   * extreme or the number of different values over those.
   */
  other: FlowSums;
  /** How many keys stand in `other`; null where the tables were full and the number is not known. */
  otherKeys: number | null;
  /** One row: shown + other, exactly; of what is no sum, the same over all, which is not the sum of the rows. */
  total: FlowSums;
  /** Datagrams per bucket, in the scope's agent (or all agents). */
  received: Float64Array;
  lost: Float64Array;
  /**
   * Under `once`, the part of the value (0 to 1) of which nobody can tell whether it was counted elsewhere; it
   * is not in the figures. 0 under other rules and at one agent.
   */
  unplaced: number;
  /** Smallest and largest sampling rate among the samples counted; 0 where there are none. */
  samplingRate: { least: number; most: number };
  /**
   * The time from which on the answer is complete: `interval.fromMs`, or later where a definition began to be kept
   * only when it was first asked for. What lies before is not known, which is not the same as none.
   */
  completeFromMs: number;
  /** Stretches of the range of which nothing is known, oldest first. */
  gaps: Gap[];
  /** The time up to which the answer is complete; the bucket that holds it is still filling. */
  completeToMs: number;
};

/** One counter of an interface as rates over the intervals between its counter samples. */
export type CounterQuestion = { agent: string; ifIndex: number; interval: Interval | null };

/**
 * Counters of one interface. Each interval between two counter samples is one entry of every column; `NaN`
 * where the counter is not reported, or where no rate can be told (first sample, restart).
 */
export type CounterAnswer = {
  agent: string;
  ifIndex: number;
  interval: Interval;
  /** Wall (or capture) time at which the interval began and ended. */
  fromMs: Float64Array;
  toMs: Float64Array;
  /** Name of the counter rate, as sFlow-RT spells it: `ifinoctets`, `ifoutdiscards` …; per second. */
  rates: Record<string, Float64Array>;
  /** bit/s; 0 where the agent does not say. */
  speed: number;
  provenance: Provenance;
  /** Stretches of the range of which nothing is known, oldest first; absent where there can be none. */
  gaps?: Gap[];
  /** What the samples of this port say, for the same range: octets per bucket. */
  flowIn: FlowSeries;
  flowOut: FlowSeries;
};

export type FlowSeries = {
  stepMs: number;
  startMs: number;
  /** Octets per bucket. */
  octets: Float64Array;
  samples: Float64Array;
  halfWidth: Float64Array;
};
