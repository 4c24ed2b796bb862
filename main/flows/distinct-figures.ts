/**
 * How many different values samples have: exactly, while the table has kept all their hashes; where it kept a part (one
 * in two, four …), as many times those that are there, with a standard error of the root of that many over the figure.
 * The total is the number over all rows, in which a value counts once that several rows have. Packets that were not
 * sampled may have other values: there is no band (NaN). Where samples were put together whose hashes nobody knows, the
 * number over them is not known and NaN.
 */
import { KeyTable } from '../samples/key-table.ts';
import { Figures } from './figures.ts';
import type { Chunk } from './log.ts';
import type { FlowTable } from './table.ts';

/** What a set holds at most; a table has fewer rows. */
const MOST_HASHES = 2_000_000;

/** Which hashes were seen in which place. */
class Seen {
  readonly #table = new KeyTable(2, MOST_HASHES);
  readonly #words = new Uint32Array(2);

  /** Whether this one is new there. */
  isNew(place: number, hash: number): boolean {
    const { size } = this.#table;
    this.#words[0] = place;
    this.#words[1] = hash;
    return this.#table.intern(this.#words, 0) === size;
  }
}

export class DistinctFigures extends Figures {
  readonly #source: FlowTable;
  readonly #inRows = new Seen();
  readonly #inCells = new Seen();

  constructor(rows: number, bucketCount: number, source: FlowTable) {
    super(rows, bucketCount);
    this.#source = source;
  }

  protected put(row: number, cell: number, chunk: Chunk, at: number): void {
    const { rows, bucketCount } = this;
    const { value, series } = this.all;
    const id = chunk.id[at]!;
    const totalCell = rows * bucketCount + (cell % bucketCount);
    if (id < 0) {
      value[row] = Number.NaN;
      value[rows] = Number.NaN;
      series[cell] = Number.NaN;
      series[totalCell] = Number.NaN;
      return;
    }
    const hash = this.#source.hashOf(id);
    if (hash === 0) return;
    if (this.#inRows.isNew(row, hash)) value[row]!++;
    if (this.#inRows.isNew(rows, hash)) value[rows]!++;
    if (this.#inCells.isNew(cell, hash)) series[cell]!++;
    if (this.#inCells.isNew(totalCell, hash)) series[totalCell]!++;
  }

  protected complete(): void {
    const { value, halfWidth, samples, series, seriesSamples, seriesHalfWidth } = this.all;
    const each = 2 ** 32 / this.#source.hashLimit;
    this.#scale(value, samples, each, 0);
    this.#scale(series, seriesSamples, each, Number.NaN);
    halfWidth.fill(Number.NaN);
    seriesHalfWidth.fill(Number.NaN);
  }

  /** Where there are samples there is at least one value, also where its hash was not kept. */
  #scale(column: Float64Array, samples: Float64Array, each: number, none: number): void {
    for (let i = 0; i < column.length; i++)
      column[i] = samples[i] === 0 ? none : column[i] === 0 ? 1 : column[i]! * each;
  }
}
