/**
 * Addresses to text and back. Two spellings exist on purpose: the one for people (RFC 5952 lower case, MAC
 * with colons), and the one that sFlow-RT's flow keys use (IPv6 in upper case, MAC as bare hexadecimal), which
 * scripts written for it compare against.
 */

const HEX_LOWER = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));
const HEX_UPPER = HEX_LOWER.map((text) => text.toUpperCase());

/** An IPv4 address from its 32 bits: '10.4.3.2'. */
export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** An IPv4 address from the four octets at `offset`. */
export function formatIpv4Octets(octets: Uint8Array, offset = 0): string {
  return `${octets[offset]}.${octets[offset + 1]}.${octets[offset + 2]}.${octets[offset + 3]}`;
}

/** The eight groups in hexadecimal with the longest run (of two or more, the first of equals) of zeros as '::'. */
function compressed(groups: readonly number[]): string {
  let bestStart = -1;
  let bestLength = 1;
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (start + length < groups.length && groups[start + length] === 0) length++;
    if (length > bestLength) {
      bestStart = start;
      bestLength = length;
    }
    start += length;
  }
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (bestStart < 0) return text(groups);
  return `${text(groups.slice(0, bestStart))}::${text(groups.slice(bestStart + bestLength))}`;
}

function groupsOf(octets: Uint8Array, offset: number): number[] {
  const groups: number[] = [];
  for (let index = 0; index < 8; index++) {
    groups.push((octets[offset + 2 * index]! << 8) | octets[offset + 2 * index + 1]!);
  }
  return groups;
}

function groupsOfWords(words: readonly [number, number, number, number]): number[] {
  return words.flatMap((word) => [word >>> 16, word & 0xffff]);
}

/** RFC 5952; an IPv4-mapped address keeps its dotted form (section 5). */
function formatGroups(groups: readonly number[]): string {
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  if (!mapped) return compressed(groups);
  return `::ffff:${formatIpv4(((groups[6]! << 16) | groups[7]!) >>> 0)}`;
}

/** An IPv6 address from the 16 octets at `offset`, by RFC 5952: '2001:db8::1'. */
export function formatIpv6(octets: Uint8Array, offset = 0): string {
  return formatGroups(groupsOf(octets, offset));
}

/** An IPv6 address from four 32-bit words, most significant first, by RFC 5952. */
export function formatIpv6Words(first: number, second: number, third: number, fourth: number): string {
  return formatGroups(groupsOfWords([first, second, third, fourth]));
}

/** As sFlow-RT spells flow keys: compressed, upper case, no dotted tail: 'FE80::1'. */
export function formatIpv6Upper(octets: Uint8Array, offset = 0): string {
  return compressed(groupsOf(octets, offset)).toUpperCase();
}

/** As {@link formatIpv6Upper}, from four 32-bit words. */
export function formatIpv6WordsUpper(first: number, second: number, third: number, fourth: number): string {
  return compressed(groupsOfWords([first, second, third, fourth])).toUpperCase();
}

/** A MAC address from the six octets at `offset`, for people: '6c:64:1a:00:1a:80'. */
export function formatMac(octets: Uint8Array, offset = 0): string {
  let text = HEX_LOWER[octets[offset]!]!;
  for (let index = 1; index < 6; index++) text += `:${HEX_LOWER[octets[offset + index]!]}`;
  return text;
}

/** A MAC address as sFlow-RT spells it: '6C641A001A80'. */
export function formatMacPlain(octets: Uint8Array, offset = 0): string {
  let text = '';
  for (let index = 0; index < 6; index++) text += HEX_UPPER[octets[offset + index]!];
  return text;
}

/** The 32 bits of a dotted IPv4 address; null where it is not one. Leading zeros are refused (they read as octal). */
export function parseIpv4(text: string): number | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return null;
  let address = 0;
  for (let index = 1; index <= 4; index++) {
    const part = match[index]!;
    if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return null;
    address = address * 256 + Number(part);
  }
  return address;
}

/** The 16 octets of an IPv6 address in any RFC 4291 spelling, without a zone; null where it is not one. */
export function parseIpv6(text: string): Uint8Array | null {
  if (text.length > 45) return null;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const octets = new Uint8Array(16);
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  groups.forEach((group, index) => {
    octets[2 * index] = group >>> 8;
    octets[2 * index + 1] = group & 255;
  });
  return octets;
}

/** Groups between colons; only the last part of an address may end in a dotted IPv4 address. */
function parseGroups(text: string, last: boolean): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const dotted = last && index === parts.length - 1 ? parseIpv4(part) : null;
    if (dotted === null) return null;
    groups.push(dotted >>> 16, dotted & 0xffff);
  }
  return groups;
}

/** The octets of an address, 4 (IPv4) or 16 (IPv6); null where the text is neither. */
export function parseAddress(text: string): Uint8Array | null {
  const ipv4 = parseIpv4(text);
  if (ipv4 === null) return parseIpv6(text);
  return Uint8Array.of(ipv4 >>> 24, (ipv4 >>> 16) & 255, (ipv4 >>> 8) & 255, ipv4 & 255);
}

/** An address of 4 or 16 octets for people. */
export function formatAddress(octets: Uint8Array): string {
  return octets.length === 4 ? formatIpv4Octets(octets) : formatIpv6(octets);
}

/** The six octets of a MAC address with colons, hyphens, Cisco dots or none; null where it is not one. */
export function parseMac(text: string): Uint8Array | null {
  const spelled =
    /^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i.test(text) ||
    /^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/i.test(text) ||
    /^[0-9a-f]{12}$/i.test(text);
  if (!spelled) return null;
  const digits = text.replace(/[:.-]/g, '');
  return Uint8Array.from({ length: 6 }, (_, index) =>
    Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}

/** A subnet: the octets of its address and how many leading bits count. */
export type Prefix = { octets: Uint8Array; bits: number };

/** Reads '10.0.0.0/8' or a single address (all bits count); null where it is neither. */
export function parsePrefix(text: string): Prefix | null {
  const slash = text.indexOf('/');
  const octets = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (octets === null) return null;
  if (slash < 0) return { octets, bits: octets.length * 8 };
  const bits = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > octets.length * 8) return null;
  return { octets, bits: Number(bits) };
}

/** Whether an address (4 or 16 octets) lies in a subnet of its own family. */
export function prefixContains(prefix: Prefix, address: Uint8Array): boolean {
  if (prefix.octets.length !== address.length) return false;
  const whole = prefix.bits >>> 3;
  for (let index = 0; index < whole; index++) {
    if (prefix.octets[index] !== address[index]) return false;
  }
  const rest = prefix.bits & 7;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return (prefix.octets[whole]! & mask) === (address[whole]! & mask);
}
