/**
 * Names that a user gave to services and IP protocols. The file form is one a line: `protocol, port, name` as a
 * spreadsheet writes CSV (no port for an IP protocol), or `name port/protocol` as in /etc/services.
 */

import { cellsOf } from '../../shared/format/csv-lines.ts';
import { parseService, type Service, serviceText } from '../../shared/format/service-names.ts';
import { safeText } from '../../shared/format/text.ts';
import { cleanName, type ImportedNames } from './own-names.ts';

export const MOST_OWN_SERVICES = 10_000;
/** Sentences about lines that cannot be read; the others are counted in the last one. */
const MOST_PROBLEMS = 20;

type Line = { service: Service | null; written: string; name: string };

/** Reads lines; headings, comments and empty lines are passed over, and a bad line loses only itself. */
export function importServices(text: string): ImportedNames {
  const names = new Map<string, string>();
  const problems: string[] = [];
  let refused = 0;
  const refuse = (line: number, what: string): void => {
    if (++refused <= MOST_PROBLEMS) problems.push(`Line ${line}: ${what}`);
  };
  for (const { line, cells } of cellsOf(text, 3)) {
    const { service, written, name } = readLine(cells);
    if (service === null) {
      const isHeading = line === 1 && !/\d/.test(cells.join(''));
      if (!isHeading)
        refuse(
          line,
          `“${safeText(written, 40)}” is no service; write it as in tcp,8443,portal or 47,,tunnel.`,
        );
      continue;
    }
    const key = serviceText(service);
    if (name === '') refuse(line, `${key} has no name.`);
    else if (!names.has(key) && names.size >= MOST_OWN_SERVICES)
      refuse(line, `only the first ${MOST_OWN_SERVICES.toLocaleString('en')} names are taken.`);
    else names.set(key, name);
  }
  if (refused > MOST_PROBLEMS) problems.push(`${refused - MOST_PROBLEMS} more lines were not taken.`);
  return { names, problems };
}

function readLine(cells: readonly string[]): Line {
  // As /etc/services has it, with any number of tabs or spaces.
  const [name = '', written = ''] = cells.flatMap((cell) => cell.trim().split(/\s+/)).filter(Boolean);
  if (/^\d+\/[a-z]+/i.test(written))
    return { service: parseService(written), written, name: cleanName(name) };
  const [protocol = '', port = '', title = ''] = cells;
  const both = port === '' || port === '-' ? protocol : `${protocol}/${port}`;
  return { service: parseService(both), written: both, name: cleanName(title) };
}
