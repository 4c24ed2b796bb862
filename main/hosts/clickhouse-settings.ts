/** The settings of the link with its secret, in a file that only its user can read, written whole or not at all. */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { type ClickHouseSettings, DEFAULT_CLICKHOUSE } from '../../shared/model/clickhouse.ts';

export type KeptLink = {
  settings: ClickHouseSettings;
  secret: string;
  /** What the rows of this data directory are told from those of others by. */
  source: string;
};

const schema = v.object({
  settings: v.object({ enabled: v.boolean(), address: v.string(), database: v.string(), user: v.string() }),
  secret: v.string(),
  source: v.pipe(v.string(), v.minLength(1)),
});

const fileOf = (directory: string): string => join(directory, 'clickhouse.json');

/** What is kept, or that nothing is sent where there is none or it cannot be read. */
export function readLink(directory: string): KeptLink {
  try {
    return v.parse(schema, JSON.parse(readFileSync(fileOf(directory), 'utf8')));
  } catch {
    return { settings: DEFAULT_CLICKHOUSE, secret: '', source: randomUUID() };
  }
}

/** Throws what the file system throws. */
export function writeLink(directory: string, kept: KeptLink): void {
  const path = fileOf(directory);
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify(kept, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}
