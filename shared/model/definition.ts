/**
 * A flow definition: by which keys traffic is told apart, what is added up, of which samples. Names, defaults and
 * limits are sFlow-RT's, so that its users and scripts find what they know; `shared/model/question.ts` is the same
 * question about a range of time.
 *
 * Values of a definition are rates per second, smoothed exponentially with time constant `t`, for `flowValue`,
 * `activeFlows`, metrics and thresholds only. Charts, tables and exports are exact sums per second or minute.
 */

/** How the data sources that saw one flow are put together: sFlow-RT's `aggMode`, and Weir's own `once`. */
export type FlowMerge = 'max' | 'sum' | 'once' | 'AGENT' | 'edge' | 'core';

export type FlowDefinition = {
  name: string;
  /** Keys and key functions; none makes a plain metric. */
  keys: string[];
  /** A numeric key, with or without one of the prefixes `rate:` `avg:` `count:` `min:` `max:`. */
  value: string;
  /** Further values of each flow, in the same form. */
  values: string[];
  /** In the filter language; '' for all samples. */
  filter: string;
  /** Flows kept per data source: 5 to 20 where REST made it, up to 1,000 where Weir did. */
  n: number;
  /** Time constant of the smoothing in seconds, 0.2 to 600. */
  t: number;
  /** Discarded packets instead of flow samples. */
  dropped: boolean;
  /** What stands between the keys of a flow's key text. */
  fs: string;
  /** Whether flow records are kept. */
  log: boolean;
  /** A record is made when a flow begins; else when it ends. */
  flowStart: boolean;
  /** Seconds after which a flow that goes on is recorded all the same. */
  activeTimeout: number;
  /** What `activeFlows` uses where it is not told. */
  aggMode: FlowMerge;
};

/** As a user, a script or a file gives it: everything but the name may be missing, lists may be comma texts. */
export type DefinitionInput = Partial<
  Omit<FlowDefinition, 'name' | 'keys' | 'values'> & { keys: string | string[]; values: string | string[] }
>;

/** What is wrong with a definition: in which attribute, where in its text (start ≤ c < end), in one sentence. */
export type DefinitionProblem = {
  attribute: keyof FlowDefinition;
  message: string;
  start: number;
  end: number;
};

/** A definition that runs. */
export type DefinitionStatus = {
  definition: FlowDefinition;
  /** 'weir' where the interface made it, 'preset' where it ships with Weir, 'rest' where a script did. */
  origin: 'weir' | 'preset' | 'rest';
  /** Of a preset: what it is listed under, and as; '' for others. What its value counts: `quantityOf(value)`. */
  group: string;
  label: string;
  /** When a sample last belonged to it; null: none yet. */
  lastSeenMs: number | null;
  /** Flows in its tables now, and samples per second that belong to it (last ten seconds). */
  flows: number;
  samplesPerSecond: number;
  /** Why it cannot run now, such as a key that a newer Weir knew; '' as a rule. */
  problem: string;
  /** What it is called among the stored trends; '' where it is not stored, and then why. */
  trend: string;
  notStored: string;
};

/** An agent selection as sFlow-RT's REST writes it: 'ALL', or addresses or names divided by semicolons. */
export type AgentSelection = string;

export type ActiveFlowsQuestion = {
  agents: AgentSelection;
  name: string;
  maxFlows: number;
  minValue: number;
  aggMode: FlowMerge | null;
};

/** One flow over the data sources that saw it; `agent` and `dataSource` are where its value is largest. */
export type ActiveFlow = {
  key: string;
  value: number;
  flowN: number;
  agent: string;
  /** ifIndex as text, 'class.index' where the class is not 0. */
  dataSource: string;
  /** Further values of the definition, in its order; absent where it has none. */
  values?: number[];
  /**
   * How many samples of equal size, faded with the value, would tell as much: the 95 % band of a rate is
   * ± 1.96 / √samples of it.
   */
  samples: number;
};

export type FlowRecord = {
  flowID: number;
  name: string;
  agent: string;
  dataSource: string;
  /** Keys joined by the definition's `fs`. */
  flowKeys: string;
  value: number;
  values?: number[];
  start: number;
  end: number;
};

export type FlowRecordsQuestion = {
  /** Of which definitions; empty for all. */
  names: string[];
  /**
   * Records younger than this one; -1 for all that are kept, so that nothing is lost between defining and asking. One
   * that was never given is of an earlier run: all.
   */
  flowID: number;
  maxFlows: number;
  /** How long to wait for the first record, in milliseconds; 0 answers at once. */
  timeoutMs: number;
};

/** The calls about definitions. */
export type FlowsApi = {
  'definitions.list': () => DefinitionStatus[];
  /** Refused with the first problem's sentence where there is one. Others go on as they are. */
  'definitions.put': (name: string, input: DefinitionInput, origin: 'weir' | 'rest') => FlowDefinition;
  'definitions.delete': (name: string) => null;
  'definitions.check': (name: string, input: DefinitionInput) => DefinitionProblem[];
  /**
   * Flow keys that samples carry (`ipsource`, `vlan`, `dnsqname` …; no functions), by milliseconds since one last did:
   * what sFlow-RT answers at /flowkeys/json, so that a script knows what it may ask for.
   */
  flowKeys: () => Record<string, number>;
  activeFlows: (question: ActiveFlowsQuestion) => ActiveFlow[];
  /** Value of one flow at one data source of one agent; null where it is not among those kept. */
  flowValue: (agent: string, dataSource: string | null, name: string, key: string) => number | null;
  /** Newest first; waits for the first where there is none. */
  flowRecords: (question: FlowRecordsQuestion) => FlowRecord[];
  /** Values seen lately of a key, most frequent first: what completion offers. */
  seenValues: (key: string, prefix: string, limit: number) => string[];
};
