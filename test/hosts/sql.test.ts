/** A statement that goes on for ever is killed at its time limit, with its process. */
import { expect, it } from 'vitest';
import { type KillableProcess, sqlConsole } from '../../main/hosts/sql.ts';
import type { StoreCalls } from '../../main/hosts/storage.ts';

it('kills the process of a statement at its time limit, and says that one died', async () => {
  const store: StoreCalls = {
    call: (_workspace, method) =>
      Promise.resolve((method === 'status' ? { path: '/none' } : { agents: [], interfaces: [] }) as never),
  };
  const killed: string[] = [];
  const silent = (): KillableProcess => ({
    send: () => {},
    onMessage: () => {},
    onExit: () => {},
    kill: () => killed.push('silent'),
  });
  const limited = sqlConsole(() => store, silent, 1);
  const stopped = await limited.handlers['sql.run']('a', 'SELECT 1');
  expect(stopped).toMatchObject({
    problem: expect.stringMatching(/^The statement was stopped after 0.001 seconds/),
  });
  expect(killed.length).toBeGreaterThan(0);
  const dies = (): KillableProcess => ({ ...silent(), onExit: (listener) => listener() });
  const dead = await sqlConsole(() => store, dies, 10_000).handlers['sql.run']('a', 'SELECT 1');
  expect(dead).toMatchObject({ problem: 'The statement needed more memory than it may have.' });
});
