/**
 * The packet that a flow sample was taken of, read into a `Sample` so that flow keys can be asked of it: from its
 * sampled header, whichever version of sFlow wrote it, else from the records that stand in for one.
 */
import { parseHeader } from '../packet/parse.ts';
import { fillFromEthernetRecord, fillFromIpv4Record, fillFromIpv6Record } from '../packet/standin.ts';
import type { Sample } from '../samples/sample.ts';
import { sampledEthernet, sampledIpv4, sampledIpv6 } from '../sflow/flow-records/packet.ts';
import type { Datagram, FlowSample } from '../sflow/sample.ts';

/** Fills `sample` from a flow sample; its header has depth 0 where there is nothing to read. */
export function readPacket(sample: Sample, datagram: Datagram, flow: FlowSample, timeMs: number): void {
  const { header } = sample;
  const { bytes, view } = datagram;
  sample.timeMs = timeMs;
  sample.datagram = datagram;
  sample.flow = flow;
  sample.samplingRate = flow.samplingRate;
  header.depth = 0;
  header.stepCount = 0;
  if (flow.headerStart >= 0) {
    sample.frameOctets = flow.frameLength;
    parseHeader(header, bytes, view, flow.headerStart, flow.headerEnd, flow.headerProtocol);
    return;
  }
  sample.frameOctets = 0;
  header.bytes = bytes;
  header.view = view;
  const { records } = flow;
  for (const [tag, fill] of STAND_INS) {
    const record = records.find(tag);
    if (record < 0) continue;
    const start = records.start[record]!;
    const end = records.end[record]!;
    fill(header, bytes, view, start, end);
    // All of them begin with the frame's length.
    if (end - start >= 4) sample.frameOctets = view.getUint32(start);
  }
}

const STAND_INS = [
  [sampledIpv4.tag, fillFromIpv4Record],
  [sampledIpv6.tag, fillFromIpv6Record],
  [sampledEthernet.tag, fillFromEthernetRecord],
] as const;
