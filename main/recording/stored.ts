/**
 * Segments as they lie on disk. An open or just closed one is NAME.pcap with NAME.marks beside it; a compressed one
 * is NAME.pcap.zst (one Zstandard frame per block, so that a range is read without what lies around it and damage
 * costs a block) with NAME.index beside it, which holds the blocks and the marks. Where an index is missing or
 * damaged it is made anew by reading the segment; only the marks are lost then.
 */
import { readFileSync, statSync, truncateSync } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import * as v from 'valibot';
import type {
  BlockOctets,
  RecordedBlock,
  RecordedSegment,
  SegmentFile,
} from '../../shared/model/recording.ts';
import { PCAP_HEADER_OCTETS } from '../sources/pcap.ts';
import { MARKS_UNKNOWN } from './batch.ts';
import { agentIn, isRecord, nextRecord, payloadStart, recordOctets, recordTimeMs } from './records.ts';
import { MARKS_HEADER_OCTETS, SegmentShape, sequenceOf } from './segment.ts';

const compressing = promisify(zstdCompress);
const decompressing = promisify(zstdDecompress);
/** 'WEIR', the version of the index, and where its table begins: behind the marks, a frame for each block. */
const INDEX_MAGIC = 0x57454952;
const INDEX_VERSION = 1;
const INDEX_HEADER_OCTETS = 12;
const ZSTD_MAGIC = 0xfd2fb528;
const MOST_BLOCK_OCTETS = 4 * 1024 * 1024;
/** Memory for blocks as they are stored: its least size, and how much is kept for the next. */
const LEAST_MEMORY_OCTETS = 512 * 1024;
const MOST_SPARE = 8;
/** Between two blocks that are compressed: what is heard goes first. */
const PAUSE_MS = 5;

const COMPRESSION = {
  params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
};

export type Found = { segment: RecordedSegment; notice: string };

/** Octets of marks of each datagram from `at` on; the lengths of as many datagrams as are whole. */
function markLengths(marks: Uint8Array, at: number): number[] {
  const lengths: number[] = [];
  for (let offset = at; offset < marks.length; ) {
    const count = marks[offset]!;
    const octets = 1 + (count === MARKS_UNKNOWN ? 0 : (count + 3) >> 2);
    if (offset + octets > marks.length) break;
    lengths.push(octets);
    offset += octets;
  }
  return lengths;
}

/**
 * Reads a segment that is not compressed anew: after a crash, or where its program did not come to compress it. A
 * torn end is passed over, and cut off the file where `cuts`. Marks that were not written any more are added as unknown. Throws what the file
 * system throws.
 */
export function readAnew(folder: string, name: string, cuts: boolean): Found {
  const path = join(folder, `${name}.pcap`);
  const bytes = readFileSync(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let marks: Uint8Array = new Uint8Array(0);
  let run = Number.NaN;
  try {
    marks = readFileSync(join(folder, `${name}.marks`));
    if (marks.length >= MARKS_HEADER_OCTETS && new TextDecoder().decode(marks.subarray(0, 8)) === 'WEIRMARK')
      run = new DataView(marks.buffer, marks.byteOffset, marks.byteLength).getFloat64(8, true);
  } catch {
    // Read without them.
  }
  const lengths = Number.isNaN(run) ? null : markLengths(marks, MARKS_HEADER_OCTETS);
  const shape = new SegmentShape();
  let damaged = 0;
  let at = PCAP_HEADER_OCTETS;
  let index = 0;
  while (at < bytes.length) {
    if (!isRecord(view, at, bytes.length) || at + recordOctets(view, at) > bytes.length) {
      const next = nextRecord(view, at + 1, bytes.length);
      if (next >= bytes.length || next + recordOctets(view, next) > bytes.length) break;
      damaged += next - at;
      shape.skip(next - at);
      at = next;
      continue;
    }
    const octets = recordOctets(view, at);
    const payload = payloadStart(view, at);
    // Behind damage nobody knows which marks belong to which datagram.
    const known = lengths !== null && damaged === 0 ? lengths[index] : undefined;
    shape.add(octets, recordTimeMs(view, at), agentIn(view, payload, at + octets), known ?? -1);
    index++;
    at += octets;
  }
  if (cuts && at < bytes.length) truncateSync(path, at);
  const segment = shape.description(name, sequenceOf(name) ?? 0, Number.isNaN(run) ? shape.fromMs : run);
  const notice =
    damaged > 0
      ? `The recording’s file ${name}.pcap is damaged; ${damaged} octets of it could not be read.`
      : '';
  return { segment, notice };
}

/**
 * Compresses a closed segment block by block, with a pause after each, and takes the place of the plain one when all
 * is on disk. Rejects with what the file system says; the plain segment stands then as before.
 */
export async function compressSegment(
  folder: string,
  segment: RecordedSegment,
  level: number = COMPRESSION.params[constants.ZSTD_c_compressionLevel]!,
): Promise<RecordedSegment> {
  const base = join(folder, segment.name);
  const options = { params: { ...COMPRESSION.params, [constants.ZSTD_c_compressionLevel]: level } };
  const parts = [`${base}.pcap.zst.part`, `${base}.index.part`] as const;
  const plain = await open(`${base}.pcap`, 'r');
  try {
    const marks = await open(`${base}.marks`, 'r').catch(() => null);
    const target = await open(parts[0], 'w', 0o600);
    const blocks: RecordedBlock[] = [];
    const markFrames: Uint8Array[] = [];
    let storedAt = 0;
    let marksAt = INDEX_HEADER_OCTETS;
    try {
      for (const block of segment.blocks) {
        const octets = new Uint8Array(block.octets);
        await plain.read(octets, 0, octets.length, block.at);
        // With its size in the frame a block is decompressed in one piece, without a window of its own.
        const stored = await compressing(octets, { ...options, pledgedSrcSize: octets.length });
        await target.writeFile(stored);
        const made = { ...block, storedAt, storedOctets: stored.length };
        if (marks && block.marksAt >= 0) {
          const own = new Uint8Array(block.marksOctets);
          await marks.read(own, 0, own.length, block.marksAt);
          const frame = await compressing(own, { ...options, pledgedSrcSize: own.length });
          markFrames.push(frame);
          Object.assign(made, { marksAt, marksOctets: frame.length });
          marksAt += frame.length;
        } else Object.assign(made, { marksAt: -1, marksOctets: 0 });
        blocks.push(made);
        storedAt += stored.length;
        await pause(PAUSE_MS);
      }
      await target.sync();
    } finally {
      await target.close();
      await marks?.close();
    }
    const compressed: RecordedSegment = { ...segment, compressed: true, blocks };
    const index = encodeIndex(compressed, markFrames);
    compressed.octets = storedAt + index.length;
    await writeFile(parts[1], index, { mode: 0o600, flush: true });
    await rename(parts[1], `${base}.index`);
    await rename(parts[0], `${base}.pcap.zst`);
    return compressed;
  } catch (error) {
    for (const part of parts) await rm(part, { force: true });
    throw error;
  } finally {
    await plain.close();
  }
}

function encodeIndex(segment: RecordedSegment, marks: readonly Uint8Array[]): Uint8Array {
  const { run, fromMs, toMs, datagrams, agents, blocks } = segment;
  const text = JSON.stringify({ run, fromMs, toMs, datagrams, agents, blocks });
  const head = zstdCompressSync(new TextEncoder().encode(text), COMPRESSION);
  const marksOctets = marks.reduce((sum, { length }) => sum + length, 0);
  const whole = new Uint8Array(INDEX_HEADER_OCTETS + marksOctets + head.length);
  const view = new DataView(whole.buffer);
  view.setUint32(0, INDEX_MAGIC);
  view.setUint32(4, INDEX_VERSION);
  view.setUint32(8, INDEX_HEADER_OCTETS + marksOctets);
  let at = INDEX_HEADER_OCTETS;
  for (const frame of marks) {
    whole.set(frame, at);
    at += frame.length;
  }
  whole.set(head, at);
  return whole;
}

const number = v.pipe(v.number(), v.finite());
const place = v.pipe(v.number(), v.safeInteger(), v.minValue(-1));
const indexSchema = v.object({
  run: number,
  fromMs: number,
  toMs: number,
  datagrams: place,
  agents: v.nullable(v.array(v.pipe(v.string(), v.maxLength(64)))),
  blocks: v.array(
    v.object({
      at: place,
      octets: v.pipe(place, v.maxValue(MOST_BLOCK_OCTETS)),
      storedAt: place,
      storedOctets: v.pipe(place, v.maxValue(MOST_BLOCK_OCTETS)),
      marksAt: place,
      marksOctets: v.pipe(place, v.maxValue(MOST_BLOCK_OCTETS)),
      fromMs: number,
      toMs: number,
      datagrams: place,
    }),
  ),
});

/** What the index of a compressed segment says; null where it is missing or damaged. */
function readIndex(folder: string, name: string): RecordedSegment | null {
  try {
    const whole = readFileSync(join(folder, `${name}.index`));
    if (whole.readUInt32BE(0) !== INDEX_MAGIC || whole.readUInt32BE(4) !== INDEX_VERSION) return null;
    const text = zstdDecompressSync(whole.subarray(whole.readUInt32BE(8))).toString();
    const known = v.parse(indexSchema, JSON.parse(text));
    const size = statSync(join(folder, `${name}.pcap.zst`)).size;
    const last = known.blocks.at(-1);
    if (last && last.storedAt + last.storedOctets > size) return null;
    return { ...known, name, sequence: sequenceOf(name) ?? 0, compressed: true, octets: size + whole.length };
  } catch {
    return null;
  }
}

/** A compressed segment: by its index, else by reading it. Throws what the file system throws. */
export function findCompressed(folder: string, name: string): Found {
  const known = readIndex(folder, name);
  return known === null ? indexAnew(folder, name) : { segment: known, notice: '' };
}

/** Makes the blocks of a compressed segment anew: frame by frame, without the marks of its samples. */
function indexAnew(folder: string, name: string): Found {
  const file = readFileSync(join(folder, `${name}.pcap.zst`));
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const shape = new SegmentShape();
  const blocks: RecordedBlock[] = [];
  let damaged = 0;
  let at = 0;
  for (let stored = 0; stored < file.length; ) {
    const end = frameEnd(view, stored);
    const octets = end === null ? null : decompressed(file.subarray(stored, end));
    if (end === null || octets === null) {
      const next = end ?? nextFrame(view, stored + 1);
      damaged += next - stored;
      stored = next;
      continue;
    }
    const inner = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
    const block = { at, octets: octets.length, storedAt: stored, storedOctets: end - stored };
    const span = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY, datagrams: 0 };
    for (let offset = at === 0 ? PCAP_HEADER_OCTETS : 0; isRecord(inner, offset, octets.length); ) {
      const [size, timeMs] = [recordOctets(inner, offset), recordTimeMs(inner, offset)];
      shape.add(size, timeMs, agentIn(inner, payloadStart(inner, offset), offset + size), -1);
      span.fromMs = Math.min(span.fromMs, timeMs);
      span.toMs = Math.max(span.toMs, timeMs);
      span.datagrams++;
      offset += size;
    }
    if (span.datagrams > 0) blocks.push({ ...block, ...span, marksAt: -1, marksOctets: 0 });
    at += octets.length;
    stored = end;
  }
  const described = shape.description(name, sequenceOf(name) ?? 0, shape.fromMs);
  const segment = { ...described, compressed: true, octets: file.length, blocks };
  const notice =
    damaged > 0
      ? `The recording’s file ${name}.pcap.zst is damaged; ${damaged} octets of it could not be read.`
      : '';
  return { segment, notice };
}

function decompressed(frame: Uint8Array): Uint8Array | null {
  try {
    return zstdDecompressSync(frame, { maxOutputLength: MOST_BLOCK_OCTETS });
  } catch {
    return null;
  }
}

/**
 * Where a Zstandard frame ends that begins at `at`, by the lengths of its blocks (RFC 8878, 3.1.1); null where it
 * is none, or ends behind the file.
 */
function frameEnd(view: DataView, at: number): number | null {
  const { byteLength } = view;
  if (at + 9 > byteLength || view.getUint32(at, true) !== ZSTD_MAGIC) return null;
  const descriptor = view.getUint8(at + 4);
  const single = (descriptor >> 5) & 1;
  const sizeOctets = [single, 2, 4, 8][descriptor >> 6]!;
  const dictionaryOctets = [0, 1, 2, 4][descriptor & 3]!;
  let offset = at + 5 + (single === 1 ? 0 : 1) + dictionaryOctets + sizeOctets;
  for (;;) {
    if (offset + 3 > byteLength) return null;
    const head = view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
    const [last, type, size] = [head & 1, (head >> 1) & 3, head >> 3];
    if (type === 3) return null;
    offset += 3 + (type === 1 ? 1 : size);
    if (last === 1) break;
  }
  offset += descriptor & 4 ? 4 : 0;
  return offset <= byteLength ? offset : null;
}

function nextFrame(view: DataView, at: number): number {
  for (let offset = at; offset + 9 <= view.byteLength; offset++)
    if (view.getUint32(offset, true) === ZSTD_MAGIC) return offset;
  return view.byteLength;
}

/** Unpacks a block of so many octets. */
export type Unpack = (stored: Uint8Array, octets: number) => Uint8Array | Promise<Uint8Array>;

/** A segment opened for reading; its blocks may be read at the same time. */
export class StoredSegment {
  readonly #file: FileHandle;
  /** The file with the marks, whole: it has some octets for each datagram. */
  readonly #marks: Uint8Array | null;
  readonly #unpack: Unpack | null;
  /** The places of the blocks, where they are not those that were listed. */
  readonly #moved: readonly RecordedBlock[] | null;

  private constructor(
    file: FileHandle,
    marks: Uint8Array | null,
    unpack: Unpack | null,
    moved: readonly RecordedBlock[] | null,
  ) {
    this.#file = file;
    this.#marks = marks;
    this.#unpack = unpack;
    this.#moved = moved;
  }

  /**
   * Opens a segment as it was listed, or in its compressed form where it was compressed since. Rejects where it has
   * gone.
   */
  static async open(folder: string, segment: SegmentFile, unpack: Unpack): Promise<StoredSegment> {
    const base = join(folder, segment.name);
    if (!segment.compressed) {
      const plain = await open(`${base}.pcap`, 'r').catch(() => null);
      if (plain) return new StoredSegment(plain, await readIfThere(`${base}.marks`), null, null);
    }
    const file = await open(`${base}.pcap.zst`, 'r');
    const moved = segment.compressed ? null : (readIndex(folder, segment.name)?.blocks ?? null);
    return new StoredSegment(file, await readIfThere(`${base}.index`), unpack, moved);
  }

  /** The octets of a block, decompressed; null where they are damaged. */
  async read(block: RecordedBlock): Promise<BlockOctets | null> {
    const place = this.#moved?.find(({ at }) => at === block.at) ?? block;
    const { storedAt, storedOctets } = place;
    // What is decompressed leaves its memory to the next block.
    const memory = this.#unpack ? spare.take(storedOctets) : new Uint8Array(storedOctets);
    try {
      const stored = memory.subarray(0, storedOctets);
      if (!(await fill(stored, this.#file, storedAt))) return null;
      const bytes = this.#unpack ? await this.#unpack(stored, block.octets) : stored;
      // One that was still growing when it was listed may hold more by now.
      return bytes.length < block.octets ? null : { bytes, marks: this.#marksOf(place) };
    } catch {
      return null;
    } finally {
      if (this.#unpack) spare.give(memory);
    }
  }

  #marksOf({ marksAt, marksOctets }: RecordedBlock): Uint8Array | null {
    if (marksAt < 0 || !this.#marks || marksAt + marksOctets > this.#marks.length) return null;
    const stored = this.#marks.subarray(marksAt, marksAt + marksOctets);
    return this.#unpack ? decompressed(stored) : stored;
  }

  async close(): Promise<void> {
    await this.#file.close().catch(() => {});
  }
}

const readIfThere = (path: string): Promise<Uint8Array | null> => readFile(path).catch(() => null);

/** Memory that is read into again: new memory costs more than reading does. */
const spare = {
  free: [] as Uint8Array<ArrayBuffer>[],
  take(octets: number): Uint8Array<ArrayBuffer> {
    const last = this.free.pop();
    return last && last.length >= octets ? last : new Uint8Array(Math.max(octets, LEAST_MEMORY_OCTETS));
  },
  give(memory: Uint8Array<ArrayBuffer>): void {
    if (this.free.length < MOST_SPARE && memory.length <= MOST_BLOCK_OCTETS) this.free.push(memory);
  },
};

/** Reads as much as fits; false where the file ends before. */
async function fill(octets: Uint8Array, file: FileHandle, at: number): Promise<boolean> {
  let done = 0;
  while (done < octets.length) {
    const { bytesRead } = await file.read(octets, done, octets.length - done, at + done);
    if (bytesRead === 0) return false;
    done += bytesRead;
  }
  return true;
}

/** All of a block in one piece spares copies and many turns. */
const inOnePiece = (octets: number) => ({
  maxOutputLength: MOST_BLOCK_OCTETS,
  chunkSize: Math.min(MOST_BLOCK_OCTETS, Math.max(64, octets + 1)),
});

const plain = ({ buffer, byteOffset, byteLength }: Buffer): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

let unpacked: Promise<unknown> = Promise.resolve();

/**
 * Unpacks in another thread, one block after the other: that is quicker than reading samples, and several at once would
 * take the processor from those who read.
 */
export function unpackBeside(stored: Uint8Array, octets: number): Promise<Uint8Array> {
  const turn = unpacked.then(() => decompressing(stored, inOnePiece(octets)));
  unpacked = turn.catch(() => {});
  return turn.then(plain);
}

/** Unpacks in this thread. */
export const unpackHere: Unpack = (stored, octets) => plain(zstdDecompressSync(stored, inOnePiece(octets)));
