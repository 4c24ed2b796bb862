/**
 * Where trends lie and how long: what the Storage section of the settings shows and sets. Sizes are octets of the
 * database file, retentions are days.
 */

/** Widths in minutes in which trends are kept. */
export const TREND_LEVELS = [1, 5, 60, 1440] as const;
export type TrendLevel = (typeof TREND_LEVELS)[number];

/** Days that each level is kept. */
export type Retention = Record<TrendLevel, number>;

export const DEFAULT_RETENTION: Retention = { 1: 7, 5: 60, 60: 365, 1440: 1826 };
/** What may be set: at least a day, at most ten years. */
export const MOST_RETENTION_DAYS = 3653;

/** What a level is called: 'minute', '5 minutes'. */
export const LEVEL_NAMES: Record<TrendLevel, string> = {
  1: 'minute',
  5: '5 minutes',
  60: 'hour',
  1440: 'day',
};

/** What one kind of trend takes now, and what it will take once every level is full. */
export type TrendSize = {
  /** Keys of a flow definition joined by commas with its filter, or what the rest is: 'metrics', 'counters'. */
  name: string;
  kind: 'flows' | 'metrics' | 'counters' | 'arrivals';
  octets: number;
  /** At the present rate, with the present retention; null while less than an hour has been stored. */
  predictedOctets: number | null;
};

export type StorageReport = {
  path: string;
  /** The database with what is written ahead of it. */
  octets: number;
  predictedOctets: number | null;
  /** Octets that are free on its disk. */
  freeOctets: number;
  retention: Retention;
  sizes: TrendSize[];
  /** First minute stored of each level that has any. */
  levels: { level: TrendLevel; firstMinute: number }[];
  /** One plain sentence where writing does not work now, else ''. */
  problem: string;
  /** What happened at the start that a user should know, else ''. */
  notice: string;
  /** The folder of a damaged database that was moved aside at this start, where something may be saved of it. */
  movedAside: string;
  /** Batches that could not be written, and figures that were none or that there was no time for. */
  dropped: number;
};

export type SalvageReport = { blocks: number; documents: number; events: number; problem: string };
export type BackupReport = { path: string; octets: number };

export type StorageApi = {
  /** null where this Weir stores nothing. */
  'storage.report': () => StorageReport | null;
  'storage.setRetention': (retention: Retention) => StorageReport;
  /** A consistent copy of the database as it is now, in the data directory's `backups`; collecting goes on. */
  'storage.backup': () => BackupReport;
  /** Takes what can still be read of the database that was moved aside at this start. */
  'storage.salvage': () => SalvageReport;
};
