/**
 * Columns of numbers as few octets. A column all of whose values are equal is kept as one. In a large block the octets
 * of a column are put together by their place in the number (all first octets, then all second ones), because
 * neighbours differ in their last octets only, and the whole is compressed with zstd; a small one (a series, an hour)
 * stays plain, because unpacking is then as quick as reading. Either has a checksum: SQLite checks how its pages hang
 * together, not what is in them. The writer and the reader name the same columns in the same order.
 */
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** No block unpacks to more: what says otherwise is damaged. */
const MOST_OCTETS = 64 * 1024 * 1024;

/** Blocks up to so many octets stay plain. */
const MOST_PLAIN = 1024;
/** No column is longer: what says otherwise is damaged. */
export const MOST_ROWS = 1_000_000;
/** The first octet of a block. Plain ones without a checksum were written by earlier versions. */
const PLAIN = 0;
const COMPRESSED = 1;
const PLAIN_CHECKED = 2;
const CHECKED_AT = 5;
const LEVEL = {
  params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
};

type Column = Uint32Array | Float32Array | Float64Array | Uint8Array;

const oneFloat = new Float32Array(1);
const oneWord = new Uint32Array(oneFloat.buffer);

/** Whether three octets hold a number exactly. */
export function fitsFloat24(value: number): boolean {
  oneFloat[0] = value;
  return oneFloat[0] === value && (oneWord[0]! & 0xff) === 0;
}

export class Packer {
  readonly #parts: Uint8Array[] = [];

  number(value: number): void {
    this.column(Uint32Array.of(value));
  }

  column(values: Column): void {
    const width = values.BYTES_PER_ELEMENT;
    const { length } = values;
    if (length === 0) return;
    const from = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const first = values[0]!;
    // NaN equals nothing and is kept as it is.
    if (length > 1) {
      const same = values.every((value: number) => value === first);
      this.#parts.push(Uint8Array.of(same ? 1 : 0));
      if (same) {
        this.#parts.push(from.slice(0, width));
        return;
      }
    }
    const to = new Uint8Array(from.length);
    for (let octet = 0, at = 0; octet < width; octet++)
      for (let i = octet; i < from.length; i += width) to[at++] = from[i]!;
    this.#parts.push(to);
  }

  /** Numbers of any size to four digits, in three octets each: the first three of a float, rounded. */
  float24(values: readonly number[]): void {
    const words = new Uint32Array(Float32Array.from(values).buffer);
    const column = (): Uint8Array => new Uint8Array(words.length);
    const [low, middle, high] = [column(), column(), column()];
    for (let i = 0; i < words.length; i++) {
      const rounded = Math.min(0xffff_ff00, words[i]! + 0x80);
      low[i] = rounded >>> 8;
      middle[i] = rounded >>> 16;
      high[i] = rounded >>> 24;
    }
    for (const octets of [low, middle, high]) this.column(octets);
  }

  text(value: string): void {
    const octets = Buffer.from(value, 'utf8');
    this.number(octets.length);
    this.#parts.push(octets);
  }

  /** The block; compressed where that is worth the time that unpacking takes. */
  finish(): Buffer {
    const plain = Buffer.concat(this.#parts);
    if (plain.length > MOST_PLAIN)
      return Buffer.concat([Uint8Array.of(COMPRESSED), zstdCompressSync(plain, LEVEL)]);
    const head = Buffer.alloc(CHECKED_AT);
    head[0] = PLAIN_CHECKED;
    head.writeUInt32LE(crc32(plain), 1);
    return Buffer.concat([head, plain]);
  }
}

/** A block that cannot be read; its reader leaves it out. */
export class DamagedBlock extends Error {
  override readonly name = 'DamagedBlock';
}

/** A number of four octets that stand `plane` apart, the lowest first. */
const wordAt = (octets: Uint8Array, at: number, plane: number): number =>
  octets[at]! |
  (octets[at + plane]! << 8) |
  (octets[at + 2 * plane]! << 16) |
  (octets[at + 3 * plane]! << 24);

export class Unpacker {
  readonly #octets: Uint8Array;
  #at = 0;

  /** Throws DamagedBlock. */
  constructor(block: Uint8Array) {
    if (block[0] === PLAIN_CHECKED && block.length >= CHECKED_AT) {
      this.#octets = block.subarray(CHECKED_AT);
      const checksum = new DataView(block.buffer, block.byteOffset + 1, 4).getUint32(0, true);
      if (crc32(this.#octets) !== checksum) throw new DamagedBlock('A block of the trends is damaged.');
      return;
    }
    if (block[0] === PLAIN) {
      this.#octets = block.subarray(1);
      return;
    }
    try {
      this.#octets = zstdDecompressSync(block.subarray(1), {
        maxOutputLength: MOST_OCTETS,
        chunkSize: 65_536,
      });
    } catch {
      throw new DamagedBlock('A block of the trends cannot be unpacked.');
    }
  }

  #take(octets: number): Uint8Array {
    if (this.#at + octets > this.#octets.length)
      throw new DamagedBlock('A block of the trends ends too early.');
    const part = this.#octets.subarray(this.#at, this.#at + octets);
    this.#at += octets;
    return part;
  }

  number(): number {
    return this.#into(new Uint32Array(1))[0]!;
  }

  uint32(length: number): Uint32Array {
    return this.#column(length, 4, (count) => new Uint32Array(count));
  }
  float32(length: number): Float32Array {
    return this.#column(length, 4, (count) => new Float32Array(count));
  }
  float64(length: number): Float64Array {
    return this.#column(length, 8, (count) => new Float64Array(count));
  }
  float24(length: number): Float32Array {
    const octets = this.#octets;
    const [low, middle, high] = [this.#planes(length, 1), this.#planes(length, 1), this.#planes(length, 1)];
    const words = new Uint32Array(length);
    for (let i = 0; i < length; i++)
      words[i] =
        (octets[low.at + i * low.step]! << 8) |
        (octets[middle.at + i * middle.step]! << 16) |
        (octets[high.at + i * high.step]! << 24);
    return new Float32Array(words.buffer);
  }
  octets(length: number): Uint8Array {
    return this.#column(length, 1, (count) => new Uint8Array(count));
  }
  text(): string {
    return Buffer.from(this.#take(this.number())).toString('utf8');
  }

  /** Reads a column to `into`, from place `at` on and `stride` places apart. */
  uint32Into(length: number, into: Uint32Array, at: number, stride: number): void {
    const [octets, from] = [this.#octets, this.#planes(length, 4)];
    const { plane, step } = from;
    let first = from.at;
    for (let i = 0, place = at; i < length; i++, place += stride, first += step)
      into[place] = wordAt(octets, first, plane);
  }
  float64Into(length: number, into: Float64Array, at: number, stride: number): void {
    const words = new Uint32Array(into.buffer, into.byteOffset, into.length * 2);
    const [octets, from] = [this.#octets, this.#planes(length, 8)];
    const { plane, step } = from;
    let first = from.at;
    for (let i = 0, place = 2 * at; i < length; i++, place += 2 * stride, first += step) {
      words[place] = wordAt(octets, first, plane);
      words[place + 1] = wordAt(octets, first + 4 * plane, plane);
    }
  }
  float32Into(length: number, into: Float64Array, at: number, stride: number): void {
    const [octets, from] = [this.#octets, this.#planes(length, 4)];
    const { plane, step } = from;
    let first = from.at;
    for (let i = 0, place = at; i < length; i++, place += stride, first += step) {
      oneWord[0] = wordAt(octets, first, plane);
      into[place] = oneFloat[0]!;
    }
  }

  /**
   * Takes a column and tells where it is: the first octet of its first number, how far the octets of a number and how
   * far numbers stand apart.
   */
  #planes(length: number, width: number): { at: number; plane: number; step: number } {
    if (length > MOST_ROWS) throw new DamagedBlock('A block of the trends says that it is too long.');
    const isOne = length > 1 && this.#take(1)[0] === 1;
    const at = this.#at;
    this.#take(isOne ? width : length * width);
    return isOne ? { at, plane: 1, step: 0 } : { at, plane: length, step: 1 };
  }

  /** A block says how long a column is: memory is asked for only where that may be true. */
  #column<C extends Column>(length: number, width: number, make: (length: number) => C): C {
    if (length > MOST_ROWS) throw new DamagedBlock('A block of the trends says that it is too long.');
    if (length > 1 && this.#take(1)[0] === 1) return make(length).fill(this.#into(make(1))[0]!) as C;
    if (length * width > this.#octets.length - this.#at)
      throw new DamagedBlock('A block of the trends ends too early.');
    return this.#into(make(length));
  }

  #into<C extends Column>(values: C): C {
    const width = values.BYTES_PER_ELEMENT;
    const { length } = values;
    const from = this.#take(values.byteLength);
    const to = new Uint8Array(values.buffer);
    if (width === 1) {
      to.set(from);
      return values;
    }
    for (let octet = 0, at = 0; octet < width; octet++)
      for (let i = 0, place = octet; i < length; i++, place += width) to[place] = from[at++]!;
    return values;
  }
}
