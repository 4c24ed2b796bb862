/**
 * The made-up network: two spines, leaves with eight hosts each, a way to the internet at the first two leaves.
 * It knows where everything is plugged in and which way a packet takes; what is sent is in `traffic.ts`.
 * Addresses outside are those set aside for documentation (RFC 5737, RFC 3849).
 */
import { parseIpv6 } from '../../shared/format/address.ts';
import type { Random } from './random.ts';

const GIGABIT = 1e9;
const SPINES = 2;
export const LEAST_SWITCHES = 4;
/** What the address plan has room for. */
export const MOST_SWITCHES = 100;
export const HOSTS_PER_LEAF = 8;
const UPLINK_PORT = 49;
const INTERNET_PORT = 48;
const STORAGE_VLAN = 300;
/** Preamble and gap between frames, which fill the wire and are in no octet counter. */
const WIRE_OVERHEAD_SHARE = 0.987;

/** One port with its counters and its sampler. Octets are those of whole frames, check sequence included. */
export class Port {
  readonly ifIndex: number;
  readonly name: string;
  readonly bitsPerSecond: number;
  inOctets = 0;
  inPackets = 0;
  outOctets = 0;
  outPackets = 0;
  outDiscards = 0;
  /** What is to leave by this port in the step at hand; beyond its capacity it is discarded. */
  offeredOctets = 0;
  /** Packets until the next sample, packets seen, and samples taken: those of the port's data source. */
  skip = 1;
  pool = 0;
  flowSequence = 0;
  counterSequence = 0;
  nextPollMs = 0;

  constructor(ifIndex: number, name: string, bitsPerSecond: number) {
    this.ifIndex = ifIndex;
    this.name = name;
    this.bitsPerSecond = bitsPerSecond;
  }

  /** Octets of frames that the wire takes in a time. */
  capacityOctets(milliseconds: number): number {
    return ((this.bitsPerSecond / 8) * WIRE_OVERHEAD_SHARE * milliseconds) / 1000;
  }
}

export class Switch {
  readonly name: string;
  readonly agent: string;
  readonly address: Uint8Array;
  readonly mac: Uint8Array;
  readonly ports: Port[] = [];

  constructor(name: string, address: Uint8Array, mac: Uint8Array) {
    this.name = name;
    this.address = address;
    this.agent = address.join('.');
    this.mac = mac;
  }

  addPort(ifIndex: number, bitsPerSecond: number): Port {
    const port = new Port(ifIndex, `swp${ifIndex}`, bitsPerSecond);
    this.ports.push(port);
    return port;
  }
}

export type HostRole =
  | 'web'
  | 'application'
  | 'database'
  | 'storage'
  | 'dns'
  | 'backup'
  | 'bastion'
  | 'outside';

/** Whoever sends and receives: a server behind a leaf, or a computer out there behind the internet port. */
export type Host = {
  role: HostRole;
  leaf: Switch;
  leafIndex: number;
  port: Port;
  mac: Uint8Array;
  ipv4: Uint8Array;
  ipv6: Uint8Array;
  /** 0: none, as on the internet port. */
  vlan: number;
  /** Its frames carry the VLAN tag. */
  tagged: boolean;
  /** TTL of its packets as they reach the leaf. */
  ttl: number;
};

/** A packet on its way through one switch, as the switch sees it come in. */
export type Hop = {
  node: Switch;
  input: Port;
  output: Port;
  sourceMac: Uint8Array;
  destinationMac: Uint8Array;
  /** Tag of the frame as it comes in; 0 untagged. */
  tag: number;
  /** VLANs that the switch forwards between; 0 where the port is routed. */
  inputVlan: number;
  outputVlan: number;
  /** Octets of the tag, where there is one, coming in and going out. */
  inputTagOctets: number;
  outputTagOctets: number;
  /** How often the TTL was lowered before. */
  routedBefore: number;
};

export class Topology {
  readonly spines: Switch[] = [];
  readonly leaves: Switch[] = [];
  readonly hosts: Host[] = [];
  readonly #hostsByRole = new Map<HostRole, Host[]>();
  readonly #uplinks: { leafPort: Port; spinePort: Port }[][] = [];
  readonly #internet: { port: Port; mac: Uint8Array }[] = [];

  /** `switches` in all, 4 to 100: two spines and the rest leaves. A RangeError for another number. */
  constructor(switches: number) {
    if (!Number.isInteger(switches) || switches < LEAST_SWITCHES || switches > MOST_SWITCHES) {
      throw new RangeError(
        `The sample network has ${LEAST_SWITCHES} to ${MOST_SWITCHES} switches, not ${switches}.`,
      );
    }
    for (let spine = 0; spine < SPINES; spine++) {
      const address = Uint8Array.of(10, 20, 0, 1 + spine);
      this.spines.push(new Switch(`spine${spine + 1}`, address, mac(1, spine, 0)));
    }
    for (let leaf = 0; leaf < switches - SPINES; leaf++) this.#addLeaf(leaf);
    for (const host of this.hosts) {
      const alike = this.#hostsByRole.get(host.role);
      if (alike) alike.push(host);
      else this.#hostsByRole.set(host.role, [host]);
    }
  }

  get switches(): Switch[] {
    return [...this.spines, ...this.leaves];
  }

  /** The hosts of a role, in the order of the leaves. */
  hostsOf(role: HostRole): readonly Host[] {
    return this.#hostsByRole.get(role) ?? [];
  }

  /** A computer outside; the same number gives the same addresses and the same way in. */
  outsider(number: number, random: Random): Host {
    const side = number % this.#internet.length;
    const { port, mac: routerMac } = this.#internet[side]!;
    const net = [
      [198, 51, 100],
      [203, 0, 113],
      [192, 0, 2],
    ][number % 3]!;
    const ipv6 = parseIpv6(`2001:db8:${(number % 0xfff).toString(16)}::${(number + 1).toString(16)}`);
    return {
      role: 'outside',
      leaf: this.leaves[side]!,
      leafIndex: side,
      port,
      mac: routerMac,
      ipv4: Uint8Array.of(...net, 1 + (Math.floor(number / 3) % 254)),
      ipv6: ipv6 ?? new Uint8Array(16),
      vlan: 0,
      tagged: false,
      ttl: 64 - 6 - random.below(12),
    };
  }

  /** The way from one host to another; `hash` chooses among the spines, one for all packets of a flow. */
  path(from: Host, to: Host, hash: number): Hop[] {
    const base = {
      sourceMac: from.mac,
      tag: from.tagged ? from.vlan : 0,
      inputVlan: from.vlan,
      inputTagOctets: from.tagged ? 4 : 0,
      routedBefore: 0,
    };
    const arrival = { outputVlan: to.vlan, outputTagOctets: to.tagged ? 4 : 0 };
    if (from.leaf === to.leaf) {
      const switched = from.vlan !== 0 && from.vlan === to.vlan;
      const destinationMac = switched ? to.mac : from.leaf.mac;
      return [{ ...base, ...arrival, node: from.leaf, input: from.port, output: to.port, destinationMac }];
    }
    const spine = hash % SPINES;
    const up = this.#uplinks[from.leafIndex]![spine]!;
    const down = this.#uplinks[to.leafIndex]![spine]!;
    const spineSwitch = this.spines[spine]!;
    const routed = { tag: 0, inputVlan: 0, inputTagOctets: 0 };
    return [
      {
        ...base,
        node: from.leaf,
        input: from.port,
        output: up.leafPort,
        destinationMac: from.leaf.mac,
        outputVlan: 0,
        outputTagOctets: 0,
      },
      {
        ...routed,
        node: spineSwitch,
        input: up.spinePort,
        output: down.spinePort,
        sourceMac: from.leaf.mac,
        destinationMac: spineSwitch.mac,
        outputVlan: 0,
        outputTagOctets: 0,
        routedBefore: 1,
      },
      {
        ...routed,
        ...arrival,
        node: to.leaf,
        input: down.leafPort,
        output: to.port,
        sourceMac: spineSwitch.mac,
        destinationMac: to.leaf.mac,
        routedBefore: 2,
      },
    ];
  }

  #addLeaf(leaf: number): void {
    const node = new Switch(`leaf${leaf + 1}`, Uint8Array.of(10, 20, 0, 11 + leaf), mac(2, leaf, 0));
    this.leaves.push(node);
    for (let number = 0; number < HOSTS_PER_LEAF; number++) {
      const role = roleOf(leaf, number);
      const storage = role === 'storage';
      const port = node.addPort(number + 1, role === 'backup' ? GIGABIT : 10 * GIGABIT);
      this.hosts.push({
        role,
        leaf: node,
        leafIndex: leaf,
        port,
        mac: mac(3, leaf, number),
        ipv4: Uint8Array.of(10, 20, storage ? 110 + leaf : 10 + leaf, 11 + number),
        ipv6: parseIpv6(`2001:db8:20:${(leaf + 1).toString(16)}::${number + 11}`) ?? new Uint8Array(16),
        vlan: storage ? STORAGE_VLAN : 100 + leaf,
        tagged: storage,
        ttl: role === 'bastion' ? 128 : 64,
      });
    }
    if (leaf < 2) {
      this.#internet.push({ port: node.addPort(INTERNET_PORT, 10 * GIGABIT), mac: mac(4, leaf, 0) });
    }
    this.#uplinks.push(
      this.spines.map((spine, index) => ({
        leafPort: node.addPort(UPLINK_PORT + index, 40 * GIGABIT),
        spinePort: spine.addPort(leaf + 1, 40 * GIGABIT),
      })),
    );
  }
}

function roleOf(leaf: number, number: number): HostRole {
  if (number < 2) return 'web';
  if (number < 4) return 'application';
  if (number === 4) return 'database';
  if (number < 7) return 'storage';
  if (leaf === 0) return 'dns';
  return leaf === 1 ? 'backup' : 'bastion';
}

/** Locally administered: kind of device, then its number. */
function mac(kind: number, first: number, second: number): Uint8Array {
  return Uint8Array.of(0x02, 0x57, kind, first >> 8, first & 255, second);
}
