/** A question about a time that has gone from here is answered from the server, and says so; what is here is not asked there. */
import { afterEach, expect, it } from 'vitest';
import { type EngineStore, StoredPast, type StoredPastOptions } from '../../main/engine/stored-past.ts';
import { Network } from '../../main/samples/network.ts';
import { Store } from '../../main/store/store.ts';
import type { FlowQuestion } from '../../shared/model/question.ts';
import type { StoredDefinition } from '../../shared/model/store.ts';
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
          ...{ definition, minute, keyWords: 2, textWords: [], texts: [''] },
          paths: [{ agent: '10.0.0.1', dataSource: 3, input: 3, output: 4, mark: 0 }],
          ...{ pathOf: Uint32Array.of(0, 0), hasKey: Uint8Array.of(1, 0) },
          words: Uint32Array.of(1, 0x0a00_0005, 0, 0),
          sums: Float64Array.of(1000, 10, 2, 5, 7, 500, 5, 1, 2, 3),
        },
      ],
      arrivals: [{ minute, agent: '10.0.0.1', received: 20, lost: 1 }],
      ...{ counters: [], metrics: [], agents: [], interfaces: [] },
    });
  const asked: unknown[][] = [];
  // The server, as the store's thread asks it: the same rows.
  const client = {
    async call(_workspace: null, method: string, args: [StoredDefinition, number, number, number]) {
      asked.push([method, ...args]);
      const [wanted, , from, to] = args;
      return { flows: stored.flows(wanted, 1, from, to), arrivals: stored.arrivals(1, from, to) };
    },
  };
  const past = new StoredPast({
    store: client as unknown as EngineStore,
    writer: { status: { far: { first: NOON, last: NOON + 9 } } } as StoredPastOptions['writer'],
    network: new Network({ replaces: true }),
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
});
