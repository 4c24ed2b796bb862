/**
 * What a value of an mmdb file (MaxMind's format, version 2.0) may come to. The reader follows any pointer and makes
 * room for any size that is told: here each value is walked first, without making anything of it, so that pointers to
 * pointers, values that double at each turn and lists that are longer than the file end in an error.
 */

/** Pointers that one record follows: those of the market's databases follow some dozens. */
const MOST_POINTERS = 2000;
/** Values that one record holds: the richest on the market have some hundreds. */
const MOST_VALUES = 20_000;
const MOST_DEPTH = 64;
/** The metadata lies within the last 128 KiB. */
const MOST_METADATA_OCTETS = 128 * 1024;
const METADATA_MARK = Buffer.from('\xAB\xCD\xEFMaxMind.com', 'latin1');
const TYPE = { extended: 0, pointer: 1, map: 7, array: 11, boolean: 14 } as const;
/** Where the values of a pointer's sizes begin. */
const POINTER_FROM = [0, 2048, 526_336, 0] as const;

/** A value that comes to more than any honest one. */
export class EndlessValue extends Error {}

class Walk {
  readonly #octets: Buffer;
  /** What pointers count from; -1: they are not followed. */
  readonly #base: number;
  #pointers = 0;
  #values = 0;

  constructor(octets: Buffer, base: number) {
    this.#octets = octets;
    this.#base = base;
  }

  reset(): void {
    this.#pointers = 0;
    this.#values = 0;
  }

  point(): void {
    if (++this.#pointers > MOST_POINTERS) throw new EndlessValue('Too many pointers.');
  }

  /** Goes over the value at an offset; where it ends. Throws EndlessValue, and RangeError beyond the file. */
  value(from: number, depth = 0): number {
    if (++this.#values > MOST_VALUES || depth > MOST_DEPTH) throw new EndlessValue('Too many values.');
    const octets = this.#octets;
    const control = octets.readUInt8(from);
    let type = control >> 5;
    let at = from + 1;
    if (type === TYPE.pointer) return this.#pointer(control, at, depth);
    if (type === TYPE.extended) type = octets.readUInt8(at++) + 7;
    let size = control & 31;
    if (size === 29) size = 29 + octets.readUInt8(at++);
    else if (size === 30) {
      size = 285 + octets.readUInt16BE(at);
      at += 2;
    } else if (size === 31) {
      size = 65_821 + octets.readUIntBE(at, 3);
      at += 3;
    }
    if (type === TYPE.boolean) return at;
    // The shortest value is an octet.
    if (size > octets.length - at) throw new EndlessValue('Longer than the file.');
    if (type !== TYPE.map && type !== TYPE.array) return at + size;
    for (let left = type === TYPE.map ? 2 * size : size; left > 0; left--) at = this.value(at, depth + 1);
    return at;
  }

  #pointer(control: number, at: number, depth: number): number {
    const size = (control >> 3) & 3;
    if (this.#base >= 0) {
      this.point();
      const high = size === 3 ? 0 : (control & 7) * 256 ** (size + 1);
      this.value(this.#base + POINTER_FROM[size]! + high + this.#octets.readUIntBE(at, size + 1), depth + 1);
    }
    return at + size + 1;
  }
}

/** Throws where the metadata of a database is none, or has no end. */
export function checkMetadata(octets: Buffer): void {
  const mark = octets.lastIndexOf(METADATA_MARK);
  if (mark < 0) throw new EndlessValue('No metadata.');
  const start = mark + METADATA_MARK.length;
  if (octets.length - start > MOST_METADATA_OCTETS) throw new EndlessValue('Too much metadata.');
  new Walk(octets, start).value(start);
}

/**
 * Stands where the reader looks for what it has kept of a value: it keeps nothing, and walks what the reader is about to
 * read, a record or what a pointer leads to. Throws EndlessValue.
 */
export class RecordBounds {
  readonly #walk: Walk;

  constructor(octets: Buffer) {
    this.#walk = new Walk(octets, -1);
  }

  /** Another record begins. */
  begin(): void {
    this.#walk.reset();
  }

  get(offset: number | string): undefined {
    this.#walk.point();
    this.#walk.value(Number(offset));
    return undefined;
  }

  set(): void {}
}
