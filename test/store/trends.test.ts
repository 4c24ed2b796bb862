/** What trends promise: exact totals at every level and moment, whatever is rolled up; nothing that is no number. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packIntervals, unpackIntervals } from '../../main/store/counter-trends.ts';
import { packFlows } from '../../main/store/flow-block.ts';
import { KEPT_ROWS } from '../../main/store/flow-trends.ts';
import { packPoints, unpackPoints } from '../../main/store/metric-block.ts';
import { DamagedBlock } from '../../main/store/packed.ts';
import { rowsOf, unpackFlows } from '../../main/store/row-list.ts';
import { Store } from '../../main/store/store.ts';
import { TREND_LEVELS } from '../../shared/model/storage.ts';
import type { FlowMinute, MetricReadings, MinuteBatch, StoredFlows } from '../../shared/model/store.ts';

const NOON = Date.UTC(2026, 2, 1, 12) / 60_000;
const definition = { keys: 'dns:ipsource', filter: 'protocol=TCP', counts: '' };
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'weir-trends-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const batch = (part: Partial<MinuteBatch>): MinuteBatch => ({
  ...{ flows: [], arrivals: [], counters: [], agents: [], interfaces: [], metrics: [] },
  ...part,
});

type Row = { agent: string; host: string | null; octets: number };
const HOSTS = ['a.example', 'b.example', 'ü.example', ''];
const rowOf = fc.record({
  agent: fc.constantFrom('10.0.0.1', '2001:db8::1'),
  host: fc.option(fc.constantFrom(...HOSTS, ...Array.from({ length: 40 }, (_, i) => `host${i}`)), {
    nil: null,
  }),
  octets: fc.integer({ min: 1, max: 2 ** 40 }),
});

function minuteOf(minute: number, rows: readonly Row[]): FlowMinute {
  const agents = [...new Set(rows.map(({ agent }) => agent))];
  const texts = ['', ...new Set(rows.flatMap(({ host }) => (host === null || host === '' ? [] : [host])))];
  return {
    definition,
    minute,
    keyWords: 2,
    textWords: [1],
    texts,
    paths: agents.map((agent) => ({ agent, dataSource: 1, input: 1, output: 0x4000_0001, mark: 0 })),
    pathOf: Uint32Array.from(rows, ({ agent }) => agents.indexOf(agent)),
    hasKey: Uint8Array.from(rows, ({ host }) => (host === null ? 0 : 1)),
    words: Uint32Array.from(rows.flatMap(({ host }) => (host === null ? [0, 0] : [1, texts.indexOf(host)]))),
    sums: Float64Array.from(rows.flatMap(({ octets }) => [octets, 1000, 1, octets ** 2, 1e6])),
  };
}

/** Octets by agent and host; what was put together is under its agent alone. */
function told(stored: StoredFlows): Map<string, number> {
  const sums = new Map<string, number>();
  for (let row = 0; row < stored.pathOf.length; row++) {
    const { agent } = stored.paths[stored.pathOf[row]!]!;
    const key = stored.hasKey[row] === 1 ? `${agent} ${stored.texts[stored.words[row * 2 + 1]!]}` : agent;
    sums.set(key, (sums.get(key) ?? 0) + stored.sums[row * 5]!);
  }
  return sums;
}
const total = (stored: StoredFlows): number => [...told(stored).values()].reduce((a, b) => a + b, 0);
const keepUp = (store: Store, minute: number): void => {
  while (store.upkeep(minute * 60_000));
};

describe('blocks', () => {
  it('give back the rows of flows that they were made of', () => {
    fc.assert(
      fc.property(fc.array(rowOf, { maxLength: 200 }), (rows) => {
        const { definition: _, minute: __, ...minute } = minuteOf(1, rows);
        const back = unpackFlows(packFlows(minute));
        // The squares behind the band keep seven digits.
        for (const [i, value] of minute.sums.entries())
          expect(back.sums[i]! / value).toBeCloseTo(1, i % 5 < 3 ? 15 : 6);
        expect({ ...back, sums: null }).toEqual({ ...minute, sums: null });
      }),
      { numRuns: 50 },
    );
  });

  it('give back points: whole numbers exactly, others to four digits', () => {
    const value = fc.oneof(
      fc.integer({ min: -(2 ** 53), max: 2 ** 53 }),
      fc.double({ min: -1e30, max: 1e30, noNaN: true }),
      fc.constant(0),
    );
    const point = fc.tuple(fc.array(value, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 3 }));
    fc.assert(
      fc.property(fc.array(point, { maxLength: 60 }), (readings) => {
        let minute = 600;
        const points = readings.map(([values, gap]) => {
          minute += gap;
          return {
            minute,
            least: Math.min(...values),
            most: Math.max(...values),
            sum: values.reduce((a, b) => a + b, 0),
            count: values.length,
            last: values[values.length - 1]!,
          };
        });
        const back = unpackPoints(packPoints(points, 600, 1), 600, 1);
        expect(back.map(({ minute, count }) => [minute, count])).toEqual(
          points.map(({ minute, count }) => [minute, count]),
        );
        for (const [i, { least, most, last }] of points.entries())
          for (const [was, is] of [
            [least, back[i]!.least],
            [most, back[i]!.most],
            [last, back[i]!.last],
          ] as const) {
            if (Number.isInteger(was)) expect(is).toBe(was === 0 ? is : was);
            expect(Math.abs(is - was)).toBeLessThanOrEqual(Math.abs(was) * 2e-5 + 1e-37);
          }
      }),
      { numRuns: 100 },
    );
  });

  it('give back intervals of counters, with what was not reported', () => {
    // Nothing that is measured is -0, which a block does not tell from 0.
    const known = fc.double({ noNaN: true }).map((value) => value + 0);
    const number = fc.oneof(known, fc.constant(Number.NaN));
    const interval = fc.record({
      fromMs: known,
      toMs: known,
      seconds: known,
      growth: fc.array(number, { minLength: 13, maxLength: 13 }).map((values) => Float64Array.from(values)),
    });
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 20 }), (intervals) => {
        expect(unpackIntervals(packIntervals(intervals))).toEqual(intervals);
      }),
      { numRuns: 50 },
    );
  });

  it('are read behind one another: what is damaged leaves nothing, of what has other keys only the sums are told', () => {
    const first = minuteOf(5, [
      { agent: 'a', host: 'x', octets: 1 },
      { agent: 'b', host: 'y', octets: 2 },
    ]);
    const last = minuteOf(7, [
      { agent: 'b', host: 'z', octets: 4 },
      { agent: 'b', host: null, octets: 8 },
      { agent: 'a', host: 'x', octets: 16 },
    ]);
    const wider = { ...first, keyWords: 3, words: Uint32Array.from([1, 1, 9, 1, 2, 9]), textWords: [1] };
    const torn = packFlows(minuteOf(6, [{ agent: 'evil', host: 'evil', octets: 1 }]));
    torn[torn.length - 1]! ^= 1;
    let damaged = 0;
    // Listed out of order, and with fewer rows than they have.
    const reading = rowsOf(
      [
        { start: 7, rows: 1, block: packFlows(last) },
        { start: 5, rows: 2, block: packFlows(first) },
        { start: 6, rows: 1, block: torn },
        { start: 4, rows: 0, block: packFlows(wider) },
        { start: 3, rows: 0, block: packFlows(minuteOf(3, [])) },
      ],
      () => damaged++,
    );
    let step = reading.next();
    while (!step.done) step = reading.next();
    const rows = step.value;
    expect(damaged).toBe(1);
    expect([...rows.minuteOf]).toEqual([4, 4, 5, 5, 7, 7, 7]);
    expect([...rows.hasKey]).toEqual([0, 0, 1, 1, 1, 0, 1]);
    expect(rows.paths.map(({ agent }) => agent)).toEqual(['a', 'b']);
    expect(rows.texts).toEqual(['', 'x', 'y', 'z']);
    expect(told(rows)).toEqual(
      new Map([
        ['a', 1],
        ['a x', 17],
        ['b y', 2],
        ['b z', 4],
        ['b', 10],
      ]),
    );
    expect(rows.pathOf.buffer.byteLength).toBe(7 * 4);
  });

  it('that are damaged are refused by that name, never by another failure', () => {
    const minute = minuteOf(
      1,
      Array.from({ length: 400 }, (_, i) => ({ agent: '10.0.0.1', host: `host${i}`, octets: i + 1 })),
    );
    const points = Array.from({ length: 60 }, (_, i) => ({
      ...{ minute: i, least: i / 3, most: i, sum: 2 * i, count: 3, last: i },
    }));
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    for (const [block, unpack] of [
      [packFlows(minute), unpackFlows],
      [packFlows(minuteOf(1, [{ agent: 'a', host: 'b', octets: 1 }])), unpackFlows],
      [packPoints(points, 0, 1), (octets: Uint8Array) => unpackPoints(octets, 0, 1)],
    ] as const)
      fc.assert(
        fc.property(damage, fc.nat(block.length), (changes, length) => {
          const damaged = Buffer.from(block.subarray(0, length));
          for (const [at, octet] of changes) if (length > 0) damaged[at % length] = octet;
          try {
            unpack(damaged);
          } catch (error) {
            expect(error).toBeInstanceOf(DamagedBlock);
          }
        }),
        { numRuns: 300 },
      );
  });
});

describe('flow trends', () => {
  it('add up to their minutes at every level, before and after each slice of the upkeep', () => {
    const minutes = fc.array(
      fc.tuple(fc.nat({ max: 3 * 1440 }), fc.array(rowOf, { minLength: 1, maxLength: 12 })),
      {
        minLength: 1,
        maxLength: 25,
      },
    );
    fc.assert(
      fc.property(minutes, (written) => {
        const store = new Store(directory, NOON * 60_000);
        const last = new Map(written.map(([minute, rows]) => [NOON + minute, rows]));
        for (const [minute, rows] of written) store.write(batch({ flows: [minuteOf(NOON + minute, rows)] }));
        let truth = 0;
        for (const rows of last.values()) for (const { octets } of rows) truth += octets;
        const check = (): void => {
          for (const level of TREND_LEVELS)
            expect(total(store.flows(definition, level, NOON - 1440, NOON + 4 * 1440)!)).toBe(truth);
        };
        check();
        for (let slice = 0; store.upkeep((NOON + 5 * 1440) * 60_000); slice++) if (slice % 7 === 0) check();
        check();
        expect(total(store.flows(definition, 1440, NOON - 1440, NOON + 4 * 1440)!)).toBe(truth);
        store.close();
        rmSync(directory, { recursive: true });
      }),
      { numRuns: 15 },
    );
  });

  it('keep the largest keys, with the exact rest of each path', () => {
    const store = new Store(directory, NOON * 60_000);
    const hosts = Array.from({ length: KEPT_ROWS[5] + 50 }, (_, i) => ({
      ...{ agent: i % 2 ? '10.0.0.1' : '10.0.0.2', host: `host${i}`, octets: 1000 + i },
    }));
    store.write(batch({ flows: [minuteOf(NOON, hosts), minuteOf(NOON + 1, hosts)] }));
    keepUp(store, NOON + 10);
    const rolled = told(store.flows(definition, 5, NOON, NOON + 5)!);
    expect(rolled.size).toBe(KEPT_ROWS[5] + 2);
    expect(rolled.get(`10.0.0.1 host${hosts.length - 1}`)).toBe(2 * (1000 + hosts.length - 1));
    expect(rolled.get('10.0.0.1 host1')).toBeUndefined();
    const small = hosts.slice(0, 50).filter(({ agent }) => agent === '10.0.0.1');
    expect(rolled.get('10.0.0.1')).toBe(small.reduce((sum, { octets }) => sum + 2 * octets, 0));
    store.close();
  });

  it('take a late minute into what was rolled up, once', () => {
    const store = new Store(directory, NOON * 60_000);
    const row = { agent: '10.0.0.1', host: 'a.example', octets: 5 };
    store.write(batch({ flows: [minuteOf(NOON, [row])] }));
    keepUp(store, NOON + 3000);
    store.write(batch({ flows: [minuteOf(NOON + 1, [row])] }));
    store.write(batch({ flows: [minuteOf(NOON + 1, [row])] }));
    for (const level of TREND_LEVELS)
      expect(total(store.flows(definition, level, NOON - 1440, NOON + 1440)!)).toBe(10);
    keepUp(store, NOON + 3000);
    keepUp(store, NOON + 3000);
    for (const level of TREND_LEVELS)
      expect(total(store.flows(definition, level, NOON - 1440, NOON + 1440)!)).toBe(10);
    store.close();
  });

  it('are rolled up part by part; a bucket that is written to meanwhile is begun anew', () => {
    const row = { agent: '10.0.0.1', host: 'a.example', octets: 5 };
    // Whatever slice a late minute comes between.
    for (let slices = 0; slices < 40; slices += 3) {
      const store = new Store(`${directory}/${slices}`, NOON * 60_000);
      for (let minute = NOON; minute < NOON + 60; minute++)
        store.write(batch({ flows: [minuteOf(minute, [row])] }));
      for (let slice = 0; slice < slices; slice++) store.upkeep((NOON + 3000) * 60_000);
      store.write(batch({ flows: [minuteOf(NOON + 7, [row, { ...row, host: 'late' }])] }));
      for (let checked = 0; checked < 2; checked++) {
        for (const level of TREND_LEVELS)
          expect(total(store.flows(definition, level, NOON - 1440, NOON + 1440)!)).toBe(305);
        keepUp(store, NOON + 3000);
      }
      store.close();
    }
  });

  it('are forgotten level by level, and what is not rolled up yet is not', () => {
    const store = new Store(directory, NOON * 60_000);
    const row = { agent: '10.0.0.1', host: 'a.example', octets: 5 };
    store.write(
      batch({
        flows: [minuteOf(NOON, [row])],
        arrivals: [{ minute: NOON, agent: '10.0.0.1', received: 3, lost: 1 }],
      }),
    );
    store.setRetention({ 1: 1, 5: 2, 60: 3, 1440: 4 });
    const levels = (): number[] => store.status().levels.map(({ level }) => level);
    expect(levels()).toEqual([1]);
    for (const [days, left] of [
      [1.5, [5, 60, 1440]],
      [2.5, [60, 1440]],
      [3.8, [1440]],
    ] as const) {
      keepUp(store, NOON + days * 1440);
      expect(levels()).toEqual(left);
      const level = left[0]!;
      expect(total(store.flows(definition, level, NOON - 1440, NOON + 60)!)).toBe(5);
      expect(store.arrivals(level, NOON - 1440, NOON + 60)[0]).toMatchObject({ received: 3, lost: 1 });
    }
    keepUp(store, NOON + 6 * 1440);
    expect(store.status().minutes).toBeNull();
    expect(store.flows(definition, 1440, 0, NOON * 2)).toBeNull();
    store.close();
  });

  it('of a definition whose key is wider now keep their totals', () => {
    const store = new Store(directory, NOON * 60_000);
    const old = { ...minuteOf(NOON, [{ agent: '10.0.0.1', host: 'a', octets: 7 }]), textWords: [] };
    store.write(batch({ flows: [{ ...old, keyWords: 1, words: Uint32Array.of(1) }] }));
    store.write(batch({ flows: [minuteOf(NOON + 1, [{ agent: '10.0.0.1', host: 'b', octets: 9 }])] }));
    expect([...told(store.flows(definition, 1, NOON, NOON + 5)!)]).toEqual([
      ['10.0.0.1', 7],
      ['10.0.0.1 b', 9],
    ]);
    store.close();
  });

  it('hold no figure that is none, and say how many were left out', () => {
    const store = new Store(directory, NOON * 60_000);
    const minute = minuteOf(NOON, [
      { agent: '10.0.0.1', host: 'a', octets: 7 },
      { agent: '10.0.0.1', host: 'b', octets: Number.NaN },
      { agent: '10.0.0.1', host: 'c', octets: Number.POSITIVE_INFINITY },
    ]);
    const metric = reading(NOON, [1]);
    const status = store.write(
      batch({
        flows: [minute],
        metrics: [{ ...metric, sum: Number.NaN }, { ...metric, last: Infinity }, metric],
      }),
    );
    expect(status.dropped).toBe(4);
    const { sums } = store.flows(definition, 1, NOON, NOON + 1)!;
    expect([...sums].every(Number.isFinite)).toBe(true);
    expect(store.metrics(LOAD, 1, NOON, NOON + 1)[0]!.count[0]).toBe(1);
    store.close();
  });

  it('are said to take what they take, and what they will take', () => {
    const store = new Store(directory, NOON * 60_000);
    const rows = Array.from({ length: 100 }, (_, i) => ({
      agent: '10.0.0.1',
      host: `host${i}`,
      octets: i * 7919,
    }));
    for (let minute = 0; minute < 40; minute++)
      store.write(batch({ flows: [minuteOf(NOON + minute, rows)] }));
    const [flows] = store.report().sizes;
    expect(flows).toMatchObject({ name: 'dns:ipsource where protocol=TCP', kind: 'flows' });
    const perMinute = flows!.octets / 40;
    const minuteDays = flows!.predictedOctets! / perMinute / 1440;
    // Seven days of minutes, and the coarser ones: 60 days of fifths, a year of hours, five years of days.
    expect(minuteDays).toBeGreaterThan(7 + 60 / 5 + 365 / 60);
    // A wider bucket has at most two and a half times the keys.
    expect(minuteDays).toBeLessThan(7 + (60 / 5) * 2.5 + (365 / 60) * 2.5 ** 2 + (1826 / 1440) * 2.5 ** 3);
    store.close();
  });
});

const LOAD = { agent: '10.0.0.1', dataSource: '2.1', metric: 'load_one' };
function reading(minute: number, values: number[], names = LOAD): MetricReadings {
  return {
    ...names,
    minute,
    least: Math.min(...values),
    most: Math.max(...values),
    sum: values.reduce((a, b) => a + b, 0),
    count: values.length,
    last: values[values.length - 1]!,
  };
}

describe('metric trends', () => {
  it('say least, most, mean and last at every level, in rows, in blocks, and in both', () => {
    const readings = fc.array(
      fc.tuple(
        fc.nat({ max: 2 * 1440 }),
        fc.array(fc.integer({ min: -1000, max: 1_000_000 }), { minLength: 1, maxLength: 3 }),
      ),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(readings, fc.nat({ max: 2 * 1440 }), (given, packedAt) => {
        const store = new Store(directory, NOON * 60_000);
        const inOrder = given.sort(([a], [b]) => a - b);
        let isPacked = false;
        for (const [minute, values] of inOrder) {
          if (!isPacked && minute > packedAt) {
            keepUp(store, NOON + packedAt);
            isPacked = true;
          }
          store.write(batch({ metrics: [reading(NOON + minute, values)] }));
        }
        const check = (): void => {
          for (const level of TREND_LEVELS) {
            const expected = new Map<number, number[]>();
            for (const [minute, values] of inOrder) {
              const at = Math.floor((NOON + minute) / level) * level;
              expected.set(at, [...(expected.get(at) ?? []), ...values]);
            }
            const [found] = store.metrics(LOAD, level, NOON - 1440, NOON + 4 * 1440);
            expect([...found!.minutes]).toEqual([...expected.keys()]);
            for (const [i, values] of [...expected.values()].entries()) {
              expect([found!.least[i], found!.most[i], found!.last[i], found!.count[i]]).toEqual([
                Math.min(...values),
                Math.max(...values),
                values[values.length - 1],
                values.length,
              ]);
              const mean = values.reduce((a, b) => a + b, 0) / values.length;
              expect(Math.abs(found!.mean[i]! - mean)).toBeLessThanOrEqual(Math.abs(mean) * 1e-4 + 1e-2);
            }
          }
        };
        check();
        keepUp(store, NOON + 5 * 1440);
        check();
        keepUp(store, NOON + 5 * 1440);
        check();
        store.close();
        rmSync(directory, { recursive: true });
      }),
      { numRuns: 15 },
    );
  });

  it('leave no minute of an hour that is over unpacked, however many series there are and whenever it came', () => {
    const store = new Store(directory, NOON * 60_000);
    const open = new Database(join(directory, 'weir.sqlite'), { readonly: true });
    const unpacked = (): number =>
      open.prepare<[], number>('SELECT count(*) FROM metric_minute').pluck().get()!;
    const all = Array.from({ length: 23 }, (_, i) => ({ ...LOAD, agent: `10.0.0.${i}` }));
    // Two hours of some, one of others; and a minute of hours ago in between, of a series that was packed already.
    for (const [i, names] of all.entries())
      for (const minute of i % 3 === 0 ? [0, 61] : [5])
        store.write(batch({ metrics: [reading(NOON + minute, [1], names)] }));
    store.upkeep((NOON + 125) * 60_000);
    store.write(batch({ metrics: [reading(NOON + 7, [1], all[0])] }));
    keepUp(store, NOON + 125);
    expect(unpacked()).toBe(0);
    store.write(batch({ metrics: [reading(NOON + 3, [1], all[20]), reading(NOON + 124, [1], all[1])] }));
    keepUp(store, NOON + 126);
    expect(unpacked()).toBe(1);
    keepUp(store, NOON + 190);
    expect(unpacked()).toBe(0);
    open.close();
    store.close();
  });

  it('find series by agent, data source and name, and forget those of which nothing is left', () => {
    const store = new Store(directory, NOON * 60_000);
    const other = { ...LOAD, agent: '10.0.0.2' };
    store.write(batch({ metrics: [reading(NOON, [1]), reading(NOON, [2], other)] }));
    const names = (agent: string | null) =>
      store
        .metrics({ agent, dataSource: null, metric: 'load_one' }, 1, NOON, NOON + 1)
        .map((one) => one.agent);
    expect(names(null)).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(names('10.0.0.2')).toEqual(['10.0.0.2']);
    keepUp(store, NOON + 1826 * 1440 + 200_000);
    expect(store.metrics({ ...LOAD, agent: null }, 1440, 0, NOON * 2)).toEqual([]);
    expect(store.report().sizes).toEqual([]);
    store.close();
  });
});

describe('retention', () => {
  it('is kept, and refused where a coarser trend would go before a finer one', () => {
    const store = new Store(directory, NOON * 60_000);
    expect(() => store.setRetention({ 1: 10, 5: 5, 60: 365, 1440: 1826 })).toThrow(/at least as long/);
    expect(() => store.setRetention({ 1: 0, 5: 5, 60: 365, 1440: 1826 })).toThrow(/1 to 3653 days/);
    store.setRetention({ 1: 2, 5: 3, 60: 4, 1440: 5 });
    store.close();
    const again = new Store(directory, NOON * 60_000);
    expect(again.report().retention).toEqual({ 1: 2, 5: 3, 60: 4, 1440: 5 });
    again.close();
  });
});
