/**
 * Names that a user gave to addresses. They stand before every other source. The file form is one name per line,
 * address first, as in a spreadsheet's CSV; a hosts file is read as well.
 */

import { cellsOf } from '../../shared/format/csv-lines.ts';
import { safeText } from '../../shared/format/text.ts';
import { addressText } from './address.ts';

export const MOST_OWN_NAMES = 100_000;
const LONGEST_NAME = 120;

/** Address as it is looked up → name. */
export type OwnNames = ReadonlyMap<string, string>;

/** A name made fit to show: one line, no hidden characters; '' for none. */
export const cleanName = (name: string): string => safeText(name.trim(), LONGEST_NAME);

export type ImportedNames = { names: Map<string, string>; problems: string[] };

/** Sentences about lines that cannot be read; the others are counted in the last one. */
const MOST_PROBLEMS = 20;

/**
 * Reads lines `address,name` (comma, semicolon or tab, quotes as in RFC 4180) or `address name` (hosts). A first line
 * that names its columns, comments (#) and empty lines are passed over; a bad line loses only itself.
 */
export function importNames(text: string): ImportedNames {
  const names = new Map<string, string>();
  const problems: string[] = [];
  let refused = 0;
  const refuse = (line: number, what: string): void => {
    if (++refused <= MOST_PROBLEMS) problems.push(`Line ${line}: ${what}`);
  };
  for (const { line, cells } of cellsOf(text, 2)) {
    const [first = '', second = ''] = cells;
    const address = addressText(first);
    const name = cleanName(second);
    if (address === null) {
      const isHeading = line === 1 && !/\d/.test(first);
      if (!isHeading) refuse(line, `“${safeText(first, 40)}” is no IP or MAC address.`);
    } else if (name === '') refuse(line, `${address} has no name.`);
    else if (!names.has(address) && names.size >= MOST_OWN_NAMES)
      refuse(line, `only the first ${MOST_OWN_NAMES.toLocaleString('en')} names are taken.`);
    else names.set(address, name);
  }
  if (refused > MOST_PROBLEMS) problems.push(`${refused - MOST_PROBLEMS} more lines were not taken.`);
  return { names, problems };
}
