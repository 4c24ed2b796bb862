/**
 * Tables of values and what each stands for, groups of addresses and maps alike: the words for either kind, and
 * their entries as a user writes them, one a line or as the lines of a CSV file.
 */
import { cellsOf } from '../../../../shared/format/csv-lines.ts';
import { formatCount } from '../../../../shared/format/rates.ts';
import { safeText } from '../../../../shared/format/text.ts';
import type { GroupTable } from '../../../../shared/model/knowledge.ts';

/** What is said of a kind of table, and the calls that it lives by. */
export const TABLE_KINDS = {
  group: {
    calls: { list: 'groups.list', put: 'groups.put', remove: 'groups.delete' },
    /** The table that is asked where none is named; '' where one always is. */
    unnamed: 'default',
    item: 'group',
    entries: 'Blocks',
    about: 'The most exact block of a table decides to which group an address belongs.',
    none: 'No groups in this table. Add one: a name, and the networks that belong to it.',
    placeholder: '10.0.0.0/8\n2001:db8::/32\n00:1b:21:aa:bb:cc\nanother group, or table:group',
    table: 'sites',
    use: (table: string) => `group:ipsource${table === 'default' ? '' : `:${table}`}`,
    read: readBlocks,
  },
  map: {
    calls: { list: 'maps.list', put: 'maps.put', remove: 'maps.delete' },
    unnamed: '',
    item: 'value',
    entries: 'Keys',
    about:
      'Each text of a key, exactly as it is shown, stands for the value. Addresses match however they are written.',
    none: 'No values in this table. Add one with the texts it stands for, or import lines of key and value.',
    placeholder: '00:1b:21:aa:bb:cc\n192.0.2.7\n443',
    table: 'members',
    use: (table: string) => `map:macsource:${table}`,
    read: readLines,
  },
} as const;
export type TableKind = keyof typeof TABLE_KINDS;

const MOST_PROBLEMS = 3;

/** Adds the lines `key, value` of a file to a table; what cannot be taken is said, and loses only itself. */
export function withLines(
  table: GroupTable,
  text: string,
): { table: GroupTable; taken: number; problems: string[] } {
  const lists = new Map(Object.entries(table).map(([name, entries]) => [name, new Set(entries)]));
  const problems: string[] = [];
  let taken = 0;
  let refused = 0;
  for (const { line, cells } of cellsOf(text, 2)) {
    const [entry = '', value = ''] = cells.map((cell) => cell.trim());
    if (line === 1 && /^(key|block|address|mac|ip)$/i.test(entry)) continue;
    if (entry === '' || value === '' || value.length > 255 || entry.length > 1024) {
      if (++refused <= MOST_PROBLEMS)
        problems.push(
          `Line ${line}: “${safeText(cells.join(','), 40)}” is no key with a value of at most 255 characters.`,
        );
      continue;
    }
    const list = lists.get(value) ?? new Set();
    lists.set(value, list.add(entry));
    taken++;
  }
  if (refused > MOST_PROBLEMS) problems.push(`${refused - MOST_PROBLEMS} more lines were not taken.`);
  return {
    table: Object.fromEntries([...lists].map(([name, entries]) => [name, [...entries]])),
    taken,
    problems,
  };
}

/** The lines of a table as a file has them. */
export const linesOf = (table: GroupTable): [entry: string, value: string][] =>
  Object.entries(table).flatMap(([value, entries]) =>
    entries.map((entry): [string, string] => [entry, value]),
  );

/** The entries of a text, one a line, each once. */
export function readLines(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  return [...new Set(lines.map((line) => line.trim()).filter((line) => line !== ''))];
}

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
