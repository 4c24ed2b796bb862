/** What actions are sent to, on loopback: servers that take what comes and keep it. */
import { createSocket } from 'node:dgram';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createSecureServer, TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import { certificate } from './certificate.ts';

export type Sink<T> = { port: number; heard: T[]; until(count: number): Promise<T[]> };

function sink<T>(): { heard: T[]; add(one: T): void; until(count: number): Promise<T[]> } {
  const heard: T[] = [];
  let look = (): void => {};
  return {
    heard,
    add(one) {
      heard.push(one);
      look();
    },
    until: (count) =>
      new Promise((resolve) => {
        look = () => {
          if (heard.length >= count) resolve(heard);
        };
        look();
      }),
  };
}

/** Datagrams as they come. */
export async function udpSink(): Promise<Sink<Buffer>> {
  const { add, ...rest } = sink<Buffer>();
  const socket = createSocket('udp4');
  socket.on('message', add);
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  return { ...rest, port: socket.address().port };
}

/** Connections, each with all that it said. */
export async function tcpSink(isSecure = false): Promise<Sink<string>> {
  const { add, ...rest } = sink<string>();
  const port = await listen((socket) => {
    let said = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      said += text;
    });
    socket.on('end', () => {
      add(said);
      socket.end();
    });
  }, isSecure);
  return { ...rest, port };
}

export type Heard = { method: string; url: string; headers: IncomingMessage['headers']; body: string };

/** Requests, each answered by `answer`; 200 where it says nothing. */
export async function httpSink(
  answer: (request: Heard, response: ServerResponse) => void = (_request, response) => response.end('ok'),
  isSecure = false,
): Promise<Sink<Heard> & { url: string }> {
  const { add, ...rest } = sink<Heard>();
  const take = (incoming: IncomingMessage, response: ServerResponse): void => {
    let body = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (text: string) => {
      body += text;
    });
    incoming.on('end', () => {
      const request = { method: incoming.method!, url: incoming.url!, headers: incoming.headers, body };
      answer(request, response);
      add(request);
    });
  };
  const server = isSecure ? createHttpsServer(certificate, take) : createHttpServer(take);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { ...rest, port, url: `${isSecure ? 'https' : 'http'}://127.0.0.1:${port}` };
}

/**
 * The switch of “RESTful control of Cumulus Linux ACLs”: PUT, GET and DELETE of /acl/NAME, where a name is lower-case
 * letters and digits, and a body of so many octets is a JSON list of lines.
 */
export async function aclServer(): Promise<
  Sink<Heard> & { url: string; acls: Map<string, string[]>; refused: string[] }
> {
  const acls = new Map<string, string[]>();
  const refused: string[] = [];
  const { url, ...rest } = await httpSink((request, response) => {
    const refuse = (why: string): void => {
      refused.push(why);
      response.writeHead(400).end(why);
    };
    const name = /^\/acl\/([a-z0-9]+)$/.exec(request.url)?.[1];
    if (name === undefined) return refuse(`address ${request.url}`);
    if (request.method === 'DELETE') acls.delete(name);
    else if (request.method === 'PUT') {
      if (Number(request.headers['content-length']) !== Buffer.byteLength(request.body))
        return refuse('length');
      if (request.headers['content-type'] !== 'application/json') return refuse('type');
      const lines: unknown = JSON.parse(request.body);
      if (!Array.isArray(lines) || !lines.every((line) => typeof line === 'string')) return refuse('lines');
      acls.set(name, lines);
    } else if (request.method !== 'GET') return refuse(request.method);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(acls.get(name) ?? []));
  });
  return { ...rest, url, acls, refused };
}

export type Letter = { from: string; to: string[]; data: string; user: string };

/**
 * An SMTP server that takes every letter; `refuse` answers the text with a 550. `tls`: from the first octet, or after
 * STARTTLS.
 */
export async function smtpSink(
  refuse = false,
  tls: 'none' | 'tls' | 'starttls' = 'none',
): Promise<Sink<Letter>> {
  const { add, ...rest } = sink<Letter>();
  const serve = (socket: Socket, greets: boolean): void => {
    let letter: Letter = { from: '', to: [], data: '', user: '' };
    let inData = false;
    let pending = '';
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    if (greets) say('220 sink ESMTP');
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      pending += text;
      for (;;) {
        const end = pending.indexOf('\r\n');
        if (end < 0) return;
        const line = pending.slice(0, end);
        pending = pending.slice(end + 2);
        if (inData) {
          if (line !== '.') letter.data += `${line}\r\n`;
          else {
            inData = false;
            say(refuse ? '550 not wanted here' : '250 kept');
            if (!refuse) add(letter);
            letter = { from: '', to: [], data: '', user: '' };
          }
        } else if (/^(EHLO|HELO)/i.test(line))
          socket.write(
            `250-sink\r\n${tls === 'starttls' && greets ? '250-STARTTLS\r\n' : ''}250 AUTH PLAIN\r\n`,
          );
        else if (/^AUTH PLAIN /i.test(line)) {
          letter.user = Buffer.from(line.slice(11), 'base64').toString('utf8');
          say('235 welcome');
        } else if (/^MAIL FROM:/i.test(line)) {
          letter.from = line.slice(10);
          say('250 ok');
        } else if (/^RCPT TO:/i.test(line)) {
          letter.to.push(line.slice(8));
          say('250 ok');
        } else if (line === 'DATA') {
          inData = true;
          say('354 go on');
        } else if (line === 'QUIT') {
          say('221 bye');
          socket.end();
        } else if (line === 'STARTTLS' && tls === 'starttls') {
          say('220 go ahead');
          socket.removeAllListeners('data');
          const secure = new TLSSocket(socket, { isServer: true, ...certificate });
          secure.on('error', () => {});
          serve(secure, false);
          return;
        } else if (line === 'STARTTLS') say('502 not here');
        else say('250 ok');
      }
    });
  };
  const port = await listen((socket) => serve(socket, true), tls === 'tls');
  return { ...rest, port };
}

async function listen(connected: (socket: Socket) => void, isSecure = false): Promise<number> {
  const sockets = new Set<Socket>();
  const take = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    connected(socket);
  };
  const server = isSecure ? createSecureServer(certificate, take) : createServer(take);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
