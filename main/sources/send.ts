/**
 * Sends the sFlow datagrams of a capture over UDP, at the pace they were captured at or another: a switch in a
 * file. The pace is kept against the monotonic clock from the first datagram on, so that it does not drift.
 */

import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { DgramAsPromised } from 'dgram-as-promised';
import { readCapture } from './capture.ts';

export type SendOptions = {
  host: string;
  port: number;
  /** 1 is the pace of the capture, 10 ten times that; 'max' as fast as the socket takes them. */
  speed: number | 'max';
  signal?: AbortSignal;
  onProgress?: (progress: SendProgress) => void;
};

/** `sentMs` is the capture's time of the datagram last sent. */
export type SendProgress = { sent: number; octets: number; errors: number; sentMs: number };

export type SendResult = SendProgress & {
  /** Wall time that it took. */
  elapsedMs: number;
  complete: boolean;
  /** What a user should know of the capture, or ''. */
  notice: string;
};

/** Datagrams that may wait in the socket at once. */
const MAX_IN_FLIGHT = 64;
/** The pace is checked against the clock in steps no finer than timers are. */
const LEAST_PAUSE_MS = 1;
const PROGRESS_EVERY = 1000;
/** A receiver in the same process gets its turn this often. */
const TURN_EVERY = 32;

type Waiting = { octets: Uint8Array; timeMs: number };

/**
 * Sends every sFlow datagram of the capture at `path`. Errors of single datagrams are counted; a CaptureError
 * (or the error of a host that has no address) is thrown. Ends early, with `complete: false`, when aborted.
 */
export async function sendCapture(path: string, options: SendOptions): Promise<SendResult> {
  const { speed, signal, port } = options;
  if (speed !== 'max' && !(speed > 0)) throw new RangeError('The speed must be above 0, or max.');
  const address = await addressOf(options.host);
  const socket = DgramAsPromised.createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  const progress: SendProgress = { sent: 0, octets: 0, errors: 0, sentMs: Number.NaN };
  const began = performance.now();
  let firstMs = Number.NaN;
  let inFlight = 0;
  let roomMade = (): void => {};
  socket.socket.on('error', () => {
    progress.errors++;
  });

  const send = (octets: Uint8Array): void => {
    inFlight++;
    // The raw socket, because a promise for each datagram costs more than the datagram.
    socket.socket.send(octets, port, address, (error) => {
      inFlight--;
      if (error) progress.errors++;
      roomMade();
    });
  };

  const sendAll = async (datagrams: readonly Waiting[]): Promise<void> => {
    for (const { octets, timeMs } of datagrams) {
      if (signal?.aborted) return;
      if (Number.isNaN(firstMs)) firstMs = timeMs;
      if (speed !== 'max') {
        // A capture may go back in time: what is late is sent at once.
        const dueMs = began + (timeMs - firstMs) / speed;
        while (dueMs - performance.now() >= LEAST_PAUSE_MS && !signal?.aborted) {
          options.onProgress?.({ ...progress });
          await pause(Math.min(dueMs - performance.now(), 1000), undefined, { signal }).catch(() => {});
        }
        if (signal?.aborted) return;
      }
      while (inFlight >= MAX_IN_FLIGHT) {
        await new Promise<void>((resolve) => {
          roomMade = resolve;
        });
      }
      send(octets);
      progress.sent++;
      progress.octets += octets.length;
      progress.sentMs = timeMs;
      if (progress.sent % PROGRESS_EVERY === 0) options.onProgress?.({ ...progress });
      if (progress.sent % TURN_EVERY === 0) await nextTurn();
    }
  };

  let part: Waiting[] = [];
  try {
    const summary = await readCapture(
      path,
      {
        datagram: (bytes, _view, start, end, meta) => {
          part.push({ octets: bytes.slice(start, end), timeMs: meta.timeMs });
        },
        chunk: async () => {
          const datagrams = part;
          part = [];
          await sendAll(datagrams);
        },
      },
      { signal },
    );
    while (inFlight > 0) {
      await new Promise<void>((resolve) => {
        roomMade = resolve;
      });
    }
    const complete = summary.complete && !signal?.aborted;
    options.onProgress?.({ ...progress });
    return { ...progress, elapsedMs: performance.now() - began, complete, notice: summary.notice };
  } finally {
    await socket.close();
  }
}

/** A host's first address; looked up once, so that no datagram waits for it. */
async function addressOf(host: string): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch {
    throw new Error(`${host} has no address that is known here; check the name, or give an IP address.`);
  }
}
