/** A question about a time that has gone from here is answered from the server, and says so; what is here is not asked there. */
import { afterEach, expect, it } from 'vitest';
import { counterAnswer, interfaceStatuses } from '../../main/engine/ports.ts';
import { type EngineStore, StoredPast, type StoredPastOptions } from '../../main/engine/stored-past.ts';
import { interfaceCounters } from '../../main/metrics/counter-table.ts';
import { Metrics } from '../../main/metrics/metrics.ts';
import { Network } from '../../main/samples/network.ts';
import { Store } from '../../main/store/store.ts';
import type { FlowQuestion } from '../../shared/model/question.ts';
import { temporaryFolder } from '../headless/running.ts';

const NOON = Date.UTC(2026, 2, 1, 12) / 60_000;
const definition = { keys: 'ipsource', filter: '', counts: '' };
const question: FlowQuestion = {
  ...{ keys: ['ipsource'], value: 'bytes', filter: '', merge: 'sum' as const, limit: 10, stepMs: 60_000 },
  scope: { agent: null, ifIndex: null, direction: 'both' },
  interval: null,
};

let store: Store | null = null;
afterEach(() => store?.close());

it('is answered by the server where it begins before all that is here', async () => {
  const stored = new Store(temporaryFolder(), NOON * 60_000);
  store = stored;
  for (let minute = NOON; minute < NOON + 10; minute++)
    stored.write({
      flows: [
        {
          definition: { keys: '', filter: '', counts: '' },
          ...{ minute, keyWords: 0, textWords: [], texts: [''] },
          paths: [{ agent: '10.0.0.1', dataSource: 3, input: 3, output: 4, mark: 0 }],
          ...{ pathOf: Uint32Array.of(0), hasKey: Uint8Array.of(1), words: new Uint32Array(0) },
          sums: Float64Array.of(1500, 15, 3, 7, 10),
        },
        {
          ...{ definition, minute, keyWords: 2, textWords: [], texts: [''] },
          paths: [{ agent: '10.0.0.1', dataSource: 3, input: 3, output: 4, mark: 0 }],
          ...{ pathOf: Uint32Array.of(0, 0), hasKey: Uint8Array.of(1, 0) },
          words: Uint32Array.of(1, 0x0a00_0005, 0, 0),
          sums: Float64Array.of(1000, 10, 2, 5, 7, 500, 5, 1, 2, 3),
        },
      ],
      arrivals: [{ minute, agent: '10.0.0.1', received: 20, lost: 1 }],
      counters: [
        {
          ...{ agent: '10.0.0.1', ifIndex: 3, fromMs: minute * 60_000 - 20_000, toMs: minute * 60_000 + 500 },
          ...{ seconds: 20, growth: Float64Array.from(interfaceCounters, (_, i) => (i === 0 ? 2000 : 20)) },
        },
      ],
      metrics: [
        {
          ...{ agent: '10.0.0.1', dataSource: '2.1', metric: 'load_one', minute },
          ...{ least: 1, most: 3, sum: 4, count: 2, last: 3 },
        },
      ],
      ...{ agents: [], interfaces: [] },
    });
  const asked: unknown[][] = [];
  // The server, as the store's thread asks it: the same rows.
  const client = {
    async call(_workspace: null, method: string, args: [never, number, number, number]) {
      asked.push([method, ...args]);
      const [wanted, , from, to] = args;
      if (method === 'clickhouse.counters') return stored.counters(from * 60_000, to * 60_000, wanted);
      if (method === 'clickhouse.metrics') return stored.metrics(wanted, 1, from, to);
      return { flows: stored.flows(wanted, 1, from, to), arrivals: stored.arrivals(1, from, to) };
    },
  };
  const network = new Network({ replaces: true });
  const past = new StoredPast({
    store: client as unknown as EngineStore,
    writer: { status: { far: { first: NOON, last: NOON + 9 } } } as StoredPastOptions['writer'],
    network,
    startedMs: (NOON + 100) * 60_000,
    nowMs: () => (NOON + 110) * 60_000,
    pausesOf: () => [],
  });
  const interval = { fromMs: (NOON - 5) * 60_000, toMs: (NOON + 10) * 60_000 };
  const answer = (await past.far(question, interval, (NOON + 100) * 60_000))!;
  expect(answer.provenance).toBe('clickhouse');
  expect([answer.total.value[0], answer.rows.value[0], answer.other.value[0]]).toEqual([
    15_000, 10_000, 5000,
  ]);
  expect(answer.keyTexts).toEqual(['10.0.0.5']);
  expect([...answer.received].reduce((sum, one) => sum + one, 0)).toBe(200);
  expect([answer.completeFromMs, answer.completeToMs]).toEqual([NOON * 60_000, (NOON + 10) * 60_000]);
  expect(asked).toEqual([['clickhouse.past', definition, 1, NOON - 5, NOON + 10]]);
  // What is here as well, and what the server has nothing of, is not asked there.
  expect(await past.far(question, interval, interval.fromMs)).toBeNull();
  const later = { fromMs: (NOON + 20) * 60_000, toMs: (NOON + 30) * 60_000 };
  expect(await past.far(question, later, (NOON + 100) * 60_000)).toBeNull();
  expect(asked).toHaveLength(1);

  // Interfaces, their counters, and metrics alike.
  const here = (NOON + 100) * 60_000;
  const port = { agent: '10.0.0.1', ifIndex: 3 };
  const seen = (await past.farByPath(interval, port, here))!;
  const agent = network.find(port.agent)!;
  const counters = counterAnswer(seen, agent, 3, interval);
  expect([...counters.rates.ifinoctets!]).toEqual(new Array(10).fill(100));
  expect(counters.flowIn.octets.reduce((sum, one) => sum + one, 0)).toBe(15_000);
  const [status] = interfaceStatuses(seen, interval).filter(({ ifIndex }) => ifIndex === 3);
  expect(status!.provenance).toBe('clickhouse');
  expect(status!.counters!.peakInBitsPerSecond).toBe(800);
  expect(status!.flows.inSamples).toBe(30);
  expect(await past.farByPath(later, port, here)).toBeNull();
  const metrics = new Metrics({
    ...{ network: () => network, keepCountersMs: 1000, flows: null, topology: () => null },
    nowMs: () => here,
  });
  const load = {
    ...{
      agents: 'ALL',
      dataSource: null,
      metric: 'load_one',
      statistic: 'max' as const,
      filter: {},
      interval,
    },
  };
  const series = (await past.farMetricSeries(load, metrics, here))!;
  expect(series).toMatchObject({ provenance: 'clickhouse', trendMinutes: 1 });
  expect([...series.values]).toEqual(new Array(10).fill(2));
  expect(await past.farMetricSeries(load, metrics, interval.fromMs)).toBeNull();
});
