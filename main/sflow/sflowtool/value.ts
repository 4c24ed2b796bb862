/** Numbers and addresses as sflowtool spells them. */
import { hexText, ipv4Text } from '../address.ts';

/**
 * A number with `digits` places behind the point, as C prints it: an exact tie goes to the even neighbour
 * (toFixed would take the larger).
 */
export function decimals(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}.${'0'.repeat(digits)}`;
  // Between two decimals of d places lie, among binary fractions, only odd multiples of 1 / 2^(d + 1).
  const isTie = Math.abs((value * 2 ** (digits + 1)) % 2) === 1;
  if (!isTie) return value.toFixed(digits);
  const below = Math.floor(value * 10 ** digits);
  return ((below % 2 === 0 ? below : below + 1) / 10 ** digits).toFixed(digits);
}

/** Twelve hexadecimal digits. */
export function plainMac(bytes: Uint8Array, offset: number): string {
  return hexText(bytes, offset, offset + 6);
}

/** All eight groups of an IPv6 address, each of four digits. */
export function fullIpv6(bytes: Uint8Array, offset: number): string {
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(hexText(bytes, offset + i, offset + i + 2));
  return groups.join(':');
}

/** An address of `octets` (4, 16, or 0 for an unknown one, which is '-'). */
export function plainAddress(bytes: Uint8Array, offset: number, octets: number): string {
  return octets === 4 ? ipv4Text(bytes, offset) : octets === 16 ? fullIpv6(bytes, offset) : '-';
}

const UPPER = '0123456789ABCDEF';

/** Upper-case hexadecimal octets joined by '-'. */
export function dashedHex(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) {
    if (i > start) text += '-';
    text += UPPER[bytes[i]! >> 4]! + UPPER[bytes[i]! & 15]!;
  }
  return text;
}

/** '2023-11-14T22:13:20+0000' */
export function timestamp(unixSeconds: number, utcOffsetMinutes: number): string {
  const local = new Date((unixSeconds + utcOffsetMinutes * 60) * 1000).toISOString().slice(0, 19);
  const minutes = Math.abs(utcOffsetMinutes);
  const two = (value: number) => `${value}`.padStart(2, '0');
  return `${local}${utcOffsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
}
