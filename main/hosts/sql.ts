/**
 * SQL as a user types it: each statement in a process of its own, which is killed at its time limit, on request, and
 * with the host. What is saved is a document like any other that users make.
 */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { SQL_TIME_LIMIT_MS, type SqlApi, type SqlResult } from '../../shared/model/sql.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import { sqlSchema } from '../store/sql/schema.ts';
import type { SqlOrder } from './sql-worker.ts';
import type { StoreCalls } from './storage.ts';

/** A process that takes one message, gives one, and can be killed. */
export type KillableProcess = {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: () => void): void;
  kill(): void;
};

/** Starts a module as a process. Electron has its own way, because its program is no Node that could be forked. */
export type StartProcess = (modulePath: string) => KillableProcess;

/** Statements that run at a time. */
const MOST_RUNNING = 3;
const SHELF = 'sql';
const savedSchema = v.object({ text: v.string() });

const built = new URL('./sql-worker.js', import.meta.url);
const entry =
  import.meta.url.endsWith('.ts') || !existsSync(built) ? new URL('./sql-worker.ts', import.meta.url) : built;

const forkProcess: StartProcess = (modulePath) => {
  const child = fork(modulePath, [], {
    serialization: 'advanced',
    execArgv: ['--max-old-space-size=1024'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return {
    send: (message) => void child.send(message as object),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.on('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  };
};

/** `store`: the store's thread now, null where nothing is stored. */
export function sqlConsole(
  store: () => StoreCalls | null,
  startProcess: StartProcess = forkProcess,
  timeLimitMs = SQL_TIME_LIMIT_MS,
): { handlers: Handlers<SqlApi>; stop(): void } {
  const running = new Map<string, (problem: string) => void>();
  const stored = (): StoreCalls => {
    const client = store();
    if (!client) throw new RpcError('refused', 'This Weir stores nothing, so there are no trends to ask.');
    return client;
  };

  async function run(id: string, text: string): Promise<SqlResult> {
    const client = stored();
    if (running.size >= MOST_RUNNING || running.has(id))
      throw new RpcError('refused', `${MOST_RUNNING} statements are running; cancel one or wait.`);
    const ended = Promise.withResolvers<SqlResult>();
    const from = performance.now();
    let child: KillableProcess | null = null;
    const stop = (problem: string): void => {
      child?.kill();
      ended.resolve({ problem, start: 0, end: 0, elapsedMs: Math.round(performance.now() - from) });
    };
    running.set(id, stop);
    const limit = setTimeout(
      () =>
        stop(
          `The statement was stopped after ${timeLimitMs / 1000} seconds; name a shorter time or a coarser view.`,
        ),
      timeLimitMs,
    );
    try {
      const [{ path }, network] = await Promise.all([
        client.call(null, 'status', []),
        client.call(null, 'network', []),
      ]);
      const order: SqlOrder = {
        path,
        text,
        agents: network.agents.map(({ agent, name }) => [agent, name]),
        interfaces: network.interfaces.map(({ agent, ifIndex, name }) => [agent, ifIndex, name]),
      };
      if (running.get(id) === stop) {
        child = startProcess(fileURLToPath(entry));
        child.onMessage((message) => ended.resolve(message as SqlResult));
        child.onExit(() => stop('The statement needed more memory than it may have.'));
        child.send(order);
      }
      return await ended.promise;
    } finally {
      clearTimeout(limit);
      running.delete(id);
      child?.kill();
    }
  }

  return {
    stop() {
      for (const stop of running.values()) stop('Weir was closed.');
    },
    handlers: {
      'sql.schema': () => sqlSchema,
      'sql.run': run,
      'sql.cancel': (id) => {
        running.get(id)?.('The statement was cancelled.');
        return null;
      },
      'sql.saved.list': async () => {
        if (store() === null) return [];
        const documents = await stored().call(null, 'documents', [SHELF]);
        return documents.map(({ name, body }) => ({ name, text: textOf(body) }));
      },
      'sql.saved.put': (name, text) =>
        stored().call(null, 'putDocument', [{ kind: SHELF, name, body: JSON.stringify({ text }) }]),
      'sql.saved.delete': (name) => stored().call(null, 'deleteDocument', [SHELF, name]),
    },
  };
}

/** The statement of a document; one that cannot be read is shown as it is. */
function textOf(body: string): string {
  try {
    return v.parse(savedSchema, JSON.parse(body)).text;
  } catch {
    return body;
  }
}
