/**
 * The door: REST, and for a headless host the interface, its WebSocket, and the upload of captures. Who may come in
 * is said by `access.ts`; everything of the interface but the page itself needs the session cookie that the page was
 * given.
 */
import { randomBytes } from 'node:crypto';
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
import { errorBody, restService } from '../rest/service.ts';
import { authoritiesOf, checkAddress, isOurs, sameSecret, tokenOf } from './access.ts';
import type { Host } from './host.ts';
import { rendererFiles, securityHeaders } from './renderer-files.ts';

export const UPLOAD_LIMIT_OCTETS = 16 * 1024 ** 3;
const MOST_SOCKETS = 32;
const MESSAGE_LIMIT_OCTETS = 1024 * 1024;
const MOST_CONNECTIONS = 64;
const COOKIE = 'weir_session';
/** What the explorer page is made of. */
const EXPLORER_FILES = /^\/(api|assets)\//;

export type HttpDoor = { address: string; port: number; stop(): Promise<void> };

export type DoorOptions = {
  host: Pick<Host, 'attach' | 'call' | 'openCapture' | 'workspaces'>;
  version: string;
  /** The built interface. */
  rendererRoot: string;
  address: string;
  /** 0 takes a free one. */
  port: number;
  /** What everybody must show; null: nobody, which only a loopback address may have. */
  token: string | null;
  /** Whether the interface is served; else only REST and its explorer. */
  withInterface: boolean;
};

/** Opens the door; rejects with a sentence where the address may not be used or is taken. */
export async function openDoor(options: DoorOptions): Promise<HttpDoor> {
  const { host, address, port, withInterface } = options;
  checkAddress(address, options.token);
  const session = randomBytes(32).toString('base64url');
  const file = rendererFiles(options.rendererRoot);
  const folder = mkdtempSync(join(tmpdir(), 'weir-upload-'));
  const rest = restService({
    version: options.version,
    workspaces: () => host.workspaces(),
    call: (workspace, method, args) => host.call(workspace, method, args),
  });
  const server = createServer(
    { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 0, keepAliveTimeout: 5000 },
    (request, response) => {
      void answer(request, response).catch(() => {
        if (!response.headersSent) response.writeHead(500, securityHeaders(''));
        response.end();
      });
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_LIMIT_OCTETS,
    perMessageDeflate: false,
  });

  let known: ReadonlySet<string> = new Set();

  function hasSession(request: IncomingMessage): boolean {
    const given = /(?:^|;\s*)weir_session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    return sameSecret(given, session);
  }

  /** The page was given only to who had the token, so its session is as good. */
  const mayEnter = (request: IncomingMessage): boolean =>
    options.token === null || sameSecret(tokenOf(request), options.token) || hasSession(request);

  function refuse(
    response: ServerResponse,
    status: number,
    message: string,
    headers: Record<string, string> = {},
  ): void {
    response.writeHead(status, { ...securityHeaders(''), 'Content-Type': 'application/json', ...headers });
    response.end(errorBody(status, message));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOurs(request, known))
      return refuse(response, 403, 'This address answers to its own names and pages only.');
    if (!mayEnter(request))
      return refuse(response, 401, 'This Weir asks for its token, as a bearer or as a password.', {
        'WWW-Authenticate': 'Basic realm="Weir"',
      });
    const url = URL.parse(`http://weir${request.url ?? '/'}`);
    if (!url) return refuse(response, 400, 'The address cannot be read.');
    if (rest.knows(url.pathname)) return rest.answer(request, response, url, securityHeaders(''));
    if (withInterface && url.pathname === '/upload')
      return upload(request, response, url.searchParams.get('name') ?? 'capture');
    if (/\/(json|txt)$/.test(url.pathname))
      return refuse(response, 404, 'There is no such path; /api/index.html shows those that there are.');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 405, 'Only GET is understood here.', { Allow: 'GET, HEAD' });
    if (/^\/api\/?$/.test(url.pathname) || (!withInterface && url.pathname === '/')) {
      response.writeHead(302, { ...securityHeaders(''), Location: '/api/index.html' });
      response.end();
      return;
    }
    if (!withInterface && !EXPLORER_FILES.test(url.pathname))
      return refuse(response, 404, 'There is no such path; /api/index.html shows those that there are.');
    const { status, headers, body } = file(url.pathname);
    const cookie: Record<string, string> =
      url.pathname === '/' ? { 'Set-Cookie': `${COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/` } : {};
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
      withInterface &&
      request.url === '/rpc' &&
      isOurs(request, known) &&
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
  known = authoritiesOf(address, at);
  return {
    port: at,
    address: `http://${isIPv6(address) ? `[${address}]` : address}:${at}/`,
    async stop() {
      rest.stop();
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
