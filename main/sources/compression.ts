/**
 * Captures come compressed: gzip and Zstandard, told by their first octets. A cut or damaged stream yields all
 * that lies before the damage, and a stream that expands beyond reason is ended; both are said in a sentence.
 */
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';

export type Compression = 'none' | 'gzip' | 'zstd';

/** Output beyond this is held to the ratio below; real recordings compress 3 to 30 times. */
export const RATIO_FREE_OCTETS = 256 * 1024 * 1024;
export const MAX_RATIO = 250;
/** Small slices: what a damaged slice would have yielded is what damage costs. */
const SLICE_OCTETS = 64 * 1024;
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
  /** Why the stream ended early, once `chunks` is done: '' or the rest of a sentence that names the file. */
  damage(): string;
};

/** Decompresses `input`, octet for octet as far as it is sound. Never throws for what is in the input. */
export function decompress(
  input: AsyncIterable<Uint8Array>,
  compression: 'gzip' | 'zstd',
  freeOctets: number = RATIO_FREE_OCTETS,
): Decompressed {
  let damage = '';
  const stream =
    compression === 'gzip'
      ? createGunzip({ chunkSize: 256 * 1024 })
      : createZstdDecompress({
          chunkSize: 256 * 1024,
          params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX },
        });
  let failed = false;
  let ended = false;
  let wake = (): void => {};
  stream.on('error', (error: NodeJS.ErrnoException) => {
    failed = true;
    const cut = error.code === 'Z_BUF_ERROR' || error.code === 'ZSTD_error_srcSize_wrong';
    damage = cut
      ? 'ends in the middle of its compressed data; what lies before was read'
      : 'has damaged compressed data; what lies before was read';
    wake();
  });
  stream.on('end', () => {
    ended = true;
    wake();
  });
  stream.on('readable', () => wake());

  /** Yields what the stream has until `idle` says that nothing more comes of the last slice. */
  async function* drain(idle: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk: unknown = stream.read();
      if (chunk instanceof Uint8Array) {
        yield chunk;
        continue;
      }
      if (failed || ended || idle()) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  async function* run(): AsyncGenerator<Uint8Array> {
    let octetsIn = 0;
    let octetsOut = 0;
    try {
      for await (const chunk of input) {
        for (let at = 0; at < chunk.length; at += SLICE_OCTETS) {
          // The stream keeps no slice past its callback, but the input may reuse its buffer before.
          const slice = chunk.slice(at, at + SLICE_OCTETS);
          octetsIn += slice.length;
          let taken = false;
          stream.write(slice, () => {
            taken = true;
            wake();
          });
          for await (const output of drain(() => taken)) {
            octetsOut += output.length;
            yield output;
            if (octetsOut > freeOctets && octetsOut > octetsIn * MAX_RATIO) {
              damage = `expands to more than ${MAX_RATIO} times its size; reading ended there`;
              return;
            }
          }
          if (failed) return;
        }
      }
      stream.end();
      yield* drain(() => false);
    } finally {
      stream.destroy();
    }
  }

  return { chunks: run(), damage: () => damage };
}
