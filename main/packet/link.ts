/**
 * Link layers: Ethernet II, 802.3 with LLC and SNAP, VLAN tags of all kinds, MPLS, PPP, PPPoE, provider backbone
 * (MAC in MAC), 802.11 and InfiniBand. IEEE 802.3, 802.1Q, 802.1ad, 802.1ah, 802.2; RFC 1661 (PPP), RFC 2516
 * (PPPoE), RFC 3032 and RFC 4448 (MPLS and Ethernet over it), IEEE 802.11, InfiniBand Architecture volume 1.
 */
import type { Cursor } from './cursor.ts';
import { MAX_LABELS, MAX_VLANS } from './header.ts';
import {
  BTH,
  BY_ETHERTYPE,
  BY_IP_PROTOCOL,
  BY_PPP_PROTOCOL,
  CDP,
  DONE,
  ETHERNET,
  GRH,
  HDLC,
  IPV4,
  IPV6,
  LLC,
  SNAP,
  STP,
  VLAN,
  WIFI,
} from './protocols.ts';

const MAC_OCTETS = 6;
/** From here on the field behind the MAC addresses is a type, below it a length. */
const FIRST_ETHERTYPE = 1536;

/** TPIDs: 802.1Q, 802.1ad, and what was in use before 802.1ad. */
function isVlanTag(etherType: number): boolean {
  return (
    etherType === 0x8100 ||
    etherType === 0x88a8 ||
    etherType === 0x9100 ||
    etherType === 0x9200 ||
    etherType === 0x9300
  );
}

/** Ethernet II, 802.3 and the A-MSDU subframe of 802.11, which has the same first 14 octets. */
export function readEthernet(cursor: Cursor): number {
  const { offset, layer } = cursor;
  const octets = cursor.end - offset;
  if (octets < 2 * MAC_OCTETS) {
    if (octets >= MAC_OCTETS) {
      cursor.saw();
      layer.destinationMac = offset;
    }
    return cursor.cut();
  }
  cursor.saw();
  layer.ethernet = offset;
  layer.destinationMac = offset;
  layer.sourceMac = offset + MAC_OCTETS;
  return readEtherType(cursor, offset + 2 * MAC_OCTETS);
}

/** The ethertype at `offset` with all VLAN tags before it. More tags than are kept are passed over. */
function readEtherType(cursor: Cursor, offset: number): number {
  const { view, end, layer } = cursor;
  if (end - offset < 2) return cursor.cut();
  let etherType = view.getUint16(offset);
  offset += 2;
  while (isVlanTag(etherType)) {
    if (end - offset < 2) return cursor.cut();
    const index = layer.vlanCount;
    if (index < MAX_VLANS) {
      const tag = view.getUint16(offset);
      cursor.sawAt(VLAN, offset);
      layer.vlan[index] = tag & 0xfff;
      layer.priority[index] = tag >>> 13;
      layer.tpid[index] = etherType;
      layer.vlanCount = index + 1;
    } else layer.tagsPassed++;
    if (end - offset < 4) return cursor.cut();
    etherType = view.getUint16(offset + 2);
    offset += 4;
  }
  layer.etherType = etherType;
  if (etherType >= FIRST_ETHERTYPE) return cursor.follow(BY_ETHERTYPE[etherType]!, offset);
  if (etherType > 0 && offset + etherType < end) cursor.end = offset + etherType;
  return cursor.follow(LLC, offset);
}

/** 802.2 LLC: spanning tree by its service access point, SNAP, else left alone. */
export function readLlc(cursor: Cursor): number {
  const { view, offset } = cursor;
  if (cursor.end - offset < 3) return cursor.cut();
  const accessPoints = view.getUint16(offset);
  if (accessPoints === 0xffff) return DONE; // Raw 802.3: IPX without LLC.
  cursor.saw();
  if (accessPoints === 0x4242) return cursor.follow(STP, offset + 3);
  if (accessPoints === 0xaaaa && view.getUint8(offset + 2) === 3) return cursor.follow(SNAP, offset + 3);
  return DONE;
}

const CISCO = 0x00000c;

/** SNAP: an organisation and its protocol; organisation 0 means an ethertype. */
export function readSnap(cursor: Cursor): number {
  const { view, offset } = cursor;
  if (cursor.end - offset < 5) return cursor.cut();
  cursor.saw();
  const organisation = view.getUint32(offset) >>> 8;
  const protocol = view.getUint16(offset + 3);
  if (organisation === 0) return cursor.follow(BY_ETHERTYPE[protocol]!, offset + 5);
  if (organisation !== CISCO) return DONE;
  if (protocol === 0x2000) return cursor.follow(CDP, offset + 5);
  return protocol === 0x010b ? cursor.follow(STP, offset + 5) : DONE;
}

/** PPP with or without its address and control octets, the protocol in one octet or two; or Cisco HDLC. */
export function readPpp(cursor: Cursor): number {
  const { view, end } = cursor;
  let offset = cursor.offset;
  if (end - offset < 2) return cursor.cut();
  const first = view.getUint16(offset);
  if (first === 0x0f00 || first === 0x8f00) return readHdlc(cursor);
  cursor.saw();
  if (first === 0xff03) offset += 2;
  if (offset >= end) return cursor.cut();
  const octet = view.getUint8(offset);
  if ((octet & 1) === 1) return cursor.follow(BY_PPP_PROTOCOL[octet]!, offset + 1);
  if (end - offset < 2) return cursor.cut();
  return cursor.follow(BY_PPP_PROTOCOL[view.getUint16(offset)]!, offset + 2);
}

function readHdlc(cursor: Cursor): number {
  const { view, offset } = cursor;
  cursor.sawAt(HDLC, offset);
  if (cursor.end - offset < 4) return cursor.cut();
  return cursor.follow(BY_ETHERTYPE[view.getUint16(offset + 2)]!, offset + 4);
}

/** PPPoE: six octets; a session carries PPP without address and control, discovery is left alone. */
export function readPppoe(cursor: Cursor): number {
  const { view, offset } = cursor;
  if (cursor.end - offset < 6) return cursor.cut();
  cursor.saw();
  if (view.getUint8(offset + 1) !== 0) return DONE; // A code: discovery.
  const length = view.getUint16(offset + 4);
  if (length > 0 && offset + 6 + length < cursor.end) cursor.end = offset + 6 + length;
  if (cursor.end - offset < 8) return cursor.cut();
  return cursor.follow(BY_PPP_PROTOCOL[view.getUint16(offset + 6)]!, offset + 8);
}

const EXPLICIT_NULL_IPV4 = 0;
const EXPLICIT_NULL_IPV6 = 2;

/** An MPLS label stack and what it carries, which only its first octets tell (RFC 4928). */
export function readMpls(cursor: Cursor): number {
  const { view, end, layer } = cursor;
  let offset = cursor.offset;
  if (end - offset < 4) return cursor.cut();
  cursor.saw();
  let entry = 0;
  do {
    if (end - offset < 4) return cursor.cut();
    entry = view.getUint32(offset);
    if (layer.labelCount < MAX_LABELS) layer.label[layer.labelCount++] = entry;
    else layer.tagsPassed++;
    offset += 4;
  } while ((entry & 0x100) === 0);
  if (offset >= end) return cursor.cut();
  const bottom = entry >>> 12;
  if (bottom === EXPLICIT_NULL_IPV4) return cursor.follow(IPV4, offset);
  if (bottom === EXPLICIT_NULL_IPV6) return cursor.follow(IPV6, offset);
  const nibble = view.getUint8(offset) >>> 4;
  if (nibble === 4 && isIpv4At(cursor, offset)) return cursor.follow(IPV4, offset);
  if (nibble === 6 && isIpv6At(cursor, offset)) return cursor.follow(IPV6, offset);
  if (nibble === 1) return DONE; // An associated channel (RFC 4385).
  const controlWord = nibble === 0 && hasControlWord(cursor, offset);
  return cursor.enter(ETHERNET, controlWord ? offset + 4 : offset);
}

/**
 * A nibble of 4 or 6 begins an IP packet, but also the MAC addresses of some makers: where a whole Ethernet
 * header stands just as well, the IPv4 checksum, or the sense of the IPv6 fields, decides.
 */
function isIpv4At(cursor: Cursor, offset: number): boolean {
  const { view } = cursor;
  if (!isEthernetAt(cursor, offset)) return true;
  if (cursor.end - offset < 20) return true;
  let sum = 0;
  for (let at = offset; at < offset + 20; at += 2) sum += view.getUint16(at);
  return view.getUint8(offset) !== 0x45 || (sum & 0xffff) + (sum >>> 16) === 0xffff;
}

function isIpv6At(cursor: Cursor, offset: number): boolean {
  const { view } = cursor;
  if (!isEthernetAt(cursor, offset)) return true;
  if (cursor.end - offset < 9) return true;
  const next = view.getUint8(offset + 6);
  const source = view.getUint8(offset + 8);
  const sensible = source >>> 5 === 1 || source >= 0xfc; // Global; unique local, link-local, multicast.
  return sensible && (BY_IP_PROTOCOL[next] !== DONE || next === 0 || next === 43 || next === 44);
}

/**
 * Four zero bits begin a control word, but also the MAC addresses of many makers: the place where a known
 * ethertype stands decides.
 */
function hasControlWord(cursor: Cursor, offset: number): boolean {
  return isEthernetAt(cursor, offset + 4) || !isEthernetAt(cursor, offset);
}

/** Whether the octets at `offset` end in an ethertype that has a meaning here. */
export function isEthernetAt(cursor: Cursor, offset: number): boolean {
  if (cursor.end - offset < 14) return false;
  const etherType = cursor.view.getUint16(offset + 12);
  return BY_ETHERTYPE[etherType] !== DONE || isVlanTag(etherType);
}

/** 802.1ah: a service instance (kept as the virtual network id) and the customer's frame. */
export function readBackbone(cursor: Cursor): number {
  const { view, offset } = cursor;
  if (cursor.end - offset < 4) return cursor.cut();
  cursor.tunnel();
  cursor.layer.vni = view.getUint32(offset) & 0xff_ffff;
  return cursor.enter(ETHERNET, offset + 4);
}

/** An 802.11 frame: three or four addresses by direction; the LLC of a data frame that is not encrypted. */
export function readWifi(cursor: Cursor): number {
  const { view, offset, layer } = cursor;
  const octets = cursor.end - offset;
  if (octets < 2) return cursor.cut();
  const control = view.getUint16(offset);
  const type = (control >>> 10) & 3;
  const subtype = control >>> 12;
  const toDistribution = (control & 0x01) !== 0;
  const fromDistribution = (control & 0x02) !== 0;
  cursor.saw();
  if (type !== 0 && type !== 2) return DONE; // Control frames differ in length and have no payload.
  const fourAddresses = toDistribution && fromDistribution;
  const length = fourAddresses ? 30 : 24;
  if (octets < length) return cursor.cut();
  layer.destinationMac = offset + (toDistribution ? 16 : 4);
  layer.sourceMac = offset + (fourAddresses ? 24 : fromDistribution ? 16 : 10);
  if (type === 0) return DONE;
  const quality = (subtype & 8) !== 0;
  const noData = (subtype & 4) !== 0;
  const encrypted = (control & 0x40) !== 0;
  const throughputControl = (control & 0x80) !== 0;
  if (noData || encrypted) return DONE;
  return cursor.follow(LLC, offset + length + (quality ? (throughputControl ? 6 : 2) : 0));
}

/** An A-MPDU subframe: a delimiter of four octets whose last is the letter N, then the frame. */
export function readWifiAggregate(cursor: Cursor): number {
  const { view, offset, end } = cursor;
  const delimiter = end - offset >= 4 && view.getUint8(offset + 3) === 0x4e;
  return cursor.follow(WIFI, delimiter ? offset + 4 : offset);
}

/** InfiniBand local route header: eight octets, then a global route header or the base transport header. */
export function readLocalRoute(cursor: Cursor): number {
  const { view, offset } = cursor;
  if (cursor.end - offset < 8) return cursor.cut();
  cursor.saw();
  const next = view.getUint8(offset + 1) & 3;
  return cursor.follow(next === 3 ? GRH : next === 2 ? BTH : DONE, offset + 8);
}

/** InfiniBand global route header (RoCE v1): 40 octets shaped like IPv6, next header 27 for base transport. */
export function readGlobalRoute(cursor: Cursor): number {
  const { view, offset } = cursor;
  if (cursor.end - offset < 40) return cursor.cut();
  cursor.saw();
  return cursor.follow(view.getUint8(offset + 6) === 27 ? BTH : DONE, offset + 40);
}

/** A header that is only recognised. */
export function readRecognised(cursor: Cursor): number {
  cursor.saw();
  return DONE;
}
