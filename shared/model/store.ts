/** What passes between an engine and its store: finished minutes and what is read back of them. */

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
 * One minute of one flow definition. Row i has path `pathOf[i]`, key words at i × keyWords, and five sums at
 * i × 5: octets, frames, samples, octets², frames². Rows without a key (`hasKey[i]` 0) are the exact rest of
 * their path.
 */
export type FlowMinute = {
  /** Keys of the definition, joined by commas. */
  definition: string;
  /** Minutes since 1970. */
  minute: number;
  keyWords: number;
  paths: StoredPath[];
  pathOf: Uint32Array;
  hasKey: Uint8Array;
  words: Uint32Array;
  sums: Float64Array;
};

export type StoredFlows = Omit<FlowMinute, 'minute'> & { minuteOf: Float64Array };

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
};

export type StoreStatus = {
  path: string;
  octets: number;
  /** One plain sentence where writing does not work now, else ''. */
  problem: string;
  /** What happened at the start that a user should know, else ''. */
  notice: string;
  /** Batches that could not be written. */
  dropped: number;
  /** First and last minute stored; null where there is none. */
  minutes: { first: number; last: number } | null;
};

/**
 * Something that a user made and that is kept as it is: a definition, a group, a threshold. `kind` is the shelf it
 * stands on, `name` is unique there, `body` is JSON that its owner checks when it reads it.
 */
export type StoredDocument = { kind: string; name: string; body: string };

/** The calls of the store thread. */
export type StoreApi = {
  write: (batch: MinuteBatch) => StoreStatus;
  status: () => StoreStatus;
  flows: (definition: string, fromMinute: number, toMinute: number) => StoredFlows | null;
  arrivals: (fromMinute: number, toMinute: number) => StoredArrivals[];
  counters: (fromMs: number, toMs: number) => StoredCounters[];
  network: () => { agents: StoredAgent[]; interfaces: StoredInterface[] };
  documents: (kind: string) => StoredDocument[];
  /** Both reject with a sentence where the disk refuses. */
  putDocument: (document: StoredDocument) => null;
  deleteDocument: (kind: string, name: string) => null;
  close: () => null;
};
