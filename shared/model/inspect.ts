/**
 * What the inspector asks and is answered: a list of datagrams as columns, one datagram with all that is known of
 * it, and a pcap file of what was chosen. A datagram's `id` holds within its workspace: in a capture it is the
 * offset of its record, in the live ring the running number of its arrival.
 */
import type { Gap, Interval } from './question.ts';

/** Which datagrams are listed. All that is stated must hold; what is said of a sample must hold for one sample. */
export type DatagramFilter = {
  /** Agent address as text, or null. */
  agent: string | null;
  subAgentId: number | null;
  /** A port of `agent`: data source, input or output of a sample. */
  ifIndex: number | null;
  /**
   * In the filter language (`shared/filter`), '' for any: of the packet of a sample, and of its records
   * ('record=0:1003', 'record=extended_gateway' or a part of the name).
   */
  filter: string;
  only: 'all' | 'unknown' | 'problems';
  /** null: all there is. */
  interval: Interval | null;
};

export type DatagramListQuestion = {
  filter: DatagramFilter;
  offset: number;
  /** At most 1,000. */
  limit: number;
  /** Live: only datagrams up to this id, so that rows stay where they are; null for the newest. */
  upTo: number | null;
};

/** A kind of record or sample that was met, and how often. */
export type RecordTally = {
  space: 'flow' | 'counter' | 'sample';
  /** '0:1'. */
  tag: string;
  /** As the document spells it; '' where it is not known. */
  name: string;
  count: number;
};

/** Rows offset … offset + count - 1: a capture in the order of the file, live newest first. */
export type DatagramList = {
  /** Datagrams that match and can be paged through, and those beyond what can. */
  total: number;
  beyond: number;
  offset: number;
  count: number;
  /** Datagrams looked at, matching or not. */
  examined: number;
  /** Of those that match but for `only`: how many hold something unknown, and how many a problem. */
  withUnknown: number;
  withProblems: number;
  agents: string[];
  sources: string[];
  stacks: string[];
  /** Columns. `agent`, `source` and `stack` are indexes into the lists above. */
  id: Float64Array;
  /** 1 for the first datagram of the capture, or since Weir was started. */
  number: Float64Array;
  timeMs: Float64Array;
  agent: Uint16Array;
  source: Uint16Array;
  subAgentId: Uint32Array;
  sequenceNumber: Uint32Array;
  octets: Uint32Array;
  flowSamples: Uint16Array;
  counterSamples: Uint16Array;
  discardedPackets: Uint16Array;
  otherSamples: Uint16Array;
  unknown: Uint16Array;
  problems: Uint16Array;
  /** Datagrams of the same stream missing just before this one; -1: it came late, -2: it came before. */
  lost: Int32Array;
  stack: Uint16Array;
  /** Matching datagrams per step from `fromMs` on. */
  activity: { fromMs: number; stepMs: number; datagrams: Uint32Array };
  /** Kinds of records in the datagrams of this agent and time, most first; at most 1,000. */
  records: RecordTally[];
  /** Stretches of the range that are not recorded or damaged; absent where the list is not of the recording. */
  gaps?: Gap[];
  /** Live: what the ring holds. */
  ring: { fromMs: number; datagrams: number; octets: number; limitOctets: number } | null;
};

/** One line of a datagram's tree. */
export type InspectNode = {
  kind: 'datagram' | 'sample' | 'record' | 'layer' | 'branch' | 'field' | 'problem';
  /** As the document spells it, or the layer's name. */
  name: string;
  /** The value for people: '10.4.3.2', 'TCP', 'unknown'. Of a branch: what matters in it, in one line. */
  text: string;
  /** The bare value where `text` is another, '' else: '6' beside 'TCP'. */
  bare: string;
  unit: string;
  /** What is odd about it, in words; '' mostly. */
  note: string;
  /** Octets from the datagram's start. */
  offset: number;
  length: number;
  /** A filter by this value, '' where there is none: 'ipsource=10.4.3.2'. */
  filter: string;
  /** What was not known: its octets are all there is. */
  unknown: boolean;
  children: InspectNode[];
};

export type DatagramDetail = {
  id: number;
  timeMs: number;
  agent: string;
  /** Sender and receiver of the UDP datagram: '10.0.0.1:50312'. */
  from: string;
  to: string;
  /** The capture cut its end off. */
  truncated: boolean;
  bytes: Uint8Array;
  tree: InspectNode;
  /** Which samples (from 0) hold what the filter says of a sample; empty where it says nothing of one. */
  matching: number[];
};

export type DatagramExportQuestion = {
  what: { ids: number[] } | { filter: DatagramFilter };
  /** 'datagrams': as they were received. 'headers': each sampled header as a packet of its own. */
  form: 'datagrams' | 'headers';
};

export type DatagramExport = {
  /** A pcap file. */
  bytes: Uint8Array;
  packets: number;
  /** What a user should know, in plain sentences; '' where all is in it. */
  notice: string;
};
