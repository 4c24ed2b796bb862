/** SQL over the trends, read only: what can be asked, and what comes back. */

export type SqlColumn = { name: string; type: 'text' | 'integer' | 'number' | 'time'; about: string };
/** One view that may be read. */
export type SqlView = { name: string; about: string; columns: SqlColumn[] };
export type SqlExample = { title: string; text: string };
export type SqlSchema = {
  views: SqlView[];
  functions: { name: string; about: string }[];
  examples: SqlExample[];
};

export type SqlCell = string | number | null;

/** A statement's rows, or why there are none. `start` ≤ c < `end` are the characters that a problem is about. */
export type SqlResult =
  | {
      columns: string[];
      /** Row-major. */
      cells: SqlCell[];
      rows: number;
      /** Whether there were more rows, or more text, than are shown. */
      cut: boolean;
      elapsedMs: number;
    }
  | { problem: string; start: number; end: number; elapsedMs: number };

export type SavedSql = { name: string; text: string };

export const SQL_ROW_LIMIT = 10_000;
export const SQL_TIME_LIMIT_MS = 10_000;

export type SqlApi = {
  'sql.schema': () => SqlSchema;
  /** Runs one statement; `id` is what `sql.cancel` names. Refused where nothing is stored. */
  'sql.run': (id: string, text: string) => SqlResult;
  'sql.cancel': (id: string) => null;
  'sql.saved.list': () => SavedSql[];
  'sql.saved.put': (name: string, text: string) => null;
  'sql.saved.delete': (name: string) => null;
};
