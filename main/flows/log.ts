/**
 * Sums per bucket and key, kept in the order they were made: chunks of rows, one row for each key that had samples in a
 * bucket. Rows that follow each other in one bucket are a run; the runs of one bucket may stand apart (samples that came
 * out of order), a reader adds them up. The rows of the bucket that is open are the last ones, and are added to where
 * they stand. A chunk whose last bucket has passed is dropped whole, so nothing is ever moved to forget the past.
 */
import type { Combine } from './combine.ts';

const CHUNK_BITS = 12;
const CHUNK_ROWS = 1 << CHUNK_BITS;

/** What a row holds, from row × SUMS on: octets, frames, samples, octets², frames². */
export const SUMS = 5;
export const OCTETS = 0;
export const FRAMES = 1;
export const SAMPLES = 2;
export const OCTET_SQUARES = 3;
export const FRAME_SQUARES = 4;

export class Chunk {
  /** Of a key, or −1 − path where the row is of no key that is told apart. */
  readonly id = new Int32Array(CHUNK_ROWS);
  readonly sums = new Float64Array(CHUNK_ROWS * SUMS);
  rows = 0;
  /** Run i is of bucket `runBucket[i]` and ends before row `runEnd[i]`. */
  readonly runBucket: number[] = [];
  readonly runEnd: number[] = [];
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

  /** Adds an empty row to a bucket: the last one of the chunk that is returned. */
  append(bucket: number): Chunk {
    let chunk = this.chunks[this.chunks.length - 1];
    if (!chunk || chunk.rows === CHUNK_ROWS) {
      chunk = new Chunk();
      this.chunks.push(chunk);
    }
    const { runBucket, runEnd } = chunk;
    const run = runBucket.length - 1;
    const rows = ++chunk.rows;
    if (run >= 0 && runBucket[run] === bucket) runEnd[run] = rows;
    else {
      runBucket.push(bucket);
      runEnd.push(rows);
      if (bucket < chunk.firstBucket) chunk.firstBucket = bucket;
      if (bucket > chunk.lastBucket) chunk.lastBucket = bucket;
    }
    return chunk;
  }

  /** Where the next row will be: a place that counts rows from the first chunk on; all chunks but the last are full. */
  get end(): number {
    const { length } = this.chunks;
    return length === 0 ? 0 : ((length - 1) << CHUNK_BITS) + this.chunks[length - 1]!.rows;
  }

  /** The chunk of a place, and its row there. */
  chunkAt(place: number): Chunk {
    return this.chunks[place >> CHUNK_BITS]!;
  }
  rowAt(place: number): number {
    return place & (CHUNK_ROWS - 1);
  }

  get rows(): number {
    return this.end;
  }

  /** Calls `visit` with each run of the buckets from ≤ b < to: its bucket, and its rows `first` ≤ r < `behind`. */
  eachRun(
    from: number,
    to: number,
    visit: (bucket: number, chunk: Chunk, first: number, behind: number) => void,
  ): void {
    for (const chunk of this.chunks) {
      if (chunk.lastBucket < from || chunk.firstBucket >= to) continue;
      const { runBucket, runEnd } = chunk;
      let first = 0;
      for (let run = 0; run < runEnd.length; run++) {
        const [bucket, behind] = [runBucket[run]!, runEnd[run]!];
        if (bucket >= from && bucket < to) visit(bucket, chunk, first, behind);
        first = behind;
      }
    }
  }

  /** Takes away the rows from a place on, which are all of the last bucket that was added to. */
  truncate(place: number): void {
    while (this.chunks.length > 0 && place <= (this.chunks.length - 1) << CHUNK_BITS) this.chunks.pop();
    const chunk = this.chunks[this.chunks.length - 1];
    if (!chunk) return;
    const rows = place - ((this.chunks.length - 1) << CHUNK_BITS);
    chunk.sums.fill(0, rows * SUMS, chunk.rows * SUMS);
    chunk.rows = rows;
    const { runBucket, runEnd } = chunk;
    while ((runEnd[runEnd.length - 2] ?? 0) >= rows && runEnd.length > 1) {
      runBucket.pop();
      runEnd.pop();
    }
    runEnd[runEnd.length - 1] = rows;
  }

  /**
   * Gives every id another number. Rows whose id becomes negative (it then names a path), or one that `merges`, are put
   * together by bucket. Returns whether any became negative.
   */
  rename(freshOf: (id: number) => number, merges: (id: number) => boolean = () => false): boolean {
    const old = this.chunks;
    this.chunks = [];
    let forgot = false;
    /** Places of rows by bucket and id. */
    const merged = new Map<number, Map<number, number>>();
    // One by one, so that what was read is free while the rest is written.
    for (let from = old.shift(); from; from = old.shift()) {
      const { runBucket, runEnd } = from;
      for (let run = 0, row = 0; run < runEnd.length; run++) {
        const bucket = runBucket[run]!;
        for (; row < runEnd[run]!; row++) {
          const known = from.id[row]!;
          const id = known < 0 ? known : freshOf(known);
          forgot ||= id < 0;
          const byId = id < 0 || merges(id) ? (merged.get(bucket) ?? new Map<number, number>()) : null;
          const place = byId?.get(id) ?? -1;
          if (byId && place < 0) {
            merged.set(bucket, byId);
            byId.set(id, this.end);
          }
          this.#put(place, bucket, id, from.sums, row * SUMS);
        }
      }
    }
    return forgot;
  }

  /** Puts sums to the row at a place; to a new one where the place is negative. */
  #put(place: number, bucket: number, id: number, from: Float64Array, at: number): void {
    const chunk = place < 0 ? this.append(bucket) : this.chunkAt(place);
    const row = place < 0 ? chunk.rows - 1 : this.rowAt(place);
    const { sums } = chunk;
    const to = row * SUMS;
    chunk.id[row] = id;
    if (this.#combine === null || place < 0) sums[to + OCTETS]! += from[at + OCTETS]!;
    else sums[to + OCTETS] = this.#combine(sums[to + OCTETS]!, from[at + OCTETS]!);
    for (let i = 1; i < SUMS; i++) sums[to + i]! += from[at + i]!;
  }

  /** Drops the chunks that lie wholly before `bucket`. */
  forget(bucket: number): void {
    this.chunks = this.chunks.filter((chunk) => chunk.lastBucket >= bucket);
  }
}
