/**
 * Secrets of a data directory, in a file that only its owner can read: sealed (AES-256-GCM) by a key of the system's
 * keychain where there is one, as they are where there is none. Read for each question, since that is seldom.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecretApi } from '../../shared/model/secret.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import { writeWhole } from './whole-file.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_OCTETS = 12;
const TAG_OCTETS = 16;
const SEALED = 'sealed:';

/** `key`: 32 octets of the keychain; null where there is none. */
export function secretFile(directory: string, key: Uint8Array | null): Handlers<SecretApi> {
  const path = join(directory, 'engine-secrets.json');
  return {
    'secrets.read'(name) {
      const kept = readAll(path);
      return Object.hasOwn(kept, name) ? opened(kept[name]!, key) : null;
    },
    'secrets.write'(name, secret) {
      const kept = Object.entries(readAll(path)).filter(([other]) => other !== name);
      if (secret !== null) kept.push([name, sealed(secret, key)]);
      try {
        writeWhole(path, Object.fromEntries(kept));
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
        throw new RpcError(
          'refused',
          `The password could not be kept in ${path} (${code}); nothing was changed.`,
        );
      }
      return null;
    },
  };
}

/** Those that can be read; a file that is none holds nothing. */
function readAll(path: string): Record<string, string> {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (read === null || typeof read !== 'object') return {};
    return Object.fromEntries(
      Object.entries(read).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}

function sealed(secret: string, key: Uint8Array | null): string {
  // Text that begins like a sealed one is no other case: what is not sealed says so too.
  if (key === null) return `plain:${secret}`;
  const nonce = randomBytes(NONCE_OCTETS);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const octets = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return SEALED + Buffer.concat([nonce, cipher.getAuthTag(), octets]).toString('base64');
}

/** null where it cannot be opened, as after the keychain lost its key. */
function opened(kept: string, key: Uint8Array | null): string | null {
  if (!kept.startsWith(SEALED)) return kept.replace(/^plain:/, '');
  if (key === null) return null;
  try {
    const octets = Buffer.from(kept.slice(SEALED.length), 'base64');
    const decipher = createDecipheriv(CIPHER, key, octets.subarray(0, NONCE_OCTETS));
    decipher.setAuthTag(octets.subarray(NONCE_OCTETS, NONCE_OCTETS + TAG_OCTETS));
    const text = [decipher.update(octets.subarray(NONCE_OCTETS + TAG_OCTETS)), decipher.final()];
    return Buffer.concat(text).toString('utf8');
  } catch {
    return null;
  }
}
