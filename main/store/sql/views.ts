/**
 * The trends as a person reads them: a connection that can only read, on which blocks are unpacked by table functions
 * and stand as views. The views live in memory with the connection; the file is not changed, and not the schema that
 * a newer Weir may change.
 */
import Database from 'better-sqlite3';
import { LEVEL_NAMES, TREND_LEVELS, type TrendLevel } from '../../../shared/model/storage.ts';
import { unpackPoints } from '../metric-block.ts';
import { SUMS, unpackFlows } from '../row-list.ts';

/** Texts of the stored words of a definition's keys; null where its keys are not known here. */
export type KeyReader = (
  keys: string,
) => ((words: Uint32Array, at: number, texts: readonly string[]) => string[]) | null;

type TableFunction = {
  columns: string[];
  parameters: string[];
  rows(...parameters: unknown[]): Generator<unknown[]>;
};

/** Keys that have a column of their own. */
const KEY_COLUMNS = ['key1', 'key2', 'key3', 'key4', 'key5'];
const COUNTED = ['counted', 'transit', 'not placed'];
/** What one statement may take of memory. */
const HEAP_OCTETS = 256 * 1024 * 1024;

const SUFFIX: Record<TrendLevel, string> = { 1: 'minute', 5: '5minutes', 60: 'hour', 1440: 'day' };
export const viewName = (kind: 'flows' | 'metrics' | 'arrivals', level: TrendLevel): string =>
  `${kind}_${SUFFIX[level]}`;
export const levelWords = (level: TrendLevel): string => LEVEL_NAMES[level];

const timeOf = (ms: string): string => `strftime('%Y-%m-%dT%H:%M:%SZ', ${ms} / 1000, 'unixepoch')`;
/** A field of an event's body: text and numbers by these names. */
const field = (name: string): string => `e.body ->> '$.${name}'`;
/** Text that is empty where it concerns nothing is null here. */
const textField = (name: string): string => `nullif(${field(name)}, '')`;

const EVENTS_VIEW = `
  CREATE TEMP VIEW events AS
    SELECT ${timeOf('e.raised_ms')} AS time, ${timeOf('e.cleared_ms')} AS cleared,
      ${timeOf(field('updatedMs'))} AS updated, e.id, e.kind, e.name, e.severity, ${field('title')} AS title,
      nullif(e.agent, '') AS agent, ${textField('agentName')} AS agent_name,
      ${textField('dataSource')} AS data_source, ${textField('interfaceName')} AS interface,
      ${textField('flowKey')} AS key, ${textField('metric')} AS metric, ${textField('unit')} AS unit,
      ${field('level')} AS level, ${field('value')} AS value, ${field('peak')} AS peak,
      ${field('repeats')} AS repeats, ${timeOf(field('acknowledgedMs'))} AS acknowledged,
      ${textField('note')} AS note, ${textField('mutedBy')} AS muted_by
    FROM main.event e WHERE json_valid(e.body);`;

/** Opens a database to be read only, with its views. Throws what SQLite throws. */
export function openViews(path: string, keyReader: KeyReader): Database.Database {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  try {
    database.pragma('temp_store = MEMORY');
    database.pragma(`hard_heap_limit = ${HEAP_OCTETS}`);
    database.table('unpacked_flows', flowRows(keyReader));
    database.table('unpacked_points', pointRows);
    for (const level of TREND_LEVELS) database.exec(viewsOf(level));
    database.exec(`
      CREATE TEMP VIEW agents AS
        SELECT address AS agent, name, sampling_rate_least, sampling_rate_most FROM main.agent;
      CREATE TEMP VIEW interfaces AS
        SELECT a.address AS agent, i.if_index, i.name, i.speed, i.admin_up, i.oper_up
        FROM main.interface i JOIN main.agent a ON a.id = i.agent;
      ${EVENTS_VIEW}
    `);
    database.pragma('query_only = ON');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function viewsOf(level: TrendLevel): string {
  const open =
    level === 1
      ? `UNION ALL
        SELECT strftime('%Y-%m-%dT%H:%M:%SZ', m.minute * 60, 'unixepoch'), s.agent, s.data_source, s.metric,
          m.least, m.most, m.sum / m.count, m.last, m.count
        FROM main.metric_minute m JOIN main.metric_series s ON s.id = m.series`
      : '';
  return `
    CREATE TEMP VIEW ${viewName('flows', level)} AS
      SELECT b.time, d.keys, d.filter, d.counts, u.agent, u.data_source, u.input, u.output, u.placed, u.key,
        ${KEY_COLUMNS.map((name) => `u.${name}`).join(', ')}, u.octets, u.frames, u.samples
      FROM main.flow_block b JOIN main.flow_definition d ON d.id = b.definition
      JOIN unpacked_flows(b.block, d.keys) u WHERE b.level = ${level};
    CREATE TEMP VIEW ${viewName('metrics', level)} AS
      SELECT u.time, s.agent, s.data_source, s.metric, u.least, u.most, u.mean, u.last, u.readings
      FROM main.metric_block b JOIN main.metric_series s ON s.id = b.series
      JOIN unpacked_points(b.block, b.start, b.level) u WHERE b.level = ${level} ${open};
    CREATE TEMP VIEW ${viewName('arrivals', level)} AS
      SELECT strftime('%Y-%m-%dT%H:%M:%SZ', r.start * 60, 'unixepoch') AS time, a.address AS agent,
        r.received, r.lost
      FROM main.arrival r JOIN main.agent a ON a.id = r.agent WHERE r.level = ${level};
  `;
}

function flowRows(keyReader: KeyReader): TableFunction {
  const readers = new Map<string, ReturnType<KeyReader>>();
  const readerOf = (keys: string): ReturnType<KeyReader> => {
    let reader = readers.get(keys);
    if (reader === undefined) {
      reader = keyReader(keys);
      readers.set(keys, reader);
    }
    return reader;
  };
  /** An interface's number; null where the field says something else (discarded, several, internal). */
  const port = (word: number): number | null => (word >>> 30 === 0 && word !== 0x3fff_ffff ? word : null);
  return {
    columns: [
      ...['agent', 'data_source', 'input', 'output', 'placed', 'key'],
      ...KEY_COLUMNS,
      ...['octets', 'frames', 'samples'],
    ],
    parameters: ['block', 'keys'],
    *rows(block: unknown, keys: unknown) {
      if (!Buffer.isBuffer(block) || typeof keys !== 'string') return;
      const rows = unpackFlows(block);
      const reader = readerOf(keys);
      for (let row = 0; row < rows.pathOf.length; row++) {
        const path = rows.paths[rows.pathOf[row]!]!;
        let texts: (string | null)[] = [];
        if (rows.hasKey[row] === 1)
          texts = reader?.(rows.words, row * rows.keyWords, rows.texts) ?? ['(not known any more)'];
        const at = row * SUMS;
        yield [
          ...[path.agent, path.dataSource, port(path.input), port(path.output), COUNTED[path.mark]!],
          rows.hasKey[row] === 1 ? texts.join(',') : null,
          ...KEY_COLUMNS.map((_, i) => texts[i] ?? null),
          ...[rows.sums[at]!, rows.sums[at + 1]!, rows.sums[at + 2]!],
        ];
      }
    },
  };
}

const pointRows: TableFunction = {
  columns: ['time', 'least', 'most', 'mean', 'last', 'readings'],
  parameters: ['block', 'start', 'width'],
  *rows(block: unknown, start: unknown, width: unknown) {
    if (!Buffer.isBuffer(block)) return;
    for (const { minute, least, most, sum, count, last } of unpackPoints(block, Number(start), Number(width)))
      yield [
        `${new Date(minute * 60_000).toISOString().slice(0, 19)}Z`,
        least,
        most,
        sum / count,
        last,
        count,
      ];
  },
};
