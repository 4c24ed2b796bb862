/**
 * Where the octets of a capture come from: a file, or any stream of chunks (an upload), compressed or not.
 * All give the same: octets in order into the caller's buffer, so that nothing is read that is not asked for.
 */
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Compression } from './compression.ts';
import { canDecompress, compressionOf, decompress } from './compression.ts';

/** Something about a capture that its user can be told: the message is one plain sentence naming the file. */
export class CaptureError extends Error {
  readonly reason: CaptureErrorReason;
  constructor(reason: CaptureErrorReason, message: string) {
    super(message);
    this.name = 'CaptureError';
    this.reason = reason;
  }
}

export type CaptureErrorReason =
  | 'not found'
  | 'unreadable'
  | 'is a directory'
  | 'empty'
  | 'not a capture'
  | 'no sFlow'
  | 'compression not supported';

export type CaptureInput = {
  /** For sentences: the file's name without its folder, or 'The capture'. */
  readonly name: string;
  readonly compression: Compression;
  /** Octets of the input as it is stored (compressed where it is), for progress; null where not known. */
  readonly octetsTotal: number | null;
  /** Octets of the stored input consumed so far. */
  octetsRead(): number;
  /** Fills up to `length` octets of `target` from `at`; 0 only at the end. */
  read(target: Uint8Array<ArrayBuffer>, at: number, length: number): Promise<number>;
  /** Goes on reading at a position, where the input can; false where it cannot. */
  seek(position: number): boolean;
  /** Why the input ended early: '' or the predicate of a sentence about it. */
  damage(): string;
  close(): Promise<void>;
};

const READ_OCTETS = 1024 * 1024;

/** Opens a path or a stream of chunks; every failure is a CaptureError. */
export async function openInput(source: string | AsyncIterable<Uint8Array>): Promise<CaptureInput> {
  if (typeof source !== 'string') {
    const chunks = new ChunkReader(source);
    const head = await chunks.peek(4);
    const name = 'The capture';
    if (head.length === 0) throw new CaptureError('empty', 'The capture is empty.');
    return chunkInput(name, chunks, head, null, async () => {});
  }
  const name = basename(source);
  const handle = await openFile(source, name);
  try {
    const status = await handle.stat();
    if (status.isDirectory()) {
      throw new CaptureError('is a directory', `${name} is a folder; choose a capture file in it.`);
    }
    if (!status.isFile()) {
      const chunks = new ChunkReader(chunksOf(handle, name, false));
      return await chunkInput(name, chunks, await chunks.peek(4), null, () => handle.close());
    }
    if (status.size === 0) throw new CaptureError('empty', `${name} is empty.`);
    const head = new Uint8Array(4);
    const { bytesRead } = await handle.read(head, 0, 4, 0);
    if (compressionOf(head.subarray(0, bytesRead)) === 'none') return fileInput(name, handle, status.size);
    const chunks = new ChunkReader(chunksOf(handle, name, true));
    return await chunkInput(name, chunks, head, status.size, () => handle.close());
  } catch (error) {
    await handle.close();
    throw asCaptureError(error, name);
  }
}

async function openFile(path: string, name: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw asCaptureError(error, name);
  }
}

/** A system's error as a sentence. */
function asCaptureError(error: unknown, name: string): unknown {
  if (error instanceof CaptureError || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
      return new CaptureError('not found', `${name} does not exist; it may have been moved or renamed.`);
    case 'EACCES':
    case 'EPERM':
      return new CaptureError('unreadable', `${name} may not be read by you; ask for read permission.`);
    case 'EISDIR':
      return new CaptureError('is a directory', `${name} is a folder; choose a capture file in it.`);
    case 'EMFILE':
    case 'ENFILE':
      return new CaptureError('unreadable', `${name} cannot be opened: too many files are open already.`);
    case '':
      return error;
    default:
      return new CaptureError('unreadable', `${name} cannot be read (${code}).`);
  }
}

function fileInput(name: string, handle: FileHandle, size: number): CaptureInput {
  let position = 0;
  return {
    name,
    compression: 'none',
    octetsTotal: size,
    // A file that is still being written may have grown.
    octetsRead: () => Math.min(position, size),
    async read(target, at, length) {
      try {
        const { bytesRead } = await handle.read(target, at, length, position);
        position += bytesRead;
        return bytesRead;
      } catch (error) {
        throw asCaptureError(error, name);
      }
    },
    seek(to) {
      position = to;
      return true;
    },
    damage: () => '',
    close: () => handle.close(),
  };
}

async function chunkInput(
  name: string,
  chunks: ChunkReader,
  head: Uint8Array,
  octetsTotal: number | null,
  close: () => Promise<void>,
): Promise<CaptureInput> {
  const compression = compressionOf(head);
  if (!canDecompress(compression)) {
    throw new CaptureError(
      'compression not supported',
      `${name} is compressed with Zstandard, which needs Node 22.15 or newer; decompress it first.`,
    );
  }
  let output = chunks;
  let damage = (): string => '';
  if (compression !== 'none') {
    const decompressed = decompress(chunks.rest(), compression);
    output = new ChunkReader(decompressed.chunks);
    damage = decompressed.damage;
  }
  return {
    name,
    compression,
    octetsTotal,
    octetsRead: () => chunks.octetsTaken,
    read: (target, at, length) => output.read(target, at, length),
    seek: () => false,
    damage,
    async close() {
      await output.close();
      if (output !== chunks) await chunks.close();
      await close();
    },
  };
}

async function* chunksOf(handle: FileHandle, name: string, seekable: boolean): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(READ_OCTETS);
  let position = 0;
  for (;;) {
    let octets: number;
    try {
      octets = (await handle.read(chunk, 0, chunk.length, seekable ? position : null)).bytesRead;
    } catch (error) {
      throw asCaptureError(error, name);
    }
    if (octets === 0) return;
    position += octets;
    yield chunk.subarray(0, octets);
  }
}

/** Turns chunks of any size into reads of any size. */
class ChunkReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);
  #done = false;
  /** Octets of the chunks taken so far. */
  octetsTaken = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The first octets, which stay to be read: fewer than `octets` only where there are no more. */
  async peek(octets: number): Promise<Uint8Array> {
    let head = new Uint8Array(this.#rest);
    while (head.length < octets) {
      const chunk = await this.#next();
      if (!chunk) break;
      const joined = new Uint8Array(head.length + chunk.length);
      joined.set(head);
      joined.set(chunk, head.length);
      head = joined;
    }
    this.#rest = head;
    return head.subarray(0, octets);
  }

  async read(target: Uint8Array, at: number, length: number): Promise<number> {
    if (this.#rest.length === 0) {
      const chunk = await this.#next();
      if (!chunk) return 0;
      this.#rest = chunk;
    }
    const octets = Math.min(length, this.#rest.length);
    target.set(this.#rest.subarray(0, octets), at);
    this.#rest = this.#rest.subarray(octets);
    return octets;
  }

  /** What has not been read yet, as chunks. */
  async *rest(): AsyncGenerator<Uint8Array> {
    if (this.#rest.length > 0) {
      const rest = this.#rest;
      this.#rest = new Uint8Array(0);
      yield rest;
    }
    for (;;) {
      const chunk = await this.#next();
      if (!chunk) return;
      yield chunk;
    }
  }

  async close(): Promise<void> {
    this.#done = true;
    await this.#chunks.return?.();
  }

  async #next(): Promise<Uint8Array | null> {
    while (!this.#done) {
      const result = await this.#chunks.next();
      if (result.done) {
        this.#done = true;
      } else if (result.value.length > 0) {
        this.octetsTaken += result.value.length;
        return result.value;
      }
    }
    return null;
  }
}
