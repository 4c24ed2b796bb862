/** What passes between an engine and its store: finished minutes and what is read back of them. */

import type { EventList, EventListQuestion, WeirEvent } from './event.ts';
import type { BackupReport, Retention, SalvageReport, StorageReport, TrendLevel } from './storage.ts';

/** The way of a sample in words that outlive the program. */
export type StoredPath = {
  agent: string;
  dataSource: number;
  input: number;
  output: number;
  /** Whether its samples count: 0 counted, 1 in transit, 2 not placed. */
  mark: 0 | 1 | 2;
};

/**
 * Rows of a flow definition. Row i has path `pathOf[i]`, key words at i × keyWords, and five sums at
 * i × 5: octets, frames, samples, octets², frames². Rows without a key (`hasKey[i]` 0) are the exact rest of
 * their path.
 */
export type FlowRows = {
  keyWords: number;
  paths: StoredPath[];
  pathOf: Uint32Array;
  hasKey: Uint8Array;
  words: Uint32Array;
  /** Which words of a key (0 ≤ w < keyWords) are places in `texts`. */
  textWords: number[];
  /** What keys say that are text; the first is ''. */
  texts: string[];
  sums: Float64Array;
};

/**
 * What is kept apart: the keys of a definition joined by commas, its filter ('' for all samples), and what it counts:
 * '' for octets and frames of frames, else the value in the place of the octets ('avg:tcprtt', 'dropped frames').
 */
export type StoredDefinition = { keys: string; filter: string; counts: string };

/** What a definition is called among the trends. */
export const trendName = ({ keys, filter, counts }: StoredDefinition): string =>
  `${counts ? `${counts} by ` : ''}${keys || (filter || counts ? 'all together' : 'totals by path')}${filter ? ` where ${filter}` : ''}`;

/** One minute (since 1970) of one flow definition. */
export type FlowMinute = FlowRows & { definition: StoredDefinition; minute: number };

/** Rows of several buckets: `minuteOf` is the first minute of a row's bucket. */
export type StoredFlows = FlowRows & { minuteOf: Float64Array };

/**
 * Readings of one metric at one data source within one minute, those that were not handed over before: the store
 * adds them to what it has of that minute.
 */
export type MetricReadings = {
  agent: string;
  /** As sFlow-RT writes it: '4', '3.80'. */
  dataSource: string;
  metric: string;
  minute: number;
  least: number;
  most: number;
  /** Of all readings; divided by `count` it is their mean. */
  sum: number;
  count: number;
  last: number;
};

/** Which series are asked for; null: all of them. */
export type MetricSelection = { agent: string | null; dataSource: string | null; metric: string | null };

/** One metric at one data source; entry i is the bucket that begins at minute `minutes[i]`. */
export type StoredMetric = {
  agent: string;
  dataSource: string;
  metric: string;
  minutes: Float64Array;
  least: Float64Array;
  most: Float64Array;
  mean: Float64Array;
  last: Float64Array;
  /** Readings behind each entry. */
  count: Float64Array;
};

/** The growth of an interface's counters over one interval. NaN: not reported. */
export type StoredCounters = {
  agent: string;
  ifIndex: number;
  fromMs: number;
  toMs: number;
  seconds: number;
  growth: Float64Array;
};

export type StoredInterface = {
  agent: string;
  ifIndex: number;
  name: string;
  speed: number;
  adminUp: boolean | null;
  operUp: boolean | null;
};
export type StoredAgent = {
  agent: string;
  name: string;
  samplingRateLeast: number;
  samplingRateMost: number;
};
export type StoredArrivals = { minute: number; agent: string; received: number; lost: number };

/** Everything of a minute, open or finished; a later one with the same minute replaces it. */
export type MinuteBatch = {
  flows: FlowMinute[];
  arrivals: StoredArrivals[];
  counters: StoredCounters[];
  agents: StoredAgent[];
  interfaces: StoredInterface[];
  metrics: MetricReadings[];
  /** Readings of metrics that came to be forgotten before they could be handed over. */
  leftOut?: number;
};

export type StoreStatus = {
  path: string;
  octets: number;
  /** One plain sentence where writing does not work now, else ''. */
  problem: string;
  /** What happened at the start that a user should know, else ''. */
  notice: string;
  /** Batches that could not be written, and figures that were none or that there was no time for. */
  dropped: number;
  /** First and last minute stored, whatever the level; null where there is none. */
  minutes: { first: number; last: number } | null;
  /** First minute stored of each level that has any, finest first. */
  levels: { level: TrendLevel; firstMinute: number }[];
  /** First and last minute that a server elsewhere has of this store; absent or null where there is none. */
  far?: { first: number; last: number } | null;
};

/**
 * Something that a user made and that is kept as it is: a definition, a group, a threshold. `kind` is the shelf it
 * stands on, `name` is unique there, `body` is JSON that its owner checks when it reads it.
 */
export type StoredDocument = { kind: string; name: string; body: string };

/** Events that stood when Weir ended, and the largest number that was ever given. */
export type StoredEvents = { standing: WeirEvent[]; newest: number };

/**
 * Where an engine keeps what its user made: the store of a live workspace, or memory for a capture and for a Weir
 * without a data directory.
 */
export type DocumentShelf = {
  /** Name → body (JSON text), in the order of names. */
  all(kind: string): Promise<Map<string, string>>;
  /** Rejects with a sentence where it cannot be kept. */
  put(kind: string, name: string, body: string): Promise<void>;
  delete(kind: string, name: string): Promise<void>;
};

/** The calls of the store thread. */
export type StoreApi = {
  report: () => StorageReport;
  /** Rejects with a sentence where the disk refuses. */
  setRetention: (retention: Retention) => StorageReport;
  backup: (path: string) => BackupReport;
  salvage: () => SalvageReport;
  write: (batch: MinuteBatch) => StoreStatus;
  status: () => StoreStatus;
  /**
   * Rows of buckets that begin in from ≤ minute < to, from the level that is asked for or, where it is not rolled up
   * yet, from finer ones; null where the definition was never stored.
   */
  flows: (
    definition: StoredDefinition,
    level: TrendLevel,
    fromMinute: number,
    toMinute: number,
  ) => StoredFlows | null;
  /** The first minute of which anything is stored by a definition, at any level; null where there is none. */
  firstMinute: (definition: StoredDefinition) => number | null;
  arrivals: (level: TrendLevel, fromMinute: number, toMinute: number) => StoredArrivals[];
  metrics: (
    selection: MetricSelection,
    level: TrendLevel,
    fromMinute: number,
    toMinute: number,
  ) => StoredMetric[];
  /** Of one port, or of all (null). */
  counters: (
    fromMs: number,
    toMs: number,
    port: { agent: string; ifIndex: number } | null,
  ) => StoredCounters[];
  network: () => { agents: StoredAgent[]; interfaces: StoredInterface[] };
  documents: (kind: string) => StoredDocument[];
  /** Both reject with a sentence where the disk refuses. */
  putDocument: (document: StoredDocument) => null;
  deleteDocument: (kind: string, name: string) => null;
  'events.open': () => StoredEvents;
  /**
   * Keeps events in place of those with their numbers, and answers how many of all should be acknowledged; with none,
   * only that. Rejects where the disk refuses.
   */
  'events.write': (events: WeirEvent[]) => number;
  'events.list': (question: EventListQuestion) => EventList;
  /** Those of some numbers that are kept. */
  'events.get': (ids: number[]) => WeirEvent[];
  close: () => null;
};
