/**
 * DNS messages (RFC 1035) as far as names need them: a query for the name of an address, and the answers of a
 * message, whole or cut off. Names are in lower case (RFC 4343) with the root's full stop; every octet but letters,
 * digits, '-' and '_' is spelled \DDD as in a zone file, so that no name is markup, a formula or a line's end.
 */
import { formatAddress, parseAddress } from '../../shared/format/address.ts';

export const DNS_TYPE = { A: 1, SOA: 6, PTR: 12, AAAA: 28 } as const;

export type DnsRecord = { name: string; type: number; ttlSeconds: number; dataAt: number; dataEnd: number };
export type DnsMessage = {
  id: number;
  isResponse: boolean;
  /** 0 no error, 3 no such name. */
  code: number;
  question: { name: string; type: number } | null;
  answers: DnsRecord[];
  authorities: DnsRecord[];
};

const HEADER_OCTETS = 12;
const MAX_NAME_OCTETS = 255;
/** Records read of one section: one answer has a handful. */
const MOST_RECORDS = 32;

type Name = { text: string; next: number };

/** The name at `at` of a message that begins at `start`; null where it is damaged or cut off. */
export function readDnsName(bytes: Uint8Array, start: number, end: number, at: number): Name | null {
  let text = '';
  let next = -1;
  let octets = 0;
  // Pointers may only lead backwards, so that they end.
  let limit = at;
  for (;;) {
    if (at >= end) return null;
    const length = bytes[at]!;
    if (length === 0) return { text: text || '.', next: next < 0 ? at + 1 : next };
    if (length >= 0xc0) {
      if (at + 2 > end) return null;
      const target = start + (((length & 0x3f) << 8) | bytes[at + 1]!);
      if (target >= limit) return null;
      if (next < 0) next = at + 2;
      limit = target;
      at = target;
      continue;
    }
    octets += length + 1;
    if (length > 63 || octets > MAX_NAME_OCTETS || at + 1 + length > end) return null;
    for (let i = 1; i <= length; i++) text += octetText(bytes[at + i]!);
    text += '.';
    at += 1 + length;
  }
}

function octetText(octet: number): string {
  const isPlain =
    (octet >= 0x61 && octet <= 0x7a) || (octet >= 0x30 && octet <= 0x39) || octet === 0x2d || octet === 0x5f;
  if (isPlain) return String.fromCharCode(octet);
  if (octet >= 0x41 && octet <= 0x5a) return String.fromCharCode(octet | 0x20);
  return `\\${String(octet).padStart(3, '0')}`;
}

/** The message at start ≤ o < end with the records that are whole; null where it has no header. */
export function readDnsMessage(bytes: Uint8Array, start: number, end: number): DnsMessage | null {
  if (end - start < HEADER_OCTETS) return null;
  const word = (at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
  const message: DnsMessage = {
    id: word(start),
    isResponse: (bytes[start + 2]! & 0x80) !== 0,
    code: bytes[start + 3]! & 15,
    question: null,
    answers: [],
    authorities: [],
  };
  let at = start + HEADER_OCTETS;
  const questions = word(start + 4);
  for (let i = 0; i < questions; i++) {
    const name = i < MOST_RECORDS ? readDnsName(bytes, start, end, at) : null;
    if (name === null || name.next + 4 > end) return message;
    message.question ??= { name: name.text, type: word(name.next) };
    at = name.next + 4;
  }
  for (const [section, countAt] of [
    [message.answers, 6],
    [message.authorities, 8],
  ] as const) {
    const count = word(start + countAt);
    for (let i = 0; i < count; i++) {
      const name = i < MOST_RECORDS ? readDnsName(bytes, start, end, at) : null;
      if (name === null || name.next + 10 > end) return message;
      const head = name.next;
      const dataAt = head + 10;
      const dataEnd = dataAt + word(head + 8);
      if (dataEnd > end) return message;
      const ttlSeconds = ((word(head + 4) << 16) | word(head + 6)) >>> 0;
      section.push({ name: name.text, type: word(head), ttlSeconds, dataAt, dataEnd });
      at = dataEnd;
    }
  }
  return message;
}

/** Seconds that the absence of a name holds (RFC 2308): the lesser of the SOA's own time and its minimum. */
export function negativeTtlSeconds(bytes: Uint8Array, message: DnsMessage): number | null {
  const soa = message.authorities.find(({ type }) => type === DNS_TYPE.SOA);
  if (!soa || soa.dataEnd - soa.dataAt < 20) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Math.min(soa.ttlSeconds, view.getUint32(soa.dataEnd - 4));
}

/** A query with recursion for one name, whose labels are plain ASCII. */
export function dnsQuery(id: number, name: string, type: number): Uint8Array {
  const labels = name.split('.').filter((label) => label !== '');
  const octets = [id >>> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  for (const label of labels) octets.push(label.length, ...Buffer.from(label, 'latin1'));
  octets.push(0, type >>> 8, type & 255, 0, 1);
  return Uint8Array.from(octets);
}

/** '1.2.0.192.in-addr.arpa.' for 192.0.2.1, nibbles under ip6.arpa for IPv6; null where it is no IP address. */
export function reverseName(address: string): string | null {
  const octets = parseAddress(address);
  if (octets === null) return null;
  if (octets.length === 4) return `${[...octets].reverse().join('.')}.in-addr.arpa.`;
  const digits = [...Buffer.from(octets).toString('hex')];
  return `${digits.reverse().join('.')}.ip6.arpa.`;
}

/** The address that a name under in-addr.arpa or ip6.arpa stands for; null where it is none. */
export function addressOfReverseName(name: string): string | null {
  const ipv4 = /^((?:\d{1,3}\.){4})in-addr\.arpa\.$/.exec(name);
  const ipv6 = ipv4 ? null : /^((?:[\da-f]\.){32})ip6\.arpa\.$/.exec(name);
  const labels = (ipv4 ?? ipv6)?.[1]?.slice(0, -1).split('.').reverse();
  if (!labels) return null;
  const octets = parseAddress(ipv4 ? labels.join('.') : labels.join('').match(/.{4}/g)!.join(':'));
  return octets === null ? null : formatAddress(octets);
}
