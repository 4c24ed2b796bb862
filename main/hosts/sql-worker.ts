/**
 * The process that runs one SQL statement and ends: SQLite cannot be interrupted from outside, a process can be
 * killed. It is started by Node's fork or, in Electron, as a utility process; each hands it one order.
 */
import { runSql } from '../store/sql/run.ts';
import { openViews } from '../store/sql/views.ts';
import { keyReader, type PortNames } from './key-texts.ts';

export type SqlOrder = PortNames & { path: string; text: string };

/** What Electron gives a utility process in place of Node's channel. */
type ParentPort = {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
};

function run(order: SqlOrder): unknown {
  try {
    const database = openViews(order.path, keyReader(order));
    try {
      return runSql(database, order.text);
    } finally {
      database.close();
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unknown reason';
    return { problem: `The trends cannot be read: ${message}.`, start: 0, end: 0, elapsedMs: 0 };
  }
}

const { parentPort } = process as unknown as { parentPort?: ParentPort };
if (parentPort) parentPort.on('message', ({ data }) => parentPort.postMessage(run(data as SqlOrder)));
else process.on('message', (order) => process.send?.(run(order as SqlOrder)));
