/**
 * What the datagram reader hands on: one reused object per kind of sample, holding numbers and the offset at
 * which each record begins. Nothing is allocated per sample; text and whole records are made only when
 * somebody looks (inspector, `decode`). Whoever keeps something past the callback must copy it.
 *
 * Offsets are into `Datagram.bytes`; a record's data lies in recordStart[i] ≤ o < recordEnd[i].
 */

/** Records kept per sample; more are counted by the reader and skipped. */
export const MAX_RECORDS = 64;

export class Datagram {
  /** The buffer the datagram lies in, and a view over the same memory. */
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  start = 0;
  end = 0;
  /** 2, 4 or 5. */
  version = 0;
  /** 0 unknown, 1 IPv4, 2 IPv6; the address begins at agentOffset (4 or 16 octets). */
  agentType = 0;
  agentOffset = 0;
  subAgentId = 0;
  sequenceNumber = 0;
  uptimeMs = 0;
  /** As stated by the agent; the reader checks it against the octets there are. */
  statedSamples = 0;
}

/** The records of one sample: tag = enterprise << 12 | format. */
export class Records {
  count = 0;
  readonly tag = new Uint32Array(MAX_RECORDS);
  readonly start = new Uint32Array(MAX_RECORDS);
  readonly end = new Uint32Array(MAX_RECORDS);

  /** Index of the first record with this tag, or -1. */
  find(tag: number): number {
    for (let i = 0; i < this.count; i++) if (this.tag[i] === tag) return i;
    return -1;
  }
}

/** flow_sample (0:1), flow_sample_expanded (0:3), discarded_packet (0:5), and version 2/4 flow samples. */
export class FlowSample {
  /** 'discarded': 0:5, which has no rate or pool; its reason is in `reason`. */
  kind: 'flow' | 'discarded' = 'flow';
  /** Sample data tag as on the wire, for display. */
  tag = 0;
  /** The sample's own octets, without its tag and length words. */
  start = 0;
  end = 0;
  sequenceNumber = 0;
  dataSourceClass = 0;
  dataSourceIndex = 0;
  samplingRate = 0;
  samplePool = 0;
  drops = 0;
  /** 0 ifIndex (0 unknown, 0x3FFFFFFF internal), 1 discarded (reason code), 2 number of outputs. */
  inputFormat = 0;
  inputValue = 0;
  outputFormat = 0;
  outputValue = 0;
  reason = 0;
  /**
   * The first sampled header among the records, whichever version wrote it: its protocol, the frame's length
   * in octets as the agent saw it, the octets it had stripped, and where the header lies. headerStart is -1
   * where there is none; headerEnd never passes the record's end.
   */
  headerProtocol = 0;
  frameLength = 0;
  stripped = 0;
  headerStart = -1;
  headerEnd = -1;
  readonly records = new Records();
}

/** counters_sample (0:2), counters_sample_expanded (0:4), and version 2/4 counter samples. */
export class CounterSample {
  tag = 0;
  start = 0;
  end = 0;
  sequenceNumber = 0;
  dataSourceClass = 0;
  dataSourceIndex = 0;
  readonly records = new Records();
}

/** Why something was passed over. Counted by agent and shown; never thrown. */
export type ProblemReason =
  | 'not sFlow'
  | 'version not supported'
  | 'datagram cut short'
  | 'agent address type unknown'
  | 'sample count beyond the datagram'
  | 'sample cut short'
  | 'record count beyond the sample'
  | 'record cut short'
  | 'too many records'
  | 'sampling rate 0'
  | 'octets after the last sample';

/** Receives a datagram piece by piece, in the order of the wire. Every callback borrows its arguments. */
export type DatagramSink = {
  /** The header is good; samples follow. Returning false skips them (duplicate, refused agent). */
  datagram(datagram: Datagram): boolean;
  /** Asked before a flow sample that begins with a sampled header is walked; true where nobody wants to see it. */
  passes?: ((samplingRate: number) => boolean) | undefined;
  flowSample(datagram: Datagram, sample: FlowSample): void;
  counterSample(datagram: Datagram, sample: CounterSample): void;
  /** A sample whose type is not known or not used here (4300:1002 …); its octets are start ≤ o < end. */
  otherSample(datagram: Datagram, tag: number, start: number, end: number): void;
  problem(datagram: Datagram, reason: ProblemReason, offset: number): void;
};
