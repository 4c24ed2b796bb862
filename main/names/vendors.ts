/**
 * Where the table of makers comes from: the file that a build writes beside the program, also for the sources it was
 * made of, else the package that it is made of.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compactVendors, VENDOR_FILE, VendorTable } from './vendor-table.ts';

let table: VendorTable | null = null;

/** The makers, read at first use and kept for the life of the thread. Empty where the file is not there. */
export function vendors(): VendorTable {
  table ??= readTable();
  return table;
}

function readTable(): VendorTable {
  for (const folder of ['.', '../../dist/shell']) {
    try {
      const built = new VendorTable(readFileSync(join(import.meta.dirname, folder, VENDOR_FILE)));
      if (built.size > 0) return built;
    } catch {
      // Not built there.
    }
  }
  try {
    const path = createRequire(import.meta.url).resolve('oui-data');
    return new VendorTable(compactVendors(JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>));
  } catch {
    return new VendorTable(new Uint8Array(0));
  }
}
