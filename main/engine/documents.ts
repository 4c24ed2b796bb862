/**
 * Where an engine keeps what its user made: the store of a live workspace, or memory for a capture and for a Weir
 * without a data directory.
 */
import type { StoreApi, StoredDocument } from '../../shared/model/store.ts';
import type { Client } from '../../shared/rpc.ts';

export type DocumentShelf = {
  /** Name → body (JSON text), in the order of names. */
  all(kind: string): Promise<Map<string, string>>;
  /** Rejects with a sentence where it cannot be kept. */
  put(kind: string, name: string, body: string): Promise<void>;
  delete(kind: string, name: string): Promise<void>;
};

export function storedDocuments(store: Client<StoreApi, Record<string, never>>): DocumentShelf {
  return {
    async all(kind) {
      const documents = await store.call(null, 'documents', [kind]);
      return new Map(documents.map(({ name, body }) => [name, body]));
    },
    async put(kind, name, body) {
      await store.call(null, 'putDocument', [{ kind, name, body }]);
    },
    async delete(kind, name) {
      await store.call(null, 'deleteDocument', [kind, name]);
    },
  };
}

/** Documents that last as long as their engine, beginning with those given. */
export function documentsInMemory(given: readonly StoredDocument[] = []): DocumentShelf {
  const shelves = new Map<string, Map<string, string>>();
  const shelf = (kind: string): Map<string, string> => {
    const known = shelves.get(kind) ?? new Map<string, string>();
    shelves.set(kind, known);
    return known;
  };
  for (const { kind, name, body } of given) shelf(kind).set(name, body);
  return {
    all: (kind) => Promise.resolve(new Map([...shelf(kind)].sort(([a], [b]) => (a < b ? -1 : 1)))),
    put(kind, name, body) {
      shelf(kind).set(name, body);
      return Promise.resolve();
    },
    delete(kind, name) {
      shelf(kind).delete(name);
      return Promise.resolve();
    },
  };
}
