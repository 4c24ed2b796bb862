/**
 * The datagram reader: octets in, samples out, and nothing made on the way. It walks a datagram of sFlow
 * version 5 once, from tag to tag, and hands each sample to a sink through objects that it uses again.
 *
 * What it promises for any octets whatever: it never throws and never reads outside start ≤ o < end; each
 * length is fenced by the one around it (record by sample, sample by datagram); a count is a wish, what is
 * read is bounded by the octets there are; every step of a loop advances, so `steps` is at most the length;
 * and a damaged sample leaves its neighbours as they would have been. What had to be passed over is reported
 * with its reason and place. A sampling rate of 0 is no damage: the sample is handed on, and whoever scales
 * it decides.
 *
 * Versions 2 and 4 have no lengths to walk by; legacy.ts reads them into the same samples.
 */
import { readLegacySamples } from './legacy.ts';
import {
  CounterSample,
  Datagram,
  type DatagramSink,
  FlowSample,
  MAX_RECORDS,
  type ProblemReason,
  type Records,
} from './sample.ts';

const FLOW_SAMPLE = 1;
const COUNTERS_SAMPLE = 2;
const FLOW_SAMPLE_EXPANDED = 3;
const COUNTERS_SAMPLE_EXPANDED = 4;
const DISCARDED_PACKET = 5;

const SAMPLED_HEADER = 1;

/** Octets of each sample before its first record. */
const FLOW_SAMPLE_OCTETS = 32;
const FLOW_SAMPLE_EXPANDED_OCTETS = 44;
const COUNTERS_SAMPLE_OCTETS = 12;
const COUNTERS_SAMPLE_EXPANDED_OCTETS = 16;
const DISCARDED_PACKET_OCTETS = 32;

/** The highest number that may be an sFlow version; NetFlow and IPFIX begin with 65,536 times theirs. */
const LAST_VERSION = 15;

/** Reads datagrams one after another into one sink. */
export class DatagramReader {
  /** Samples and records walked over in the last datagram. */
  steps = 0;
  readonly #sink: DatagramSink;
  readonly #datagram = new Datagram();
  readonly #flowSample = new FlowSample();
  readonly #counterSample = new CounterSample();

  constructor(sink: DatagramSink) {
    this.#sink = sink;
  }

  /**
   * Reads the datagram at start ≤ o < end of `bytes`; `view` is over the same memory. True where its header
   * could be read (even if its samples are damaged), false where it is no sFlow datagram.
   */
  read(bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
    const datagram = this.#datagram;
    this.steps = 0;
    datagram.bytes = bytes;
    datagram.view = view;
    datagram.start = start;
    datagram.end = Math.min(end, bytes.length, view.byteLength);
    const samplesAt = this.#readHeader(datagram);
    if (samplesAt < 0) return false;
    if (!this.#sink.datagram(datagram)) return true;
    if (datagram.version === 5) this.#readSamples(datagram, samplesAt);
    else
      this.steps = readLegacySamples(datagram, samplesAt, this.#flowSample, this.#counterSample, this.#sink);
    return true;
  }

  /** Fills the datagram's header; returns where its samples begin, or -1 where it has none that can be read. */
  #readHeader(datagram: Datagram): number {
    const { view, start, end } = datagram;
    datagram.version = 0;
    datagram.agentType = 0;
    datagram.agentOffset = start;
    datagram.subAgentId = 0;
    datagram.sequenceNumber = 0;
    datagram.uptimeMs = 0;
    datagram.statedSamples = 0;
    if (end - start < 4) return this.#refuse('not sFlow', start);
    const version = view.getUint32(start);
    if (version !== 5 && version !== 4 && version !== 2)
      return this.#refuse(
        version > 0 && version <= LAST_VERSION ? 'version not supported' : 'not sFlow',
        start,
      );
    datagram.version = version;
    if (end - start < 8) return this.#refuse('datagram cut short', start + 4);
    const agentType = view.getUint32(start + 4);
    if (agentType > 2) return this.#refuse('agent address type unknown', start + 4);
    let offset = start + 8;
    const agentOctets = agentType === 1 ? 4 : agentType === 2 ? 16 : 0;
    const rest = version === 5 ? 16 : 12;
    if (end - offset < agentOctets + rest) return this.#refuse('datagram cut short', offset);
    datagram.agentType = agentType;
    datagram.agentOffset = offset;
    offset += agentOctets;
    if (version === 5) {
      datagram.subAgentId = view.getUint32(offset);
      offset += 4;
    }
    datagram.sequenceNumber = view.getUint32(offset);
    datagram.uptimeMs = view.getUint32(offset + 4);
    datagram.statedSamples = view.getUint32(offset + 8);
    return offset + 12;
  }

  #refuse(reason: ProblemReason, offset: number): -1 {
    this.#sink.problem(this.#datagram, reason, offset);
    return -1;
  }

  #readSamples(datagram: Datagram, samplesAt: number): void {
    const { view, end, statedSamples } = datagram;
    const sink = this.#sink;
    let offset = samplesAt;
    const tooMany = statedSamples > (end - offset) / 8;
    if (tooMany) sink.problem(datagram, 'sample count beyond the datagram', samplesAt - 4);
    for (let i = 0; i < statedSamples; i++) {
      if (end - offset < 8) {
        if (!tooMany) sink.problem(datagram, 'sample cut short', offset);
        return;
      }
      this.steps++;
      const tag = view.getUint32(offset);
      const length = view.getUint32(offset + 4);
      const start = offset + 8;
      if (length > end - start) {
        sink.problem(datagram, 'sample cut short', offset);
        return;
      }
      this.#readSample(datagram, tag, start, start + length);
      offset = afterPadding(start, length, end);
    }
    if (offset < end) sink.problem(datagram, 'octets after the last sample', offset);
  }

  #readSample(datagram: Datagram, tag: number, start: number, end: number): void {
    switch (tag) {
      case FLOW_SAMPLE:
      case FLOW_SAMPLE_EXPANDED:
        this.#readFlowSample(datagram, tag, start, end);
        return;
      case COUNTERS_SAMPLE:
      case COUNTERS_SAMPLE_EXPANDED:
        this.#readCounterSample(datagram, tag, start, end);
        return;
      case DISCARDED_PACKET:
        this.#readDiscardedPacket(datagram, start, end);
        return;
      default:
        this.#sink.otherSample(datagram, tag, start, end);
    }
  }

  #readFlowSample(datagram: Datagram, tag: number, start: number, end: number): void {
    const { view } = datagram;
    const sample = this.#flowSample;
    const expanded = tag === FLOW_SAMPLE_EXPANDED;
    const fixed = expanded ? FLOW_SAMPLE_EXPANDED_OCTETS : FLOW_SAMPLE_OCTETS;
    if (end - start < fixed) {
      this.#sink.problem(datagram, 'sample cut short', start);
      return;
    }
    if (
      this.#sink.passes !== undefined &&
      beginsWithHeader(view, start + fixed - 4, end) &&
      this.#sink.passes(view.getUint32(start + (expanded ? 12 : 8)))
    )
      return;
    sample.kind = 'flow';
    sample.tag = tag;
    sample.start = start;
    sample.end = end;
    sample.sequenceNumber = view.getUint32(start);
    sample.reason = 0;
    let offset = start + 4;
    if (expanded) {
      sample.dataSourceClass = view.getUint32(offset);
      sample.dataSourceIndex = view.getUint32(offset + 4);
      offset += 8;
    } else {
      const source = view.getUint32(offset);
      sample.dataSourceClass = source >>> 24;
      sample.dataSourceIndex = source & 0xffffff;
      offset += 4;
    }
    sample.samplingRate = view.getUint32(offset);
    sample.samplePool = view.getUint32(offset + 4);
    sample.drops = view.getUint32(offset + 8);
    offset += 12;
    if (expanded) {
      sample.inputFormat = view.getUint32(offset);
      sample.inputValue = view.getUint32(offset + 4);
      sample.outputFormat = view.getUint32(offset + 8);
      sample.outputValue = view.getUint32(offset + 12);
    } else {
      const input = view.getUint32(offset);
      const output = view.getUint32(offset + 4);
      sample.inputFormat = input >>> 30;
      sample.inputValue = input & 0x3fffffff;
      sample.outputFormat = output >>> 30;
      sample.outputValue = output & 0x3fffffff;
    }
    this.#readRecords(datagram, sample.records, start + fixed - 4, end);
    this.#findHeader(datagram, sample);
    this.#sink.flowSample(datagram, sample);
  }

  #readDiscardedPacket(datagram: Datagram, start: number, end: number): void {
    const { view } = datagram;
    const sample = this.#flowSample;
    if (end - start < DISCARDED_PACKET_OCTETS) {
      this.#sink.problem(datagram, 'sample cut short', start);
      return;
    }
    sample.kind = 'discarded';
    sample.tag = DISCARDED_PACKET;
    sample.start = start;
    sample.end = end;
    sample.sequenceNumber = view.getUint32(start);
    sample.dataSourceClass = view.getUint32(start + 4);
    sample.dataSourceIndex = view.getUint32(start + 8);
    sample.samplingRate = 0;
    sample.samplePool = 0;
    sample.drops = view.getUint32(start + 12);
    sample.inputFormat = 0;
    sample.inputValue = view.getUint32(start + 16);
    sample.outputFormat = 0;
    sample.outputValue = view.getUint32(start + 20);
    sample.reason = view.getUint32(start + 24);
    this.#readRecords(datagram, sample.records, start + DISCARDED_PACKET_OCTETS - 4, end);
    this.#findHeader(datagram, sample);
    this.#sink.flowSample(datagram, sample);
  }

  #readCounterSample(datagram: Datagram, tag: number, start: number, end: number): void {
    const { view } = datagram;
    const sample = this.#counterSample;
    const expanded = tag === COUNTERS_SAMPLE_EXPANDED;
    const fixed = expanded ? COUNTERS_SAMPLE_EXPANDED_OCTETS : COUNTERS_SAMPLE_OCTETS;
    if (end - start < fixed) {
      this.#sink.problem(datagram, 'sample cut short', start);
      return;
    }
    sample.tag = tag;
    sample.start = start;
    sample.end = end;
    sample.sequenceNumber = view.getUint32(start);
    if (expanded) {
      sample.dataSourceClass = view.getUint32(start + 4);
      sample.dataSourceIndex = view.getUint32(start + 8);
    } else {
      const source = view.getUint32(start + 4);
      sample.dataSourceClass = source >>> 24;
      sample.dataSourceIndex = source & 0xffffff;
    }
    this.#readRecords(datagram, sample.records, start + fixed - 4, end);
    this.#sink.counterSample(datagram, sample);
  }

  /** Notes where the records begin and end; `countAt` is the offset of their count word. */
  #readRecords(datagram: Datagram, records: Records, countAt: number, end: number): void {
    const { view } = datagram;
    const sink = this.#sink;
    const count = view.getUint32(countAt);
    let offset = countAt + 4;
    records.count = 0;
    const tooMany = count > (end - offset) / 8;
    if (tooMany) sink.problem(datagram, 'record count beyond the sample', countAt);
    for (let i = 0; i < count; i++) {
      if (end - offset < 8) {
        if (!tooMany) sink.problem(datagram, 'record cut short', offset);
        return;
      }
      this.steps++;
      const length = view.getUint32(offset + 4);
      const start = offset + 8;
      if (length > end - start) {
        sink.problem(datagram, 'record cut short', offset);
        return;
      }
      if (i === MAX_RECORDS) {
        sink.problem(datagram, 'too many records', offset);
        return;
      }
      records.tag[i] = view.getUint32(offset);
      records.start[i] = start;
      records.end[i] = start + length;
      records.count = i + 1;
      offset = afterPadding(start, length, end);
    }
  }

  /** The first sampled header of the sample; what it states beyond its record is cut off, and reported. */
  #findHeader(datagram: Datagram, sample: FlowSample): void {
    const { view } = datagram;
    sample.headerProtocol = 0;
    sample.frameLength = 0;
    sample.stripped = 0;
    sample.headerStart = -1;
    sample.headerEnd = -1;
    const index = sample.records.find(SAMPLED_HEADER);
    if (index < 0) return;
    const start = sample.records.start[index]!;
    const end = sample.records.end[index]!;
    if (end - start < 16) {
      this.#sink.problem(datagram, 'record cut short', start);
      return;
    }
    sample.headerProtocol = view.getUint32(start);
    sample.frameLength = view.getUint32(start + 4);
    sample.stripped = view.getUint32(start + 8);
    const length = view.getUint32(start + 12);
    sample.headerStart = start + 16;
    sample.headerEnd = start + 16 + length;
    if (sample.headerEnd > end) {
      sample.headerEnd = end;
      this.#sink.problem(datagram, 'record cut short', start);
    }
  }
}

/** Whether the first record of a sample is a whole sampled header; `countAt` is the offset of the count of records. */
function beginsWithHeader(view: DataView, countAt: number, end: number): boolean {
  if (countAt + 28 > end || view.getUint32(countAt) === 0 || view.getUint32(countAt + 4) !== SAMPLED_HEADER)
    return false;
  const length = view.getUint32(countAt + 8);
  return length >= 16 && length <= end - countAt - 12;
}

/** Where the next tag is: behind the padding to a multiple of 4, if there is room for the padding. */
function afterPadding(start: number, length: number, end: number): number {
  const next = start + length + (-length & 3);
  return next > end ? start + length : next;
}
