/**
 * When conversations begin and end in the made-up network: as many long ones at a time, so many short ones a
 * second, a backup and a port scan now and then. A conversation is two streams of packets with a pace and a
 * size; what becomes of the packets is the network's business.
 */
import type { Random } from './random.ts';
import { FULL_PACKET, type Talk, Talks, TCP } from './talks.ts';
import type { Hop, Host, Topology } from './topology.ts';

/** Packets of one conversation in one direction; all of a size. */
export type Stream = {
  from: Host;
  to: Host;
  path: Hop[];
  ipv6: boolean;
  protocol: number;
  sourcePort: number;
  destinationPort: number;
  tcpFlags: number;
  /** Octets from the IP header on. */
  ipOctets: number;
  packetsPerSecond: number;
  /** A scan tries one destination port per packet, upwards from `destinationPort`; answers come from them. */
  sweep: 'none' | 'destination' | 'source';
  /** Packets sent so far. */
  sent: number;
  /** The part of a packet that the pace has left over. */
  carry: number;
};

export type Conversation = { application: string; streams: Stream[]; endMs: number };

const IPV6_SHARE = 0.2;
const IPV6_EXTRA_OCTETS = 20;
const ACK_FLAGS = 0x10;
const PUSH_FLAGS = 0x18;
const RESET_FLAGS = 0x14;

const BACKUP = { firstMs: 20_000, everyMs: 180_000, lastsMs: 90_000 };
const SCAN = { firstMs: 45_000, everyMs: 240_000, lastsMs: 30_000 };

export class Traffic {
  readonly #topology: Topology;
  readonly #random: Random;
  readonly #talks: Talks;
  readonly #startMs: number;
  #conversations: Conversation[] = [];
  #backups = 0;
  #scans = 0;

  constructor(topology: Topology, random: Random, startMs: number) {
    this.#topology = topology;
    this.#random = random;
    this.#talks = new Talks(topology, random);
    this.#startMs = startMs;
  }

  /** The conversations that go on from `fromMs` to `toMs`: ended ones are gone, new ones are there. */
  during(fromMs: number, toMs: number): readonly Conversation[] {
    this.#conversations = this.#conversations.filter((conversation) => conversation.endMs > fromMs);
    const leaves = this.#topology.leaves.length;
    const seconds = (toMs - fromMs) / 1000;
    this.#keep('storage', 2 * leaves, fromMs, () => this.#talks.storage());
    this.#keep('video', 6 * leaves, fromMs, () => this.#talks.download());
    this.#arrive(40 * leaves * seconds, fromMs, () => this.#talks.web());
    this.#arrive(30 * leaves * seconds, fromMs, () => this.#talks.service());
    this.#arrive(20 * leaves * seconds, fromMs, () => this.#talks.dns());
    this.#arrive(0.05 * leaves * seconds, fromMs, () => this.#talks.ssh());
    this.#backup(fromMs);
    this.#scan(fromMs);
    return this.#conversations;
  }

  /** Long conversations: as one ends, another begins. */
  #keep(application: string, count: number, nowMs: number, talk: () => Talk): void {
    let running = 0;
    for (const conversation of this.#conversations) if (conversation.application === application) running++;
    for (; running < count; running++) this.#begin(talk(), nowMs);
  }

  /** Short conversations: `mean` new ones in the step. */
  #arrive(mean: number, nowMs: number, talk: () => Talk): void {
    for (let count = this.#random.round(mean * this.#random.between(0.7, 1.3)); count > 0; count--) {
      this.#begin(talk(), nowMs);
    }
  }

  #backup(nowMs: number): void {
    if (nowMs < this.#startMs + BACKUP.firstMs + this.#backups * BACKUP.everyMs) return;
    this.#backups++;
    for (const talk of this.#talks.backup(BACKUP.lastsMs)) this.#begin(talk, nowMs);
  }

  #scan(nowMs: number): void {
    if (nowMs < this.#startMs + SCAN.firstMs + this.#scans * SCAN.everyMs) return;
    const { streams } = this.#begin(this.#talks.scan(this.#scans, SCAN.lastsMs), nowMs);
    this.#scans++;
    const [attempts, answers] = streams;
    attempts!.sweep = 'destination';
    answers!.sweep = 'source';
    answers!.tcpFlags = RESET_FLAGS;
  }

  #begin(talk: Talk, nowMs: number): Conversation {
    const random = this.#random;
    const ipv6 = talk.ipv6 ?? random.chance(IPV6_SHARE);
    const clientPort = 32_768 + random.below(28_232);
    const hash = random.bits();
    const acknowledged = talk.protocol === TCP;
    const forward = paceOf(talk.forward, talk.forwardSize, acknowledged, talk.backward, talk.backwardSize);
    const backward = paceOf(talk.backward, talk.backwardSize, acknowledged, talk.forward, talk.forwardSize);
    const common = { ipv6, protocol: talk.protocol, sweep: 'none' as const, sent: 0 };
    const flags = acknowledged ? (talk.flags ?? (talk.forwardSize > 200 ? PUSH_FLAGS : ACK_FLAGS)) : 0;
    const header = ipv6 ? IPV6_EXTRA_OCTETS : 0;
    const conversation: Conversation = {
      application: talk.application,
      endMs: nowMs + talk.durationMs,
      streams: [
        {
          ...common,
          from: talk.from,
          to: talk.to,
          path: this.#topology.path(talk.from, talk.to, hash),
          sourcePort: clientPort,
          destinationPort: talk.port,
          tcpFlags: flags,
          ipOctets: Math.min(FULL_PACKET, talk.forwardSize + header),
          packetsPerSecond: forward,
          carry: random.fraction(),
        },
        {
          ...common,
          from: talk.to,
          to: talk.from,
          path: this.#topology.path(talk.to, talk.from, hash >>> 8),
          sourcePort: talk.port,
          destinationPort: clientPort,
          tcpFlags: acknowledged ? ACK_FLAGS : 0,
          ipOctets: Math.min(FULL_PACKET, talk.backwardSize + header),
          packetsPerSecond: backward,
          carry: random.fraction(),
        },
      ],
    };
    this.#conversations.push(conversation);
    return conversation;
  }
}

/** Packets per second for an octet rate; a receiver of TCP acknowledges every second full packet. */
function paceOf(
  octetsPerSecond: number,
  size: number,
  acknowledges: boolean,
  otherOctetsPerSecond: number,
  otherSize: number,
): number {
  if (octetsPerSecond > 0) return octetsPerSecond / size;
  return acknowledges ? otherOctetsPerSecond / otherSize / 2 : otherOctetsPerSecond / otherSize / 10;
}
