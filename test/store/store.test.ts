import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { READ_ARRIVALS } from '../../main/store/arrivals.ts';
import { READ_COUNTER_HOURS, READ_COUNTERS, READ_PORT_HOURS } from '../../main/store/counter-trends.ts';
import { READ_BLOCKS, READ_DUE } from '../../main/store/flow-trends.ts';
import { READ_METRIC_BLOCK, READ_METRIC_MINUTES } from '../../main/store/metric-trends.ts';
import { migrations, SCHEMA_VERSION } from '../../main/store/migrations.ts';
import { Store } from '../../main/store/store.ts';
import type { FlowMinute, MinuteBatch } from '../../shared/model/store.ts';
import { eventOf } from '../events/made.ts';

const NOW = Date.UTC(2026, 2, 1);
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'weir-store-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const chartQueries = {
  READ_BLOCKS,
  READ_DUE,
  READ_ARRIVALS,
  READ_COUNTERS,
  READ_COUNTER_HOURS,
  READ_PORT_HOURS,
  READ_METRIC_BLOCK,
  READ_METRIC_MINUTES,
};

const ipsource = { keys: 'ipsource', filter: '', counts: '' };
const path = { agent: '10.0.0.1', dataSource: 3, input: 3, output: 0x4000_0001, mark: 1 as const };

function minuteOf(minute: number, rows: { key: number | null; octets: number }[]): FlowMinute {
  return {
    definition: ipsource,
    textWords: [],
    texts: [''],
    minute,
    keyWords: 2,
    paths: [path],
    pathOf: new Uint32Array(rows.length),
    hasKey: Uint8Array.from(rows, ({ key }) => (key === null ? 0 : 1)),
    words: Uint32Array.from(rows.flatMap(({ key }) => [key === null ? 0 : 1, key ?? 0])),
    sums: Float64Array.from(rows.flatMap(({ octets }) => [octets, octets / 100, 3, octets ** 2, 7])),
  };
}

const reading = {
  ...{ agent: '10.0.0.1', dataSource: '2.1', metric: 'load_one', minute: 100 },
  ...{ least: 1, most: 4, sum: 5, count: 2, last: 4 },
};
/** Format 4 still had the emptied tables of format 3. */
const OLD_TABLES = 'CREATE TABLE IF NOT EXISTS';

const batch = (part: Partial<MinuteBatch>): MinuteBatch => ({
  flows: [],
  arrivals: [],
  counters: [],
  agents: [],
  interfaces: [],
  metrics: [],
  ...part,
});

describe('the store', () => {
  it('gives back what it was given, and a minute written again replaces itself', () => {
    const store = new Store(directory, NOW);
    store.write(
      batch({
        flows: [
          minuteOf(100, [
            { key: 0xffff_ffff, octets: 5000 },
            { key: 9, octets: 1000 },
          ]),
        ],
      }),
    );
    store.write(
      batch({
        flows: [
          minuteOf(100, [
            { key: 0xffff_ffff, octets: 8000 },
            { key: null, octets: 3000 },
          ]),
          minuteOf(101, [{ key: 9, octets: 2 ** 52 }]),
        ],
      }),
    );
    const read = store.flows(ipsource, 1, 100, 102)!;
    const rows = Array.from(read.minuteOf, (minute, i) => ({
      minute,
      hasKey: read.hasKey[i],
      word: read.words[i * 2 + 1],
      octets: read.sums[i * 5],
      path: read.paths[read.pathOf[i]!],
    }));
    expect(rows.sort((a, b) => a.minute - b.minute || a.octets! - b.octets!)).toEqual([
      { minute: 100, hasKey: 0, word: 0, octets: 3000, path },
      { minute: 100, hasKey: 1, word: 0xffff_ffff, octets: 8000, path },
      { minute: 101, hasKey: 1, word: 9, octets: 2 ** 52, path },
    ]);
    expect(store.flows(ipsource, 1, 102, 200)!.minuteOf).toHaveLength(0);
    expect(store.flows({ keys: 'never defined', filter: '', counts: '' }, 1, 0, 200)).toBeNull();
    store.close();
  });

  it('keeps counters with what was not reported, arrivals, names and states', () => {
    const store = new Store(directory, NOW);
    const growth = Float64Array.of(1, Number.NaN, 2 ** 53);
    store.write(
      batch({
        counters: [{ agent: '10.0.0.1', ifIndex: 3, fromMs: 1, toMs: 20_000.5, seconds: 20, growth }],
        arrivals: [{ minute: 7, agent: '2001:db8::1', received: 10, lost: 2 }],
        agents: [{ agent: '10.0.0.1', name: 'leaf1', samplingRateLeast: 1000, samplingRateMost: 20_000 }],
        interfaces: [
          { agent: '10.0.0.1', ifIndex: 3, name: 'swp3', speed: 1e10, adminUp: true, operUp: null },
        ],
      }),
    );
    store.close();
    const again = new Store(directory, NOW);
    expect(again.counters(0, 30_000)).toEqual([
      { agent: '10.0.0.1', ifIndex: 3, fromMs: 1, toMs: 20_000.5, seconds: 20, growth },
    ]);
    expect(again.arrivals(1, 7, 8)).toEqual([{ minute: 7, agent: '2001:db8::1', received: 10, lost: 2 }]);
    expect(again.network()).toEqual({
      agents: [
        { agent: '10.0.0.1', name: 'leaf1', samplingRateLeast: 1000, samplingRateMost: 20_000 },
        { agent: '2001:db8::1', name: '', samplingRateLeast: 0, samplingRateMost: 0 },
      ],
      interfaces: [{ agent: '10.0.0.1', ifIndex: 3, name: 'swp3', speed: 1e10, adminUp: true, operUp: null }],
    });
    again.close();
  });

  it('forgets what is past its retention, in slices, and nothing else', () => {
    const store = new Store(directory, NOW);
    const today = NOW / 60_000;
    store.write(
      batch({
        flows: [
          minuteOf(today - 8 * 1440, [{ key: 1, octets: 1 }]),
          minuteOf(today - 6 * 1440, [{ key: 1, octets: 2 }]),
        ],
        arrivals: [{ minute: today - 8 * 1440, agent: 'a', received: 1, lost: 0 }],
      }),
    );
    while (store.upkeep(NOW));
    expect([...store.flows(ipsource, 1, 0, today)!.minuteOf]).toEqual([today - 6 * 1440]);
    expect(store.arrivals(1, 0, today)).toEqual([]);
    store.close();
  });

  it('stops writing where the disk is full, says so, and goes on by itself when there is room', () => {
    const store = new Store(directory, NOW);
    store.write(batch({ flows: [minuteOf(1, [{ key: 1, octets: 1 }])] }));
    const second = new Database(join(directory, 'weir.sqlite'));
    const pages = Number(second.pragma('page_count', { simple: true }));
    second.close();
    store.limitPages(pages);
    const large = minuteOf(
      2,
      Array.from({ length: 50_000 }, (_, key) => ({ key, octets: key * 7919 })),
    );
    const full = store.write(batch({ flows: [large] }));
    expect(full.problem).toMatch(/^The disk that holds .* is full/);
    expect(full.dropped).toBe(1);
    expect([...store.flows(ipsource, 1, 0, 10)!.minuteOf]).toEqual([1]);
    store.limitPages(1_000_000);
    expect(store.write(batch({ flows: [large] })).problem).toBe('');
    expect(store.flows(ipsource, 1, 2, 3)!.minuteOf).toHaveLength(50_000);
    store.close();
  });

  it('keeps documents by kind and name, over a restart, and refuses one that the disk has no room for', () => {
    const store = new Store(directory, NOW);
    store.documents.put({ kind: 'group', name: 'b', body: '{}' });
    store.documents.put({ kind: 'group', name: 'a', body: '1' });
    store.documents.put({ kind: 'group', name: 'a', body: '2' });
    store.documents.put({ kind: 'map', name: 'a', body: '3' });
    store.documents.delete('map', 'a');
    store.close();
    const again = new Store(directory, NOW);
    expect(again.documents.all('group')).toEqual([
      { kind: 'group', name: 'a', body: '2' },
      { kind: 'group', name: 'b', body: '{}' },
    ]);
    expect(again.documents.all('map')).toEqual([]);
    again.limitPages(1);
    const large = { kind: 'group', name: 'c', body: 'x'.repeat(1_000_000) };
    expect(() => again.documents.put(large)).toThrow('c could not be saved: the disk is full');
    expect(again.documents.all('group')).toHaveLength(2);
    again.close();
  });

  it('reads by an index whatever a chart asks', () => {
    new Store(directory, NOW).close();
    const database = new Database(join(directory, 'weir.sqlite'), { readonly: true });
    const plans = Object.fromEntries(
      Object.entries(chartQueries).map(([name, text]) => [
        name,
        database
          .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`)
          .all(...Array.from(text.matchAll(/\?/g), () => 1))
          .map(({ detail }) => detail),
      ]),
    );
    database.close();
    expect(plans).toEqual({
      READ_BLOCKS: ['SEARCH flow_block USING PRIMARY KEY (level=? AND definition=? AND start>? AND start<?)'],
      READ_DUE: ['SEARCH due USING PRIMARY KEY (level=? AND start>? AND start<?)'],
      READ_ARRIVALS: [
        'SEARCH m USING PRIMARY KEY (level=? AND start>? AND start<?)',
        'SEARCH a USING INTEGER PRIMARY KEY (rowid=?)',
      ],
      READ_COUNTERS: [
        'SEARCH c USING PRIMARY KEY (to_ms>? AND to_ms<?)',
        'SEARCH a USING INTEGER PRIMARY KEY (rowid=?)',
      ],
      READ_COUNTER_HOURS: [
        'SEARCH h USING INDEX counter_hour_time (hour>? AND hour<?)',
        'SEARCH a USING INTEGER PRIMARY KEY (rowid=?)',
      ],
      READ_PORT_HOURS: [
        'SEARCH a USING COVERING INDEX sqlite_autoindex_agent_1 (address=?)',
        'SEARCH h USING PRIMARY KEY (agent=? AND if_index=? AND hour>? AND hour<?)',
      ],
      READ_METRIC_BLOCK: ['SEARCH metric_block USING PRIMARY KEY (level=? AND start=? AND series=?)'],
      READ_METRIC_MINUTES: ['SEARCH metric_minute USING PRIMARY KEY (series=? AND minute>? AND minute<?)'],
    });
  });
});

describe('opening a data directory', () => {
  const fileOf = (): string => join(directory, 'weir.sqlite');
  const refusal = (where = directory): string => {
    try {
      new Store(where, NOW).close();
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
    return '';
  };

  it('keeps the minutes of a database made before samples were placed, as not placed', () => {
    const database = new Database(fileOf());
    database.exec(migrations[0]!.sql);
    database.pragma('user_version = 1');
    database.exec(`
      INSERT INTO agent (id, address) VALUES (1, '10.0.0.1');
      INSERT INTO path VALUES (7, 1, 3, 3, 4);
      INSERT INTO definition VALUES (1, '', 0);
      INSERT INTO flow_minute VALUES (1, 100, 7, 0, 5000, 50, 3, 1, 1);
    `);
    database.close();
    const store = new Store(directory, NOW);
    const read = store.flows({ keys: '', filter: '', counts: '' }, 1, 100, 101)!;
    store.close();
    expect(read.paths).toEqual([{ agent: '10.0.0.1', dataSource: 3, input: 3, output: 4, mark: 2 }]);
    expect(read.sums[0]).toBe(5000);
  });

  it('counts the steps of the schema without a gap', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, i) => i + 1));
    new Store(directory, NOW).close();
    const database = new Database(fileOf());
    expect(database.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    database.close();
    expect(refusal()).toBe('');
  });

  for (const { version } of migrations) {
    it(`takes over all that a database of format ${version} holds`, () => {
      if (version > 3) {
        // From format 4 on the tables are those of today: today's store fills them.
        const store = new Store(directory, NOW);
        store.write(
          batch({
            flows: [minuteOf(100, [{ key: 9, octets: 5000 }])],
            arrivals: [{ minute: 100, agent: '10.0.0.1', received: 12, lost: 3 }],
            metrics: [reading],
          }),
        );
        store.documents.put({ kind: 'group', name: 'mine', body: '{}' });
        store.events.write([eventOf({ id: 41, raisedMs: 1000, updatedMs: 2000 })]);
        store.close();
        const database = new Database(fileOf());
        if (version === 4) database.exec(migrations[0]!.sql.replaceAll('CREATE TABLE', OLD_TABLES));
        if (version < 7) database.exec('DROP TABLE IF EXISTS event');
        if (version < 9) database.exec('DROP TABLE IF EXISTS outgoing; DROP TABLE IF EXISTS outgoing_begun');
        database.pragma(`user_version = ${version}`);
        database.close();
      } else {
        const database = new Database(fileOf());
        for (const step of migrations.slice(0, version)) database.exec(step.sql);
        database.pragma(`user_version = ${version}`);
        const words = Buffer.alloc(8);
        words.writeUInt32LE(1, 0);
        words.writeUInt32LE(9, 4);
        database.exec(`
          INSERT INTO agent (id, address) VALUES (1, '10.0.0.1');
          INSERT INTO path VALUES (7, 1, 3, 3, ${0x4000_0001}${version === 1 ? '' : ', 1'});
          INSERT INTO definition VALUES (1, 'ipsource', 2);
          INSERT INTO flow_minute VALUES (1, 100, 7, 5, 5000, 50, 3, 25000000, 7);
          INSERT INTO arrival_minute VALUES (100, 1, 12, 3);
          INSERT INTO counter_interval VALUES (20000.5, 1, 3, 1, 20, x'${Buffer.from(Float64Array.of(1, 2).buffer).toString('hex')}');
        `);
        database.prepare('INSERT INTO flow_key VALUES (5, 1, ?)').run(words);
        if (version === 3) database.exec("INSERT INTO document VALUES ('group', 'mine', '{}')");
        database.close();
      }
      const store = new Store(directory, NOW);
      const read = store.flows(ipsource, 1, 100, 101)!;
      expect([...read.sums].slice(0, 3)).toEqual([5000, 50, 3]);
      expect([...read.words]).toEqual([1, 9]);
      expect(read.paths).toEqual([{ ...path, mark: version === 1 ? 2 : 1 }]);
      expect(store.arrivals(1, 100, 101)).toEqual([
        { minute: 100, agent: '10.0.0.1', received: 12, lost: 3 },
      ]);
      // Rolled up with the rest, as if it had been stored today.
      while (store.upkeep((100 + 2880) * 60_000));
      expect(store.flows(ipsource, 1440, 0, 1440)!.sums[0]).toBe(5000);
      expect(store.arrivals(60, 60, 120)[0]).toMatchObject({ received: 12, lost: 3 });
      if (version <= 3) expect([...store.counters(0, 30_000)[0]!.growth]).toEqual([1, 2]);
      if (version >= 3) expect(store.documents.all('group')).toHaveLength(1);
      if (version > 3)
        expect(
          store.metrics({ agent: null, dataSource: null, metric: 'load_one' }, 1, 90, 110)[0]!.last[0],
        ).toBe(4);
      // Events are kept from format 7 on; whichever it was, they are written and found now, and numbers go on.
      expect(store.events.open()).toMatchObject(
        version >= 7 ? { newest: 41, standing: [{ id: 41, name: 'busy' }] } : { standing: [] },
      );
      expect(store.events.write([eventOf({ id: 42, severity: 'critical', acknowledgedMs: null })])).toBe(
        version >= 7 ? 2 : 1,
      );
      expect(store.events.open().newest).toBe(42);
      expect(store.status().notice).toBe('');
      store.close();
    });
  }

  it('refuses a second program on the same directory, and takes it when the first has gone', () => {
    const store = new Store(directory, NOW);
    expect(refusal()).toMatch(/^Another Weir uses the data directory/);
    store.close();
    expect(refusal()).toBe('');
  });

  it('refuses a database of a newer Weir and leaves it as it is', () => {
    new Store(directory, NOW).close();
    const database = new Database(fileOf());
    database.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    database.close();
    expect(refusal()).toMatch(/made by a newer Weir/);
    const after = new Database(fileOf());
    expect(after.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION + 1);
    after.close();
  });

  it('says what is wrong where the database’s place is a folder, or the directory a file', () => {
    mkdirSync(fileOf());
    expect(refusal()).toMatch(/is a folder/);
    writeFileSync(join(directory, 'a-file'), '');
    expect(refusal(join(directory, 'a-file'))).toMatch(/cannot be (made|written|opened)/);
  });

  const damages: [string, (path: string) => void][] = [
    ['a head of junk', (path) => writeAt(path, 0, new Uint8Array(100).fill(0x5a))],
    [
      'not a database at all',
      (path) =>
        writeFileSync(
          path,
          'this is a text file, not a database, and long enough to be looked at. '.repeat(80),
        ),
    ],
    ['cut in half', (path) => writeFileSync(path, readFileSync(path).subarray(0, 9000))],
    ['a page of 0xFF', (path) => writeAt(path, 8192, new Uint8Array(4096).fill(0xff))],
    ['emptied', (path) => writeFileSync(path, '')],
  ];
  for (const [name, damage] of damages) {
    it(`moves a damaged file aside (${name}), keeps its octets, and begins anew`, () => {
      const store = new Store(directory, NOW);
      store.write(
        batch({
          flows: [
            minuteOf(
              1,
              Array.from({ length: 2000 }, (_, key) => ({ key, octets: 1 })),
            ),
          ],
        }),
      );
      store.close();
      damage(fileOf());
      const damaged = readFileSync(fileOf());
      const again = new Store(directory, NOW);
      expect(again.status().notice).toMatch(/^The database was damaged; it was moved to /);
      expect(again.write(batch({ flows: [minuteOf(2, [{ key: 1, octets: 1 }])] })).problem).toBe('');
      again.close();
      const kept = readdirSync(directory).find((entry) => entry.startsWith('corrupt-'))!;
      expect(readFileSync(join(directory, kept, 'weir.sqlite')).equals(damaged)).toBe(true);
      expect(existsSync(fileOf())).toBe(true);
    });
  }

  it('takes no notice of junk beside the database: what was written ahead and is none is not taken over', () => {
    const store = new Store(directory, NOW);
    store.write(batch({ flows: [minuteOf(1, [{ key: 1, octets: 5 }])] }));
    store.close();
    writeFileSync(
      `${fileOf()}-wal`,
      Uint8Array.from({ length: 40_000 }, (_, i) => (i * 31) & 255),
    );
    writeFileSync(`${fileOf()}-shm`, 'junk');
    const again = new Store(directory, NOW);
    expect(again.status().notice).toBe('');
    expect([...again.flows(ipsource, 1, 0, 10)!.sums].slice(0, 1)).toEqual([5]);
    expect(again.write(batch({ flows: [minuteOf(2, [{ key: 1, octets: 1 }])] })).problem).toBe('');
    again.close();
  });

  it('leaves out a minute of which one octet is not what was written, small or large, and counts it', () => {
    const store = new Store(directory, NOW);
    const rows = (count: number) => Array.from({ length: count }, (_, key) => ({ key, octets: 1000 + key }));
    store.write(batch({ flows: [minuteOf(1, rows(4)), minuteOf(2, rows(3000)), minuteOf(3, rows(5))] }));
    store.close();
    for (const [minute, place] of [
      [1, 40],
      [2, 50],
    ] as const) {
      const database = new Database(fileOf());
      const { block } = database
        .prepare<[number], { block: Buffer }>('SELECT block FROM flow_block WHERE level = 1 AND start = ?')
        .get(minute)!;
      database.close();
      const whole = readFileSync(fileOf());
      const at = whole.indexOf(block.subarray(0, 60));
      expect(at).toBeGreaterThan(0);
      writeAt(fileOf(), at + place, Uint8Array.of(whole[at + place]! ^ 0x10));
    }
    const again = new Store(directory, NOW);
    expect(again.status().notice).toBe('');
    expect(new Set(again.flows(ipsource, 1, 0, 10)!.minuteOf)).toEqual(new Set([3]));
    expect(again.status().dropped).toBe(2);
    again.close();
  });
});

function writeAt(path: string, offset: number, octets: Uint8Array): void {
  const file = openSync(path, 'r+');
  writeSync(file, octets, 0, octets.length, offset);
  closeSync(file);
}
