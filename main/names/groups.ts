/**
 * Tables of address groups. Within a table the most exact block wins; of two equal ones the first. A group may take
 * in another group, of its own table (`servers`) or of another (`sites:berlin`): all blocks of that one are then
 * blocks of the group that names it, and are answered as such.
 */
import { parseAddress, parseMac, parsePrefix } from '../../shared/format/address.ts';
import type { GroupTable } from '../../shared/model/knowledge.ts';
import { addressWords, FAMILY_BITS, FAMILY_WORDS, type Family } from './address.ts';
import { PrefixList, PrefixMap } from './prefix-map.ts';

/** Blocks of all tables together, those that groups take in counted again. */
const MOST_BLOCKS = 2_000_000;
/** Blocks read between two yields. */
const AT_ONCE = 1024;

/** What is wrong with a table: one sentence that names it. */
export class GroupError extends Error {
  override readonly name = 'GroupError';
}

type CompiledTable = { names: readonly string[]; maps: Record<Family, PrefixMap> };
type Block = { family: Family; words: Uint32Array; bits: number };

/** A block, or null where the text is none and may be a group's name. */
function blockOf(text: string): Block | null {
  const slash = text.indexOf('/');
  const found = addressWords(slash < 0 ? text : text.slice(0, slash));
  if (found === null) return null;
  const most = FAMILY_BITS[found.family];
  const length = text.slice(slash + 1);
  const bits = slash < 0 ? most : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  return bits < 0 || bits > most ? null : { ...found, bits };
}

const looksLikeBlock = (text: string): boolean =>
  /^[\d./]+$/.test(text) || /\/\d*$/.test(text) || /^[\da-f:]*::[\da-f:]*$/i.test(text);

export class GroupTables {
  readonly #compiled: ReadonlyMap<string, CompiledTable>;

  private constructor(compiled: ReadonlyMap<string, CompiledTable>) {
    this.#compiled = compiled;
  }

  static readonly none = new GroupTables(new Map());

  /**
   * Compiles tables, a hundred thousand blocks in about a tenth of a second; yields every few milliseconds, so that
   * others can have a turn. Throws GroupError where a table cannot be used.
   */
  static *compile(tables: ReadonlyMap<string, GroupTable>): Generator<void, GroupTables> {
    return new GroupTables(yield* compileTables(tables));
  }

  /** The same at once, for few blocks. */
  static of(tables: ReadonlyMap<string, GroupTable>): GroupTables {
    const work = GroupTables.compile(tables);
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
    }
  }

  /** The group of a table that an IP or MAC address belongs to; null where there is none, or no such table. */
  find(address: string, table: string): string | null {
    const compiled = this.#compiled.get(table);
    if (!compiled) return null;
    const found = addressWords(address);
    if (found === null) return null;
    const value = compiled.maps[found.family].find(found.words);
    return value < 0 ? null : compiled.names[value]!;
  }
}

function* compileTables(
  tables: ReadonlyMap<string, GroupTable>,
): Generator<void, Map<string, CompiledTable>> {
  const compiled = new Map<string, CompiledTable>();
  let blocks = 0;
  for (const [table, groups] of tables) {
    const lists = {
      ipv4: new PrefixList(FAMILY_WORDS.ipv4),
      ipv6: new PrefixList(FAMILY_WORDS.ipv6),
      mac: new PrefixList(FAMILY_WORDS.mac),
    };
    const names = Object.keys(groups);
    const taken = new Set(
      names.flatMap((group) => (groups[group] ?? []).filter((entry) => Object.hasOwn(groups, entry))),
    );
    // A group that another one of the table takes in answers last, so that equal blocks are the other's.
    const order = [...names.filter((name) => !taken.has(name)), ...names.filter((name) => taken.has(name))];
    for (const [value, group] of order.entries()) {
      for (const { family, words, bits } of blocksOf(tables, table, group, [])) {
        if (++blocks > MOST_BLOCKS)
          throw new GroupError(
            `The groups hold more than ${MOST_BLOCKS.toLocaleString('en')} blocks; make “${table}” shorter.`,
          );
        lists[family].add(words, bits, value);
        if (blocks % AT_ONCE === 0) yield;
      }
    }
    compiled.set(table, {
      names: order,
      maps: {
        ipv4: yield* PrefixMap.of(lists.ipv4),
        ipv6: yield* PrefixMap.of(lists.ipv6),
        mac: yield* PrefixMap.of(lists.mac),
      },
    });
  }
  return compiled;
}

/** The blocks of a group and of all it takes in. `way` is how it was come to. */
function* blocksOf(
  tables: ReadonlyMap<string, GroupTable>,
  table: string,
  group: string,
  way: readonly string[],
): Generator<Block> {
  const here = `${table}:${group}`;
  if (way.includes(here))
    throw new GroupError(`The group “${group}” of “${table}” takes in itself; remove one of the names.`);
  for (const entry of tables.get(table)?.[group] ?? []) {
    const block = blockOf(entry);
    if (block !== null) {
      yield block;
      continue;
    }
    const inner = innerGroup(tables, table, entry);
    if (inner === null) throw new GroupError(problemOfEntry(table, group, entry));
    yield* blocksOf(tables, inner.table, inner.group, [...way, here]);
  }
}

function innerGroup(
  tables: ReadonlyMap<string, GroupTable>,
  table: string,
  entry: string,
): { table: string; group: string } | null {
  const has = (name: string, group: string): boolean => Object.hasOwn(tables.get(name) ?? {}, group);
  if (has(table, entry)) return { table, group: entry };
  const colon = entry.indexOf(':');
  if (colon < 0) return null;
  const [other, group] = [entry.slice(0, colon), entry.slice(colon + 1)];
  return has(other, group) ? { table: other, group } : null;
}

function problemOfEntry(table: string, group: string, entry: string): string {
  const shown = entry.length > 60 ? `${entry.slice(0, 60)}…` : entry;
  const where = `“${shown}” in group “${group}” of “${table}”`;
  if (looksLikeBlock(entry)) {
    const address = entry.split('/')[0]!;
    const isAddress = parseAddress(address) !== null || parseMac(address) !== null;
    return isAddress && parsePrefix(entry) === null
      ? `${where} has no prefix length that fits its address; write it as in 10.0.0.0/8 or 2001:db8::/32.`
      : `${where} is no address; write blocks as in 10.0.0.0/8, 2001:db8::/32 or 00:1b:21:aa:bb:cc.`;
  }
  return `${where} is neither an address, a block as in 10.0.0.0/8, nor the name of a group; mend or remove it.`;
}
