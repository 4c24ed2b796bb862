/**
 * The flow table of one definition: samples in, sums per bucket and key out. Each sample costs one look-up in a
 * typed-array table and five additions; rows are written to the log once per bucket and key. Keys carry the
 * path of their samples as a hidden first word, so that one table answers for the network, a switch or a port,
 * under any counting rule. Past the cap on keys, samples are summed per path, so that totals stay exact.
 */
import { KeyTable } from '../samples/key-table.ts';
import type { Sample } from '../samples/sample.ts';
import { type CompiledKeys, compileKeys } from './compile.ts';
import type { SampleTest } from './filter.ts';
import { type FunctionContext, NO_CONTEXT } from './functions/context.ts';
import type { KeyNames } from './key.ts';
import { largest } from './largest.ts';
import { FlowLog } from './log.ts';
import { MinuteSums } from './minute-sums.ts';
import type { CompiledValue } from './value.ts';

/** The kinds of samples that a table is fed with. */
export type Reads = { frames: boolean; requests: boolean; drops: boolean };

export type FlowTableOptions = {
  /** Keys told apart; beyond them samples are summed by path. */
  capacity: number;
  /** Rows kept per bucket, the largest; what the others had is summed by path. */
  rowsPerBucket: number;
  /** Which samples belong to the definition; null for all of them. */
  accepts: SampleTest | null;
  /** What is added up; null for octets and frames at once. */
  value: CompiledValue | null;
  /** Which samples are to be handed to the table; requests only where something names a key of theirs. */
  reads: Reads;
  /** Whether buckets are seconds whose minutes are summed for the store. */
  minutes: boolean;
  /** What functions of keys know beside the sample. */
  context: FunctionContext;
  /** The names compiled otherwise, as to read stored rows with; null compiles them as they are. */
  keys: CompiledKeys | null;
};

/** Tables with fewer keys are not worth making anew. */
const LEAST_COMPACTED = 4096;

export class FlowTable {
  readonly names: readonly string[];
  readonly keys: CompiledKeys;
  readonly log = new FlowLog();
  /** (path, key words…) → id. */
  table: KeyTable;
  /** Key words alone → group: what is shown as one row. */
  groups: KeyTable;
  /** Group of each id. */
  groupOf: Int32Array;
  /** Samples that found the table full, by path, were counted as "other". */
  overflowed = false;
  /** Sums of the minutes that are not stored yet, where the table was told to keep them. */
  readonly minutes = new Map<number, MinuteSums>();
  readonly #options: FlowTableOptions;
  readonly #accepts: SampleTest | null;
  readonly #value: CompiledValue | null;
  readonly reads: Reads;
  readonly #scratch: Uint32Array;
  #bucket = Number.NaN;
  #compactAt = LEAST_COMPACTED;
  #touched: Int32Array = new Int32Array(1024);
  #touchedCount = 0;
  /** Sums of the open bucket by id: octets, frames, samples, octets², frames². */
  #open: Float64Array = new Float64Array(1024 * 5);
  /** The same by path, for samples beyond the cap on keys. */
  readonly #overflow = new Map<number, Float64Array>();
  /** Of these, what no key could be told of: with a row limit, less than all of them. */
  readonly #beyond = new Map<number, Float64Array>();
  readonly #beyondSums = new Float64Array(5);

  /** `names` are flow keys and functions; throws KeyError where one is unknown. */
  constructor(names: readonly string[], options: Partial<FlowTableOptions> = {}) {
    this.names = names;
    this.#options = {
      capacity: 1_000_000,
      rowsPerBucket: Number.POSITIVE_INFINITY,
      minutes: false,
      accepts: null,
      value: null,
      reads: { frames: true, requests: false, drops: false },
      context: NO_CONTEXT,
      keys: null,
      ...options,
    };
    this.keys = this.#options.keys ?? compileKeys(names, this.#options.context);
    this.#accepts = this.#options.accepts;
    this.#value = this.#options.value;
    this.reads = this.#options.reads;
    this.#scratch = new Uint32Array(this.keys.words + 1);
    this.table = new KeyTable(this.keys.words + 1, this.#options.capacity);
    this.groups = new KeyTable(this.keys.words, this.#options.capacity);
    this.groupOf = new Int32Array(1024);
  }

  /** Adds a sample that the definition accepts to a bucket (any whole number that grows with time). */
  add(sample: Sample, bucket: number): void {
    if (this.#accepts !== null && !this.#accepts(sample)) return;
    const weight = sample.samplingRate;
    let octets = sample.octets;
    if (this.#value !== null) {
      octets = this.#value.read(sample) * weight;
      if (Number.isNaN(octets)) return;
    }
    if (bucket !== this.#bucket) {
      this.flush();
      this.#bucket = bucket;
    }
    const scratch = this.#scratch;
    scratch[0] = sample.path;
    this.keys.read(sample, scratch, 1);
    const before = this.table.size;
    const id = this.table.intern(scratch, 0);
    // Horvitz–Thompson: a rate of 1 is no sample but the whole, and has no error.
    const spread = weight > 1 ? (weight - 1) / weight : 0;
    if (id < 0) {
      this.#addBeyond(sample, octets, weight, spread);
      return;
    }
    if (id === before) this.#newId(id);
    const open = this.#open;
    const at = id * 5;
    if (open[at + 2] === 0) this.#touch(id);
    open[at]! += octets;
    open[at + 1]! += weight;
    open[at + 2]! += 1;
    open[at + 3]! += octets * octets * spread;
    open[at + 4]! += weight * weight * spread;
  }

  #newId(id: number): void {
    if ((id + 1) * 5 > this.#open.length) {
      const open = new Float64Array(this.#open.length * 2);
      open.set(this.#open);
      this.#open = open;
      const groupOf = new Int32Array(this.groupOf.length * 2);
      groupOf.set(this.groupOf);
      this.groupOf = groupOf;
    }
    this.groupOf[id] = this.groups.intern(this.#scratch, 1);
  }

  #touch(id: number): void {
    if (this.#touchedCount === this.#touched.length) {
      const larger = new Int32Array(this.#touched.length * 2);
      larger.set(this.#touched);
      this.#touched = larger;
    }
    this.#touched[this.#touchedCount++] = id;
  }

  #addBeyond(sample: Sample, octets: number, weight: number, spread: number): void {
    this.#beyondSums.set([octets, weight, 1, octets * octets * spread, weight * weight * spread]);
    this.#addUntold(sample.path, this.#beyondSums);
  }

  /** Sums that belong to no key that is told apart. */
  #addUntold(path: number, sums: Float64Array): void {
    this.overflowed = true;
    this.#addOverflow(path, sums, 0);
    if (!this.#options.minutes) return;
    const known = this.#beyond.get(path) ?? new Float64Array(5);
    for (let i = 0; i < 5; i++) known[i]! += sums[i]!;
    this.#beyond.set(path, known);
  }

  /** Writes the open bucket to the log; a reader calls it before reading. */
  flush(): void {
    if (this.#touchedCount === 0 && this.#overflow.size === 0) return;
    const open = this.#open;
    const minute = this.#options.minutes ? this.#minuteOf(this.#bucket) : null;
    const keep = this.#touchedCount > this.#options.rowsPerBucket ? this.#largestOpen() : null;
    for (let i = 0; i < this.#touchedCount; i++) {
      const id = this.#touched[i]!;
      const at = id * 5;
      if (keep === null || keep[i] === 1) this.#write(id, open, at);
      else this.#addOverflow(this.pathOf(id), open, at);
      minute?.add(id, open, at);
    }
    for (const [path, sums] of this.#overflow) this.#write(-1 - path, sums, 0);
    if (minute) {
      // What only the row limit put together is told apart in the minute; the rest is not.
      for (const [path, sums] of this.#beyond) minute.addOther(path, sums, 0);
    }
    for (let i = 0; i < this.#touchedCount; i++)
      open.fill(0, this.#touched[i]! * 5, this.#touched[i]! * 5 + 5);
    this.#touchedCount = 0;
    this.#overflow.clear();
    this.#beyond.clear();
  }

  #minuteOf(second: number): MinuteSums {
    const number = Math.floor(second / 60);
    const known = this.minutes.get(number);
    if (known) return known;
    const made = new MinuteSums();
    this.minutes.set(number, made);
    return made;
  }

  /** Which of the touched keys are the largest of the open bucket. */
  #largestOpen(): Uint8Array {
    const octets = new Float64Array(this.#touchedCount);
    for (let i = 0; i < octets.length; i++) octets[i] = this.#open[this.#touched[i]! * 5]!;
    const keep = new Uint8Array(octets.length);
    for (const index of largest(octets, octets.length, this.#options.rowsPerBucket)) keep[index] = 1;
    this.overflowed = true;
    return keep;
  }

  #addOverflow(path: number, from: Float64Array, at: number): void {
    const known = this.#overflow.get(path) ?? new Float64Array(5);
    for (let i = 0; i < 5; i++) known[i]! += from[at + i]!;
    this.#overflow.set(path, known);
  }

  #write(id: number, sums: Float64Array, at: number): void {
    const chunk = this.log.next(this.#bucket);
    const row = chunk.rows++;
    chunk.bucket[row] = this.#bucket;
    chunk.id[row] = id;
    chunk.octets[row] = sums[at]!;
    chunk.frames[row] = sums[at + 1]!;
    chunk.samples[row] = sums[at + 2]!;
    chunk.octetSquares[row] = sums[at + 3]!;
    chunk.frameSquares[row] = sums[at + 4]!;
  }

  /** Adds a row that was summed before (read from stored minutes). Words are path, then the key's. */
  addSums(words: Uint32Array, bucket: number, sums: Float64Array): void {
    if (bucket !== this.#bucket) {
      this.flush();
      this.#bucket = bucket;
    }
    this.#scratch.set(words);
    const before = this.table.size;
    const id = this.table.intern(this.#scratch, 0);
    if (id < 0) {
      this.addOther(words[0]!, bucket, sums);
      return;
    }
    if (id === before) this.#newId(id);
    if (this.#open[id * 5 + 2] === 0) this.#touch(id);
    for (let i = 0; i < 5; i++) this.#open[id * 5 + i]! += sums[i]!;
  }

  /** Adds sums that belong to no shown key of a path. */
  addOther(path: number, bucket: number, sums: Float64Array): void {
    if (bucket !== this.#bucket) {
      this.flush();
      this.#bucket = bucket;
    }
    this.#addUntold(path, sums);
  }

  /** Forgets what lies before `bucket`, and now and then the keys that have no row left. */
  forget(bucket: number): void {
    this.flush();
    this.log.forget(bucket);
    // Each time as much again must have come, so that the work stays in proportion to the keys.
    if (this.table.size < this.#compactAt || this.table.size < this.log.rows) return;
    this.#compact();
    this.#compactAt = Math.max(LEAST_COMPACTED, 2 * this.table.size);
  }

  /** Makes the tables anew from the rows and minutes that are left. */
  #compact(): void {
    const width = this.keys.words + 1;
    const old = this.table;
    this.table = new KeyTable(width, this.#options.capacity);
    this.groups = new KeyTable(this.keys.words, this.#options.capacity);
    this.groupOf = new Int32Array(1024);
    this.#open = new Float64Array(1024 * 5);
    const renamed = new Int32Array(old.size).fill(-1);
    const freshOf = (id: number): number => {
      if (renamed[id]! >= 0) return renamed[id]!;
      for (let word = 0; word < width; word++) this.#scratch[word] = old.words[id * width + word]!;
      const fresh = this.table.intern(this.#scratch, 0);
      this.#newId(fresh);
      renamed[id] = fresh;
      return fresh;
    };
    this.overflowed = false;
    for (const chunk of this.log.chunks) {
      for (let row = 0; row < chunk.rows; row++) {
        const id = chunk.id[row]!;
        if (id < 0) this.overflowed = true;
        else chunk.id[row] = freshOf(id);
      }
    }
    for (const minute of this.minutes.values()) minute.rename(freshOf);
  }

  pathOf(id: number): number {
    return id < 0 ? -1 - id : this.table.words[id * (this.keys.words + 1)]!;
  }

  /** The texts of a group's keys, in the order of the definition. */
  groupTexts(group: number, names: KeyNames): string[] {
    const { keys, at, words } = this.keys;
    return keys.map((key, i) => key.text(this.groups.words, group * words + at[i]!, names));
  }
}
