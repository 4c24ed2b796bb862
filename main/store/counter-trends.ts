/**
 * The growth of interface counters from sample to sample: rows while their hour is open, one block per interface and
 * hour once it is over. They are kept as long as minutes; what is older is in the metrics.
 */
import type Database from 'better-sqlite3';
import type { StoredCounters } from '../../shared/model/store.ts';
import { DamagedBlock, Packer, Unpacker } from './packed.ts';

const FORMAT = 1;
const HOUR_MS = 3_600_000;
/** Hours of interfaces packed, and deleted, at a time. */
const PACKED_AT_ONCE = 40;
const FORGOTTEN_AT_ONCE = 200;

type CounterRow = {
  to_ms: number;
  agent: string;
  if_index: number;
  from_ms: number;
  seconds: number;
  growth: Buffer;
};
type Interval = Omit<StoredCounters, 'agent' | 'ifIndex'>;

export const READ_COUNTERS =
  'SELECT c.to_ms, a.address AS agent, c.if_index, c.from_ms, c.seconds, c.growth FROM counter_interval c JOIN agent a ON a.id = c.agent WHERE c.to_ms >= ? AND c.to_ms < ?';
export const READ_COUNTER_HOURS =
  'SELECT a.address AS agent, h.if_index, h.block FROM counter_hour h JOIN agent a ON a.id = h.agent WHERE h.hour >= ? AND h.hour <= ?';
export const READ_PORT_HOURS =
  'SELECT a.address AS agent, h.if_index, h.block FROM agent a JOIN counter_hour h ON h.agent = a.id WHERE a.address = ? AND h.if_index = ? AND h.hour >= ? AND h.hour <= ?';

export class CounterTrends {
  readonly #database: Database.Database;
  readonly #statements;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  write(agent: number, one: StoredCounters): void {
    const growth = Buffer.from(one.growth.buffer, one.growth.byteOffset, one.growth.byteLength);
    this.#statements.put.run(one.toMs, agent, one.ifIndex, one.fromMs, one.seconds, growth);
  }

  /** Intervals that end in a range of time, in the order of their ends. */
  read(fromMs: number, toMs: number, port: { agent: string; ifIndex: number } | null): StoredCounters[] {
    const isAsked = (row: { agent: string; if_index: number }): boolean =>
      port === null || (row.agent === port.agent && row.if_index === port.ifIndex);
    const found: StoredCounters[] = this.#statements.read
      .all(fromMs, toMs)
      .filter(isAsked)
      .map((row) => ({ agent: row.agent, ifIndex: row.if_index, ...intervalOf(row) }));
    const hours =
      port === null
        ? this.#statements.readHours.all(hourOf(fromMs), hourOf(toMs))
        : this.#statements.readPort.all(port.agent, port.ifIndex, hourOf(fromMs), hourOf(toMs));
    for (const { agent, if_index: ifIndex, block } of hours) {
      for (const interval of readable(block))
        if (interval.toMs >= fromMs && interval.toMs < toMs) found.push({ agent, ifIndex, ...interval });
    }
    return found.sort((a, b) => a.toMs - b.toMs);
  }

  /** From the end of the first interval that is stored to that of the last; null where there is none. */
  span(): { fromMs: number; toMs: number } | null {
    const { first, last } = this.#statements.span.get()!;
    return first === null || last === null ? null : { fromMs: first, toMs: last };
  }

  /** Packs some interfaces of an hour that is over; false where there is none. One call is one short transaction. */
  packNext(nowMs: number): boolean {
    const first = this.#statements.first.get()?.ms ?? null;
    if (first === null) return false;
    const hour = hourOf(first);
    const endMs = (hour + 1) * HOUR_MS;
    // What a clock that was wrong put into the future is packed as well.
    if (endMs + 120_000 > nowMs && first < nowMs + HOUR_MS * 24) return false;
    const ports = this.#statements.portsOf.all(first, endMs, PACKED_AT_ONCE);
    const made = ports.map(({ agent, if_index: ifIndex }) => {
      const rows = this.#statements.rowsOf.all(hour * HOUR_MS, endMs, agent, ifIndex).map(intervalOf);
      const before = this.#statements.hour.get(agent, ifIndex, hour);
      const known = new Map((before ? readable(before.block) : []).map((one) => [one.toMs, one]));
      for (const one of rows) known.set(one.toMs, one);
      const all = [...known.values()].sort((a, b) => a.toMs - b.toMs);
      return { agent, ifIndex, block: packIntervals(all) };
    });
    this.#database.transaction(() => {
      for (const { agent, ifIndex, block } of made) {
        this.#statements.putHour.run(agent, ifIndex, hour, block);
        this.#statements.clear.run(hour * HOUR_MS, endMs, agent, ifIndex);
      }
    })();
    return true;
  }

  forget(beforeMs: number): boolean {
    const gone = this.#statements.forget.run(hourOf(beforeMs), FORGOTTEN_AT_ONCE).changes;
    return gone > 0;
  }
}

const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS);

function intervalOf({ from_ms, to_ms, seconds, growth }: Omit<CounterRow, 'agent' | 'if_index'>): Interval {
  const columns = Float64Array.from({ length: growth.length / 8 }, (_, i) => growth.readDoubleLE(i * 8));
  return { fromMs: from_ms, toMs: to_ms, seconds, growth: columns };
}

function readable(block: Buffer): Interval[] {
  try {
    return unpackIntervals(block);
  } catch (error) {
    if (error instanceof DamagedBlock) return [];
    throw error;
  }
}

export function packIntervals(intervals: readonly Interval[]): Buffer {
  const packer = new Packer();
  const columns = intervals[0]?.growth.length ?? 0;
  packer.number(FORMAT);
  packer.number(intervals.length);
  packer.number(columns);
  packer.column(Float64Array.from(intervals, ({ fromMs }) => fromMs));
  packer.column(Float64Array.from(intervals, ({ toMs }) => toMs));
  packer.column(Float64Array.from(intervals, ({ seconds }) => seconds));
  for (let column = 0; column < columns; column++)
    packer.column(Float64Array.from(intervals, ({ growth }) => growth[column] ?? Number.NaN));
  return packer.finish();
}

/** Throws DamagedBlock. */
export function unpackIntervals(block: Uint8Array): Interval[] {
  const from = new Unpacker(block);
  if (from.number() !== FORMAT) throw new DamagedBlock('Counters have an unknown format.');
  const count = from.number();
  const columns = from.number();
  const fromMs = from.float64(count);
  const toMs = from.float64(count);
  const seconds = from.float64(count);
  const growths = Array.from({ length: Math.min(columns, 256) }, () => from.float64(count));
  return Array.from(toMs, (_, i) => ({
    fromMs: fromMs[i]!,
    toMs: toMs[i]!,
    seconds: seconds[i]!,
    growth: Float64Array.from(growths, (growth) => growth[i]!),
  }));
}

function prepare(database: Database.Database) {
  return {
    put: database.prepare<[number, number, number, number, number, Buffer]>(
      'INSERT OR REPLACE INTO counter_interval (to_ms, agent, if_index, from_ms, seconds, growth) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    read: database.prepare<[number, number], CounterRow>(READ_COUNTERS),
    readHours: database.prepare<[number, number], { agent: string; if_index: number; block: Buffer }>(
      READ_COUNTER_HOURS,
    ),
    readPort: database.prepare<
      [string, number, number, number],
      { agent: string; if_index: number; block: Buffer }
    >(READ_PORT_HOURS),
    first: database.prepare<[], { ms: number | null }>('SELECT min(to_ms) AS ms FROM counter_interval'),
    // The ends of packed intervals lie within their hour.
    span: database.prepare<[], { first: number | null; last: number | null }>(
      `SELECT min(first) AS first, max(last) AS last FROM (
        SELECT min(to_ms) AS first, max(to_ms) AS last FROM counter_interval
        UNION ALL SELECT min(hour) * ${HOUR_MS}, (max(hour) + 1) * ${HOUR_MS} - 1 FROM counter_hour)`,
    ),
    portsOf: database.prepare<[number, number, number], { agent: number; if_index: number }>(
      'SELECT DISTINCT agent, if_index FROM counter_interval WHERE to_ms >= ? AND to_ms < ? LIMIT ?',
    ),
    rowsOf: database.prepare<[number, number, number, number], CounterRow>(
      'SELECT to_ms, from_ms, seconds, growth FROM counter_interval WHERE to_ms >= ? AND to_ms < ? AND agent = ? AND if_index = ?',
    ),
    clear: database.prepare<[number, number, number, number]>(
      'DELETE FROM counter_interval WHERE to_ms >= ? AND to_ms < ? AND agent = ? AND if_index = ?',
    ),
    hour: database.prepare<[number, number, number], { block: Buffer }>(
      'SELECT block FROM counter_hour WHERE agent = ? AND if_index = ? AND hour = ?',
    ),
    putHour: database.prepare<[number, number, number, Buffer]>(
      'INSERT INTO counter_hour VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET block = excluded.block',
    ),
    forget: database.prepare<[number, number]>(
      'DELETE FROM counter_hour WHERE (agent, if_index, hour) IN (SELECT agent, if_index, hour FROM counter_hour WHERE hour < ? LIMIT ?)',
    ),
  };
}
