/** Stored minutes as CSV, from another process, whether a Weir runs on the database or not: it is only read. */
import { existsSync } from 'node:fs';
import { type CsvColumn, csvText } from '../../shared/format/csv.ts';
import type { Interval } from '../../shared/model/question.ts';
import { CounterTrends } from './counter-trends.ts';
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

const HOUR_MS = 3_600_000;
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
  const { table, keys, interval, agents, put } = wanted;
  const { columns, names } = columnsOf(wanted);
  const database = openStored(path, wanted.keyReader);
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
      await put(head ? text : withoutHead(text));
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

export type CounterExport = Pick<TrendExport, 'interval' | 'agents' | 'put'> & {
  /** Names of the counters, in the order in which their growth is stored. */
  counters: readonly string[];
};

/**
 * Writes the growth of interface counters from sample to sample, hour by hour; answers how many rows there were. An empty
 * cell: the port does not report the counter. Rejects with a sentence.
 */
export async function exportCounters(path: string, wanted: CounterExport): Promise<number> {
  const database = openStored(path, () => null);
  try {
    const names = new Map(
      database
        .prepare<[], [string, number, string]>('SELECT agent, if_index, name FROM interfaces')
        .raw()
        .all()
        .map(([agent, ifIndex, name]) => [`${agent} ${ifIndex}`, name]),
    );
    const trends = new CounterTrends(database);
    const stored = trends.span();
    const { interval, agents, put } = wanted;
    const columns: CsvColumn[] = [
      { heading: 'from', type: 'time' },
      { heading: 'to', type: 'time' },
      { heading: 'agent', type: 'text' },
      number('ifIndex'),
      { heading: 'interface', type: 'text' },
      number('seconds by the agent'),
      ...wanted.counters.map(number),
    ];
    await put(csvText(columns, []));
    let count = 0;
    const endMs = Math.min(interval.toMs, (stored?.toMs ?? 0) + 1);
    for (let fromMs = Math.max(interval.fromMs, stored?.fromMs ?? 0); fromMs < endMs; ) {
      const toMs = Math.min(endMs, (Math.floor(fromMs / HOUR_MS) + 1) * HOUR_MS);
      const rows = trends
        .read(fromMs, toMs, null)
        .filter(({ agent }) => agents.size === 0 || agents.has(agent))
        .map((one) => [
          ...[one.fromMs, one.toMs, one.agent, one.ifIndex, names.get(`${one.agent} ${one.ifIndex}`) ?? ''],
          one.seconds,
          ...wanted.counters.map((_, column) => one.growth[column] ?? Number.NaN),
        ]);
      if (rows.length > 0) await put(withoutHead(csvText(columns, rows)));
      count += rows.length;
      fromMs = toMs;
    }
    return count;
  } finally {
    database.close();
  }
}

const withoutHead = (text: string): string => text.slice(text.indexOf('\r\n') + 2);

function openStored(path: string, reader: KeyReader): ReturnType<typeof openViews> {
  if (!existsSync(path))
    throw new Error(`There is no database ${path}; name its data directory with --data.`);
  return openViews(path, reader);
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
