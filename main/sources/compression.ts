/**
 * Captures come compressed: gzip and Zstandard, told by their first octets. A cut or damaged stream yields all
 * that lies before the damage, and a stream that expands beyond reason is ended; both are said in a sentence.
 */
import { constants, createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';

export type Compression = 'none' | 'gzip' | 'zstd';

/** Output beyond this is held to the ratio below; real recordings compress 3 to 30 times. */
export const RATIO_FREE_OCTETS = 256 * 1024 * 1024;
export const MAX_RATIO = 250;
/** Small slices: what a damaged slice would have yielded is what damage costs. */
const SLICE_OCTETS = 64 * 1024;
const OUTPUT_OCTETS = 256 * 1024;
const ZSTD_WINDOW_LOG_MAX = 27;

/** The compression that a file's first octets show. */
export function compressionOf(head: Uint8Array): Compression {
  if (head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 4 && head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) {
    return 'zstd';
  }
  return 'none';
}

/** Whether this Node can read the compression. Zstandard came with Node 22.15. */
export function canDecompress(compression: Compression): boolean {
  return compression !== 'zstd' || typeof createZstdDecompress === 'function';
}

export type Decompressed = {
  chunks: AsyncGenerator<Uint8Array>;
  /** Why the stream ended early, once `chunks` is done: '' or the predicate of a sentence about the file. */
  damage(): string;
};

/** Decompresses `input`, octet for octet as far as it is sound. Never throws for what is in the input. */
export function decompress(
  input: AsyncIterable<Uint8Array>,
  compression: 'gzip' | 'zstd',
  freeOctets: number = RATIO_FREE_OCTETS,
): Decompressed {
  let damage = '';

  async function* run(): AsyncGenerator<Uint8Array> {
    let octetsIn = 0;
    let octetsOut = 0;
    let member = new Member(compression);
    try {
      for await (const chunk of input) {
        for (let at = 0; at < chunk.length; at += SLICE_OCTETS) {
          // A stream keeps no slice past its callback, but the input may reuse its buffer before.
          let slice = chunk.slice(at, at + SLICE_OCTETS);
          octetsIn += slice.length;
          while (slice.length > 0) {
            const used = member.octetsTaken;
            for await (const output of member.feed(slice)) {
              octetsOut += output.length;
              yield output;
              if (octetsOut > freeOctets && octetsOut > octetsIn * MAX_RATIO) {
                damage = `expands to more than ${MAX_RATIO} times its size`;
                return;
              }
            }
            damage = member.damage;
            if (damage !== '') return;
            slice = slice.subarray(member.octetsTaken - used);
            if (slice.length === 0) break;
            // Octets that were not taken lie behind the end of a member. Those of gzip are joined by the
            // stream itself, so what is left there is padding.
            if (compression === 'gzip') return;
            member.close();
            member = new Member(compression);
          }
        }
      }
      yield* member.finish();
      damage = member.damage;
    } finally {
      member.close();
    }
  }

  return { chunks: run(), damage: () => damage };
}

/**
 * One decompressing stream, driven step by step: each slice is taken whole and its output given out before the
 * next, so that an error loses none of what came before it.
 */
class Member {
  readonly #stream: Gunzip | ZstdDecompress;
  #wake = (): void => {};
  #ended = false;
  /** Why the data cannot be read on; '' while it can. */
  damage = '';

  constructor(compression: 'gzip' | 'zstd') {
    this.#stream =
      compression === 'gzip'
        ? createGunzip({ chunkSize: OUTPUT_OCTETS })
        : createZstdDecompress({
            chunkSize: OUTPUT_OCTETS,
            params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX },
          });
    this.#stream.on('error', (error: NodeJS.ErrnoException) => {
      this.damage =
        error.code === 'Z_BUF_ERROR'
          ? 'ends in the middle of its compressed data'
          : 'has damaged compressed data';
      this.#wake();
    });
    this.#stream.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
    this.#stream.on('readable', () => this.#wake());
  }

  get octetsTaken(): number {
    return this.#stream.bytesWritten;
  }

  async *feed(slice: Uint8Array): AsyncGenerator<Uint8Array> {
    let taken = false;
    this.#stream.write(slice, () => {
      taken = true;
      this.#wake();
    });
    yield* this.#drain(() => taken);
  }

  async *finish(): AsyncGenerator<Uint8Array> {
    this.#stream.end();
    yield* this.#drain(() => false);
  }

  close(): void {
    this.#stream.destroy();
  }

  /** Yields what the stream has until nothing more comes of what it was given. */
  async *#drain(isIdle: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk: unknown = this.#stream.read();
      if (chunk instanceof Uint8Array) {
        yield chunk;
        continue;
      }
      if (this.damage !== '' || this.#ended || isIdle()) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
