/**
 * Where Weir may connect to when a setting names the place: a list that is read, an action that is sent. A name is
 * resolved once, every address of it is judged, and the connection is made to a judged address by `lookupOf`, so a name
 * that says something else a moment later changes nothing (hazards: server-side request forgery). Addresses that wrap
 * IPv4 (mapped, compatible, NAT64) are judged by what they wrap.
 */
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

export type AddressScope = 'public' | 'private' | 'never';

const PRIVATE = new Set(['private', 'loopback', 'linkLocal', 'uniqueLocal', 'carrierGradeNat']);
/** Well-known and local-use prefix of NAT64 (RFC 6052, RFC 8215): the last 32 bits are an IPv4 address. */
const NAT64: [ipaddr.IPv6, number][] = [
  [ipaddr.IPv6.parse('64:ff9b::'), 96],
  [ipaddr.IPv6.parse('64:ff9b:1::'), 48],
];
const GLOBAL: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];
/** Where clouds keep the credentials of a machine: IPv4 link-local is used for little else. */
const CREDENTIALS = /^(169\.254\.|100\.100\.100\.200$|fd00:ec2:)/;

function unwrapped(bare: string): ipaddr.IPv4 | ipaddr.IPv6 {
  const address = ipaddr.process(bare);
  if (address.kind() === 'ipv4') return address;
  const wide = address as ipaddr.IPv6;
  const bytes = wide.toByteArray();
  const isCompatible =
    bytes.slice(0, 12).every((byte) => byte === 0) && bytes.slice(12).some((byte) => byte > 1);
  return isCompatible || NAT64.some((prefix) => wide.match(prefix)) ? new ipaddr.IPv4(bytes.slice(12)) : wide;
}

/** Of the Internet, of this computer or a private network, or never to be connected to. What is no address is `never`. */
export function scopeOf(text: string): AddressScope {
  const bare = text.split('%')[0]!;
  if (!ipaddr.isValid(bare)) return 'never';
  const address = unwrapped(bare);
  if (CREDENTIALS.test(address.toString())) return 'never';
  const range = address.range();
  if (PRIVATE.has(range)) return 'private';
  if (range !== 'unicast') return 'never';
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(GLOBAL) ? 'public' : 'never';
}

/** Whether a connection may be made, where private addresses are allowed or not. */
export function mayReach(scope: AddressScope, allowPrivate: boolean): boolean {
  return scope === 'public' || (scope === 'private' && allowPrivate);
}

/** For a request: the name stays in Host and in the check of the certificate, the connection goes to `address`. */
export function lookupOf(address: string): LookupFunction {
  const family = isIP(address.split('%')[0]!);
  return (_host, options, found) =>
    options.all ? found(null, [{ address, family }]) : found(null, address, family);
}
