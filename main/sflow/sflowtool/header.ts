/**
 * The sampled header as sflowtool reads it: link layer, IP, transport, each printing its fields as it goes and
 * leaving in SampleState what the line format wants of the sample. This follows sflowtool's own order, names
 * and limits, on purpose apart from the parser of the analytics. Unlike sflowtool it reads nothing behind the
 * header's end: a field that is cut off is not printed.
 */

import type { Printer } from './printer.ts';
import { dashedHex, fullIpv6, plainAddress, plainMac } from './value.ts';

/** sflowtool's buffer holds this many octets of a header as hexadecimal text. */
const MAX_HEX_OCTETS = 682;

const IPV4_OCTETS = 20;
const IPV6_OCTETS = 40;

/** What sflowtool remembers of one sample for its FLOW and CNTR lines. All zero at the start of a sample. */
export class SampleState {
  inputPort = 0;
  outputPort = 0;
  sourceMac = '000000000000';
  destinationMac = '000000000000';
  etherType = 0;
  inputVlan = 0;
  outputVlan = 0;
  sourceIp = '-';
  destinationIp = '-';
  ipProtocol = 0;
  tos = 0;
  ttl = 0;
  sourcePort = 0;
  destinationPort = 0;
  tcpFlags = 0;
  sampledPacketSize = 0;
  stripped = 0;
  /** Octets before the IPv4 header; sflowtool uses 0 where there is none. */
  ipv4Offset = 0;
  meanSkipCount = 0;
  /** Fields of if_counters in their order. */
  interfaceCounters: readonly string[] | null = null;
}

/** Prints the header at start ≤ o < end with its text form and everything below it. */
export function printHeader(
  out: Printer,
  state: SampleState,
  bytes: Uint8Array,
  protocol: number,
  start: number,
  end: number,
): void {
  out.field('headerBytes', dashedHex(bytes, start, Math.min(end, start + MAX_HEX_OCTETS)));
  let ip = start;
  let version = 0;
  if (protocol === 1) {
    const link = readLinkLayer(out, state, bytes, start, end);
    ip = link.ip;
    version = link.version;
  } else if (protocol === 11) version = 4;
  else if (protocol === 12) version = 6;
  else if (protocol === 15) print80211(out, state, bytes, start, end);
  else {
    const known = (protocol >= 2 && protocol <= 10) || protocol === 13 || protocol === 14;
    const undecoded = known || (protocol >= 16 && protocol <= 18);
    out.remark(`${undecoded ? 'NO_DECODE' : 'UNKNOWN'} headerProtocol=${protocol | 0}`);
  }
  if (version === 0) return;
  out.field('IPSize', (state.sampledPacketSize - state.stripped - (ip - start)) | 0);
  if (version === 4) {
    state.ipv4Offset = ip - start;
    printIpv4(out, state, bytes, ip, end);
  } else printIpv6(out, state, bytes, ip, end);
}

function u16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}

function isVlan(type: number): boolean {
  return type === 0x8100 || type === 0x88a8 || type === 0x9100 || type === 0x9200 || type === 0x9300;
}

const NO_IP = { ip: 0, version: 0 };

/** Ethernet, VLAN tags, LLC and SNAP; where the IP header begins, and its version or 0. */
function readLinkLayer(
  out: Printer,
  state: SampleState,
  bytes: Uint8Array,
  start: number,
  end: number,
): { ip: number; version: number } {
  if (end - start < 14) return NO_IP;
  state.destinationMac = plainMac(bytes, start);
  state.sourceMac = plainMac(bytes, start + 6);
  out.field('dstMAC', state.destinationMac);
  out.field('srcMAC', state.sourceMac);
  let type = u16(bytes, start + 12);
  let at = start + 14;
  for (let depth = 0; isVlan(type); depth++) {
    if (end - at < 4) return NO_IP;
    const tag = u16(bytes, at);
    const suffix = depth === 0 ? '' : `.${depth}`;
    out.field(`decodedVLAN${suffix}`, tag & 0xfff);
    out.field(`decodedPriority${suffix}`, tag >> 13);
    state.inputVlan = tag & 0xfff;
    type = u16(bytes, at + 2);
    at += 4;
  }
  if (end - start < IPV4_OCTETS) return NO_IP;
  if (isIpx(bytes, type, at, end)) return NO_IP;
  if (type <= 1500) {
    if (end - at < 3) return NO_IP;
    if (bytes[at] === 0xaa && bytes[at + 1] === 0xaa && bytes[at + 2] === 3) {
      if (end - at < 8) return NO_IP;
      if (bytes[at + 3] !== 0 || bytes[at + 4] !== 0 || bytes[at + 5] !== 0) {
        out.field('VSNAP_OUI', dashedHex(bytes, at + 3, at + 6));
        return NO_IP;
      }
      type = u16(bytes, at + 6);
      at += 8;
    } else if (bytes[at] === 6 && bytes[at + 1] === 6 && (bytes[at + 2]! & 1) === 1) {
      type = 0x0800;
      at += 3;
    } else return NO_IP;
  }
  state.etherType = type;
  out.field('ethernet_type', type);
  if (type === 0x0800 && end - at >= IPV4_OCTETS && bytes[at]! >> 4 === 4 && (bytes[at]! & 15) >= 5)
    return { ip: at, version: 4 };
  if (type === 0x86dd && end > at && bytes[at]! >> 4 === 6) return { ip: at, version: 6 };
  return NO_IP;
}

/** IPX straight on Ethernet, told by its missing checksum and a length that it can have. */
function isIpx(bytes: Uint8Array, type: number, at: number, end: number): boolean {
  if ((type !== 0x0200 && type !== 0x0201 && type !== 0x0600) || end - at < 4) return false;
  const length = u16(bytes, at + 2);
  return u16(bytes, at) === 0xffff && length >= 30 && length <= 576;
}

/** Addresses of an 802.11 data frame. */
function print80211(out: Printer, state: SampleState, bytes: Uint8Array, start: number, end: number): void {
  if (end - start < 24) return;
  const control = u16(bytes, start);
  const kind = (control >> 10) & 3;
  if (kind !== 2) return;
  const toSystem = (control & 1) === 1;
  const fromSystem = (control & 2) === 2;
  const first = plainMac(bytes, start + 4);
  const second = plainMac(bytes, start + 10);
  const third = plainMac(bytes, start + 16);
  let source = second;
  if (fromSystem) source = third;
  if (toSystem && fromSystem) {
    if (end - start < 30) return;
    source = plainMac(bytes, start + 24);
  }
  const destination = toSystem ? third : first;
  state.sourceMac = source;
  state.destinationMac = destination;
  out.field('srcMAC', source);
  out.field('dstMAC', destination);
  out.field('txMAC', second);
  out.field('rxMAC', first);
}

function printIpv4(out: Printer, state: SampleState, bytes: Uint8Array, at: number, end: number): void {
  if (end - at < IPV4_OCTETS) return;
  state.sourceIp = plainAddress(bytes, at + 12, 4);
  state.destinationIp = plainAddress(bytes, at + 16, 4);
  state.ipProtocol = bytes[at + 9]!;
  state.tos = bytes[at + 1]!;
  state.ttl = bytes[at + 8]!;
  out.field('ip.tot_len', u16(bytes, at + 2));
  out.field('srcIP', state.sourceIp);
  out.field('dstIP', state.destinationIp);
  out.field('IPProtocol', state.ipProtocol);
  out.field('IPTOS', state.tos);
  out.field('IPTTL', state.ttl);
  // sflowtool leaves it in the octet order of the host, and scripts compare what it prints.
  out.field('IPID', (bytes[at + 5]! << 8) | bytes[at + 4]!);
  const fragmentOffset = u16(bytes, at + 6) & 0x1fff;
  if (fragmentOffset > 0) {
    out.field('IPFragmentOffset', fragmentOffset);
    return;
  }
  printTransport(out, state, bytes, at + (bytes[at]! & 15) * 4, end);
}

function printIpv6(out: Printer, state: SampleState, bytes: Uint8Array, at: number, end: number): void {
  if (end - at < IPV6_OCTETS) return;
  if (bytes[at]! >> 4 !== 6) {
    out.remark(`header decode error: unexpected IP version: ${bytes[at]! >> 4}`);
    return;
  }
  state.tos = ((bytes[at]! & 15) << 4) | (bytes[at + 1]! >> 4);
  out.field('IPTOS', state.tos);
  const label = ((bytes[at + 1]! & 15) << 16) | u16(bytes, at + 2);
  out.field('IP6_label', `0x${label.toString(16)}`);
  const payloadLength = u16(bytes, at + 4);
  out.field('IPV6_payloadLen', payloadLength === 0 ? '<jumbo>' : payloadLength);
  state.ttl = bytes[at + 7]!;
  out.field('IPTTL', state.ttl);
  state.sourceIp = fullIpv6(bytes, at + 8);
  state.destinationIp = fullIpv6(bytes, at + 24);
  out.field('srcIP6', state.sourceIp);
  out.field('dstIP6', state.destinationIp);
  let next = bytes[at + 6]!;
  let offset = at + IPV6_OCTETS;
  while (next === 0 || next === 43 || next === 44 || next === 51 || next === 60) {
    out.field('IP6HeaderExtension', next);
    if (end - offset < 2) return;
    next = bytes[offset]!;
    offset += 8 * (bytes[offset + 1]! + 1);
    if (offset > end) return;
  }
  state.ipProtocol = next;
  out.field('IPProtocol', next);
  printTransport(out, state, bytes, offset, end);
}

function printTransport(out: Printer, state: SampleState, bytes: Uint8Array, at: number, end: number): void {
  if (end - at < 8) return;
  switch (state.ipProtocol) {
    case 1:
      state.sourcePort = bytes[at]!;
      state.destinationPort = bytes[at + 1]!;
      out.field('ICMPType', state.sourcePort);
      out.field('ICMPCode', state.destinationPort);
      return;
    case 6:
      state.sourcePort = u16(bytes, at);
      state.destinationPort = u16(bytes, at + 2);
      out.field('TCPSrcPort', state.sourcePort);
      out.field('TCPDstPort', state.destinationPort);
      if (end - at < 14) return;
      state.tcpFlags = bytes[at + 13]!;
      out.field('TCPFlags', state.tcpFlags);
      return;
    case 17:
      state.sourcePort = u16(bytes, at);
      state.destinationPort = u16(bytes, at + 2);
      out.field('UDPSrcPort', state.sourcePort);
      out.field('UDPDstPort', state.destinationPort);
      out.field('UDPBytes', u16(bytes, at + 4));
  }
}
