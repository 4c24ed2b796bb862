/** Text to a TCP port: connect, write, end. And what the network answers, in sentences. */
import { connect } from 'node:net';
import { connect as secureConnect } from 'node:tls';
import { safeText } from '../../shared/format/text.ts';
import { Failure, SEND_LIMIT_MS } from './kind.ts';

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens there: the connection was refused.',
  ECONNRESET: 'The connection was broken off by the far side.',
  EPIPE: 'The connection was closed by the far side.',
  ETIMEDOUT: 'There was no answer in time.',
  EHOSTUNREACH: 'There is no way to that address.',
  ENETUNREACH: 'There is no way to that network.',
  ENOTFOUND: 'The name cannot be resolved.',
  EAI_AGAIN: 'The name cannot be resolved now.',
  HPE_INVALID_CONSTANT: 'What answered does not speak HTTP.',
};

/** Why something that went over the network failed; it may go better later. */
export function networkFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { name, code, message } = error as { name?: string; code?: string; message?: string };
  if (name === 'TimeoutError' || name === 'AbortError')
    return new Failure(`There was no answer within ${SEND_LIMIT_MS / 1000} seconds.`, true);
  const known = code === undefined ? undefined : REASONS[code];
  return new Failure(known ?? `It could not be sent: ${safeText(message ?? 'unknown reason', 200)}.`, true);
}

export type StreamTarget = {
  address: string;
  host: string;
  port: number;
  tls: boolean;
  anyCertificate: boolean;
};

/** Writes all of it and ends; resolves when the far side's system has taken it. Throws `Failure`. */
export function writeStream(target: StreamTarget, octets: Uint8Array, signal: AbortSignal): Promise<void> {
  const { address, host, port, tls, anyCertificate } = target;
  return new Promise((resolve, reject) => {
    const socket = tls
      ? secureConnect({
          host: address,
          port,
          servername: serverName(host),
          rejectUnauthorized: !anyCertificate,
        })
      : connect({ host: address, port });
    const fail = (error: unknown): void => {
      socket.destroy();
      reject(networkFailure(error));
    };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(SEND_LIMIT_MS)]);
    limit.addEventListener('abort', () => fail(limit.reason), { once: true });
    socket.on('error', fail);
    socket.once(tls ? 'secureConnect' : 'connect', () => socket.end(octets));
    // What is answered is of no interest, but has to be read for the end to come.
    socket.resume();
    socket.once('close', (hadError) => {
      if (!hadError) resolve();
    });
  });
}

/** TLS names no addresses. */
const serverName = (host: string): string => (/^[\d.]+$|:/.test(host) ? '' : host);
