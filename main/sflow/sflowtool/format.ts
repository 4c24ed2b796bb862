/**
 * Datagrams as sflowtool 6.11 prints them: text (as without options), line (-l), json (-J) and json-compact
 * (-j). What a script of today reads from sflowtool it can read from here. A datagram is walked by Weir's own
 * reader, so damage ends a record or a sample, not the datagram; where the output differs from sflowtool's on
 * purpose is listed in ../README.md.
 */
import { DROP_REASON } from '../enumerations.ts';
import { tagText } from '../field.ts';
import { DatagramReader } from '../reader.ts';
import type { CounterSample, Datagram, DatagramSink, FlowSample, Records } from '../sample.ts';
import { rtFlow, rtMetric } from '../samples.ts';
import type { Cursor } from './cursor.ts';
import { printCustomSample } from './custom.ts';
import { SampleState } from './header.ts';
import { JsonPrinter, LinePrinter, type Printer, TextPrinter } from './printer.ts';
import { printRecord } from './records.ts';
import { plainAddress, timestamp } from './value.ts';

export type SflowtoolShape = 'text' | 'line' | 'json' | 'json-compact';

export type SflowtoolOptions = {
  /** For the times in words; 0, UTC, where left out. */
  utcOffsetMinutes?: number;
};

/** When and from where a datagram came. */
export type Arrival = {
  /** Seconds since 1970 and microseconds within: of the capture for a file, of receipt else. */
  seconds: number;
  microseconds: number;
  /** A file's datagrams carry their time a second time, as pcapTimestamp. */
  fromFile: boolean;
  /** UDP source address; null (printed '-') where it is not known. */
  source: string | null;
};

/** Prints datagrams one by one; keeps nothing from one to the next. */
export class SflowtoolFormat implements DatagramSink {
  readonly #shape: SflowtoolShape;
  readonly #utcOffsetMinutes: number;
  readonly #json: JsonPrinter | null;
  readonly #out: Printer;
  readonly #reader: DatagramReader;
  readonly #at: Cursor = {
    bytes: new Uint8Array(0),
    view: new DataView(new ArrayBuffer(0)),
    offset: 0,
    end: 0,
  };
  #agent = '';
  /** The reader has come to the samples of the present datagram. */
  #inSamples = false;

  constructor(shape: SflowtoolShape, options: SflowtoolOptions = {}) {
    this.#shape = shape;
    this.#utcOffsetMinutes = options.utcOffsetMinutes ?? 0;
    this.#json = shape === 'json' || shape === 'json-compact' ? new JsonPrinter(shape === 'json') : null;
    this.#out = this.#json ?? (shape === 'text' ? new TextPrinter() : new LinePrinter());
    this.#reader = new DatagramReader(this);
  }

  /**
   * The text for the datagram at start ≤ o < end of `bytes` (`view` over the same memory), line ends
   * included. '' where the shape has nothing to say of it.
   */
  print(bytes: Uint8Array, view: DataView, start: number, end: number, arrival: Arrival): string {
    const out = this.#out;
    this.#inSamples = false;
    this.#at.bytes = bytes;
    this.#at.view = view;
    out.text = '';
    out.remark('startDatagram =================================');
    out.open('', '{');
    const time = timestamp(arrival.seconds, this.#utcOffsetMinutes);
    out.field('datagramSourceIP', arrival.source ?? '-');
    out.field('datagramSize', end - start);
    out.field('unixSecondsUTC', arrival.seconds);
    out.field('unixSecondsUTC_uS', arrival.microseconds);
    out.field('localtime', time);
    if (arrival.fromFile && arrival.seconds > 0) {
      out.field('pcapTimestamp', time);
      out.field('pcapTimestamp_uS', arrival.microseconds);
    }
    if (end - start >= 4) out.field('datagramVersion', view.getUint32(start));
    this.#reader.read(bytes, view, start, end);
    if (this.#inSamples) out.close(']');
    out.close('}');
    out.remark('endDatagram   =================================');
    this.#json?.end();
    return out.text;
  }

  datagram(datagram: Datagram): boolean {
    const out = this.#out;
    const { bytes, agentType, agentOffset } = datagram;
    this.#agent = plainAddress(bytes, agentOffset, agentType === 1 ? 4 : agentType * 8);
    if (datagram.version === 5) out.field('agentSubId', datagram.subAgentId);
    out.field('agent', this.#agent);
    out.field('packetSequenceNo', datagram.sequenceNumber);
    out.field('sysUpTime', datagram.uptimeMs);
    out.field('samplesInPacket', datagram.statedSamples);
    out.open('samples', '[');
    this.#inSamples = true;
    return true;
  }

  flowSample(datagram: Datagram, sample: FlowSample): void {
    const out = this.#out;
    const state = new SampleState();
    this.#startSample(sample.tag);
    const discarded = sample.kind === 'discarded';
    out.field('sampleType', discarded ? 'DISCARD' : 'FLOWSAMPLE');
    this.#source(sample);
    if (!discarded) {
      out.field('meanSkipCount', sample.samplingRate);
      out.field('samplePool', sample.samplePool);
    }
    out.field('dropEvents', sample.drops);
    this.#ports(datagram, sample, state);
    if (discarded) {
      out.field('discardCode', sample.reason);
      out.field('discardReason', DROP_REASON[sample.reason] ?? 'NotFound');
      out.pushPrefix('discarded_');
    }
    state.meanSkipCount = sample.samplingRate;
    this.#records(datagram, sample.records, 'flow', state);
    if (discarded) out.popPrefix();
    else if (this.#shape === 'line') out.text += flowLine(this.#agent, state);
    this.#endSample();
  }

  counterSample(datagram: Datagram, sample: CounterSample): void {
    const out = this.#out;
    const state = new SampleState();
    this.#startSample(sample.tag);
    out.field('sampleType', 'COUNTERSSAMPLE');
    this.#source(sample);
    if (datagram.version !== 5) {
      out.field('statsSamplingInterval', datagram.view.getUint32(sample.start + 8));
      out.field('counterBlockVersion', datagram.view.getUint32(sample.start + 12));
    }
    this.#records(datagram, sample.records, 'counter', state);
    if (this.#shape === 'line') out.text += countersLine(this.#agent, state);
    this.#endSample();
  }

  otherSample(datagram: Datagram, tag: number, start: number, end: number): void {
    this.#startSample(tag);
    this.#at.offset = start;
    this.#at.end = end;
    if (datagram.version === 5 && (tag === rtMetric.tag || tag === rtFlow.tag))
      printCustomSample(this.#out, tag, this.#at);
    else this.#out.remark(`skipping unknown sample: ${tagText(tag)} len=${end - start}`);
    this.#endSample();
  }

  /** sflowtool tells its troubles on stderr; here they are the caller's to count. */
  problem(): void {}

  #startSample(tag: number): void {
    this.#out.remark('startSample ----------------------');
    this.#out.open('', '{');
    this.#out.field('sampleType_tag', tagText(tag));
  }

  #endSample(): void {
    this.#out.close('}');
    this.#out.remark('endSample   ----------------------');
  }

  #source(sample: FlowSample | CounterSample): void {
    this.#out.field('sampleSequenceNo', sample.sequenceNumber);
    this.#out.field('sourceId', `${sample.dataSourceClass}:${sample.dataSourceIndex}`);
  }

  #ports(datagram: Datagram, sample: FlowSample, state: SampleState): void {
    const { inputFormat, inputValue, outputFormat, outputValue } = sample;
    if (datagram.version === 5) {
      state.inputPort = inputValue;
      state.outputPort = outputValue;
      this.#out.field('inputPort', portText(inputFormat, inputValue));
      this.#out.field('outputPort', portText(outputFormat, outputValue));
      return;
    }
    state.inputPort = ((inputFormat << 30) | inputValue) >>> 0;
    state.outputPort = ((outputFormat << 30) | outputValue) >>> 0;
    this.#out.field('inputPort', state.inputPort);
    this.#out.field('outputPort', legacyOutputText(state.outputPort));
  }

  #records(datagram: Datagram, records: Records, space: 'flow' | 'counter', state: SampleState): void {
    const out = this.#out;
    const at = this.#at;
    const tagName = space === 'flow' ? 'flowBlock_tag' : 'counterBlock_tag';
    const what = space === 'flow' ? 'flow_sample_element' : 'counters_sample_element';
    out.open('elements', '[');
    for (let i = 0; i < records.count; i++) {
      out.open('', '{');
      if (datagram.version === 5) out.field(tagName, tagText(records.tag[i]!));
      at.offset = records.start[i]!;
      at.end = records.end[i]!;
      printRecord(out, state, space, records.tag[i]!, at, what);
      out.close('}');
    }
    out.close(']');
  }
}

function portText(format: number, value: number): string {
  switch (format) {
    case 0:
      return `${value}`;
    case 1:
      return `dropCode ${value}`;
    case 2:
      return `multiple ${value}`;
    case 3:
      return `format==3 ${value}`;
    default:
      return '';
  }
}

function legacyOutputText(port: number): string {
  if (port < 0x80000000) return `${port}`;
  const outputs = port - 0x80000000;
  return outputs > 0 ? `multiple ${outputs}` : 'multiple >1';
}

function hexadecimal(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** sflowtool prints most of these as signed words. */
function flowLine(agent: string, state: SampleState): string {
  const ipOctets = (state.sampledPacketSize - state.stripped - state.ipv4Offset) | 0;
  return `${[
    'FLOW',
    agent,
    state.inputPort | 0,
    state.outputPort | 0,
    state.sourceMac,
    state.destinationMac,
    hexadecimal(state.etherType, 4),
    state.inputVlan | 0,
    state.outputVlan | 0,
    state.sourceIp,
    state.destinationIp,
    state.ipProtocol | 0,
    hexadecimal(state.tos, 2),
    state.ttl,
    state.sourcePort | 0,
    state.destinationPort | 0,
    hexadecimal(state.tcpFlags, 2),
    state.sampledPacketSize | 0,
    ipOctets,
    state.meanSkipCount | 0,
  ].join(',')}\n`;
}

const NO_COUNTERS: readonly string[] = new Array<string>(19).fill('0');

function countersLine(agent: string, state: SampleState): string {
  return `CNTR,${agent},${(state.interfaceCounters ?? NO_COUNTERS).join(',')}\n`;
}
