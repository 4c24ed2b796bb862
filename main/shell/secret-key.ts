/**
 * The key that seals secrets (`hosts/secret-file.ts`), kept by the system's keychain: what lies on disk is the key as
 * the keychain has sealed it, and nothing else of it.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { safeStorage } from 'electron';

const KEY_OCTETS = 32;

/** null where there is no keychain: secrets then lie in a file that only their owner can read. */
export function secretKey(dataDirectory: string): Uint8Array | null {
  try {
    if (!safeStorage.isEncryptionAvailable()) return null;
    // On Linux without a keyring Electron seals with a word that everybody knows.
    if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return null;
    const path = join(dataDirectory, 'secrets.key');
    return readKey(path) ?? makeKey(dataDirectory, path);
  } catch {
    return null;
  }
}

function readKey(path: string): Uint8Array | null {
  try {
    const key = Buffer.from(safeStorage.decryptString(readFileSync(path)), 'base64');
    return key.length === KEY_OCTETS ? key : null;
  } catch {
    return null;
  }
}

function makeKey(dataDirectory: string, path: string): Uint8Array {
  const key = randomBytes(KEY_OCTETS);
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  writeFileSync(path, safeStorage.encryptString(key.toString('base64')), { mode: 0o600 });
  return key;
}
