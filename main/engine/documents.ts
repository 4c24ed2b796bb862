/** The shelves that engines keep documents on: in the store, or in memory. */
import type { DocumentShelf, StoreApi, StoredDocument } from '../../shared/model/store.ts';
import type { Client } from '../../shared/rpc.ts';

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
