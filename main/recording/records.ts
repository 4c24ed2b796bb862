/**
 * The records of a recording's own pcap octets: little-endian, microseconds, Ethernet with the made-up addresses that
 * `PcapWriter` gives every datagram. Those addresses tell where a record begins, so that damage costs the records it
 * touched and no others.
 */
import { formatIpv4, formatIpv6, parseIpv4 } from '../../shared/format/address.ts';

export const RECORD_HEADER_OCTETS = 16;
const MOST_RECORD_OCTETS = 70_000;
/** Octets between the beginning of a record and its UDP payload, by the version of IP. */
const HEADERS_IPV4 = RECORD_HEADER_OCTETS + 14 + 20 + 8;
const HEADERS_IPV6 = RECORD_HEADER_OCTETS + 14 + 40 + 8;

/** Whether a record as `PcapWriter` makes them begins here. */
export function isRecord(view: DataView, at: number, end: number): boolean {
  return (
    at + HEADERS_IPV4 <= end &&
    view.getUint32(at + 16) === 0x02000000 &&
    view.getUint32(at + 20) === 0x00020200 &&
    view.getUint32(at + 24) === 0x00000001 &&
    view.getUint32(at + 4, true) < 1_000_000 &&
    view.getUint32(at + 8, true) === view.getUint32(at + 12, true) &&
    view.getUint32(at + 8, true) <= MOST_RECORD_OCTETS
  );
}

/** The octets of the record at `at`, its header included. */
export function recordOctets(view: DataView, at: number): number {
  return RECORD_HEADER_OCTETS + view.getUint32(at + 8, true);
}

/** Capture time in milliseconds, exact to the microsecond. */
export function recordTimeMs(view: DataView, at: number): number {
  return (view.getUint32(at, true) * 1e6 + view.getUint32(at + 4, true)) / 1000;
}

/** Where the next record begins at or behind `at`; `end` where there is none. */
export function nextRecord(view: DataView, at: number, end: number): number {
  for (let offset = at; offset + HEADERS_IPV4 <= end; offset++)
    if (isRecord(view, offset, end)) return offset;
  return end;
}

/** Where the UDP payload of the record at `at` begins. */
export function payloadStart(view: DataView, at: number): number {
  return at + (view.getUint16(at + 28) === 0x86dd ? HEADERS_IPV6 : HEADERS_IPV4);
}

/**
 * The agent that a datagram says it is from (all versions of sFlow have it in the same place), packed: an IPv4
 * address as its number, another as text; -1 where there is none.
 */
export function agentIn(view: DataView, start: number, end: number): number | string {
  if (start + 12 > end) return -1;
  const type = view.getUint32(start + 4);
  if (type === 1) return view.getUint32(start + 8);
  if (type !== 2 || start + 24 > end) return -1;
  return formatIpv6(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), start + 8);
}

export function agentText(agent: number | string): string {
  return typeof agent === 'string' ? agent : agent < 0 ? 'unknown' : formatIpv4(agent);
}

/** The reverse of {@link agentText}. */
export function packedAgent(text: string): number | string {
  return text === 'unknown' ? -1 : (parseIpv4(text) ?? text);
}
