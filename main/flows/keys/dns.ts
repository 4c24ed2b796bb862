/**
 * Keys of DNS (RFC 1035) as far as the sampled header holds the message: its header and its first question. A name
 * is spelled in lower case, without the root's full stop (names are equal whatever their case, RFC 4343); what is no
 * plain character stands as \DDD, as in a zone file. A name that the sample was cut off in is absent.
 */
import { dnsTypeName } from '../../packet/describe/dns.ts';
import type { Layer } from '../../packet/header.ts';
import type { Sample } from '../../samples/sample.ts';
import { BOOLEAN, NUMBER, named, TEXT } from '../form.ts';
import { key, type Read } from './line.ts';
import { begin, finish, put } from './scratch.ts';

const DNS_OCTETS = 12;
/** RFC 1035: a name has at most 255 octets, a label 63. */
const MAX_NAME = 255;
const MAX_LABEL = 63;
const POINTER = 0xc0;

const STOP = 0x2e;
const BACKSLASH = 0x5c;

function putLabelOctet(octet: number): void {
  if (octet === STOP || octet === BACKSLASH) {
    put(BACKSLASH);
    put(octet);
  } else if (octet > 0x20 && octet < 0x7f) {
    put(octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet);
  } else {
    put(BACKSLASH);
    put(0x30 + Math.floor(octet / 100));
    put(0x30 + (Math.floor(octet / 10) % 10));
    put(0x30 + (octet % 10));
  }
}

/**
 * Spells the name of the first question into the scratch buffer; returns where its type stands, or -1 where there
 * is no question, or its name is damaged or cut off. Pointers may only lead backwards, so that they end.
 */
function spellQuestion(sample: Sample, layer: Layer): number {
  const { bytes, view, end } = sample.header;
  if (layer.dns < 0 || layer.dns + DNS_OCTETS > end || view.getUint16(layer.dns + 4) === 0) return -1;
  begin();
  let at = layer.dns + DNS_OCTETS;
  let behind = -1;
  let limit = at;
  let octets = 0;
  for (;;) {
    if (at >= end) return -1;
    const length = bytes[at]!;
    if (length === 0) {
      if (octets === 0) put(STOP);
      return behind < 0 ? at + 1 : behind;
    }
    if (length >= POINTER) {
      if (at + 2 > end) return -1;
      const target = layer.dns + (view.getUint16(at) & 0x3fff);
      if (target >= limit || target < layer.dns) return -1;
      if (behind < 0) behind = at + 2;
      limit = target;
      at = target;
      continue;
    }
    if (length > MAX_LABEL || at + 1 + length > end) return -1;
    if (octets > 0) put(STOP);
    octets += length + 1;
    if (octets > MAX_NAME) return -1;
    for (let i = 1; i <= length; i++) putLabelOctet(bytes[at + i]!);
    at += 1 + length;
  }
}

const name: Read = (sample, layer, out, at) => {
  if (spellQuestion(sample, layer) < 0) return false;
  out[at] = finish();
  return true;
};

const type: Read = (sample, layer, out, at) => {
  const offset = spellQuestion(sample, layer);
  if (offset < 0 || offset + 2 > sample.header.end) return false;
  out[at] = sample.header.view.getUint16(offset);
  return true;
};

/** Bits of the two octets of flags behind the id. */
const flags =
  (shift: number, mask: number): Read =>
  (sample, layer, out, at) => {
    if (layer.dns < 0) return false;
    out[at] = (sample.header.view.getUint16(layer.dns + 2) >>> shift) & mask;
    return true;
  };

export const dnsKeys = [
  key(
    'dnsid',
    'DNS id',
    NUMBER,
    (sample, layer, out, at) => {
      if (layer.dns < 0) return false;
      out[at] = sample.header.view.getUint16(layer.dns);
      return true;
    },
    'Identification of a DNS message.',
  ),
  key('dnsqr', 'DNS response', BOOLEAN, flags(15, 1), 'Whether a DNS message is a response: true or false.'),
  key(
    'dnsrcode',
    'DNS response code',
    NUMBER,
    flags(0, 15),
    'Response code of a DNS message: 0 no error, 3 no such name.',
  ),
  key('dnsqname', 'DNS name', TEXT, name, 'Name that a DNS message asks for, in lower case.'),
  key('dnsqtype', 'DNS type', NUMBER, type, 'Type that a DNS message asks for, by number.'),
  key('dnsqtypename', 'DNS type', named(dnsTypeName), type, 'Type that a DNS message asks for, as in AAAA.'),
] as const;
