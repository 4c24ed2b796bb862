/**
 * The mean per frame: what was added up over the frames that have the value. Its band is that of a ratio of two sums of
 * the same samples (Cochran 1977, 6.4): the spread of what they have about their mean, which is exact where all have the
 * same sampling rate. A row without samples is 0; a bucket without any has no mean and is NaN.
 */
import { halfWidthOfSum } from '../../shared/model/confidence.ts';
import { addUp, Figures } from './figures.ts';
import { type Chunk, FRAME_SQUARES, FRAMES, OCTET_SQUARES, OCTETS, SUMS } from './log.ts';

export class Means extends Figures {
  readonly #frameSquares: Float64Array;
  readonly #seriesFrames: Float64Array;
  readonly #seriesFrameSquares: Float64Array;

  constructor(rows: number, bucketCount: number) {
    super(rows, bucketCount);
    this.#frameSquares = new Float64Array(rows + 1);
    this.#seriesFrames = new Float64Array((rows + 1) * bucketCount);
    this.#seriesFrameSquares = new Float64Array((rows + 1) * bucketCount);
  }

  protected put(row: number, cell: number, chunk: Chunk, at: number): void {
    this.all.value[row]! += chunk.sums[at * SUMS + OCTETS]!;
    this.all.halfWidth[row]! += chunk.sums[at * SUMS + OCTET_SQUARES]!;
    this.all.series[cell]! += chunk.sums[at * SUMS + OCTETS]!;
    this.all.seriesHalfWidth[cell]! += chunk.sums[at * SUMS + OCTET_SQUARES]!;
    this.#frameSquares[row]! += chunk.sums[at * SUMS + FRAME_SQUARES]!;
    this.#seriesFrames[cell]! += chunk.sums[at * SUMS + FRAMES]!;
    this.#seriesFrameSquares[cell]! += chunk.sums[at * SUMS + FRAME_SQUARES]!;
  }

  protected complete(): void {
    const { value, halfWidth, frames, series, seriesHalfWidth } = this.all;
    for (const column of [value, halfWidth, this.#frameSquares]) addUp(column, this.rows, 1);
    for (const column of [series, seriesHalfWidth, this.#seriesFrames, this.#seriesFrameSquares])
      addUp(column, this.rows, this.bucketCount);
    toMeans(value, halfWidth, frames, this.#frameSquares, 0);
    toMeans(series, seriesHalfWidth, this.#seriesFrames, this.#seriesFrameSquares, Number.NaN);
  }
}

/** Puts means in the place of sums, whose half-widths hold squares still. */
function toMeans(
  value: Float64Array,
  halfWidth: Float64Array,
  frames: Float64Array,
  frameSquares: Float64Array,
  none: number,
): void {
  for (let i = 0; i < value.length; i++) {
    const count = frames[i]!;
    const mean = count > 0 ? value[i]! / count : none;
    const squares = Math.max(0, halfWidth[i]! - mean * mean * frameSquares[i]!);
    // All of what is left is spread: the same number of frames of one length has no band.
    halfWidth[i] = count > 0 ? halfWidthOfSum(squares, value[i]!, Number.POSITIVE_INFINITY) / count : none;
    value[i] = mean;
  }
}
