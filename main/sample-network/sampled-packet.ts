/**
 * The first octets of a packet as a switch saw it come in: Ethernet with its tag, IPv4 or IPv6 with the TTL
 * that is left and right lengths and checksum, TCP or UDP. Made only for packets that are sampled.
 */
import type { Random } from './random.ts';
import { TCP } from './talks.ts';
import type { Hop } from './topology.ts';
import type { Stream } from './traffic.ts';

export const SAMPLED_HEADER_OCTETS = 128;
const FRAME_CHECK_OCTETS = 4;
const LEAST_FRAME_OCTETS = 64;
const ETHERNET_OCTETS = 14;

/** Length of an untagged frame on the wire, check sequence included, for an IP packet of a length. */
export function frameOctets(ipOctets: number): number {
  return Math.max(LEAST_FRAME_OCTETS, ETHERNET_OCTETS + ipOctets + FRAME_CHECK_OCTETS);
}

export type SampledPacket = { frameOctets: number; strippedOctets: number; header: Uint8Array };

/** Packet number `number` of a stream, as it comes into a hop. */
export function sampledPacket(stream: Stream, hop: Hop, number: number, random: Random): SampledPacket {
  const frame = frameOctets(stream.ipOctets) + hop.inputTagOctets;
  const bytes = new Uint8Array(SAMPLED_HEADER_OCTETS);
  const view = new DataView(bytes.buffer);
  bytes.set(hop.destinationMac, 0);
  bytes.set(hop.sourceMac, 6);
  let ip = 12;
  if (hop.tag !== 0) {
    view.setUint16(12, 0x8100);
    view.setUint16(14, hop.tag);
    ip = 16;
  }
  view.setUint16(ip, stream.ipv6 ? 0x86dd : 0x0800);
  ip += 2;
  const ttl = stream.from.ttl - hop.routedBefore;
  let transport: number;
  if (stream.ipv6) {
    view.setUint32(ip, 0x60000000 | (flowLabel(stream) & 0xfffff));
    view.setUint16(ip + 4, stream.ipOctets - 40);
    view.setUint8(ip + 6, stream.protocol);
    view.setUint8(ip + 7, ttl);
    bytes.set(stream.from.ipv6, ip + 8);
    bytes.set(stream.to.ipv6, ip + 24);
    transport = ip + 40;
  } else {
    view.setUint16(ip, 0x4500);
    view.setUint16(ip + 2, stream.ipOctets);
    view.setUint16(ip + 4, number);
    view.setUint16(ip + 6, 0x4000);
    view.setUint8(ip + 8, ttl);
    view.setUint8(ip + 9, stream.protocol);
    bytes.set(stream.from.ipv4, ip + 12);
    bytes.set(stream.to.ipv4, ip + 16);
    view.setUint16(ip + 10, headerChecksum(view, ip));
    transport = ip + 20;
  }
  const swept = 1 + (number % 65_535);
  view.setUint16(transport, stream.sweep === 'source' ? swept : stream.sourcePort);
  view.setUint16(transport + 2, stream.sweep === 'destination' ? swept : stream.destinationPort);
  const transportOctets = stream.ipOctets - (stream.ipv6 ? 40 : 20);
  let payload: number;
  if (stream.protocol === TCP) {
    // The options that fit: none in a segment of the least size, time stamps (12 octets) in most.
    const headerOctets = Math.min(32, transportOctets & ~3);
    view.setUint32(transport + 4, random.bits());
    view.setUint32(transport + 8, stream.tcpFlags & 0x10 ? random.bits() : 0);
    view.setUint8(transport + 12, (headerOctets / 4) << 4);
    view.setUint8(transport + 13, stream.tcpFlags);
    view.setUint16(transport + 14, 64_240);
    // Options of the right length: "no operation" throughout.
    bytes.fill(1, transport + 20, transport + headerOctets);
    payload = transport + headerOctets;
  } else {
    view.setUint16(transport + 4, transportOctets);
    payload = transport + 8;
  }
  const ipEnd = Math.min(bytes.length, ip + stream.ipOctets);
  for (let offset = payload; offset < ipEnd; offset++) bytes[offset] = (number + offset) & 255;
  return {
    frameOctets: frame,
    strippedOctets: FRAME_CHECK_OCTETS,
    header: bytes.subarray(0, Math.min(bytes.length, frame - FRAME_CHECK_OCTETS)),
  };
}

function flowLabel(stream: Stream): number {
  return stream.sourcePort * 31 + stream.destinationPort;
}

/** RFC 791, of a header without options whose own field is still 0. */
function headerChecksum(view: DataView, ip: number): number {
  let sum = 0;
  for (let offset = ip; offset < ip + 20; offset += 2) sum += view.getUint16(offset);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
