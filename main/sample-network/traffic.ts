/**
 * Who talks to whom in the made-up network: elephants between storage, web and application tiers, DNS, ssh, a
 * backup that fills one slow port, and now and then a port scan from outside. A conversation is two streams of
 * packets with a pace and a size; what becomes of the packets is the network's business.
 */
import type { Random } from './random.ts';
import type { Hop, Host, Topology } from './topology.ts';

export const TCP = 6;
export const UDP = 17;

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

type Talk = {
  application: string;
  from: Host;
  to: Host;
  protocol: number;
  port: number;
  /** Octets per second of IP packets, from and to. */
  forward: number;
  backward: number;
  /** Sizes of IP packets; a size that is no full packet's lies around this. */
  forwardSize: number;
  backwardSize: number;
  durationMs: number;
  ipv6?: boolean;
  flags?: number;
};

const FULL_PACKET = 1500;
const ACK_IPV4 = 52;
const MILLISECONDS = 1000;
const IPV6_SHARE = 0.2;
const ACK_FLAGS = 0x10;
const PUSH_FLAGS = 0x18;
const SYN_FLAGS = 0x02;
const RESET_FLAGS = 0x14;

const BACKUP = { firstMs: 20_000, everyMs: 180_000, lastsMs: 90_000 };
const SCAN = { firstMs: 45_000, everyMs: 240_000, lastsMs: 30_000 };
const SCAN_PACKETS_PER_SECOND = 2000;

export class Traffic {
  readonly #topology: Topology;
  readonly #random: Random;
  readonly #startMs: number;
  #conversations: Conversation[] = [];
  #backups = 0;
  #scans = 0;

  constructor(topology: Topology, random: Random, startMs: number) {
    this.#topology = topology;
    this.#random = random;
    this.#startMs = startMs;
  }

  /** The conversations that go on from `fromMs` to `toMs`: ended ones are gone, new ones are there. */
  during(fromMs: number, toMs: number): readonly Conversation[] {
    this.#conversations = this.#conversations.filter((conversation) => conversation.endMs > fromMs);
    const leaves = this.#topology.leaves.length;
    const seconds = (toMs - fromMs) / MILLISECONDS;
    this.#keep('storage', 2 * leaves, fromMs, () => this.#storage());
    this.#keep('video', 6 * leaves, fromMs, () => this.#download());
    this.#arrive(40 * leaves * seconds, fromMs, () => this.#web());
    this.#arrive(30 * leaves * seconds, fromMs, () => this.#service());
    this.#arrive(20 * leaves * seconds, fromMs, () => this.#dns());
    this.#arrive(0.05 * leaves * seconds, fromMs, () => this.#ssh());
    this.#backup(fromMs);
    this.#scan(fromMs);
    return this.#conversations;
  }

  /** Long conversations: as one ends, another begins. */
  #keep(application: string, count: number, nowMs: number, talk: () => Talk): void {
    let running = 0;
    for (const conversation of this.#conversations) if (conversation.application === application) running++;
    for (; running < count; running++) this.#begin(talk(), nowMs, application);
  }

  /** Short conversations: `mean` new ones in the step. */
  #arrive(mean: number, nowMs: number, talk: () => Talk): void {
    for (let count = this.#random.round(mean * this.#random.between(0.7, 1.3)); count > 0; count--) {
      this.#begin(talk(), nowMs);
    }
  }

  #storage(): Talk {
    const random = this.#random;
    const [from, to] = this.#pair(this.#topology.hostsOf('storage'), this.#topology.hostsOf('storage'));
    return {
      application: 'storage',
      from,
      to,
      protocol: TCP,
      port: random.one([2049, 3260, 3260, 9000]),
      forward: random.scaled(10e6, 60e6),
      backward: 0,
      forwardSize: FULL_PACKET,
      backwardSize: ACK_IPV4,
      durationMs: random.scaled(20_000, 300_000),
    };
  }

  #download(): Talk {
    const random = this.#random;
    const quic = random.chance(0.4);
    return {
      application: 'video',
      from: this.#outsider(2000),
      to: random.one(this.#topology.hostsOf('web')),
      protocol: quic ? UDP : TCP,
      port: 443,
      forward: 0,
      backward: random.scaled(0.4e6, 4e6),
      forwardSize: quic ? 80 : ACK_IPV4,
      backwardSize: quic ? 1378 : FULL_PACKET,
      durationMs: random.scaled(5_000, 120_000),
    };
  }

  #web(): Talk {
    const random = this.#random;
    const octets = random.scaled(2e3, 400e3);
    const durationMs = random.scaled(100, 3000);
    return {
      application: 'web',
      from: this.#outsider(20_000),
      to: random.one(this.#topology.hostsOf('web')),
      protocol: TCP,
      port: random.chance(0.85) ? 443 : 80,
      forward: (octets / 12 / durationMs) * MILLISECONDS,
      backward: (octets / durationMs) * MILLISECONDS,
      forwardSize: Math.round(random.between(60, 700)),
      backwardSize: Math.round(random.between(600, FULL_PACKET)),
      durationMs,
    };
  }

  #service(): Talk {
    const random = this.#random;
    const tiers = this.#topology;
    const fromWeb = random.chance(0.5);
    const [from, to] = fromWeb
      ? this.#pair(tiers.hostsOf('web'), tiers.hostsOf('application'))
      : this.#pair(tiers.hostsOf('application'), tiers.hostsOf('database'));
    const durationMs = random.scaled(100, 2000);
    const octets = random.scaled(1e3, 300e3);
    return {
      application: fromWeb ? 'application' : 'database',
      from,
      to,
      protocol: TCP,
      port: fromWeb ? 8080 : random.one([5432, 5432, 3306, 6379]),
      forward: (octets / 8 / durationMs) * MILLISECONDS,
      backward: (octets / durationMs) * MILLISECONDS,
      forwardSize: Math.round(random.between(90, 600)),
      backwardSize: Math.round(random.between(200, FULL_PACKET)),
      durationMs,
    };
  }

  #dns(): Talk {
    const random = this.#random;
    const asking = this.#topology.hosts.filter((host) => host.role !== 'dns' && host.role !== 'storage');
    return {
      application: 'dns',
      from: random.one(asking),
      to: random.one(this.#topology.hostsOf('dns')),
      protocol: UDP,
      port: 53,
      forward: 700,
      backward: 1800,
      forwardSize: Math.round(random.between(60, 90)),
      backwardSize: Math.round(random.between(90, 400)),
      durationMs: 200,
    };
  }

  #ssh(): Talk {
    const random = this.#random;
    const bastions = this.#topology.hostsOf('bastion');
    return {
      application: 'ssh',
      from: bastions.length > 0 ? random.one(bastions) : this.#outsider(50),
      to: random.one(this.#topology.hostsOf('application')),
      protocol: TCP,
      port: 22,
      forward: random.scaled(200, 4000),
      backward: random.scaled(500, 20_000),
      forwardSize: 100,
      backwardSize: Math.round(random.between(120, 900)),
      durationMs: random.scaled(10_000, 200_000),
    };
  }

  /** Eight senders that together want a little more than the one gigabit of the backup server's port. */
  #backup(nowMs: number): void {
    if (nowMs < this.#startMs + BACKUP.firstMs + this.#backups * BACKUP.everyMs) return;
    this.#backups++;
    const to = this.#topology.hostsOf('backup')[0];
    if (!to) return;
    const senders = this.#topology.hosts.filter(
      (host) => host.role === 'database' || host.role === 'application',
    );
    const count = Math.min(8, senders.length);
    for (let sender = 0; sender < count; sender++) {
      this.#begin(
        {
          application: 'backup',
          from: senders[Math.floor((sender * senders.length) / count)]!,
          to,
          protocol: TCP,
          port: 873,
          forward: (1e9 / 8 / count) * 1.01,
          backward: 0,
          forwardSize: FULL_PACKET,
          backwardSize: ACK_IPV4,
          durationMs: BACKUP.lastsMs,
          ipv6: false,
        },
        nowMs,
      );
    }
  }

  #scan(nowMs: number): void {
    if (nowMs < this.#startMs + SCAN.firstMs + this.#scans * SCAN.everyMs) return;
    const target = this.#topology.hostsOf('web')[this.#scans % 2]!;
    this.#scans++;
    const conversation = this.#begin(
      {
        application: 'port scan',
        from: this.#topology.outsider(199, this.#random),
        to: target,
        protocol: TCP,
        port: 1,
        forward: SCAN_PACKETS_PER_SECOND * 44,
        backward: SCAN_PACKETS_PER_SECOND * 40,
        forwardSize: 44,
        backwardSize: 40,
        durationMs: SCAN.lastsMs,
        ipv6: false,
        flags: SYN_FLAGS,
      },
      nowMs,
    );
    conversation.streams[0]!.sweep = 'destination';
    conversation.streams[1]!.sweep = 'source';
    conversation.streams[1]!.tcpFlags = RESET_FLAGS;
  }

  #begin(talk: Talk, nowMs: number, application = talk.application): Conversation {
    const random = this.#random;
    const ipv6 = talk.ipv6 ?? random.chance(IPV6_SHARE);
    const clientPort = 32_768 + random.below(28_232);
    const hash = random.bits();
    const acknowledged = talk.protocol === TCP;
    const forward = paceOf(talk.forward, talk.forwardSize, acknowledged, talk.backward, talk.backwardSize);
    const backward = paceOf(talk.backward, talk.backwardSize, acknowledged, talk.forward, talk.forwardSize);
    const common = { ipv6, protocol: talk.protocol, sweep: 'none' as const, sent: 0 };
    const flags = acknowledged ? (talk.flags ?? (talk.forwardSize > 200 ? PUSH_FLAGS : ACK_FLAGS)) : 0;
    const header = ipv6 ? 20 : 0;
    const conversation: Conversation = {
      application,
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

  #pair(froms: readonly Host[], tos: readonly Host[]): [Host, Host] {
    const from = this.#random.one(froms);
    for (;;) {
      const to = this.#random.one(tos);
      if (to !== from) return [from, to];
    }
  }

  #outsider(population: number): Host {
    // Few visitors come often, many come once.
    return this.#topology.outsider(Math.floor(population * this.#random.fraction() ** 3), this.#random);
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
