/**
 * Sums per bucket and key, kept in the order they were made: chunks of columns, one row for each key that had
 * samples in a bucket. Rows of one bucket may stand apart (samples that came out of order); a reader adds them
 * up. A chunk whose last bucket has passed is dropped whole, so nothing is ever moved to forget the past.
 */

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

  /** Drops the chunks that lie wholly before `bucket`. */
  forget(bucket: number): void {
    this.chunks = this.chunks.filter((chunk) => chunk.lastBucket >= bucket);
  }
}
