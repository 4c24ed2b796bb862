/**
 * What is stored goes to a server as well, each minute once, whatever dies on the way. The protocol is tried against a
 * server of our own that fails on purpose; where ClickHouse is installed, everything is tried against it.
 */
import { readFileSync, statSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Link } from '../../main/clickhouse/link.ts';
import { quoted } from '../../main/clickhouse/schema.ts';
import { readLink, writeLink } from '../../main/hosts/clickhouse-settings.ts';
import { Store } from '../../main/store/store.ts';
import type { ClickHouseSettings } from '../../shared/model/clickhouse.ts';
import type { MinuteBatch } from '../../shared/model/store.ts';
import { temporaryFolder } from '../headless/running.ts';
import { freeTcpPort, RealServer, SECRET, serverProgram } from './server.ts';

const NOON = Date.UTC(2026, 2, 1, 12) / 60_000;
const definition = { keys: 'ipsource,dns:ipsource', filter: "ipprotocol=6&x='a\\b", counts: '' };
const KEYS = 40;

/** One minute of a definition with a text in its keys, and of everything else. */
function batchOf(minute: number, octets = 1000): MinuteBatch {
  const rows = KEYS + 1;
  return {
    flows: [
      {
        ...{ definition, minute, keyWords: 4, textWords: [3] },
        texts: ['', ...Array.from({ length: KEYS }, (_, i) => `host-${i}'\\`)],
        paths: [{ agent: '10.0.0.1', dataSource: 3, input: 3, output: 0x4000_0001, mark: 1 }],
        pathOf: new Uint32Array(rows),
        hasKey: Uint8Array.from({ length: rows }, (_, i) => (i < KEYS ? 1 : 0)),
        words: Uint32Array.from({ length: rows * 4 }, (_, i) => {
          const row = i >> 2;
          return row < KEYS ? [1, 0xffff_0000 + row, 1, row + 1][i & 3]! : 0;
        }),
        sums: Float64Array.from({ length: rows * 5 }, (_, i) => [octets, 10, 2, 5, 7][i % 5]!),
      },
    ],
    arrivals: [{ minute, agent: '10.0.0.1', received: 20, lost: 1 }],
    counters: [
      {
        ...{ agent: '10.0.0.1', ifIndex: 3, fromMs: minute * 60_000 - 20_000, toMs: minute * 60_000 + 500 },
        ...{ seconds: 20, growth: Float64Array.of(1, Number.NaN, 2 ** 40) },
      },
    ],
    metrics: [
      {
        ...{ agent: '10.0.0.1', dataSource: '2.1', metric: 'load_one', minute },
        ...{ least: 1, most: 3, sum: 4, count: 2, last: 3 },
      },
    ],
    ...{ agents: [], interfaces: [] },
  };
}

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function linkOn(folder: string, store: Store, clock: { nowMs: number }): Link {
  const link = new Link({
    kept: readLink(folder),
    keep: (kept) => writeLink(folder, kept),
    nowMs: () => clock.nowMs,
    timeLimitMs: 10_000,
    outbox: {
      keep: (isOn) => store.outbox.keep(isOn),
      next: (nowMinute, limit) => store.outbox.next(nowMinute, limit),
      whole: (minute) => store.whole(minute),
      done: (minute, revision) => store.outbox.done(minute, revision),
      waiting: () => store.outbox.waiting(),
      dropped: () => store.outbox.dropped,
    },
    namedKeys: () => () => (_words, at) => [`row at ${at}`],
  });
  ends.push(() => link.close());
  return link;
}

function workspace() {
  const folder = temporaryFolder();
  const clock = { nowMs: NOON * 60_000 };
  const store = new Store(folder, clock.nowMs);
  ends.push(() => store.close());
  return { folder, clock, store, link: linkOn(folder, store, clock) };
}

const at = (address: string): ClickHouseSettings => ({
  ...{ enabled: true, address, database: 'weir_test', user: 'weir' },
});

/** Sends until nothing waits, passing the time between tries. */
async function drain(link: Link, clock: { nowMs: number }): Promise<void> {
  for (let left = 30; left > 0; left--) {
    clock.nowMs += 1000;
    await link.tick();
    const { minutesWaiting, problem } = link.status();
    if (minutesWaiting === 0 && problem === '') return;
    if (problem !== '') clock.nowMs += 60_000;
  }
}

type Insert = { table: string; rows: Record<string, unknown>[] };

/** A server that understands the protocol and fails where it is told to. */
class FailingServer {
  readonly inserts: Insert[] = [];
  readonly heads: string[] = [];
  /** What an insert meets: 'refuse' before it is taken, 'silence' after. */
  fails: () => 'refuse' | 'silence' | null = () => null;
  address = '';
  version = '18.16.1';
  readonly #server: HttpServer;

  constructor() {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () => {
        const body = Buffer.concat(parts).toString();
        const query = new URL(request.url ?? '', 'http://x').searchParams.get('query') ?? body;
        this.heads.push(`${request.url} ${JSON.stringify(request.headers)}`);
        const table = /^INSERT INTO (\S+)/.exec(query)?.[1];
        if (table === undefined)
          return response.end(
            /^SELECT version/.test(query)
              ? `{"meta":[],"data":[["${this.version}"]],"rows":1}`
              : /^SELECT/.test(query)
                ? '{"meta":[],"data":[["0","0","0"]],"rows":1}'
                : '',
          );
        const how = this.fails();
        if (how === 'refuse') return response.writeHead(500).end(`Code: 241. Memory limit, said ${SECRET}`);
        const rows = body
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
        this.inserts.push({ table, rows });
        return how === 'silence' ? request.socket.destroy() : response.end();
      });
    });
  }

  async start(): Promise<this> {
    const port = await freeTcpPort();
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.address = `http://127.0.0.1:${port}`;
    ends.push(() => void this.#server.close());
    return this;
  }

  /** Rows of each minute that count: those of its greatest revision that has its line. */
  counting(): Map<number, Insert['rows']> {
    const revisions = new Map<number, number>();
    const rowsOf = (ending: string) =>
      this.inserts.flatMap(({ table, rows }) => (table.endsWith(ending) ? rows : []));
    for (const { minute, revision } of rowsOf('weir_minute'))
      revisions.set(Number(minute), Math.max(revisions.get(Number(minute)) ?? 0, Number(revision)));
    const found = new Map<number, Insert['rows']>();
    for (const row of rowsOf('weir_flow')) {
      const minute = Number(row.minute);
      if (revisions.get(minute) === row.revision) found.set(minute, [...(found.get(minute) ?? []), row]);
    }
    return found;
  }
}

describe('a link to a server', () => {
  it('sends minutes that are over, whole and once, through refusals and answers that are lost', async () => {
    const { store, link, clock } = workspace();
    const server = await new FailingServer().start();
    await link.set(at(server.address), SECRET);
    await link.tick();
    for (let minute = 0; minute < 5; minute++) store.write(batchOf(NOON + minute));
    clock.nowMs += 10 * 60_000;
    let inserts = 0;
    const fates = ['refuse', null, 'silence', null, null, null, null, null, 'silence'] as const;
    server.fails = () => fates[inserts++] ?? null;
    await drain(link, clock);
    expect(inserts).toBeGreaterThan(25);
    expect(link.status()).toMatchObject({ state: 'connected', problem: '', minutesWaiting: 0 });
    const counting = server.counting();
    expect([...counting.keys()].sort()).toEqual([0, 1, 2, 3, 4].map((minute) => NOON + minute));
    for (const rows of counting.values()) expect(rows).toHaveLength(KEYS + 1);
    expect(counting.get(NOON)![1]).toMatchObject({
      ...{ texts: ["host-1'\\"], key: ['row at 4'], words: [1, 0xffff_0001, 1, 0], octets: 1000 },
    });
    // A minute that is written to again is sent again, and takes the place of what was sent.
    store.write(batchOf(NOON + 2, 3000));
    await drain(link, clock);
    expect(server.counting().get(NOON + 2)![0]).toMatchObject({ octets: 3000 });
    expect(server.counting().get(NOON + 2)).toHaveLength(KEYS + 1);
  });

  it('waits in the store while the server is away, goes on after a restart, and counts what grew too old', async () => {
    const { folder, store, link, clock } = workspace();
    await link.set(at(`http://127.0.0.1:${await freeTcpPort()}`), SECRET);
    for (let minute = 0; minute < 8; minute++) store.write(batchOf(NOON + minute));
    clock.nowMs += 20 * 60_000;
    await link.tick();
    expect(link.status()).toMatchObject({ state: 'away', minutesWaiting: 8, minutesSent: 0 });
    expect(link.status().problem).toMatch(/^The ClickHouse server at .* does not answer/);
    await link.close();
    const server = await new FailingServer().start();
    const again = linkOn(folder, store, clock);
    await again.set(at(server.address), SECRET);
    await drain(again, clock);
    expect(server.counting().size).toBe(8);
    expect(again.status()).toMatchObject({ minutesSent: 8, minutesWaiting: 0, minutesDropped: 0 });
    store.write(batchOf(NOON + 9));
    while (store.upkeep(clock.nowMs + 30 * 86_400_000));
    expect(again.status()).toMatchObject({ minutesWaiting: 0, minutesDropped: 1 });
  });

  it('keeps its secret to itself: a file for its user alone, no answer, no error, no other address', async () => {
    const { folder, link, clock, store } = workspace();
    const server = await new FailingServer().start();
    server.fails = () => 'refuse';
    await link.set(at(server.address), SECRET);
    await link.tick();
    store.write(batchOf(NOON));
    clock.nowMs += 10 * 60_000;
    await link.tick();
    expect(link.status().problem).toMatch(/refuses: .*Memory limit/);
    expect(JSON.stringify(link.status())).not.toContain(SECRET);
    expect(link.status().hasSecret).toBe(true);
    expect(statSync(join(folder, 'clickhouse.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'clickhouse.json'), 'utf8')).toContain(SECRET);
    const encoded = Buffer.from(`weir:${SECRET}`).toString('base64');
    expect(server.heads.join()).toContain(encoded);
    const other = await new FailingServer().start();
    await link.test(at(other.address), null);
    expect(other.heads.join()).not.toContain(encoded);
    // One that would queue inserts by itself is told to write them; an old one knows no such setting.
    expect(server.heads.join()).not.toContain('async_insert');
    other.version = '26.3.1.2';
    store.write(batchOf(NOON));
    await link.set(at(other.address), null);
    await drain(link, clock);
    expect(other.heads.filter((head) => head.includes('INSERT')).join()).toContain('async_insert=0');
    for (const address of ['ftp://x', 'nothing', 'http://a:b@x/', 'file:///etc/passwd'])
      await expect(link.test(at(address), null)).rejects.toThrow(/address|http/);
    await expect(link.set({ ...at(server.address), database: 'a; DROP' }, null)).rejects.toThrow(/letters/);
    expect(quoted("a'\\b")).toBe("'a\\'\\\\b'");
  });
});

describe.skipIf(serverProgram === null)('a real ClickHouse server', () => {
  it('has each minute once although it is killed in the middle, and answers flows, counters and metrics of the past to the unit', {
    timeout: 120_000,
  }, async () => {
    const { store, link, clock } = workspace();
    const server = new RealServer(temporaryFolder(), await freeTcpPort());
    ends.push(() => server.kill());
    await server.start();
    expect((await link.test(at(server.address), SECRET)).version).toMatch(/^\d+\.\d+/);
    await expect(link.test(at(server.address), 'wrong')).rejects.toThrow(/refuses/);
    for (let minute = 0; minute < 60; minute++) store.write(batchOf(NOON + minute));
    clock.nowMs += 90 * 60_000;
    await link.set(at(server.address), SECRET);
    // Killed while minutes are on their way.
    for (let kill = 0; kill < 2; kill++) {
      const sending = link.tick();
      await new Promise((resolve) => setTimeout(resolve, 60 + kill * 90));
      await server.kill();
      await sending;
      await server.start();
      clock.nowMs += 120_000;
    }
    await drain(link, clock);
    expect(link.status()).toMatchObject({
      ...{ state: 'connected', problem: '', minutesWaiting: 0, minutesDropped: 0 },
      minutes: { first: NOON, last: NOON + 59 },
    });
    expect(await server.ask('SELECT uniq(minute) FROM weir_test.weir_minute')).toBe('60\n');

    const local = store.flows(definition, 1, NOON, NOON + 60)!;
    const octets = (sums: Float64Array) => sums.reduce((all, one, i) => all + (i % 5 === 0 ? one : 0), 0);
    for (const step of [1, 5, 60]) {
      const { flows, arrivals } = (await link.past(definition, step, NOON, NOON + 60))!;
      expect(octets(flows.sums)).toBe(octets(local.sums));
      expect(octets(flows.sums)).toBe(60 * (KEYS + 1) * 1000);
      expect(flows.pathOf).toHaveLength((60 / step) * (KEYS + 1));
      expect(flows.paths).toEqual(local.paths);
      expect(new Set(flows.texts)).toEqual(new Set(local.texts));
      expect(arrivals.reduce((all, { received }) => all + received, 0)).toBe(60 * 20);
      const keys = new Set<string>();
      flows.hasKey.forEach((has, row) => {
        if (has === 1) keys.add(`${flows.words[row * 4 + 1]} ${flows.texts[flows.words[row * 4 + 3]!]}`);
      });
      expect(keys.size).toBe(KEYS);
    }
    const other = await link.past({ ...definition, filter: '' }, 1, NOON, NOON + 60);
    expect(other!.flows.pathOf).toHaveLength(0);
    // Each interval by itself, as it is here; in wider steps what they grew by together.
    const port = { agent: '10.0.0.1', ifIndex: 3 };
    const intervals = store.counters(NOON * 60_000, (NOON + 60) * 60_000, port);
    expect(intervals).toHaveLength(60);
    expect(await link.counters(port, 1, NOON, NOON + 60)).toEqual(intervals);
    expect(await link.counters(null, 1, NOON, NOON + 60)).toEqual(intervals);
    expect(await link.counters({ ...port, ifIndex: 4 }, 1, NOON, NOON + 60)).toEqual([]);
    const hour = (await link.counters(null, 60, NOON, NOON + 60))!;
    expect(hour).toEqual([
      {
        ...{ ...port, fromMs: intervals[0]!.fromMs, toMs: intervals.at(-1)!.toMs, seconds: 60 * 20 },
        growth: Float64Array.of(60, Number.NaN, 60 * 2 ** 40),
      },
    ]);
    const selection = { agent: null, dataSource: null, metric: 'load_one' };
    const trends = store.metrics(selection, 1, NOON, NOON + 60);
    expect(trends[0]!.minutes).toHaveLength(60);
    expect(await link.metrics(selection, 1, NOON, NOON + 60)).toEqual(trends);
    const fives = (await link.metrics({ ...selection, agent: '10.0.0.1' }, 5, NOON, NOON + 60))!;
    expect(fives).toHaveLength(1);
    expect([...fives[0]!.minutes]).toEqual(Array.from({ length: 12 }, (_, i) => NOON + i * 5));
    expect([...fives[0]!.mean, ...fives[0]!.count]).toEqual([
      ...new Array(12).fill(2),
      ...new Array(12).fill(10),
    ]);
    expect(await link.metrics({ ...selection, dataSource: "x' OR 1=1" }, 1, NOON, NOON + 60)).toEqual([]);
  });
});
