/**
 * The tables that a live workspace fills with every sample: the presets and the definitions that are kept, whose
 * minutes are stored, and those of questions that somebody asked, which begin with the newest datagrams and make room
 * for newer ones.
 */
import type { Interval } from '../../shared/model/question.ts';
import type { FunctionContext } from '../flows/functions/context.ts';
import { flowPresets } from '../flows/presets.ts';
import { FlowTable, type Reads } from '../flows/table.ts';
import type { DatagramRing } from '../inspect/ring.ts';
import type { Network } from '../samples/network.ts';
import type { Placement } from '../samples/placement.ts';
import type { Sample } from '../samples/sample.ts';
import type { Stored } from './minute-writer.ts';
import { fillFromRing } from './newest.ts';
import { type Counted, countsOf, tableOfQuestion } from './table-for.ts';

/** Seconds kept in memory: ten minutes, and the minute that is being written. */
export const MEMORY_SECONDS = 660;
/** A definition that nobody has asked for is dropped for a newer one past this many beside those that are kept. */
const MOST_EXTRA_TABLES = 8;
/** One that nobody asked for so long is dropped as well: every sample goes to each of them. */
const UNASKED_MS = 600_000;
/** A second keeps its 1,500 largest keys one by one; minutes are summed before that limit. */
const LIVE_TABLE = { capacity: 400_000, rowsPerBucket: 1500 };

export type Standing = {
  name: string;
  names: readonly string[];
  filter: string;
  /** What is counted where that is neither frames nor their octets, '' else. */
  counts: string;
  table: FlowTable;
  askedMs: number;
  /** It began with the run, before the first datagram. */
  preset: boolean;
  /** Its minutes are stored, and it stays though nobody asks. */
  kept: boolean;
  /** From when on it holds all samples: those from before are lost to it. */
  completeFromMs: number;
};

export type StandingOptions = {
  network: Network;
  placement: Placement;
  ring: DatagramRing;
  /** Whether minutes are summed for a store. */
  minutes: boolean;
  /** What functions of keys and filters know beside the samples. */
  context: FunctionContext;
  nowMs: () => number;
};

const nameOf = (counted: Counted): string =>
  JSON.stringify([counted.keys, counted.filter, countsOf(counted)]);

export class StandingTables {
  /** All samples by path alone. */
  readonly paths: FlowTable;
  readonly #options: StandingOptions;
  readonly #standing: Standing[];
  /** Definitions that are being filled from the newest datagrams. */
  readonly #filling = new Map<string, Promise<Standing>>();
  /** Names of the definitions that are to be kept. */
  #kept: ReadonlySet<string> = new Set();

  constructor(options: StandingOptions) {
    const { minutes } = options;
    this.#options = options;
    this.paths = new FlowTable([], { ...LIVE_TABLE, minutes });
    this.#standing = flowPresets.map(({ keys }) =>
      preset(keys, new FlowTable(keys, { ...LIVE_TABLE, minutes })),
    );
  }

  /** What is kept of every minute. */
  get stored(): readonly Stored[] {
    const kept = this.#standing.filter((one) => one.kept);
    return [{ names: [], filter: '', counts: '', table: this.paths }, ...kept];
  }

  /** Keeps these beside the presets, from the newest datagrams on, and no others any more. */
  keep(wanted: readonly Counted[]): void {
    const before = this.#kept;
    const byName = new Map(wanted.map((one) => [nameOf(one), one]));
    this.#kept = new Set(byName.keys());
    for (const name of before) if (!byName.has(name)) this.#drop(name);
    for (const [name, one] of byName)
      if (!before.has(name)) this.#fill(one, name).catch(() => this.#drop(name));
  }

  #drop(name: string): void {
    const at = this.#standing.findIndex((one) => one.name === name);
    if (at >= 0) this.#standing.splice(at, 1);
  }

  add(sample: Sample): void {
    this.paths.add(sample, Math.floor(sample.timeMs / 1000));
    this.#add(sample, 'frames');
  }

  addRequest(sample: Sample): void {
    this.#add(sample, 'requests');
  }

  addDiscarded(sample: Sample): void {
    this.#add(sample, 'drops');
  }

  #add(sample: Sample, kind: keyof Reads): void {
    const second = Math.floor(sample.timeMs / 1000);
    for (const { table } of this.#standing) if (table.reads[kind]) table.add(sample, second);
  }

  /** Forgets what lies before memory, and the tables that nobody asks for any more. */
  forget(): void {
    const nowMs = this.#options.nowMs();
    const second = Math.floor(nowMs / 1000) - MEMORY_SECONDS;
    for (const { name, kept, askedMs } of [...this.#standing])
      if (!kept && nowMs - askedMs >= UNASKED_MS) this.#drop(name);
    this.paths.forget(second);
    for (const one of this.#standing) one.table.forget(second);
  }

  /** The table of a question; one that nobody asked before begins with the newest datagrams. */
  of(question: Counted): Promise<Standing> {
    const { nowMs } = this.#options;
    const { keys, filter } = question;
    const counts = countsOf(question);
    const name = nameOf(question);
    const found =
      keys.length === 0 && filter === '' && counts === ''
        ? preset(keys, this.paths)
        : this.#standing.find((one) => one.name === name);
    if (found) {
      found.askedMs = nowMs();
      return Promise.resolve(found);
    }
    const known = this.#filling.get(name);
    if (known) return known;
    const made = this.#fill(question, name).finally(() => this.#filling.delete(name));
    this.#filling.set(name, made);
    return made;
  }

  #fill(question: Counted, name: string): Promise<Standing> {
    const { keys, filter } = question;
    const minutes = this.#options.minutes && this.#kept.has(name);
    const { network, placement, ring, context, nowMs } = this.#options;
    const table = tableOfQuestion(question, context, { ...LIVE_TABLE, minutes });
    return new Promise<Standing>((resolve, reject) => {
      fillFromRing(ring, table, network, placement, nowMs() - MEMORY_SECONDS * 1000, (completeFromMs) => {
        const one: Standing = {
          ...{ name, names: keys, filter, counts: countsOf(question), table, askedMs: nowMs() },
          ...{ preset: false, kept: minutes, completeFromMs },
        };
        this.#place(one);
        resolve(one);
      }).catch(reject);
    });
  }

  /** Lets it stand, unless what it was made for has changed meanwhile. */
  #place(one: Standing): void {
    const standing = this.#standing;
    if (one.kept !== (this.#options.minutes && this.#kept.has(one.name))) return;
    this.#drop(one.name);
    const extra = standing.filter(({ kept }) => !kept).sort((a, b) => a.askedMs - b.askedMs);
    if (!one.kept && extra.length >= MOST_EXTRA_TABLES) standing.splice(standing.indexOf(extra[0]!), 1);
    standing.push(one);
  }

  /**
   * From when on an answer out of a table is complete; `ranBeforeMs`: when this run began, where minutes of an
   * earlier one are stored, of which this table knows nothing; else minus infinity.
   */
  completeFrom({ preset, completeFromMs }: Standing, interval: Interval, ranBeforeMs: number): number {
    if (preset) return interval.fromMs;
    const { network, nowMs } = this.#options;
    const memoryFromMs = nowMs() - (MEMORY_SECONDS - 30) * 1000;
    const heardBefore = network.firstMs < memoryFromMs ? memoryFromMs : Number.NEGATIVE_INFINITY;
    return Math.max(interval.fromMs, completeFromMs, ranBeforeMs, heardBefore);
  }
}

const preset = (names: readonly string[], table: FlowTable): Standing => ({
  ...{ name: nameOf({ keys: names, filter: '', value: 'bytes' }), names, filter: '', counts: '', table },
  ...{ askedMs: 0, preset: true, kept: true, completeFromMs: Number.NEGATIVE_INFINITY },
});
