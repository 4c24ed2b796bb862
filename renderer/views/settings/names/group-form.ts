/** Groups as a user writes them: one block a line, and what a list says in short. */
import { formatCount } from '../../../../shared/format/rates.ts';
import type { GroupTable } from '../../../../shared/model/knowledge.ts';

/** The entries of a text: one a line, remarks (# or ;) and what stands behind a comma or space left out. */
export function readBlocks(text: string): string[] {
  const entries = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.replace(/(^|\s)[#;].*$/, '').trim())
    .filter((line) => line !== '');
  // Blocklists have columns behind the block; the name of a group may hold spaces.
  return [
    ...new Set(
      entries.map((entry) =>
        /^(?=[^\s,;]*[.:])[\da-f.:/]+[\s,;]/i.test(entry) ? entry.split(/[\s,;]/)[0]! : entry,
      ),
    ),
  ];
}

/** '10.0.0.0/8, 192.168.0.0/16 and 12 more'. */
export function blocksWords(blocks: readonly string[], most = 3): string {
  if (blocks.length === 0) return 'empty';
  const shown = blocks.slice(0, most).join(', ');
  return blocks.length > most ? `${shown} and ${formatCount(blocks.length - most)} more` : shown;
}

/** The table with one group set, renamed (from `before`) or, with `blocks` null, taken out; order is kept. */
export function withGroup(
  table: GroupTable,
  before: string | null,
  name: string,
  blocks: readonly string[] | null,
): GroupTable {
  const entries = Object.entries(table).map(([group, list]) => [group, [...list]] as [string, string[]]);
  const at = entries.findIndex(([group]) => group === before);
  if (blocks === null) return Object.fromEntries(entries.filter((_, index) => index !== at));
  const made: [string, string[]] = [name, [...blocks]];
  if (at < 0) entries.push(made);
  else entries[at] = made;
  return Object.fromEntries(entries);
}
