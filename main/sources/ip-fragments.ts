/**
 * Puts IP fragments together again. Agents that fill datagrams beyond the path's MTU send them in pieces, and
 * without this their samples would be missing in silence. The table is bounded in number, octets and capture
 * time. Overlapping pieces refuse the whole datagram, as RFC 5722 asks for IPv6 and prudence for IPv4; a piece
 * that merely came twice is ignored.
 */
import { FRAGMENTS_MISSING } from './problems.ts';
import type { Counts } from './tally.ts';

const MAX_DATAGRAMS = 512;
const MAX_PAYLOAD_OCTETS = 65_535;
const MAX_TABLE_OCTETS = 16 * 1024 * 1024;
/** RFC 8200 gives a datagram 60 s, Linux 30 s. */
const TIMEOUT_MS = 30_000;
/** Linux accepts far fewer pieces for one datagram than 65,535 / 8. */
const MAX_PIECES = 1024;

/** Where the addresses and the payload of a reassembled datagram lie in its bytes. */
export const REASSEMBLED_SOURCE = 0;
export const REASSEMBLED_DESTINATION = 16;
export const REASSEMBLED_PAYLOAD = 32;

type Pieces = {
  /** Addresses, then the payload as far as it is here; null once the datagram is refused. */
  bytes: Uint8Array<ArrayBuffer> | null;
  /** Begin and end of each piece, by arrival. */
  ranges: number[];
  /** Payload octets here. Pieces never overlap, so it reaches `total` exactly when all are here. */
  present: number;
  /** Payload octets in all; -1 until the last piece came. */
  total: number;
  begunMs: number;
};

export class FragmentTable {
  readonly #counts: Counts;
  readonly #table = new Map<string, Pieces>();
  #octets = 0;

  /** Problems are counted in `counts`. */
  constructor(counts: Counts) {
    this.#counts = counts;
  }

  /**
   * Takes one piece: its payload lies at start ≤ o < end and belongs at `at` octets of the datagram's payload.
   * `addressOctets` is 4 or 16. Returns the whole (addresses, then payload) when this piece completes it.
   */
  add(
    bytes: Uint8Array,
    source: number,
    destination: number,
    addressOctets: number,
    id: number,
    protocol: number,
    at: number,
    more: boolean,
    start: number,
    end: number,
    timeMs: number,
  ): Uint8Array<ArrayBuffer> | null {
    const octets = end - start;
    if (octets <= 0 || at + octets > MAX_PAYLOAD_OCTETS || (more && octets % 8 !== 0)) {
      this.#counts.add('fragment with an impossible length');
      return null;
    }
    const key = fragmentKey(bytes, source, destination, addressOctets, id, protocol);
    let pieces = this.#table.get(key);
    if (pieces && Math.abs(timeMs - pieces.begunMs) > TIMEOUT_MS) {
      this.#drop(key, pieces);
      pieces = undefined;
    }
    if (!pieces) {
      pieces = this.#begin(key, bytes, source, destination, addressOctets, timeMs);
    }
    if (!pieces.bytes) return null;
    if (!this.#place(pieces, at, at + octets, more)) return null;
    let room = pieces.bytes;
    const needed = REASSEMBLED_PAYLOAD + at + octets;
    if (room.length < needed) {
      const grown = new Uint8Array(
        Math.min(REASSEMBLED_PAYLOAD + MAX_PAYLOAD_OCTETS, Math.max(needed, room.length * 2)),
      );
      grown.set(room);
      this.#octets += grown.length - room.length;
      room = grown;
      pieces.bytes = grown;
    }
    room.set(bytes.subarray(start, end), REASSEMBLED_PAYLOAD + at);
    if (pieces.present !== pieces.total) return null;
    this.#table.delete(key);
    this.#octets -= room.length;
    return room.subarray(0, REASSEMBLED_PAYLOAD + pieces.total);
  }

  /** Counts what is still incomplete; call once at the end of the capture. */
  finish(): void {
    for (const [key, pieces] of [...this.#table]) this.#drop(key, pieces);
  }

  /** Notes the range; false where it is a repeat or refuses the datagram. */
  #place(pieces: Pieces, at: number, end: number, more: boolean): boolean {
    const { ranges } = pieces;
    for (let i = 0; i < ranges.length; i += 2) {
      const from = ranges[i] as number;
      const to = ranges[i + 1] as number;
      if (at === from && end === to) return false;
      if (at < to && end > from) return this.#refuse(pieces, 'overlapping IP fragments');
    }
    if (!more) {
      if (pieces.total >= 0 && pieces.total !== end)
        return this.#refuse(pieces, 'IP fragments disagree on the end');
      pieces.total = end;
      for (let i = 1; i < ranges.length; i += 2) {
        if ((ranges[i] as number) > end) return this.#refuse(pieces, 'IP fragments disagree on the end');
      }
    } else if (pieces.total >= 0 && end > pieces.total) {
      return this.#refuse(pieces, 'IP fragments disagree on the end');
    }
    if (ranges.length >= 2 * MAX_PIECES) return this.#refuse(pieces, 'too many IP fragments');
    ranges.push(at, end);
    pieces.present += end - at;
    return true;
  }

  /** The entry stays, without its octets, so that later pieces do not begin a new datagram. */
  #refuse(pieces: Pieces, problem: string): false {
    this.#counts.add(problem);
    this.#octets -= pieces.bytes?.length ?? 0;
    pieces.bytes = null;
    pieces.ranges = [];
    return false;
  }

  #begin(
    key: string,
    bytes: Uint8Array,
    source: number,
    destination: number,
    addressOctets: number,
    timeMs: number,
  ): Pieces {
    // Insertion order is age, but for a clock that jumps: good enough to choose whom to drop.
    for (const [oldKey, old] of this.#table) {
      const full = this.#table.size >= MAX_DATAGRAMS || this.#octets > MAX_TABLE_OCTETS;
      if (!full && Math.abs(timeMs - old.begunMs) <= TIMEOUT_MS) break;
      this.#drop(oldKey, old);
    }
    const room = new Uint8Array(REASSEMBLED_PAYLOAD + 4096);
    room.set(bytes.subarray(source, source + addressOctets), REASSEMBLED_SOURCE);
    room.set(bytes.subarray(destination, destination + addressOctets), REASSEMBLED_DESTINATION);
    const pieces: Pieces = { bytes: room, ranges: [], present: 0, total: -1, begunMs: timeMs };
    this.#octets += room.length;
    this.#table.set(key, pieces);
    return pieces;
  }

  #drop(key: string, pieces: Pieces): void {
    this.#table.delete(key);
    if (!pieces.bytes) return;
    this.#octets -= pieces.bytes.length;
    this.#counts.add(FRAGMENTS_MISSING);
  }
}

/** Fragments are rare enough for a text key: addresses, identification and protocol, one character per octet. */
function fragmentKey(
  bytes: Uint8Array,
  source: number,
  destination: number,
  addressOctets: number,
  id: number,
  protocol: number,
): string {
  let key = `${addressOctets}:${protocol}:${id}:`;
  for (let i = 0; i < addressOctets; i++) key += String.fromCharCode(bytes[source + i] as number);
  for (let i = 0; i < addressOctets; i++) key += String.fromCharCode(bytes[destination + i] as number);
  return key;
}
