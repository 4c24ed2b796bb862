/**
 * Addresses as keys spell them and as people do, brought to one form: words to compare, and one spelling to look
 * them up by. MAC addresses are twelve digits in upper case, IPv6 compressed in lower case.
 */
import { formatAddress, parseAddress, parseIpv4, parseMac } from '../../shared/format/address.ts';

export type Family = 'ipv4' | 'ipv6' | 'mac';
export type AddressWords = { family: Family; words: Uint32Array };

/** Words of each family; a MAC address is 48 bits, the last 16 of its second word are 0. */
export const FAMILY_WORDS: Record<Family, number> = { ipv4: 1, ipv6: 4, mac: 2 };
export const FAMILY_BITS: Record<Family, number> = { ipv4: 32, ipv6: 128, mac: 48 };

function wordsOf(octets: Uint8Array): Uint32Array {
  const words = new Uint32Array(Math.ceil(octets.length / 4));
  for (let i = 0; i < octets.length; i++)
    words[i >> 2] = (words[i >> 2]! | (octets[i]! << (24 - 8 * (i & 3)))) >>> 0;
  return words;
}

/** The words of an IP or MAC address in any spelling; null where the text is neither. */
export function addressWords(text: string): AddressWords | null {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== null) return { family: 'ipv4', words: Uint32Array.of(ipv4) };
  const address = parseAddress(text);
  if (address !== null) return { family: address.length === 4 ? 'ipv4' : 'ipv6', words: wordsOf(address) };
  const mac = parseMac(text);
  return mac === null ? null : { family: 'mac', words: wordsOf(mac) };
}

/** Twelve digits in upper case for the octets of a MAC address. */
export const macText = (octets: Uint8Array): string => Buffer.from(octets).toString('hex').toUpperCase();

/** The one spelling of an IP or MAC address by which it is looked up; null where the text is neither. */
export function addressText(text: string): string | null {
  const address = parseAddress(text);
  if (address !== null) return formatAddress(address);
  const mac = parseMac(text);
  return mac === null ? null : macText(mac);
}

/** Whether an IP address is one host's, seen from elsewhere: neither a group's nor of one link or this computer. */
export function isResolvable(text: string): boolean {
  const octets = parseAddress(text);
  if (octets === null) return false;
  const [first = 0, second = 0] = octets;
  if (octets.length === 4)
    return first !== 0 && first !== 127 && first < 224 && !(first === 169 && second === 254);
  if (first === 0xff || (first === 0xfe && (second & 0xc0) === 0x80)) return false;
  return octets.subarray(0, 15).some((octet) => octet !== 0) || octets[15]! > 1;
}
