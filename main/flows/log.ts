/**
 * Sums per bucket and key, kept in the order they were made: chunks of columns, one row for each key that had
 * samples in a bucket. Rows of one bucket may stand apart (samples that came out of order); a reader adds them
 * up. A chunk whose last bucket has passed is dropped whole, so nothing is ever moved to forget the past.
 */
import type { Combine } from './combine.ts';

const CHUNK_ROWS = 4096;

export class Chunk {
  readonly bucket = new Float64Array(CHUNK_ROWS);
  readonly id = new Int32Array(CHUNK_ROWS);
  readonly octets = new Float64Array(CHUNK_ROWS);
  readonly frames = new Float64Array(CHUNK_ROWS);
  readonly samples = new Float64Array(CHUNK_ROWS);
  readonly octetSquares = new Float64Array(CHUNK_ROWS);
  readonly frameSquares = new Float64Array(CHUNK_ROWS);
  rows = 0;
  firstBucket = Number.POSITIVE_INFINITY;
  lastBucket = Number.NEGATIVE_INFINITY;
}

export class FlowLog {
  chunks: Chunk[] = [];
  /** What becomes of the octets of two rows that are put together; null where they are added. */
  readonly #combine: Combine | null;

  constructor(combine: Combine | null = null) {
    this.#combine = combine;
  }

  /** The chunk that takes one more row of this bucket; the caller fills row `rows` and counts it. */
  next(bucket: number): Chunk {
    let chunk = this.chunks[this.chunks.length - 1];
    if (!chunk || chunk.rows === CHUNK_ROWS) {
      chunk = new Chunk();
      this.chunks.push(chunk);
    }
    if (bucket < chunk.firstBucket) chunk.firstBucket = bucket;
    if (bucket > chunk.lastBucket) chunk.lastBucket = bucket;
    return chunk;
  }

  get rows(): number {
    let rows = 0;
    for (const chunk of this.chunks) rows += chunk.rows;
    return rows;
  }

  /**
   * Gives every id another number. Rows whose id becomes negative (it then names a path), or one that `merges`, are put
   * together by bucket. Returns whether any became negative.
   */
  rename(freshOf: (id: number) => number, merges: (id: number) => boolean = () => false): boolean {
    const old = this.chunks;
    this.chunks = [];
    let forgot = false;
    /** Rows by bucket and id. */
    const merged = new Map<number, Map<number, { chunk: Chunk; row: number }>>();
    // One by one, so that what was read is free while the rest is written.
    for (let from = old.shift(); from; from = old.shift()) {
      for (let row = 0; row < from.rows; row++) {
        const bucket = from.bucket[row]!;
        const known = from.id[row]!;
        const id = known < 0 ? known : freshOf(known);
        forgot ||= id < 0;
        const byId = id < 0 || merges(id) ? (merged.get(bucket) ?? new Map()) : null;
        const at = byId?.get(id);
        const chunk = at ? at.chunk : this.next(bucket);
        const to = at ? at.row : chunk.rows++;
        if (byId && !at) {
          merged.set(bucket, byId);
          byId.set(id, { chunk, row: to });
        }
        chunk.bucket[to] = bucket;
        chunk.id[to] = id;
        if (this.#combine === null || !at) chunk.octets[to]! += from.octets[row]!;
        else chunk.octets[to] = this.#combine(chunk.octets[to]!, from.octets[row]!);
        chunk.frames[to]! += from.frames[row]!;
        chunk.samples[to]! += from.samples[row]!;
        chunk.octetSquares[to]! += from.octetSquares[row]!;
        chunk.frameSquares[to]! += from.frameSquares[row]!;
      }
    }
    return forgot;
  }

  /** Drops the chunks that lie wholly before `bucket`. */
  forget(bucket: number): void {
    this.chunks = this.chunks.filter((chunk) => chunk.lastBucket >= bucket);
  }
}
