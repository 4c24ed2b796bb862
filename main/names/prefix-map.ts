/**
 * Address → value by the most exact prefix, compiled once: prefixes are flattened to the points where the answer
 * changes, so that a look-up is one binary search over typed arrays, whatever is nested in what. An address is a
 * run of 32-bit words (IPv4 one, MAC two, IPv6 four), compared as one number.
 */

export type PrefixEntry = {
  words: Uint32Array;
  /** Leading bits that count, of 32 per word. */
  bits: number;
  /** 0 or more. */
  value: number;
};

const NONE = -1;

function compare(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number, width: number): number {
  for (let word = 0; word < width; word++) {
    const difference = a[aAt + word]! - b[bAt + word]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The bits of word `word` that a prefix of `bits` counts. */
const maskOf = (bits: number, word: number): number => {
  const within = bits - 32 * word;
  return within <= 0 ? 0 : within >= 32 ? 0xffff_ffff : (0xffff_ffff << (32 - within)) >>> 0;
};

/** The first address behind a block; null where it is the last there is. */
function behind(words: Uint32Array, bits: number): Uint32Array | null {
  const next = words.map((word, index) => (word | ~maskOf(bits, index)) >>> 0);
  for (let word = next.length - 1; word >= 0; word--) {
    if (next[word] !== 0xffff_ffff) {
      next[word]!++;
      return next;
    }
    next[word] = 0;
  }
  return null;
}

export class PrefixMap {
  readonly #width: number;
  /** Where an answer begins, ascending. */
  readonly #starts: Uint32Array;
  readonly #values: Int32Array;

  /** Of two entries with the same prefix the first holds. */
  constructor(width: number, entries: readonly PrefixEntry[]) {
    this.#width = width;
    const sorted = entries
      .map(({ words, bits, value }, index) => ({
        ...{ bits, value, index },
        words: words.map((word, at) => (word & maskOf(bits, at)) >>> 0),
      }))
      .sort((a, b) => compare(a.words, 0, b.words, 0, width) || a.bits - b.bits || b.index - a.index);
    const starts = new Uint32Array(sorted.length * 2 * width);
    const values = new Int32Array(sorted.length * 2);
    let count = 0;
    const begin = (words: Uint32Array, value: number): void => {
      // What begins at the same address is more exact, or is what is left behind a block's end.
      const same = count > 0 && compare(starts, (count - 1) * width, words, 0, width) === 0;
      if (!same) starts.set(words, count++ * width);
      values[count - 1] = value;
    };
    const open: { next: Uint32Array | null; value: number }[] = [];
    const close = (): void => {
      const { next } = open.pop()!;
      if (next !== null) begin(next, open.at(-1)?.value ?? NONE);
    };
    for (const { words, bits, value } of sorted) {
      for (;;) {
        const next = open.at(-1)?.next;
        if (!next || compare(next, 0, words, 0, width) > 0) break;
        close();
      }
      open.push({ next: behind(words, bits), value });
      begin(words, value);
    }
    while (open.length > 0) close();
    this.#starts = starts.slice(0, count * width);
    this.#values = values.slice(0, count);
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
