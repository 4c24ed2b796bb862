/** Link layers and what runs straight on them, for people. The documents are those named in ../link.ts. */
import { etherTypeName } from '../../../shared/format/names.ts';
import { type Fields, flagText, hexNumber, hexText, type Names, pathText } from './fields.ts';
import type { Description } from './layer.ts';

const FIRST_ETHERTYPE = 1536;

function etherType(fields: Fields, at: number): void {
  const value = fields.peek(at, 2);
  if (value >= FIRST_ETHERTYPE || value < 0) fields.number('type', at, 2, { text: typeText });
  else fields.number('length', at, 2, { unit: 'octets' });
}

function typeText(value: number): string {
  const name = etherTypeName(value);
  const hex = hexNumber(4)(value);
  return name === hex ? hex : `${name} (${hex})`;
}

export function describeEthernet(fields: Fields): Description {
  const destination = fields.mac('destination', 0);
  const source = fields.mac('source', 6);
  etherType(fields, 12);
  return { length: 14, summary: pathText(source, destination) };
}

/** A tag from its control field on; the type in front of it belongs to what precedes. */
export function describeVlan(fields: Fields): Description {
  const priority = fields.bits('priority', 0, 2, 13, 3);
  fields.bits('drop eligible', 0, 2, 12, 1);
  const id = fields.bits('id', 0, 2, 0, 12);
  etherType(fields, 2);
  return { length: 4, summary: priority > 0 ? `${id}, priority ${priority}` : `${id}` };
}

const ACCESS_POINTS: Names = { 66: 'spanning tree', 170: 'SNAP', 254: 'OSI', 224: 'IPX', 240: 'NetBIOS' };

export function describeLlc(fields: Fields): Description {
  const destination = fields.number('destination access point', 0, 1, { names: ACCESS_POINTS });
  fields.number('source access point', 1, 1, { names: ACCESS_POINTS });
  fields.number('control', 2, 1, { text: hexNumber(2) });
  return { length: 3, summary: ACCESS_POINTS[destination] ?? hexNumber(2)(destination) };
}

export function describeSnap(fields: Fields): Description {
  const organisation = fields.number('organisation', 0, 3, { text: hexNumber(6) });
  const protocol = fields.number('protocol', 3, 2, { text: organisation === 0 ? typeText : hexNumber(4) });
  return { length: 5, summary: organisation === 0 ? typeText(protocol) : hexNumber(4)(protocol) };
}

const PPP_PROTOCOLS: Names = {
  33: 'IPv4',
  87: 'IPv6',
  641: 'MPLS',
  643: 'MPLS multicast',
  32801: 'IPCP',
  32855: 'IPV6CP',
  49185: 'LCP',
  49187: 'PAP',
  49699: 'CHAP',
};

export function describePpp(fields: Fields): Description {
  let at = 0;
  if (fields.peek(0, 2) === 0xff03) {
    fields.number('address', 0, 1, { text: hexNumber(2) });
    fields.number('control', 1, 1, { text: hexNumber(2) });
    at = 2;
  }
  const length = (fields.peek(at, 1) & 1) === 1 ? 1 : 2;
  const protocol = fields.number('protocol', at, length, { names: PPP_PROTOCOLS });
  return { length: at + length, summary: PPP_PROTOCOLS[protocol] ?? '' };
}

export function describeHdlc(fields: Fields): Description {
  fields.number('address', 0, 1, { text: hexNumber(2) });
  fields.number('control', 1, 1, { text: hexNumber(2) });
  const type = fields.number('type', 2, 2, { text: typeText });
  return { length: 4, summary: type < 0 ? '' : typeText(type) };
}

const PPPOE_CODES: Names = {
  0: 'session',
  9: 'initiation',
  7: 'offer',
  25: 'request',
  101: 'confirmation',
  167: 'termination',
};

export function describePppoe(fields: Fields): Description {
  fields.bits('version', 0, 1, 4, 4);
  fields.bits('type', 0, 1, 0, 4);
  const code = fields.number('code', 1, 1, { names: PPPOE_CODES });
  const session = fields.number('session', 2, 2);
  fields.number('length', 4, 2, { unit: 'octets' });
  if (code !== 0) return { length: 6, summary: PPPOE_CODES[code] ?? '' };
  fields.number('protocol', 6, 2, { names: PPP_PROTOCOLS });
  return { length: 8, summary: `session ${session}` };
}

const RESERVED_LABELS: Names = {
  0: 'IPv4 explicit null',
  1: 'router alert',
  2: 'IPv6 explicit null',
  3: 'implicit null',
  7: 'entropy label indicator',
  13: 'generic associated channel',
  14: 'OAM alert',
};

export function describeMpls(fields: Fields): Description {
  const labels: string[] = [];
  let at = 0;
  for (;;) {
    const entry = fields.peek(at, 4);
    if (entry < 0) {
      fields.cut = true;
      break;
    }
    const label = Math.floor(entry / 4096);
    labels.push(String(label));
    const position = at;
    fields.group(`label ${labels.length}`, position, 4, RESERVED_LABELS[label] ?? String(label), () => {
      fields.bits('label', position, 4, 12, 20, { names: RESERVED_LABELS });
      fields.bits('traffic class', position, 4, 9, 3);
      fields.bits('bottom of stack', position, 4, 8, 1);
      fields.bits('time to live', position, 4, 0, 8);
    });
    at += 4;
    if ((entry & 0x100) !== 0) break;
  }
  const shown = labels.slice(0, 8).join(', ');
  return { length: at, summary: labels.length > 8 ? `${shown} … (${labels.length} labels)` : shown };
}

export function describeBackbone(fields: Fields): Description {
  fields.bits('priority', 0, 4, 29, 3);
  const service = fields.bits('service id', 0, 4, 0, 24);
  return { length: 4, summary: `service ${service}` };
}

const ARP_OPERATIONS: Names = { 1: 'request', 2: 'reply', 3: 'reverse request', 4: 'reverse reply' };

export function describeArp(fields: Fields): Description {
  fields.number('hardware type', 0, 2, { names: { 1: 'Ethernet' } });
  fields.number('protocol type', 2, 2, { text: typeText });
  const hardware = fields.number('hardware length', 4, 1, { unit: 'octets' });
  const protocol = fields.number('protocol length', 5, 1, { unit: 'octets' });
  const operation = fields.number('operation', 6, 2, { names: ARP_OPERATIONS });
  const name = ARP_OPERATIONS[operation] ?? '';
  if (hardware < 0 || protocol < 0) return { length: 8, summary: name };
  const length = 8 + 2 * (hardware + protocol);
  if (hardware !== 6 || protocol !== 4) {
    fields.octets('addresses', 8, length - 8);
    return { length, summary: name };
  }
  const senderMac = fields.mac('sender MAC', 8);
  const sender = fields.ipv4('sender', 14);
  fields.mac('target MAC', 18);
  const target = fields.ipv4('target', 24);
  if (operation === 1)
    return {
      length,
      summary: sender === target ? `announces ${sender}` : `who has ${target}, tell ${sender}`,
    };
  return { length, summary: operation === 2 ? `${sender} is at ${senderMac}` : name };
}

const WIFI_TYPES: Names = { 0: 'management', 1: 'control', 2: 'data', 3: 'extension' };
const WIFI_FLAGS = [
  [0x01, 'to distribution'],
  [0x02, 'from distribution'],
  [0x04, 'more fragments'],
  [0x08, 'retry'],
  [0x10, 'power management'],
  [0x20, 'more data'],
  [0x40, 'protected'],
  [0x80, 'order'],
] as const;

export function describeWifi(fields: Fields): Description {
  const type = fields.bits('type', 0, 1, 2, 2, { names: WIFI_TYPES });
  const subtype = fields.bits('subtype', 0, 1, 4, 4);
  const flags = fields.number('flags', 1, 1, { text: (value) => flagText(value, WIFI_FLAGS) });
  fields.number('duration', 2, 2, { unit: 'µs' });
  const summary = WIFI_TYPES[type] ?? '';
  if (type === 1) return { length: 4, summary };
  fields.mac('address 1 (receiver)', 4);
  fields.mac('address 2 (transmitter)', 10);
  fields.mac('address 3', 16);
  fields.bits('sequence', 22, 2, 4, 12);
  let length = 24;
  if ((flags & 3) === 3) {
    fields.mac('address 4', 24);
    length = 30;
  }
  if (type === 2 && (subtype & 8) !== 0) {
    fields.number('quality of service', length, 2, { text: hexNumber(4) });
    length += (flags & 0x80) !== 0 ? 6 : 2;
  }
  return { length, summary: (flags & 0x40) !== 0 ? `${summary}, protected` : summary };
}

export function describeLocalRoute(fields: Fields): Description {
  fields.bits('virtual lane', 0, 1, 4, 4);
  fields.bits('service level', 1, 1, 4, 4);
  const destination = fields.number('destination id', 2, 2);
  fields.bits('length', 4, 2, 0, 11, { unit: 'words' });
  const source = fields.number('source id', 6, 2);
  return { length: 8, summary: `${source} → ${destination}` };
}

export function describeGlobalRoute(fields: Fields): Description {
  fields.bits('traffic class', 0, 4, 20, 8);
  fields.bits('flow label', 0, 4, 0, 20, { text: hexNumber(5) });
  fields.number('payload length', 4, 2, { unit: 'octets' });
  fields.number('next header', 6, 1);
  fields.number('hop limit', 7, 1);
  const source = fields.ipv6('source', 8);
  const destination = fields.ipv6('destination', 24);
  return { length: 40, summary: `${source} → ${destination}` };
}

const SLOW_SUBTYPES: Names = { 1: 'LACP', 2: 'marker', 3: 'OAM', 10: 'OSSP' };

export function describeSlow(fields: Fields): Description {
  const subtype = fields.number('subtype', 0, 1, { names: SLOW_SUBTYPES });
  return { length: 1, summary: SLOW_SUBTYPES[subtype] ?? '' };
}

const TREE_TYPES: Names = { 0: 'configuration', 2: 'rapid', 128: 'topology change' };

/** A bridge protocol data unit (IEEE 802.1D, 802.1Q). Times are in units of 1/256 s. */
export function describeSpanningTree(fields: Fields): Description {
  fields.number('protocol id', 0, 2);
  fields.number('version', 2, 1, { names: { 0: 'STP', 2: 'RSTP', 3: 'MSTP' } });
  const type = fields.number('type', 3, 1, { names: TREE_TYPES });
  const summary = TREE_TYPES[type] ?? '';
  if (type !== 0 && type !== 2) return { length: 4, summary };
  fields.number('flags', 4, 1, { text: hexNumber(2) });
  const root = bridge(fields, 'root', 5);
  fields.number('root path cost', 13, 4);
  bridge(fields, 'bridge', 17);
  fields.number('port id', 25, 2, { text: hexNumber(4) });
  for (const [index, name] of ['message age', 'maximum age', 'hello time', 'forward delay'].entries()) {
    fields.number(name, 27 + 2 * index, 2, { unit: 's', text: (value) => String(value / 256) });
  }
  return { length: type === 2 ? 36 : 35, summary: root === '' ? summary : `${summary}, root ${root}` };
}

function bridge(fields: Fields, name: string, at: number): string {
  if (fields.left(at) < 8) {
    fields.cut = true;
    return '';
  }
  const address = hexText(fields.octetsAt(at + 2, 6)).replaceAll(' ', ':');
  const text = `${fields.peek(at, 2)} / ${address}`;
  fields.add(name, at, 8, text, text);
  return text;
}
