/** Where the table of makers comes from: the file beside a built program, else the package it is made of. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compactVendors, VENDOR_FILE, VendorTable } from './vendor-table.ts';

let table: VendorTable | null = null;

/** The makers, read at first use and kept for the life of the thread. Empty where the file is not there. */
export function vendors(): VendorTable {
  table ??= new VendorTable(readLines());
  return table;
}

function readLines(): string {
  const built = join(import.meta.dirname, VENDOR_FILE);
  if (existsSync(built)) return readFileSync(built, 'utf8');
  try {
    const path = createRequire(import.meta.url).resolve('oui-data');
    return compactVendors(JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>);
  } catch {
    return '';
  }
}
