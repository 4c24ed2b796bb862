/**
 * Samples of sFlow versions 2 and 4 (layout as read by sflowtool), turned into the samples of version 5. They
 * carry no lengths: a sample's extent follows from its contents, so the first one that is damaged or of an
 * unknown type ends the datagram. What was read whole before it is kept.
 *
 * Records get the tag of the version 5 record with the same layout, or, where the layout differs, the tag of
 * its declaration in flow-records/legacy.ts; so a tag alone always tells the layout.
 */
import {
  gatewayVersion2,
  gatewayVersion4,
  legacySampledHeader,
  legacyUrl,
  legacyUser,
} from './flow-records/legacy.ts';
import type { CounterSample, Datagram, DatagramSink, FlowSample, ProblemReason, Records } from './sample.ts';
import { MAX_RECORDS } from './sample.ts';

const FLOW_SAMPLE = 1;
const COUNTERS_SAMPLE = 2;

const TAG_GATEWAY_2 = gatewayVersion2.tag;
const TAG_GATEWAY_4 = gatewayVersion4.tag;
const TAG_HEADER = legacySampledHeader.tag;
const TAG_USER = legacyUser.tag;
const TAG_URL = legacyUrl.tag;
const TAG_SWITCH = 1001;
const TAG_ROUTER = 1002;

/** if_counters, and what follows it by counter version 1 to 6 (generic, Ethernet, token ring, FDDI, VG, WAN). */
const IF_COUNTERS_OCTETS = 88;
const SPECIFIC_TAG = [0, 0, 2, 3, 0, 4, 0] as const;
const SPECIFIC_OCTETS = [0, 0, 52, 72, 0, 80, 0] as const;
const VLAN_COUNTERS = 7;
const VLAN_COUNTERS_TAG = 5;
const VLAN_COUNTERS_OCTETS = 28;

/**
 * Reads the samples behind a version 2 or 4 header, from `samplesAt` on, into the sink. Returns the number of
 * samples and records walked over.
 */
export function readLegacySamples(
  datagram: Datagram,
  samplesAt: number,
  flowSample: FlowSample,
  counterSample: CounterSample,
  sink: DatagramSink,
): number {
  const { view, end, statedSamples } = datagram;
  let offset = samplesAt;
  let steps = 0;
  const tooMany = statedSamples > (end - offset) / 4;
  if (tooMany) sink.problem(datagram, 'sample count beyond the datagram', samplesAt - 4);
  for (let i = 0; i < statedSamples; i++) {
    if (end - offset < 4) {
      if (!tooMany) sink.problem(datagram, 'sample cut short', offset);
      return steps;
    }
    steps++;
    const type = view.getUint32(offset);
    if (type === FLOW_SAMPLE) {
      const next = readFlowSample(datagram, flowSample, offset + 4, sink);
      if (next < 0) return steps;
      steps += flowSample.records.count;
      offset = next;
      sink.flowSample(datagram, flowSample);
    } else if (type === COUNTERS_SAMPLE) {
      const next = readCounterSample(datagram, counterSample, offset + 4);
      if (next < 0) {
        sink.problem(datagram, 'sample cut short', offset);
        return steps;
      }
      steps += counterSample.records.count;
      offset = next;
      sink.counterSample(datagram, counterSample);
    } else {
      sink.otherSample(datagram, type, offset + 4, end);
      return steps;
    }
  }
  if (offset < end) sink.problem(datagram, 'octets after the last sample', offset);
  return steps;
}

/** Returns the offset behind the sample, or -1 where it is damaged (and reported). */
function readFlowSample(datagram: Datagram, sample: FlowSample, start: number, sink: DatagramSink): number {
  const { view, end } = datagram;
  if (end - start < 36) return fail(sink, datagram, 'sample cut short', start);
  const source = view.getUint32(start + 4);
  const input = view.getUint32(start + 20);
  const output = view.getUint32(start + 24);
  sample.kind = 'flow';
  sample.tag = FLOW_SAMPLE;
  sample.start = start;
  sample.sequenceNumber = view.getUint32(start);
  sample.dataSourceClass = source >>> 24;
  sample.dataSourceIndex = source & 0xffffff;
  sample.samplingRate = view.getUint32(start + 8);
  sample.samplePool = view.getUint32(start + 12);
  sample.drops = view.getUint32(start + 16);
  sample.inputFormat = input >>> 30;
  sample.inputValue = input & 0x3fffffff;
  sample.outputFormat = output >>> 30;
  sample.outputValue = output & 0x3fffffff;
  sample.reason = 0;
  sample.headerProtocol = 0;
  sample.frameLength = 0;
  sample.stripped = 0;
  sample.headerStart = -1;
  sample.headerEnd = -1;
  sample.records.count = 0;

  const packetType = view.getUint32(start + 28);
  let offset = start + 32;
  let next = packetEnd(view, packetType, offset, end);
  if (next < 0) return fail(sink, datagram, 'sample cut short', offset);
  if (packetType === 1) {
    sample.headerProtocol = view.getUint32(offset);
    sample.frameLength = view.getUint32(offset + 4);
    sample.headerStart = offset + 12;
    sample.headerEnd = offset + 12 + view.getUint32(offset + 8);
  }
  add(sample.records, packetType === 1 ? TAG_HEADER : packetType + 1, offset, next);
  offset = next;
  if (end - offset < 4) return fail(sink, datagram, 'sample cut short', offset);
  const count = view.getUint32(offset);
  if (count > (end - offset) / 8) return fail(sink, datagram, 'record count beyond the sample', offset);
  offset += 4;
  let full = false;
  for (let i = 0; i < count; i++) {
    if (end - offset < 4) return fail(sink, datagram, 'sample cut short', offset);
    const type = view.getUint32(offset);
    offset += 4;
    next = extendedEnd(datagram, type, offset);
    if (next < 0) return fail(sink, datagram, 'record cut short', offset);
    if (!add(sample.records, extendedTag(type, datagram.version), offset, next) && !full) {
      sink.problem(datagram, 'too many records', offset);
      full = true;
    }
    offset = next;
  }
  sample.end = offset;
  return offset;
}

function fail(sink: DatagramSink, datagram: Datagram, reason: ProblemReason, offset: number): -1 {
  sink.problem(datagram, reason, offset);
  return -1;
}

/** Where the packet data ends, or -1 where its type is unknown or it is cut short. */
function packetEnd(view: DataView, type: number, offset: number, end: number): number {
  if (type === 1) return end - offset < 12 ? -1 : opaqueEnd(view, offset + 8, end);
  const length = type === 2 ? 32 : type === 3 ? 56 : -1;
  return length < 0 || end - offset < length ? -1 : offset + length;
}

function extendedTag(type: number, version: number): number {
  switch (type) {
    case 1:
      return TAG_SWITCH;
    case 2:
      return TAG_ROUTER;
    case 3:
      return version === 2 ? TAG_GATEWAY_2 : TAG_GATEWAY_4;
    case 4:
      return TAG_USER;
    default:
      return TAG_URL;
  }
}

/** Where an extended record ends, or -1 where its type is unknown or it is cut short. */
function extendedEnd(datagram: Datagram, type: number, offset: number): number {
  const { view, end } = datagram;
  switch (type) {
    case 1:
      return fixedEnd(offset, 16, end);
    case 2: {
      if (end - offset < 4) return -1;
      const addressType = view.getUint32(offset);
      if (addressType > 2) return -1;
      return fixedEnd(offset, 12 + (addressType === 1 ? 4 : addressType === 2 ? 16 : 0), end);
    }
    case 3: {
      let at = fixedEnd(offset, 12, end);
      if (at < 0) return -1;
      if (datagram.version === 2) return wordsEnd(view, at, end);
      if (end - at < 4) return -1;
      const segments = view.getUint32(at);
      at += 4;
      if (segments > (end - at) / 8) return -1;
      for (let i = 0; i < segments; i++) {
        if (end - at < 8) return -1;
        at = wordsEnd(view, at + 4, end);
        if (at < 0) return -1;
      }
      at = wordsEnd(view, at, end);
      return at < 0 ? -1 : fixedEnd(at, 4, end);
    }
    case 4: {
      const user = opaqueEnd(view, offset, end);
      return user < 0 ? -1 : opaqueEnd(view, user, end);
    }
    case 5:
      return end - offset < 4 ? -1 : opaqueEnd(view, offset + 4, end);
    default:
      return -1;
  }
}

function fixedEnd(offset: number, length: number, end: number): number {
  return end - offset < length ? -1 : offset + length;
}

/** Behind a length word and its octets, padded; the padding of the very last may be missing. */
function opaqueEnd(view: DataView, offset: number, end: number): number {
  if (end - offset < 4) return -1;
  const length = view.getUint32(offset);
  if (length > end - offset - 4) return -1;
  return Math.min(end, offset + 4 + length + (-length & 3));
}

/** Behind a count word and that many words. */
function wordsEnd(view: DataView, offset: number, end: number): number {
  if (end - offset < 4) return -1;
  const count = view.getUint32(offset);
  return count > (end - offset - 4) / 4 ? -1 : offset + 4 + 4 * count;
}

/** Returns the offset behind the sample, or -1 where it is damaged. */
function readCounterSample(datagram: Datagram, sample: CounterSample, start: number): number {
  const { view, end } = datagram;
  if (end - start < 16) return -1;
  const source = view.getUint32(start + 4);
  sample.tag = COUNTERS_SAMPLE;
  sample.start = start;
  sample.sequenceNumber = view.getUint32(start);
  sample.dataSourceClass = source >>> 24;
  sample.dataSourceIndex = source & 0xffffff;
  sample.records.count = 0;
  const version = view.getUint32(start + 12);
  let offset = start + 16;
  if (version === VLAN_COUNTERS) {
    const next = fixedEnd(offset, VLAN_COUNTERS_OCTETS, end);
    if (next < 0) return -1;
    add(sample.records, VLAN_COUNTERS_TAG, offset, next);
    offset = next;
  } else {
    const specificTag = SPECIFIC_TAG[version] ?? -1;
    const specificOctets = SPECIFIC_OCTETS[version] ?? 0;
    if (version === 0 || specificTag < 0) return -1;
    if (end - offset < IF_COUNTERS_OCTETS + specificOctets) return -1;
    add(sample.records, 1, offset, offset + IF_COUNTERS_OCTETS);
    offset += IF_COUNTERS_OCTETS;
    if (specificTag > 0) add(sample.records, specificTag, offset, offset + specificOctets);
    offset += specificOctets;
  }
  sample.end = offset;
  return offset;
}

/** Keeps a record; false where there is no room for it. */
function add(records: Records, tag: number, start: number, end: number): boolean {
  const { count } = records;
  if (count === MAX_RECORDS) return false;
  records.tag[count] = tag;
  records.start[count] = start;
  records.end[count] = end;
  records.count = count + 1;
  return true;
}
