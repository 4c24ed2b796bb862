/**
 * What the conversations of the made-up network are like: who talks to whom, over what, how much and for how
 * long. When they begin is in `traffic.ts`.
 */
import type { Random } from './random.ts';
import type { Host, Topology } from './topology.ts';

export const TCP = 6;
export const UDP = 17;
export const FULL_PACKET = 1500;
export const SYN_FLAGS = 0x02;
const ACK_IPV4 = 52;
const MILLISECONDS = 1000;
const SCAN_PACKETS_PER_SECOND = 2000;
const SCANNER = 199;
const BACKUP_SENDERS = 8;

/** A conversation to be: client, server, and what each sends. */
export type Talk = {
  application: string;
  from: Host;
  to: Host;
  protocol: number;
  port: number;
  /** Octets per second of IP packets from client and server; of one that sends none, its acknowledgements. */
  forward: number;
  backward: number;
  /** Octets of an IPv4 packet; IPv6 headers come on top. */
  forwardSize: number;
  backwardSize: number;
  durationMs: number;
  /** Chosen at random where not told. */
  ipv6?: boolean;
  /** TCP flags of the client's packets, where they are not the usual ones. */
  flags?: number;
};

/** Makes conversations up, each time another one. */
export class Talks {
  readonly #topology: Topology;
  readonly #random: Random;

  constructor(topology: Topology, random: Random) {
    this.#topology = topology;
    this.#random = random;
  }

  /** Elephants between the storage servers of all leaves. */
  storage(): Talk {
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

  /** Somebody outside watches something: long, and steady enough. */
  download(): Talk {
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

  /** Somebody outside loads a page. */
  web(): Talk {
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

  /** A web server asks an application server, or that one a database. */
  service(): Talk {
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

  /** A server asks for a name. */
  dns(): Talk {
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

  /** Somebody works on an application server, from a bastion host where there is one. */
  ssh(): Talk {
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

  /** Senders that together want a little more than the one gigabit of the backup server's port. */
  backup(durationMs: number): Talk[] {
    const to = this.#topology.hostsOf('backup')[0]!;
    const all = [...this.#topology.hostsOf('application'), ...this.#topology.hostsOf('database')];
    const count = Math.min(BACKUP_SENDERS, all.length);
    return Array.from({ length: count }, (_, index) => ({
      application: 'backup',
      from: all[Math.floor((index * all.length) / count)]!,
      to,
      protocol: TCP,
      port: 873,
      forward: (to.port.bitsPerSecond / 8 / count) * 1.01,
      backward: 0,
      forwardSize: FULL_PACKET,
      backwardSize: ACK_IPV4,
      durationMs,
      ipv6: false,
    }));
  }

  /** One from outside that tries every port of a web server. */
  scan(number: number, durationMs: number): Talk {
    return {
      application: 'port scan',
      from: this.#topology.outsider(SCANNER, this.#random),
      to: this.#topology.hostsOf('web')[number % 2]!,
      protocol: TCP,
      port: 1,
      forward: SCAN_PACKETS_PER_SECOND * 44,
      backward: SCAN_PACKETS_PER_SECOND * 40,
      forwardSize: 44,
      backwardSize: 40,
      durationMs,
      ipv6: false,
      flags: SYN_FLAGS,
    };
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
