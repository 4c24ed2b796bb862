/**
 * The flow table of one definition: samples in, sums per bucket and key out. Each sample costs one look-up in a
 * typed-array table and five additions to a row of the log, which has one for each bucket and key. Keys carry the
 * path of their samples as a hidden first word, so that one table answers for the network, a switch or a port,
 * under any counting rule. Where keys or rows are too many, the smaller half of the keys is forgotten (`crowd.ts`) and
 * their rows are put together by path: totals stay exact, and what is large is there whatever else comes.
 *
 * In the place of octets stands what the value of the definition gives: a sum, an extreme (`combine.ts`), or, where
 * different values are counted, nothing: each of them is a key of its own then, told apart by a hidden last word, its
 * hash. Where these are too many for the table, only those whose hash lies below a limit are kept, and stand for all
 * (adaptive sampling: Flajolet 1990); the hash of the others is 0, and the key that is shown has the frames of both.
 */
import { KeyTable } from '../samples/key-table.ts';
import type { Sample } from '../samples/sample.ts';
import { type Combine, combineOf } from './combine.ts';
import { type CompiledKeys, compileKeys } from './compile.ts';
import { Crowd } from './crowd.ts';
import type { SampleTest } from './filter.ts';
import { type FunctionContext, NO_CONTEXT } from './functions/context.ts';
import type { KeyNames } from './key.ts';
import { largest } from './largest.ts';
import { FlowLog, FRAMES, OCTETS, SAMPLES, SUMS } from './log.ts';
import { MinuteSums } from './minute-sums.ts';
import type { CompiledValue } from './value.ts';

/** The kinds of samples that a table is fed with. */
export type Reads = { frames: boolean; requests: boolean; drops: boolean };

export type FlowTableOptions = {
  /** Keys told apart. */
  capacity: number;
  /** Rows of the log past which keys are forgotten, where they are more than a few. */
  rows: number;
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
/** Keys that are never too many for the rows they have. */
const LEAST_FORGOTTEN = 65_536;
/** Hashes that are never too many. */
const LEAST_HASHES = 4096;
/** The limit that all hashes lie below. */
const EVERY_HASH = 2 ** 32;
/** Octets that make a key as large as one frame, where both are added up. */
const OCTETS_PER_FRAME = 512;

export class FlowTable {
  readonly names: readonly string[];
  readonly keys: CompiledKeys;
  readonly log: FlowLog;
  /** (path, key words…) → id; where different values are counted the hash of one stands behind them. */
  table: KeyTable;
  /** Key words alone → group: what is shown as one row; and the group of each id. Both as {@link group} left them. */
  groups: KeyTable;
  groupOf: Int32Array = new Int32Array(0);
  /** Where different values are counted: hashes that are not below this are not kept. */
  hashLimit = EVERY_HASH;
  /** Samples that found the table full, by path, were counted as "other". */
  overflowed = false;
  /** Sums of the minutes that are not stored yet, where the table was told to keep them. */
  readonly minutes = new Map<number, MinuteSums>();
  readonly #options: FlowTableOptions;
  readonly #accepts: SampleTest | null;
  readonly #value: CompiledValue | null;
  /** What becomes of two numbers of one key; null where they are added. */
  readonly #combine: Combine | null;
  /** Whether different values are counted. */
  readonly counts: boolean;
  readonly reads: Reads;
  readonly #scratch: Uint32Array;
  #bucket = Number.NaN;
  #rowsAt: number;
  #compactAt = LEAST_COMPACTED;
  /** Rows of the open bucket, from the place `#openAt` of the log on; and of each id its row there + 1, 0 for none. */
  #openRows = 0;
  #openAt = 0;
  #openOf: Int32Array = new Int32Array(1024);
  /** Ids that have a group. */
  #grouped = 0;
  readonly #crowd = new Crowd();
  /** What each id may have had that was forgotten, as {@link #sizes} has it; ids behind its end had nothing. */
  #credit: Float64Array = new Float64Array(0);
  /** The sums of the open bucket by path, of what is not told apart. */
  readonly #overflow = new Map<number, Float64Array>();
  /** Of these, what no key could be told of: with a row limit, less than all of them. */
  readonly #beyond = new Map<number, Float64Array>();

  /** `names` are flow keys and functions; throws KeyError where one is unknown. */
  constructor(names: readonly string[], options: Partial<FlowTableOptions> = {}) {
    this.names = names;
    this.#options = {
      capacity: 500_000,
      rows: 1_000_000,
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
    this.#combine = combineOf(this.#value);
    this.counts = this.#value?.aggregate === 'count';
    // A key has as many rows as it has different values.
    if (this.counts)
      Object.assign(this.#options, { rows: this.#options.rows / 2, rowsPerBucket: Number.POSITIVE_INFINITY });
    this.#rowsAt = this.#options.rows;
    this.log = new FlowLog(this.#combine);
    this.reads = this.#options.reads;
    this.#scratch = new Uint32Array(this.keys.words + (this.counts ? 2 : 1));
    this.table = new KeyTable(this.#scratch.length, this.#options.capacity);
    this.groups = new KeyTable(this.keys.words, this.#options.capacity);
  }

  /** Adds a sample that the definition accepts to a bucket (any whole number that grows with time). */
  add(sample: Sample, bucket: number): void {
    if (this.#accepts !== null && !this.#accepts(sample)) return;
    const weight = sample.samplingRate;
    let octets = sample.octets;
    let hash = 0;
    if (this.#value !== null) {
      const number = this.#value.read(sample);
      if (Number.isNaN(number)) return;
      if (this.counts) {
        octets = 0;
        if (number < this.hashLimit) hash = number || 1;
      } else octets = this.#combine === null ? number * weight : number;
    }
    if (bucket !== this.#bucket) {
      this.flush();
      this.#bucket = bucket;
    }
    const scratch = this.#scratch;
    scratch[0] = sample.path;
    this.keys.read(sample, scratch, 1);
    if (this.counts) scratch[scratch.length - 1] = hash;
    const id = this.#idOf(scratch);
    // Horvitz–Thompson: a rate of 1 is no sample but the whole, and has no error.
    const spread = weight > 1 ? (weight - 1) / weight : 0;
    const place = this.#openPlace(id);
    const { sums } = this.log.chunkAt(place);
    const at = this.log.rowAt(place) * SUMS;
    if (this.#combine === null) sums[at]! += octets;
    else sums[at] = sums[at + SAMPLES] === 0 ? octets : this.#combine(sums[at]!, octets);
    sums[at + 1]! += weight;
    sums[at + 2]! += 1;
    sums[at + 3]! += octets * octets * spread;
    sums[at + 4]! += weight * weight * spread;
  }

  /** The place of a key's row of the open bucket, which it is given where it has none. */
  #openPlace(id: number): number {
    const row = this.#openOf[id]!;
    if (row > 0) return this.#openAt + row - 1;
    if (this.#openRows === 0) this.#openAt = this.log.end;
    const chunk = this.log.append(this.#bucket);
    chunk.id[chunk.rows - 1] = id;
    this.#openOf[id] = ++this.#openRows;
    return this.#openAt + this.#openRows - 1;
  }

  /** The id of a key; makes room for it where it is new and the table is full. */
  #idOf(words: Uint32Array): number {
    const { size } = this.table;
    const id = this.table.intern(words, 0);
    if (id < size && id >= 0) return id;
    if (id >= 0) {
      this.#newId(id);
      return id;
    }
    const key = words.slice();
    this.#makeRoom();
    const last = key.length - 1;
    if (this.counts && key[last]! >= this.hashLimit) key[last] = 0;
    this.#scratch.set(key);
    const made = this.table.intern(key, 0);
    this.#newId(made);
    return made;
  }

  #newId(id: number): void {
    if (id >= this.#openOf.length) {
      const openOf = new Int32Array(this.#openOf.length * 2);
      openOf.set(this.#openOf);
      this.#openOf = openOf;
    }
    const credit = this.#crowd.creditOf(this.#scratch[0]!);
    if (credit > 0) this.#setCredit(id, credit);
  }

  #setCredit(id: number, credit: number): void {
    if (id >= this.#credit.length) {
      const larger = new Float64Array(Math.max(id + 1, 1024, this.#credit.length * 2));
      larger.set(this.#credit);
      this.#credit = larger;
    }
    this.#credit[id] = credit;
  }

  /** Puts the ids that came since it was called last into groups, so that {@link groups} and `groupOf` tell of all. */
  group(): void {
    const { size, words, width } = this.table;
    if (size > this.groupOf.length) {
      const groupOf = new Int32Array(Math.max(size, Math.min(2 * size, this.#options.capacity)));
      groupOf.set(this.groupOf);
      this.groupOf = groupOf;
    }
    for (let id = this.#grouped; id < size; id++)
      this.groupOf[id] = this.groups.intern(words, id * width + 1);
    this.#grouped = size;
  }

  /** Sums that belong to no key that is told apart. */
  #addUntold(path: number, sums: Float64Array, from: number): void {
    this.overflowed = true;
    this.#addOverflow(path, sums, from);
    if (this.#options.minutes) addTo(this.#beyond, path, sums, from, this.#combine);
  }

  /** Ends the open bucket; a reader calls it before reading. */
  flush(): void {
    if (this.#openRows === 0 && this.#overflow.size === 0) return;
    const { log } = this;
    const minute = this.#options.minutes ? this.#minuteOf(this.#bucket) : null;
    const rows = this.#openRows;
    for (let i = 0; i < rows; i++) {
      const chunk = log.chunkAt(this.#openAt + i);
      const row = log.rowAt(this.#openAt + i);
      const id = chunk.id[row]!;
      this.#openOf[id] = 0;
      minute?.add(id, chunk.sums, row * SUMS);
    }
    if (rows > this.#options.rowsPerBucket) this.#keepLargest(rows);
    this.#openRows = 0;
    for (const [path, sums] of this.#overflow) {
      const chunk = log.append(this.#bucket);
      chunk.id[chunk.rows - 1] = -1 - path;
      chunk.sums.set(sums, (chunk.rows - 1) * SUMS);
    }
    if (minute) {
      // What only the row limit put together is told apart in the minute; the rest is not.
      for (const [path, sums] of this.#beyond) minute.addOther(path, sums, 0);
    }
    this.#overflow.clear();
    this.#beyond.clear();
    if (log.rows > this.#rowsAt && (this.counts || this.table.size > LEAST_FORGOTTEN)) {
      this.#makeRoom();
      this.#rowsAt = Math.max(this.#options.rows, 1.5 * log.rows);
    }
  }

  #minuteOf(second: number): MinuteSums {
    const number = Math.floor(second / 60);
    const known = this.minutes.get(number);
    if (known) return known;
    const made = new MinuteSums();
    this.minutes.set(number, made);
    return made;
  }

  /** Of the rows of the open bucket only the largest stay; the others are summed by path. */
  #keepLargest(rows: number): void {
    const { log } = this;
    const sizes = new Float64Array(rows);
    const by = this.#isSizedByFrames ? FRAMES : OCTETS;
    for (let i = 0; i < rows; i++) {
      const place = this.#openAt + i;
      sizes[i] = log.chunkAt(place).sums[log.rowAt(place) * SUMS + by]!;
    }
    const keep = new Uint8Array(rows);
    for (const index of largest(sizes, rows, this.#options.rowsPerBucket)) keep[index] = 1;
    this.overflowed = true;
    let to = this.#openAt;
    for (let i = 0; i < rows; i++) {
      const chunk = log.chunkAt(this.#openAt + i);
      const row = log.rowAt(this.#openAt + i);
      const id = chunk.id[row]!;
      if (keep[i] === 0) {
        this.#addOverflow(this.pathOf(id), chunk.sums, row * SUMS);
        continue;
      }
      const into = log.chunkAt(to);
      const at = log.rowAt(to++);
      into.id[at] = id;
      for (let sum = 0; sum < SUMS; sum++) into.sums[at * SUMS + sum] = chunk.sums[row * SUMS + sum]!;
    }
    log.truncate(to);
  }

  #addOverflow(path: number, from: Float64Array, at: number): void {
    addTo(this.#overflow, path, from, at, this.#combine);
  }

  /** Adds a row that was summed before (read from stored minutes). Words are path, then the key's; sums begin at `from`. */
  addSums(words: Uint32Array, bucket: number, sums: Float64Array, from: number): void {
    if (bucket !== this.#bucket) {
      this.flush();
      this.#bucket = bucket;
    }
    const scratch = this.#scratch;
    for (let word = 0; word < scratch.length; word++) scratch[word] = words[word]!;
    const place = this.#openPlace(this.#idOf(scratch));
    const into = this.log.chunkAt(place).sums;
    const at = this.log.rowAt(place) * SUMS;
    for (let i = 0; i < SUMS; i++) into[at + i]! += sums[from + i]!;
  }

  /** Adds sums that belong to no shown key of a path; they begin at `from`. */
  addOther(path: number, bucket: number, sums: Float64Array, from: number): void {
    if (bucket !== this.#bucket) {
      this.flush();
      this.#bucket = bucket;
    }
    this.#addUntold(path, sums, from);
  }

  /** Forgets what lies before `bucket`, and now and then the keys that have no row left. */
  forget(bucket: number): void {
    this.flush();
    const chunks = this.log.chunks.length;
    this.log.forget(bucket);
    // What was forgotten lies in the past as well.
    if (this.log.chunks.length < chunks) {
      this.#crowd.clear();
      this.#credit = new Float64Array(0);
    }
    // Each time as much again must have come, so that the work stays in proportion to the keys.
    if (this.table.size < this.#compactAt || this.table.size < this.log.rows) return;
    this.#compact(null);
    this.#compactAt = Math.max(LEAST_COMPACTED, 2 * this.table.size);
  }

  /** What is least, or counted, says nothing of how much there is to lose with a key. */
  get #isSizedByFrames(): boolean {
    return this.#value?.aggregate === 'min' || this.counts;
  }

  /**
   * Forgets keys that have no row, and where that is not enough the smaller half of the others. Hashes go first: half
   * of them tell nearly as much.
   */
  #makeRoom(): void {
    this.flush();
    if (this.counts) {
      const hashes = this.#hashes();
      if (hashes > LEAST_HASHES) this.hashLimit /= 2;
      this.#compact(null);
      const isRoom = this.table.size <= (3 / 4) * this.#options.capacity;
      if (isRoom && (hashes > LEAST_HASHES || this.table.size <= LEAST_FORGOTTEN)) return;
    }
    const sizes = this.#sizes();
    const { size } = this.table;
    let empty = 0;
    for (let id = 0; id < size; id++) if (sizes[id] === 0) empty++;
    if (empty > size / 2) {
      this.#compact(null);
      return;
    }
    const isMost = this.#value?.aggregate === 'max';
    const credit = this.#credit;
    for (let id = 0; id < Math.min(size, credit.length); id++)
      sizes[id] = isMost ? Math.max(sizes[id]!, credit[id]!) : sizes[id]! + credit[id]!;
    this.#compact(this.#crowd.larger(sizes, size, (id) => this.pathOf(id)));
  }

  /** How many keys have a hash. */
  #hashes(): number {
    const { size, width, words } = this.table;
    let hashes = 0;
    for (let id = 0; id < size; id++) if (words[id * width + width - 1] !== 0) hashes++;
    return hashes;
  }

  /** The hash of a value that a key stands for; 0 where it was not kept. Only where different values are counted. */
  hashOf(id: number): number {
    const { width, words } = this.table;
    return words[id * width + width - 1]!;
  }

  /** What each key has in the rows and minutes that are kept, octets and frames taken together. */
  #sizes(): Float64Array {
    const sizes = new Float64Array(this.table.size);
    const frames = this.#value === null ? OCTETS_PER_FRAME : this.#isSizedByFrames ? 1 : 0;
    const octets = this.#isSizedByFrames ? 0 : 1;
    const isMost = this.#value?.aggregate === 'max';
    for (const chunk of this.log.chunks)
      for (let row = 0; row < chunk.rows; row++) {
        const id = chunk.id[row]!;
        if (id < 0) continue;
        const at = row * SUMS;
        if (isMost) sizes[id] = Math.max(sizes[id]!, chunk.sums[at + OCTETS]!);
        else sizes[id]! += octets * chunk.sums[at + OCTETS]! + frames * chunk.sums[at + FRAMES]!;
      }
    for (const { ids, size, sums } of this.minutes.values())
      for (let slot = 0; slot < size; slot++)
        sizes[ids[slot]!]! += sums[slot * SUMS]! + frames * sums[slot * SUMS + 1]!;
    return sizes;
  }

  /**
   * Makes the tables anew from the rows and minutes that are left. Keys that are not to be kept (all are where nothing
   * is said) are forgotten: their rows are put together by path and bucket.
   */
  #compact(keep: Uint8Array | null): void {
    const width = this.#scratch.length;
    const old = this.table;
    const credit = this.#credit;
    this.table = new KeyTable(width, this.#options.capacity);
    this.groups = new KeyTable(this.keys.words, this.#options.capacity);
    this.groupOf = new Int32Array(0);
    this.#grouped = 0;
    this.#openOf = new Int32Array(1024);
    this.#credit = new Float64Array(0);
    const renamed = new Int32Array(old.size).fill(-1);
    const freshOf = (id: number): number => {
      if (renamed[id]! >= 0) return renamed[id]!;
      for (let word = 0; word < width; word++) this.#scratch[word] = old.words[id * width + word]!;
      if (keep !== null && keep[id] === 0) return -1 - this.#scratch[0]!;
      if (this.counts && this.#scratch[width - 1]! >= this.hashLimit) this.#scratch[width - 1] = 0;
      const { size } = this.table;
      const fresh = this.table.intern(this.#scratch, 0);
      if (fresh === size) this.#newId(fresh);
      // What it had, and not what one that comes into the table now would be given.
      const had = credit[id] ?? 0;
      if (had > 0 || fresh < this.#credit.length) this.#setCredit(fresh, had);
      renamed[id] = fresh;
      return fresh;
    };
    this.overflowed = this.log.rename(freshOf, (id) => this.counts && this.hashOf(id) === 0);
    for (const minute of this.minutes.values()) minute.rename(freshOf);
  }

  pathOf(id: number): number {
    return id < 0 ? -1 - id : this.table.words[id * this.#scratch.length]!;
  }

  /** The texts of a group's keys, in the order of the definition. */
  groupTexts(group: number, names: KeyNames): string[] {
    const { keys, at, words } = this.keys;
    return keys.map((key, i) => key.text(this.groups.words, group * words + at[i]!, names));
  }
}

/** Puts sums to those of a path. */
function addTo(
  sums: Map<number, Float64Array>,
  path: number,
  from: Float64Array,
  at: number,
  combine: Combine | null,
): void {
  const known = sums.get(path);
  if (!known) {
    sums.set(path, from.slice(at, at + SUMS));
    return;
  }
  known[0] = combine === null ? known[0]! + from[at]! : combine(known[0]!, from[at]!);
  for (let i = 1; i < SUMS; i++) known[i]! += from[at + i]!;
}
