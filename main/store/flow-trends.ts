/**
 * Minutes of flow definitions and what they are rolled up to. A bucket is one block; one that is written again
 * replaces itself and marks the coarser buckets that hold it as due. A reader gets the coarse buckets that are rolled
 * up and, for those that are due, the finer ones, so that totals are exact at every level and at every moment.
 */
import type Database from 'better-sqlite3';
import { TREND_LEVELS, type TrendLevel } from '../../shared/model/storage.ts';
import type { FlowMinute, FlowRows, StoredDefinition, StoredFlows } from '../../shared/model/store.ts';
import { packFlows } from './flow-block.ts';
import { rollUp } from './flow-merge.ts';
import { bucketOf, finer, firstMinuteOf } from './levels.ts';
import { type FlowBlock, rowsOf, SUMS } from './row-list.ts';

/** Keys on their paths that a rolled-up bucket keeps; what others had is its rest. */
export const KEPT_ROWS: Record<Exclude<TrendLevel, 1>, number> = { 5: 300, 60: 500, 1440: 1000 };
/** Definitions that are stored at a time; users make them, so there is an end to them. */
const MOST_DEFINITIONS = 256;
/** Blocks deleted at a time. */
const FORGOTTEN_BLOCKS = 40;
const COARSER = [5, 60, 1440] as const;

type Due = { level: number; start: number; definition: number };
type Rolling = Due & { steps: Generator<void, void> };

export const READ_BLOCKS =
  'SELECT start, rows, block FROM flow_block WHERE level = ? AND definition = ? AND start >= ? AND start < ? ORDER BY start';
export const READ_DUE =
  'SELECT start FROM due WHERE level = ? AND start >= ? AND start < ? AND definition = ?';
export const NEXT_DUE =
  'SELECT level, start, definition FROM due WHERE level = ? AND (start <= ? OR start > ?) AND definition > 0 ORDER BY start LIMIT 1';

export class FlowTrends {
  /** Figures that were none (NaN, infinite) and were left out, and minutes of definitions past the cap. */
  refused = 0;
  readonly #database: Database.Database;
  readonly #ids = new Map<string, number>();
  /** Buckets known to be due, so that the open minute marks them once. */
  readonly #due = new Set<string>();
  /** The bucket that is being rolled up, part by part. */
  #rolling: Rolling | null = null;
  readonly #statements;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  /** Ids made in a transaction that was rolled back are in no table. */
  forgetIds(): void {
    this.#rolling = null;
    this.#ids.clear();
    this.#due.clear();
  }

  /** What a minute's block holds; made outside the transaction that writes it. */
  pack(minute: FlowMinute): Buffer {
    return packFlows(this.#finite(minute));
  }

  write(minute: FlowMinute, block: Buffer): void {
    const definition = this.#define(minute.definition);
    if (definition === null) {
      this.refused++;
      return;
    }
    this.#statements.put.run(1, definition, minute.minute, minute.pathOf.length, block);
    const rolling = this.#rolling;
    // A bucket that is written to while it is added up is begun anew.
    if (rolling?.definition === definition && bucketOf(minute.minute, rolling.level) === rolling.start)
      this.#rolling = null;
    for (const level of COARSER) {
      const start = bucketOf(minute.minute, level);
      const name = `${level} ${start} ${definition}`;
      if (this.#due.has(name)) continue;
      this.#statements.mark.run(level, start, definition);
      if (this.#due.size > 10_000) this.#due.clear();
      this.#due.add(name);
    }
  }

  read(wanted: StoredDefinition, level: TrendLevel, from: number, to: number): StoredFlows | null {
    const definition = this.#idOf(wanted);
    if (definition === null) return null;
    const reading = this.#rows([...this.#blocks(definition, level, from, to)]);
    for (;;) {
      const { done, value } = reading.next();
      if (done) return value;
    }
  }

  /** What is stored, of any time. */
  definitions(): StoredDefinition[] {
    return this.#statements.named.all();
  }

  /** The first minute of which anything is stored; null where there is none. */
  firstMinute(wanted: StoredDefinition): number | null {
    const definition = this.#idOf(wanted);
    if (definition === null) return null;
    return firstMinuteOf(
      TREND_LEVELS.map((level) => ({
        level,
        start: this.#statements.first.get(level, definition)?.start ?? null,
      })),
    );
  }

  /**
   * Rolls up a part of the next bucket that is over; false where there is none. One call takes a few milliseconds, and
   * ends with a short transaction where the bucket is done.
   */
  rollUpNext(nowMinute: number): boolean {
    this.#rolling ??= this.#nextRolling(nowMinute);
    if (this.#rolling === null) return false;
    try {
      if (this.#rolling.steps.next().done) this.#rolling = null;
    } catch (error) {
      // What the disk refused is begun anew.
      this.#rolling = null;
      throw error;
    }
    return true;
  }

  #nextRolling(nowMinute: number): Rolling | null {
    for (const level of COARSER) {
      // A bucket of the future was made by a clock that was wrong: nothing will be added to it.
      const next = this.#statements.nextDue.get(level, nowMinute - level - 2, nowMinute + 1440);
      if (!next) continue;
      const { start, definition } = next;
      return { level, start, definition, steps: this.#rollUp(level, start, definition) };
    }
    return null;
  }

  *#rollUp(level: (typeof COARSER)[number], start: number, definition: number): Generator<void, void> {
    const found = [...this.#blocks(definition, finer(level)!, start, start + level)];
    const block = found.length === 0 ? null : yield* rollUp(yield* this.#rows(found), KEPT_ROWS[level]);
    yield;
    const packed = block === null ? null : packFlows(block);
    this.#database.transaction(() => {
      if (block !== null && packed !== null)
        this.#statements.put.run(level, definition, start, block.pathOf.length, packed);
      this.#statements.done.run(level, start, definition);
    })();
    this.#due.delete(`${level} ${start} ${definition}`);
  }

  /** Deletes a slice of a level's buckets before a minute; returns whether there may be more. */
  forget(level: TrendLevel, before: number): boolean {
    const coarser = COARSER[TREND_LEVELS.indexOf(level)];
    for (const { id } of this.#statements.definitions.all()) {
      // What is not rolled up yet is still needed.
      const due = coarser === undefined ? null : this.#statements.firstDue.get(coarser, before, id);
      const until = Math.min(before, due?.start ?? before);
      if (this.#statements.forget.run(level, id, level, id, until, FORGOTTEN_BLOCKS).changes > 0) return true;
    }
    return false;
  }

  /** Drops definitions of which nothing is stored any more. */
  forgetDefinitions(): void {
    if (this.#statements.forgetDefinitions.run().changes > 0) this.forgetIds();
  }

  /** The blocks of a level, and of finer ones where it is due. */
  *#blocks(definition: number, level: TrendLevel, from: number, to: number): Generator<FlowBlock, void> {
    const below = finer(level);
    const due = new Set<number>();
    if (below !== null)
      for (const { start } of this.#statements.due.all(level, bucketOf(from, level), to, definition))
        due.add(start);
    for (const block of this.#statements.read.all(level, definition, from, to))
      if (!due.has(block.start)) yield block;
    if (below === null) return;
    for (const start of due)
      yield* this.#blocks(definition, below, Math.max(from, start), Math.min(to, start + level));
  }

  #rows(blocks: readonly FlowBlock[]): Generator<void, StoredFlows> {
    return rowsOf(blocks, () => {
      this.refused++;
    });
  }

  #finite(minute: FlowMinute): FlowRows {
    const bad: number[] = [];
    for (let i = 0; i < minute.sums.length; i++)
      if (!Number.isFinite(minute.sums[i]!)) bad.push(Math.floor(i / SUMS));
    if (bad.length === 0) return minute;
    this.refused += new Set(bad).size;
    const sums = minute.sums.slice();
    for (const row of bad) sums.fill(0, row * SUMS, (row + 1) * SUMS);
    return { ...minute, sums };
  }

  #idOf({ keys, filter, counts }: StoredDefinition): number | null {
    const name = JSON.stringify([keys, filter, counts]);
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#statements.findDefinition.get(keys, filter, counts)?.id ?? null;
    if (id !== null) this.#ids.set(name, id);
    return id;
  }

  #define(definition: StoredDefinition): number | null {
    const known = this.#idOf(definition);
    if (known !== null) return known;
    if (this.#statements.countDefinitions.get()!.count >= MOST_DEFINITIONS) return null;
    const { keys, filter, counts } = definition;
    this.#statements.makeDefinition.run(keys, filter, counts);
    return this.#idOf(definition);
  }
}

function prepare(database: Database.Database) {
  return {
    put: database.prepare<[number, number, number, number, Buffer]>(
      'INSERT INTO flow_block (level, definition, start, rows, block) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET rows = excluded.rows, block = excluded.block',
    ),
    mark: database.prepare<[number, number, number]>(
      'INSERT OR IGNORE INTO due (level, start, definition) VALUES (?, ?, ?)',
    ),
    done: database.prepare<[number, number, number]>(
      'DELETE FROM due WHERE level = ? AND start = ? AND definition = ?',
    ),
    read: database.prepare<[number, number, number, number], FlowBlock>(READ_BLOCKS),
    first: database.prepare<[number, number], { start: number | null }>(
      'SELECT min(start) AS start FROM flow_block WHERE level = ? AND definition = ?',
    ),
    due: database.prepare<[number, number, number, number], { start: number }>(READ_DUE),
    nextDue: database.prepare<[number, number, number], Due>(NEXT_DUE),
    firstDue: database.prepare<[number, number, number], { start: number | null }>(
      'SELECT min(start) AS start FROM due WHERE level = ? AND start < ? AND definition = ?',
    ),
    definitions: database.prepare<[], { id: number }>('SELECT id FROM flow_definition'),
    named: database.prepare<[], StoredDefinition>('SELECT keys, filter, counts FROM flow_definition'),
    countDefinitions: database.prepare<[], { count: number }>(
      'SELECT count(*) AS count FROM flow_definition',
    ),
    findDefinition: database.prepare<[string, string, string], { id: number }>(
      'SELECT id FROM flow_definition WHERE keys = ? AND filter = ? AND counts = ?',
    ),
    makeDefinition: database.prepare<[string, string, string]>(
      'INSERT INTO flow_definition (keys, filter, counts) VALUES (?, ?, ?)',
    ),
    forget: database.prepare<[number, number, number, number, number, number]>(
      'DELETE FROM flow_block WHERE level = ? AND definition = ? AND start IN (SELECT start FROM flow_block WHERE level = ? AND definition = ? AND start < ? ORDER BY start LIMIT ?)',
    ),
    forgetDefinitions: database.prepare<[]>(
      "DELETE FROM flow_definition WHERE id IN (SELECT definition FROM trend_size WHERE kind = 'flows' GROUP BY definition HAVING sum(blocks) = 0) AND id NOT IN (SELECT definition FROM due)",
    ),
  };
}
