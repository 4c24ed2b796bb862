/**
 * Reads the text of a list: a file, or a URL over HTTP(S) without redirects, proxies or cookies, from an address that was
 * checked before it is connected to (hazards: server-side request forgery), within a time and a size.
 */
import { lookup } from 'node:dns/promises';
import { open } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { safeText } from '../../../shared/format/text.ts';
import { lookupOf, mayReach, scopeOf } from '../../reach/scope.ts';
import type { ReadSource } from './lists.ts';

export const MOST_OCTETS = 16 * 1024 * 1024;
const WITHIN_MS = 30_000;

/** Why a source is none that can be read; '' where it may be. */
export function problemOfSource(source: string): string {
  if (!/^[a-z][a-z\d+.-]+:/i.test(source))
    return isAbsolute(source)
      ? ''
      : `“${safeText(source, 80)}” is neither a URL nor the whole path of a file, such as /etc/weir/blocklist.txt.`;
  const url = URL.canParse(source) ? new URL(source) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    return isAbsolute(source) ? '' : 'Only http and https are read; write https://… or the path of a file.';
  if (url.username !== '' || url.password !== '') return 'A URL must not hold a user or a password.';
  return '';
}

type Resolve = (name: string) => Promise<string[]>;
const bySystem: Resolve = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);

/** `resolve` gives all addresses of a name. */
export function sourceReader(resolve: Resolve = bySystem, withinMs = WITHIN_MS): ReadSource {
  return async ({ source, allowPrivate }) => {
    const problem = problemOfSource(source);
    if (problem !== '') throw new Error(problem);
    const isUrl = URL.canParse(source) && /^https?:/i.test(source);
    return isUrl ? readUrl(new URL(source), allowPrivate, resolve, withinMs) : readFile(source);
  };
}

async function readFile(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const about = await file.stat();
      if (!about.isFile()) throw new Error(`${path} is no file.`);
      if (about.size > MOST_OCTETS) throw new Error(tooLarge(path));
      const bytes = Buffer.alloc(about.size);
      await file.read(bytes, 0, about.size, 0);
      return bytes.toString('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw code === '' ? error : new Error(`${path} cannot be read (${code}).`);
  }
}

const tooLarge = (what: string): string => `${what} has more than ${MOST_OCTETS / 1024 ** 2} MiB.`;

async function addressOf(url: URL, allowPrivate: boolean, resolve: Resolve): Promise<string> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = isIP(host) ? [host] : await resolve(host).catch(() => []);
  if (addresses.length === 0) throw new Error(`The name ${safeText(host, 80)} cannot be resolved.`);
  for (const address of addresses) {
    const scope = scopeOf(address);
    if (mayReach(scope, allowPrivate)) continue;
    throw new Error(
      scope === 'private'
        ? `${safeText(host, 80)} is this computer or on a private network; tick “Private addresses” where that is meant.`
        : `${safeText(host, 80)} is at no address that a list may be read from.`,
    );
  }
  return addresses[0]!;
}

async function readUrl(url: URL, allowPrivate: boolean, resolve: Resolve, withinMs: number): Promise<string> {
  const signal = AbortSignal.timeout(withinMs);
  const address = await addressOf(url, allowPrivate, resolve);
  const send = url.protocol === 'https:' ? secureRequest : plainRequest;
  const headers = { Accept: 'text/plain, */*', 'Accept-Encoding': 'identity', 'User-Agent': 'Weir' };
  return new Promise((resolveText, reject) => {
    const fail = (why: string): void => {
      reject(new Error(why));
      request.destroy();
    };
    const host = safeText(url.host, 80);
    const request = send(
      url,
      { headers, lookup: lookupOf(address), signal, agent: false, maxHeaderSize: 16_384 },
      (answer) => {
        const status = answer.statusCode ?? 0;
        if (status >= 300 && status < 400)
          return fail(`${host} sends on to another address; enter that one.`);
        if (status !== 200) return fail(`${host} answers with HTTP ${status}.`);
        const chunks: Buffer[] = [];
        let octets = 0;
        answer.on('data', (chunk: Buffer) => {
          octets += chunk.length;
          if (octets > MOST_OCTETS) fail(tooLarge(host));
          else chunks.push(chunk);
        });
        answer.on('end', () => resolveText(Buffer.concat(chunks).toString('utf8')));
        answer.on('error', () => fail(`${host} broke off.`));
      },
    );
    request.on('error', (error) => {
      const code = 'code' in error ? ` (${String(error.code)})` : '';
      fail(
        signal.aborted
          ? `${host} did not answer within ${withinMs / 1000} s.`
          : `${host} cannot be read${code}.`,
      );
    });
    request.end();
  });
}
