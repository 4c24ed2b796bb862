/**
 * Bodies: JSON as people type it (unquoted keys, single quotes, trailing commas, comments), whatever the content type
 * says or none, within limits of size, depth and time. A body that cannot be read is refused by one sentence.
 */
import type { IncomingMessage } from 'node:http';
import JSON5 from 'json5';
import { RestError } from './route.ts';

export const MOST_BODY_OCTETS = 1024 * 1024;
const MOST_DEPTH = 32;
const BODY_TIME_MS = 10_000;

/** Names with which a body could reach into the program. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** The text of a body. Throws RestError. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new RestError(415, 'Send the body as it is, not compressed.');
  const tooLarge = new RestError(413, `A body has at most ${MOST_BODY_OCTETS / 1024 ** 2} MiB.`);
  if (Number(request.headers['content-length'] ?? 0) > MOST_BODY_OCTETS) throw tooLarge;
  const parts: Uint8Array[] = [];
  let octets = 0;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new RestError(408, `The body did not come within ${BODY_TIME_MS / 1000} seconds.`)),
      BODY_TIME_MS,
    );
    const end = (error: RestError | null): void => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve();
    };
    request.on('data', (part: Uint8Array) => {
      octets += part.length;
      if (octets > MOST_BODY_OCTETS) end(tooLarge);
      else parts.push(part);
    });
    request.once('end', () => end(null));
    request.once('error', () => end(new RestError(400, 'The body broke off.')));
    request.once('close', () => end(new RestError(400, 'The body broke off.')));
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw new RestError(400, 'The body is no UTF-8 text.');
  }
}

/** What a body says. Throws RestError 400 with the line and column that it is about. */
export function parseBody(text: string, example: string): unknown {
  if (text.trim() === '') throw new RestError(400, `The body is empty; send for instance ${example}.`);
  const value = parseRelaxed(text, example);
  checkShape(value);
  return value;
}

function parseRelaxed(text: string, example: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Most bodies that scripts send are strict; the others are read the slow way.
  }
  try {
    return JSON5.parse(text) as unknown;
  } catch (error) {
    const at =
      error instanceof Error && 'lineNumber' in error && 'columnNumber' in error
        ? ` at line ${String(error.lineNumber)}, column ${String(error.columnNumber)}`
        : '';
    throw new RestError(400, `The body cannot be read as JSON${at}; send for instance ${example}.`);
  }
}

function checkShape(value: unknown): void {
  const waiting: { value: unknown; depth: number }[] = [{ value, depth: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.value === null || typeof next.value !== 'object') continue;
    if (next.depth > MOST_DEPTH)
      throw new RestError(400, `The body is nested more than ${MOST_DEPTH} levels deep.`);
    for (const name of Object.getOwnPropertyNames(next.value)) {
      if (FORBIDDEN.has(name)) throw new RestError(400, `“${name}” cannot be a name in a body.`);
      waiting.push({
        value: (next.value as Record<string, unknown>)[name],
        depth: next.depth + 1,
      });
    }
  }
}

/** A body that is an object. Throws RestError 400. */
export function objectOf(body: unknown, example: string): Record<string, unknown> {
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw new RestError(400, `The body must be an object, as in ${example}.`);
  return body as Record<string, unknown>;
}
