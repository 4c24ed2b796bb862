/**
 * The built interface as answers to requests: which files there are is fixed when it starts (no path of a
 * request ever meets the disk), each with its type and the headers that keep a page from running anything else.
 * The same answers serve the browser (`serve`) and the window (`app://`).
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export type FileAnswer = { status: number; headers: Record<string, string>; body: Uint8Array };

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};

/** Stands in the built pages; each answer has its own value. */
const NONCE_PLACE = '__WEIR_NONCE__';

/** Headers of every answer; styles carry the nonce because some interface parts inject a style element. */
export function securityHeaders(nonce: string): Record<string, string> {
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' data: blob:",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "object-src 'none'",
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  };
}

/** Every file below a folder, as request paths: '/assets/index-1a2b.js'. */
function filesBelow(root: string, prefix = ''): string[] {
  return readdirSync(join(root, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = `${prefix}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(root, path) : entry.isFile() ? [path] : [];
  });
}

/**
 * Answers request paths from the built interface in `root`. Unknown paths are 404; there is no way out of the
 * folder. Throws where the interface has not been built.
 */
export function rendererFiles(root: string): (path: string) => FileAnswer {
  if (!existsSync(join(root, 'index.html')))
    throw new Error('The interface has not been built; run “npm run build”.');
  const known = new Set(filesBelow(root));
  return (path) => {
    const nonce = randomBytes(16).toString('base64');
    const asked = path === '/' ? '/index.html' : path;
    const headers = securityHeaders(nonce);
    if (!known.has(asked)) {
      return {
        status: 404,
        headers: { ...headers, 'Content-Type': 'text/plain; charset=utf-8' },
        body: new TextEncoder().encode('There is no such page.\n'),
      };
    }
    headers['Content-Type'] = TYPES[extname(asked)] ?? 'application/octet-stream';
    let body: Uint8Array = readFileSync(join(root, asked));
    if (asked.endsWith('.html'))
      body = new TextEncoder().encode(new TextDecoder().decode(body).replaceAll(NONCE_PLACE, nonce));
    // Names of assets change with their content.
    else if (asked.startsWith('/assets/')) headers['Cache-Control'] = 'private, max-age=31536000, immutable';
    return { status: 200, headers, body };
  };
}
