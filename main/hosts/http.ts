/**
 * The headless host's door: the interface, its WebSocket, and the upload of captures, on a loopback address.
 * Any web page that the user visits can reach loopback, so Host and Origin are checked exactly, and everything
 * but the page itself needs the session cookie that the page was given.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { safeText } from '../../shared/format/text.ts';
import type { RpcMessage, Wire } from '../../shared/rpc.ts';
import { decodeMessage, encodeMessage } from '../../shared/wire.ts';
import type { Host } from './host.ts';
import { rendererFiles, securityHeaders } from './renderer-files.ts';

export const UPLOAD_LIMIT_OCTETS = 16 * 1024 ** 3;
const MOST_SOCKETS = 32;
const MESSAGE_LIMIT_OCTETS = 1024 * 1024;
const COOKIE = 'weir_session';
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

export type HttpDoor = { address: string; stop(): Promise<void> };

/** Throws a sentence where an address is not loopback. */
export function checkLoopback(address: string): void {
  if (!LOOPBACK.has(address))
    throw new Error(
      `Weir serves its interface on loopback only; use 127.0.0.1 or ::1 instead of ${address}.`,
    );
}

/** Opens the door at an address and port (0 takes a free one); rejects with a sentence where it is taken. */
export async function openDoor(
  host: Host,
  rendererRoot: string,
  address: string,
  port: number,
): Promise<HttpDoor> {
  checkLoopback(address);
  const token = randomBytes(32).toString('base64url');
  const file = rendererFiles(rendererRoot);
  const folder = mkdtempSync(join(tmpdir(), 'weir-upload-'));
  const server = createServer(
    { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 0 },
    (request, response) => {
      void answer(request, response).catch(() => {
        if (!response.headersSent) response.writeHead(500, securityHeaders(''));
        response.end();
      });
    },
  );
  server.maxConnections = 64;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_LIMIT_OCTETS,
    perMessageDeflate: false,
  });

  const authorities = (): Set<string> => {
    const bound = server.address();
    const at = typeof bound === 'object' && bound ? bound.port : port;
    return new Set([`127.0.0.1:${at}`, `localhost:${at}`, `[::1]:${at}`]);
  };

  /** Host is one of ours, and a page that asks is one of ours. */
  function ours(request: IncomingMessage): boolean {
    const known = authorities();
    const { origin } = request.headers;
    if (request.headers.host === undefined || !known.has(request.headers.host)) return false;
    if (request.headers['sec-fetch-site'] === 'cross-site') return false;
    return origin === undefined || (origin.startsWith('http://') && known.has(origin.slice(7)));
  }

  function hasSession(request: IncomingMessage): boolean {
    const given = /(?:^|;\s*)weir_session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    const a = Buffer.from(given);
    const b = Buffer.from(token);
    return a.length === b.length && timingSafeEqual(a, b);
  }

  function refuse(response: ServerResponse, status: number, message: string): void {
    response.writeHead(status, { ...securityHeaders(''), 'Content-Type': 'application/json' });
    response.end(`${JSON.stringify({ message })}\n`);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!ours(request))
      return refuse(response, 403, 'This address is for the Weir interface on this computer only.');
    const url = URL.parse(`http://weir${request.url ?? '/'}`);
    if (!url) return refuse(response, 400, 'The address cannot be read.');
    if (url.pathname === '/upload')
      return upload(request, response, url.searchParams.get('name') ?? 'capture');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 405, 'Only GET is understood here.');
    const { status, headers, body } = file(url.pathname);
    const cookie: Record<string, string> =
      url.pathname === '/' ? { 'Set-Cookie': `${COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=/` } : {};
    response.writeHead(status, { ...headers, ...cookie, 'Content-Length': String(body.byteLength) });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  async function upload(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    if (request.method !== 'POST') return refuse(response, 405, 'Captures are sent by POST.');
    if (!hasSession(request)) return refuse(response, 403, 'The session has ended; reload the page.');
    const title = safeText(basename(name.replaceAll('\\', '/')), 120) || 'capture';
    // The name on disk is ours: no part of a request is a path.
    const path = join(folder, randomBytes(12).toString('hex'));
    let octets = 0;
    const bounded = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        octets += chunk.length;
        done(octets > UPLOAD_LIMIT_OCTETS ? new Error('too large') : null, chunk);
      },
    });
    try {
      await pipeline(request, bounded, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
      const opened = await host.openCapture(path, title);
      response.writeHead(200, { ...securityHeaders(''), 'Content-Type': 'application/json' });
      response.end(`${JSON.stringify(opened)}\n`);
    } catch (error) {
      rmSync(path, { force: true });
      const message =
        octets > UPLOAD_LIMIT_OCTETS
          ? `${title} is larger than ${UPLOAD_LIMIT_OCTETS / 1024 ** 3} GiB; start Weir with its path instead.`
          : error instanceof Error
            ? error.message.replaceAll(basename(path), title)
            : `${title} cannot be opened.`;
      if (!request.destroyed || !response.headersSent) refuse(response, 400, message);
    }
  }

  server.on('upgrade', (request, socket, head) => {
    const allowed =
      request.url === '/rpc' &&
      ours(request) &&
      request.headers.origin !== undefined &&
      hasSession(request) &&
      sockets.clients.size < MOST_SOCKETS;
    if (!allowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (websocket) => host.attach(socketWire(websocket)));
  });

  await listen(server, address, port);
  const bound = server.address();
  const at = typeof bound === 'object' && bound ? bound.port : port;
  return {
    address: `http://${isIPv6(address) ? `[${address}]` : address}:${at}/`,
    async stop() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function listen(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new Error(
          error.code === 'EADDRINUSE'
            ? `Port ${port} on ${address} is in use; choose another with --http ${address}:PORT.`
            : `Weir cannot serve on ${address}:${port} (${error.code ?? 'unknown reason'}).`,
        ),
      );
    });
    server.listen(port, address, () => resolve());
  });
}

/** Where the far side does not read, answers pile up here; beyond this it is cut off and may come again. */
const UNREAD_LIMIT_OCTETS = 64 * 1024 * 1024;

function socketWire(socket: WebSocket): Wire {
  socket.binaryType = 'arraybuffer';
  return {
    send(message) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > UNREAD_LIMIT_OCTETS) {
        socket.terminate();
        return;
      }
      socket.send(encodeMessage(message));
    },
    onMessage(listener) {
      socket.on('message', (data) => {
        let message: RpcMessage;
        try {
          message = decodeMessage(data as ArrayBuffer);
        } catch {
          socket.close(1003, 'not a message');
          return;
        }
        listener(message);
      });
    },
    onClose(listener) {
      socket.once('close', listener);
      socket.once('error', () => socket.terminate());
    },
  };
}
