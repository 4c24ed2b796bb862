/**
 * Headers that carry another packet: GRE (RFC 2784, 2890; NVGRE by RFC 7637; version 1 by RFC 2637), ERSPAN,
 * VXLAN (RFC 7348), VXLAN-GPE, GENEVE (RFC 8926), GTP-U (3GPP TS 29.281), L2TP (RFC 2661, version 3 by RFC 3931),
 * EtherIP (RFC 3378) and NSH (RFC 8300). The header is noted in the layer it follows; the packet inside is the
 * next layer. A port alone does not make a tunnel: what has a fixed part is checked for it.
 */
import type { Cursor } from './cursor.ts';
import { isEthernetAt } from './link.ts';
import {
  BY_ETHERTYPE,
  DONE,
  ERSPAN,
  ETHERNET,
  IP_BY_VERSION,
  IPV4,
  IPV6,
  MPLS,
  NSH,
  PPP,
} from './protocols.ts';

const ERSPAN_II = 0x88be;
const ERSPAN_III = 0x22eb;
const TRANSPARENT_ETHERNET = 0x6558;

export function readGre(cursor: Cursor): number {
  const { view, offset, layer } = cursor;
  if (cursor.end - offset < 4) return cursor.cut();
  const flags = view.getUint16(offset);
  const protocol = view.getUint16(offset + 2);
  const version = flags & 7;
  const hasRouting = (flags & 0x4000) !== 0;
  if (version > 1 || hasRouting) return DONE;
  cursor.tunnel();
  const hasChecksum = (flags & 0x8000) !== 0;
  const hasKey = (flags & 0x2000) !== 0;
  const hasSequence = (flags & 0x1000) !== 0;
  const hasAcknowledgement = version === 1 && (flags & 0x0080) !== 0;
  let behind = offset + 4;
  if (hasChecksum) behind += 4;
  if (hasKey) {
    if (cursor.end - behind < 4) return cursor.cut();
    layer.tunnelKey = behind;
    if (protocol === TRANSPARENT_ETHERNET) layer.vni = view.getUint32(behind) >>> 8;
    behind += 4;
  }
  if (hasSequence) behind += 4;
  if (hasAcknowledgement) behind += 4;
  if (protocol === ERSPAN_II)
    return hasSequence ? cursor.follow(ERSPAN, behind) : cursor.enter(ETHERNET, behind);
  if (protocol === ERSPAN_III) return cursor.follow(ERSPAN, behind);
  return cursor.enter(BY_ETHERTYPE[protocol]!, behind);
}

/** ERSPAN type II (eight octets) or III (twelve, and eight more where its O bit says so). */
export function readErspan(cursor: Cursor): number {
  const { view, offset } = cursor;
  if (cursor.end - offset < 4) return cursor.cut();
  const version = view.getUint8(offset) >>> 4;
  cursor.saw();
  if (version === 1) return cursor.enter(ETHERNET, offset + 8);
  if (version !== 2) return DONE;
  if (cursor.end - offset < 12) return cursor.cut();
  return cursor.enter(ETHERNET, offset + ((view.getUint8(offset + 11) & 1) === 1 ? 20 : 12));
}

const VXLAN_HAS_VNI = 0x08;
const VXLAN_HAS_GROUP = 0x80;
const GPE_HAS_PROTOCOL = 0x04;

/**
 * VXLAN, also with the group policy extension. Its ports may be anybody's ephemeral ports, so the bits that a
 * sender must leave 0 are asked for.
 */
export function readVxlan(cursor: Cursor): number {
  const { view, offset, layer } = cursor;
  if (cursor.end - offset < 8) return cursor.cut();
  const first = view.getUint32(offset);
  const flags = first >>> 24;
  if ((flags & 0x3f) !== VXLAN_HAS_VNI) return DONE;
  if ((flags & VXLAN_HAS_GROUP) === 0 && (first & 0xff_ffff) !== 0) return DONE;
  cursor.tunnel();
  layer.vni = view.getUint32(offset + 4) >>> 8;
  return cursor.enter(ETHERNET, offset + 8);
}

/** Protocol by the next-protocol octet that VXLAN-GPE and NSH share. */
function byNextProtocol(next: number): number {
  if (next === 1) return IPV4;
  if (next === 2) return IPV6;
  if (next === 3) return ETHERNET;
  if (next === 4) return NSH;
  return next === 5 ? MPLS : DONE;
}

export function readVxlanGpe(cursor: Cursor): number {
  const { view, offset, layer } = cursor;
  if (cursor.end - offset < 8) return cursor.cut();
  const flags = view.getUint8(offset);
  if ((flags & 0x30) !== 0) return DONE; // A version that does not exist.
  cursor.tunnel();
  if ((flags & VXLAN_HAS_VNI) !== 0) layer.vni = view.getUint32(offset + 4) >>> 8;
  const next = (flags & GPE_HAS_PROTOCOL) === 0 ? ETHERNET : byNextProtocol(view.getUint8(offset + 3));
  return next === NSH ? cursor.follow(NSH, offset + 8) : cursor.enter(next, offset + 8);
}

/** A service header: its length in units of four octets, then the packet. */
export function readNsh(cursor: Cursor): number {
  const { view, offset } = cursor;
  if (cursor.end - offset < 8) return cursor.cut();
  const octets = (view.getUint16(offset) & 0x3f) << 2;
  if (octets < 8) return cursor.cut();
  cursor.saw();
  const next = byNextProtocol(view.getUint8(offset + 3));
  return next === NSH ? cursor.follow(NSH, offset + octets) : cursor.enter(next, offset + octets);
}

export function readGeneve(cursor: Cursor): number {
  const { view, offset, layer } = cursor;
  if (cursor.end - offset < 8) return cursor.cut();
  const first = view.getUint8(offset);
  const reserved = (view.getUint8(offset + 1) & 0x3f) | view.getUint8(offset + 7);
  if (first >>> 6 !== 0 || reserved !== 0) return DONE; // A version that does not exist, or another protocol.
  cursor.tunnel();
  layer.vni = view.getUint32(offset + 4) >>> 8;
  return cursor.enter(BY_ETHERTYPE[view.getUint16(offset + 2)]!, offset + 8 + ((first & 0x3f) << 2));
}

const GTP_USER_DATA = 255;
/** Extension headers of GTP-U that are passed. */
const MAX_GTP_EXTENSIONS = 8;

export function readGtpUser(cursor: Cursor): number {
  const { view, offset, layer, end } = cursor;
  if (end - offset < 8) return cursor.cut();
  const flags = view.getUint8(offset);
  if (flags >>> 3 !== 6) return DONE; // Version 1, protocol type GTP, spare bit 0.
  cursor.tunnel();
  layer.tunnelKey = offset + 4;
  if (view.getUint8(offset + 1) !== GTP_USER_DATA) return DONE;
  let behind = offset + 8;
  if ((flags & 7) === 0) return cursor.enter(IP_BY_VERSION, behind);
  if (end - behind < 4) return cursor.cut();
  let next = (flags & 4) !== 0 ? view.getUint8(behind + 3) : 0;
  behind += 4;
  for (let count = 0; next !== 0; count++) {
    if (count === MAX_GTP_EXTENSIONS || behind >= end) return cursor.cut();
    const octets = view.getUint8(behind) << 2;
    if (octets === 0 || end - behind < octets) return cursor.cut();
    next = view.getUint8(behind + octets - 1);
    behind += octets;
  }
  return cursor.enter(IP_BY_VERSION, behind);
}

/** L2TP version 2 over UDP: a data message carries PPP behind its optional fields. */
export function readL2tp(cursor: Cursor): number {
  const { view, offset } = cursor;
  if (cursor.end - offset < 6) return cursor.cut();
  const flags = view.getUint16(offset);
  if ((flags & 0x34ff) !== 2) return DONE; // Version 2, reserved bits 0.
  cursor.tunnel();
  if ((flags & 0x8000) !== 0) return DONE; // A control message.
  let behind = offset + 2;
  if ((flags & 0x4000) !== 0) behind += 2;
  behind += 4;
  if ((flags & 0x0800) !== 0) behind += 4;
  if ((flags & 0x0200) !== 0) {
    if (cursor.end - behind < 2) return cursor.cut();
    behind += 2 + view.getUint16(behind);
  }
  return cursor.enter(PPP, behind);
}

/**
 * L2TP version 3 straight over IP. The length of its cookie is known only to the two ends: the first of the
 * possible places at which an Ethernet header with a known ethertype stands is taken.
 */
export function readL2tpV3(cursor: Cursor): number {
  const { view, offset, layer } = cursor;
  if (cursor.end - offset < 4) return cursor.cut();
  cursor.tunnel();
  layer.tunnelKey = offset;
  if (view.getUint32(offset) === 0) return DONE; // Session 0: a control message.
  for (let behind = offset + 4; behind <= offset + 16; behind += 4) {
    if (isEthernetAt(cursor, behind)) return cursor.enter(ETHERNET, behind);
  }
  return DONE;
}

export function readEtherIp(cursor: Cursor): number {
  const { view, offset } = cursor;
  if (cursor.end - offset < 2) return cursor.cut();
  if (view.getUint8(offset) >>> 4 !== 3) return DONE;
  cursor.tunnel();
  return cursor.enter(ETHERNET, offset + 2);
}
