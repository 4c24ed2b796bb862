/** TCP, UDP, SCTP, DCCP, ICMP, IGMP and the InfiniBand base transport, for people. Documents: see ../transport.ts. */
import { serviceName } from '../../../shared/format/names.ts';
import { type Fields, flagText, hexNumber, type Names } from './fields.ts';
import type { Description } from './layer.ts';

/** The two ports; returns '40265 → 5001', with service names where they are known. */
function ports(fields: Fields, protocol: number): string {
  const text = (port: number) => {
    const name = serviceName(protocol, port);
    return name === '' ? String(port) : `${name} (${port})`;
  };
  const source = fields.number('source port', 0, 2, { text });
  const destination = fields.number('destination port', 2, 2, { text });
  return source < 0 || destination < 0 ? '' : `${source} → ${destination}`;
}

const TCP_FLAGS = [
  [0x100, 'NS'],
  [0x080, 'CWR'],
  [0x040, 'ECE'],
  [0x020, 'URG'],
  [0x010, 'ACK'],
  [0x008, 'PSH'],
  [0x004, 'RST'],
  [0x002, 'SYN'],
  [0x001, 'FIN'],
] as const;

export function describeTcp(fields: Fields): Description {
  const path = ports(fields, 6);
  fields.number('sequence', 4, 4);
  fields.number('acknowledgement', 8, 4);
  const words = fields.bits('header length', 12, 1, 4, 4, {
    unit: 'octets',
    text: (value) => String(value * 4),
  });
  const flags = fields.bits('flags', 12, 2, 0, 9, { text: (value) => flagText(value, TCP_FLAGS) });
  fields.number('window', 14, 2, { unit: 'octets' });
  fields.number('checksum', 16, 2, { text: hexNumber(4) });
  fields.number('urgent pointer', 18, 2);
  const length = Math.max(20, words * 4);
  if (words * 4 > 20) tcpOptions(fields, 20, Math.min(length, 20 + fields.left(20)));
  return { length, summary: flags < 0 ? path : `${path}, ${flagText(flags, TCP_FLAGS)}` };
}

const TCP_OPTIONS: Names = {
  2: 'maximum segment size',
  3: 'window scale',
  4: 'selective acknowledgements permitted',
  5: 'selective acknowledgements',
  8: 'timestamps',
  28: 'user timeout',
  29: 'authentication',
  30: 'multipath',
  34: 'fast open',
};

/** Kind 0 ends, kind 1 is one octet, all others have a length, which covers kind and length. */
function tcpOptions(fields: Fields, from: number, to: number): void {
  fields.group('options', from, to - from, `${to - from} octets`, () => {
    for (let at = from; at < to; ) {
      const kind = fields.peek(at, 1);
      if (kind === 0) {
        fields.add('end of options', at, 1, 0, '');
        return;
      }
      if (kind === 1) {
        at++;
        continue;
      }
      const length = fields.peek(at + 1, 1);
      if (length < 2 || at + length > to) {
        fields.octets('damaged option', at, to - at);
        return;
      }
      tcpOption(fields, kind, at, length);
      at += length;
    }
  });
}

function tcpOption(fields: Fields, kind: number, at: number, length: number): void {
  const name = TCP_OPTIONS[kind] ?? `option ${kind}`;
  if (kind === 2 && length === 4)
    fields.add(name, at, length, fields.peek(at + 2, 2), String(fields.peek(at + 2, 2)), 'octets');
  else if (kind === 3 && length === 3) {
    const shift = fields.peek(at + 2, 1);
    fields.add(name, at, length, shift, `× ${2 ** Math.min(14, shift)}`);
  } else if (kind === 8 && length === 10) {
    const text = `${fields.peek(at + 2, 4)}, echo ${fields.peek(at + 6, 4)}`;
    fields.add(name, at, length, text, text);
  } else if (kind === 5 && length % 8 === 2) {
    const blocks: string[] = [];
    for (let block = at + 2; block < at + length; block += 8) {
      blocks.push(`${fields.peek(block, 4)}–${fields.peek(block + 4, 4)}`);
    }
    fields.add(name, at, length, blocks.join(', '), blocks.join(', '));
  } else if (length === 2) fields.add(name, at, length, kind, 'yes');
  else fields.octets(name, at, length);
}

export function describeUdp(fields: Fields): Description {
  const summary = ports(fields, 17);
  fields.number('length', 4, 2, { unit: 'octets' });
  fields.number('checksum', 6, 2, { text: hexNumber(4) });
  return { length: 8, summary };
}

export function describeUdpLite(fields: Fields): Description {
  const summary = ports(fields, 136);
  fields.number('checksum coverage', 4, 2, { unit: 'octets' });
  fields.number('checksum', 6, 2, { text: hexNumber(4) });
  return { length: 8, summary };
}

const SCTP_CHUNKS: Names = {
  0: 'DATA',
  1: 'INIT',
  2: 'INIT ACK',
  3: 'SACK',
  4: 'HEARTBEAT',
  5: 'HEARTBEAT ACK',
  6: 'ABORT',
  7: 'SHUTDOWN',
  8: 'SHUTDOWN ACK',
  9: 'ERROR',
  10: 'COOKIE ECHO',
  11: 'COOKIE ACK',
  14: 'SHUTDOWN COMPLETE',
};

export function describeSctp(fields: Fields): Description {
  const path = ports(fields, 132);
  fields.number('verification tag', 4, 4, { text: hexNumber(8) });
  fields.number('checksum', 8, 4, { text: hexNumber(8) });
  if (fields.left(12) < 1) return { length: 12, summary: path };
  const chunk = fields.number('first chunk', 12, 1, { names: SCTP_CHUNKS });
  return { length: 12, summary: `${path}, ${SCTP_CHUNKS[chunk] ?? `chunk ${chunk}`}` };
}

const DCCP_TYPES: Names = {
  0: 'request',
  1: 'response',
  2: 'data',
  3: 'ack',
  4: 'data and ack',
  5: 'close request',
  6: 'close',
  7: 'reset',
};

export function describeDccp(fields: Fields): Description {
  const summary = ports(fields, 33);
  const words = fields.number('header length', 4, 1, { unit: 'octets', text: (value) => String(value * 4) });
  fields.bits('type', 8, 1, 1, 4, { names: DCCP_TYPES });
  return { length: Math.max(12, words * 4), summary };
}

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

/** Operations of a base transport header, by the low five bits of the opcode. */
const OPERATIONS: Names = {
  0: 'SEND first',
  1: 'SEND middle',
  2: 'SEND last',
  3: 'SEND last with immediate',
  4: 'SEND only',
  5: 'SEND only with immediate',
  6: 'RDMA WRITE first',
  7: 'RDMA WRITE middle',
  8: 'RDMA WRITE last',
  9: 'RDMA WRITE last with immediate',
  10: 'RDMA WRITE only',
  11: 'RDMA WRITE only with immediate',
  12: 'RDMA READ request',
  13: 'RDMA READ response first',
  14: 'RDMA READ response middle',
  15: 'RDMA READ response last',
  16: 'RDMA READ response only',
  17: 'acknowledge',
  18: 'ATOMIC acknowledge',
  19: 'compare and swap',
  20: 'fetch and add',
};
const TRANSPORTS: Names = { 0: 'RC', 1: 'UC', 2: 'RD', 3: 'UD', 5: 'XRC' };
const CONGESTION_NOTIFICATION = 0x81;
const WITH_RDMA_HEADER = [6, 10, 11, 12];
const WITH_ACKNOWLEDGEMENT = [13, 15, 16, 17, 18];

function opcodeText(opcode: number): string {
  if (opcode === CONGESTION_NOTIFICATION) return 'congestion notification';
  const transport = TRANSPORTS[opcode >>> 5];
  const operation = OPERATIONS[opcode & 31];
  return transport && operation ? `${transport} ${operation}` : hexNumber(2)(opcode);
}

export function describeBaseTransport(fields: Fields): Description {
  const opcode = fields.number('opcode', 0, 1, { text: opcodeText });
  fields.bits('solicited event', 1, 1, 7, 1);
  fields.bits('migration', 1, 1, 6, 1);
  fields.bits('pad count', 1, 1, 4, 2);
  fields.number('partition key', 2, 2, { text: hexNumber(4) });
  const queuePair = fields.number('destination queue pair', 5, 3, { text: hexNumber(6) });
  fields.bits('acknowledge request', 8, 1, 7, 1);
  fields.number('packet sequence', 9, 3);
  const summary = `${opcodeText(opcode)}, queue pair ${hexNumber(6)(queuePair)}`;
  const reliable = opcode >>> 5 === 0 || opcode >>> 5 === 5;
  const operation = opcode & 31;
  if (reliable && WITH_RDMA_HEADER.includes(operation)) {
    fields.octets('virtual address', 12, 8);
    fields.number('remote key', 20, 4, { text: hexNumber(8) });
    fields.number('DMA length', 24, 4, { unit: 'octets' });
    return { length: 28, summary };
  }
  if (reliable && WITH_ACKNOWLEDGEMENT.includes(operation)) {
    fields.number('syndrome', 12, 1, { text: syndromeText });
    fields.number('message sequence', 13, 3);
    return { length: 16, summary };
  }
  return { length: 12, summary };
}

/** What an acknowledgement says: bits 6 and 5 of the syndrome. */
function syndromeText(syndrome: number): string {
  const kind = (syndrome >>> 5) & 3;
  if (kind === 0) return `ACK (${syndrome})`;
  if (kind === 1) return `receiver not ready (${syndrome})`;
  return kind === 3 ? `NAK (${syndrome})` : String(syndrome);
}
