/**
 * The tables on the server, in SQL that servers from 18.16 on understand, and how values are written into SQL: those
 * servers know no query parameters, so every text goes through `quoted` and every name through `identifier`.
 *
 * A minute is sent whole under a revision of its own and counts once `weir_minute` names that revision; a reader takes
 * of each minute the rows of its greatest revision. So a minute that is sent again (its server was killed, its answer
 * was lost, it was written to once more) is neither doubled nor mixed, whatever came through of earlier attempts.
 */

/** A name that needs no quoting in SQL. */
export const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** Throws where it is none: names are checked where they are set. */
export function identifier(name: string): string {
  if (!IDENTIFIER.test(name)) throw new Error(`“${name}” is no name of a database.`);
  return name;
}

/** A text as an SQL literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`;
}

const WHERE_FROM = 'source String, minute UInt32, time DateTime, revision UInt64';

/** What makes the database ready; each may be said again. `time` is the minute for people and their charts. */
export function schemaStatements(database: string): string[] {
  const name = identifier(database);
  const table = (title: string, columns: string, order: string): string =>
    `CREATE TABLE IF NOT EXISTS ${name}.${title} (${WHERE_FROM}, ${columns}) ENGINE = MergeTree PARTITION BY toYYYYMM(time) ORDER BY (${order})`;
  return [
    `CREATE DATABASE IF NOT EXISTS ${name}`,
    table(
      'weir_flow',
      `definition String, filter String, counts String, agent String, data_source UInt32, input UInt32, output UInt32,
       mark UInt8, has_key UInt8, key_width UInt16, words Array(UInt32), text_words Array(UInt16), texts Array(String),
       key Array(String), octets Float64, frames Float64, samples Float64, octet_squares Float64, frame_squares Float64`,
      'source, definition, filter, counts, minute',
    ),
    table('weir_arrival', 'agent String, received UInt64, lost Int64', 'source, minute'),
    table(
      'weir_counter',
      'agent String, if_index UInt32, from_ms Float64, to_ms Float64, seconds Float64, growth Array(Float64), reported Array(UInt8)',
      'source, minute, agent, if_index',
    ),
    table(
      'weir_metric',
      'agent String, data_source String, metric String, least Float64, most Float64, mean Float64, last Float64, count Float64',
      'source, metric, agent, data_source, minute',
    ),
    `CREATE TABLE IF NOT EXISTS ${name}.weir_minute (source String, minute UInt32, time DateTime, revision UInt64) ENGINE = ReplacingMergeTree(revision) PARTITION BY toYYYYMM(time) ORDER BY (source, minute)`,
  ];
}

/** The rows that count of some minutes: of each, those of its greatest revision. */
export function counting(database: string, source: string, from: number, to: number): string {
  const range = `source = ${quoted(source)} AND minute >= ${Math.floor(from)} AND minute < ${Math.floor(to)}`;
  return `${range} AND (minute, revision) IN (SELECT minute, max(revision) FROM ${identifier(database)}.weir_minute WHERE ${range} GROUP BY minute)`;
}
