/**
 * Texts as small numbers: a flow key that is text (a host name, a URL, an AS path) becomes one word per sample,
 * found by hashing and comparing its octets, without making a string. A string is made once for each distinct
 * value. The table is capped in values and octets, because whoever sends packets chooses the texts; past a cap
 * a new value reads as OTHER_TEXT, so that totals stay exact and only names are lost.
 *
 * Equal texts have equal numbers, also where they were spelled by different octets (what is unsafe to show is
 * replaced by one and the same character). The numbers hold for the life of the thread and mean nothing in
 * another: a definition whose words are to be stored must not hold them (see `stable` in key.ts).
 */
import { MAX_TEXT_OCTETS, safeText } from '../sflow/text.ts';

/** What every value beyond the cap of a table is called. */
export const OTHER_TEXT = '(other)';

export type TextTableLimits = {
  /** Distinct spellings told apart. */
  capacity: number;
  /** Octets of all spellings together. */
  octets: number;
};

const INITIAL = 1024;

export class TextTable {
  readonly #limits: TextTableLimits;
  readonly #texts: string[] = [];
  readonly #byText = new Map<string, number>();
  readonly #other: number;
  /** Spelling i lies in #octets at #start[i] ≤ o < #start[i + 1], and means the text #means[i]. */
  #spellings = 0;
  #start = new Uint32Array(INITIAL + 1);
  #means = new Int32Array(INITIAL);
  #octets = new Uint8Array(INITIAL * 16);
  /** Open addressing; spelling + 1, 0 where free. */
  #slots = new Int32Array(INITIAL * 2);

  constructor(limits: Partial<TextTableLimits> = {}) {
    this.#limits = { capacity: 262_144, octets: 1 << 25, ...limits };
    this.#other = this.#add(OTHER_TEXT);
  }

  /** Distinct texts. */
  get size(): number {
    return this.#texts.length;
  }

  /** The text of a number that this table gave; '' for any other. */
  text(number: number): string {
    return this.#texts[number] ?? '';
  }

  /**
   * The number of the text in start ≤ o < end of `bytes`, read as UTF-8 and made safe to show. Of more than
   * MAX_TEXT_OCTETS octets only so many are looked at. Allocates for new spellings only.
   */
  ofOctets(bytes: Uint8Array, start: number, end: number): number {
    const last = Math.min(end, start + MAX_TEXT_OCTETS + 1);
    let hash = 0x811c9dc5;
    for (let at = start; at < last; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const spelling = this.#slots[slot]! - 1;
      if (spelling < 0) return this.#newSpelling(bytes, start, last, slot);
      if (this.#isSpelling(spelling, bytes, start, last)) return this.#means[spelling]!;
      slot = (slot + 1) & mask;
    }
  }

  /** The number of a text that was made here, such as the result of a key function. */
  ofText(text: string): number {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    return this.#texts.length >= this.#limits.capacity ? this.#other : this.#add(text);
  }

  #add(text: string): number {
    const number = this.#texts.push(text) - 1;
    this.#byText.set(text, number);
    return number;
  }

  #isSpelling(spelling: number, bytes: Uint8Array, start: number, end: number): boolean {
    let at = this.#start[spelling]!;
    if (this.#start[spelling + 1]! - at !== end - start) return false;
    for (let from = start; from < end; from++, at++) if (this.#octets[at] !== bytes[from]) return false;
    return true;
  }

  #newSpelling(bytes: Uint8Array, start: number, end: number, slot: number): number {
    const from = this.#start[this.#spellings]!;
    const to = from + (end - start);
    if (this.#spellings >= this.#limits.capacity || to > this.#limits.octets) return this.#other;
    const number = this.ofText(safeText(bytes, start, end));
    if (this.#spellings === this.#means.length) this.#grow();
    if (to > this.#octets.length) this.#growOctets(to);
    for (let at = start; at < end; at++) this.#octets[from + at - start] = bytes[at]!;
    this.#means[this.#spellings++] = number;
    this.#start[this.#spellings] = to;
    this.#slots[slot] = this.#spellings;
    if (this.#spellings > this.#slots.length * 0.6) this.#rehash();
    return number;
  }

  #grow(): void {
    const means = new Int32Array(this.#means.length * 2);
    means.set(this.#means);
    this.#means = means;
    const start = new Uint32Array(means.length + 1);
    start.set(this.#start);
    this.#start = start;
  }

  #growOctets(least: number): void {
    const octets = new Uint8Array(Math.max(least, this.#octets.length * 2));
    octets.set(this.#octets);
    this.#octets = octets;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let spelling = 0; spelling < this.#spellings; spelling++) {
      let hash = 0x811c9dc5;
      for (let at = this.#start[spelling]!; at < this.#start[spelling + 1]!; at++)
        hash = Math.imul(hash ^ this.#octets[at]!, 0x01000193);
      hash ^= hash >>> 15;
      let slot = hash & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = spelling + 1;
    }
  }
}

/** The texts of all flow keys of this thread. */
export const texts = new TextTable();
