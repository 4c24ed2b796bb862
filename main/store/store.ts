/**
 * The store of a data directory: one writer, short transactions, prepared statements. A minute that is written again
 * replaces itself, so that the open minute can be written every second. Where the disk is full the batch is dropped
 * and counted, watching goes on, and the next batch tries again: nothing stored is ever deleted to make room.
 */
import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import type {
  BackupReport,
  Retention,
  SalvageReport,
  StorageReport,
  TrendLevel,
} from '../../shared/model/storage.ts';
import type {
  FlowMinute,
  MetricSelection,
  MinuteBatch,
  StoredAgent,
  StoredArrivals,
  StoredCounters,
  StoredDefinition,
  StoredFlows,
  StoredInterface,
  StoredMetric,
  StoreStatus,
} from '../../shared/model/store.ts';
import { ArrivalTrends } from './arrivals.ts';
import { backUp } from './backup.ts';
import { CounterTrends } from './counter-trends.ts';
import { openDatabase } from './database.ts';
import { Documents } from './documents.ts';
import { StoredEventRows } from './events.ts';
import { FlowTrends } from './flow-trends.ts';
import { keptFrom } from './levels.ts';
import { MetricTrends } from './metric-trends.ts';
import { NetworkRows } from './network-rows.ts';
import { Outbox } from './outbox.ts';
import { readRetention, writeRetention } from './retention.ts';
import { salvage } from './salvage.ts';
import { TrendSizes } from './sizes.ts';
import { type Trends, upkeepSlice } from './upkeep.ts';

/** Pages of the write-ahead log after which a slice of upkeep writes it into the database: 8 MiB. */
const CHECKPOINT_PAGES = 2000;
/** Where upkeep did not come to it, what is being written does it. */
const MOST_WAITING_PAGES = 4 * CHECKPOINT_PAGES;

export class Store {
  readonly documents: Documents;
  readonly events: StoredEventRows;
  /** Minutes that are to be sent elsewhere. */
  readonly outbox: Outbox;
  readonly #database: Database.Database;
  readonly #path: string;
  readonly #release: () => void;
  readonly #notice: string;
  readonly #movedAside: string;
  #problem = '';
  #dropped = 0;
  #retention: Retention;
  readonly #network: NetworkRows;
  readonly #trends: Trends;
  readonly #sizes: TrendSizes;
  readonly #writeAll: (batch: MinuteBatch, blocks: readonly Buffer[]) => void;
  readonly #logState;
  readonly #checkpoint;
  /** Pages that the write-ahead log had when it was last tried to write them into the database. */
  #triedPages = 0;
  #lastWrittenMinute = 0;

  /** Opens the store of a data directory. Throws StoreError with a sentence for the user. */
  constructor(directory: string, nowMs: number) {
    const { database, path, notice, movedAside, release } = openDatabase(directory, nowMs);
    this.#database = database;
    this.#path = path;
    this.#notice = notice;
    this.#movedAside = movedAside;
    this.#release = release;
    database.pragma(`wal_autocheckpoint = ${MOST_WAITING_PAGES}`);
    this.#logState = database.prepare<[], { log: number }>('PRAGMA wal_checkpoint(NOOP)');
    this.#checkpoint = database.prepare<[], { log: number }>('PRAGMA wal_checkpoint(PASSIVE)');
    this.documents = new Documents(database);
    this.events = new StoredEventRows(database);
    this.outbox = new Outbox(database);
    this.#network = new NetworkRows(database);
    this.#trends = {
      flows: new FlowTrends(database),
      arrivals: new ArrivalTrends(database),
      counters: new CounterTrends(database),
      metrics: new MetricTrends(database),
    };
    this.#sizes = new TrendSizes(database);
    this.#retention = readRetention(database);
    const { flows, arrivals, counters, metrics } = this.#trends;
    this.#writeAll = database.transaction((batch: MinuteBatch, blocks: readonly Buffer[]) => {
      for (const agent of batch.agents) this.#network.writeAgent(agent);
      for (const port of batch.interfaces) this.#network.writeInterface(port);
      for (const [i, minute] of batch.flows.entries()) flows.write(minute, blocks[i]!);
      for (const { minute, agent, received, lost } of batch.arrivals)
        arrivals.write(minute, this.#network.agent(agent), received, lost);
      for (const one of batch.counters) counters.write(this.#network.agent(one.agent), one);
      for (const one of batch.metrics) metrics.write(one);
      this.outbox.note(batch);
    });
  }

  /** Writes a batch in one transaction, or not at all. Never throws: the status says what went wrong. */
  write(batch: MinuteBatch): StoreStatus {
    this.#dropped += batch.leftOut ?? 0;
    try {
      this.#writeAll(
        batch,
        batch.flows.map((minute) => this.#trends.flows.pack(minute)),
      );
      this.#problem = '';
      for (const { minute } of [...batch.arrivals, ...batch.metrics])
        this.#lastWrittenMinute = Math.max(this.#lastWrittenMinute, minute);
    } catch (error) {
      this.#forgetIds();
      this.#dropped++;
      this.#problem = this.#sentence(error);
    }
    return this.status();
  }

  /**
   * One slice of rolling up, packing and forgetting; returns whether there is more to do. Never throws: where the
   * disk refuses, nothing is done and nothing is lost.
   */
  upkeep(nowMs: number): boolean {
    try {
      this.outbox.forget(keptFrom(1, this.#retention, nowMs));
      return this.#writeAheadIn() || upkeepSlice(this.#trends, this.#retention, nowMs);
    } catch (error) {
      this.#forgetIds();
      this.#problem = this.#sentence(error);
      return false;
    }
  }

  /** Writes the write-ahead log into the database where it is long; by itself, so that no minute waits for both. */
  #writeAheadIn(): boolean {
    const { log } = this.#logState.get()!;
    // It began anew, or a reader kept some of it back: then it is tried again when it is longer.
    if (log < this.#triedPages) this.#triedPages = 0;
    if (log - this.#triedPages < CHECKPOINT_PAGES) return false;
    this.#triedPages = this.#checkpoint.get()!.log;
    return true;
  }

  status(): StoreStatus {
    const { flows, metrics } = this.#trends;
    return {
      path: this.#path,
      octets: this.#octets(),
      problem: this.#problem,
      notice: this.#notice,
      dropped: this.#dropped + flows.refused + metrics.refused,
      ...this.#trends.arrivals.span(),
    };
  }

  report(): StorageReport {
    const { path, octets, problem, notice, dropped, levels } = this.status();
    const { arrivals, metrics } = this.#trends;
    const free = statfsSync(dirname(this.#path));
    const { sizes, predictedOctets } = this.#sizes.report(
      this.#retention,
      (level) => arrivals.count(level),
      metrics.heardSince(this.#lastWrittenMinute - 120),
    );
    // Free pages, which packing leaves and uses again, and what was written ahead take room now and when all is full.
    const room = Math.max(0, octets - this.#sizes.usedOctets());
    return {
      path,
      octets,
      problem,
      notice,
      dropped,
      levels,
      movedAside: this.#movedAside,
      freeOctets: free.bavail * free.bsize,
      retention: this.#retention,
      sizes,
      predictedOctets: predictedOctets === null ? null : predictedOctets + room,
    };
  }

  /** Throws RpcError 'refused' with a sentence. What is past a shorter retention goes slice by slice. */
  setRetention(retention: Retention): StorageReport {
    this.#retention = writeRetention(this.#database, retention);
    return this.report();
  }

  /** Writes a consistent copy, page by page while minutes go on being written. Rejects with a sentence. */
  backup(path: string): Promise<BackupReport> {
    return backUp(this.#database, path);
  }

  /** Takes what can be read of the database that was moved aside at this start. */
  salvage(): Promise<SalvageReport> {
    return salvage(this.#database, this.#movedAside);
  }

  /** Rows of buckets of a level (finer ones where it is not rolled up), or null where it was never stored. */
  flows(definition: StoredDefinition, level: TrendLevel, from: number, to: number): StoredFlows | null {
    return this.#trends.flows.read(definition, level, from, to);
  }

  firstMinute(definition: StoredDefinition): number | null {
    return this.#trends.flows.firstMinute(definition);
  }

  arrivals(level: TrendLevel, from: number, to: number): StoredArrivals[] {
    return this.#trends.arrivals.read(level, from, to);
  }

  /** Counter intervals that end in a range of time. */
  counters(
    fromMs: number,
    toMs: number,
    port: { agent: string; ifIndex: number } | null = null,
  ): StoredCounters[] {
    return this.#trends.counters.read(fromMs, toMs, port);
  }

  metrics(selection: MetricSelection, level: TrendLevel, from: number, to: number): StoredMetric[] {
    return this.#trends.metrics.read(selection, level, from, to);
  }

  /** All that is stored of one minute, as it was written. */
  whole(minute: number): {
    minute: number;
    flows: FlowMinute[];
    arrivals: StoredArrivals[];
    counters: StoredCounters[];
    metrics: StoredMetric[];
  } {
    const { flows, metrics } = this.#trends;
    return {
      minute,
      flows: flows.definitions().flatMap((definition) => {
        const rows = flows.read(definition, 1, minute, minute + 1);
        return rows && rows.pathOf.length > 0 ? [{ ...rows, definition, minute }] : [];
      }),
      arrivals: this.arrivals(1, minute, minute + 1),
      counters: this.counters(minute * 60_000, (minute + 1) * 60_000),
      metrics: metrics.read({ agent: null, dataSource: null, metric: null }, 1, minute, minute + 1),
    };
  }

  /** The agents and interfaces known from before. */
  network(): { agents: StoredAgent[]; interfaces: StoredInterface[] } {
    return this.#network.read();
  }

  /** Bounds the size of the file, in pages of 4 KiB; writing beyond it fails as a full disk does. */
  limitPages(pages: number): void {
    this.#database.pragma(`max_page_count = ${Math.floor(pages)}`);
  }

  close(): void {
    if (this.#database.open) this.#database.close();
    this.#release();
  }

  #octets(): number {
    let octets = 0;
    for (const suffix of ['', '-wal'])
      octets += statSync(this.#path + suffix, { throwIfNoEntry: false })?.size ?? 0;
    return octets;
  }

  /** Numbers made in a transaction that was rolled back are in no table. */
  #forgetIds(): void {
    this.#network.forgetIds();
    this.#trends.flows.forgetIds();
    this.#trends.metrics.forgetIds();
  }

  #sentence(error: unknown): string {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return code.startsWith('SQLITE_FULL')
      ? `The disk that holds ${this.#path} is full; nothing is stored until there is room, and what is on the screen goes on.`
      : `Minutes cannot be stored in ${this.#path} (${code || 'unknown reason'}); what is on the screen goes on.`;
  }
}
