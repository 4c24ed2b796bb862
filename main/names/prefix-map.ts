/**
 * Address → value by the most exact prefix, compiled once: prefixes are flattened to the points where the answer
 * changes, so that a look-up is one binary search over typed arrays, whatever is nested in what. An address is a
 * run of 32-bit words (IPv4 one, MAC two, IPv6 four), compared as one number. Prefixes are gathered, sorted and
 * flattened in typed arrays as well: a hundred thousand of them take some tens of milliseconds.
 */

const NONE = -1;
/** Prefixes flattened between two yields. */
const AT_ONCE = 4096;

/** The bits of word `word` that a prefix of `bits` counts. */
const maskOf = (bits: number, word: number): number => {
  const within = bits - 32 * word;
  return within <= 0 ? 0 : within >= 32 ? 0xffff_ffff : (0xffff_ffff << (32 - within)) >>> 0;
};

function compare(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number, width: number): number {
  for (let word = 0; word < width; word++) {
    const difference = a[aAt + word]! - b[bAt + word]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Prefixes of one width in the order in which they are given. */
export class PrefixList {
  readonly width: number;
  size = 0;
  /** Words of each, the bits that do not count cleared; how many count; and its value. */
  words: Uint32Array;
  bits = new Uint8Array(64);
  values = new Int32Array(64);

  constructor(width: number) {
    this.width = width;
    this.words = new Uint32Array(64 * width);
  }

  /** `value` is 0 or more; `bits` are the leading ones that count, of 32 per word. */
  add(words: Uint32Array, bits: number, value: number): void {
    const { width, size } = this;
    if (size === this.bits.length) {
      this.words = grown(this.words, Uint32Array);
      this.bits = grown(this.bits, Uint8Array);
      this.values = grown(this.values, Int32Array);
    }
    for (let word = 0; word < width; word++)
      this.words[size * width + word] = (words[word]! & maskOf(bits, word)) >>> 0;
    this.bits[size] = bits;
    this.values[size] = value;
    this.size++;
  }

  /**
   * Indices in the order of addresses, then of lengths, the last given of equal ones first. Sorted word by word from the
   * last on, each time by word and place until then: numbers sort ten times as fast as what must be compared.
   */
  *order(): Generator<void, Uint32Array> {
    const { size, width } = this;
    let order = Uint32Array.from({ length: size }, (_, index) => size - 1 - index);
    const keys = new BigUint64Array(size);
    // The halves of a key where numbers lie as they do in this computer.
    const halves = new Uint32Array(keys.buffer);
    const low = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;
    for (let word = width; word >= 0; word--) {
      for (let place = 0; place < size; place++) {
        const index = order[place]!;
        halves[2 * place + low] = place;
        halves[2 * place + 1 - low] = word === width ? this.bits[index]! : this.words[index * width + word]!;
      }
      keys.sort();
      const next = new Uint32Array(size);
      for (let place = 0; place < size; place++) next[place] = order[halves[2 * place + low]!]!;
      order = next;
      yield;
    }
    return order;
  }
}

function grown<T extends Uint32Array | Uint8Array | Int32Array>(
  column: T,
  Column: new (length: number) => T,
): T {
  const larger = new Column(column.length * 2);
  larger.set(column);
  return larger;
}

/** Blocks that are open while prefixes are flattened, the most exact last: the first address behind each, and its value. */
class OpenBlocks {
  size = 0;
  readonly #width: number;
  #behind: Uint32Array;
  #values = new Int32Array(64);
  /** Whether there is an address behind. */
  #ends = new Uint8Array(64);

  constructor(width: number) {
    this.#width = width;
    this.#behind = new Uint32Array(64 * width);
  }

  push(words: Uint32Array, at: number, bits: number, value: number): void {
    const { size } = this;
    const width = this.#width;
    if (size === this.#values.length) {
      this.#behind = grown(this.#behind, Uint32Array);
      this.#values = grown(this.#values, Int32Array);
      this.#ends = grown(this.#ends, Uint8Array);
    }
    let carry = 1;
    for (let word = width - 1; word >= 0; word--) {
      const last = (words[at + word]! | ~maskOf(bits, word)) >>> 0;
      const isCarried = carry === 1 && last === 0xffff_ffff;
      this.#behind[size * width + word] = isCarried ? 0 : last + carry;
      if (!isCarried) carry = 0;
    }
    this.#ends[size] = 1 - carry;
    this.#values[size] = value;
    this.size++;
  }

  /** Whether the most exact block ends at or before an address. */
  endsBefore(words: Uint32Array, at: number): boolean {
    const top = this.size - 1;
    if (top < 0 || this.#ends[top] === 0) return false;
    return compare(this.#behind, top * this.#width, words, at, this.#width) <= 0;
  }

  /** Ends the most exact block; tells `begin` where another answer begins, and which. */
  pop(begin: (words: Uint32Array, at: number, value: number) => void): void {
    const top = --this.size;
    if (this.#ends[top] === 1)
      begin(this.#behind, top * this.#width, top > 0 ? this.#values[top - 1]! : NONE);
  }
}

export class PrefixMap {
  readonly #width: number;
  /** Where an answer begins, ascending. */
  readonly #starts: Uint32Array;
  readonly #values: Int32Array;

  private constructor(width: number, starts: Uint32Array, values: Int32Array) {
    this.#width = width;
    this.#starts = starts;
    this.#values = values;
  }

  /** Of two entries with the same prefix the first holds. Yields now and then, so that others can have a turn. */
  static *of(list: PrefixList): Generator<void, PrefixMap> {
    const { width, size, words, bits } = list;
    const order = yield* list.order();
    const starts = new Uint32Array(size * 2 * width);
    const values = new Int32Array(size * 2);
    let count = 0;
    const begin = (from: Uint32Array, at: number, value: number): void => {
      // What begins at the same address is more exact, or is what is left behind a block's end.
      const same = count > 0 && compare(starts, (count - 1) * width, from, at, width) === 0;
      if (!same) {
        for (let word = 0; word < width; word++) starts[count * width + word] = from[at + word]!;
        count++;
      }
      values[count - 1] = value;
    };
    const open = new OpenBlocks(width);
    for (let place = 0; place < size; place++) {
      if (place % AT_ONCE === AT_ONCE - 1) yield;
      const index = order[place]!;
      const at = index * width;
      while (open.endsBefore(words, at)) open.pop(begin);
      open.push(words, at, bits[index]!, list.values[index]!);
      begin(words, at, list.values[index]!);
    }
    while (open.size > 0) open.pop(begin);
    return new PrefixMap(width, starts.slice(0, count * width), values.slice(0, count));
  }

  /** The value of the most exact entry that an address lies in; -1 where it lies in none. */
  find(words: Uint32Array): number {
    let [low, high] = [0, this.#values.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(this.#starts, middle * this.#width, words, 0, this.#width) <= 0) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? NONE : this.#values[low - 1]!;
  }
}
