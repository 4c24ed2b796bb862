/** Datagrams received and lost per agent, per minute and rolled up. Small enough to be plain rows at every level. */
import type Database from 'better-sqlite3';
import { TREND_LEVELS, type TrendLevel } from '../../shared/model/storage.ts';
import type { StoredArrivals } from '../../shared/model/store.ts';
import { bucketOf, finer, firstMinuteOf } from './levels.ts';

const COARSER = [5, 60, 1440] as const;
const FORGOTTEN_ROWS = 2000;

export const READ_ARRIVALS =
  'SELECT m.start AS minute, a.address AS agent, m.received, m.lost FROM arrival m JOIN agent a ON a.id = m.agent WHERE m.level = ? AND m.start >= ? AND m.start < ?';

type Level = { level: TrendLevel; firstMinute: number };

export class ArrivalTrends {
  readonly #database: Database.Database;
  readonly #statements;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#statements = {
      put: database.prepare<[number, number, number, number]>(
        'INSERT OR REPLACE INTO arrival (level, start, agent, received, lost) VALUES (1, ?, ?, ?, ?)',
      ),
      mark: database.prepare<[number, number]>('INSERT OR IGNORE INTO due VALUES (?, ?, 0)'),
      read: database.prepare<[number, number, number], StoredArrivals>(READ_ARRIVALS),
      due: database.prepare<[number, number, number], { start: number }>(
        'SELECT start FROM due WHERE level = ? AND start >= ? AND start < ? AND definition = 0',
      ),
      nextDue: database.prepare<[number, number, number], { start: number }>(
        'SELECT start FROM due WHERE level = ? AND (start <= ? OR start > ?) AND definition = 0 ORDER BY start LIMIT 1',
      ),
      add: database.prepare<[number, number, number, number, number]>(
        'INSERT OR REPLACE INTO arrival SELECT ?, ?, agent, sum(received), sum(lost) FROM arrival WHERE level = ? AND start >= ? AND start < ? GROUP BY agent',
      ),
      done: database.prepare<[number, number]>(
        'DELETE FROM due WHERE level = ? AND start = ? AND definition = 0',
      ),
      firstDue: database.prepare<[number, number], { start: number | null }>(
        'SELECT min(start) AS start FROM due WHERE level = ? AND start < ? AND definition = 0',
      ),
      forget: database.prepare<[number, number, number]>(
        'DELETE FROM arrival WHERE (level, start, agent) IN (SELECT level, start, agent FROM arrival WHERE level = ? AND start < ? LIMIT ?)',
      ),
      first: database.prepare<[number], { minute: number | null }>(
        'SELECT min(start) AS minute FROM arrival WHERE level = ?',
      ),
      last: database.prepare<[], { minute: number | null }>(
        'SELECT max(start) AS minute FROM arrival WHERE level = 1',
      ),
      count: database.prepare<[number], { count: number }>(
        'SELECT count(*) AS count FROM arrival WHERE level = ?',
      ),
    };
  }

  write(minute: number, agent: number, received: number, lost: number): void {
    this.#statements.put.run(minute, agent, received, lost);
    for (const level of COARSER) this.#statements.mark.run(level, bucketOf(minute, level));
  }

  read(level: TrendLevel, from: number, to: number): StoredArrivals[] {
    const below = finer(level);
    const rows = this.#statements.read.all(level, from, to);
    if (below === null) return rows;
    const due = this.#statements.due.all(level, bucketOf(from, level), to).map(({ start }) => start);
    if (due.length === 0) return rows;
    const isDue = new Set(due);
    return [
      ...rows.filter(({ minute }) => !isDue.has(minute)),
      ...due.flatMap((start) => this.read(below, Math.max(from, start), Math.min(to, start + level))),
    ];
  }

  /** Rolls up the next bucket that is over; false where there is none. */
  rollUpNext(nowMinute: number): boolean {
    for (const level of COARSER) {
      const next = this.#statements.nextDue.get(level, nowMinute - level - 2, nowMinute + 1440);
      if (!next) continue;
      const { start } = next;
      this.#database.transaction(() => {
        this.#statements.add.run(level, start, finer(level)!, start, start + level);
        this.#statements.done.run(level, start);
      })();
      return true;
    }
    return false;
  }

  forget(level: TrendLevel, before: number): boolean {
    const coarser = COARSER[TREND_LEVELS.indexOf(level)];
    const due = coarser === undefined ? null : this.#statements.firstDue.get(coarser, before);
    return (
      this.#statements.forget.run(level, Math.min(before, due?.start ?? before), FORGOTTEN_ROWS).changes > 0
    );
  }

  /** First and last minute, and the first of each level. */
  span(): { minutes: { first: number; last: number } | null; levels: Level[] } {
    const levels: Level[] = [];
    for (const level of TREND_LEVELS) {
      const minute = this.#statements.first.get(level)?.minute ?? null;
      if (minute !== null) levels.push({ level, firstMinute: minute });
    }
    const last = this.#statements.last.get()?.minute ?? null;
    const first = firstMinuteOf(levels.map(({ level, firstMinute }) => ({ level, start: firstMinute })));
    if (first === null) return { minutes: null, levels };
    return { minutes: { first, last: last ?? first }, levels };
  }

  count(level: TrendLevel): number {
    return this.#statements.count.get(level)?.count ?? 0;
  }
}
