/**
 * Records of a classic pcap file: both byte orders, micro- and nanoseconds, and the 'modified' form with its
 * eight octets more per record. It is fed whatever part of the file is in memory and says how far it came.
 *
 * A record has no checksum and no mark, so damage shows only by what follows. A header that breaks the rules
 * is taken back up after the header before it: every position is tried until two records in a row are sound.
 * So a wrong length costs no good record, and a file that breaks a rule from its first record on (writers do)
 * is not held to that rule. Format: draft-ietf-opsawg-pcap.
 */
import type { PacketReader } from './packet-reader.ts';
import { DAMAGED_RECORD } from './problems.ts';

/** The same limit as libpcap's. */
export const MAX_RECORD_OCTETS = 256 * 1024;
/** Beyond any packet, merged ones of segmentation offload (512 KiB at most) included. */
const MAX_ORIGINAL_OCTETS = 1024 * 1024;
export const PCAP_HEADER_OCTETS = 24;
const PLAIN_HEADER_OCTETS = 16;
const MODIFIED_HEADER_OCTETS = 24;
/** How far from the last good record the time of a record found by searching may lie. */
const SEARCH_SECONDS = 30 * 86_400;

type PcapKind = { little: boolean; fractionsPerSecond: number; headerOctets: number };

/** What the first four octets (read big-endian) say of a pcap file; null where it is none. */
export function pcapKind(magic: number): PcapKind | null {
  switch (magic) {
    case 0xa1b2c3d4:
      return { little: false, fractionsPerSecond: 1e6, headerOctets: PLAIN_HEADER_OCTETS };
    case 0xd4c3b2a1:
      return { little: true, fractionsPerSecond: 1e6, headerOctets: PLAIN_HEADER_OCTETS };
    case 0xa1b23c4d:
      return { little: false, fractionsPerSecond: 1e9, headerOctets: PLAIN_HEADER_OCTETS };
    case 0x4d3cb2a1:
      return { little: true, fractionsPerSecond: 1e9, headerOctets: PLAIN_HEADER_OCTETS };
    case 0xa1b2cd34:
      return { little: false, fractionsPerSecond: 1e6, headerOctets: MODIFIED_HEADER_OCTETS };
    case 0x34cdb2a1:
      return { little: true, fractionsPerSecond: 1e6, headerOctets: MODIFIED_HEADER_OCTETS };
    default:
      return null;
  }
}

export class PcapParser {
  readonly format = 'pcap';
  /** Octets from where `parse` stopped that it needs to go on. */
  need = PCAP_HEADER_OCTETS;
  /** The file ended inside a record. */
  cut = false;
  readonly #little: boolean;
  readonly #fractionsPerSecond: number;
  readonly #headerOctets: number;
  readonly #reader: PacketReader;
  readonly #fromOffset: number;
  #linkType = -1;
  /** The record before, kept at the front of the buffer while its successor is not known to be sound. */
  #doneOctets = 0;
  #searching = false;
  #anyRecord = false;
  #lastSeconds = -1;
  /** The time of the last record that was near the one before it. */
  #steadySeconds = -1;
  #ruleFraction = true;
  #ruleOriginal = true;

  constructor(kind: PcapKind, reader: PacketReader, fromOffset: number) {
    this.#little = kind.little;
    this.#fractionsPerSecond = kind.fractionsPerSecond;
    this.#headerOctets = kind.headerOctets;
    this.#reader = reader;
    this.#fromOffset = fromOffset;
  }

  /**
   * Reads the records in start ≤ o < end, where octet `o` lies at `base + o` of the file, and returns the
   * offset from which octets must still be there at the next call. `final`: no more will come.
   */
  parse(bytes: Uint8Array, view: DataView, start: number, end: number, base: number, final: boolean): number {
    let offset = start;
    if (this.#linkType < 0) {
      if (end - start < PCAP_HEADER_OCTETS) {
        this.cut = final;
        return final ? end : start;
      }
      // The upper bits of the field tell of a frame check sequence.
      this.#linkType = view.getUint32(start + 20, this.#little) & 0x03ff_ffff;
      offset += PCAP_HEADER_OCTETS;
    }
    let kept = offset;
    offset += this.#doneOctets;
    this.#doneOctets = 0;
    const header = this.#headerOctets;
    const little = this.#little;
    while (offset < end) {
      if (this.#searching) {
        const found = this.#search(view, offset, end, end, final);
        if (found < 0) {
          offset = -found - 1;
          kept = offset;
          break;
        }
        offset = found;
        kept = found;
        this.#searching = false;
      }
      if (offset + header > end) {
        this.need = header;
        break;
      }
      const captured = view.getUint32(offset + 8, little);
      if (!this.#followsRules(view, offset) || !this.#isNear(view, offset)) {
        const verdict = this.#judge(view, kept, offset, end, final);
        if (verdict === 'wait') {
          this.need = header + captured + header;
          break;
        }
        if (verdict === 'damaged') {
          this.#reader.problems.add(DAMAGED_RECORD);
          this.#searching = true;
          offset = kept + 1;
          kept = offset;
          continue;
        }
      }
      const data = offset + header;
      const next = data + captured;
      if (next > end) {
        if (!final) {
          this.need = header + captured;
          break;
        }
        const after = this.#search(view, offset + 1, end, end, true);
        if (after < 0) break;
        this.#reader.problems.add(DAMAGED_RECORD);
        offset = after;
        kept = after;
        continue;
      }
      const seconds = view.getUint32(offset, little);
      const fraction = view.getUint32(offset + 4, little);
      this.#noteRules(view, offset, captured);
      if (Math.abs(seconds - this.#lastSeconds) <= SEARCH_SECONDS) this.#steadySeconds = seconds;
      this.#lastSeconds = seconds;
      if (base + offset >= this.#fromOffset) {
        const timeMs =
          this.#fractionsPerSecond === 1e6
            ? (seconds * 1e6 + fraction) / 1000
            : seconds * 1000 + fraction / 1e6;
        const original = view.getUint32(offset + 12, little);
        this.#reader.packet(bytes, view, data, next, original, timeMs, this.#linkType, base + offset);
      }
      kept = offset;
      offset = next;
    }
    if (final) {
      this.cut = offset < end;
      return end;
    }
    if (offset >= end) this.need = header;
    this.#doneOctets = offset - kept;
    this.need += this.#doneOctets;
    return kept;
  }

  /** What the first record does wrong is no sign of damage in those behind it. */
  #noteRules(view: DataView, offset: number, captured: number): void {
    if (this.#anyRecord) return;
    this.#anyRecord = true;
    this.#ruleFraction = view.getUint32(offset + 4, this.#little) < this.#fractionsPerSecond;
    const original = view.getUint32(offset + 12, this.#little);
    this.#ruleOriginal = original >= captured && original <= MAX_ORIGINAL_OCTETS;
  }

  #followsRules(view: DataView, offset: number): boolean {
    const little = this.#little;
    const captured = view.getUint32(offset + 8, little);
    if (captured === 0 || captured > MAX_RECORD_OCTETS) return false;
    if (this.#ruleFraction && view.getUint32(offset + 4, little) >= this.#fractionsPerSecond) return false;
    if (!this.#ruleOriginal) return true;
    const original = view.getUint32(offset + 12, little);
    return original >= captured && original <= MAX_ORIGINAL_OCTETS;
  }

  /**
   * Judges a header that breaks a rule or leaps in time, by where its length leads. A leap is believed unless
   * a better record lies hidden around it, so a capture put together from several is read as well.
   */
  #judge(
    view: DataView,
    kept: number,
    offset: number,
    end: number,
    final: boolean,
  ): 'believed' | 'damaged' | 'wait' {
    const captured = view.getUint32(offset + 8, this.#little);
    if (captured > MAX_RECORD_OCTETS) return 'damaged';
    const next = offset + this.#headerOctets + captured;
    const nextIsThere = next + this.#headerOctets <= end;
    if (!nextIsThere && !final) return 'wait';
    if (!nextIsThere && (next !== end || captured === 0)) return 'damaged';
    // Of the first record only the length counts: it sets the rules.
    if (!this.#anyRecord) return !nextIsThere || this.#hasLength(view, next) ? 'believed' : 'damaged';
    if (!this.#followsRules(view, offset)) {
      if (!nextIsThere) return 'believed';
      return this.#followsRules(view, next) && this.#isNear(view, next) ? 'believed' : 'damaged';
    }
    if (nextIsThere && !this.#followsRules(view, next)) return 'damaged';
    return this.#search(view, kept + 1, Math.min(next, end), end, final) < 0 ? 'believed' : 'damaged';
  }

  #hasLength(view: DataView, offset: number): boolean {
    const captured = view.getUint32(offset + 8, this.#little);
    return captured > 0 && captured <= MAX_RECORD_OCTETS;
  }

  /**
   * First position from `from` to below `until` where a sound record begins that another follows (or the exact
   * end). -(offset) - 1 where there is none: `offset` is where to go on once more octets are there.
   */
  #search(view: DataView, from: number, until: number, end: number, final: boolean): number {
    const header = this.#headerOctets;
    for (let offset = from; offset < until && offset + header <= end; offset++) {
      if (view.getUint32(offset + 8) === 0) {
        // Holes in files are long: two words of zeros in a row hold no length between them either.
        while (offset + 16 <= end && view.getUint32(offset + 12) === 0) offset += 4;
        continue;
      }
      if (!this.#followsRules(view, offset) || !this.#isNear(view, offset)) continue;
      const next = offset + header + view.getUint32(offset + 8, this.#little);
      if (next + header <= end) {
        if (this.#followsRules(view, next) && this.#isNear(view, next)) return offset;
      } else if (next === end && final) {
        return offset;
      } else if (!final) {
        this.need = next - offset + header;
        return -offset - 1;
      }
    }
    this.need = header;
    return final ? -end - 1 : -Math.max(from, end - header + 1) - 1;
  }

  #isNear(view: DataView, offset: number): boolean {
    if (this.#lastSeconds < 0) return true;
    const seconds = view.getUint32(offset, this.#little);
    return (
      Math.abs(seconds - this.#lastSeconds) <= SEARCH_SECONDS ||
      (this.#steadySeconds >= 0 && Math.abs(seconds - this.#steadySeconds) <= SEARCH_SECONDS)
    );
  }
}
