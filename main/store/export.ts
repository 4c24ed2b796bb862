/** Stored minutes as CSV, from another process, whether a Weir runs on the database or not: it is only read. */
import { existsSync } from 'node:fs';
import { type CsvColumn, csvText } from '../../shared/format/csv.ts';
import type { Interval } from '../../shared/model/question.ts';
import { type KeyReader, openViews, viewName } from './sql/views.ts';

export const EXPORTED_TABLES = ['flows', 'metrics', 'arrivals'] as const;
export type ExportedTable = (typeof EXPORTED_TABLES)[number];

export type TrendExport = {
  table: ExportedTable;
  /** The keys of the definition, of flows. */
  keys: readonly string[];
  interval: Interval;
  /** None: all. */
  agents: ReadonlySet<string>;
  /** Texts of keys, with the names that are stored. */
  keyReader: KeyReader;
  put: (part: string) => Promise<void>;
};

/** Rows made into text at a time. */
const ROWS_AT_ONCE = 1000;
/** The last time that ISO 8601 writes with four digits. */
const LATEST_MS = Date.UTC(9999, 11, 31);

const PLACE: CsvColumn[] = [
  { heading: 'time', type: 'text' },
  { heading: 'agent', type: 'text' },
];
const number = (heading: string): CsvColumn => ({ heading, type: 'number' });

function columnsOf({ table, keys }: TrendExport): { columns: CsvColumn[]; names: string } {
  if (table === 'arrivals')
    return {
      columns: [...PLACE, number('datagrams received'), number('datagrams lost')],
      names: 'received, lost',
    };
  if (table === 'metrics')
    return {
      columns: [
        ...PLACE,
        { heading: 'data source', type: 'text' },
        { heading: 'metric', type: 'text' },
        ...['least', 'most', 'mean', 'last', 'readings'].map(number),
      ],
      names: 'data_source, metric, least, most, mean, last, readings',
    };
  return {
    columns: [
      ...PLACE,
      ...['data source', 'input ifIndex', 'output ifIndex'].map(number),
      { heading: 'placed', type: 'text' },
      { heading: keys.join(',') || 'total', type: 'text' },
      ...['octets', 'frames', 'samples'].map(number),
    ],
    names: 'data_source, input, output, placed, key, octets, frames, samples',
  };
}

/** Writes the table part by part; answers how many rows there were. Rejects with a sentence. */
export async function exportTrends(path: string, wanted: TrendExport): Promise<number> {
  if (!existsSync(path))
    throw new Error(`There is no database ${path}; name its data directory with --data.`);
  const { table, keys, interval, agents, put } = wanted;
  const { columns, names } = columnsOf(wanted);
  const database = openViews(path, wanted.keyReader);
  try {
    const time = (ms: number): string =>
      `${new Date(Math.max(0, Math.min(ms, LATEST_MS))).toISOString().slice(0, 19)}Z`;
    const ofDefinition = table === 'flows' ? "AND keys = @keys AND filter = '' AND counts = ''" : '';
    const rows = database
      .prepare<[Record<string, string>], (string | number | null)[]>(
        `SELECT time, agent, ${names} FROM ${viewName(table, 1)} WHERE time >= @from AND time < @to ${ofDefinition} ORDER BY time`,
      )
      .raw()
      .iterate({
        ...{ from: time(interval.fromMs), to: time(interval.toMs) },
        ...(table === 'flows' ? { keys: keys.join(',') } : {}),
      });
    let count = 0;
    let part: (string | number | null)[][] = [];
    let head = true;
    const flush = async (): Promise<void> => {
      const text = csvText(columns, part);
      // The heading once.
      await put(head ? text : text.slice(text.indexOf('\r\n') + 2));
      head = false;
      part = [];
    };
    for (const row of rows) {
      if (agents.size > 0 && !agents.has(String(row[1]))) continue;
      part.push(row);
      count++;
      if (part.length === ROWS_AT_ONCE) await flush();
    }
    if (head || part.length > 0) await flush();
    return count;
  } finally {
    database.close();
  }
}

/** What is known of agents and ports in a database that is only read. */
export function storedNames(path: string): {
  agents: [string, string][];
  interfaces: [string, number, string][];
} {
  if (!existsSync(path)) return { agents: [], interfaces: [] };
  const database = openViews(path, () => null);
  try {
    return {
      agents: database.prepare<[], [string, string]>('SELECT agent, name FROM agents').raw().all(),
      interfaces: database
        .prepare<[], [string, number, string]>('SELECT agent, if_index, name FROM interfaces')
        .raw()
        .all(),
    };
  } finally {
    database.close();
  }
}
