/**
 * The schema, as numbered steps. A database tells by `user_version` which steps it has; one that has more than
 * are known here was made by a newer Weir and is refused, not changed.
 */

export type Migration = { version: number; about: string; sql: string };

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
];

export const SCHEMA_VERSION = migrations[migrations.length - 1]!.version;
