/**
 * Who may speak to the door. Any web page that the user visits can reach loopback, by address or by a name that
 * changes its meaning, so Host and Origin are compared exactly with the few that are ours. On loopback that is enough
 * for REST; on any other address everything needs the token besides.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const LEAST_TOKEN_CHARACTERS = 16;

export const isLoopback = (address: string): boolean => LOOPBACK.has(address);

/** Throws a sentence where an address may not be served as it is asked for. */
export function checkAddress(address: string, token: string | null): void {
  if (token === null && !isLoopback(address))
    throw new Error(
      `Weir serves loopback only unless it is given a token; use 127.0.0.1 or ::1 instead of ${address}, or add --token-file FILE.`,
    );
  if (token !== null && token.length < LEAST_TOKEN_CHARACTERS)
    throw new Error(
      `The token has ${token.length} characters, and must have ${LEAST_TOKEN_CHARACTERS} or more; “openssl rand -hex 32” makes a good one.`,
    );
}

/** 'HOST' as it stands in an address. */
const bracketed = (address: string): string => (isIPv6(address) ? `[${address}]` : address);

/** Host headers that mean this door. */
export function authoritiesOf(address: string, port: number): Set<string> {
  const everywhere = address === '0.0.0.0' || address === '::';
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map((one) => one.address);
  const names = [
    '127.0.0.1',
    'localhost',
    '::1',
    ...(everywhere ? [...own, hostname().toLowerCase()] : [address]),
  ];
  return new Set(names.map((name) => `${bracketed(name)}:${port}`));
}

/** Whether Host is one of ours, and a page that asks is one of ours. */
export function isOurs(request: IncomingMessage, known: ReadonlySet<string>): boolean {
  const { origin, host } = request.headers;
  if (host === undefined || !known.has(host.toLowerCase())) return false;
  // Node keeps the first of several Host lines; a request that has two is nobody's.
  const hosts = request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length !== 1) return false;
  if (request.headers['sec-fetch-site'] === 'cross-site') return false;
  return origin === undefined || (origin.startsWith('http://') && known.has(origin.slice(7)));
}

/** Whether two secrets are the same, in a time that does not tell where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** The token of a request: as a bearer, or as the password that a browser or `curl -u` sends; '' where there is none. */
export function tokenOf(request: IncomingMessage): string {
  const [scheme, value = ''] = (request.headers.authorization ?? '').split(/ +/, 2);
  if (scheme?.toLowerCase() === 'bearer') return value;
  if (scheme?.toLowerCase() !== 'basic') return '';
  const text = Buffer.from(value, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}
