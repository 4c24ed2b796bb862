/**
 * The newest datagrams of a live workspace, octets and all, for the inspector: one buffer that is written round and
 * round, and columns of who and when. Nothing is allocated per datagram; the oldest make room for the newest.
 * What it costs is one copy of the datagram.
 */
import { Names } from './examine.ts';

export const RING_OCTETS = 16 * 1024 * 1024;
export const RING_DATAGRAMS = 20_000;

export class DatagramRing {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly senders = new Names();
  readonly #start: Uint32Array;
  readonly #length: Uint32Array;
  readonly #timeMs: Float64Array;
  readonly #sender: Uint16Array;
  readonly #port: Uint16Array;
  /** Ids first ≤ id < next are held; an id is the running number of its arrival, from 0. */
  #first = 0;
  #next = 0;
  /** Where the next datagram is written. */
  #at = 0;
  #octets = 0;

  constructor(octets: number = RING_OCTETS, datagrams: number = RING_DATAGRAMS) {
    this.bytes = new Uint8Array(octets);
    this.view = new DataView(this.bytes.buffer);
    this.#start = new Uint32Array(datagrams);
    this.#length = new Uint32Array(datagrams);
    this.#timeMs = new Float64Array(datagrams);
    this.#sender = new Uint16Array(datagrams);
    this.#port = new Uint16Array(datagrams);
  }

  /** Id of the oldest datagram that is held. */
  get first(): number {
    return this.#first;
  }
  /** Id that the next datagram will have. */
  get next(): number {
    return this.#next;
  }
  /** Octets of the datagrams held. */
  get octets(): number {
    return this.#octets;
  }

  /** Keeps a copy of a datagram; an empty one, or one larger than the whole ring, is passed over. */
  push(datagram: Uint8Array, timeMs: number, sender: string, port: number): void {
    const { length } = datagram;
    if (length === 0 || length > this.bytes.length) return;
    if (this.#at + length > this.bytes.length) {
      // No datagram is split: what was written behind this place goes before the writing starts over.
      this.#evictWithin(this.#at, this.bytes.length);
      this.#at = 0;
    }
    this.#evictWithin(this.#at, this.#at + length);
    if (this.#next - this.#first === this.#start.length) this.#evict();
    const slot = this.#next % this.#start.length;
    this.bytes.set(datagram, this.#at);
    this.#start[slot] = this.#at;
    this.#length[slot] = length;
    this.#timeMs[slot] = timeMs;
    this.#sender[slot] = this.senders.indexOf(sender, () => sender);
    this.#port[slot] = port;
    this.#at += length;
    this.#octets += length;
    this.#next++;
  }

  /** Drops the oldest as long as they lie in from ≤ o < to; in front of the writing lie only the oldest. */
  #evictWithin(from: number, to: number): void {
    while (this.#first < this.#next) {
      const slot = this.#first % this.#start.length;
      const start = this.#start[slot]!;
      if (start < from || start >= to) return;
      this.#evict();
    }
  }

  #evict(): void {
    this.#octets -= this.#length[this.#first % this.#start.length]!;
    this.#first++;
  }

  has(id: number): boolean {
    return Number.isInteger(id) && id >= this.#first && id < this.#next;
  }
  /** Where a datagram that is held lies in `bytes`. */
  start(id: number): number {
    return this.#start[id % this.#start.length]!;
  }
  end(id: number): number {
    const slot = id % this.#start.length;
    return this.#start[slot]! + this.#length[slot]!;
  }
  timeMs(id: number): number {
    return this.#timeMs[id % this.#start.length]!;
  }
  /** Index into `senders`. */
  sender(id: number): number {
    return this.#sender[id % this.#start.length]!;
  }
  /** UDP port that the datagram came from. */
  port(id: number): number {
    return this.#port[id % this.#start.length]!;
  }
}
