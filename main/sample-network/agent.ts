/**
 * The sFlow agent of one made-up switch: it keeps the sequence numbers of its ports, hands samples to its outbox, and
 * reports counters on its polls.
 */
import type { CountersSampleDescription } from '../sflow/write.ts';
import { Outbox, type SentDatagram } from './outbox.ts';
import type { Random } from './random.ts';
import type { SampledPacket } from './sampled-packet.ts';
import type { Hop, Port, Switch } from './topology.ts';

const ETHERNET_CSMACD = 6;
const FULL_DUPLEX = 1;
const ADMIN_AND_OPER_UP = 3;
const PHYSICAL_ENTITY = 2;
const DISCARDED = 1;
const NO_BUFFER_SPACE = 259;
const UNKNOWN_VLAN = 0xffff_ffff;
const X86_64 = 3;
const LINUX = 2;

export class Agent {
  readonly node: Switch;
  readonly #samplingRate: number;
  readonly #pollingMs: number;
  readonly #uuid = new Uint8Array(16);
  readonly #outbox: Outbox;
  #entitySequence = 0;
  #nextEntityPollMs: number;

  constructor(node: Switch, samplingRate: number, pollingMs: number, startMs: number, random: Random) {
    this.node = node;
    this.#samplingRate = samplingRate;
    this.#pollingMs = pollingMs;
    const bootMs = startMs - Math.floor(random.between(3, 30) * 86_400_000);
    this.#outbox = new Outbox(node.agent, 0, bootMs, random.fraction());
    for (let i = 0; i < 16; i++) this.#uuid[i] = random.below(256);
    // Polls are spread over the interval, so that they do not come in one burst.
    this.#nextEntityPollMs = startMs + random.below(pollingMs);
    for (const port of node.ports) port.nextPollMs = startMs + random.below(pollingMs);
  }

  /** Takes a sample of a packet that came in by `hop.input` in the step that ends at `nowMs`. */
  sampled(hop: Hop, packet: SampledPacket, discarded: boolean, nowMs: number): void {
    const port = hop.input;
    port.flowSequence++;
    const records: { name: string; fields: Record<string, number | string | Uint8Array> }[] = [
      {
        name: 'sampled_header',
        fields: {
          protocol: 1,
          frame_length: packet.frameOctets,
          stripped: packet.strippedOctets,
          header: packet.header,
        },
      },
    ];
    if (hop.inputVlan !== 0 || hop.outputVlan !== 0) {
      records.push({
        name: 'extended_switch',
        fields: {
          src_vlan: hop.inputVlan || UNKNOWN_VLAN,
          src_priority: hop.inputVlan ? 0 : UNKNOWN_VLAN,
          dst_vlan: hop.outputVlan || UNKNOWN_VLAN,
          dst_priority: hop.outputVlan ? 0 : UNKNOWN_VLAN,
        },
      });
    }
    const octets = 8 + 32 + 24 + packet.header.length + 3 + (records.length - 1) * 24;
    this.#outbox.add(
      {
        kind: 'flow_sample',
        sequenceNumber: port.flowSequence >>> 0,
        dataSourceIndex: port.ifIndex,
        samplingRate: this.#samplingRate,
        samplePool: port.pool % 0x1_0000_0000,
        drops: 0,
        input: port.ifIndex,
        output: discarded ? { format: DISCARDED, value: NO_BUFFER_SPACE } : hop.output.ifIndex,
        records,
      },
      octets,
      nowMs,
    );
  }

  /** Does the polls that are due at `toMs` and appends to `sent` the datagrams of the step. */
  collect(fromMs: number, toMs: number, sent: SentDatagram[]): void {
    for (const port of this.node.ports) {
      if (port.nextPollMs > toMs) continue;
      port.nextPollMs += this.#pollingMs;
      this.#outbox.add(portCounters(port), 160, toMs);
    }
    if (this.#nextEntityPollMs <= toMs) {
      this.#nextEntityPollMs += this.#pollingMs;
      this.#outbox.add(this.#entityCounters(), 140, toMs);
    }
    this.#outbox.collect(fromMs, toMs, sent);
  }

  #entityCounters(): CountersSampleDescription {
    return {
      kind: 'counters_sample',
      sequenceNumber: ++this.#entitySequence,
      dataSourceClass: PHYSICAL_ENTITY,
      dataSourceIndex: 1,
      records: [
        {
          name: 'host_descr',
          fields: {
            hostname: this.node.name,
            uuid: this.#uuid,
            machine_type: X86_64,
            os_name: LINUX,
            os_release: '6.1.0 (sample network)',
          },
        },
      ],
    };
  }
}

function portCounters(port: Port): CountersSampleDescription {
  return {
    kind: 'counters_sample',
    sequenceNumber: ++port.counterSequence,
    dataSourceIndex: port.ifIndex,
    records: [
      {
        name: 'if_counters',
        fields: {
          ifIndex: port.ifIndex,
          ifType: ETHERNET_CSMACD,
          ifSpeed: port.bitsPerSecond,
          ifDirection: FULL_DUPLEX,
          ifStatus: ADMIN_AND_OPER_UP,
          ifInOctets: port.inOctets,
          ifInUcastPkts: port.inPackets % 0x1_0000_0000,
          ifInMulticastPkts: 0,
          ifInBroadcastPkts: 0,
          ifInDiscards: 0,
          ifInErrors: 0,
          ifInUnknownProtos: 0,
          ifOutOctets: port.outOctets,
          ifOutUcastPkts: port.outPackets % 0x1_0000_0000,
          ifOutMulticastPkts: 0,
          ifOutBroadcastPkts: 0,
          ifOutDiscards: port.outDiscards % 0x1_0000_0000,
          ifOutErrors: 0,
          ifPromiscuousMode: 0,
        },
      },
      { name: 'port_name', fields: { name: port.name } },
    ],
  };
}
