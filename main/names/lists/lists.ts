/**
 * Lists of addresses from elsewhere, read again on a schedule, one at a time, and answered as groups. Where one cannot be
 * read, the last good one holds, and it is tried again later and later. A list that has not changed costs nothing.
 */
import type { AddressList, AddressListStatus } from '../../../shared/model/address-list.ts';
import { addressWords } from '../address.ts';
import { inTurns } from '../in-turns.ts';
import { BlockSet } from './block-set.ts';
import { type ParsedList, parseList, patternOf } from './parse.ts';

export const MOST_LISTS = 64;
const FIRST_RETRY_MS = 60_000;
const LAST_RETRY_MS = 3600_000;

/** The text of a source. Rejects with a sentence. */
export type ReadSource = (list: AddressList) => Promise<string>;

type Kept = {
  list: AddressList;
  state: AddressListStatus['state'];
  problem: string;
  blocks: readonly string[];
  set: BlockSet;
  passedOver: number;
  readMs: number | null;
  nextMs: number;
  failures: number;
};

export type AddressListsOptions = {
  read: ReadSource;
  /** Told when a list has other blocks than before. */
  changed: (name: string, blocks: readonly string[], readMs: number) => void;
};

export class AddressLists {
  readonly #options: AddressListsOptions;
  readonly #lists = new Map<string, Kept>();
  #isReading = false;

  constructor(options: AddressListsOptions) {
    this.#options = options;
  }

  /** The list of a table that an address is on, by its most exact block; null where it is on none. */
  find(address: string, table: string): string | null {
    const words = addressWords(address);
    if (words === null) return null;
    let found: string | null = null;
    let most = -1;
    for (const { list, set } of this.#lists.values()) {
      if (list.table !== table || !list.enabled) continue;
      const bits = set.bitsOf(words);
      if (bits > most) [most, found] = [bits, list.name];
    }
    return found;
  }

  has(name: string): boolean {
    return this.#lists.has(name);
  }
  get size(): number {
    return this.#lists.size;
  }

  /** Takes a list in place of the one with its name, which lends it its blocks where it reads the same. */
  async put(
    list: AddressList,
    known: { blocks: readonly string[]; readMs: number } | null = null,
  ): Promise<void> {
    const before = this.#lists.get(list.name);
    const isSame =
      before !== undefined && before.list.source === list.source && before.list.pattern === list.pattern;
    const kept: Kept = {
      ...{ list, state: 'waiting', problem: '', passedOver: 0, nextMs: 0, failures: 0 },
      blocks: isSame ? before.blocks : [],
      set: isSame ? before.set : BlockSet.none,
      readMs: isSame ? before.readMs : null,
    };
    if (known !== null) Object.assign(kept, { ...known, set: await inTurns(BlockSet.compile(known.blocks)) });
    this.#lists.set(list.name, kept);
  }

  delete(name: string): void {
    this.#lists.delete(name);
  }

  /** Begins to read what is due, by the wall's time; called about once a second. */
  tick(nowMs: number): void {
    if (this.#isReading) return;
    for (const kept of this.#lists.values()) {
      if (!kept.list.enabled || kept.nextMs > nowMs) continue;
      void this.#read(kept, nowMs);
      return;
    }
  }

  /** Reads a list now; its status tells how that went. */
  async readNow(name: string, nowMs: number): Promise<void> {
    const kept = this.#lists.get(name);
    if (kept && kept.state !== 'reading') await this.#read(kept, nowMs);
  }

  async #read(kept: Kept, nowMs: number): Promise<void> {
    this.#isReading = true;
    kept.state = 'reading';
    const { list } = kept;
    try {
      const pattern = list.pattern === '' ? null : patternOf(list.pattern);
      const parsed = parseList(await this.#options.read(list), pattern);
      // It was changed or taken away meanwhile.
      if (this.#lists.get(list.name) !== kept) return;
      await this.#take(kept, parsed, nowMs);
    } catch (error) {
      const why = error instanceof Error ? error.message : 'It cannot be read.';
      const heldOn = kept.readMs === null ? '' : ' What was read before holds on.';
      const pauseMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** kept.failures);
      Object.assign(kept, { state: 'failed', problem: why + heldOn, nextMs: nowMs + pauseMs });
      kept.failures++;
    } finally {
      this.#isReading = false;
    }
  }

  /** Throws an Error where there is nothing on it: a page of an error is no list. */
  async #take(kept: Kept, { blocks, passedOver, isCut }: ParsedList, nowMs: number): Promise<void> {
    if (blocks.length === 0) throw new Error(`${kept.list.name} has no address or block in it.`);
    const changed =
      blocks.length !== kept.blocks.length || blocks.some((block, at) => block !== kept.blocks[at]);
    const set = changed ? await inTurns(BlockSet.compile(blocks)) : kept.set;
    Object.assign(kept, {
      ...{ state: 'read', blocks, set, passedOver, readMs: nowMs, failures: 0 },
      problem: isCut ? `Only the first ${blocks.length.toLocaleString('en')} blocks are taken.` : '',
      nextMs: nowMs + kept.list.everyMinutes * 60_000,
    });
    if (!changed) return;
    this.#options.changed(kept.list.name, blocks, nowMs);
  }

  status(): AddressListStatus[] {
    return [...this.#lists.values()].map(({ list, state, problem, blocks, passedOver, readMs, nextMs }) => ({
      ...{ list, state, problem, passedOver, readMs },
      blocks: blocks.length,
      nextMs: list.enabled && nextMs > 0 ? nextMs : null,
    }));
  }
}
