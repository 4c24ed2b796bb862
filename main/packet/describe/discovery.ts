/** LLDP (IEEE 802.1AB) and CDP: who the neighbour says it is. Lists of type, length and value. */
import { formatIpv4Octets, formatIpv6, formatMac } from '../../../shared/format/address.ts';
import { safeText } from '../../../shared/format/text.ts';
import { decodeText, type Fields, hexText, type Names } from './fields.ts';
import type { Description } from './layer.ts';

/** Elements shown of one frame. */
const MAX_ELEMENTS = 64;

const LLDP_TYPES: Names = {
  0: 'end',
  1: 'chassis id',
  2: 'port id',
  3: 'time to live',
  4: 'port description',
  5: 'system name',
  6: 'system description',
  7: 'capabilities',
  8: 'management address',
  127: 'organisation specific',
};

/** Subtypes of an id: which carry a MAC address, which a network address; the others are text. */
const CHASSIS_MAC = 4;
const CHASSIS_NETWORK = 5;
const PORT_MAC = 3;
const PORT_NETWORK = 4;

export function describeLldp(fields: Fields): Description {
  let at = 0;
  let summary = '';
  for (let count = 0; count < MAX_ELEMENTS && fields.left(at) >= 2; count++) {
    const head = fields.peek(at, 2);
    const type = head >>> 9;
    const length = head & 0x1ff;
    const value = fields.octetsAt(at + 2, length);
    if (value.length < length) fields.cut = true;
    const text = lldpText(type, value);
    fields.add(LLDP_TYPES[type] ?? `type ${type}`, at, 2 + value.length, text, text, type === 3 ? 's' : '');
    if (type === 5) summary = text;
    else if (type === 1 && summary === '') summary = text;
    at += 2 + value.length;
    if (type === 0) break;
  }
  return { length: at, summary };
}

function lldpText(type: number, value: Uint8Array): string {
  if (type === 3) return value.length >= 2 ? String((value[0]! << 8) | value[1]!) : hexText(value);
  if (type >= 4 && type <= 6) return safeText(decodeText(value));
  if (type === 1) return idText(value, CHASSIS_MAC, CHASSIS_NETWORK);
  if (type === 2) return idText(value, PORT_MAC, PORT_NETWORK);
  // The length octet counts the address family octet too.
  if (type === 8 && value.length > 1) return networkText(value.subarray(1, 1 + value[0]!));
  return hexText(value.subarray(0, 64));
}

function idText(value: Uint8Array, macSubtype: number, networkSubtype: number): string {
  const content = value.subarray(1);
  if (value[0] === macSubtype && content.length === 6) return formatMac(content);
  if (value[0] === networkSubtype) return networkText(content);
  return safeText(decodeText(content));
}

/** An address behind its IANA family number. */
function networkText(value: Uint8Array): string {
  const address = value.subarray(1);
  if (value[0] === 1 && address.length === 4) return formatIpv4Octets(address);
  if (value[0] === 2 && address.length === 16) return formatIpv6(address);
  return hexText(value);
}

const CDP_TYPES: Names = {
  1: 'device id',
  2: 'addresses',
  3: 'port id',
  4: 'capabilities',
  5: 'software version',
  6: 'platform',
  9: 'VTP domain',
  10: 'native VLAN',
  11: 'duplex',
  22: 'management addresses',
};
const CDP_TEXT = [1, 3, 5, 6, 9];

export function describeCdp(fields: Fields): Description {
  fields.number('version', 0, 1);
  fields.number('time to live', 1, 1, { unit: 's' });
  fields.number('checksum', 2, 2);
  let at = 4;
  let summary = '';
  for (let count = 0; count < MAX_ELEMENTS && fields.left(at) >= 4; count++) {
    const type = fields.peek(at, 2);
    const length = fields.peek(at + 2, 2);
    if (length < 4) break;
    const value = fields.octetsAt(at + 4, length - 4);
    if (value.length < length - 4) fields.cut = true;
    const text = cdpText(type, value);
    fields.add(CDP_TYPES[type] ?? `type ${type}`, at, 4 + value.length, text, text);
    if (type === 1) summary = text;
    at += 4 + value.length;
  }
  return { length: at, summary };
}

function cdpText(type: number, value: Uint8Array): string {
  if (CDP_TEXT.includes(type)) return safeText(decodeText(value));
  if (type === 10 && value.length >= 2) return String((value[0]! << 8) | value[1]!);
  if (type === 11 && value.length >= 1) return value[0] === 1 ? 'full' : 'half';
  return hexText(value.subarray(0, 64));
}
