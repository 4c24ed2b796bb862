/**
 * What users make, kept as it is: definitions, groups, thresholds. The store knows a document's place and nothing of
 * what it says. Unlike minutes, which are dropped and counted where the disk is full, a document that cannot be
 * written is refused, so that nobody believes it saved.
 */
import type Database from 'better-sqlite3';
import type { StoredDocument } from '../../shared/model/store.ts';
import { RpcError } from '../../shared/rpc.ts';

export class Documents {
  readonly #read: Database.Statement<[string], StoredDocument>;
  readonly #put: Database.Statement<[string, string, string]>;
  readonly #delete: Database.Statement<[string, string]>;

  constructor(database: Database.Database) {
    this.#read = database.prepare('SELECT kind, name, body FROM document WHERE kind = ? ORDER BY name');
    this.#put = database.prepare('INSERT OR REPLACE INTO document (kind, name, body) VALUES (?, ?, ?)');
    this.#delete = database.prepare('DELETE FROM document WHERE kind = ? AND name = ?');
  }

  /** All documents of a kind, by name. */
  all(kind: string): StoredDocument[] {
    return this.#read.all(kind);
  }

  /** Writes a document in place of the one with its name. Throws RpcError 'refused' where the disk refuses. */
  put({ kind, name, body }: StoredDocument): null {
    return change(`${name} could not be saved`, () => this.#put.run(kind, name, body));
  }

  /** Deletes a document; none is no error. Throws RpcError 'refused' where the disk refuses. */
  delete(kind: string, name: string): null {
    return change(`${name} could not be deleted`, () => this.#delete.run(kind, name));
  }
}

function change(failure: string, run: () => unknown): null {
  try {
    run();
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    const why = code.startsWith('SQLITE_FULL') ? 'the disk is full' : `the database says ${code}`;
    throw new RpcError('refused', `${failure}: ${why}; try again when there is room.`);
  }
}
