/** Reads datagrams into plain objects that a test can compare: what the sink was told, copied at once. */
import { hexText } from '../../main/sflow/address.ts';
import { DatagramReader } from '../../main/sflow/reader.ts';
import type { Datagram, FlowSample, ProblemReason, Records } from '../../main/sflow/sample.ts';

export type SeenRecord = { tag: number; octets: string };

export type SeenSample = {
  kind: 'flow' | 'discarded' | 'counter' | 'other';
  tag: number;
  values: number[];
  /** The sampled header's octets, or null where there is none. */
  header: string | null;
  records: SeenRecord[];
};

export type Seen = {
  accepted: boolean;
  version: number;
  header: number[];
  samples: SeenSample[];
  problems: { reason: ProblemReason; offset: number }[];
  steps: number;
};

function seenRecords(bytes: Uint8Array, records: Records): SeenRecord[] {
  const seen: SeenRecord[] = [];
  for (let i = 0; i < records.count; i++)
    seen.push({
      tag: records.tag[i]!,
      octets: hexText(bytes, records.start[i]!, records.end[i]!),
    });
  return seen;
}

function seenFlow({ bytes }: Datagram, sample: FlowSample): SeenSample {
  return {
    kind: sample.kind,
    tag: sample.tag,
    values: [
      sample.sequenceNumber,
      sample.dataSourceClass,
      sample.dataSourceIndex,
      sample.samplingRate,
      sample.samplePool,
      sample.drops,
      sample.inputFormat,
      sample.inputValue,
      sample.outputFormat,
      sample.outputValue,
      sample.reason,
      sample.headerProtocol,
      sample.frameLength,
      sample.stripped,
    ],
    header: sample.headerStart < 0 ? null : hexText(bytes, sample.headerStart, sample.headerEnd),
    records: seenRecords(bytes, sample.records),
  };
}

let seen: Seen;

const reader = new DatagramReader({
  datagram(datagram) {
    seen.version = datagram.version;
    seen.header = [
      datagram.agentType,
      datagram.subAgentId,
      datagram.sequenceNumber,
      datagram.uptimeMs,
      datagram.statedSamples,
    ];
    return true;
  },
  flowSample(datagram, sample) {
    seen.samples.push(seenFlow(datagram, sample));
  },
  counterSample({ bytes }, sample) {
    seen.samples.push({
      kind: 'counter',
      tag: sample.tag,
      values: [sample.sequenceNumber, sample.dataSourceClass, sample.dataSourceIndex],
      header: null,
      records: seenRecords(bytes, sample.records),
    });
  },
  otherSample({ bytes }, tag, start, end) {
    seen.samples.push({
      kind: 'other',
      tag,
      values: [],
      header: null,
      records: [{ tag, octets: hexText(bytes, start, end) }],
    });
  },
  problem(datagram, reason, offset) {
    seen.problems.push({ reason, offset: offset - datagram.start });
  },
});

/** All that the reader says of the datagram in `bytes` (or in the part start ≤ o < end of it). */
export function readSeen(bytes: Uint8Array, start = 0, end = bytes.length): Seen {
  seen = { accepted: false, version: 0, header: [], samples: [], problems: [], steps: 0 };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  seen.accepted = reader.read(bytes, view, start, end);
  seen.steps = reader.steps;
  return seen;
}

/** The same without what lies where: for comparing a datagram with a changed copy of it. */
export function samplesSeen(bytes: Uint8Array, start = 0, end = bytes.length): string[] {
  return readSeen(bytes, start, end).samples.map((sample) => JSON.stringify(sample));
}
