/**
 * Fixed-width keys of 32-bit words to dense ids, by open addressing in typed arrays: the one table behind flow
 * keys, groups and paths. It grows by doubling up to a hard cap and then says no, so that no traffic can make
 * it grow for ever (`hazards`: cardinality). Ids count from 0 in the order of first sight and are never reused;
 * `words` of id i stand at i * width.
 */

/** A slot holds id + 1 in its lower bits, and above them a part of the hash that tells most other keys apart. */
const ID_BITS = 21;
const ID_MASK = 2 ** ID_BITS - 1;

export class KeyTable {
  readonly width: number;
  readonly capacity: number;
  /** How many keys there are; ids are 0 to size - 1. */
  size = 0;
  /** The words of every key, `width` per id. Replaced when the table grows. */
  words: Uint32Array;
  #slots: Int32Array;
  #mask: number;
  /** Of the key that was looked for last. */
  #tag = 0;

  /** `width` words per key (0 is allowed: there is one key then), at most `capacity` keys. */
  constructor(width: number, capacity: number, initial = 1024) {
    if (capacity >= ID_MASK) throw new RangeError(`A table has fewer than ${ID_MASK} keys.`);
    this.width = width;
    this.capacity = capacity;
    const first = Math.min(capacity, initial);
    this.words = new Uint32Array(Math.max(1, first * width));
    let slots = 16;
    while (slots * 0.6 < first) slots *= 2;
    this.#slots = new Int32Array(slots);
    this.#mask = slots - 1;
  }

  /**
   * Id of the key in `from[at … at + width)`, given a new one where it is new; -1 where the table is full, or where
   * none may be added.
   */
  intern(from: Uint32Array, at: number, mayAdd = true): number {
    const slot = this.#slotOf(from, at);
    const id = (this.#slots[slot]! & ID_MASK) - 1;
    if (id >= 0) return id;
    return mayAdd ? this.#insert(from, at, slot) : -1;
  }

  /** Id of the key in `from[at … at + width)`; -1 where it is not known. */
  find(from: Uint32Array, at: number): number {
    return (this.#slots[this.#slotOf(from, at)]! & ID_MASK) - 1;
  }

  /** The slot of a key, or the free one where it would stand. */
  #slotOf(from: Uint32Array, at: number): number {
    const width = this.width;
    let hash = 0x9e3779b9;
    for (let i = 0; i < width; i++) {
      hash = Math.imul(hash ^ from[at + i]!, 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    let slot = (hash ^ (hash >>> 16)) & this.#mask;
    const words = this.words;
    const slots = this.#slots;
    const tag = hash & ~ID_MASK;
    this.#tag = tag;
    probe: for (;;) {
      const entry = slots[slot]!;
      if (entry === 0) return slot;
      if ((entry & ~ID_MASK) !== tag) {
        slot = (slot + 1) & this.#mask;
        continue;
      }
      const base = ((entry & ID_MASK) - 1) * width;
      for (let i = 0; i < width; i++) {
        if (words[base + i] !== from[at + i]) {
          slot = (slot + 1) & this.#mask;
          continue probe;
        }
      }
      return slot;
    }
  }

  #insert(from: Uint32Array, at: number, slot: number): number {
    if (this.size >= this.capacity) return -1;
    const id = this.size++;
    const base = id * this.width;
    if (base + this.width > this.words.length) {
      const larger = new Uint32Array(
        Math.min(this.capacity * this.width, Math.max(this.words.length * 2, base + this.width)),
      );
      larger.set(this.words);
      this.words = larger;
    }
    for (let i = 0; i < this.width; i++) this.words[base + i] = from[at + i]!;
    this.#slots[slot] = this.#tag | (id + 1);
    if (this.size > this.#slots.length * 0.6) this.#rehash(this.#slots.length * 2);
    return id;
  }

  #rehash(length: number): void {
    this.#slots = new Int32Array(length);
    this.#mask = length - 1;
    const width = this.width;
    for (let id = 0; id < this.size; id++) {
      let hash = 0x9e3779b9;
      const base = id * width;
      for (let i = 0; i < width; i++) {
        hash = Math.imul(hash ^ this.words[base + i]!, 0x85ebca6b);
        hash ^= hash >>> 15;
      }
      hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
      let slot = (hash ^ (hash >>> 16)) & this.#mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = (hash & ~ID_MASK) | (id + 1);
    }
  }
}
