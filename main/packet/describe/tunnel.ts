/** Tunnel headers for people. The documents are those named in ../tunnel.ts. */
import { etherTypeName } from '../../../shared/format/names.ts';
import { type Fields, flagText, hexNumber, type Names } from './fields.ts';
import type { Description } from './layer.ts';

const GRE_FLAGS = [
  [0x8000, 'checksum'],
  [0x2000, 'key'],
  [0x1000, 'sequence'],
  [0x0080, 'acknowledgement'],
] as const;
const TRANSPARENT_ETHERNET = 0x6558;

export function describeGre(fields: Fields): Description {
  const flags = fields.number('flags', 0, 2, { text: (value) => flagText(value & 0xfff8, GRE_FLAGS) });
  const version = fields.bits('version', 0, 2, 0, 3);
  const protocol = fields.number('protocol', 2, 2, { text: etherTypeName });
  let at = 4;
  let key = '';
  if ((flags & 0x8000) !== 0) {
    fields.number('checksum', at, 2, { text: hexNumber(4) });
    at += 4;
  }
  if ((flags & 0x2000) !== 0) {
    if (protocol === TRANSPARENT_ETHERNET) {
      const subnet = fields.number('virtual subnet id', at, 3);
      if (subnet >= 0) key = `, VSID ${subnet}`;
      fields.number('flow id', at + 3, 1);
    } else {
      const value = fields.number('key', at, 4);
      if (value >= 0) key = `, key ${value}`;
    }
    at += 4;
  }
  if ((flags & 0x1000) !== 0) {
    fields.number('sequence', at, 4);
    at += 4;
  }
  if (version === 1 && (flags & 0x0080) !== 0) {
    fields.number('acknowledgement', at, 4);
    at += 4;
  }
  return { length: at, summary: `${etherTypeName(protocol)}${key}` };
}

export function describeErspan(fields: Fields): Description {
  const version = fields.bits('version', 0, 1, 4, 4, { names: { 1: 'type II', 2: 'type III' } });
  const vlan = fields.bits('VLAN', 0, 2, 0, 12);
  const session = fields.bits('session', 2, 2, 0, 10);
  const timed = version === 2;
  if (timed) fields.number('timestamp', 4, 4);
  const extended = timed && (fields.peek(11, 1) & 1) === 1;
  return { length: timed ? (extended ? 20 : 12) : 8, summary: `session ${session}, VLAN ${vlan}` };
}

const VXLAN_FLAGS = [
  [0x80, 'group policy'],
  [0x08, 'network id'],
  [0x04, 'next protocol'],
] as const;

export function describeVxlan(fields: Fields): Description {
  const flags = fields.number('flags', 0, 1, { text: (value) => flagText(value, VXLAN_FLAGS) });
  if ((flags & 0x80) !== 0) fields.number('group policy', 2, 2);
  const network = fields.number('network id', 4, 3);
  return { length: 8, summary: `VNI ${network}` };
}

const NEXT_PROTOCOLS: Names = { 1: 'IPv4', 2: 'IPv6', 3: 'Ethernet', 4: 'NSH', 5: 'MPLS' };

export function describeVxlanGpe(fields: Fields): Description {
  fields.number('flags', 0, 1, { text: (value) => flagText(value, VXLAN_FLAGS) });
  fields.number('next protocol', 3, 1, { names: NEXT_PROTOCOLS });
  const network = fields.number('network id', 4, 3);
  return { length: 8, summary: `VNI ${network}` };
}

export function describeNsh(fields: Fields): Description {
  fields.bits('time to live', 0, 2, 6, 6);
  const words = fields.bits('length', 0, 2, 0, 6, { unit: 'octets', text: (value) => String(value * 4) });
  fields.bits('metadata type', 2, 1, 0, 4);
  fields.number('next protocol', 3, 1, { names: NEXT_PROTOCOLS });
  const path = fields.number('service path', 4, 3);
  const index = fields.number('service index', 7, 1);
  return { length: Math.max(8, words * 4), summary: `path ${path}, index ${index}` };
}

export function describeGeneve(fields: Fields): Description {
  const words = fields.bits('options length', 0, 1, 0, 6, {
    unit: 'octets',
    text: (value) => String(value * 4),
  });
  fields.bits('control', 1, 1, 7, 1);
  fields.bits('critical options', 1, 1, 6, 1);
  fields.number('protocol', 2, 2, { text: etherTypeName });
  const network = fields.number('network id', 4, 3);
  const length = 8 + Math.max(0, words) * 4;
  for (let at = 8; at + 4 <= length && fields.left(at) >= 4; ) {
    const octets = 4 + (fields.peek(at + 3, 1) & 31) * 4;
    const position = at;
    const name = `${hexNumber(4)(fields.peek(at, 2))} type ${fields.peek(at + 2, 1)}`;
    fields.group('option', position, octets, name, () => fields.octets('data', position + 4, octets - 4));
    at += octets;
  }
  return { length, summary: `VNI ${network}` };
}

const GTP_MESSAGES: Names = {
  1: 'echo request',
  2: 'echo response',
  26: 'error indication',
  254: 'end marker',
  255: 'user data',
};

export function describeGtpUser(fields: Fields): Description {
  fields.bits('version', 0, 1, 5, 3);
  const flags = fields.bits('flags', 0, 1, 0, 3, {
    text: (value) =>
      flagText(value, [
        [4, 'extension header'],
        [2, 'sequence'],
        [1, 'N-PDU number'],
      ]),
  });
  const type = fields.number('message', 1, 1, { names: GTP_MESSAGES });
  fields.number('length', 2, 2, { unit: 'octets' });
  const tunnel = fields.number('tunnel endpoint id', 4, 4, { text: hexNumber(8) });
  let length = 8;
  if (flags > 0) {
    if ((flags & 2) !== 0) fields.number('sequence', 8, 2);
    let next = (flags & 4) !== 0 ? fields.peek(11, 1) : 0;
    length = 12;
    while (next > 0) {
      const octets = fields.peek(length, 1) * 4;
      if (octets <= 0) break;
      fields.octets(`extension ${hexNumber(2)(next)}`, length, octets);
      next = fields.peek(length + octets - 1, 1);
      length += octets;
    }
  }
  return {
    length,
    summary: `${GTP_MESSAGES[type] ?? `message ${type}`}, tunnel ${tunnel < 0 ? '' : hexNumber(8)(tunnel)}`,
  };
}

const L2TP_FLAGS = [
  [0x8000, 'control'],
  [0x4000, 'length'],
  [0x0800, 'sequence'],
  [0x0200, 'offset'],
  [0x0100, 'priority'],
] as const;

export function describeL2tp(fields: Fields): Description {
  const flags = fields.number('flags', 0, 2, { text: (value) => flagText(value & 0xfff0, L2TP_FLAGS) });
  fields.bits('version', 0, 2, 0, 4);
  let at = 2;
  if ((flags & 0x4000) !== 0) {
    fields.number('length', at, 2, { unit: 'octets' });
    at += 2;
  }
  const tunnel = fields.number('tunnel', at, 2);
  const session = fields.number('session', at + 2, 2);
  at += 4;
  if ((flags & 0x0800) !== 0) {
    fields.number('sent', at, 2);
    fields.number('expected', at + 2, 2);
    at += 4;
  }
  if ((flags & 0x0200) !== 0) at += 2 + Math.max(0, fields.number('offset', at, 2, { unit: 'octets' }));
  return { length: at, summary: session < 0 ? '' : `tunnel ${tunnel}, session ${session}` };
}

export function describeL2tpV3(fields: Fields): Description {
  const session = fields.number('session', 0, 4, { text: hexNumber(8) });
  return { length: 4, summary: session < 0 ? '' : `session ${hexNumber(8)(session)}` };
}

export function describeEtherIp(fields: Fields): Description {
  fields.bits('version', 0, 1, 4, 4);
  return { length: 2, summary: '' };
}
