/**
 * Names that hosts tell of themselves in frames that happen to be sampled: DHCP (the host name, option 12 or 81, with
 * the address that is given), NetBIOS registrations and answers, and LLDP (system name and port of a neighbour).
 * Whoever sends such frames chooses the names, so they stand behind all others. Reads are bounded per second of the
 * samples' time, tables are capped, and what is cut off or wrong is passed over.
 */
import { LRUCache } from 'lru-cache';
import { formatAddress, formatIpv4Octets } from '../../shared/format/address.ts';
import { safeText } from '../../shared/format/text.ts';
import { isResolvable, macText } from './address.ts';

export const MOST_HEARD_HOSTS = 16_384;
export const MOST_HOST_FRAMES_PER_SECOND = 100;
const LONGEST_NAME = 120;

export type HostNameOrigin = 'dhcp' | 'netbios' | 'lldp';
/** When it was heard, by the samples' time. */
export type HeardHostName = { name: string; origin: HostNameOrigin; atMs: number };
export type Neighbour = { system: string; port: string; atMs: number };

export const DHCP_PORTS: ReadonlySet<number> = new Set([67, 68]);
export const NETBIOS_PORT = 137;
export const LLDP_ETHERTYPE = 0x88cc;

/** DHCP (RFC 2131): offsets in a message, and its options. */
const YOUR_ADDRESS = 16;
const CLIENT_HARDWARE = 28;
const MAGIC_COOKIE = 236;
const OPTIONS = 240;
const OPTION_HOST_NAME = 12;
const OPTION_REQUESTED = 50;
const OPTION_CLIENT_FQDN = 81;
/** Flags of the record of a NetBIOS registration, behind header, question, and the record's own head. */
const NETBIOS_FLAGS = 62;
/** Flags and two codes of option 81 stand before its name (RFC 4702). */
const FQDN_HEAD = 3;

export class HeardHosts {
  readonly #names = new LRUCache<string, HeardHostName>({ max: MOST_HEARD_HOSTS });
  /** Names by hardware address, until the address that is given to it is heard. */
  readonly #asked = new LRUCache<string, string>({ max: 1024 });
  readonly #neighbours = new LRUCache<string, Neighbour>({ max: MOST_HEARD_HOSTS });
  #second = Number.NaN;
  #read = 0;

  get size(): number {
    return this.#names.size;
  }
  name(address: string): HeardHostName | null {
    return this.#names.get(address) ?? null;
  }
  /** Every address with a name, the most recently used first. */
  *entries(): Iterable<[string, string]> {
    for (const [address, { name }] of this.#names.entries()) yield [address, name];
  }
  /** Who is at the other end of a port, by LLDP. */
  neighbour(agent: string, ifIndex: number): Neighbour | null {
    return this.#neighbours.get(`${agent} ${ifIndex}`) ?? null;
  }

  /** Whether one more frame may be read in this second. */
  #may(timeMs: number): boolean {
    const second = Math.floor(timeMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#read = 0;
    }
    return ++this.#read <= MOST_HOST_FRAMES_PER_SECOND;
  }

  #keep(address: string, name: string, origin: HostNameOrigin, atMs: number): boolean {
    const clean = safeText(name.replace(/[\0\s.]+$/, '').trim(), LONGEST_NAME);
    if (clean === '') return false;
    const before = this.#names.get(address);
    this.#names.set(address, { name: clean, origin, atMs });
    return before?.name !== clean;
  }

  /** Takes a DHCP message at start ≤ o < end; true where a name was learned. */
  takeDhcp(bytes: Uint8Array, start: number, end: number, timeMs: number): boolean {
    if (start < 0 || end - start <= OPTIONS || !this.#may(timeMs)) return false;
    if (bytes[start + 1] !== 1 || bytes[start + 2] !== 6 || !hasCookie(bytes, start + MAGIC_COOKIE))
      return false;
    const mac = macText(bytes.subarray(start + CLIENT_HARDWARE, start + CLIENT_HARDWARE + 6));
    let name = '';
    let address = formatIpv4Octets(bytes, start + YOUR_ADDRESS);
    for (const { code, at, length } of dhcpOptions(bytes, start + OPTIONS, end)) {
      if (code === OPTION_HOST_NAME) name ||= latin(bytes, at, at + length);
      // With its E bit the name is in DNS form, which is not read.
      else if (code === OPTION_CLIENT_FQDN && length > FQDN_HEAD && (bytes[at]! & 4) === 0)
        name = latin(bytes, at + FQDN_HEAD, at + length);
      else if (code === OPTION_REQUESTED && length === 4 && address === '0.0.0.0')
        address = formatIpv4Octets(bytes, at);
    }
    const isRequest = bytes[start] === 1;
    if (isRequest && name !== '') this.#asked.set(mac, name);
    const known = name || this.#asked.get(mac) || '';
    if (known === '') return false;
    const isMacNew = this.#keep(mac, known, 'dhcp', timeMs);
    // A request only asks for an address; it is given by the answer.
    return (!isRequest && isResolvable(address) && this.#keep(address, known, 'dhcp', timeMs)) || isMacNew;
  }

  /** Takes a NetBIOS name service packet (RFC 1002); `source` is who sent it. True where a name was learned. */
  takeNetbios(bytes: Uint8Array, start: number, end: number, source: string, timeMs: number): boolean {
    if (start < 0 || end - start <= NETBIOS_FLAGS || !this.#may(timeMs) || !isResolvable(source))
      return false;
    const operation = (bytes[start + 2]! >> 3) & 0x0f;
    // Registration (5) and refresh (8) are of the sender's own name.
    if ((operation !== 5 && operation !== 8) || bytes[start + 12] !== 32) return false;
    let name = '';
    for (let letter = 0; letter < 15; letter++) {
      const high = bytes[start + 13 + 2 * letter]! - 0x41;
      const low = bytes[start + 14 + 2 * letter]! - 0x41;
      if (high < 0 || high > 15 || low < 0 || low > 15) return false;
      name += String.fromCharCode((high << 4) | low);
    }
    // The last octet says what the name is of, 0 a computer; in the flags of the record it says of what kind.
    const isComputer = bytes[start + 43] === 0x41 && bytes[start + 44] === 0x41;
    const isGroup = (bytes[start + NETBIOS_FLAGS]! & 0x80) !== 0;
    return isComputer && !isGroup && this.#keep(source, name, 'netbios', timeMs);
  }

  /** Takes an LLDP frame's units (IEEE 802.1AB) that came in at a port; `mac` sent it. True where something is new. */
  takeLldp(
    bytes: Uint8Array,
    start: number,
    end: number,
    from: { mac: string; agent: string; ifIndex: number },
    timeMs: number,
  ): boolean {
    if (start < 0 || !this.#may(timeMs)) return false;
    let [system, port] = ['', ''];
    for (let at = start; at + 2 <= end; ) {
      const head = (bytes[at]! << 8) | bytes[at + 1]!;
      const [type, length] = [head >> 9, head & 0x1ff];
      at += 2;
      if (type === 0 || at + length > end) break;
      if (type === 2 && length > 1) port = portOf(bytes, at, at + length);
      else if (type === 5) system = latin(bytes, at, at + length);
      at += length;
    }
    system = safeText(system.trim(), LONGEST_NAME);
    if (system === '') return false;
    const place = `${from.agent} ${from.ifIndex}`;
    const before = this.#neighbours.get(place);
    port = safeText(port.trim(), LONGEST_NAME);
    this.#neighbours.set(place, { system, port, atMs: timeMs });
    const isNew = before?.system !== system || before.port !== port;
    return this.#keep(from.mac, port === '' ? system : `${system} ${port}`, 'lldp', timeMs) || isNew;
  }
}

const latin = (bytes: Uint8Array, start: number, end: number): string =>
  new TextDecoder().decode(bytes.subarray(start, end));

/** A port as LLDP names it: by name, number or address. */
function portOf(bytes: Uint8Array, start: number, end: number): string {
  const value = bytes.subarray(start + 1, end);
  if (bytes[start] === 3 && value.length === 6) return macText(value);
  // A network address: its family, then 4 or 16 octets.
  if (bytes[start] === 4 && (value.length === 5 || value.length === 17))
    return formatAddress(value.subarray(1));
  return latin(bytes, start + 1, end);
}

const hasCookie = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0x63 && bytes[at + 1] === 0x82 && bytes[at + 2] === 0x53 && bytes[at + 3] === 0x63;

function* dhcpOptions(
  bytes: Uint8Array,
  start: number,
  end: number,
): Generator<{ code: number; at: number; length: number }> {
  for (let at = start; at < end; ) {
    const code = bytes[at]!;
    if (code === 255) return;
    if (code === 0) {
      at++;
      continue;
    }
    const length = at + 1 < end ? bytes[at + 1]! : end;
    if (at + 2 + length > end) return;
    yield { code, at: at + 2, length };
    at += 2 + length;
  }
}
