/**
 * ARP (RFC 826), IPv4 (RFC 791) and IPv6 with its extension headers (RFC 8200, AH by RFC 4302). An address is
 * kept as an offset. What contradicts itself (a header shorter than its minimum, a total length inside the
 * header, a chain of extensions that does not end) gives no transport header: fail closed.
 */
import type { Cursor } from './cursor.ts';
import { AH, BY_IP_PROTOCOL, DONE, IPV4, IPV6 } from './protocols.ts';

const IPV4_OCTETS = 20;
const IPV6_OCTETS = 40;
/** Extension headers that are passed; a longer chain has no ports. */
const MAX_EXTENSIONS = 8;

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const NO_NEXT_HEADER = 59;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;
const HOST_IDENTITY = 139;
const SHIM6 = 140;

export function readArp(cursor: Cursor): number {
  const { offset } = cursor;
  if (cursor.end - offset < 8) return cursor.cut();
  cursor.saw();
  cursor.layer.arp = offset;
  const { view } = cursor;
  const octets = 8 + 2 * (view.getUint8(offset + 4) + view.getUint8(offset + 5));
  return cursor.end - offset < octets ? cursor.cut() : DONE;
}

/** A bare IP packet: the version decides, whatever the sample called it. */
export function readIpByVersion(cursor: Cursor): number {
  if (cursor.offset >= cursor.end) return cursor.cut();
  const version = cursor.view.getUint8(cursor.offset) >>> 4;
  return version === 4 ? IPV4 : version === 6 ? IPV6 : DONE;
}

export function readIpv4(cursor: Cursor): number {
  const { view, offset, layer } = cursor;
  if (cursor.end - offset < IPV4_OCTETS) return readCutIpv4(cursor);
  const first = view.getUint8(offset);
  if (first >>> 4 !== 4) return DONE;
  cursor.saw();
  const headerOctets = (first & 15) << 2;
  const length = view.getUint16(offset + 2);
  const fragment = view.getUint16(offset + 6);
  const protocol = view.getUint8(offset + 9);
  layer.ipVersion = 4;
  layer.ip = offset;
  layer.tos = view.getUint8(offset + 1);
  layer.ipLength = length;
  layer.ipId = view.getUint16(offset + 4);
  layer.ipFlags = fragment >>> 13;
  layer.moreFragments = (fragment >>> 13) & 1;
  layer.fragmentOffset = fragment & 0x1fff;
  layer.ttl = view.getUint8(offset + 8);
  // What AH protects is read there.
  layer.ipProtocol = protocol === AUTHENTICATION && layer.fragmentOffset === 0 ? -1 : protocol;
  layer.sourceIp = offset + 12;
  layer.destinationIp = offset + 16;
  if (headerOctets < IPV4_OCTETS) return cursor.cut();
  // Length 0 is what a network card's segmentation offload leaves: then the sample's own end holds.
  if (length !== 0 && offset + length < cursor.end) cursor.end = offset + length;
  if ((fragment & 0x1fff) !== 0) return DONE;
  return behindIp(cursor, protocol, offset + headerOctets);
}

/** As many fields of an IPv4 header as the octets reach for. */
function readCutIpv4(cursor: Cursor): number {
  const { view, offset, layer } = cursor;
  const octets = cursor.end - offset;
  if (octets < 1) return cursor.cut();
  if (view.getUint8(offset) >>> 4 !== 4) return DONE;
  cursor.saw();
  layer.ipVersion = 4;
  layer.ip = offset;
  if (octets >= 2) layer.tos = view.getUint8(offset + 1);
  if (octets >= 4) layer.ipLength = view.getUint16(offset + 2);
  if (octets >= 6) layer.ipId = view.getUint16(offset + 4);
  if (octets >= 8) {
    const fragment = view.getUint16(offset + 6);
    layer.ipFlags = fragment >>> 13;
    layer.moreFragments = (fragment >>> 13) & 1;
    layer.fragmentOffset = fragment & 0x1fff;
  }
  if (octets >= 9) layer.ttl = view.getUint8(offset + 8);
  if (octets >= 10 && view.getUint8(offset + 9) !== AUTHENTICATION)
    layer.ipProtocol = view.getUint8(offset + 9);
  if (octets >= 16) layer.sourceIp = offset + 12;
  return cursor.cut();
}

/** Notes where the header behind IP begins and goes on with it: in the same layer, or in the next for IP in IP. */
function behindIp(cursor: Cursor, protocol: number, offset: number): number {
  if (offset >= cursor.end) return cursor.cut();
  const next = BY_IP_PROTOCOL[protocol]!;
  if (next !== AH) cursor.layer.transport = offset;
  return next === IPV4 || next === IPV6 ? cursor.enter(next, offset) : cursor.follow(next, offset);
}

/** AH behind IPv4: what it protects is what the packet carries. */
export function readAuthentication(cursor: Cursor): number {
  const { view, offset, layer } = cursor;
  if (cursor.end - offset < 2) return cursor.cut();
  cursor.saw();
  const next = view.getUint8(offset);
  layer.ipProtocol = next;
  layer.extensionCount++;
  if (layer.extensionCount > MAX_EXTENSIONS) return cursor.cut();
  return behindIp(cursor, next, offset + ((view.getUint8(offset + 1) + 2) << 2));
}

export function readIpv6(cursor: Cursor): number {
  const { view, offset, layer } = cursor;
  const octets = cursor.end - offset;
  if (octets < 1) return cursor.cut();
  if (view.getUint8(offset) >>> 4 !== 6) return DONE;
  cursor.saw();
  layer.ipVersion = 6;
  layer.ip = offset;
  if (octets < IPV6_OCTETS) return readCutIpv6(cursor, octets);
  const first = view.getUint32(offset);
  const length = view.getUint16(offset + 4);
  layer.tos = (first >>> 20) & 0xff;
  layer.flowLabel = first & 0xf_ffff;
  layer.ipLength = length + IPV6_OCTETS;
  layer.ttl = view.getUint8(offset + 7);
  layer.sourceIp = offset + 8;
  layer.destinationIp = offset + 24;
  // Payload length 0: a jumbogram, or segmentation offload.
  if (length !== 0 && offset + IPV6_OCTETS + length < cursor.end) cursor.end = offset + IPV6_OCTETS + length;
  return readExtensions(cursor, view.getUint8(offset + 6), offset + IPV6_OCTETS);
}

function readCutIpv6(cursor: Cursor, octets: number): number {
  const { view, offset, layer } = cursor;
  if (octets >= 4) {
    const first = view.getUint32(offset);
    layer.tos = (first >>> 20) & 0xff;
    layer.flowLabel = first & 0xf_ffff;
  }
  if (octets >= 6) layer.ipLength = view.getUint16(offset + 4) + IPV6_OCTETS;
  // The next header of a chain that was cut off says nothing about the protocol behind it.
  if (octets >= 7 && !isExtension(view.getUint8(offset + 6))) layer.ipProtocol = view.getUint8(offset + 6);
  if (octets >= 8) layer.ttl = view.getUint8(offset + 7);
  if (octets >= 24) layer.sourceIp = offset + 8;
  return cursor.cut();
}

function isExtension(next: number): boolean {
  return (
    next === HOP_BY_HOP ||
    next === ROUTING ||
    next === FRAGMENT ||
    next === AUTHENTICATION ||
    next === DESTINATION_OPTIONS ||
    next === MOBILITY ||
    next === HOST_IDENTITY ||
    next === SHIM6
  );
}

/** Passes the extension headers; each advances by at least eight octets. */
function readExtensions(cursor: Cursor, next: number, offset: number): number {
  const { view, layer } = cursor;
  while (isExtension(next)) {
    if (layer.extensionCount >= MAX_EXTENSIONS || cursor.end - offset < 8) return cursor.cut();
    layer.extensionCount++;
    const following = view.getUint8(offset);
    if (next === FRAGMENT) {
      const fragment = view.getUint16(offset + 2);
      layer.fragmentOffset = fragment >>> 3;
      layer.moreFragments = fragment & 1;
      if (layer.fragmentOffset !== 0) {
        layer.ipProtocol = following;
        return DONE;
      }
      offset += 8;
    } else if (next === AUTHENTICATION) {
      cursor.sawAt(AH, offset);
      offset += Math.max(8, (view.getUint8(offset + 1) + 2) << 2);
    } else {
      offset += (view.getUint8(offset + 1) + 1) << 3;
    }
    next = following;
  }
  layer.ipProtocol = next;
  return next === NO_NEXT_HEADER ? DONE : behindIp(cursor, next, offset);
}
