/**
 * Minutes that are to be sent elsewhere as well. Each that is written to is noted in the same transaction, with a number
 * that grows, so that one that was written to while it was on its way is sent once more. What waits is what is
 * stored: it takes no room of its own, and goes when its retention is over, which is counted.
 */
import type Database from 'better-sqlite3';
import type { MinuteBatch } from '../../shared/model/store.ts';

/** A minute of a clock that was wrong by more than this is as finished as it will be. */
const AHEAD_MINUTES = 1440;

export class Outbox {
  dropped = 0;
  #isOn = false;
  readonly #statements;

  constructor(database: Database.Database) {
    this.#statements = {
      note: database.prepare<[number]>(
        'INSERT INTO outgoing (minute, revision) VALUES (?, 1) ON CONFLICT DO UPDATE SET revision = revision + 1',
      ),
      noteAll: database.prepare<[]>(
        'INSERT OR IGNORE INTO outgoing SELECT DISTINCT start, 1 FROM arrival WHERE level = 1',
      ),
      isEmpty: database.prepare<[], number>('SELECT count(*) FROM outgoing_begun').pluck(),
      begin: database.prepare<[]>('INSERT INTO outgoing_begun VALUES (1)'),
      stop: database.prepare<[]>('DELETE FROM outgoing_begun'),
      clear: database.prepare<[]>('DELETE FROM outgoing'),
      next: database.prepare<[number, number, number], { minute: number; revision: number }>(
        'SELECT minute, revision FROM outgoing WHERE minute <= ? OR minute > ? ORDER BY minute LIMIT ?',
      ),
      done: database.prepare<[number, number]>('DELETE FROM outgoing WHERE minute = ? AND revision = ?'),
      forget: database.prepare<[number]>('DELETE FROM outgoing WHERE minute < ?'),
      count: database.prepare<[], number>('SELECT count(*) FROM outgoing').pluck(),
    };
  }

  /** Turned on for the first time, all that is stored waits; turned off, nothing does. */
  keep(isOn: boolean): void {
    this.#isOn = isOn;
    const { isEmpty, begin, noteAll, stop, clear } = this.#statements;
    if (isOn && isEmpty.get() === 0) {
      noteAll.run();
      begin.run();
    } else if (!isOn) {
      stop.run();
      clear.run();
    }
  }

  /** Notes the minutes of a batch; within its transaction. */
  note({ flows, arrivals, counters, metrics }: MinuteBatch): void {
    if (!this.#isOn) return;
    const minutes = new Set<number>();
    for (const { minute } of [...flows, ...arrivals, ...metrics]) minutes.add(minute);
    for (const { toMs } of counters) minutes.add(Math.floor(toMs / 60_000));
    for (const minute of minutes) this.#statements.note.run(minute);
  }

  /** Minutes that are over since a whole minute, oldest first. */
  next(nowMinute: number, limit: number): { minute: number; revision: number }[] {
    return this.#statements.next.all(nowMinute - 2, nowMinute + AHEAD_MINUTES, limit);
  }

  done(minute: number, revision: number): void {
    this.#statements.done.run(minute, revision);
  }

  waiting(): number {
    return this.#statements.count.get() ?? 0;
  }

  /** Minutes before this are not stored any more. */
  forget(before: number): void {
    this.dropped += this.#statements.forget.run(before).changes;
  }
}
