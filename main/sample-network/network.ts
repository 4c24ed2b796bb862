/**
 * The sample network: made-up traffic of a small leaf-spine network, honestly measured. Every packet crosses
 * every port of its way; each switch counts it there and samples 1 in N of what comes in; the counters it
 * reports are the exact sums of the very packets that were there to be sampled. So flow estimates agree with
 * counters within the error of sampling, and the truth is known. The same seed gives the same octets.
 */
import { Agent } from './agent.ts';
import type { SentDatagram } from './outbox.ts';
import { Random } from './random.ts';
import { frameOctets, sampledPacket } from './sampled-packet.ts';
import { type Server, serversOf } from './server.ts';
import { type Hop, Topology } from './topology.ts';
import { type Stream, Traffic } from './traffic.ts';

export type SampleNetworkOptions = {
  seed: number;
  /** Switches in all: two spines and the rest leaves; 4 to 100. */
  agents: number;
  /** Flow samples per second of the whole network, about; the sampling rate follows from it. */
  ratePerSecond: number;
  /** Time of the first packet, milliseconds since 1970. */
  startMs: number;
  /** Between two reports of a counter; 10 s where not told. */
  pollingMs?: number;
  /** Keeps octets and packets by pair of hosts for `truth`: for tests, because it grows. */
  rememberPairs?: boolean;
};

export type Total = { octets: number; packets: number };

export type InterfaceTruth = {
  agent: string;
  ifIndex: number;
  name: string;
  bitsPerSecond: number;
  inOctets: number;
  inPackets: number;
  outOctets: number;
  outPackets: number;
  outDiscards: number;
};

/** What really went through, since the start; octets are those of whole frames, check sequence included. */
export type Truth = {
  samplingRate: number;
  /** By application, counted once, where the packet entered the network. */
  applications: Map<string, Total>;
  /** By 'source>destination', as the datagrams spell addresses; empty unless `rememberPairs`. */
  pairs: Map<string, Total>;
  interfaces: InterfaceTruth[];
};

const STEP_MS = 100;
const WARM_UP_MS = 3000;
/** Counters of a switch that has been up for days do not begin at 0. */
const MOST_EARLIER_OCTETS = 2e13;

export class SampleNetwork {
  /** 1 in this many packets is sampled, at every port. */
  readonly samplingRate: number;
  readonly #random: Random;
  readonly #topology: Topology;
  readonly #traffic: Traffic;
  readonly #agents: Map<string, Agent>;
  readonly #servers: readonly Server[];
  readonly #rememberPairs: boolean;
  readonly #applications = new Map<string, Total>();
  readonly #pairs = new Map<string, Total>();
  /** Counters as they were at the start, by agent and interface. */
  readonly #before: InterfaceTruth[];
  #nowMs: number;
  #emitting = false;

  constructor(options: SampleNetworkOptions) {
    const { seed, agents, ratePerSecond, startMs } = options;
    const pollingMs = options.pollingMs ?? 10_000;
    this.#random = new Random(seed);
    this.#rememberPairs = options.rememberPairs ?? false;
    this.#topology = new Topology(agents);
    this.#traffic = new Traffic(this.#topology, this.#random, startMs);
    this.#nowMs = startMs - WARM_UP_MS;
    this.#agents = new Map();
    // The traffic runs for a while unseen: then it is in its stride, and the rate it needs is known.
    while (this.#nowMs < startMs) this.#step(this.#nowMs + STEP_MS);
    let packets = 0;
    const ports = this.#topology.switches.flatMap((node) => node.ports);
    for (const port of ports) packets += port.inPackets;
    const wanted = packets / (WARM_UP_MS / 1000) / Math.max(1e-3, ratePerSecond);
    this.samplingRate = Math.max(1, Number(wanted.toPrecision(2)));
    for (const port of ports) {
      const octets = Math.floor(this.#random.fraction() * MOST_EARLIER_OCTETS);
      port.inOctets += octets;
      port.outOctets += Math.floor(octets * this.#random.between(0.3, 3));
      port.inPackets += this.#random.bits();
      port.outPackets += this.#random.bits();
      port.pool = 0;
      port.skip = this.#random.skip(this.samplingRate);
    }
    for (const node of this.#topology.switches) {
      this.#agents.set(node.agent, new Agent(node, this.samplingRate, pollingMs, startMs, this.#random));
    }
    this.#servers = serversOf(this.#topology, pollingMs, startMs, seed);
    this.#applications.clear();
    this.#pairs.clear();
    this.#before = this.#interfaces();
    this.#emitting = true;
  }

  /** The addresses of the switches. */
  get agents(): string[] {
    return [...this.#agents.keys()];
  }

  /** The addresses of the servers that tell of themselves and of what runs on them. */
  get servers(): string[] {
    return this.#servers.map(({ agent }) => agent);
  }

  /** Time up to which traffic has flowed. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /**
   * Lets traffic flow until `toMs` and yields the datagrams sent meanwhile, in the order of their times. Time
   * advances in steps of 100 ms; it never goes back.
   */
  *step(toMs: number): Generator<SentDatagram> {
    while (this.#nowMs + STEP_MS <= toMs) {
      this.#step(this.#nowMs + STEP_MS);
      const sent: SentDatagram[] = [];
      for (const sender of [...this.#agents.values(), ...this.#servers])
        sender.collect(this.#nowMs - STEP_MS, this.#nowMs, sent);
      yield* sent.sort((a, b) => a.timeMs - b.timeMs);
    }
  }

  /** What really happened since the start. */
  truth(): Truth {
    const interfaces = this.#interfaces().map((now, index) => {
      const before = this.#before[index]!;
      return {
        ...now,
        inOctets: now.inOctets - before.inOctets,
        inPackets: now.inPackets - before.inPackets,
        outOctets: now.outOctets - before.outOctets,
        outPackets: now.outPackets - before.outPackets,
        outDiscards: now.outDiscards - before.outDiscards,
      };
    });
    return {
      samplingRate: this.samplingRate,
      applications: this.#applications,
      pairs: this.#pairs,
      interfaces,
    };
  }

  #interfaces(): InterfaceTruth[] {
    return this.#topology.switches.flatMap((node) =>
      node.ports.map((port) => ({
        agent: node.agent,
        ifIndex: port.ifIndex,
        name: port.name,
        bitsPerSecond: port.bitsPerSecond,
        inOctets: port.inOctets,
        inPackets: port.inPackets,
        outOctets: port.outOctets,
        outPackets: port.outPackets,
        outDiscards: port.outDiscards,
      })),
    );
  }

  /** One step: first what every port is asked to carry, then what it carries. */
  #step(toMs: number): void {
    const fromMs = this.#nowMs;
    this.#nowMs = toMs;
    const conversations = this.#traffic.during(fromMs, toMs);
    for (const node of this.#topology.switches) for (const port of node.ports) port.offeredOctets = 0;
    const seconds = (toMs - fromMs) / 1000;
    const flowing: { stream: Stream; packets: number; application: string }[] = [];
    for (const { streams, application } of conversations) {
      for (const stream of streams) {
        const due = stream.packetsPerSecond * seconds * this.#random.between(0.8, 1.2) + stream.carry;
        const packets = Math.floor(due);
        stream.carry = due - packets;
        if (packets === 0) continue;
        flowing.push({ stream, packets, application });
        const frame = frameOctets(stream.ipOctets);
        for (const hop of stream.path) hop.output.offeredOctets += packets * (frame + hop.outputTagOctets);
      }
    }
    for (const { stream, packets, application } of flowing)
      this.#carry(stream, packets, application, fromMs, toMs);
  }

  /** Takes a batch of equal packets along its way. What a port has no room for is discarded before it. */
  #carry(stream: Stream, packets: number, application: string, fromMs: number, toMs: number): void {
    const frame = frameOctets(stream.ipOctets);
    let present = packets;
    for (const hop of stream.path) {
      const { input, output } = hop;
      const capacity = output.capacityOctets(toMs - fromMs);
      const share = output.offeredOctets > capacity ? capacity / output.offeredOctets : 1;
      const carried = share < 1 ? Math.min(present, this.#random.round(present * share)) : present;
      if (hop.routedBefore === 0) this.#remember(stream, application, present, frame + hop.inputTagOctets);
      input.inOctets += present * (frame + hop.inputTagOctets);
      input.inPackets += present;
      output.outOctets += carried * (frame + hop.outputTagOctets);
      output.outPackets += carried;
      output.outDiscards += present - carried;
      if (this.#emitting) this.#sample(stream, hop, present, carried);
      present = carried;
      if (present === 0) break;
    }
    stream.sent += packets;
  }

  /** Every packet of the batch has the same chance of 1 in N, by the count of packets up to the next sample. */
  #sample(stream: Stream, hop: Hop, packets: number, carried: number): void {
    const { input } = hop;
    const random = this.#random;
    const agent = this.#agents.get(hop.node.agent);
    let at = input.skip;
    let counted = 0;
    while (at <= packets) {
      input.pool += at - counted;
      counted = at;
      const discarded = carried < packets && random.chance(1 - carried / packets);
      agent?.sampled(hop, sampledPacket(stream, hop, stream.sent + at, random), discarded, this.#nowMs);
      at += random.skip(this.samplingRate);
    }
    input.pool += packets - counted;
    input.skip = at - packets;
  }

  #remember(stream: Stream, application: string, packets: number, octets: number): void {
    addTo(this.#applications, application, packets, octets);
    if (!this.#rememberPairs || !this.#emitting) return;
    const from = stream.ipv6 ? stream.from.ipv6 : stream.from.ipv4;
    const to = stream.ipv6 ? stream.to.ipv6 : stream.to.ipv4;
    addTo(this.#pairs, `${addressKey(from)}>${addressKey(to)}`, packets, octets);
  }
}

/** Dotted decimal, or all 32 digits of an IPv6 address: the truth is compared, not shown. */
export function addressKey(octets: Uint8Array): string {
  return octets.length === 4 ? octets.join('.') : Buffer.from(octets).toString('hex');
}

function addTo(totals: Map<string, Total>, key: string, packets: number, frameOctets: number): void {
  const total = totals.get(key);
  if (total) {
    total.octets += packets * frameOctets;
    total.packets += packets;
  } else {
    totals.set(key, { octets: packets * frameOctets, packets });
  }
}
