/** What is heard of the network: agents, their streams of datagrams, their interfaces. */

import type { NameSource } from './interface-name.ts';
import type { Provenance } from './question.ts';
import type { TrendLevel } from './storage.ts';

/** One stream of datagrams: an agent address and sub-agent, which share one sequence number. */
export type StreamStatus = {
  subAgentId: number;
  datagrams: number;
  octets: number;
  /** Missing by sequence number, late arrivals already taken off again. */
  lost: number;
  reordered: number;
  duplicates: number;
  restarts: number;
  /** How many numberings are interleaved in it; 1 as a rule, more for a stack that sends as one. */
  interleaved: number;
  flowSamples: number;
  counterSamples: number;
  discardSamples: number;
  /** The agent's own clock at its last datagram: milliseconds since it started. */
  uptimeMs: number;
  firstSeenMs: number;
  lastSeenMs: number;
};

/** Something in a datagram that was passed over: how often, by reason or by tag ("0:2209"). */
export type Tally = { name: string; count: number };

/** How well the numbers of one data source fit: whether its sampling is what it says. */
export type DataSourceStatus = {
  /** 0 ifIndex, 1 VLAN, 2 physical entity, 3 logical entity. */
  dataSourceClass: number;
  dataSourceIndex: number;
  /** 'leaf1 › swp1'. */
  name: string;
  samples: number;
  /** Samples that were made and did not come, by sequence number. */
  lost: number;
  /** Samples that the agent itself could not make or send (its `drops`). */
  dropped: number;
  /** Samples that came after a later one, and samples heard twice. */
  late?: number;
  duplicates?: number;
  /** Mean 1-in-N stated. */
  statedRate: number;
  /** 1-in-N by sample pool and sequence number; 0 where they cannot tell. */
  effectiveRate: number;
};

/** How the counter samples of an agent came, by their sequence numbers. */
export type CounterArrivals = { dataSources: number; lost: number; late: number; duplicates: number };

export type AgentStatus = {
  /**
   * All that is known of what it sent where only sums are kept of a moment: datagrams of the minutes before. Its streams
   * are none then.
   */
  arrivals?: { datagrams: number; lost: number };
  /** Absent where nothing keeps account of them. */
  counterArrivals?: CounterArrivals;
  /** Agent address as the datagrams carry it. */
  agent: string;
  /** What it is called: by the user, by itself (host_descr), by SNMP (sysName); else ''. */
  name: string;
  nameSource: NameSource;
  /** The addresses its datagrams came from (the UDP source), at most eight. */
  senders: string[];
  streams: StreamStatus[];
  interfaces: number;
  dataSources: number;
  /** Those that sent flow samples, at most 512. */
  sources: DataSourceStatus[];
  /** Smallest and largest 1-in-N heard; 0 where no flow sample was. */
  samplingRate: { least: number; most: number };
  malformed: Tally[];
  unknown: Tally[];
  firstSeenMs: number;
  lastSeenMs: number;
  /** Datagrams per second over the last ten seconds (live) or over the whole of a capture. */
  datagramsPerSecond: number;
};

/** Frames per second by whom they are for; NaN where a port does not count them. */
export type FrameRates = { unicast: number; multicast: number; broadcast: number };

/** One interface of one agent, with what its counters and its samples say over the asked interval. */
export type InterfaceStatus = {
  /** Where the figures came from. */
  provenance: Provenance;
  /** Width in minutes of the finest trend that they are from; absent where single samples told them. */
  trendMinutes?: TrendLevel;
  agent: string;
  ifIndex: number;
  /** What it is called; 'if N' where nothing is known. */
  name: string;
  nameSource: NameSource;
  /** What the network's keepers wrote at the port (ifAlias by SNMP), else ''. */
  alias: string;
  /** bit/s; 0 where not reported. */
  speed: number;
  adminUp: boolean | null;
  operUp: boolean | null;
  counters: {
    /** Intervals between counter samples that lie in the range; 0: no rate can be told. */
    intervals: number;
    inBitsPerSecond: number;
    outBitsPerSecond: number;
    peakInBitsPerSecond: number;
    peakOutBitsPerSecond: number;
    /** Counts over the range, not rates. */
    inDiscards: number;
    outDiscards: number;
    inErrors: number;
    outErrors: number;
    inFrames: FrameRates;
    outFrames: FrameRates;
    /** Mean bit/s in up to 24 equal parts of the range; NaN where nothing was reported. */
    inSpark: Float64Array;
    outSpark: Float64Array;
    /** Mean seconds between two counter samples. */
    pollingSeconds: number;
  } | null;
  flows: {
    inSamples: number;
    outSamples: number;
    inBitsPerSecond: number;
    outBitsPerSecond: number;
    /** Half-width of the 95 % band of the two figures above. */
    inHalfWidth: number;
    outHalfWidth: number;
  };
  /**
   * Flow estimate against counters over the counters' own intervals, in the busier direction that both
   * report; null where they cannot be compared. The band allows for chance and for the age of the counters.
   */
  agreement: {
    direction: 'in' | 'out';
    difference: number;
    halfWidth: number;
    /** The same for frames; null where the port does not count them. */
    frames?: { difference: number; halfWidth: number } | null;
    /** How old the counters are found to be when they are sent; null where that cannot be told. */
    countersAgeMs?: number | null;
  } | null;
};

/** Why nothing (useful) arrives, told from what does; a first-run screen shows it with a remedy. */
export type Diagnosis = {
  /** Datagrams that are not sFlow, by what they look like: 'NetFlow v9', 'IPFIX', 'NetFlow v5', 'unknown'. */
  foreign: Tally[];
  /** Foreign datagrams heard on the usual NetFlow ports, where those could be opened. */
  foreignPorts: number[];
  countersOnly: boolean;
};
