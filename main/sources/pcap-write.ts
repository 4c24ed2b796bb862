/**
 * Writes datagrams as a pcap file (microseconds, Ethernet) that Wireshark, tcpdump and the reader beside it
 * open: recordings, exports and made-up traffic. Each datagram gets the headers it would have had, with right
 * lengths and checksums; only the MAC addresses are made up.
 */
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { parseIpv4, parseIpv6 } from '../../shared/format/address.ts';
import { PCAP_HEADER_OCTETS } from './pcap.ts';

/** One end of a datagram's way. */
export type Endpoint = { address: string; port: number };

const RECORD_HEADER_OCTETS = 16;
const ETHERNET_OCTETS = 14;
const UDP_OCTETS = 8;
const MAX_HEADERS_OCTETS = RECORD_HEADER_OCTETS + ETHERNET_OCTETS + 40 + UDP_OCTETS;
/** What IPv4 leaves for a UDP payload; IPv6 would leave 20 more. */
export const MAX_PAYLOAD_OCTETS = 65_507;
const SNAP_OCTETS = 262_144;
const LINK_TYPE_ETHERNET = 1;
const MAX_CACHED_ADDRESSES = 4096;
const UDP = 17;

/**
 * Collects records in memory; whoever owns it takes the octets away with `take` when it likes. Nothing else is
 * kept, so a writer may be handed datagrams for ever.
 */
export class PcapWriter {
  #bytes = new Uint8Array(256 * 1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  #taken = 0;
  readonly #addresses = new Map<string, Uint8Array>();

  /** `continues`: the file has its header already, and the first record will lie at `offset`. */
  constructor(continues?: { offset: number }) {
    if (continues) {
      this.#taken = continues.offset;
      return;
    }
    const view = this.#view;
    view.setUint32(0, 0xa1b2c3d4, true);
    view.setUint16(4, 2, true);
    view.setUint16(6, 4, true);
    view.setUint32(16, SNAP_OCTETS, true);
    view.setUint32(20, LINK_TYPE_ETHERNET, true);
    this.#length = PCAP_HEADER_OCTETS;
  }

  /** Where the next record will begin in the file: `recordOffset` when it is read again. */
  get offset(): number {
    return this.#taken + this.#length;
  }

  /** Octets that wait to be taken. */
  get waitingOctets(): number {
    return this.#length;
  }

  /**
   * Appends one datagram, captured at `timeMs` (kept to the microsecond). An address that is no IP address is
   * written as 0.0.0.0. Throws a RangeError for a payload that no UDP datagram can hold.
   */
  append(datagram: Uint8Array, timeMs: number, source: Endpoint, destination: Endpoint): void {
    const octets = datagram.length;
    if (octets > MAX_PAYLOAD_OCTETS) {
      throw new RangeError(`A datagram of ${octets} octets does not fit into UDP.`);
    }
    this.#makeRoom(MAX_HEADERS_OCTETS + octets);
    const from = this.#addressOctets(source.address);
    const to = this.#addressOctets(destination.address);
    const bytes = this.#bytes;
    const view = this.#view;
    const record = this.#length;
    const ethernet = record + RECORD_HEADER_OCTETS;
    const ip = ethernet + ETHERNET_OCTETS;
    const isIpv4 = from.length === 4 && to.length === 4;
    const udp = ip + (isIpv4 ? 20 : 40);
    const udpOctets = UDP_OCTETS + octets;
    const end = udp + udpOctets;

    const microseconds = Math.max(0, Math.round(timeMs * 1000));
    view.setUint32(record, Math.floor(microseconds / 1e6), true);
    view.setUint32(record + 4, microseconds % 1e6, true);
    view.setUint32(record + 8, end - ethernet, true);
    view.setUint32(record + 12, end - ethernet, true);

    // Locally administered: 02:00:00:00:00:02 from 02:00:00:00:00:01.
    view.setUint32(ethernet, 0x02000000);
    view.setUint32(ethernet + 4, 0x00020200);
    view.setUint32(ethernet + 8, 0x00000001);
    view.setUint16(ethernet + 12, isIpv4 ? 0x0800 : 0x86dd);

    if (isIpv4) {
      view.setUint32(ip, 0x45000000 | (20 + udpOctets));
      // Identification 0, "don't fragment", TTL 64.
      view.setUint32(ip + 4, 0x00004000);
      view.setUint32(ip + 8, (64 << 24) | (UDP << 16));
      bytes.set(from, ip + 12);
      bytes.set(to, ip + 16);
      view.setUint16(ip + 10, internetChecksum(view, ip, ip + 20, 0));
    } else {
      view.setUint32(ip, 0x60000000);
      view.setUint32(ip + 4, (udpOctets << 16) | (UDP << 8) | 64);
      bytes.set(mapped(from), ip + 8);
      bytes.set(mapped(to), ip + 24);
    }

    view.setUint16(udp, source.port);
    view.setUint16(udp + 2, destination.port);
    view.setUint16(udp + 4, udpOctets);
    view.setUint16(udp + 6, 0);
    bytes.set(datagram, udp + UDP_OCTETS);
    // The addresses lie before the UDP header in both families; protocol and length complete the pseudo-header.
    const addresses = isIpv4 ? udp - 8 : udp - 32;
    view.setUint16(udp + 6, internetChecksum(view, addresses, end, UDP + udpOctets) || 0xffff);
    this.#length = end;
  }

  /** The octets written since the last call, and no longer the writer's. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length);
    this.#taken += this.#length;
    this.#length = 0;
    return taken;
  }

  #makeRoom(octets: number): void {
    if (this.#length + octets <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + octets));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  #addressOctets(text: string): Uint8Array {
    const known = this.#addresses.get(text);
    if (known) return known;
    if (this.#addresses.size >= MAX_CACHED_ADDRESSES) this.#addresses.clear();
    const octets = octetsOf(text);
    this.#addresses.set(text, octets);
    return octets;
  }
}

/** A pcap file on disk, made anew. Records wait in memory until `flush`, whose errors are the system's. */
export class PcapFileWriter {
  readonly #handle: FileHandle;
  readonly #writer = new PcapWriter();

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Creates or replaces the file; an Error with one plain sentence where that cannot be. */
  static async create(path: string): Promise<PcapFileWriter> {
    try {
      return new PcapFileWriter(await open(path, 'w'));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      throw new Error(`${path} cannot be written${writeHints[code] ?? (code ? ` (${code})` : '')}.`, {
        cause: error,
      });
    }
  }

  /** As `PcapWriter.append`; call `flush` at least every few megabytes. */
  append(datagram: Uint8Array, timeMs: number, source: Endpoint, destination: Endpoint): void {
    this.#writer.append(datagram, timeMs, source, destination);
  }

  /** Octets that wait for `flush`. */
  get waitingOctets(): number {
    return this.#writer.waitingOctets;
  }

  /** Writes what waits; call and await one at a time. */
  async flush(): Promise<void> {
    const octets = this.#writer.take();
    let at = 0;
    while (at < octets.length) at += (await this.#handle.write(octets, at)).bytesWritten;
  }

  /** Writes what waits and closes the file, also where writing fails. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#handle.close();
    }
  }
}

const writeHints: { readonly [code: string]: string } = {
  ENOENT: ': its folder does not exist',
  EACCES: ': you may not write there',
  EPERM: ': you may not write there',
  EROFS: ': the disk is read-only',
  EISDIR: ': it is a folder',
  ENOSPC: ': the disk is full',
};

function octetsOf(text: string): Uint8Array {
  if (text.includes(':')) return parseIpv6(text.split('%')[0] ?? '') ?? new Uint8Array(16);
  const address = parseIpv4(text) ?? 0;
  return Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address);
}

/** An IPv4 address beside an IPv6 one becomes ::ffff:a.b.c.d. */
function mapped(octets: Uint8Array): Uint8Array {
  if (octets.length === 16) return octets;
  const whole = new Uint8Array(16);
  whole[10] = 0xff;
  whole[11] = 0xff;
  whole.set(octets, 12);
  return whole;
}

/**
 * RFC 1071, over start ≤ o < end and a number to begin with. 32 bits are added at a time, which comes to the
 * same because 2^16 is 1 modulo 65,535.
 */
function internetChecksum(view: DataView, start: number, end: number, initial: number): number {
  let sum = initial;
  let offset = start;
  for (; offset + 4 <= end; offset += 4) sum += view.getUint32(offset);
  if (offset + 2 <= end) {
    sum += view.getUint16(offset);
    offset += 2;
  }
  if (offset < end) sum += view.getUint8(offset) << 8;
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}
