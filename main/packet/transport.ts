/**
 * What stands behind IP: TCP (RFC 9293, the NS bit by RFC 3540), UDP (RFC 768), SCTP (RFC 9260), DCCP (RFC 4340),
 * UDP-Lite (RFC 3828), ICMP (RFC 792), ICMPv6 (RFC 4443), and what is recognised behind their ports: DNS
 * (RFC 1035) and the InfiniBand base transport header of RoCE v2. Ports are read as soon as their four octets
 * are there; the rest as far as it reaches.
 */
import type { Cursor } from './cursor.ts';
import { BY_UDP_PORT, DNS, DONE } from './protocols.ts';

const DNS_PORT = 53;
const DNS_OCTETS = 12;
const BASE_TRANSPORT_OCTETS = 12;

/** The first four octets of all of them. */
function readPorts(cursor: Cursor): boolean {
  const { view, offset, layer } = cursor;
  if (cursor.end - offset < 4) return false;
  cursor.saw();
  layer.sourcePort = view.getUint16(offset);
  layer.destinationPort = view.getUint16(offset + 2);
  return true;
}

/** Notes the payload at `offset`, where the sample has any of it. */
function notePayload(cursor: Cursor, offset: number): void {
  if (offset < cursor.end) cursor.layer.payload = offset;
}

export function readTcp(cursor: Cursor): number {
  if (!readPorts(cursor)) return cursor.cut();
  const { view, offset, layer } = cursor;
  const octets = cursor.end - offset;
  if (octets < 14) return cursor.cut();
  const control = view.getUint16(offset + 12);
  layer.tcpFlags = control & 0x1ff;
  if (octets < 16) return cursor.cut();
  layer.tcpWindow = view.getUint16(offset + 14);
  const headerOctets = (control >>> 12) << 2;
  if (headerOctets < 20 || headerOctets > octets) return cursor.cut();
  const payload = offset + headerOctets;
  notePayload(cursor, payload);
  const domain = layer.sourcePort === DNS_PORT || layer.destinationPort === DNS_PORT;
  // Over TCP a DNS message stands behind its length; a segment without payload has none.
  return domain && cursor.end - payload > 2 ? cursor.follow(DNS, payload + 2) : DONE;
}

export function readUdp(cursor: Cursor): number {
  if (!readPorts(cursor)) return cursor.cut();
  const { view, offset, layer } = cursor;
  const octets = cursor.end - offset;
  if (octets < 6) return cursor.cut();
  layer.udpLength = view.getUint16(offset + 4);
  if (octets < 8) return cursor.cut();
  const payload = offset + 8;
  notePayload(cursor, payload);
  const next = BY_UDP_PORT[layer.destinationPort]!;
  if (next === DONE && BY_UDP_PORT[layer.sourcePort] === DNS) return cursor.follow(DNS, payload);
  return cursor.follow(next, payload);
}

export function readUdpLite(cursor: Cursor): number {
  if (!readPorts(cursor) || cursor.end - cursor.offset < 8) return cursor.cut();
  notePayload(cursor, cursor.offset + 8);
  return DONE;
}

export function readSctp(cursor: Cursor): number {
  if (!readPorts(cursor) || cursor.end - cursor.offset < 12) return cursor.cut();
  notePayload(cursor, cursor.offset + 12);
  return DONE;
}

export function readDccp(cursor: Cursor): number {
  if (!readPorts(cursor)) return cursor.cut();
  const { view, offset } = cursor;
  const octets = cursor.end - offset;
  if (octets < 12) return cursor.cut();
  const headerOctets = view.getUint8(offset + 4) << 2;
  if (headerOctets < 12 || headerOctets > octets) return cursor.cut();
  notePayload(cursor, offset + headerOctets);
  return DONE;
}

/** ICMP and ICMPv6: type and code; the payload begins behind the eight octets that most types have. */
export function readIcmp(cursor: Cursor): number {
  const { view, offset, layer } = cursor;
  const octets = cursor.end - offset;
  if (octets < 2) return cursor.cut();
  cursor.saw();
  layer.icmpType = view.getUint8(offset);
  layer.icmpCode = view.getUint8(offset + 1);
  if (octets < 8) return cursor.cut();
  notePayload(cursor, offset + 8);
  return DONE;
}

export function readDns(cursor: Cursor): number {
  if (cursor.end - cursor.offset < DNS_OCTETS) return cursor.cut();
  cursor.saw();
  cursor.layer.dns = cursor.offset;
  return DONE;
}

/** The base transport header of InfiniBand and RoCE. Over UDP the payload stays UDP's. */
export function readBaseTransport(cursor: Cursor): number {
  const { offset, layer } = cursor;
  if (cursor.end - offset < BASE_TRANSPORT_OCTETS) return cursor.cut();
  cursor.saw();
  layer.baseTransport = offset;
  if (layer.payload < 0) notePayload(cursor, offset + BASE_TRANSPORT_OCTETS);
  return DONE;
}
