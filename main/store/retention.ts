/** How long each level is kept, as the user set it. */
import type Database from 'better-sqlite3';
import {
  DEFAULT_RETENTION,
  MOST_RETENTION_DAYS,
  type Retention,
  TREND_LEVELS,
  type TrendLevel,
} from '../../shared/model/storage.ts';
import { RpcError } from '../../shared/rpc.ts';

export function readRetention(database: Database.Database): Retention {
  const retention = { ...DEFAULT_RETENTION };
  const rows = database
    .prepare<[], { level: number; days: number }>('SELECT level, days FROM retention')
    .all();
  for (const { level, days } of rows) {
    const known: TrendLevel | undefined = TREND_LEVELS.find((one) => one === level);
    if (known !== undefined && days >= 1 && days <= MOST_RETENTION_DAYS) retention[known] = days;
  }
  return retention;
}

/** Throws RpcError 'refused' where days are no days, or a coarser level would be gone before a finer one. */
export function writeRetention(database: Database.Database, retention: Retention): Retention {
  let before = 0;
  for (const level of TREND_LEVELS) {
    const days = retention[level];
    if (!Number.isInteger(days) || days < 1 || days > MOST_RETENTION_DAYS)
      throw new RpcError('refused', `Trends are kept from 1 to ${MOST_RETENTION_DAYS} days.`);
    if (days < before)
      throw new RpcError(
        'refused',
        'A coarser trend is kept at least as long as a finer one: it is what remains of it.',
      );
    before = days;
  }
  const put = database.prepare<[number, number]>('INSERT OR REPLACE INTO retention VALUES (?, ?)');
  try {
    database.transaction(() => {
      for (const level of TREND_LEVELS) put.run(level, retention[level]);
    })();
  } catch {
    throw new RpcError(
      'refused',
      'The retention could not be saved: the database refuses; is the disk full?',
    );
  }
  return retention;
}
