/** ICMP (RFC 792), ICMPv6 (RFC 4443, neighbour discovery by RFC 4861) and IGMP (RFC 3376) for people. */
import { type Fields, hexNumber, type Names } from './fields.ts';
import type { Description } from './layer.ts';

const ICMP_TYPES: Names = {
  0: 'echo reply',
  3: 'destination unreachable',
  4: 'source quench',
  5: 'redirect',
  8: 'echo request',
  9: 'router advertisement',
  10: 'router solicitation',
  11: 'time exceeded',
  12: 'parameter problem',
  13: 'timestamp request',
  14: 'timestamp reply',
};
const UNREACHABLE_CODES: Names = {
  0: 'network',
  1: 'host',
  2: 'protocol',
  3: 'port',
  4: 'fragmentation needed',
  5: 'source route failed',
  6: 'network unknown',
  7: 'host unknown',
  9: 'network prohibited',
  10: 'host prohibited',
  13: 'prohibited by filter',
};
const ICMPV6_TYPES: Names = {
  1: 'destination unreachable',
  2: 'packet too big',
  3: 'time exceeded',
  4: 'parameter problem',
  128: 'echo request',
  129: 'echo reply',
  130: 'multicast listener query',
  131: 'multicast listener report',
  132: 'multicast listener done',
  133: 'router solicitation',
  134: 'router advertisement',
  135: 'neighbour solicitation',
  136: 'neighbour advertisement',
  137: 'redirect',
  143: 'multicast listener report, version 2',
};
const UNREACHABLE_CODES_6: Names = {
  0: 'no route',
  1: 'prohibited',
  2: 'beyond scope',
  3: 'address',
  4: 'port',
  5: 'source policy',
  6: 'reject route',
};

/** Types of ICMP and ICMPv6 that quote the packet they are about. */
const QUOTING: Readonly<Record<4 | 6, readonly number[]>> = { 4: [3, 4, 5, 11, 12], 6: [1, 2, 3, 4] };

export function quotesPacket(version: 4 | 6, type: number): boolean {
  return QUOTING[version].includes(type);
}

function icmp(fields: Fields, types: Names, unreachable: number, codes: Names): Description {
  const type = fields.number('type', 0, 1, { names: types });
  const code = fields.number('code', 1, 1, type === unreachable ? { names: codes } : {});
  fields.number('checksum', 2, 2, { text: hexNumber(4) });
  const name = types[type] ?? `type ${type}`;
  return { length: 8, summary: type === unreachable ? `${name}: ${codes[code] ?? `code ${code}`}` : name };
}

export function describeIcmp(fields: Fields): Description {
  const description = icmp(fields, ICMP_TYPES, 3, UNREACHABLE_CODES);
  const type = fields.peek(0, 1);
  if (type === 0 || type === 8) echo(fields);
  else if (type === 3 && fields.peek(1, 1) === 4) fields.number('next hop MTU', 6, 2, { unit: 'octets' });
  else if (type === 5) fields.ipv4('gateway', 4);
  return description;
}

export function describeIcmpv6(fields: Fields): Description {
  const description = icmp(fields, ICMPV6_TYPES, 1, UNREACHABLE_CODES_6);
  const type = fields.peek(0, 1);
  if (type === 128 || type === 129) echo(fields);
  else if (type === 2) fields.number('MTU', 4, 4, { unit: 'octets' });
  else if (type === 135 || type === 136) {
    const target = fields.ipv6('target', 8);
    return { length: 24, summary: `${description.summary}, ${target}` };
  }
  return description;
}

function echo(fields: Fields): void {
  fields.number('identifier', 4, 2);
  fields.number('sequence', 6, 2);
}

const IGMP_TYPES: Names = {
  17: 'membership query',
  18: 'report, version 1',
  22: 'report',
  23: 'leave',
  34: 'report, version 3',
};

export function describeIgmp(fields: Fields): Description {
  const type = fields.number('type', 0, 1, { names: IGMP_TYPES });
  fields.number('maximum response time', 1, 1, { unit: '0.1 s' });
  fields.number('checksum', 2, 2, { text: hexNumber(4) });
  const name = IGMP_TYPES[type] ?? `type ${type}`;
  if (type === 0x22) return { length: 8, summary: name };
  const group = fields.ipv4('group', 4);
  return { length: 8, summary: group === '' ? name : `${name}, ${group}` };
}
