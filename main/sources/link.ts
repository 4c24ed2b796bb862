/**
 * Link layer of a captured packet: where its IP header begins. It knows the link types that a capture of
 * switch exports comes in, VLAN tags included, and reads nothing beyond `end`.
 * Link type numbers: https://www.tcpdump.org/linktypes.html
 */

const NULL_LOOPBACK = 0;
const ETHERNET = 1;
const LOOP = 108;
const LINUX_COOKED = 113;
const IPV4 = 228;
const IPV6 = 229;
const LINUX_COOKED_2 = 276;

/** The answers of `networkOffset` that are not an offset. */
export const NOT_IP = -1;
export const CUT_SHORT = -2;
export const LINK_TYPE_UNKNOWN = -3;

const LINK_NAMES: ReadonlyMap<number, string> = new Map([
  [9, 'PPP'],
  [105, 'IEEE 802.11'],
  [127, 'IEEE 802.11 radiotap'],
  [119, 'IEEE 802.11 Prism'],
  [147, 'user-defined'],
  [189, 'USB'],
  [220, 'USB'],
  [201, 'Bluetooth'],
  [252, 'Wireshark upper PDU'],
]);

/** A link type for eyes: its name where it is a common one, and its number. */
export function linkTypeName(linkType: number): string {
  const name = LINK_NAMES.get(linkType);
  return name ? `${linkType} (${name})` : String(linkType);
}

/** Whether packets of this link type are read. */
export function isLinkTypeKnown(linkType: number): boolean {
  switch (linkType) {
    case NULL_LOOPBACK:
    case ETHERNET:
    case 12:
    case 14:
    case 101:
    case LOOP:
    case LINUX_COOKED:
    case IPV4:
    case IPV6:
    case LINUX_COOKED_2:
      return true;
    default:
      return false;
  }
}

/** Offset of the IPv4 or IPv6 header in the frame start ≤ o < end, or one of the negative answers above. */
export function networkOffset(linkType: number, view: DataView, start: number, end: number): number {
  switch (linkType) {
    case ETHERNET:
      return start + 14 > end ? CUT_SHORT : behindTags(view, start + 12, end);
    case LINUX_COOKED:
      return start + 16 > end ? CUT_SHORT : behindTags(view, start + 14, end);
    case LINUX_COOKED_2: {
      if (start + 20 > end) return CUT_SHORT;
      const protocol = view.getUint16(start);
      if (isIp(protocol)) return start + 20;
      // The tag's own fields follow the fixed header, as they would follow a MAC header.
      return isTag(protocol) ? behindTag(view, start + 20, end) : NOT_IP;
    }
    case 12:
    case 14:
    case 101:
    case IPV4:
    case IPV6:
      return start < end ? start : CUT_SHORT;
    case NULL_LOOPBACK:
    case LOOP: {
      if (start + 4 > end) return CUT_SHORT;
      // NULL has the byte order of the machine that captured, which is not that of the file for certain.
      const big = view.getUint32(start);
      const family = big > 0xffff ? view.getUint32(start, true) : big;
      return isLoopbackIp(family) ? start + 4 : NOT_IP;
    }
    default:
      return LINK_TYPE_UNKNOWN;
  }
}

/** AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 23 on Windows, 24, 28 or 30 on the BSDs and macOS. */
function isLoopbackIp(family: number): boolean {
  return family === 2 || family === 10 || family === 23 || family === 24 || family === 28 || family === 30;
}

function isIp(etherType: number): boolean {
  return etherType === 0x0800 || etherType === 0x86dd;
}

function isTag(etherType: number): boolean {
  return (
    etherType === 0x8100 ||
    etherType === 0x88a8 ||
    etherType === 0x9100 ||
    etherType === 0x9200 ||
    etherType === 0x9300
  );
}

/** `at` is where an ethertype lies; any number of VLAN tags may precede that of IP. */
function behindTags(view: DataView, at: number, end: number): number {
  const etherType = view.getUint16(at);
  if (isIp(etherType)) return at + 2;
  return isTag(etherType) ? behindTag(view, at + 2, end) : NOT_IP;
}

/** `at` is where a tag's control information lies, with the next ethertype two octets on. */
function behindTag(view: DataView, at: number, end: number): number {
  for (let offset = at; offset + 4 <= end; offset += 4) {
    const etherType = view.getUint16(offset + 2);
    if (isIp(etherType)) return offset + 4;
    if (!isTag(etherType)) return NOT_IP;
  }
  return CUT_SHORT;
}
