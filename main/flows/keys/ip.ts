/** Keys of IPv4 (RFC 791), IPv6 (RFC 8200) and their differentiated services (RFC 2474) and ECN (RFC 3168). */
import type { Layer } from '../../packet/header.ts';
import { BOOLEAN, bits, type Form, IPV4, IPV6, NUMBER, named } from '../form.ts';
import { field, key, offsetOf, ofVersion, type Read, writeIpv4, writeIpv6 } from './line.ts';
import { socketProtocol } from './socket.ts';

const ipv4 =
  (get: (layer: Layer) => number): Read =>
  (sample, layer, out, at) => {
    if (layer.ipVersion !== 4) return false;
    const offset = get(layer);
    if (offset < 0) return false;
    writeIpv4(sample.header.view, offset, out, at);
    return true;
  };

const ipv6 =
  (get: (layer: Layer) => number): Read =>
  (sample, layer, out, at) => {
    if (layer.ipVersion !== 6) return false;
    const offset = get(layer);
    if (offset < 0) return false;
    writeIpv6(sample.header.view, offset, out, at);
    return true;
  };

const dscp = (layer: Layer): number => (layer.tos < 0 ? -1 : layer.tos >> 2);
const ecn = (layer: Layer): number => (layer.tos < 0 ? -1 : layer.tos & 3);

/** IANA's names of code points: class selectors, assured forwarding, EF, VOICE-ADMIT, LE. */
function dscpName(value: number): string | undefined {
  if (value === 0) return 'BE';
  if (value === 1) return 'LE';
  if (value === 44) return 'VOICE-ADMIT';
  if (value === 46) return 'EF';
  if ((value & 7) === 0) return `CS${value >> 3}`;
  const group = value >> 3;
  const drop = (value >> 1) & 3;
  return (value & 1) === 0 && group >= 1 && group <= 4 && drop > 0 ? `AF${group}${drop}` : undefined;
}

const DSCP = named(dscpName);
const ECN = bits(2);

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;
const HOST_IDENTITY = 139;
const SHIM6 = 140;
const EXTENSIONS: readonly number[] = [
  HOP_BY_HOP,
  ROUTING,
  FRAGMENT,
  AUTHENTICATION,
  DESTINATION_OPTIONS,
  MOBILITY,
  HOST_IDENTITY,
  SHIM6,
];
const IPV6_OCTETS = 40;

/** The numbers of up to eight extension headers, one octet each in two words behind their count: '0.44'. */
const CHAIN: Form = {
  type: 'text',
  words: 3,
  stable: true,
  text(words, at) {
    const numbers: number[] = [];
    for (let i = 0; i < words[at]!; i++)
      numbers.push((words[at + 1 + (i >> 2)]! >>> (24 - 8 * (i & 3))) & 255);
    return numbers.join('.');
  },
  number: () => Number.NaN,
};

/** As many as the header parser passed; the chain is walked again, within the header's octets. */
const extensions: Read = (sample, layer, out, at) => {
  if (layer.ipVersion !== 6 || layer.ip < 0 || layer.extensionCount === 0) return false;
  const { view, end } = sample.header;
  let next = view.getUint8(layer.ip + 6);
  let offset = layer.ip + IPV6_OCTETS;
  let count = 0;
  out[at + 1] = 0;
  out[at + 2] = 0;
  while (count < layer.extensionCount && count < 8 && EXTENSIONS.includes(next) && offset + 8 <= end) {
    out[at + 1 + (count >> 2)]! |= next << (24 - 8 * (count & 3));
    count++;
    const octets = view.getUint8(offset + 1);
    const length =
      next === FRAGMENT ? 8 : next === AUTHENTICATION ? Math.max(8, (octets + 2) << 2) : (octets + 1) << 3;
    next = view.getUint8(offset);
    offset += length;
  }
  out[at] = count;
  return count > 0;
};

export const ipKeys = [
  key(
    'ipsource',
    'Source',
    IPV4,
    ipv4((layer) => layer.sourceIp),
    'Source IPv4 address.',
  ),
  key(
    'ipdestination',
    'Destination',
    IPV4,
    ipv4((layer) => layer.destinationIp),
    'Destination IPv4 address.',
  ),
  key(
    'ip6source',
    'Source',
    IPV6,
    ipv6((layer) => layer.sourceIp),
    'Source IPv6 address.',
  ),
  key(
    'ip6destination',
    'Destination',
    IPV6,
    ipv6((layer) => layer.destinationIp),
    'Destination IPv6 address.',
  ),
  key(
    'ipprotocol',
    'Protocol',
    NUMBER,
    ofVersion(4, (layer) => layer.ipProtocol),
    'Protocol number behind IPv4.',
  ),
  key(
    'ip6nexthdr',
    'Protocol',
    NUMBER,
    ofVersion(6, (layer) => layer.ipProtocol),
    'Protocol number behind IPv6 and its extension headers.',
  ),
  key(
    'iptos',
    'ToS',
    NUMBER,
    ofVersion(4, (layer) => layer.tos),
    'Type of service octet of IPv4.',
  ),
  key(
    'ip6tos',
    'Traffic class',
    NUMBER,
    ofVersion(6, (layer) => layer.tos),
    'Traffic class of IPv6.',
  ),
  key('ipdscp', 'DSCP', NUMBER, ofVersion(4, dscp), 'Differentiated services code point of IPv4.'),
  key('ip6dscp', 'DSCP', NUMBER, ofVersion(6, dscp), 'Differentiated services code point of IPv6.'),
  key('ipdscpname', 'DSCP', DSCP, ofVersion(4, dscp), 'Name of the code point of IPv4, as in EF or AF41.'),
  key('ip6dscpname', 'DSCP', DSCP, ofVersion(6, dscp), 'Name of the code point of IPv6, as in EF or AF41.'),
  key(
    'ipecn',
    'ECN',
    ECN,
    ofVersion(4, ecn),
    'Congestion notification bits of IPv4: 00, 01, 10, or 11 for congestion experienced.',
  ),
  key(
    'ip6ecn',
    'ECN',
    ECN,
    ofVersion(6, ecn),
    'Congestion notification bits of IPv6: 00, 01, 10, or 11 for congestion experienced.',
  ),
  key(
    'ipttl',
    'TTL',
    NUMBER,
    ofVersion(4, (layer) => layer.ttl),
    'Time to live of IPv4.',
  ),
  key(
    'ip6ttl',
    'Hop limit',
    NUMBER,
    ofVersion(6, (layer) => layer.ttl),
    'Hop limit of IPv6.',
  ),
  key(
    'ipbytes',
    'IP length',
    NUMBER,
    ofVersion(4, (layer) => layer.ipLength),
    'Total length of the IPv4 packet, in octets.',
  ),
  key(
    'ip6bytes',
    'IP length',
    NUMBER,
    ofVersion(6, (layer) => layer.ipLength),
    'Length of the IPv6 packet with its header, in octets.',
  ),
  key(
    'ipid',
    'IP id',
    NUMBER,
    ofVersion(4, (layer) => layer.ipId),
    'Identification of IPv4.',
  ),
  key(
    'ipflags',
    'IP flags',
    bits(3),
    ofVersion(4, (layer) => layer.ipFlags),
    'Flag bits of IPv4: reserved, do not fragment, more fragments.',
  ),
  key(
    'ipfragoffset',
    'Fragment offset',
    NUMBER,
    ofVersion(4, (layer) => layer.fragmentOffset),
    'Fragment offset of IPv4, in units of 8 octets.',
  ),
  key(
    'ip6fragoffset',
    'Fragment offset',
    NUMBER,
    ofVersion(6, (layer) => layer.fragmentOffset),
    'Fragment offset of IPv6, in units of 8 octets.',
  ),
  key(
    'ip6fragm',
    'More fragments',
    BOOLEAN,
    ofVersion(6, (layer) => layer.moreFragments),
    'Whether more fragments of the IPv6 packet follow: true or false.',
  ),
  key(
    'ip6flowlabel',
    'Flow label',
    NUMBER,
    ofVersion(6, (layer) => layer.flowLabel),
    'Flow label of IPv6.',
  ),
  key(
    'ip6extensions',
    'Extensions',
    CHAIN,
    extensions,
    'Numbers of the IPv6 extension headers in their order, as in 0.44.',
  ),
  key(
    'ip_offset',
    'IPv4 offset',
    NUMBER,
    offsetOf((layer) => (layer.ipVersion === 4 ? layer.ip : -1)),
    'Octets from the start of the sampled header to the IPv4 header.',
  ),
  key(
    'ip6_offset',
    'IPv6 offset',
    NUMBER,
    offsetOf((layer) => (layer.ipVersion === 6 ? layer.ip : -1)),
    'Octets from the start of the sampled header to the IPv6 header.',
  ),
  key(
    'protocol',
    'Protocol',
    NUMBER,
    field((layer) => layer.ipProtocol),
    'IP protocol number of IPv4 and IPv6 alike, or of the socket that a request came through.',
    socketProtocol(2100),
  ),
] as const;
