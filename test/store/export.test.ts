/** Counters as CSV, from a database that a store has open: rows of the open hour and packed hours alike, each once. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { CounterTrends } from '../../main/store/counter-trends.ts';
import { exportCounters } from '../../main/store/export.ts';
import { Store } from '../../main/store/store.ts';

const NOON = Date.UTC(2026, 2, 1, 12);
const MINUTE_MS = 60_000;

it('the growth of counters comes out as CSV, packed or not, by time and agent', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'weir-counters-'));
  const store = new Store(directory, NOON);
  const interval = (agent: string, minute: number, ...growth: number[]) => ({
    ...{ agent, ifIndex: 4, seconds: 60, growth: Float64Array.from(growth) },
    ...{ fromMs: NOON + (minute - 1) * MINUTE_MS, toMs: NOON + minute * MINUTE_MS },
  });
  const minutes = [1, 30, 59, 61, 90];
  store.write({
    ...{ flows: [], arrivals: [], metrics: [] },
    agents: ['10.0.0.1', '10.0.0.2'].map((agent) => ({
      ...{ agent, name: '', samplingRateLeast: 0, samplingRateMost: 0 },
    })),
    interfaces: [
      { ...{ agent: '10.0.0.1', ifIndex: 4, name: '=swp4' }, speed: 0, adminUp: null, operUp: null },
    ],
    counters: minutes.flatMap((minute) => [
      interval('10.0.0.1', minute, minute * 1000, Number.NaN),
      interval('10.0.0.2', minute, 2 ** 53 - 1, 1),
    ]),
  });
  // The first hour is over, and packed.
  const database = new Database(join(directory, 'weir.sqlite'));
  while (new CounterTrends(database).packNext(NOON + 70 * MINUTE_MS));
  database.close();

  const exported = async (fromMs: number, toMs: number, ...agents: string[]) => {
    let csv = '';
    const rows = await exportCounters(join(directory, 'weir.sqlite'), {
      ...{ counters: ['ifinoctets', 'ifinerrors'], interval: { fromMs, toMs }, agents: new Set(agents) },
      put: async (part) => {
        csv += part;
      },
    });
    const lines = csv.trim().split('\r\n');
    expect(lines).toHaveLength(rows + 1);
    return lines;
  };
  const all = await exported(0, Number.MAX_SAFE_INTEGER);
  expect(all[0]).toBe('from,to,agent,ifIndex,interface,seconds by the agent,ifinoctets,ifinerrors');
  expect(all[1]).toBe(
    "2026-03-01T12:00:00.000+00:00,2026-03-01T12:01:00.000+00:00,10.0.0.1,4,'=swp4,60,1000,",
  );
  expect(all).toHaveLength(1 + 2 * minutes.length);
  expect(all.filter((line) => line.includes('9007199254740991,1'))).toHaveLength(minutes.length);
  const one = await exported(NOON + 30 * MINUTE_MS, NOON + 90 * MINUTE_MS, '10.0.0.1');
  expect(one.slice(1).map((line) => Number(line.split(',').at(-2)) / 1000)).toEqual([30, 59, 61]);
  expect(await exported(NOON + 900 * MINUTE_MS, NOON + 901 * MINUTE_MS)).toHaveLength(1);
  store.close();
  await expect(
    exportCounters('/none', {
      counters: [],
      interval: { fromMs: 0, toMs: 1 },
      agents: new Set(),
      put: async () => {},
    }),
  ).rejects.toThrow(/There is no database/);
});
