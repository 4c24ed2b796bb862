/** The SQL console's statements: trends as people read them, nothing but reading, mistakes with their place. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSql } from '../../main/store/sql/run.ts';
import { sqlSchema } from '../../main/store/sql/schema.ts';
import { openViews } from '../../main/store/sql/views.ts';
import { Store } from '../../main/store/store.ts';
import type { MinuteBatch } from '../../shared/model/store.ts';
import { eventOf } from '../events/made.ts';

const NOON = Date.UTC(2026, 2, 1, 12) / 60_000;
const directory = mkdtempSync(join(tmpdir(), 'weir-sql-'));
let store: Store;
let database: Database.Database;

beforeAll(() => {
  store = new Store(directory, NOON * 60_000);
  const batch: MinuteBatch = {
    flows: [0, 1].map((i) => ({
      definition: { keys: 'ipsource', filter: '', counts: '' },
      minute: NOON + i,
      keyWords: 2,
      textWords: [1],
      texts: ['', 'α.example'],
      paths: [{ agent: '10.0.0.1', dataSource: 3, input: 3, output: 0x4000_0001, mark: 0 }],
      pathOf: Uint32Array.of(0, 0),
      hasKey: Uint8Array.of(1, 0),
      words: Uint32Array.of(1, 1, 0, 0),
      sums: Float64Array.of(2 ** 50, 10, 2, 1, 1, 7, 1, 1, 1, 1),
    })),
    arrivals: [{ minute: NOON, agent: '10.0.0.1', received: 5, lost: 1 }],
    counters: [],
    agents: [{ agent: '10.0.0.1', name: 'leaf1', samplingRateLeast: 1000, samplingRateMost: 1000 }],
    interfaces: [{ agent: '10.0.0.1', ifIndex: 3, name: 'swp3', speed: 1e10, adminUp: true, operUp: false }],
    metrics: [
      {
        ...{ agent: '10.0.0.1', dataSource: '3', metric: 'ifinoctets', minute: NOON },
        ...{ least: 1, most: 3, sum: 4, count: 2, last: 3 },
      },
    ],
  };
  store.write(batch);
  store.events.write([
    eventOf({ id: 7, raisedMs: NOON * 60_000, updatedMs: NOON * 60_000 + 5000, note: "it's ours" }),
    eventOf({
      ...{ id: 8, kind: 'system', name: 'disk-full', severity: 'critical', agent: '', level: null },
      ...{
        raisedMs: NOON * 60_000 + 60_000,
        clearedMs: NOON * 60_000 + 90_000,
        acknowledgedMs: NOON * 60_000,
      },
    }),
  ]);
  database = openViews(join(directory, 'weir.sqlite'), (keys) =>
    keys === 'ipsource' ? (words, at, texts) => [texts[words[at + 1]!]!] : null,
  );
});
afterAll(() => {
  database.close();
  store.close();
  rmSync(directory, { recursive: true });
});

const rowsOf = (text: string): unknown => {
  const result = runSql(database, text);
  return 'problem' in result ? result.problem : result.cells;
};
const placeOf = (text: string): unknown => {
  const result = runSql(database, text);
  return 'problem' in result
    ? [result.problem, text.slice(result.start, result.end), result.start]
    : 'no problem';
};

describe('the views', () => {
  it('show what is stored, with addresses, names and times as text', () => {
    expect(
      rowsOf(
        'SELECT time, keys, agent, input, output, placed, key, octets FROM flows_minute ORDER BY time, octets',
      ),
    ).toEqual([
      ...['2026-03-01T12:00:00Z', 'ipsource', '10.0.0.1', 3, null, 'counted', null, 7],
      ...['2026-03-01T12:00:00Z', 'ipsource', '10.0.0.1', 3, null, 'counted', 'α.example', 2 ** 50],
      ...['2026-03-01T12:01:00Z', 'ipsource', '10.0.0.1', 3, null, 'counted', null, 7],
      ...['2026-03-01T12:01:00Z', 'ipsource', '10.0.0.1', 3, null, 'counted', 'α.example', 2 ** 50],
    ]);
    expect(rowsOf('SELECT * FROM metrics_minute')).toEqual([
      ...['2026-03-01T12:00:00Z', '10.0.0.1', '3', 'ifinoctets', 1, 3, 2, 3, 2],
    ]);
    expect(rowsOf('SELECT * FROM arrivals_minute')).toEqual(['2026-03-01T12:00:00Z', '10.0.0.1', 5, 1]);
    expect(rowsOf('SELECT agent, name, oper_up FROM interfaces')).toEqual(['10.0.0.1', 'swp3', 0]);
    expect(
      rowsOf('SELECT time, cleared, updated, id, name, agent, level, peak, acknowledged, note FROM events'),
    ).toEqual([
      ...['2026-03-01T12:00:00Z', null, '2026-03-01T12:00:05Z', 7, 'busy', '10.0.0.1', 80, 95, null],
      "it's ours",
      ...['2026-03-01T12:01:00Z', '2026-03-01T12:01:30Z', '1970-01-01T00:00:00Z', 8, 'disk-full', null, null],
      ...[95, '2026-03-01T12:00:00Z', null],
    ]);
  });

  it('read what is written meanwhile, and what is rolled up and packed', () => {
    while (store.upkeep((NOON + 3000) * 60_000));
    for (const suffix of ['5minutes', 'hour', 'day']) {
      expect([suffix, rowsOf(`SELECT sum(octets) FROM flows_${suffix}`)]).toEqual([suffix, [2 ** 51 + 14]]);
      expect([suffix, rowsOf(`SELECT mean, readings FROM metrics_${suffix}`)]).toEqual([suffix, [2, 2]]);
      expect([suffix, rowsOf(`SELECT received, lost FROM arrivals_${suffix}`)]).toEqual([suffix, [5, 1]]);
    }
    expect(rowsOf('SELECT mean FROM metrics_minute')).toEqual([2]);
  });

  it('have the columns that the schema describes, and its examples run', () => {
    for (const { name, columns } of sqlSchema.views) {
      const result = runSql(database, `SELECT * FROM ${name} LIMIT 0`);
      expect([name, 'columns' in result && result.columns]).toEqual([name, columns.map((one) => one.name)]);
    }
    for (const { title, text } of sqlSchema.examples)
      expect([title, 'problem' in runSql(database, text)]).toEqual([title, false]);
  });

  it('find times by an index', () => {
    const plan = rowsOf("EXPLAIN QUERY PLAN SELECT * FROM flows_minute WHERE time >= '2026-03-01T12:00:00Z'");
    expect((plan as unknown[]).join('\n')).toContain(
      'SEARCH b USING INDEX flow_block_time (level=? AND time>?)',
    );
  });
});

describe('a statement', () => {
  it('can do nothing but read', () => {
    for (const text of [
      "ATTACH '/tmp/other.sqlite' AS other",
      'PRAGMA user_version = 7',
      'PRAGMA query_only = OFF',
      'DELETE FROM agent',
      "WITH a AS (SELECT 1) INSERT INTO agent (address) SELECT 'x'",
      "VACUUM INTO '/tmp/copy.sqlite'",
      'CREATE TEMP TABLE a (b)',
      'BEGIN IMMEDIATE',
      '/* SELECT */ DROP TABLE agent',
    ])
      expect([text, rowsOf(text)]).toEqual([text, expect.stringMatching(/can only be read here/)]);
    expect(rowsOf("SELECT load_extension('/tmp/evil.so')")).toMatch(/not authorized|no such function/i);
    expect(rowsOf('SELECT 1; DELETE FROM agent')).toMatch(/more than one statement/i);
    expect(rowsOf('SELECT count(*) FROM agents')).toEqual([1]);
  });

  it('reads no document, however it is named', () => {
    for (const text of [
      'SELECT * FROM document',
      'SELECT * FROM main."DOCUMENT"',
      'SELECT count(*) FROM document',
      'WITH d AS (SELECT * FROM [document]) SELECT * FROM d',
      'SELECT (SELECT body FROM document LIMIT 1)',
      'SELECT agent FROM agents WHERE EXISTS (SELECT 1 FROM document)',
      '/* x */ SELECT * FROM agents UNION ALL SELECT *, 1, 2 FROM (SELECT kind, name FROM document)',
    ])
      expect(rowsOf(text)).toBe(
        'Documents can hold secrets and are not read here; the views hold the trends.',
      );
    expect(rowsOf("SELECT 'document'")).toEqual(['document']);
    expect(rowsOf('SELECT name FROM agents')).toEqual(['leaf1']);
  });

  it('is answered with at most ten thousand rows, and says that there were more', () => {
    const many =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n';
    expect(runSql(database, many)).toMatchObject({ rows: 10_000, cut: true });
    expect(rowsOf('SELECT hex(randomblob(1000000000))')).toMatch(/out of memory|too big/i);
    const blob = runSql(database, "SELECT x'0102', zeroblob(100)");
    expect('cells' in blob && blob.cells).toEqual([
      "x'0102' (2 octets)",
      `x'${'00'.repeat(32)}…' (100 octets)`,
    ]);
  });

  it('that is wrong is told where', () => {
    expect(placeOf('')).toEqual(['There is no statement; write one that begins with SELECT.', '', 0]);
    expect(placeOf('SELECT 1 FORM agents')).toEqual(['“agents” is not expected here.', 'agents', 14]);
    expect(placeOf("SELECT 'nam' FROM agents WHERE nam = 1")).toEqual(['No such column: nam.', 'nam', 31]);
    expect(placeOf('SELECT *\nFROM nowhere')).toEqual(['No such table: nowhere.', 'nowhere', 14]);
    expect(placeOf('SELECT foo(1)')).toEqual(['No such function: foo.', 'foo', 7]);
    expect(placeOf('SELECT (1')).toEqual(['The statement ends too early.', '', 9]);
    expect(placeOf('SELECT 1 FROM agents WHERE WHERE')).toEqual([
      '“WHERE” is not expected here.',
      'WHERE',
      27,
    ]);
  });
});
