/** A running program as a script of sFlow-RT reaches it: over HTTP. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { openDoor } from '../../main/hosts/http.ts';
import { type Running, runHost, statusWhen, temporaryFolder } from './running.ts';

/** A running program with its door open. */
export async function served(running: Running) {
  const rendererRoot = temporaryFolder();
  writeFileSync(join(rendererRoot, 'index.html'), '');
  const door = await openDoor({
    host: running.host,
    version: 'test',
    rendererRoot,
    address: '127.0.0.1',
    port: 0,
    token: null,
    withInterface: false,
  });
  onTestFinished(() => door.stop());
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(new URL(path, door.address), init);
    const text = await response.text();
    return { status: response.status, text, type: response.headers.get('content-type') ?? '' };
  };
  const get = async <T>(path: string): Promise<T> => {
    const { status, text, type } = await ask(path);
    expect({ path, status, type }).toEqual({ path, status: 200, type: 'application/json; charset=utf-8' });
    return JSON.parse(text) as T;
  };
  /** As curl --data sends it: with the type of a form. */
  const put = async (path: string, body: string): Promise<void> => {
    const { status, text } = await ask(path, {
      method: 'PUT',
      body,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect({ path, status, text }).toMatchObject({ path, status: 200 });
  };
  return { ask, get, put };
}

export type Rest = Awaited<ReturnType<typeof served>>;

/** One that hears the network, and on which port. */
export async function listening(): Promise<{ running: Running; rest: Rest; port: number }> {
  const running = await runHost({});
  const rest = await served(running);
  const { listeners } = await statusWhen(running, 'live', (status) =>
    status.listeners.some(({ state }) => state === 'open'),
  );
  return { running, rest, port: listeners.find(({ state }) => state === 'open')!.port };
}
