/**
 * The frame that a flow sample was taken of: its sampled header, else the records that stand in for one. The one place
 * where both are read, for the analytics and for the inspector.
 */
import { parseHeader } from '../packet/parse.ts';
import { fillFromEthernetRecord, fillFromIpv4Record, fillFromIpv6Record } from '../packet/standin.ts';
import type { FlowSample } from '../sflow/sample.ts';
import type { Sample } from './sample.ts';

const SAMPLED_ETHERNET = 2;
const SAMPLED_IPV4 = 3;
const SAMPLED_IPV6 = 4;

/** Whether a sample has a header, or a record that stands in for one. */
export const isOfFrame = ({ headerStart, records }: FlowSample): boolean =>
  headerStart >= 0 ||
  records.find(SAMPLED_IPV4) >= 0 ||
  records.find(SAMPLED_IPV6) >= 0 ||
  records.find(SAMPLED_ETHERNET) >= 0;

/**
 * Reads header and frame length of `sample.flow`, which lies in `sample.datagram`. False where the sample is of no
 * frame; its header then has depth 0.
 */
export function readFrame(sample: Sample): boolean {
  const { header, flow, datagram } = sample;
  const { records } = flow;
  const { bytes, view } = datagram;
  sample.frameOctets = 0;
  header.depth = 0;
  if (flow.headerStart >= 0) {
    sample.frameOctets = flow.frameLength;
    parseHeader(header, bytes, view, flow.headerStart, flow.headerEnd, flow.headerProtocol);
    return true;
  }
  // 0:2, 0:3 and 0:4 describe the same packet as 0:1 would: together they are one frame, not several.
  header.bytes = bytes;
  header.view = view;
  let network = records.find(SAMPLED_IPV4);
  if (network >= 0) {
    fillFromIpv4Record(header, bytes, view, records.start[network]!, records.end[network]!);
  } else {
    network = records.find(SAMPLED_IPV6);
    if (network >= 0) fillFromIpv6Record(header, bytes, view, records.start[network]!, records.end[network]!);
  }
  if (network >= 0 && records.end[network]! - records.start[network]! >= 4)
    sample.frameOctets = view.getUint32(records.start[network]!);
  const ethernet = records.find(SAMPLED_ETHERNET);
  if (ethernet >= 0) {
    fillFromEthernetRecord(header, bytes, view, records.start[ethernet]!, records.end[ethernet]!);
    if (records.end[ethernet]! - records.start[ethernet]! >= 4)
      sample.frameOctets = view.getUint32(records.start[ethernet]!);
  }
  return network >= 0 || ethernet >= 0;
}
