/** The headless door: who gets in, what is served, and how captures are sent. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type DoorOptions, openDoor } from '../../main/hosts/http.ts';
import { generateTo } from '../../main/sample-network/generate.ts';
import { decodeMessage, encodeMessage } from '../../shared/wire.ts';
import { type Running, runHost, temporaryFolder } from '../headless/running.ts';

const doorOptions = (running: Running, folder: string, over: Partial<DoorOptions> = {}): DoorOptions => ({
  host: running.host,
  version: 'test',
  rendererRoot: folder,
  address: '127.0.0.1',
  port: 0,
  token: null,
  withInterface: true,
  ...over,
});

async function served(
  over: Partial<DoorOptions> = {},
): Promise<{ running: Running; port: number; folder: string }> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<meta name="weir-nonce" content="__WEIR_NONCE__">');
  writeFileSync(join(folder, 'assets', 'index.js'), 'export {};');
  const running = await runHost({ live: false });
  const door = await openDoor(doorOptions(running, folder, over));
  onTestFinished(() => door.stop());
  return { running, port: Number(new URL(door.address).port), folder };
}

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string };

/** A request with exactly the headers given: fetch would not let Host be set. */
function ask(
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body: Uint8Array | null = null,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        headers: { Host: `127.0.0.1:${port}`, ...headers },
        setHost: false,
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts).toString(),
          }),
        );
      },
    );
    asked.on('error', reject);
    asked.end(body ?? undefined);
  });
}

async function session(port: number): Promise<string> {
  const { headers } = await ask(port, '/');
  return String(headers['set-cookie']).split(';')[0]!;
}

describe('the interface on loopback', () => {
  it('is served with a nonce of its own each time, strict headers and a session', async () => {
    const { port } = await served();
    const [first, second] = [await ask(port, '/'), await ask(port, '/')];
    const nonce = /content="([^"]+)"/.exec(first.body)![1]!;
    expect(first.headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(first.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(/content="([^"]+)"/.exec(second.body)![1]).not.toBe(nonce);
    expect(first.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(String(first.headers['set-cookie'])).toMatch(
      /^weir_session=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
    );
    expect((await ask(port, '/assets/index.js')).headers['content-type']).toBe(
      'text/javascript; charset=utf-8',
    );
  });

  it('has no way out of its folder', async () => {
    const { port } = await served();
    for (const path of [
      '/../../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/assets/..%2f..%2findex.html',
      '/%00',
      '//etc/passwd',
      '/assets/',
    ]) {
      expect((await ask(port, path)).status, path).toBe(404);
    }
  });

  it('answers no other Host and no other Origin', async () => {
    const { port } = await served();
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1.evil.example',
      `127.0.0.1:${port + 1}`,
      '127.0.0.1',
      '',
    ]) {
      expect((await ask(port, '/', { Host: host })).status, host).toBe(403);
    }
    for (const origin of [
      'http://evil.example',
      'null',
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${port}.evil.example`,
    ]) {
      expect((await ask(port, '/', { Origin: origin })).status, origin).toBe(403);
    }
    expect((await ask(port, '/', { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    for (const host of ['127.0.0.1', 'localhost', '[::1]'])
      expect((await ask(port, '/', { Host: `${host}:${port}` })).status).toBe(200);
  });

  it('opens a socket only for its own page with its session', async () => {
    const { port } = await served();
    const cookie = await session(port);
    const opens = (headers: Record<string, string>): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers });
        socket.on('open', () => {
          socket.close();
          resolve(true);
        });
        socket.on('error', () => resolve(false));
      });
    const origin = `http://127.0.0.1:${port}`;
    expect([
      await opens({ Origin: origin, Cookie: cookie }),
      await opens({ Origin: origin }),
      await opens({ Origin: origin, Cookie: `weir_session=${'A'.repeat(43)}` }),
      await opens({ Origin: 'http://evil.example', Cookie: cookie }),
      await opens({ Cookie: cookie }),
      await opens({ Origin: origin, Cookie: cookie, Host: 'evil.example' }),
    ]).toEqual([true, false, false, false, false, false]);
  });

  it('answers calls on its socket, and closes it on what is no message', async () => {
    const { port } = await served();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, {
      headers: { Origin: `http://127.0.0.1:${port}`, Cookie: await session(port) },
    });
    await new Promise((resolve) => socket.on('open', resolve));
    socket.send(
      encodeMessage({ type: 'request', id: 1, workspace: null, method: 'host.describe', args: [] }),
    );
    const answer = await new Promise<Buffer>((resolve) =>
      socket.once('message', (data) => resolve(data as Buffer)),
    );
    expect(decodeMessage(answer)).toMatchObject({
      type: 'answer',
      id: 1,
      value: { version: 'test', host: 'serve' },
    });
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.send(Uint8Array.of(1, 2, 3));
    expect(await closed).toBe(1003);
  });

  it('takes a capture that is sent to it, with its own name for it, and says why another is none', async () => {
    const { port, running, folder } = await served();
    const file = join(folder, 'made.pcap');
    await generateTo({ out: file, seconds: 5, rate: 50, seed: 2 });
    const cookie = await session(port);
    const sent = await ask(
      port,
      `/upload?name=${encodeURIComponent('../../etc/<b>x</b>.pcap')}`,
      { Cookie: cookie },
      'POST',
      readFileSync(file),
    );
    expect({ status: sent.status, title: (JSON.parse(sent.body) as { title: string }).title }).toEqual({
      status: 200,
      title: 'b>.pcap',
    });
    expect(running.host.workspaces()).toHaveLength(1);
    const refused = await ask(
      port,
      '/upload?name=notes.txt',
      { Cookie: cookie },
      'POST',
      new TextEncoder().encode('nothing of the kind'),
    );
    expect(refused.status).toBe(400);
    expect((JSON.parse(refused.body) as { message: string }).message).toContain('notes.txt');
    expect((await ask(port, '/upload?name=x', {}, 'POST', readFileSync(file))).status).toBe(403);
    expect((await ask(port, '/upload?name=x', { Cookie: cookie })).status).toBe(405);
  });

  it('is not opened on another address than loopback without a token, nor with a short one', async () => {
    const running = await runHost({ live: false });
    const open = (over: Partial<DoorOptions>) => openDoor(doorOptions(running, temporaryFolder(), over));
    await expect(open({ address: '0.0.0.0' })).rejects.toThrow(/loopback only unless it is given a token/);
    await expect(open({ address: '0.0.0.0', token: 'short' })).rejects.toThrow(/must have 16 or more/);
    await expect(open({ token: 'short' })).rejects.toThrow(/must have 16 or more/);
  });
});

describe('a door with a token', () => {
  const token = 'a-token-of-some-length';
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

  it('asks everybody for it, for every path and method', async () => {
    const { port } = await served({ token, address: '0.0.0.0' });
    for (const path of ['/', '/assets/index.js', '/version', '/flow/x/json', '/upload?name=x', '/nothing'])
      for (const method of ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD']) {
        const { status, headers } = await ask(port, path, {}, method);
        expect([status, headers['www-authenticate']], `${method} ${path}`).toEqual([
          401,
          'Basic realm="Weir"',
        ]);
      }
  });

  it('takes it as a bearer, as a password, and the session of the page it then gave', async () => {
    const { port } = await served({ token });
    const status = async (authorization: string) =>
      (await ask(port, '/version', { Authorization: authorization })).status;
    expect(await status(`Bearer ${token}`)).toBe(200);
    expect(await status(`bearer ${token}`)).toBe(200);
    expect(await status(basic(`anybody:${token}`))).toBe(200);
    expect(await status(basic(`:${token}`))).toBe(200);
    for (const wrong of [
      `Bearer ${token}x`,
      'Bearer',
      token,
      basic(token.slice(1)),
      basic(`${token}:`),
      'Basic ///',
      `Digest ${token}`,
    ])
      expect(await status(wrong), wrong).toBe(401);
    const page = await ask(port, '/', { Authorization: basic(`:${token}`) });
    const cookie = String(page.headers['set-cookie']).split(';')[0]!;
    expect((await ask(port, '/version', { Cookie: cookie })).status).toBe(200);
    expect((await ask(port, '/version', { Cookie: 'weir_session=' })).status).toBe(401);
  });

  it('answers to its own names on every address, and to no other', async () => {
    const { port } = await served({ token, address: '0.0.0.0' });
    const as = async (host: string) =>
      (await ask(port, '/version', { Host: host, Authorization: `Bearer ${token}` })).status;
    const [own] = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    expect(await as(`${own!.family === 'IPv6' ? `[${own!.address}]` : own!.address}:${port}`)).toBe(200);
    expect(await as(`${hostname()}:${port}`)).toBe(200);
    expect(await as(`evil.example:${port}`)).toBe(403);
  });
});

describe('a door for REST alone', () => {
  it('has the explorer and REST, and nothing of the interface', async () => {
    const { port } = await served({ withInterface: false });
    expect((await ask(port, '/version')).body).toBe('test\n');
    const root = await ask(port, '/');
    expect([root.status, root.headers.location, root.headers['set-cookie']]).toEqual([
      302,
      '/api/index.html',
      undefined,
    ]);
    expect((await ask(port, '/assets/index.js')).status).toBe(200);
    expect((await ask(port, '/index.html')).status).toBe(404);
    expect((await ask(port, '/upload?name=x', {}, 'POST', new Uint8Array(1))).status).toBe(405);
    const opened = await new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, {
        headers: { Origin: `http://127.0.0.1:${port}` },
      });
      socket.on('open', () => resolve(true));
      socket.on('error', () => resolve(false));
    });
    expect(opened).toBe(false);
  });
});
