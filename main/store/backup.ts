/**
 * A consistent copy of the database while it is written to. The copy is made beside its place and renamed when it is
 * whole, so that what bears the name is a backup. To restore: stop Weir, put the copy in the place of `weir.sqlite`
 * in the data directory, remove `weir.sqlite-wal` and `weir.sqlite-shm` beside it, and start Weir.
 */
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { BackupReport } from '../../shared/model/storage.ts';
import { RpcError } from '../../shared/rpc.ts';

/** Pages copied in one go, about a millisecond. */
const PAGES_AT_ONCE = 200;

/** Copies an open database, in slices between which its connection writes on. Rejects with a sentence. */
export async function backUp(database: Database.Database, path: string): Promise<BackupReport> {
  return copy(database, path, PAGES_AT_ONCE);
}

/**
 * Copies the database of a data directory from another process, whether a Weir runs on it or not: as it stood when
 * the copy was begun. Rejects with a sentence.
 */
export async function backUpFile(databasePath: string, path: string): Promise<BackupReport> {
  if (!existsSync(databasePath))
    throw new RpcError(
      'refused',
      `There is no database ${databasePath}; name its data directory with --data.`,
    );
  let database: Database.Database;
  try {
    database = new Database(databasePath, { readonly: true });
  } catch (error) {
    throw refusal(path, error);
  }
  try {
    // In one go: what another connection writes in between would begin the copy anew.
    return await copy(database, path, 0x7fff_ffff);
  } finally {
    database.close();
  }
}

async function copy(database: Database.Database, path: string, pages: number): Promise<BackupReport> {
  const unfinished = `${path}.unfinished`;
  if (existsSync(path))
    throw new RpcError('refused', `${path} is there already; choose another name for the backup.`);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    rmSync(unfinished, { force: true });
    await database.backup(unfinished, { progress: () => pages });
    chmodSync(unfinished, 0o600);
    renameSync(unfinished, path);
    return { path, octets: statSync(path).size };
  } catch (error) {
    try {
      rmSync(unfinished, { force: true });
    } catch {
      // Its place is no folder: nothing was written.
    }
    throw refusal(path, error);
  }
}

function refusal(path: string, error: unknown): RpcError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = /FULL|ENOSPC/.test(code)
    ? 'its disk is full'
    : code || (error instanceof Error ? error.message : 'unknown reason');
  return new RpcError('refused', `The backup could not be written to ${path}: ${why}.`);
}
