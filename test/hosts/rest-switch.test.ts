/** The desktop's switch for REST: off, on at a port, on again after a restart, and what hinders it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runHost, temporaryFolder } from '../headless/running.ts';

function builtInterface(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'api'));
  writeFileSync(join(folder, 'index.html'), '<p>interface</p>');
  writeFileSync(join(folder, 'api', 'index.html'), '<meta content="__WEIR_NONCE__">');
  return folder;
}

async function taken(): Promise<{ port: number; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, server };
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

describe('REST of the desktop program', () => {
  it('is off until it is switched on, and on again at the next start', async () => {
    const dataDirectory = temporaryFolder();
    const restRoot = builtInterface();
    const { port, server } = await taken();
    await closed(server);
    const first = await runHost({ kind: 'electron', dataDirectory, restRoot });
    const off = { enabled: false, port: 8008, address: '', switchable: true, needsToken: false, problem: '' };
    expect(await first.client.call(null, 'rest.get', [])).toEqual(off);
    const address = `http://127.0.0.1:${port}/`;
    const on = { ...off, enabled: true, port, address };
    expect(await first.client.call(null, 'rest.set', [{ enabled: true, port }])).toEqual(on);
    expect(await (await fetch(`${address}version`)).text()).toBe('test\n');
    expect((await fetch(`${address}flow/json`)).status).toBe(200);
    const explorer = await fetch(`${address}api/`);
    expect(await explorer.text()).toMatch(/^<meta content="[\w+/]{22}==">$/);
    expect((await fetch(`${address}index.html`)).status).toBe(404);
    await first.stop();
    await expect(fetch(`${address}version`)).rejects.toThrow();
    const second = await runHost({ kind: 'electron', dataDirectory, restRoot });
    expect(await second.client.call(null, 'rest.get', [])).toEqual(on);
    await second.client.call(null, 'rest.set', [{ enabled: false, port }]);
    await expect(fetch(`${address}version`)).rejects.toThrow();
  });

  it('says in one sentence that its port is taken, and everything else goes on', async () => {
    const { port, server } = await taken();
    onTestFinished(() => closed(server));
    const running = await runHost({ kind: 'electron', live: false, restRoot: builtInterface() });
    expect(await running.client.call(null, 'rest.set', [{ enabled: true, port }])).toMatchObject({
      ...{ enabled: true, address: '' },
      problem: `Port ${port} is used by another program; choose another port.`,
    });
    expect(await running.client.call(null, 'workspaces.list', [])).toEqual([]);
  });

  it('is not switched where the command line decides', async () => {
    const running = await runHost({ live: false });
    running.host.servedAt('http://127.0.0.1:8123/', true);
    expect(await running.client.call(null, 'rest.get', [])).toMatchObject({
      ...{ enabled: true, port: 8123, switchable: false, needsToken: true },
    });
    await expect(running.client.call(null, 'rest.set', [{ enabled: false, port: 1 }])).rejects.toThrow(
      /--http/,
    );
  });
});
