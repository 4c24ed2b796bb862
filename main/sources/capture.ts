/**
 * Captures: pcap and pcapng files (compressed or not), read from disk or from a stream, and handed on datagram
 * by datagram. The whole file is never needed at once, memory stays bounded whatever the file claims, and
 * damage costs the records it touched and is counted. `CaptureFile` keeps captures of a usual size in memory,
 * so that a question asked again is answered by one tight loop over it.
 */

import type { Compression } from './compression.ts';
import { CaptureError, type CaptureInput, openInput } from './input.ts';
import type { CaptureMeta, DatagramReceiver } from './packet-reader.ts';
import { type CaptureOptions, type CapturePosition, type CaptureSummary, Pass } from './pass.ts';
import { PCAP_HEADER_OCTETS } from './pcap.ts';

export type { CaptureMeta, CaptureOptions, CapturePosition, CaptureSummary };

/** How much is read at a time. */
const CHUNK_OCTETS = 8 * 1024 * 1024;
/** How much is parsed at a time: with all that is done per datagram, a few milliseconds. */
const PART_OCTETS = 1024 * 1024;
/** Captures up to this size (decompressed) are kept in memory by `CaptureFile`. */
export const KEEP_OCTETS = 256 * 1024 * 1024;

/** The first part is small: something to show at once, and all there is of most files. */
const FIRST_WINDOW_OCTETS = 256 * 1024;
/** Room for a chunk and what is left over of the one before. */
const WINDOW_OCTETS = CHUNK_OCTETS + CHUNK_OCTETS / 8;

/** `octetsRead` and `octetsTotal` are of the file as it is stored; the total is null for a stream. */
export type CaptureProgress = { octetsRead: number; octetsTotal: number | null };

/** Receives the datagrams of a capture; `chunk` is awaited after each part, for progress and for a pause. */
export type CaptureSink = DatagramReceiver & {
  chunk?(progress: CaptureProgress): void | Promise<void>;
};

/**
 * Reads a capture from a path or from a stream of chunks and hands every sFlow datagram in it to `sink`, in
 * the order of the file. Whatever is in the file, it ends and does not throw, but for a CaptureError where
 * there is nothing to hand on at all: no such file, a folder, empty, not a capture, no sFlow inside.
 */
export async function readCapture(
  source: string | AsyncIterable<Uint8Array>,
  sink: CaptureSink,
  options: CaptureOptions = {},
): Promise<CaptureSummary> {
  const input = await openInput(source);
  try {
    return await stream(input, sink, options, null);
  } finally {
    await input.close();
  }
}

/** A capture on disk that is asked about more than once. */
export class CaptureFile {
  readonly path: string;
  /** Size of the file as it is stored. */
  readonly octets: number;
  #name: string;
  #compression: Compression;
  #bytes: Uint8Array<ArrayBuffer> | null = null;
  #tooLarge = false;
  readonly #keepOctets: number;

  private constructor(path: string, input: CaptureInput, keepOctets: number) {
    this.path = path;
    this.octets = input.octetsTotal ?? 0;
    this.#name = input.name;
    this.#compression = input.compression;
    this.#keepOctets = keepOctets;
    this.#tooLarge = this.octets > keepOctets;
  }

  /** Looks at a file without reading it; throws a CaptureError where it cannot be a capture. */
  static async open(path: string, keepOctets: number = KEEP_OCTETS): Promise<CaptureFile> {
    const input = await openInput(path);
    await input.close();
    return new CaptureFile(path, input, keepOctets);
  }

  /** Whether the next pass needs no disk. */
  get inMemory(): boolean {
    return this.#bytes !== null;
  }

  /** Gives the memory back; the next pass reads the disk again. */
  release(): void {
    this.#bytes = null;
  }

  /**
   * Hands every datagram to `sink`, as `readCapture` does. The first pass reads the disk and keeps what it
   * read where that is small enough; later ones run in memory, without a pause unless `sink.chunk` asks for
   * one by a promise.
   */
  async pass(sink: CaptureSink, options: CaptureOptions = {}): Promise<CaptureSummary> {
    if (this.#bytes) {
      if (!sink.chunk && !options.signal) return this.passInMemory(sink, options);
      return this.#passInParts(this.#bytes, sink, options);
    }
    const input = await openInput(this.path);
    try {
      const keeper = this.#tooLarge || options.from ? null : new Keeper(input, this.#keepOctets);
      const summary = await stream(input, sink, options, keeper);
      const kept = keeper?.result();
      if (kept && (summary.complete || !options.signal?.aborted) && input.damage() === '') this.#bytes = kept;
      if (keeper?.tooLarge) this.#tooLarge = true;
      return summary;
    } finally {
      await input.close();
    }
  }

  /** A pass in one go, for captures that are in memory already; throws where this one is not. */
  passInMemory(sink: DatagramReceiver, options: CaptureOptions = {}): CaptureSummary {
    const bytes = this.#bytes;
    if (!bytes) throw new Error(`${this.#name} is not in memory`);
    const pass = new Pass(this.#name, this.#compression, sink, options);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const from = pass.begin(bytes, view, bytes.length);
    pass.parser.parse(bytes, view, from, bytes.length, 0, true);
    return pass.finish(true, '');
  }

  async #passInParts(
    bytes: Uint8Array<ArrayBuffer>,
    sink: CaptureSink,
    options: CaptureOptions,
  ): Promise<CaptureSummary> {
    const pass = new Pass(this.#name, this.#compression, sink, options);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = pass.begin(bytes, view, bytes.length);
    for (let end = at; end < bytes.length; ) {
      if (options.signal?.aborted) return pass.finish(false, '');
      // A part ends where the next one's first record is whole.
      end = Math.min(bytes.length, Math.max(end + PART_OCTETS, at + pass.parser.need));
      at = pass.parser.parse(bytes, view, at, end, 0, end === bytes.length);
      const pause = sink.chunk?.({
        octetsRead: Math.floor((end / bytes.length) * this.octets),
        octetsTotal: this.octets,
      });
      if (pause) await pause;
    }
    return pass.finish(true, '');
  }
}

/** Reads through a window that slides over the input: what is not parsed yet moves to its front. */
async function stream(
  input: CaptureInput,
  sink: CaptureSink,
  options: CaptureOptions,
  keeper: Keeper | null,
): Promise<CaptureSummary> {
  const pass = new Pass(input.name, input.compression, sink, options);
  const { signal } = options;
  let bytes = new Uint8Array(FIRST_WINDOW_OCTETS);
  let view = new DataView(bytes.buffer);
  let start = 0;
  let end = 0;
  let base = 0;
  let begun = false;
  for (;;) {
    if (signal?.aborted) {
      if (!begun) throw new CaptureError('unreadable', `The reading of ${input.name} was cancelled.`);
      return pass.finish(false, '');
    }
    const need = begun ? pass.parser.need : 0;
    if (start > 0) bytes.copyWithin(0, start, end);
    base += start;
    end -= start;
    start = 0;
    if (need > bytes.length - bytes.length / 8 || (begun && bytes.length < WINDOW_OCTETS)) {
      // Room for more than is needed, so that each move of the window gains a good part of it.
      const grown = new Uint8Array(Math.max(WINDOW_OCTETS, need + CHUNK_OCTETS));
      grown.set(bytes.subarray(0, end));
      bytes = grown;
      view = new DataView(bytes.buffer);
    }
    let ended = false;
    while (end < bytes.length && !ended) {
      const octets = await input.read(bytes, end, bytes.length - end);
      if (octets === 0) ended = true;
      keeper?.add(bytes, end, octets);
      end += octets;
    }
    if (!begun) {
      if (end < PCAP_HEADER_OCTETS && input.damage() !== '') {
        throw new CaptureError('unreadable', `${input.name} ${input.damage()}, before its first packet.`);
      }
      start = pass.begin(bytes, view, end);
      begun = true;
      if (start > end && input.seek(start)) {
        base = start;
        start = 0;
        end = 0;
        continue;
      }
    }
    while (start > end && !ended) {
      // A position to go on from in an input that cannot jump: read up to it.
      base += end;
      start -= end;
      end = await input.read(bytes, 0, bytes.length);
      ended = end === 0;
    }
    for (let to = start; to < end || ended; ) {
      if (signal?.aborted) return pass.finish(false, '');
      to = Math.min(end, Math.max(to + PART_OCTETS, start + pass.parser.need));
      start = pass.parser.parse(bytes, view, start, to, base, ended && to === end);
      const waiting = input.compression === 'none' ? end - to : 0;
      await sink.chunk?.({ octetsRead: input.octetsRead() - waiting, octetsTotal: input.octetsTotal });
      if (to === end) break;
    }
    if (ended) return pass.finish(true, input.damage());
  }
}

/** Collects what a first pass reads, as long as it stays within the limit. */
class Keeper {
  readonly #limit: number;
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #whole: Uint8Array<ArrayBuffer> | null;
  #octets = 0;
  tooLarge = false;

  constructor(input: CaptureInput, limit: number) {
    this.#limit = limit;
    const size = input.compression === 'none' ? input.octetsTotal : null;
    this.#whole = size !== null && size <= limit ? new Uint8Array(size) : null;
  }

  add(bytes: Uint8Array<ArrayBuffer>, from: number, octets: number): void {
    if (this.tooLarge || octets === 0) return;
    const fits = this.#octets + octets <= (this.#whole?.length ?? this.#limit);
    if (!fits) {
      // Also a file that grew while it was read: it is not kept, and is read again.
      this.tooLarge = this.#octets + octets > this.#limit;
      this.#parts = [];
      this.#whole = new Uint8Array(0);
      return;
    }
    if (this.#whole) this.#whole.set(bytes.subarray(from, from + octets), this.#octets);
    else this.#parts.push(bytes.slice(from, from + octets));
    this.#octets += octets;
  }

  /** All of it in one piece, or null. */
  result(): Uint8Array<ArrayBuffer> | null {
    if (this.tooLarge || this.#octets === 0) return null;
    if (this.#whole) return this.#whole.length === this.#octets ? this.#whole : null;
    const whole = new Uint8Array(this.#octets);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    return whole;
  }
}
