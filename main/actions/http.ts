/**
 * One HTTP request of an action: to a checked address, no redirect followed, within five seconds, and no more of the
 * answer read than 64 KiB. No proxy, no cookie, no connection kept.
 */
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { safeText } from '../../shared/format/text.ts';
import { lookupOf } from '../reach/scope.ts';
import { Failure, SEND_LIMIT_MS, type Surroundings } from './kind.ts';
import { networkFailure } from './stream.ts';
import { reach } from './target.ts';

export type HttpRequest = {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
  allowPrivate: boolean;
  /** Takes a certificate that nobody vouches for. */
  anyCertificate: boolean;
};

const MOST_ANSWER_OCTETS = 65_536;
/** How much of an answer is shown. */
const MOST_SHOWN = 300;

/** An http or https address without user and password. Throws `Failure` with a sentence. */
export function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new Failure(`“${safeText(text, 128)}” is no address of the form http://… or https://….`);
  if (url.username !== '' || url.password !== '')
    throw new Failure('A user name or a password does not belong into the address; use the secret field.');
  return url;
}

/** Sends it and says what was answered. Throws `Failure`: 5xx, 429 and what the network does may go better later. */
export async function sendHttp(
  request: HttpRequest,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<string> {
  const url = httpUrl(request.url);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(SEND_LIMIT_MS)]);
  const address = await within(reach(url.hostname, surroundings, request.allowPrivate), limit);
  const { status, reason, text } = await exchange(url, address, request, limit);
  const said = safeText(text.trim(), MOST_SHOWN);
  const line = safeText(`HTTP ${status} ${reason}`.trim(), 64);
  if (status >= 200 && status < 300) return said === '' ? line : `${line}: ${said}`;
  if (status >= 300 && status < 400) throw new Failure(`${line}: redirects are not followed.`);
  throw new Failure(said === '' ? `${line}.` : `${line}: ${said}`, status >= 500 || status === 429);
}

/** Ends with the signal, whatever the promise does. */
function within<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(networkFailure(signal.reason));
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    if (signal.aborted) stop();
  });
}

function exchange(
  url: URL,
  address: string,
  { method, headers, body, anyCertificate }: HttpRequest,
  signal: AbortSignal,
): Promise<{ status: number; reason: string; text: string }> {
  const octets = Buffer.from(body, 'utf8');
  const hasBody = octets.length > 0 || method === 'POST' || method === 'PUT';
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? secureRequest : plainRequest;
    const outgoing = send(
      url,
      {
        ...{ method, lookup: lookupOf(address), signal, agent: false, rejectUnauthorized: !anyCertificate },
        headers: { ...headers, ...(hasBody ? { 'Content-Length': String(octets.length) } : {}) },
        maxHeaderSize: 16_384,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        const done = (): void =>
          resolve({
            status: incoming.statusCode ?? 0,
            reason: incoming.statusMessage ?? '',
            text: Buffer.concat(chunks).toString('utf8'),
          });
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk.subarray(0, MOST_ANSWER_OCTETS - size));
          size += chunk.length;
          if (size < MOST_ANSWER_OCTETS) return;
          done();
          outgoing.destroy();
        });
        incoming.on('end', done);
        incoming.on('error', (error) => reject(networkFailure(error)));
      },
    );
    outgoing.on('error', (error) => reject(networkFailure(error)));
    outgoing.end(hasBody ? octets : undefined);
  });
}
