/** A DNS message (RFC 1035) as far as the sample holds it: flags, questions, and the records behind them. */
import { formatIpv4Octets, formatIpv6 } from '../../../shared/format/address.ts';
import { safeText } from '../../../shared/format/text.ts';
import { type Fields, hexText, type Names } from './fields.ts';
import type { Description } from './layer.ts';

/** Questions and records shown. */
const MAX_ENTRIES = 64;
/** RFC 1035: a name has at most 255 octets. */
const MAX_NAME = 255;

const TYPES: Names = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  13: 'HINFO',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  35: 'NAPTR',
  39: 'DNAME',
  41: 'OPT',
  43: 'DS',
  46: 'RRSIG',
  47: 'NSEC',
  48: 'DNSKEY',
  50: 'NSEC3',
  52: 'TLSA',
  64: 'SVCB',
  65: 'HTTPS',
  251: 'IXFR',
  252: 'AXFR',
  255: 'ANY',
  257: 'CAA',
};
const RESPONSES: Names = {
  0: 'no error',
  1: 'format error',
  2: 'server failure',
  3: 'no such name',
  4: 'not implemented',
  5: 'refused',
  9: 'not authorised',
};
const OPERATIONS: Names = { 0: 'query', 1: 'inverse query', 2: 'status', 4: 'notify', 5: 'update' };
const SECTIONS = ['answer', 'authority', 'additional'] as const;

type Name = {
  text: string;
  /** Where what follows the name begins; -1 where the name was cut off or damaged. */
  next: number;
};

/** Reads a name; compression pointers may only lead backwards, so that they end. */
function readName(fields: Fields, from: number): Name {
  const labels: string[] = [];
  let at = from;
  let next = -1;
  let limit = from;
  let octets = 0;
  for (;;) {
    const length = fields.peek(at, 1);
    if (length < 0) return { text: labels.join('.'), next: -1 };
    if (length === 0)
      return { text: labels.length === 0 ? '.' : labels.join('.'), next: next < 0 ? at + 1 : next };
    if (length >= 0xc0) {
      const target = fields.peek(at, 2) & 0x3fff;
      if (fields.peek(at, 2) < 0 || target >= limit) return { text: labels.join('.'), next: -1 };
      if (next < 0) next = at + 2;
      limit = target;
      at = target;
      continue;
    }
    octets += length + 1;
    const label = fields.octetsAt(at + 1, length);
    if (length > 63 || octets > MAX_NAME || label.length < length)
      return { text: labels.join('.'), next: -1 };
    labels.push(labelText(label));
    at += 1 + length;
  }
}

/** Labels are octets; what is not plain ASCII is escaped as master files do it (\226). */
function labelText(label: Uint8Array): string {
  let text = '';
  for (const octet of label) {
    if (octet === 0x2e || octet === 0x5c) text += `\\${String.fromCharCode(octet)}`;
    else if (octet > 0x20 && octet < 0x7f) text += String.fromCharCode(octet);
    else text += `\\${String(octet).padStart(3, '0')}`;
  }
  return text;
}

/** 'AAAA' for 28; 'TYPE1234' (RFC 3597) for a type without a name here. */
export const dnsTypeName = (type: number): string => TYPES[type] ?? `TYPE${type}`;

export function describeDns(fields: Fields): Description {
  fields.number('id', 0, 2, { text: (value) => `0x${value.toString(16).padStart(4, '0')}` });
  const response = fields.bits('response', 2, 2, 15, 1);
  fields.bits('operation', 2, 2, 11, 4, { names: OPERATIONS });
  fields.bits('authoritative', 2, 2, 10, 1);
  fields.bits('truncated', 2, 2, 9, 1);
  fields.bits('recursion desired', 2, 2, 8, 1);
  fields.bits('recursion available', 2, 2, 7, 1);
  const code = fields.bits('response code', 2, 2, 0, 4, { names: RESPONSES });
  const questions = fields.number('questions', 4, 2);
  const counts = SECTIONS.map((section, index) => fields.number(`${section} records`, 6 + 2 * index, 2));
  let at = 12;
  let asked = '';
  let shown = 0;
  for (let index = 0; index < questions && shown < MAX_ENTRIES; index++, shown++) {
    const name = readName(fields, at);
    const type = fields.peek(name.next, 2);
    if (name.next < 0 || fields.left(name.next) < 4)
      return cutShort(fields, at, asked || safeText(name.text));
    const text = `${dnsTypeName(type)} ${safeText(name.text)}`;
    if (index === 0) asked = text;
    fields.add('question', at, name.next + 4 - at, text, text);
    at = name.next + 4;
  }
  const results: string[] = [];
  for (const [section, count] of counts.entries()) {
    for (let index = 0; index < count && shown < MAX_ENTRIES; index++, shown++) {
      const end = describeRecord(fields, SECTIONS[section]!, at, section === 0 ? results : []);
      if (end < 0) return cutShort(fields, at, summaryOf(asked, response, code, results));
      at = end;
    }
  }
  return { length: at, summary: summaryOf(asked, response, code, results) };
}

function summaryOf(asked: string, response: number, code: number, results: readonly string[]): string {
  if (response !== 1) return asked;
  if (code !== 0) return `${asked}: ${RESPONSES[code] ?? `code ${code}`}`;
  return results.length === 0 ? `${asked}: response` : `${asked}: ${results.slice(0, 3).join(', ')}`;
}

/** The rest of the sample belongs to the message, but cannot be read. */
function cutShort(fields: Fields, at: number, summary: string): Description {
  fields.cut = true;
  return { length: at + fields.left(at), summary };
}

/** Adds one record and returns where the next begins; -1 where it was cut off. */
function describeRecord(fields: Fields, section: string, at: number, results: string[]): number {
  const name = readName(fields, at);
  const head = name.next;
  if (head < 0 || fields.left(head) < 10) return -1;
  const type = fields.peek(head, 2);
  const length = fields.peek(head + 8, 2);
  const data = head + 10;
  if (fields.left(data) < length) return -1;
  const value = dataText(fields, type, data, length);
  results.push(value);
  const text = `${dnsTypeName(type)} ${safeText(name.text)}: ${value}`;
  fields.group(section, at, data + length - at, text, () => {
    fields.add('name', at, head - at, safeText(name.text), safeText(name.text));
    fields.number('type', head, 2, { names: TYPES });
    if (type !== 41) fields.number('time to live', head + 4, 4, { unit: 's' });
    fields.add('data', data, length, value, value);
  });
  return data + length;
}

function dataText(fields: Fields, type: number, at: number, length: number): string {
  const octets = fields.octetsAt(at, length);
  if (type === 1 && length === 4) return formatIpv4Octets(octets);
  if (type === 28 && length === 16) return formatIpv6(octets);
  if (type === 2 || type === 5 || type === 12 || type === 39) return safeText(readName(fields, at).text);
  if (type === 15 && length > 2) return `${fields.peek(at, 2)} ${safeText(readName(fields, at + 2).text)}`;
  if (type === 33 && length > 6)
    return `${safeText(readName(fields, at + 6).text)}:${fields.peek(at + 4, 2)}`;
  if (type === 16 && length > 0) return safeText(labelText(octets.subarray(1, 1 + octets[0]!)));
  return hexText(octets.subarray(0, 32));
}
