/**
 * `uri:httpurl:host`: a part of a URL or of the path alone that most clients send (RFC 3986). Absent where the URL
 * does not have the part. Of 'http://user@example.com:8080/a/../b/c.html?q=1#top':
 *
 * normalized http://user@example.com:8080/b/c.html?q=1#top · scheme http · user user · authority
 * user@example.com:8080 · host example.com · port 8080 · path /a/../b/c.html · file c.html · extension html ·
 * query q=1 · fragment top · isabsolute true (it has a scheme) · isopaque false (no path of its own, as mailto:a@b)
 */
import type { CompiledKey, KeyFunction } from '../key.ts';
import { choice, expectCount } from './arguments.ts';
import { derivedFrom } from './derived.ts';

const PARTS = [
  'normalized',
  'scheme',
  'user',
  'authority',
  'host',
  'port',
  'path',
  'file',
  'extension',
  'query',
  'fragment',
  'isabsolute',
  'isopaque',
] as const;
type Part = (typeof PARTS)[number];

/** RFC 3986, appendix B. */
const URI = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is;
/** Userinfo, host (an IPv6 address in brackets) and port. */
const AUTHORITY = /^(?:([^@]*)@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/s;

/** The path without '.' and '..' (section 5.2.4). */
function withoutDots(path: string): string {
  const kept: string[] = [];
  const parts = path.split('/');
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    if (part === '.') {
      if (isLast) kept.push('');
    } else if (part === '..') {
      const previous = kept.at(-1);
      if (previous !== undefined && previous !== '..' && (previous !== '' || kept.length > 1)) kept.pop();
      else if (!path.startsWith('/')) kept.push(part);
      if (isLast) kept.push('');
    } else kept.push(part);
  }
  return kept.join('/');
}

/** The named part of a URI; null where it does not have it. */
export function uriPart(uri: string, part: Part): string | null {
  const [, scheme, authority, path = '', query, fragment] = URI.exec(uri) ?? [];
  const isOpaque = scheme !== undefined && authority === undefined && !path.startsWith('/');
  const [, user, host, port] = AUTHORITY.exec(authority ?? '') ?? [];
  const file = isOpaque ? '' : path.slice(path.lastIndexOf('/') + 1);
  switch (part) {
    case 'scheme':
      return given(scheme?.toLowerCase());
    case 'authority':
      return given(authority);
    case 'user':
      return given(user);
    case 'host':
      return given(host?.toLowerCase());
    case 'port':
      return given(port);
    case 'path':
      return isOpaque ? null : given(path);
    case 'file':
      return given(file);
    case 'extension':
      return given(file.includes('.', 1) ? file.slice(file.lastIndexOf('.') + 1) : undefined);
    case 'query':
      return given(query);
    case 'fragment':
      return given(fragment);
    case 'isabsolute':
      return String(scheme !== undefined);
    case 'isopaque':
      return String(isOpaque);
    case 'normalized':
      return [
        scheme === undefined ? '' : `${scheme.toLowerCase()}:`,
        authority === undefined ? '' : `//${normalAuthority(authority, host)}`,
        isOpaque ? path : withoutDots(path),
        query === undefined ? '' : `?${query}`,
        fragment === undefined ? '' : `#${fragment}`,
      ].join('');
  }
}

const given = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);

/** Host names are equal whatever their case. */
function normalAuthority(authority: string, host: string | undefined): string {
  if (host === undefined) return authority;
  const at = authority.indexOf('@') + 1;
  return authority.slice(0, at) + host.toLowerCase() + authority.slice(at + host.length);
}

export const uri: KeyFunction = {
  name: 'uri',
  about: `A part of a URL: ${PARTS.join(', ')}.`,
  example: 'uri:httpurl:path',
  compile(keyArguments, compileKey, context): CompiledKey {
    expectCount(uri, keyArguments, 2, 2, 'a key and a part of a URL');
    const [key = '', name = ''] = keyArguments;
    const part = choice(uri, name, 'part', PARTS);
    return derivedFrom(compileKey(key), context, (text) => uriPart(text, part));
  },
};
