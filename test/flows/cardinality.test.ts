/**
 * Keys that never end, against a definition and a flow table at once: memory stays within its bound, whoever is large
 * is there with its figure, also where it begins late, and totals are exact. `cardinality.long.test.ts` has ten million.
 */
import { describe, expect, it } from 'vitest';
import { ActiveTable } from '../../main/flows/active.ts';
import { answerFrom, namesOf } from '../../main/flows/answer.ts';
import { compileKeys } from '../../main/flows/compile.ts';
import { Entries } from '../../main/flows/scope.ts';
import { FlowTable } from '../../main/flows/table.ts';
import { compileValue } from '../../main/flows/value.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { RewrittenSample, randomFrom } from './rewritten.ts';

const isLong = process.env.WEIR_LONG === 'yes';
const KEYS = isLong ? 10_000_000 : 300_000;
/** The table of the short form is smaller by as much as there are fewer keys. */
const TABLE = isLong ? {} : { capacity: 20_000, rows: 30_000 };
const MOST_OCTETS = 256 * 1024 * 1024;
const TIME_CONSTANT_S = 600;
const KEY_NAMES = ['ipsource', 'ipdestination'];
const HEAVY = 20;

type Order = (index: number) => number;
const orders: Record<string, Order> = {
  'never come again': (index) => Math.imul(index, 0x9e37_79b1) >>> 0,
  ascend: (index) => index,
  // Each comes back just after it was forgotten.
  rotate: (index) => index % (isLong ? 400_000 : 140_000),
};

/** Feeds the stream; the heaviest has 20 parts in 2,000, the last of the twenty one; every other begins late. */
function flood(order: Order) {
  const network = new Network();
  const active = new ActiveTable(
    {
      keys: compileKeys(KEY_NAMES),
      accepts: null,
      value: compileValue('bytes'),
      values: [],
      t: TIME_CONSTANT_S,
    },
    () => network.paths,
    new Entries(() => network),
  );
  const table = new FlowTable(KEY_NAMES, TABLE);
  const base = { octets: 0, rss: 0 };
  const reader = new SampleReader(network, {
    flow: (sample) => {
      active.add(sample);
      table.add(sample, Math.floor(sample.timeMs / 10_000));
    },
    counters() {},
    arrival() {},
    restarted() {},
  });
  const sample = new RewrittenSample(reader);
  const random = randomFrom(7);
  const truth = { octets: 0, faded: 0, heavy: new Float64Array(HEAVY), heavyFaded: new Float64Array(HEAVY) };
  let noise = 0;
  let samples = 0;
  let most = 0;
  let mostResident = 0;
  let timeMs = 0;
  globalThis.gc?.();
  base.octets = process.memoryUsage().arrayBuffers;
  base.rss = process.memoryUsage().rss;
  while (noise < KEYS) {
    const drawn = Math.floor(random() * 2000);
    // 1 + 2 + … + 20 = 210 parts belong to heavy ones.
    let heavy = drawn < 210 ? HEAVY - 1 - Math.floor((Math.sqrt(8 * drawn + 1) - 1) / 2) : -1;
    if (heavy >= 0 && heavy % 2 === 1 && noise < KEYS * 0.6) heavy = -1;
    const source = heavy >= 0 ? 0x0a00_0000 + heavy : (0x2000_0000 + order(noise++)) >>> 0;
    const frameOctets = heavy >= 0 ? 1000 : 64 + (noise % 1400);
    timeMs = Math.floor((samples++ * 600_000) / KEYS);
    sample.read(source, 0x0a09_0909, frameOctets, 100, timeMs);
    const added = 100 * frameOctets;
    const grown = added * Math.exp(timeMs / 1000 / TIME_CONSTANT_S);
    truth.octets += added;
    truth.faded += grown;
    if (heavy >= 0) {
      truth.heavy[heavy]! += added;
      truth.heavyFaded[heavy]! += grown;
    }
    if (samples % 65_536 === 0) {
      const { arrayBuffers, rss } = process.memoryUsage();
      most = Math.max(most, arrayBuffers - base.octets);
      mostResident = Math.max(mostResident, rss - base.rss);
    }
  }
  const fade = Math.exp(-timeMs / 1000 / TIME_CONSTANT_S) / TIME_CONSTANT_S;
  return { network, active, table, truth, fade, timeMs, most, mostResident };
}

describe.each(Object.entries(orders))('a flood of keys that %s', (name, order) => {
  it('costs no more than its bound, hides no heavy hitter and leaves totals exact', {
    timeout: isLong ? 3_600_000 : 60_000,
  }, () => {
    const { network, active, table, truth, fade, timeMs, most, mostResident } = flood(order);
    if (isLong)
      console.info(
        `${name}: ${(most / 2 ** 20).toFixed(0)} MiB in tables, ${(mostResident / 2 ** 20).toFixed(0)} MiB resident`,
      );
    expect(most).toBeLessThan(MOST_OCTETS);
    if (isLong) expect(mostResident).toBeLessThan(MOST_OCTETS);
    const names = namesOf(network);
    const heavyNames = (column: Float64Array): string[] =>
      [...column.keys()].sort((a, b) => column[b]! - column[a]!).map((heavy) => `10.0.0.${heavy}`);

    const [source, ids] = [...active.largestBySource(HEAVY, timeMs)][0]!;
    expect(active.forgotten).toBeGreaterThan(0);
    expect(active.totalOf(source, timeMs) / (truth.faded * fade)).toBeCloseTo(1, 9);
    expect(ids.map((id) => active.textsOf(id, names)[0])).toEqual(heavyNames(truth.heavyFaded));
    for (const id of ids) {
      const heavy = Number(active.textsOf(id, names)[0]!.split('.')[3]);
      expect(active.valueOf([id], timeMs) / (truth.heavyFaded[heavy]! * fade)).toBeCloseTo(1, 9);
    }

    table.flush();
    const answer = answerFrom(table, network, {
      ...{ fromBucket: 0, toBucket: 80, bucketsPerStep: 1, bucketCount: 80 },
      ...{ value: 'bytes', merge: 'sum', limit: HEAVY },
      scope: { agent: null, ifIndex: null, direction: 'both' },
    });
    expect(answer.total.value[0]).toBe(truth.octets);
    expect(answer.rows.value.reduce((sum, value) => sum + value, answer.other.value[0]!)).toBe(truth.octets);
    expect(answer.otherKeys).toBeNull();
    expect(answer.keyTexts.filter((_, at) => at % 2 === 0)).toEqual(heavyNames(truth.heavy));
    expect([...answer.rows.value]).toEqual([...truth.heavy].sort((a, b) => b - a));
  });
});
