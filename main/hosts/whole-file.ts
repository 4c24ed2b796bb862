/**
 * Files of a data directory that hold JSON and, some of them, secrets: readable by their owner only, and written whole
 * or not at all, so that a crash leaves the old content or the new one.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes `content` as JSON over a file, making its folder where there is none. Throws what the file system throws. */
export function writeWhole(path: string, content: unknown): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}
