/**
 * Reading a range of the recording: block after block in the order of arrival, the next ones being read and
 * decompressed (in other threads) while one is at hand. What is damaged or has gone is passed over and counted.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Interval } from '../../shared/model/question.ts';
import type {
  BlockOctets,
  RecordedBlock,
  RecordedPart,
  RecordedRange,
  RecordedSegment,
  SegmentFile,
} from '../../shared/model/recording.ts';
import type { PacketReader } from '../sources/packet-reader.ts';
import { PCAP_HEADER_OCTETS } from '../sources/pcap.ts';
import { PcapWriter } from '../sources/pcap-write.ts';
import { MARKS_UNKNOWN } from './batch.ts';
import { agentIn, isRecord, packedAgent, payloadStart, recordOctets, recordTimeMs } from './records.ts';
import { StoredSegment, type Unpack, unpackBeside } from './stored.ts';

/** Blocks under way while one is at hand. */
const AHEAD = 8;
/** Blocks of a range that another thread is worth. */
const LONG_RANGE = 48;
const LINK_TYPE_ETHERNET = 1;
/** A part of an export is ended by the block that brings it to this size. */
const PART_OCTETS = 4 * 1024 * 1024;

/** `recordOffset` of a datagram tells segment and place: sequence number × 2^32 + place in the uncompressed pcap. */
export const PLACES_PER_SEGMENT = 2 ** 32;

export type Place = { sequence: number; at: number };

export type ReadBlock = {
  segment: RecordedSegment;
  block: RecordedBlock;
  /** null: damaged, or gone. */
  bytes: Uint8Array | null;
  marks: Uint8Array | null;
};

/** Reads a block in another thread; null where none is ready to, rejects where it failed. */
export type ReadsElsewhere = (
  folder: string,
  segment: SegmentFile,
  block: RecordedBlock,
) => Promise<BlockOctets | null> | null;

/** Segments that are open while blocks of them are read. */
export class OpenSegments {
  readonly #folder: string;
  readonly #unpack: Unpack;
  readonly #opened = new Map<number, Promise<StoredSegment | null>>();

  constructor(folder: string, unpack: Unpack) {
    this.#folder = folder;
    this.#unpack = unpack;
  }

  /** The octets of a block; null where they are damaged, or gone. */
  async read(segment: SegmentFile, block: RecordedBlock): Promise<BlockOctets | null> {
    let opened = this.#opened.get(segment.sequence);
    if (!opened) {
      opened = StoredSegment.open(this.#folder, segment, this.#unpack).catch(() => null);
      this.#opened.set(segment.sequence, opened);
    }
    return (await (await opened)?.read(block)) ?? null;
  }

  /** Closes those of which nothing more is wanted: all before a sequence number. */
  async closeBefore(end: number): Promise<void> {
    for (const [sequence, segment] of this.#opened) {
      if (sequence >= end) continue;
      this.#opened.delete(sequence);
      await (await segment)?.close();
    }
  }
}

/** Blocks of a range from a place on (null: from its beginning), in the order of arrival. */
export async function* blocksOf(
  range: RecordedRange,
  from: Place | null,
  readElsewhere: ReadsElsewhere = () => null,
): AsyncGenerator<ReadBlock> {
  const wanted = range.segments
    .filter(({ sequence }) => from === null || sequence >= from.sequence)
    .flatMap((segment) =>
      segment.blocks
        .filter(
          ({ at, octets }) => from === null || segment.sequence > from.sequence || at + octets > from.at,
        )
        .map((block) => ({ segment, block })),
    );
  const opened = new OpenSegments(range.folder, unpackBeside);
  const read = async ({ segment, block }: (typeof wanted)[number]): Promise<ReadBlock> => {
    const { sequence, name, compressed } = segment;
    const here = () => opened.read(segment, block);
    const isLong = wanted.length >= LONG_RANGE;
    const elsewhere = isLong ? readElsewhere(range.folder, { sequence, name, compressed }, block) : null;
    const found = (await (elsewhere?.catch(here) ?? here())) ?? { bytes: null, marks: null };
    return { segment, block, ...found };
  };
  const underWay: Promise<ReadBlock>[] = [];
  let next = 0;
  try {
    while (next < wanted.length || underWay.length > 0) {
      while (next < wanted.length && underWay.length < AHEAD) underWay.push(read(wanted[next++]!));
      const one = await underWay.shift()!;
      yield one;
      // What was read and decompressed meanwhile goes on only in a turn of the loop.
      await turn();
      await opened.closeBefore(one.segment.sequence);
    }
  } finally {
    await Promise.all(underWay);
    await opened.closeBefore(Number.POSITIVE_INFINITY);
  }
}

/**
 * Gives the memory of a block back at once, which is empty then: left to the garbage collector, blocks have it run
 * every few of them, and none finds its memory in the processor's cache.
 */
export function release({ bytes }: ReadBlock): void {
  // A small one may share its memory with others.
  if (bytes && bytes.length > Buffer.poolSize) (bytes.buffer as ArrayBuffer).transfer(0);
}

/** Where the marks of the datagram at hand are: `count` of them, two bits each from octet `at` of `bytes` on. */
export class MarksAtHand {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  count = MARKS_UNKNOWN;
}

/**
 * Hands the datagrams of a block to a packet reader, from `from` (a place in the segment) on, and answers the place
 * behind the last one. `marks`, where it is given, is set before each.
 */
export function readRecords(
  { segment, block, bytes, marks }: ReadBlock,
  from: number,
  reader: PacketReader,
  atHand: MarksAtHand,
): number {
  if (bytes === null) return block.at + block.octets;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const base = segment.sequence * PLACES_PER_SEGMENT + block.at;
  const start = block.at === 0 ? PCAP_HEADER_OCTETS : 0;
  let at = start;
  let marksAt = 0;
  if (marks !== null) atHand.bytes = marks;
  while (isRecord(view, at, bytes.length)) {
    const next = at + recordOctets(view, at);
    if (next > bytes.length) break;
    atHand.count = MARKS_UNKNOWN;
    if (marks !== null && marksAt < marks.length) {
      atHand.count = marks[marksAt]!;
      atHand.at = marksAt + 1;
      marksAt += 1 + (atHand.count === MARKS_UNKNOWN ? 0 : (atHand.count + 3) >> 2);
    }
    if (block.at + at >= from)
      reader.packet(
        bytes,
        view,
        at + 16,
        next,
        next - at - 16,
        recordTimeMs(view, at),
        LINK_TYPE_ETHERNET,
        base + at,
      );
    at = next;
  }
  return block.at + at;
}

/**
 * The next part of a pcap file of a range; `from` null asks for the first, which begins with the file's header. Of
 * `agents` alone, where there are any.
 */
export async function exportPart(
  range: RecordedRange,
  interval: Interval,
  from: Place | null,
  { partOctets = PART_OCTETS, agents }: { partOctets?: number; agents?: ReadonlySet<string> } = {},
): Promise<RecordedPart> {
  const wanted = agents && agents.size > 0 ? new Set(Array.from(agents, packedAgent)) : null;
  const pieces: Uint8Array[] = from === null ? [new PcapWriter().take()] : [];
  let octets = 0;
  let datagrams = 0;
  let lost = 0;
  let next: Place | null = null;
  for await (const { segment, block, bytes } of blocksOf(range, from)) {
    if (octets >= partOctets) {
      next = { sequence: segment.sequence, at: block.at };
      break;
    }
    if (bytes === null) {
      lost += block.datagrams;
      continue;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = block.at === 0 ? PCAP_HEADER_OCTETS : 0; isRecord(view, at, bytes.length); ) {
      const end = at + recordOctets(view, at);
      // A torn record would be exported cut, and counted as whole.
      if (end > bytes.length) break;
      const timeMs = recordTimeMs(view, at);
      const isWanted = wanted === null || wanted.has(agentIn(view, payloadStart(view, at), end));
      if (isWanted && timeMs >= interval.fromMs && timeMs < interval.toMs) {
        pieces.push(bytes.subarray(at, end));
        octets += end - at;
        datagrams++;
      }
      at = end;
    }
  }
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  const notice =
    lost > 0
      ? `${lost} datagrams lie in parts of the recording that are damaged or gone; they are left out.`
      : '';
  return { bytes: whole, datagrams, next, notice };
}
