/** Where the real captures are: WEIR_CAPTURES, else beside the repository; null (said in one line) where there are none. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.WEIR_CAPTURES ?? join(import.meta.dirname, '../../shared/captures');

export const capturesFolder: string | null = existsSync(folder) ? folder : null;
if (capturesFolder === null)
  console.log(`Skipped: no captures at ${folder}; set WEIR_CAPTURES to have the real ones tested.`);

/** Path of a capture by its file name. */
export const capturePath = (name: string): string => join(capturesFolder ?? '', name);

/** File names of all captures. */
export const captureFiles = (): string[] =>
  capturesFolder === null
    ? []
    : readdirSync(capturesFolder)
        .filter((name) => name.endsWith('.pcap'))
        .sort();
