/** The settings of the link to a ClickHouse server with its secret, in a file of the data directory. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { DEFAULT_CLICKHOUSE } from '../../shared/model/clickhouse.ts';
import type { KeptLink } from '../clickhouse/link.ts';
import { writeWhole } from './whole-file.ts';

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
  writeWhole(fileOf(directory), kept);
}
