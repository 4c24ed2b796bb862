/** IPv4, IPv6, AH and ESP for people. The documents are those named in ../network.ts. */
import { protocolName } from '../../../shared/format/names.ts';
import { type Fields, flagText, hexNumber, type Names, pathText } from './fields.ts';
import type { Description } from './layer.ts';

const protocolText = (value: number) => {
  const name = protocolName(value);
  return name === String(value) ? name : `${name} (${value})`;
};

const SERVICE_CLASSES: Names = {
  0: 'best effort',
  8: 'CS1',
  10: 'AF11',
  12: 'AF12',
  14: 'AF13',
  16: 'CS2',
  18: 'AF21',
  20: 'AF22',
  22: 'AF23',
  24: 'CS3',
  26: 'AF31',
  28: 'AF32',
  30: 'AF33',
  32: 'CS4',
  34: 'AF41',
  36: 'AF42',
  38: 'AF43',
  40: 'CS5',
  44: 'voice admit',
  46: 'EF',
  48: 'CS6',
  56: 'CS7',
};
const CONGESTION: Names = {
  0: 'not capable',
  1: 'capable, ECT(1)',
  2: 'capable, ECT(0)',
  3: 'congestion experienced',
};

const IP_FLAGS = [
  [4, 'reserved'],
  [2, 'do not fragment'],
  [1, 'more fragments'],
] as const;

/** The path, 'TTL 63', and what of class, congestion and fragment is out of the ordinary. */
function summaryOf(
  path: string,
  ttl: number,
  serviceClass: number,
  congestion: number,
  fragmentOctets: number,
): string {
  const parts = path === '' ? [] : [path];
  if (ttl >= 0) parts.push(`TTL ${ttl}`);
  if (serviceClass > 0) parts.push(SERVICE_CLASSES[serviceClass] ?? `DSCP ${serviceClass}`);
  if (congestion > 0) parts.push(`ECN ${congestion.toString(2).padStart(2, '0')}`);
  if (fragmentOctets > 0) parts.push(`fragment from octet ${fragmentOctets}`);
  return parts.join(', ');
}

export function describeIpv4(fields: Fields): Description {
  fields.bits('version', 0, 1, 4, 4);
  const words = fields.bits('header length', 0, 1, 0, 4, {
    unit: 'octets',
    text: (value) => String(value * 4),
  });
  const serviceClass = fields.bits('DSCP', 1, 1, 2, 6, { names: SERVICE_CLASSES });
  const congestion = fields.bits('ECN', 1, 1, 0, 2, { names: CONGESTION });
  fields.number('total length', 2, 2, { unit: 'octets' });
  fields.number('identification', 4, 2);
  fields.bits('flags', 6, 2, 13, 3, { text: (value) => flagText(value, IP_FLAGS) });
  const fragment = fields.bits('fragment offset', 6, 2, 0, 13, {
    unit: 'octets',
    text: (value) => String(value * 8),
  });
  const ttl = fields.number('time to live', 8, 1);
  fields.number('protocol', 9, 1, { text: protocolText });
  fields.number('header checksum', 10, 2, { text: hexNumber(4) });
  const source = fields.ipv4('source', 12);
  const destination = fields.ipv4('destination', 16);
  const length = Math.max(20, words * 4);
  if (length > 20) fields.octets('options', 20, length - 20);
  return {
    length,
    summary: summaryOf(pathText(source, destination), ttl, serviceClass, congestion, fragment * 8),
  };
}

const EXTENSIONS: Names = {
  0: 'hop-by-hop options',
  43: 'routing',
  44: 'fragment',
  60: 'destination options',
  135: 'mobility',
  139: 'host identity',
  140: 'shim6',
};

/** Extension headers shown; the parser passes fewer. */
const MAX_SHOWN = 16;

export function describeIpv6(fields: Fields): Description {
  fields.bits('version', 0, 1, 4, 4);
  const serviceClass = fields.bits('DSCP', 0, 2, 6, 6, { names: SERVICE_CLASSES });
  const congestion = fields.bits('ECN', 0, 2, 4, 2, { names: CONGESTION });
  fields.bits('flow label', 0, 4, 0, 20, { text: hexNumber(5) });
  fields.number('payload length', 4, 2, { unit: 'octets' });
  let next = fields.number('next header', 6, 1, { text: protocolText });
  const ttl = fields.number('hop limit', 7, 1);
  const source = fields.ipv6('source', 8);
  const destination = fields.ipv6('destination', 24);
  let at = 40;
  let fragmentOctets = 0;
  for (let count = 0; count < MAX_SHOWN && EXTENSIONS[next] !== undefined; count++) {
    if (fields.left(at) < 8) {
      fields.cut = true;
      break;
    }
    const position = at;
    const isFragment = next === 44;
    const length = isFragment ? 8 : (fields.peek(at + 1, 1) + 1) * 8;
    fields.group(EXTENSIONS[next]!, position, length, `${length} octets`, () => {
      fields.number('next header', position, 1, { text: protocolText });
      if (!isFragment) return;
      fields.bits('fragment offset', position + 2, 2, 3, 13, {
        unit: 'octets',
        text: (value) => String(value * 8),
      });
      fields.bits('more fragments', position + 2, 2, 0, 1);
      fields.number('identification', position + 4, 4);
    });
    if (isFragment) fragmentOctets = fields.peek(at + 2, 2) & 0xfff8;
    next = fields.peek(position, 1);
    at += length;
    if (fragmentOctets > 0) break;
  }
  return {
    length: at,
    summary: summaryOf(pathText(source, destination), ttl, serviceClass, congestion, fragmentOctets),
  };
}

export function describeAuthentication(fields: Fields): Description {
  fields.number('next header', 0, 1, { text: protocolText });
  const words = fields.number('payload length', 1, 1);
  const index = fields.number('security parameters index', 4, 4, { text: hexNumber(8) });
  fields.number('sequence', 8, 4);
  const length = (words + 2) * 4;
  fields.octets('integrity check', 12, length - 12);
  return { length, summary: index < 0 ? '' : `SPI ${hexNumber(8)(index)}` };
}

export function describeEncapsulation(fields: Fields): Description {
  const index = fields.number('security parameters index', 0, 4, { text: hexNumber(8) });
  fields.number('sequence', 4, 4);
  return { length: 8, summary: index < 0 ? '' : `SPI ${hexNumber(8)(index)}` };
}
