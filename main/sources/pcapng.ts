/**
 * Blocks of a pcapng file: several sections, interfaces and resolutions of time, both byte orders. It is fed
 * whatever part of the file is in memory and says how far it came. A block states its length twice; where the
 * two disagree, every position behind is tried until a known block with agreeing lengths is found, so damage
 * costs what it touched. Format: draft-ietf-opsawg-pcapng.
 */
import type { PacketReader } from './packet-reader.ts';
import { MAX_RECORD_OCTETS } from './pcap.ts';
import { DAMAGED_RECORD } from './problems.ts';

export const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const NAME_RESOLUTION = 4;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const LEAST_BLOCK_OCTETS = 12;
const MAX_BLOCK_OCTETS = 16 * 1024 * 1024;
const MAX_INTERFACES = 65_536;

type Interface = {
  linkType: number;
  /** 0: no limit. */
  snapOctets: number;
  unitsPerSecond: number;
  offsetMs: number;
};

/** The byte order of the section header at `offset`, whose first octets are its magic; null where damaged. */
export function sectionIsLittle(view: DataView, offset: number): boolean | null {
  const magic = view.getUint32(offset + 8);
  if (magic === BYTE_ORDER_MAGIC) return false;
  return magic === 0x4d3c2b1a ? true : null;
}

export class PcapngParser {
  readonly format = 'pcapng';
  /** Octets from where `parse` stopped that it needs to go on. */
  need = LEAST_BLOCK_OCTETS;
  /** The file ended inside a block. */
  cut = false;
  readonly #reader: PacketReader;
  readonly #fromOffset: number;
  #little = false;
  #interfaces: Interface[] = [];
  #searching = false;
  /** For simple packets, which have no time of their own. */
  #lastTimeMs = 0;

  constructor(reader: PacketReader, fromOffset: number) {
    this.#reader = reader;
    this.#fromOffset = fromOffset;
  }

  /**
   * Reads the blocks in start ≤ o < end, where octet `o` lies at `base + o` of the file, and returns the
   * offset from which octets must still be there at the next call. `final`: no more will come.
   */
  parse(bytes: Uint8Array, view: DataView, start: number, end: number, base: number, final: boolean): number {
    let offset = start;
    while (offset < end) {
      if (this.#searching) {
        offset = this.#search(view, offset, end, final);
        if (this.#searching) break;
      }
      if (offset + LEAST_BLOCK_OCTETS > end) {
        this.need = LEAST_BLOCK_OCTETS;
        break;
      }
      const octets = this.#blockOctets(view, offset);
      if (octets > 0 && offset + octets > end && !final) {
        this.need = octets;
        break;
      }
      if (octets > 0 && offset + octets <= end && this.#lengthsAgree(view, offset, octets)) {
        this.#block(bytes, view, offset, octets, base);
        offset += octets;
        continue;
      }
      // What looks like the cut end of a file may be a wrong length with good blocks behind it.
      const cutHere = octets > 0 && offset + octets > end;
      this.#searching = true;
      const found = this.#search(view, offset + 1, end, final);
      if (cutHere && this.#searching) break;
      this.#reader.problems.add(DAMAGED_RECORD);
      offset = found;
    }
    if (final) {
      this.cut = offset < end;
      return end;
    }
    if (offset >= end) this.need = LEAST_BLOCK_OCTETS;
    return offset;
  }

  /** The stated length of the block at `offset` in the byte order that holds there; 0 where impossible. */
  #blockOctets(view: DataView, offset: number): number {
    let little = this.#little;
    if (view.getUint32(offset) === SECTION_HEADER) {
      const order = sectionIsLittle(view, offset);
      if (order === null) return 0;
      little = order;
    }
    const octets = view.getUint32(offset + 4, little);
    return octets >= LEAST_BLOCK_OCTETS && octets <= MAX_BLOCK_OCTETS && octets % 4 === 0 ? octets : 0;
  }

  /** The copy of the length at the block's end is in the same byte order as the first. */
  #lengthsAgree(view: DataView, offset: number, octets: number): boolean {
    return view.getUint32(offset + 4) === view.getUint32(offset + octets - 4);
  }

  /**
   * Ends the search at the first sound block from `from` on and returns its offset; otherwise the offset from
   * which to go on searching.
   */
  #search(view: DataView, from: number, end: number, final: boolean): number {
    for (let offset = from; offset + LEAST_BLOCK_OCTETS <= end; offset++) {
      if (view.getUint32(offset) === 0) {
        // Holes in files are long: two words of zeros in a row hold no type between them either.
        while (offset + 8 <= end && view.getUint32(offset + 4) === 0) offset += 4;
        continue;
      }
      if (!this.#isKnownType(view, offset)) continue;
      const octets = this.#blockOctets(view, offset);
      if (octets === 0) continue;
      if (offset + octets > end) {
        if (final) continue;
        this.need = octets;
        return offset;
      }
      if (!this.#lengthsAgree(view, offset, octets)) continue;
      this.#searching = false;
      return offset;
    }
    this.need = LEAST_BLOCK_OCTETS;
    return final ? end : Math.max(from, end - LEAST_BLOCK_OCTETS + 1);
  }

  #isKnownType(view: DataView, offset: number): boolean {
    const type = view.getUint32(offset, this.#little);
    return (type >= INTERFACE_DESCRIPTION && type <= ENHANCED_PACKET) || type === SECTION_HEADER;
  }

  #block(bytes: Uint8Array, view: DataView, offset: number, octets: number, base: number): void {
    switch (view.getUint32(offset, this.#little)) {
      case ENHANCED_PACKET:
        if (octets < 32) this.#reader.problems.add(DAMAGED_RECORD);
        else this.#timedPacket(bytes, view, offset, octets, base, view.getUint32(offset + 8, this.#little));
        return;
      case OBSOLETE_PACKET:
        if (octets < 32) this.#reader.problems.add(DAMAGED_RECORD);
        else this.#timedPacket(bytes, view, offset, octets, base, view.getUint16(offset + 8, this.#little));
        return;
      case SIMPLE_PACKET:
        this.#simplePacket(bytes, view, offset, octets, base);
        return;
      case INTERFACE_DESCRIPTION:
        this.#interface(view, offset, octets);
        return;
      case SECTION_HEADER:
        this.#section(view, offset, octets);
        return;
      case NAME_RESOLUTION:
      case INTERFACE_STATISTICS:
        return;
      default:
        // Blocks that this reader has no use for may come at any place.
        return;
    }
  }

  #section(view: DataView, offset: number, octets: number): void {
    this.#little = sectionIsLittle(view, offset) ?? this.#little;
    this.#interfaces = [];
    if (octets < 28 || view.getUint16(offset + 12, this.#little) !== 1) {
      this.#reader.problems.add('pcapng section of an unknown version');
    }
  }

  #interface(view: DataView, offset: number, octets: number): void {
    if (octets < 20 || this.#interfaces.length >= MAX_INTERFACES) {
      this.#reader.problems.add(octets < 20 ? DAMAGED_RECORD : 'more than 65536 pcapng interfaces');
      // Numbers are given by position, so a damaged one still takes its number.
      if (octets < 20)
        this.#interfaces.push({ linkType: -1, snapOctets: 0, unitsPerSecond: 1e6, offsetMs: 0 });
      return;
    }
    const little = this.#little;
    const described: Interface = {
      linkType: view.getUint16(offset + 8, little),
      snapOctets: view.getUint32(offset + 12, little),
      unitsPerSecond: 1e6,
      offsetMs: 0,
    };
    const end = offset + octets - 4;
    let option = offset + 16;
    while (option + 4 <= end) {
      const code = view.getUint16(option, little);
      const length = view.getUint16(option + 2, little);
      const value = option + 4;
      if (code === 0 || value + length > end) break;
      if (code === 9 && length >= 1) {
        const resolution = view.getUint8(value);
        described.unitsPerSecond =
          resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** Math.min(resolution, 30);
      } else if (code === 14 && length >= 8) {
        described.offsetMs = Number(view.getBigInt64(value, little)) * 1000;
      }
      option = value + ((length + 3) & ~3);
    }
    this.#interfaces.push(described);
  }

  /** Enhanced and obsolete packet blocks differ only in where the interface's number lies. */
  #timedPacket(
    bytes: Uint8Array,
    view: DataView,
    offset: number,
    octets: number,
    base: number,
    interfaceId: number,
  ): void {
    const little = this.#little;
    const from = this.#interfaces[interfaceId];
    const captured = view.getUint32(offset + 20, little);
    if (!from || captured > octets - 32 || captured > MAX_RECORD_OCTETS) {
      this.#reader.problems.add(from ? DAMAGED_RECORD : 'packet of an interface that is not described');
      return;
    }
    const units = view.getUint32(offset + 12, little) * 0x1_0000_0000 + view.getUint32(offset + 16, little);
    const perSecond = from.unitsPerSecond;
    const sinceOffsetMs = perSecond >= 1000 ? units / (perSecond / 1000) : (units * 1000) / perSecond;
    this.#lastTimeMs = sinceOffsetMs + from.offsetMs;
    if (base + offset < this.#fromOffset) return;
    const data = offset + 28;
    this.#reader.packet(
      bytes,
      view,
      data,
      data + captured,
      view.getUint32(offset + 24, little),
      this.#lastTimeMs,
      from.linkType,
      base + offset,
    );
  }

  #simplePacket(bytes: Uint8Array, view: DataView, offset: number, octets: number, base: number): void {
    const from = this.#interfaces[0];
    if (!from || octets < 16) {
      this.#reader.problems.add(from ? DAMAGED_RECORD : 'packet of an interface that is not described');
      return;
    }
    const original = view.getUint32(offset + 8, this.#little);
    const captured = Math.min(original, from.snapOctets || MAX_RECORD_OCTETS, octets - 16);
    if (base + offset < this.#fromOffset) return;
    const data = offset + 12;
    const { linkType } = from;
    this.#reader.packet(
      bytes,
      view,
      data,
      data + captured,
      original,
      this.#lastTimeMs,
      linkType,
      base + offset,
    );
  }
}
