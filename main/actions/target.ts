/**
 * Where an action may connect to. A name is resolved once, every address of it is checked, and the connection is
 * made to a checked address: a name that says something else a moment later changes nothing. Addresses that wrap
 * IPv4 (mapped, NAT64) are judged by what they wrap.
 */
import ipaddr from 'ipaddr.js';
import { safeText } from '../../shared/format/text.ts';
import { Failure, type Surroundings } from './kind.ts';

/** Where clouds keep the credentials of a machine: never a target, private ones allowed or not. */
const METADATA = new Set(['169.254.169.254', '169.254.170.2', 'fd00:ec2::254', '100.100.100.200']);
const PRIVATE = new Set(['private', 'loopback', 'linkLocal', 'uniqueLocal', 'carrierGradeNat']);
/** Well-known and local-use prefix of NAT64; the last 32 bits are the IPv4 address. */
const NAT64: [ipaddr.IPv6, number][] = [
  [ipaddr.IPv6.parse('64:ff9b::'), 96],
  [ipaddr.IPv6.parse('64:ff9b:1::'), 48],
];
const GLOBAL_IPV6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

function unwrapped(address: string): ipaddr.IPv4 | ipaddr.IPv6 {
  const parsed = ipaddr.process(address.split('%')[0]!);
  if (parsed.kind() === 'ipv4') return parsed;
  const wide = parsed as ipaddr.IPv6;
  const bytes = wide.toByteArray();
  const isCompatible =
    bytes.slice(0, 12).every((byte) => byte === 0) && bytes.slice(12).some((byte) => byte > 1);
  if (isCompatible || NAT64.some((prefix) => wide.match(prefix))) return new ipaddr.IPv4(bytes.slice(12));
  return wide;
}

/** `public`, `private` (this computer and networks of one's own), or `never` a target. */
export function judgeAddress(text: string): 'public' | 'private' | 'never' {
  if (!ipaddr.isValid(text.split('%')[0]!)) return 'never';
  const address = unwrapped(text);
  if (METADATA.has(address.toString())) return 'never';
  const range = address.range();
  if (PRIVATE.has(range)) return 'private';
  if (range !== 'unicast') return 'never';
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(GLOBAL_IPV6) ? 'public' : 'never';
}

/**
 * An address to connect to. Throws `Failure` where the name has none, or where any of its addresses is no target.
 */
export async function reach(
  host: string,
  { resolve }: Pick<Surroundings, 'resolve'>,
  allowPrivate: boolean,
): Promise<string> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const shown = safeText(bare, 128);
  let addresses: string[];
  if (ipaddr.isValid(bare.split('%')[0]!)) addresses = [bare];
  else {
    try {
      addresses = await resolve(bare);
    } catch {
      throw new Failure(`The name ${shown} cannot be resolved.`, true);
    }
  }
  if (addresses.length === 0) throw new Failure(`The name ${shown} has no address.`, true);
  for (const address of addresses) {
    const kind = judgeAddress(address);
    if (kind === 'public' || (kind === 'private' && allowPrivate)) continue;
    const where = address === bare ? shown : `${shown} (${safeText(address, 64)})`;
    throw new Failure(
      kind === 'private'
        ? `${where} is on this computer or on a private network; tick “Private addresses” where that is meant.`
        : `${where} is no address that an action may connect to.`,
    );
  }
  return addresses[0]!;
}
