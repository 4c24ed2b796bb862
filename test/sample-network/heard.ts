/** What a collector hears of the sample network, decoded by Weir's own readers and summed up per interface. */

import { PacketHeader } from '../../main/packet/header.ts';
import { parseHeader } from '../../main/packet/parse.ts';
import { addressKey } from '../../main/sample-network/network.ts';
import { ipv4Text } from '../../main/sflow/address.ts';
import { DatagramReader } from '../../main/sflow/reader.ts';
import type { CounterSample, Datagram, FlowSample } from '../../main/sflow/sample.ts';

const IF_COUNTERS = 1;
const PORT_NAME = 1005;
const EXTENDED_SWITCH = 1001;

export type HeardSample = {
  timeMs: number;
  agent: string;
  sequence: number;
  dataSource: number;
  rate: number;
  pool: number;
  input: number;
  output: number;
  /** The reason code where the packet was discarded, else 0. */
  discarded: number;
  frameOctets: number;
  source: string;
  destination: string;
  protocol: number;
  sourcePort: number;
  destinationPort: number;
  ttl: number;
  tag: number;
  ipOctets: number;
  headerOctets: number;
  hasVlans: boolean;
};

export type HeardCounters = {
  timeMs: number;
  agent: string;
  sequence: number;
  ifIndex: number;
  speed: number;
  inOctets: number;
  inPackets: number;
  outOctets: number;
  outDiscards: number;
  name: string;
};

export class Heard {
  readonly samples: HeardSample[] = [];
  readonly counters: HeardCounters[] = [];
  readonly headers: { timeMs: number; agent: string; sequence: number; uptimeMs: number }[] = [];
  readonly hostNames = new Map<string, string>();
  readonly problems: string[] = [];
  readonly #header = new PacketHeader();
  #timeMs = 0;

  readonly #reader = new DatagramReader({
    datagram: (datagram) => {
      this.headers.push({
        timeMs: this.#timeMs,
        agent: agentOf(datagram),
        sequence: datagram.sequenceNumber,
        uptimeMs: datagram.uptimeMs,
      });
      return true;
    },
    flowSample: (datagram, sample) => this.#flow(datagram, sample),
    counterSample: (datagram, sample) => this.#counters(datagram, sample),
    otherSample: (_datagram, tag) => void this.problems.push(`sample ${tag}`),
    problem: (_datagram, reason) => void this.problems.push(reason),
  });

  take(datagram: Uint8Array, timeMs: number): void {
    this.#timeMs = timeMs;
    const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
    if (!this.#reader.read(datagram, view, 0, datagram.length)) this.problems.push('not read');
  }

  #flow(datagram: Datagram, sample: FlowSample): void {
    const { bytes, view } = datagram;
    const header = this.#header;
    parseHeader(header, bytes, view, sample.headerStart, sample.headerEnd, sample.headerProtocol);
    const layer = header.layers[0];
    const addressOctets = layer.ipVersion === 4 ? 4 : 16;
    const address = (at: number) => addressKey(bytes.subarray(at, at + addressOctets));
    this.samples.push({
      timeMs: this.#timeMs,
      agent: agentOf(datagram),
      sequence: sample.sequenceNumber,
      dataSource: sample.dataSourceIndex,
      rate: sample.samplingRate,
      pool: sample.samplePool,
      input: sample.inputValue,
      output: sample.outputFormat === 0 ? sample.outputValue : -1,
      discarded: sample.outputFormat === 1 ? sample.outputValue : 0,
      frameOctets: sample.frameLength,
      source: address(layer.sourceIp),
      destination: address(layer.destinationIp),
      protocol: layer.ipProtocol,
      sourcePort: layer.sourcePort,
      destinationPort: layer.destinationPort,
      ttl: layer.ttl,
      tag: layer.vlanCount > 0 ? layer.vlan[0]! : 0,
      ipOctets: layer.ipLength,
      headerOctets: sample.headerEnd - sample.headerStart,
      hasVlans: sample.records.find(EXTENDED_SWITCH) >= 0,
    });
  }

  #counters(datagram: Datagram, sample: CounterSample): void {
    const { bytes, view } = datagram;
    const agent = agentOf(datagram);
    const at = sample.records.find(IF_COUNTERS);
    if (at < 0) {
      const start = sample.records.start[0]!;
      this.hostNames.set(agent, text(bytes, view, start));
      return;
    }
    const start = sample.records.start[at]!;
    const name = sample.records.find(PORT_NAME);
    this.counters.push({
      timeMs: this.#timeMs,
      agent,
      sequence: sample.sequenceNumber,
      ifIndex: view.getUint32(start),
      speed: Number(view.getBigUint64(start + 8)),
      inOctets: Number(view.getBigUint64(start + 24)),
      inPackets: view.getUint32(start + 32),
      outOctets: Number(view.getBigUint64(start + 56)),
      outDiscards: view.getUint32(start + 76),
      name: name < 0 ? '' : text(bytes, view, sample.records.start[name]!),
    });
  }
}

function agentOf(datagram: Datagram): string {
  return ipv4Text(datagram.bytes, datagram.agentOffset);
}

function text(bytes: Uint8Array, view: DataView, at: number): string {
  return new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + view.getUint32(at)));
}
