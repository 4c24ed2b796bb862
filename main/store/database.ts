/**
 * Opens the database of a data directory so that the program can rely on it: one program at a time, a damaged
 * file moved aside and kept, a newer file refused, missing steps of the schema taken. Opening a damaged SQLite
 * file succeeds, so it is probed by reading, not by opening.
 */
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { migrations, SCHEMA_VERSION } from './migrations.ts';

/** WAL databases of older libraries could be damaged by two connections at once (SQLite, WAL-reset bug). */
const LEAST_SQLITE = [3, 51, 3];

/** The data directory cannot be used; the sentence says why and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

export type OpenedDatabase = {
  database: Database.Database;
  path: string;
  /** What happened that a user should know, else ''. */
  notice: string;
  /** The folder that a damaged database was moved to at this start, else ''. */
  movedAside: string;
  release(): void;
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
const isDamage = (error: unknown): boolean => /SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error));

/**
 * Opens `weir.sqlite` in a directory, which is made where it is missing. Throws StoreError where it is used by
 * another Weir, was made by a newer one, or cannot be opened.
 */
export function openDatabase(directory: string, nowMs: number): OpenedDatabase {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StoreError(
      `The data directory ${directory} cannot be made (${codeOf(error)}); choose another one.`,
    );
  }
  const release = lockDirectory(directory);
  try {
    const path = join(directory, 'weir.sqlite');
    if (existsSync(path) && statSync(path).isDirectory()) {
      throw new StoreError(`${path} is a folder; move it away, or choose another data directory.`);
    }
    let movedAside = '';
    let database: Database.Database;
    // Weir never leaves an empty file; SQLite would take one for a new database, and nobody would be told.
    if (statSync(path, { throwIfNoEntry: false })?.size === 0) movedAside = moveAside(path, directory, nowMs);
    try {
      database = probe(path);
    } catch (error) {
      if (!isDamage(error)) throw asStoreError(error, path);
      movedAside = moveAside(path, directory, nowMs);
      database = probe(path);
    }
    const notice =
      movedAside === ''
        ? ''
        : `The database was damaged; it was moved to ${movedAside} and a new one was begun. Settings can take over what is still readable.`;
    return { database, path, notice, movedAside, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** An exclusive lock on a database of its own: the system drops it when the process ends, however it ends. */
function lockDirectory(directory: string): () => void {
  const path = join(directory, 'lock.sqlite');
  let lock: Database.Database | null = null;
  try {
    lock = new Database(path, { timeout: 0 });
    lock.pragma('journal_mode = DELETE');
    lock.exec('BEGIN EXCLUSIVE');
    return () => lock?.close();
  } catch (error) {
    lock?.close();
    if (codeOf(error).startsWith('SQLITE_BUSY')) {
      throw new StoreError(
        `Another Weir uses the data directory ${directory}; close it, or start this one with another --data.`,
      );
    }
    throw asStoreError(error, path);
  }
}

function asStoreError(error: unknown, path: string): Error {
  if (error instanceof StoreError) return error;
  const code = codeOf(error);
  if (/CANTOPEN|READONLY|EACCES|PERM/.test(code))
    return new StoreError(
      `The database ${path} cannot be written (${code}); check its rights, or choose another data directory.`,
    );
  return new StoreError(
    `The database ${path} cannot be opened (${code || (error instanceof Error ? error.message : 'unknown reason')}).`,
  );
}

/** Opens and reads: the head, the schema, and every page's place in the file. */
function probe(path: string): Database.Database {
  const database = new Database(path);
  try {
    const version = database.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '0';
    const parts = version.split('.').map(Number);
    const old = LEAST_SQLITE.findIndex((least, i) => (parts[i] ?? 0) !== least);
    if (old >= 0 && (parts[old] ?? 0) < LEAST_SQLITE[old]!)
      throw new StoreError(`SQLite ${version} is too old; Weir needs ${LEAST_SQLITE.join('.')} or newer.`);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma('mmap_size = 0');
    database.pragma('foreign_keys = OFF');
    const made = Number(database.pragma('user_version', { simple: true }));
    if (made > SCHEMA_VERSION) {
      throw new StoreError(
        `The database ${path} was made by a newer Weir (format ${made}, this one knows ${SCHEMA_VERSION}); update Weir, or choose another data directory.`,
      );
    }
    const check = database.pragma('quick_check(1)', { simple: true });
    if (check !== 'ok') throw Object.assign(new Error(String(check)), { code: 'SQLITE_CORRUPT' });
    migrate(database, made);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: Database.Database, from: number): void {
  const steps = migrations.filter((step) => step.version > from);
  if (steps.length === 0) return;
  database.transaction(() => {
    for (const step of steps) {
      database.exec(step.sql);
      step.move?.(database);
      database.pragma(`user_version = ${step.version}`);
    }
  })();
}

/** Keeps the damaged file with its companions under a name that says when; returns the folder. */
function moveAside(path: string, directory: string, nowMs: number): string {
  const folder = join(directory, `corrupt-${new Date(nowMs).toISOString().replace(/[:.]/g, '-')}`);
  mkdirSync(folder, { recursive: true });
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, join(folder, `weir.sqlite${suffix}`));
  }
  return folder;
}
