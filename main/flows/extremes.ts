/**
 * The least or the largest number among samples. The total is the extreme of all rows. What the packets that were not
 * sampled have is not known: there is no band (NaN). A row without samples is 0, a bucket without any NaN.
 */
import type { Combine } from './combine.ts';
import { Figures } from './figures.ts';
import { type Chunk, OCTETS, SUMS } from './log.ts';

export class Extremes extends Figures {
  readonly #better: Combine;

  constructor(rows: number, bucketCount: number, better: Combine) {
    super(rows, bucketCount);
    this.#better = better;
    for (const column of [this.all.value, this.all.series]) column.fill(Number.NaN);
  }

  protected put(row: number, cell: number, chunk: Chunk, at: number): void {
    this.#improve(this.all.value, row, chunk.sums[at * SUMS + OCTETS]!);
    this.#improve(this.all.series, cell, chunk.sums[at * SUMS + OCTETS]!);
  }

  #improve(column: Float64Array, at: number, value: number): void {
    const known = column[at]!;
    column[at] = Number.isNaN(known) ? value : this.#better(known, value);
  }

  protected complete(): void {
    const { value, halfWidth, samples, series, seriesHalfWidth } = this.all;
    const { rows, bucketCount } = this;
    for (let row = 0; row < rows; row++) {
      if (samples[row]! > 0) this.#improve(value, rows, value[row]!);
      for (let bucket = 0; bucket < bucketCount; bucket++) {
        const known = series[row * bucketCount + bucket]!;
        if (!Number.isNaN(known)) this.#improve(series, rows * bucketCount + bucket, known);
      }
    }
    for (let row = 0; row <= rows; row++) if (samples[row] === 0) value[row] = 0;
    halfWidth.fill(Number.NaN);
    seriesHalfWidth.fill(Number.NaN);
  }
}
