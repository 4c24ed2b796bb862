/**
 * The schema, as numbered steps. A database tells by `user_version` which steps it has; one that has more than
 * are known here was made by a newer Weir and is refused, not changed.
 */
import type Database from 'better-sqlite3';
import { moveMinutes } from './move-minutes.ts';

/** `move` carries over what stood in tables of the step before; the tables it empties are dropped by the next step. */
export type Migration = {
  version: number;
  about: string;
  sql: string;
  move?: (database: Database.Database) => void;
};

export const migrations: readonly Migration[] = [
  {
    version: 1,
    about: 'minutes of flows, counters and arrivals',
    sql: `
      CREATE TABLE agent (
        id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, name TEXT NOT NULL DEFAULT '',
        sampling_rate_least INTEGER NOT NULL DEFAULT 0, sampling_rate_most INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE TABLE interface (
        agent INTEGER NOT NULL REFERENCES agent, if_index INTEGER NOT NULL, name TEXT NOT NULL,
        speed REAL NOT NULL, admin_up INTEGER, oper_up INTEGER,
        PRIMARY KEY (agent, if_index)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE path (
        id INTEGER PRIMARY KEY, agent INTEGER NOT NULL REFERENCES agent,
        data_source INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,
        UNIQUE (agent, data_source, input, output)
      ) STRICT;
      CREATE TABLE definition (
        id INTEGER PRIMARY KEY, keys TEXT NOT NULL UNIQUE, key_words INTEGER NOT NULL
      ) STRICT;
      -- key 0 is the exact rest of a path: samples whose key is not kept.
      CREATE TABLE flow_key (
        id INTEGER PRIMARY KEY, definition INTEGER NOT NULL REFERENCES definition, words BLOB NOT NULL,
        UNIQUE (definition, words)
      ) STRICT;
      CREATE TABLE flow_minute (
        definition INTEGER NOT NULL, minute INTEGER NOT NULL, path INTEGER NOT NULL, key INTEGER NOT NULL,
        octets REAL NOT NULL, frames REAL NOT NULL, samples INTEGER NOT NULL,
        octet_squares REAL NOT NULL, frame_squares REAL NOT NULL,
        PRIMARY KEY (definition, minute, path, key)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE arrival_minute (
        minute INTEGER NOT NULL, agent INTEGER NOT NULL, received INTEGER NOT NULL, lost INTEGER NOT NULL,
        PRIMARY KEY (minute, agent)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE counter_interval (
        to_ms REAL NOT NULL, agent INTEGER NOT NULL, if_index INTEGER NOT NULL,
        from_ms REAL NOT NULL, seconds REAL NOT NULL, growth BLOB NOT NULL,
        PRIMARY KEY (to_ms, agent, if_index)
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    version: 2,
    about: 'whether the samples of a path count',
    // What was stored before knew of no such thing, and is not placed.
    sql: `
      CREATE TABLE placed_path (
        id INTEGER PRIMARY KEY, agent INTEGER NOT NULL REFERENCES agent,
        data_source INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,
        mark INTEGER NOT NULL,
        UNIQUE (agent, data_source, input, output, mark)
      ) STRICT;
      INSERT INTO placed_path SELECT id, agent, data_source, input, output, 2 FROM path;
      DROP TABLE path;
      ALTER TABLE placed_path RENAME TO path;
    `,
  },
  {
    version: 3,
    about: 'what users make: definitions, groups, thresholds',
    sql: `
      CREATE TABLE document (
        kind TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (kind, name)
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    version: 4,
    about: 'trends as blocks, rolled up to 5 minutes, hours and days; metrics',
    sql: `
      CREATE TABLE flow_definition (
        id INTEGER PRIMARY KEY, keys TEXT NOT NULL, filter TEXT NOT NULL, UNIQUE (keys, filter)
      ) STRICT;
      -- level: width in minutes; start: first minute since 1970.
      CREATE TABLE flow_block (
        level INTEGER NOT NULL, definition INTEGER NOT NULL, start INTEGER NOT NULL,
        rows INTEGER NOT NULL, block BLOB NOT NULL,
        time TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%SZ', start * 60, 'unixepoch')) VIRTUAL,
        PRIMARY KEY (level, definition, start)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX flow_block_time ON flow_block (level, time, definition);
      -- Buckets that were written to after they were last rolled up. Definition 0 stands for arrivals.
      CREATE TABLE due (
        level INTEGER NOT NULL, start INTEGER NOT NULL, definition INTEGER NOT NULL,
        PRIMARY KEY (level, start, definition)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE arrival (
        level INTEGER NOT NULL, start INTEGER NOT NULL, agent INTEGER NOT NULL,
        received INTEGER NOT NULL, lost INTEGER NOT NULL,
        PRIMARY KEY (level, start, agent)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE counter_hour (
        agent INTEGER NOT NULL, if_index INTEGER NOT NULL, hour INTEGER NOT NULL, block BLOB NOT NULL,
        PRIMARY KEY (agent, if_index, hour)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX counter_hour_time ON counter_hour (hour);
      CREATE TABLE metric_series (
        id INTEGER PRIMARY KEY, agent TEXT NOT NULL, data_source TEXT NOT NULL, metric TEXT NOT NULL,
        first INTEGER NOT NULL, last INTEGER NOT NULL,
        UNIQUE (metric, agent, data_source)
      ) STRICT;
      CREATE INDEX metric_series_last ON metric_series (last);
      CREATE TABLE metric_minute (
        series INTEGER NOT NULL, minute INTEGER NOT NULL, least REAL NOT NULL, most REAL NOT NULL,
        sum REAL NOT NULL, count INTEGER NOT NULL, last REAL NOT NULL,
        PRIMARY KEY (series, minute)
      ) STRICT, WITHOUT ROWID;
      -- In the order of time, so that the tree is filled at its end and its pages are full.
      CREATE TABLE metric_block (
        series INTEGER NOT NULL, level INTEGER NOT NULL, start INTEGER NOT NULL, block BLOB NOT NULL,
        PRIMARY KEY (level, start, series)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE retention (level INTEGER PRIMARY KEY, days INTEGER NOT NULL) STRICT;
      -- What is stored of each kind, kept by the triggers, so that nobody has to count.
      CREATE TABLE trend_size (
        kind TEXT NOT NULL, definition INTEGER NOT NULL, level INTEGER NOT NULL,
        blocks INTEGER NOT NULL, rows INTEGER NOT NULL, octets INTEGER NOT NULL,
        PRIMARY KEY (kind, definition, level)
      ) STRICT, WITHOUT ROWID;
      ${sizeTriggers('flows', 'flow_block', 'definition', 'level', 'rows')}
      ${sizeTriggers('metrics', 'metric_block', '0', 'level', '0')}
      ${sizeTriggers('counters', 'counter_hour', '0', '1', '0')}
    `,
    move: moveMinutes,
  },
  {
    version: 5,
    about: 'the tables of single rows go',
    sql: `
      DROP TABLE flow_minute;
      DROP TABLE flow_key;
      DROP TABLE definition;
      DROP TABLE path;
      DROP TABLE arrival_minute;
    `,
  },
  {
    version: 6,
    about: 'definitions that count something other than octets and frames',
    sql: `
      CREATE TABLE counted_definition (
        id INTEGER PRIMARY KEY, keys TEXT NOT NULL, filter TEXT NOT NULL, counts TEXT NOT NULL DEFAULT '',
        UNIQUE (keys, filter, counts)
      ) STRICT;
      INSERT INTO counted_definition (id, keys, filter) SELECT id, keys, filter FROM flow_definition;
      DROP TABLE flow_definition;
      ALTER TABLE counted_definition RENAME TO flow_definition;
    `,
  },
  {
    version: 7,
    about: 'events',
    // AUTOINCREMENT: a number is never given twice, also where the newest was deleted.
    sql: `
      CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, name TEXT NOT NULL, severity TEXT NOT NULL,
        agent TEXT NOT NULL, raised_ms REAL NOT NULL, cleared_ms REAL, acknowledged INTEGER NOT NULL,
        searched TEXT NOT NULL, body TEXT NOT NULL
      ) STRICT;
      CREATE INDEX event_standing ON event (id) WHERE cleared_ms IS NULL;
      CREATE INDEX event_attention ON event (id) WHERE acknowledged = 0 AND severity <> 'info';
    `,
  },
  {
    version: 8,
    about:
      'blocks with a checksum, which an earlier Weir would take for damaged; those without are still read',
    sql: '',
  },
  {
    version: 9,
    about: 'minutes that wait to be sent elsewhere',
    sql: `
      CREATE TABLE outgoing (minute INTEGER PRIMARY KEY, revision INTEGER NOT NULL) STRICT;
      CREATE TABLE outgoing_begun (id INTEGER PRIMARY KEY) STRICT;
    `,
  },
];

/** Triggers that keep one kind's line of `trend_size`. */
function sizeTriggers(kind: string, table: string, definition: string, level: string, rows: string): string {
  const of = (row: string, column: string): string => (/^\d+$/.test(column) ? column : `${row}.${column}`);
  const sum = (row: string, sign: string): string => `
    INSERT INTO trend_size VALUES
      ('${kind}', ${of(row, definition)}, ${of(row, level)}, ${sign}1, ${sign}${of(row, rows)}, ${sign}length(${row}.block))
      ON CONFLICT DO UPDATE SET
        blocks = blocks + excluded.blocks, rows = rows + excluded.rows, octets = octets + excluded.octets;`;
  return `
    CREATE TRIGGER ${table}_made AFTER INSERT ON ${table} BEGIN ${sum('new', '')} END;
    CREATE TRIGGER ${table}_gone AFTER DELETE ON ${table} BEGIN ${sum('old', '-')} END;
    CREATE TRIGGER ${table}_changed AFTER UPDATE ON ${table} BEGIN ${sum('old', '-')} ${sum('new', '')} END;
  `;
}

export const SCHEMA_VERSION = migrations[migrations.length - 1]!.version;
