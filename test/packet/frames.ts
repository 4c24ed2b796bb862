/**
 * Makes frames for tests: one function per header, innermost given last, as on the wire. Types and protocol
 * numbers follow from what is inside unless they are given; lengths and the IPv4 checksum are right unless they
 * are given wrong on purpose.
 *
 *   ethernet({ vlans: [{ id: 10 }] }, ipv4({ source: '10.0.0.1' }, tcp({ destinationPort: 443 })))
 */
import { parseIpv4, parseIpv6, parseMac } from '../../shared/format/address.ts';

type Kind = { etherType?: number; ipProtocol?: number; udpPort?: number };
const kinds = new WeakMap<Uint8Array, Kind>();

const NOTHING = new Uint8Array(0);

function kindOf(frame: Uint8Array): Kind {
  return kinds.get(frame) ?? {};
}

function marked(frame: Uint8Array, kind: Kind): Uint8Array {
  kinds.set(frame, kind);
  return frame;
}

/** All parts, one behind the other. */
export function join(...parts: readonly ArrayLike<number>[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

export function u16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

export function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)];
}

/** Octets from hexadecimal; anything that is not a digit is passed over. */
export function hex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replace(/[^0-9a-f]/gi, '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

function mac(text: string): Uint8Array {
  return parseMac(text)!;
}

function ipv4Address(text: string): number[] {
  return u32(parseIpv4(text)!);
}

/** The ones' complement sum of RFC 1071. */
export function checksum(octets: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < octets.length; i += 2) sum += (octets[i]! << 8) | (octets[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export type VlanTag = { id: number; priority?: number; tpid?: number };

export function ethernet(
  options: { source?: string; destination?: string; vlans?: readonly VlanTag[]; type?: number } = {},
  payload: Uint8Array = NOTHING,
): Uint8Array {
  const tags = (options.vlans ?? []).flatMap(({ id, priority = 0, tpid = 0x8100 }) => [
    ...u16(tpid),
    ...u16((priority << 13) | id),
  ]);
  return marked(
    join(
      mac(options.destination ?? '02:00:00:00:00:02'),
      mac(options.source ?? '02:00:00:00:00:01'),
      tags,
      u16(options.type ?? kindOf(payload).etherType ?? 0x88b5),
      payload,
    ),
    { etherType: 0x6558, ipProtocol: 143 },
  );
}

/** 802.3 with LLC; SNAP where an organisation is given. */
export function llc(
  options: {
    accessPoints?: number;
    control?: number;
    organisation?: number;
    protocol?: number;
    length?: number;
  } = {},
  payload: Uint8Array = NOTHING,
): Uint8Array {
  const snap =
    options.organisation === undefined
      ? []
      : [
          ...u32((options.organisation << 8) >>> 0).slice(0, 3),
          ...u16(options.protocol ?? kindOf(payload).etherType ?? 0),
        ];
  const accessPoints = options.accessPoints ?? (options.organisation === undefined ? 0x4242 : 0xaaaa);
  const frame = join(u16(accessPoints), [options.control ?? 3], snap, payload);
  return marked(frame, { etherType: options.length ?? frame.length });
}

export function arp(options: { operation?: number; sender?: string; target?: string } = {}): Uint8Array {
  return marked(
    join(
      u16(1),
      u16(0x0800),
      [6, 4],
      u16(options.operation ?? 1),
      mac('02:00:00:00:00:01'),
      ipv4Address(options.sender ?? '10.0.0.1'),
      mac('00:00:00:00:00:00'),
      ipv4Address(options.target ?? '10.0.0.2'),
    ),
    { etherType: 0x0806 },
  );
}

/** Labels outermost first; the bottom bit stands on the last. */
export function mpls(labels: readonly number[], payload: Uint8Array = NOTHING): Uint8Array {
  const entries = labels.flatMap((label, index) =>
    u32(((label << 12) | (index === labels.length - 1 ? 0x100 : 0) | 64) >>> 0),
  );
  return marked(join(entries, payload), { etherType: 0x8847, ipProtocol: 137, udpPort: 6635 });
}

export function ppp(
  payload: Uint8Array,
  options: { protocol?: number; addressControl?: boolean; short?: boolean } = {},
): Uint8Array {
  const byType = { 2048: 0x0021, 34525: 0x0057, 34887: 0x0281 }[kindOf(payload).etherType ?? 0];
  const protocol = options.protocol ?? byType ?? 0xc021;
  return marked(
    join(options.addressControl ? [0xff, 0x03] : [], options.short ? [protocol] : u16(protocol), payload),
    { etherType: 0x880b },
  );
}

export function pppoe(payload: Uint8Array, options: { code?: number; session?: number } = {}): Uint8Array {
  return marked(join([0x11, options.code ?? 0], u16(options.session ?? 1), u16(payload.length), payload), {
    etherType: (options.code ?? 0) === 0 ? 0x8864 : 0x8863,
  });
}

export type Ipv4Options = {
  source?: string;
  destination?: string;
  protocol?: number;
  tos?: number;
  ttl?: number;
  id?: number;
  /** The three flag bits: 2 is DF, 1 MF. */
  flags?: number;
  /** In units of eight octets. */
  fragmentOffset?: number;
  options?: Uint8Array;
  /** To lie with. */
  headerWords?: number;
  totalLength?: number;
};

export function ipv4(options: Ipv4Options = {}, payload: Uint8Array = NOTHING): Uint8Array {
  const extra = options.options ?? NOTHING;
  const header = join(
    [0x40 | ((options.headerWords ?? 5 + extra.length / 4) & 15), options.tos ?? 0],
    u16(options.totalLength ?? 20 + extra.length + payload.length),
    u16(options.id ?? 0),
    u16(((options.flags ?? 0) << 13) | (options.fragmentOffset ?? 0)),
    [options.ttl ?? 64, options.protocol ?? kindOf(payload).ipProtocol ?? 253],
    u16(0),
    ipv4Address(options.source ?? '10.0.0.1'),
    ipv4Address(options.destination ?? '10.0.0.2'),
    extra,
  );
  header.set(u16(checksum(header)), 10);
  return marked(join(header, payload), { etherType: 0x0800, ipProtocol: 4 });
}

export type Ipv6Options = {
  source?: string;
  destination?: string;
  nextHeader?: number;
  trafficClass?: number;
  flowLabel?: number;
  hopLimit?: number;
  payloadLength?: number;
};

export function ipv6(options: Ipv6Options = {}, payload: Uint8Array = NOTHING): Uint8Array {
  return marked(
    join(
      u32(((6 << 28) | ((options.trafficClass ?? 0) << 20) | (options.flowLabel ?? 0)) >>> 0),
      u16(options.payloadLength ?? payload.length),
      [options.nextHeader ?? kindOf(payload).ipProtocol ?? 253, options.hopLimit ?? 64],
      parseIpv6(options.source ?? '2001:db8::1')!,
      parseIpv6(options.destination ?? '2001:db8::2')!,
      payload,
    ),
    { etherType: 0x86dd, ipProtocol: 41 },
  );
}

/** An IPv6 extension header of 8 + 8 × `units` octets; `type` is its own number (0, 43, 60 …). */
export function extension(
  type: number,
  payload: Uint8Array,
  options: { units?: number; next?: number } = {},
): Uint8Array {
  const units = options.units ?? 0;
  const header = new Uint8Array(8 + 8 * units);
  header[0] = options.next ?? kindOf(payload).ipProtocol ?? 253;
  header[1] = units;
  return marked(join(header, payload), { ipProtocol: type });
}

/** An IPv6 fragment header. */
export function fragment(
  options: { offset?: number; more?: boolean; next?: number } = {},
  payload: Uint8Array = NOTHING,
): Uint8Array {
  return marked(
    join(
      [options.next ?? kindOf(payload).ipProtocol ?? 253, 0],
      u16(((options.offset ?? 0) << 3) | (options.more ? 1 : 0)),
      u32(77),
      payload,
    ),
    { ipProtocol: 44 },
  );
}

/** AH with a check value of 12 octets. */
export function authentication(payload: Uint8Array, options: { next?: number } = {}): Uint8Array {
  return marked(
    join(
      [options.next ?? kindOf(payload).ipProtocol ?? 253, 4, 0, 0],
      u32(0x1000),
      u32(1),
      new Uint8Array(12),
      payload,
    ),
    { ipProtocol: 51 },
  );
}

export function esp(): Uint8Array {
  return marked(join(u32(0x2000), u32(7), new Uint8Array(24).fill(0xe5)), { ipProtocol: 50 });
}

export type TcpOptions = {
  sourcePort?: number;
  destinationPort?: number;
  sequence?: number;
  acknowledgement?: number;
  /** Nine bits, NS highest. */
  flags?: number;
  window?: number;
  options?: Uint8Array;
  /** To lie with. */
  dataOffsetWords?: number;
};

export function tcp(options: TcpOptions = {}, payload: Uint8Array = NOTHING): Uint8Array {
  const extra = options.options ?? NOTHING;
  return marked(
    join(
      u16(options.sourcePort ?? 40268),
      u16(options.destinationPort ?? 5001),
      u32(options.sequence ?? 1),
      u32(options.acknowledgement ?? 2),
      u16((((options.dataOffsetWords ?? 5 + extra.length / 4) & 15) << 12) | (options.flags ?? 0x10)),
      u16(options.window ?? 1024),
      u16(0),
      u16(0),
      extra,
      payload,
    ),
    { ipProtocol: 6 },
  );
}

export function udp(
  options: { sourcePort?: number; destinationPort?: number; length?: number } = {},
  payload: Uint8Array = NOTHING,
): Uint8Array {
  return marked(
    join(
      u16(options.sourcePort ?? 50000),
      u16(options.destinationPort ?? kindOf(payload).udpPort ?? 9),
      u16(options.length ?? 8 + payload.length),
      u16(0),
      payload,
    ),
    { ipProtocol: 17 },
  );
}

export function udpLite(
  options: { sourcePort?: number; destinationPort?: number } = {},
  payload: Uint8Array = NOTHING,
): Uint8Array {
  return marked(
    join(u16(options.sourcePort ?? 50000), u16(options.destinationPort ?? 9), u16(8), u16(0), payload),
    {
      ipProtocol: 136,
    },
  );
}

export function sctp(
  options: { sourcePort?: number; destinationPort?: number } = {},
  payload: Uint8Array = NOTHING,
): Uint8Array {
  return marked(
    join(u16(options.sourcePort ?? 36412), u16(options.destinationPort ?? 36412), u32(1), u32(0), payload),
    {
      ipProtocol: 132,
    },
  );
}

export function dccp(
  options: { sourcePort?: number; destinationPort?: number } = {},
  payload: Uint8Array = NOTHING,
): Uint8Array {
  return marked(
    join(
      u16(options.sourcePort ?? 5004),
      u16(options.destinationPort ?? 5005),
      [4, 0],
      u16(0),
      [5, 0],
      u16(1),
      u32(0),
      payload,
    ),
    { ipProtocol: 33 },
  );
}

export function icmp(
  options: { type?: number; code?: number; rest?: number } = {},
  payload: Uint8Array = NOTHING,
): Uint8Array {
  return marked(
    join([options.type ?? 8, options.code ?? 0], u16(0), u32(options.rest ?? 0x00010002), payload),
    {
      ipProtocol: 1,
    },
  );
}

export function icmpv6(
  options: { type?: number; code?: number; rest?: number } = {},
  payload: Uint8Array = NOTHING,
): Uint8Array {
  return marked(icmp({ type: 128, ...options }, payload), { ipProtocol: 58 });
}

export function igmp(): Uint8Array {
  return marked(join([0x16, 0], u16(0), ipv4Address('239.1.2.3')), { ipProtocol: 2 });
}

export function gre(
  payload: Uint8Array,
  options: { key?: number; sequence?: number; checksum?: boolean; protocol?: number; version?: number } = {},
): Uint8Array {
  const flags =
    (options.checksum ? 0x8000 : 0) |
    (options.key === undefined ? 0 : 0x2000) |
    (options.sequence === undefined ? 0 : 0x1000) |
    (options.version ?? 0);
  return marked(
    join(
      u16(flags),
      u16(options.protocol ?? kindOf(payload).etherType ?? 0),
      options.checksum ? u32(0) : [],
      options.key === undefined ? [] : u32(options.key),
      options.sequence === undefined ? [] : u32(options.sequence),
      payload,
    ),
    { ipProtocol: 47 },
  );
}

/** ERSPAN type II inside GRE. */
export function erspan(payload: Uint8Array): Uint8Array {
  return gre(join(u16(0x1000), u16(0), u32(0), payload), { sequence: 1, protocol: 0x88be });
}

export function vxlan(vni: number, payload: Uint8Array = NOTHING, flags = 0x08): Uint8Array {
  return marked(join(u32((flags << 24) >>> 0), u32((vni << 8) >>> 0), payload), { udpPort: 4789 });
}

export function vxlanGpe(vni: number, payload: Uint8Array = NOTHING, next?: number): Uint8Array {
  const byType = { 2048: 1, 34525: 2, 25944: 3, 35151: 4, 34887: 5 }[kindOf(payload).etherType ?? 0] ?? 3;
  return marked(join([0x0c, 0, 0, next ?? byType], u32((vni << 8) >>> 0), payload), { udpPort: 4790 });
}

/** `options` in octets, a multiple of four. */
export function geneve(
  vni: number,
  payload: Uint8Array = NOTHING,
  options: Uint8Array = NOTHING,
): Uint8Array {
  return marked(
    join(
      [options.length / 4, 0],
      u16(kindOf(payload).etherType ?? 0x6558),
      u32((vni << 8) >>> 0),
      options,
      payload,
    ),
    { udpPort: 6081 },
  );
}

export function nsh(payload: Uint8Array, next: number): Uint8Array {
  return marked(join(u16(0x0fc2), [1, next], u32(0x0001_01ff), payload), { etherType: 0x894f });
}

/** GTP-U user data; `extensions` puts a PDU session container before the packet, as 5G does. */
export function gtpUser(
  teid: number,
  payload: Uint8Array,
  options: { extensions?: boolean } = {},
): Uint8Array {
  const optional = options.extensions ? join([0, 0, 0, 0x85], [1, 0x10, 9, 0]) : NOTHING;
  return marked(
    join(
      [options.extensions ? 0x34 : 0x30, 255],
      u16(optional.length + payload.length),
      u32(teid),
      optional,
      payload,
    ),
    { udpPort: 2152 },
  );
}

export function l2tpV3(session: number, payload: Uint8Array, cookie: Uint8Array = NOTHING): Uint8Array {
  return marked(join(u32(session), cookie, payload), { ipProtocol: 115 });
}

export function l2tp(
  payload: Uint8Array,
  options: { length?: boolean; sequence?: boolean; offset?: number } = {},
): Uint8Array {
  const flags =
    (options.length ? 0x4000 : 0) |
    (options.sequence ? 0x0800 : 0) |
    (options.offset === undefined ? 0 : 0x0200) |
    2;
  return marked(
    join(
      u16(flags),
      options.length ? u16(0) : [],
      u16(1),
      u16(2),
      options.sequence ? u32(0) : [],
      options.offset === undefined ? [] : join(u16(options.offset), new Uint8Array(options.offset)),
      payload,
    ),
    { udpPort: 1701 },
  );
}

export function etherIp(payload: Uint8Array): Uint8Array {
  return marked(join([0x30, 0], payload), { ipProtocol: 97 });
}

/** 802.1ah: the service instance and the customer's frame. */
export function backbone(serviceId: number, payload: Uint8Array): Uint8Array {
  return marked(join(u32(serviceId), payload), { etherType: 0x88e7 });
}

/** InfiniBand base transport header. */
export function baseTransport(
  options: { opcode?: number; queuePair?: number; sequence?: number } = {},
  payload: Uint8Array = NOTHING,
): Uint8Array {
  return marked(
    join(
      [options.opcode ?? 0x04, 0x40],
      u16(0xffff),
      u32(options.queuePair ?? 0x12),
      u32(options.sequence ?? 0x345),
      payload,
    ),
    { udpPort: 4791 },
  );
}

/** InfiniBand global route header, as RoCE v1 has it. */
export function globalRoute(payload: Uint8Array): Uint8Array {
  return marked(
    join(
      u32(0x6000_0000),
      u16(payload.length),
      [27, 1],
      parseIpv6('fe80::1')!,
      parseIpv6('fe80::2')!,
      payload,
    ),
    { etherType: 0x8915 },
  );
}

/** A DNS message with one question and, for a response, `answers` as given. */
export function dns(
  options: {
    name?: string;
    response?: boolean;
    type?: number;
    answers?: Uint8Array;
    answerCount?: number;
  } = {},
): Uint8Array {
  const labels = (options.name ?? 'www.example.com')
    .split('.')
    .flatMap((label) => [label.length, ...new TextEncoder().encode(label)]);
  return marked(
    join(
      u16(0x1234),
      u16(options.response ? 0x8180 : 0x0100),
      u16(1),
      u16(options.answerCount ?? 0),
      u16(0),
      u16(0),
      labels,
      [0],
      u16(options.type ?? 1),
      u16(1),
      options.answers ?? NOTHING,
    ),
    { udpPort: 53 },
  );
}

/** An LLDP frame's payload from type and value of each element. */
export function lldp(elements: readonly (readonly [type: number, value: Uint8Array])[]): Uint8Array {
  const parts = elements.map(([type, value]) => join(u16((type << 9) | value.length), value));
  return marked(join(...parts, u16(0)), { etherType: 0x88cc });
}

/** A data frame of 802.11 from an access point to a station, with LLC and SNAP inside. */
export function wifi(
  payload: Uint8Array,
  options: {
    toDistribution?: boolean;
    fromDistribution?: boolean;
    quality?: boolean;
    encrypted?: boolean;
  } = {},
): Uint8Array {
  const { toDistribution = false, fromDistribution = true, quality = true, encrypted = false } = options;
  const direction = (toDistribution ? 1 : 0) | (fromDistribution ? 2 : 0) | (encrypted ? 0x40 : 0);
  return join(
    [quality ? 0x88 : 0x08, direction],
    u16(0),
    mac('02:00:00:00:00:0a'),
    mac('02:00:00:00:00:0b'),
    mac('02:00:00:00:00:0c'),
    u16(0),
    toDistribution && fromDistribution ? mac('02:00:00:00:00:0d') : [],
    quality ? u16(0) : [],
    payload,
  );
}
