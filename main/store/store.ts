/**
 * Minutes on disk and back. One writer, short transactions, prepared statements; a minute that is written again
 * replaces itself, so that the open minute can be written every second. Where the disk is full the batch is
 * dropped and counted, watching goes on, and the next batch tries again: nothing stored is ever deleted to make
 * room.
 */
import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import type {
  FlowMinute,
  MinuteBatch,
  StoredAgent,
  StoredArrivals,
  StoredCounters,
  StoredFlows,
  StoredInterface,
  StoredPath,
  StoreStatus,
} from '../../shared/model/store.ts';
import { openDatabase } from './database.ts';
import { Documents } from './documents.ts';

/** Minutes are kept this long. */
export const RETENTION_DAYS = 7;
/** Rows deleted at a time, so that no transaction is long. */
const FORGET_ROWS = 5000;
const SUMS = 5;

export class Store {
  readonly documents: Documents;
  readonly #database: Database.Database;
  readonly #path: string;
  readonly #release: () => void;
  readonly #notice: string;
  #problem = '';
  #dropped = 0;
  readonly #agents = new Map<string, number>();
  readonly #paths = new Map<string, number>();
  readonly #definitions = new Map<string, number>();
  readonly #statements;
  readonly #writeAll: (batch: MinuteBatch) => void;

  /** Opens the store of a data directory. Throws StoreError with a sentence for the user. */
  constructor(directory: string, nowMs: number) {
    const { database, path, notice, release } = openDatabase(directory, nowMs);
    this.#database = database;
    this.#path = path;
    this.#notice = notice;
    this.#release = release;
    this.#statements = prepare(database);
    this.documents = new Documents(database);
    this.#writeAll = database.transaction((batch: MinuteBatch) => {
      for (const agent of batch.agents) this.#writeAgent(agent);
      for (const port of batch.interfaces) this.#writeInterface(port);
      for (const minute of batch.flows) this.#writeFlows(minute);
      for (const { minute, agent, received, lost } of batch.arrivals)
        this.#statements.putArrival.run(minute, this.#agent(agent), received, lost);
      for (const one of batch.counters) {
        const growth = Buffer.from(one.growth.buffer, one.growth.byteOffset, one.growth.byteLength);
        this.#statements.putCounters.run(
          one.toMs,
          this.#agent(one.agent),
          one.ifIndex,
          one.fromMs,
          one.seconds,
          growth,
        );
      }
    });
  }

  /** Writes a batch in one transaction, or not at all. Never throws: the status says what went wrong. */
  write(batch: MinuteBatch): StoreStatus {
    try {
      this.#writeAll(batch);
      this.#problem = '';
    } catch (error) {
      // Ids made in a transaction that was rolled back are in no table.
      this.#agents.clear();
      this.#paths.clear();
      this.#definitions.clear();
      this.#dropped++;
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      this.#problem = code.startsWith('SQLITE_FULL')
        ? `The disk that holds ${this.#path} is full; nothing is stored until there is room, and what is on the screen goes on.`
        : `Minutes cannot be stored in ${this.#path} (${code || 'unknown reason'}); what is on the screen goes on.`;
    }
    return this.status();
  }

  /** Deletes a slice of what is older than the retention; returns whether there may be more. */
  forget(nowMs: number): boolean {
    const before = Math.floor(nowMs / 60_000) - RETENTION_DAYS * 1440;
    let gone = 0;
    try {
      gone += this.#statements.forgetFlows.run(before, FORGET_ROWS).changes;
      gone += this.#statements.forgetArrivals.run(before).changes;
      gone += this.#statements.forgetCounters.run(before * 60_000).changes;
    } catch {
      return false;
    }
    return gone >= FORGET_ROWS;
  }

  status(): StoreStatus {
    const span = this.#statements.span.get();
    let octets = 0;
    for (const suffix of ['', '-wal'])
      octets += statSync(this.#path + suffix, { throwIfNoEntry: false })?.size ?? 0;
    return {
      path: this.#path,
      octets,
      problem: this.#problem,
      notice: this.#notice,
      dropped: this.#dropped,
      minutes:
        span && span.first !== null && span.last !== null ? { first: span.first, last: span.last } : null,
    };
  }

  /** All rows of a definition in a range of minutes (from ≤ minute < to), or null where it was not stored. */
  flows(definition: string, fromMinute: number, toMinute: number): StoredFlows | null {
    const known = this.#statements.findDefinition.get(definition);
    if (!known) return null;
    const rows = this.#statements.readFlows.all(known.id, fromMinute, toMinute);
    const words = new Uint32Array(rows.length * known.key_words);
    const hasKey = new Uint8Array(rows.length);
    const sums = new Float64Array(rows.length * SUMS);
    const minuteOf = new Float64Array(rows.length);
    const pathOf = new Uint32Array(rows.length);
    const paths: StoredPath[] = [];
    const place = new Map<number, number>();
    for (const [i, row] of rows.entries()) {
      minuteOf[i] = row.minute;
      let path = place.get(row.path);
      if (path === undefined) {
        path = paths.length;
        paths.push({
          agent: row.agent,
          dataSource: row.data_source,
          input: row.input,
          output: row.output,
          mark: row.mark === 0 || row.mark === 1 ? row.mark : 2,
        });
        place.set(row.path, path);
      }
      pathOf[i] = path;
      if (row.words !== null) {
        hasKey[i] = 1;
        for (let word = 0; word < known.key_words; word++)
          words[i * known.key_words + word] = row.words.readUInt32LE(word * 4);
      }
      sums.set([row.octets, row.frames, row.samples, row.octet_squares, row.frame_squares], i * SUMS);
    }
    return { definition, keyWords: known.key_words, paths, pathOf, hasKey, words, sums, minuteOf };
  }

  arrivals(fromMinute: number, toMinute: number): StoredArrivals[] {
    return this.#statements.readArrivals.all(fromMinute, toMinute);
  }

  /** Counter intervals that end in a range of time. */
  counters(fromMs: number, toMs: number): StoredCounters[] {
    return this.#statements.readCounters
      .all(fromMs, toMs)
      .map(({ agent, if_index, from_ms, to_ms, seconds, growth }) => ({
        agent,
        ifIndex: if_index,
        fromMs: from_ms,
        toMs: to_ms,
        seconds,
        growth: Float64Array.from({ length: growth.length / 8 }, (_, i) => growth.readDoubleLE(i * 8)),
      }));
  }

  /** The agents and interfaces known from before. */
  network(): { agents: StoredAgent[]; interfaces: StoredInterface[] } {
    const state = (value: number | null): boolean | null => (value === null ? null : value === 1);
    return {
      agents: this.#statements.readAgents.all(),
      interfaces: this.#statements.readInterfaces.all().map((row) => ({
        agent: row.agent,
        ifIndex: row.ifIndex,
        name: row.name,
        speed: row.speed,
        adminUp: state(row.adminUp),
        operUp: state(row.operUp),
      })),
    };
  }

  /** Bounds the size of the file, in pages of 4 KiB; writing beyond it fails as a full disk does. */
  limitPages(pages: number): void {
    this.#database.pragma(`max_page_count = ${Math.floor(pages)}`);
  }

  close(): void {
    if (this.#database.open) this.#database.close();
    this.#release();
  }

  #agent(address: string): number {
    const known = this.#agents.get(address);
    if (known !== undefined) return known;
    const id = this.#statements.makeAgent.get(address)!.id;
    this.#agents.set(address, id);
    return id;
  }

  #writeAgent({ agent, name, samplingRateLeast, samplingRateMost }: StoredAgent): void {
    this.#statements.putAgent.run(name, samplingRateLeast, samplingRateMost, this.#agent(agent));
  }

  #writeInterface({ agent, ifIndex, name, speed, adminUp, operUp }: StoredInterface): void {
    const state = (value: boolean | null): number | null => (value === null ? null : Number(value));
    this.#statements.putInterface.run(
      this.#agent(agent),
      ifIndex,
      name,
      speed,
      state(adminUp),
      state(operUp),
    );
  }

  #pathId({ agent, dataSource, input, output, mark }: StoredPath): number {
    const place = `${agent} ${dataSource} ${input} ${output} ${mark}`;
    const known = this.#paths.get(place);
    if (known !== undefined) return known;
    const id = this.#statements.makePath.get(this.#agent(agent), dataSource, input, output, mark)!.id;
    this.#paths.set(place, id);
    return id;
  }

  #writeFlows(minute: FlowMinute): void {
    let definition = this.#definitions.get(minute.definition);
    if (definition === undefined) {
      definition = this.#statements.makeDefinition.get(minute.definition, minute.keyWords)!.id;
      this.#definitions.set(minute.definition, definition);
    }
    const paths = minute.paths.map((path) => this.#pathId(path));
    this.#statements.clearMinute.run(definition, minute.minute);
    const { keyWords, words, sums } = minute;
    for (let i = 0; i < minute.pathOf.length; i++) {
      let key = 0;
      if (minute.hasKey[i] === 1) {
        const blob = Buffer.alloc(keyWords * 4);
        for (let word = 0; word < keyWords; word++) blob.writeUInt32LE(words[i * keyWords + word]!, word * 4);
        key = (
          this.#statements.findKey.get(definition, blob) ?? this.#statements.makeKey.get(definition, blob)!
        ).id;
      }
      const at = i * SUMS;
      this.#statements.putFlow.run(
        definition,
        minute.minute,
        paths[minute.pathOf[i]!]!,
        key,
        sums[at]!,
        sums[at + 1]!,
        sums[at + 2]!,
        sums[at + 3]!,
        sums[at + 4]!,
      );
    }
  }
}

type Id = { id: number };
type FlowRow = {
  minute: number;
  path: number;
  agent: string;
  data_source: number;
  input: number;
  output: number;
  mark: number;
  words: Buffer | null;
  octets: number;
  frames: number;
  samples: number;
  octet_squares: number;
  frame_squares: number;
};
type CounterRow = {
  to_ms: number;
  agent: string;
  if_index: number;
  from_ms: number;
  seconds: number;
  growth: Buffer;
};
type InterfaceRow = {
  agent: string;
  ifIndex: number;
  name: string;
  speed: number;
  adminUp: number | null;
  operUp: number | null;
};

export const READ_FLOWS = `
  SELECT m.minute, m.path, a.address AS agent, p.data_source, p.input, p.output, p.mark, k.words,
         m.octets, m.frames, m.samples, m.octet_squares, m.frame_squares
  FROM flow_minute m JOIN path p ON p.id = m.path JOIN agent a ON a.id = p.agent
  LEFT JOIN flow_key k ON k.id = m.key
  WHERE m.definition = ? AND m.minute >= ? AND m.minute < ?`;

function prepare(database: Database.Database) {
  return {
    makeAgent: database.prepare<[string], Id>(
      'INSERT INTO agent (address) VALUES (?) ON CONFLICT (address) DO UPDATE SET address = address RETURNING id',
    ),
    putAgent: database.prepare<[string, number, number, number]>(
      'UPDATE agent SET name = ?, sampling_rate_least = ?, sampling_rate_most = ? WHERE id = ?',
    ),
    putInterface: database.prepare<[number, number, string, number, number | null, number | null]>(
      'INSERT OR REPLACE INTO interface (agent, if_index, name, speed, admin_up, oper_up) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    makePath: database.prepare<[number, number, number, number, number], Id>(
      'INSERT INTO path (agent, data_source, input, output, mark) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET input = input RETURNING id',
    ),
    findDefinition: database.prepare<[string], Id & { key_words: number }>(
      'SELECT id, key_words FROM definition WHERE keys = ?',
    ),
    makeDefinition: database.prepare<[string, number], Id>(
      'INSERT INTO definition (keys, key_words) VALUES (?, ?) ON CONFLICT (keys) DO UPDATE SET keys = keys RETURNING id',
    ),
    findKey: database.prepare<[number, Buffer], Id>(
      'SELECT id FROM flow_key WHERE definition = ? AND words = ?',
    ),
    makeKey: database.prepare<[number, Buffer], Id>(
      'INSERT INTO flow_key (definition, words) VALUES (?, ?) RETURNING id',
    ),
    clearMinute: database.prepare<[number, number]>(
      'DELETE FROM flow_minute WHERE definition = ? AND minute = ?',
    ),
    putFlow: database.prepare<[number, number, number, number, number, number, number, number, number]>(
      'INSERT OR REPLACE INTO flow_minute VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    putArrival: database.prepare<[number, number, number, number]>(
      'INSERT OR REPLACE INTO arrival_minute VALUES (?, ?, ?, ?)',
    ),
    putCounters: database.prepare<[number, number, number, number, number, Buffer]>(
      'INSERT OR REPLACE INTO counter_interval (to_ms, agent, if_index, from_ms, seconds, growth) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    readFlows: database.prepare<[number, number, number], FlowRow>(READ_FLOWS),
    readArrivals: database.prepare<[number, number], StoredArrivals>(
      'SELECT m.minute, a.address AS agent, m.received, m.lost FROM arrival_minute m JOIN agent a ON a.id = m.agent WHERE m.minute >= ? AND m.minute < ?',
    ),
    readCounters: database.prepare<[number, number], CounterRow>(
      'SELECT c.to_ms, a.address AS agent, c.if_index, c.from_ms, c.seconds, c.growth FROM counter_interval c JOIN agent a ON a.id = c.agent WHERE c.to_ms >= ? AND c.to_ms < ? ORDER BY c.to_ms',
    ),
    readAgents: database.prepare<[], StoredAgent>(
      'SELECT address AS agent, name, sampling_rate_least AS samplingRateLeast, sampling_rate_most AS samplingRateMost FROM agent ORDER BY id',
    ),
    readInterfaces: database.prepare<[], InterfaceRow>(
      'SELECT a.address AS agent, i.if_index AS ifIndex, i.name, i.speed, i.admin_up AS adminUp, i.oper_up AS operUp FROM interface i JOIN agent a ON a.id = i.agent',
    ),
    span: database.prepare<[], { first: number | null; last: number | null }>(
      'SELECT (SELECT min(minute) FROM arrival_minute) AS first, (SELECT max(minute) FROM arrival_minute) AS last',
    ),
    forgetFlows: database.prepare<[number, number]>(
      'DELETE FROM flow_minute WHERE (definition, minute, path, key) IN (SELECT d.id, m.minute, m.path, m.key FROM definition d JOIN flow_minute m ON m.definition = d.id AND m.minute < ? LIMIT ?)',
    ),
    forgetArrivals: database.prepare<[number]>('DELETE FROM arrival_minute WHERE minute < ?'),
    forgetCounters: database.prepare<[number]>('DELETE FROM counter_interval WHERE to_ms < ?'),
  };
}
