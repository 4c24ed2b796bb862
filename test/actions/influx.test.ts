/** InfluxDB itself takes what is written for it, hostile names and all, with a password; where it is installed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { actionsOf, anAction, anEvent } from './made.ts';

const INFLUXD = '/usr/bin/influxd';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts it on a folder of its own; resolves when it listens. */
async function influxd(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-influx-'));
  const [http, rpc] = [await freePort(), await freePort()];
  const configuration = join(folder, 'influxdb.conf');
  writeFileSync(
    configuration,
    [
      'reporting-disabled = true',
      `bind-address = "127.0.0.1:${rpc}"`,
      `[meta]\ndir = "${folder}/meta"`,
      `[data]\ndir = "${folder}/data"\nwal-dir = "${folder}/wal"`,
      `[http]\nbind-address = "127.0.0.1:${http}"\nauth-enabled = true`,
    ].join('\n'),
  );
  const child: ChildProcess = spawn(INFLUXD, ['-config', configuration], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve(null)));
    rmSync(folder, { recursive: true, force: true });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('influxd ended.')));
    createInterface({ input: child.stderr! }).on('line', (line) => {
      if (line.includes('Listening for signals')) resolve();
    });
  });
  return `http://127.0.0.1:${http}`;
}

it.skipIf(!existsSync(INFLUXD))('InfluxDB keeps what an action writes', async () => {
  const address = await influxd();
  const query = async (text: string): Promise<unknown> => {
    const answer = await fetch(`${address}/query?db=weir&epoch=ms`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa('me:secret')}` },
      body: new URLSearchParams({ q: text }),
    });
    return answer.json();
  };
  await query(`CREATE USER me WITH PASSWORD 'secret' WITH ALL PRIVILEGES`);
  await query('CREATE DATABASE weir');

  const { call } = actionsOf({ eventOf: () => Promise.resolve(hostile) });
  const hostile = anEvent({ agentName: 'a b,c=d\\', title: 'say "x\\" = 1,2', interfaceName: 'swp 3' });
  const settings = { url: address, private: true, version: '1', bucket: 'weir' };
  await call['actions.put'](anAction('influx', { ...settings, token: 'me:secret' }));
  const done = await call['actions.test'](anAction('influx', { ...settings, token: true }));
  expect(done).toMatchObject({ result: 'done', detail: 'HTTP 204 No Content' });
  const wrong = await call['actions.test'](anAction('influx', { ...settings, token: 'me:wrong' }));
  expect(wrong).toMatchObject({ result: 'failed' });
  expect(wrong.detail).toContain('401');

  const { results } = (await query('SELECT * FROM weir_event')) as {
    results: { series: { columns: string[]; values: unknown[][] }[] }[];
  };
  const [series] = results[0]!.series;
  const row = Object.fromEntries(series!.columns.map((name, index) => [name, series!.values[0]![index]]));
  expect(series!.values).toHaveLength(1);
  expect(row).toMatchObject({ agent: '192.0.2.1', interfaceName: 'swp3', value: 118_000_000, metric: 'tcp' });
});
