/**
 * From rows of the log to the figures of an answer: those that are added up here; means, extremes and numbers of
 * different values beside it. Whatever the figure, rows know how many frames and samples are behind it.
 */
import { halfWidthOfSum } from '../../shared/model/confidence.ts';
import type { FlowSums } from '../../shared/model/question.ts';
import { type Chunk, FRAME_SQUARES, FRAMES, OCTET_SQUARES, OCTETS, SAMPLES, SUMS } from './log.ts';

export function emptySums(rows: number, bucketCount: number): FlowSums {
  return {
    value: new Float64Array(rows),
    frames: new Float64Array(rows),
    samples: new Float64Array(rows),
    halfWidth: new Float64Array(rows),
    series: new Float64Array(rows * bucketCount),
    seriesSamples: new Float64Array(rows * bucketCount),
    seriesHalfWidth: new Float64Array(rows * bucketCount),
  };
}

export abstract class Figures {
  /** The rows of an answer, and behind them the total of all. */
  readonly all: FlowSums;
  /** How many rows there are, the total apart. */
  readonly rows: number;
  readonly bucketCount: number;

  constructor(rows: number, bucketCount: number) {
    this.rows = rows;
    this.bucketCount = bucketCount;
    this.all = emptySums(rows + 1, bucketCount);
  }

  /** Adds a row of the log to a row of the answer. */
  add(row: number, bucket: number, chunk: Chunk, at: number): void {
    const cell = row * this.bucketCount + bucket;
    this.all.frames[row]! += chunk.sums[at * SUMS + FRAMES]!;
    this.all.samples[row]! += chunk.sums[at * SUMS + SAMPLES]!;
    this.all.seriesSamples[cell]! += chunk.sums[at * SUMS + SAMPLES]!;
    this.put(row, cell, chunk, at);
  }

  /** Makes the total, and figures of what was added; nothing is added any more. */
  finish(): FlowSums {
    addUp(this.all.frames, this.rows, 1);
    addUp(this.all.samples, this.rows, 1);
    addUp(this.all.seriesSamples, this.rows, this.bucketCount);
    this.complete();
    return this.all;
  }

  protected abstract put(row: number, cell: number, chunk: Chunk, at: number): void;
  protected abstract complete(): void;
}

/** Puts the sum of `rows` rows of so many columns behind them. */
export function addUp(column: Float64Array, rows: number, width: number): void {
  for (let at = 0; at < rows * width; at++) column[rows * width + (at % width)]! += column[at]!;
}

export class Sums extends Figures {
  readonly #byFrames: boolean;

  /** `byFrames`: frames are asked for, not what else the table adds up. */
  constructor(rows: number, bucketCount: number, byFrames: boolean) {
    super(rows, bucketCount);
    this.#byFrames = byFrames;
  }

  protected put(row: number, cell: number, chunk: Chunk, at: number): void {
    const value = this.#byFrames ? chunk.sums[at * SUMS + FRAMES]! : chunk.sums[at * SUMS + OCTETS]!;
    const squares = this.#byFrames
      ? chunk.sums[at * SUMS + FRAME_SQUARES]!
      : chunk.sums[at * SUMS + OCTET_SQUARES]!;
    this.all.value[row]! += value;
    this.all.halfWidth[row]! += squares;
    this.all.series[cell]! += value;
    this.all.seriesHalfWidth[cell]! += squares;
  }

  protected complete(): void {
    const { value, samples, halfWidth, series, seriesSamples, seriesHalfWidth } = this.all;
    for (const column of [value, halfWidth]) addUp(column, this.rows, 1);
    for (const column of [series, seriesHalfWidth]) addUp(column, this.rows, this.bucketCount);
    for (let i = 0; i < value.length; i++)
      halfWidth[i] = halfWidthOfSum(halfWidth[i]!, value[i]!, samples[i]!);
    for (let i = 0; i < series.length; i++)
      seriesHalfWidth[i] = halfWidthOfSum(seriesHalfWidth[i]!, series[i]!, seriesSamples[i]!);
  }
}
