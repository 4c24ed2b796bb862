/**
 * The flows of one definition now: per data source and key an exponentially smoothed rate with the definition's time
 * constant, right at any moment, also while nothing arrives. It is made by forward decay (Cormode et al. 2009): a
 * sample is added with a weight that grows with time, and whoever reads divides by the weight of now, so that nothing
 * is touched to fade.
 *
 * The table is capped. When it is full the smaller half of its flows is forgotten at once (`crowd.ts`), and what they
 * had stays in the total of their data source: values are never too large, shown and other are the total exactly, and a
 * flow that is large now is there whatever else comes.
 */
import { NORMAL_95 } from '../../shared/model/confidence.ts';
import { KeyTable } from '../samples/key-table.ts';
import type { Paths } from '../samples/paths.ts';
import { COUNTED, MARK_MASK } from '../samples/placement-mark.ts';
import type { Sample } from '../samples/sample.ts';
import { type Accumulator, accumulatorOf } from './accumulators.ts';
import {
  CELLS,
  COUNTED_PART,
  CREDIT,
  ENTERED_PART,
  LAST_MS,
  type Part,
  SQUARES,
  START_MS,
  SUM,
  WEIGHT,
} from './cells.ts';
import type { CompiledKeys } from './compile.ts';
import { Crowd } from './crowd.ts';
import type { SampleTest } from './filter.ts';
import type { KeyNames } from './key.ts';
import { largest } from './largest.ts';
import type { Entries } from './scope.ts';
import type { CompiledValue } from './value.ts';

/** Flows told apart; fewer where each has sketches of what it saw. */
const MOST_FLOWS = 131_072;
const MOST_FLOWS_WITH_SKETCHES = 8192;
/** Weights are counted anew from another time before they grow out of a number's range. */
const MOST_TIME_CONSTANTS = 64;
/** A flow of which nothing was heard for so many time constants has ended: less than 1 % of its value is left. */
export const ENDED_AFTER_TIME_CONSTANTS = 5;
/** Ended flows are cleared away where they are at least so many, and half of all. */
const LEAST_CLEARED = 1024;

export type ActiveDefinition = {
  keys: CompiledKeys;
  accepts: SampleTest | null;
  value: CompiledValue;
  values: readonly CompiledValue[];
  /** Time constant in seconds. */
  t: number;
};

export class ActiveTable {
  readonly definition: ActiveDefinition;
  /** Number of the data source, then the words of the keys. */
  table: KeyTable;
  /** What is kept of flow `id`, from id × CELLS on. */
  cells = new Float64Array(64 * CELLS);
  lastSampleMs = Number.NaN;
  /** Samples that belonged to the definition. */
  samples = 0;
  /** Flows that were forgotten because the table was full. */
  forgotten = 0;
  /** Told of each flow that begins; null where nobody records them. */
  onStart: ((id: number, timeMs: number) => void) | null = null;
  readonly capacity: number;
  readonly #paths: () => Paths;
  readonly #entries: Pick<Entries, 'has'>;
  readonly #scratch: Uint32Array;
  readonly #tags: readonly number[];
  /** The value itself where it is no sum, then the further ones. */
  readonly #main: Accumulator | null;
  readonly #others: readonly Accumulator[];
  readonly #isSum: boolean;
  readonly #tMs: number;
  /** Weight of each data source, forgotten flows included. */
  #sourceWeight = new Float64Array(64);
  readonly #crowd = new Crowd();
  #landmarkMs = Number.NaN;
  #weightMs = Number.NaN;
  #weightNow = 1;

  constructor(definition: ActiveDefinition, paths: () => Paths, entries: Pick<Entries, 'has'>) {
    const { keys, value, values, t } = definition;
    this.definition = definition;
    this.#paths = paths;
    this.#entries = entries;
    this.#tMs = t * 1000;
    this.#isSum = value.aggregate === 'rate';
    const spanMs = Math.max(1000, this.#tMs);
    this.#main = this.#isSum ? null : accumulatorOf(value, spanMs);
    this.#others = values.map((other) => accumulatorOf(other, spanMs));
    const sketches = [value, ...values].some(({ aggregate }) => aggregate === 'count');
    this.capacity = sketches ? MOST_FLOWS_WITH_SKETCHES : MOST_FLOWS;
    this.table = new KeyTable(keys.words + 1, this.capacity, 64);
    this.#scratch = new Uint32Array(keys.words + 1);
    this.#tags = keys.at.map((at) => at + 1);
  }

  /** Adds a sample where it belongs to the definition and has all of its keys and its value. */
  add(sample: Sample): void {
    const { accepts, value, keys } = this.definition;
    if (accepts !== null && !accepts(sample)) return;
    const number = value.read(sample);
    if (Number.isNaN(number)) return;
    const scratch = this.#scratch;
    keys.read(sample, scratch, 1);
    const tags = this.#tags;
    for (let i = 0; i < tags.length; i++) if (scratch[tags[i]!] === 0) return;
    const source = this.#paths().sourceOf(sample.path);
    scratch[0] = source;
    const { timeMs, samplingRate } = sample;
    if (timeMs !== this.#weightMs) this.#setWeight(timeMs);
    const before = this.table.size;
    let id = this.table.intern(scratch, 0);
    if (id < 0) {
      this.#forgetSmaller();
      id = this.table.intern(scratch, 0);
    }
    if ((id + 1) * CELLS > this.cells.length) this.#grow();
    const { cells } = this;
    const at = id * CELLS;
    if (this.table.size !== before) cells[at + CREDIT] = this.#crowd.creditOf(source);
    const weight = this.#weightNow;
    const added = (this.#isSum ? number : 1) * samplingRate * weight;
    cells[at + WEIGHT]! += added;
    cells[at + SQUARES]! += added * added;
    if ((sample.path & MARK_MASK) === COUNTED) cells[at + COUNTED_PART]! += added;
    if (this.#entries.has(sample.path)) cells[at + ENTERED_PART]! += added;
    if (source >= this.#sourceWeight.length) this.#growSources(source);
    this.#sourceWeight[source]! += added;
    if (this.#main !== null) this.#main.add(id, number, samplingRate, weight, timeMs);
    if (this.#others.length > 0) this.#addOthers(sample, id, weight);
    if (this.onStart !== null) this.#note(id, number * samplingRate, timeMs);
    cells[at + LAST_MS] = timeMs;
    this.lastSampleMs = timeMs;
    this.samples++;
  }

  #addOthers(sample: Sample, id: number, weight: number): void {
    const { values } = this.definition;
    for (let i = 0; i < values.length; i++) {
      const number = values[i]!.read(sample);
      if (!Number.isNaN(number)) this.#others[i]!.add(id, number, sample.samplingRate, weight, sample.timeMs);
    }
  }

  #note(id: number, added: number, timeMs: number): void {
    const isNew = !(this.cells[id * CELLS + START_MS]! > 0);
    if (isNew) {
      this.cells[id * CELLS + START_MS] = timeMs;
      this.cells[id * CELLS + SUM] = 0;
    }
    this.cells[id * CELLS + SUM]! += added;
    if (isNew) this.onStart!(id, timeMs);
  }

  /** Flows are no longer recorded. */
  forgetStarts(): void {
    for (let at = START_MS; at < this.cells.length; at += CELLS) this.cells[at] = 0;
  }

  #setWeight(timeMs: number): void {
    if (Number.isNaN(this.#landmarkMs)) this.#landmarkMs = timeMs;
    if (timeMs - this.#landmarkMs > MOST_TIME_CONSTANTS * this.#tMs) this.#moveLandmark(timeMs);
    this.#weightMs = timeMs;
    this.#weightNow = Math.exp((timeMs - this.#landmarkMs) / this.#tMs);
  }

  #moveLandmark(timeMs: number): void {
    const factor = Math.exp((this.#landmarkMs - timeMs) / this.#tMs);
    const { size } = this.table;
    for (let id = 0; id < size; id++) {
      this.cells[id * CELLS + WEIGHT]! *= factor;
      this.cells[id * CELLS + SQUARES]! *= factor * factor;
      this.cells[id * CELLS + COUNTED_PART]! *= factor;
      this.cells[id * CELLS + ENTERED_PART]! *= factor;
      this.cells[id * CELLS + CREDIT]! *= factor;
    }
    this.#crowd.scale(factor);
    for (let source = 0; source < this.#sourceWeight.length; source++) this.#sourceWeight[source]! *= factor;
    for (const accumulator of this.#accumulators()) accumulator.scale(factor);
    this.#landmarkMs = timeMs;
  }

  #accumulators(): Accumulator[] {
    return this.#main === null ? [...this.#others] : [this.#main, ...this.#others];
  }

  #grow(): void {
    const larger = new Float64Array(Math.min(this.capacity * CELLS, this.cells.length * 2));
    larger.set(this.cells);
    this.cells = larger;
    const flows = larger.length / CELLS;
    for (const accumulator of this.#accumulators()) accumulator.grow(flows);
  }

  #growSources(source: number): void {
    const larger = new Float64Array(Math.max(source + 1, this.#sourceWeight.length * 2));
    larger.set(this.#sourceWeight);
    this.#sourceWeight = larger;
  }

  #forgetSmaller(): void {
    const { size } = this.table;
    const most = new Float64Array(size);
    for (let id = 0; id < size; id++)
      most[id] = this.cells[id * CELLS + WEIGHT]! + this.cells[id * CELLS + CREDIT]!;
    this.forgotten += this.#keepOnly(this.#crowd.larger(most, size, (id) => this.sourceOf(id)));
  }

  /** Clears away flows that ended long ago, where they are many. */
  clear(nowMs: number): void {
    const { size } = this.table;
    const beforeMs = nowMs - 2 * ENDED_AFTER_TIME_CONSTANTS * this.#tMs;
    let ended = 0;
    for (let id = 0; id < size; id++) if (this.cells[id * CELLS + LAST_MS]! < beforeMs) ended++;
    if (ended < LEAST_CLEARED || ended < size / 2) return;
    const keep = new Uint8Array(size);
    for (let id = 0; id < size; id++) if (this.cells[id * CELLS + LAST_MS]! >= beforeMs) keep[id] = 1;
    this.#keepOnly(keep);
  }

  /** Makes the table anew from the flows to be kept, in their order; returns how many are gone. */
  #keepOnly(keep: Uint8Array): number {
    const { table } = this;
    const { width, words, size } = table;
    const fresh = new KeyTable(width, this.capacity, Math.max(64, size));
    const accumulators = this.#accumulators();
    for (let id = 0; id < size; id++) {
      if (keep[id] === 0) continue;
      const to = fresh.intern(words, id * width);
      this.cells.copyWithin(to * CELLS, id * CELLS, (id + 1) * CELLS);
      for (const accumulator of accumulators) accumulator.move(id, to);
    }
    this.cells.fill(0, fresh.size * CELLS);
    for (const accumulator of accumulators) accumulator.keep(fresh.size);
    this.table = fresh;
    return size - fresh.size;
  }

  /** What turns a weight into a rate per second at `nowMs`. */
  fade(nowMs: number): number {
    if (Number.isNaN(this.#landmarkMs)) return 0;
    return Math.exp((this.#landmarkMs - nowMs) / this.#tMs) / this.definition.t;
  }

  /** The value of some flows put together: a rate per second of now, or what the value's prefix makes of them. */
  valueOf(ids: readonly number[], nowMs: number): number {
    const fade = this.fade(nowMs);
    if (this.#main !== null) return this.#main.of(ids, fade, nowMs);
    let sum = 0;
    for (const id of ids) sum += this.cells[id * CELLS + WEIGHT]!;
    return sum * fade;
  }

  /** A part of a flow's weight, not faded. */
  part(part: Part, id: number): number {
    return this.cells[id * CELLS + part]!;
  }

  /** When the last sample of a flow came. */
  lastMs(id: number): number {
    return this.cells[id * CELLS + LAST_MS]!;
  }

  /** As {@link valueOf}, of a part of the samples; of a value that is no sum, of all of them. */
  partOf(part: Part, ids: readonly number[], nowMs: number): number {
    if (this.#main !== null) return this.valueOf(ids, nowMs);
    let sum = 0;
    for (const id of ids) sum += this.part(part, id);
    return sum * this.fade(nowMs);
  }

  /** The further values of the same. */
  valuesOf(ids: readonly number[], nowMs: number): number[] {
    const fade = this.fade(nowMs);
    return this.#others.map((accumulator) => accumulator.of(ids, fade, nowMs));
  }

  /** How many samples of equal weight would tell as much: the band of a rate is 1.96 / √ of it. */
  samplesOf(ids: readonly number[]): number {
    let sum = 0;
    let squares = 0;
    for (const id of ids) {
      sum += this.cells[id * CELLS + WEIGHT]!;
      squares += this.cells[id * CELLS + SQUARES]!;
    }
    return squares > 0 ? (sum * sum) / squares : 0;
  }

  /** Half-width of the 95 % band of their value, where it is a sum; else NaN. */
  halfWidthOf(ids: readonly number[], nowMs: number): number {
    const samples = this.samplesOf(ids);
    return this.#isSum && samples > 0
      ? (NORMAL_95 * this.valueOf(ids, nowMs)) / Math.sqrt(samples)
      : Number.NaN;
  }

  sourceOf(id: number): number {
    return this.table.words[id * this.table.width]!;
  }

  hasEnded(id: number, nowMs: number): boolean {
    return this.cells[id * CELLS + LAST_MS]! < nowMs - ENDED_AFTER_TIME_CONSTANTS * this.#tMs;
  }

  /** Flows that have not ended. */
  flows(nowMs: number): number {
    let flows = 0;
    for (let id = 0; id < this.table.size; id++) if (!this.hasEnded(id, nowMs)) flows++;
    return flows;
  }

  /**
   * The value of all flows of a data source, kept or forgotten, where the value is a sum: what is shown and what is
   * not add up to it.
   */
  totalOf(source: number, nowMs: number): number {
    return (this.#sourceWeight[source] ?? 0) * this.fade(nowMs);
  }

  /**
   * The largest flows of each data source, by its number, `n` at most of each. `least`: of a data source, the value below
   * which a flow is left out.
   */
  largestBySource(
    n: number,
    nowMs: number,
    least: ((source: number) => number) | null = null,
  ): Map<number, number[]> {
    const { size } = this.table;
    const fade = this.fade(nowMs);
    const bySource = new Map<number, number[]>();
    const leastRank = new Map<number, number>();
    for (let id = 0; id < size; id++) {
      if (this.hasEnded(id, nowMs)) continue;
      const source = this.sourceOf(id);
      if (least !== null) {
        let rank = leastRank.get(source);
        if (rank === undefined) {
          rank = least(source) / (this.#main === null ? fade : 1);
          leastRank.set(source, rank);
        }
        if (this.#rankOf(id, fade, nowMs) < rank) continue;
      }
      const ids = bySource.get(source);
      if (ids) ids.push(id);
      else bySource.set(source, [id]);
    }
    for (const [source, ids] of bySource) {
      const values = Float64Array.from(ids, (id) => this.#rankOf(id, fade, nowMs));
      bySource.set(
        source,
        largest(values, ids.length, n).map((index) => ids[index]!),
      );
    }
    return bySource;
  }

  #rankOf(id: number, fade: number, nowMs: number): number {
    return this.#main === null ? this.cells[id * CELLS + WEIGHT]! : this.#main.of([id], fade, nowMs);
  }

  /** The key texts of a flow, in the order of the definition. */
  textsOf(id: number, names: KeyNames): string[] {
    const { keys, at } = this.definition.keys;
    const { words, width } = this.table;
    return keys.map((key, i) => key.text(words, id * width + 1 + at[i]!, names));
  }
}
