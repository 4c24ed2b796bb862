/**
 * Where an engine keeps passwords and the like: apart from all else that its user makes, so that no export, backup,
 * answer or log holds one. Who asks for a name must be the part of the engine that wrote it; no call gives one out.
 */
import type { SecretApi } from '../../shared/model/secret.ts';
import type { Client } from '../../shared/rpc.ts';

export type SecretShelf = {
  /** null where none is kept by this name. */
  read(name: string): Promise<string | null>;
  /** Takes the place of the one there was; null takes it away. Rejects with a sentence where it cannot be kept. */
  write(name: string, secret: string | null): Promise<void>;
};

export function storedSecrets(store: Client<SecretApi, Record<string, never>>): SecretShelf {
  return {
    read: (name) => store.call(null, 'secrets.read', [name]),
    async write(name, secret) {
      await store.call(null, 'secrets.write', [name, secret]);
    },
  };
}

/** Secrets that last as long as their engine. */
export function secretsInMemory(): SecretShelf {
  const kept = new Map<string, string>();
  return {
    read: (name) => Promise.resolve(kept.get(name) ?? null),
    write(name, secret) {
      if (secret === null) kept.delete(name);
      else kept.set(name, secret);
      return Promise.resolve();
    },
  };
}
