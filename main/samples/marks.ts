/**
 * The marks of a datagram's samples, noted as they are made and given again when it is read once more: what was
 * placed once is placed alike ever after, whatever has been learned since. Two bits a mark, from the lowest on.
 */
import { type Mark, TRANSIT, UNPLACED } from './placement-mark.ts';
import type { Sample } from './sample.ts';

/** What marks samples. */
export type Marker = {
  mark(sample: Sample, way: number, dataSource: number, input: number): Mark;
  /** Whether the next frame is passed over without a look: its mark is known, and nobody asks for such frames. */
  passes?(): boolean;
};

/** More samples than this of one datagram are not noted, and are not placed when they are read again. */
const MOST_NOTED = 254;

/** Hands on to a marker and notes what it says of the datagram at hand. */
export class NotedMarks implements Marker {
  count = 0;
  readonly bytes = new Uint8Array((MOST_NOTED + 3) >> 2);
  readonly #marker: Marker;

  constructor(marker: Marker) {
    this.#marker = marker;
  }

  /** The next datagram is at hand. */
  begin(): void {
    this.count = 0;
  }

  mark(sample: Sample, way: number, dataSource: number, input: number): Mark {
    const mark = this.#marker.mark(sample, way, dataSource, input);
    const { count, bytes } = this;
    if (count === MOST_NOTED) return mark;
    if ((count & 3) === 0) bytes[count >> 2] = 0;
    bytes[count >> 2]! |= mark << ((count & 3) * 2);
    this.count = count + 1;
    return mark;
  }
}

/**
 * Gives noted marks again; where none were noted it asks `otherwise`, and without one places nothing. Frames that were
 * noted as transit can be passed over: most of a recording, where a network is sampled at every hop.
 */
export class GivenMarks implements Marker {
  otherwise: Marker | null = null;
  readonly #passesTransit: boolean;
  #bytes = new Uint8Array(0);
  #at = 0;
  #count = -1;
  #given = 0;

  constructor(passesTransit = false) {
    this.#passesTransit = passesTransit;
  }

  /** The next datagram is at hand: `count` marks from octet `at` on, or −1 where they are not known. */
  begin(bytes: Uint8Array, at: number, count: number): void {
    this.#bytes = bytes as Uint8Array<ArrayBuffer>;
    this.#at = at;
    this.#count = count;
    this.#given = 0;
  }

  mark(sample: Sample, way: number, dataSource: number, input: number): Mark {
    if (this.#count < 0) return this.otherwise?.mark(sample, way, dataSource, input) ?? UNPLACED;
    const mark = this.#next();
    this.#given++;
    return mark;
  }

  passes(): boolean {
    if (!this.#passesTransit || this.#count < 0 || this.#next() !== TRANSIT) return false;
    this.#given++;
    return true;
  }

  #next(): Mark {
    const given = this.#given;
    if (given >= this.#count) return UNPLACED;
    const mark = (this.#bytes[this.#at + (given >> 2)]! >> ((given & 3) * 2)) & 3;
    return mark < UNPLACED ? (mark as Mark) : UNPLACED;
  }
}
