/**
 * The few settings that the host must know before an engine runs, in one JSON file that survives a torn write:
 * written beside and renamed, checked when read, and put aside where it cannot be read.
 */
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { RestSettings } from '../../shared/model/rest.ts';
import type { ListenerSettings } from '../../shared/model/workspace.ts';
import { writeWhole } from './whole-file.ts';

export type Settings = { listeners: ListenerSettings[]; rest: RestSettings };

/** sFlow's own port, on every address of both families; REST off, at sFlow-RT's port. */
export const DEFAULT_SETTINGS: Settings = {
  listeners: [{ address: '', port: 6343 }],
  rest: { enabled: false, port: 8008 },
};

// Keys of a newer Weir are kept as they are.
const schema = v.looseObject({
  listeners: v.optional(
    v.pipe(
      v.array(
        v.object({
          address: v.pipe(v.string(), v.maxLength(64)),
          port: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
        }),
      ),
      v.maxLength(16),
    ),
    DEFAULT_SETTINGS.listeners,
  ),
  rest: v.optional(
    v.object({
      enabled: v.boolean(),
      port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
    }),
    DEFAULT_SETTINGS.rest,
  ),
});

const fileOf = (directory: string): string => join(directory, 'settings.json');

/** The stored settings, or the defaults where there are none; `problem` says so where the file is not readable. */
export function readSettings(directory: string): { settings: Settings; problem: string } {
  const path = fileOf(directory);
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    return { settings: DEFAULT_SETTINGS, problem: '' };
  }
  try {
    return { settings: v.parse(schema, JSON.parse(content)), problem: '' };
  } catch {
    try {
      renameSync(path, `${path}.unreadable`);
    } catch {
      // It stays where it is and is written over by the next change.
    }
    return {
      settings: DEFAULT_SETTINGS,
      problem: `The settings in ${path} cannot be read; they were kept as ${path}.unreadable and the defaults are used.`,
    };
  }
}

/** Writes the settings whole or not at all. Throws what the file system throws. */
export function writeSettings(directory: string, settings: Partial<Settings>): void {
  const path = fileOf(directory);
  let kept: Record<string, unknown> = {};
  try {
    const known: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (known !== null && typeof known === 'object') kept = known as Record<string, unknown>;
  } catch {
    // None yet.
  }
  writeWhole(path, { ...kept, ...settings });
}
