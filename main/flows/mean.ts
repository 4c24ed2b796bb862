/**
 * From sums to the mean per frame: what was added up over the frames that have the value. Its band is that of a ratio
 * of two sums of the same samples (Cochran 1977, 6.4): the spread of what they have about their mean, which is exact
 * where all have the same sampling rate.
 */
import { halfWidthOfSum } from '../../shared/model/confidence.ts';
import type { FlowSums } from '../../shared/model/question.ts';

/** What beside its sums makes a mean of a row, and of each of its buckets. */
export class MeanParts {
  readonly frameSquares: Float64Array;
  readonly seriesFrames: Float64Array;
  readonly seriesFrameSquares: Float64Array;

  constructor(rows: number, bucketCount: number) {
    this.frameSquares = new Float64Array(rows);
    this.seriesFrames = new Float64Array(rows * bucketCount);
    this.seriesFrameSquares = new Float64Array(rows * bucketCount);
  }

  add(row: number, cell: number, frames: number, squares: number): void {
    this.frameSquares[row]! += squares;
    this.seriesFrames[cell]! += frames;
    this.seriesFrameSquares[cell]! += squares;
  }
}

/**
 * Puts means in the place of sums, whose half-widths hold squares still. A row without samples is 0; a bucket without
 * any has no mean and is NaN.
 */
export function toMeans(sums: FlowSums, parts: MeanParts): void {
  put(sums.value, sums.halfWidth, sums.frames, parts.frameSquares, 0);
  put(sums.series, sums.seriesHalfWidth, parts.seriesFrames, parts.seriesFrameSquares, Number.NaN);
}

function put(
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
    value[i] = mean;
    halfWidth[i] = count > 0 ? halfWidthOfSum(squares) / count : none;
  }
}
