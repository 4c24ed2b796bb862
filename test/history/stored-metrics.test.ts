/** Metrics of a time that memory has forgotten: counters, flow definitions and what scripts told, from trends. */
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { generateTo } from '../../main/sample-network/generate.ts';
import type { MetricSeriesQuestion } from '../../shared/model/metric.ts';
import { temporaryFolder } from '../headless/running.ts';
import { datagramsOf, type LiveWorkspace, liveWorkspace } from './workspace.ts';

let workspace: LiveWorkspace | null = null;
afterEach(async () => {
  await workspace?.stop();
  workspace = null;
});

it('metrics behind memory are means of stored trends, and the answer says so', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'made.pcap');
  await generateTo({ out: file, seconds: 100, rate: 50, seed: 9 });
  const heard = await datagramsOf(file);
  const beginMs = Date.UTC(2026, 4, 5, 12);
  workspace = await liveWorkspace(folder, beginMs);
  const live = workspace;
  const { engine, clock } = live;
  await engine['definitions.put']('octets', { keys: ['ipsource'], value: 'bytes' }, 'weir');
  const firstMs = heard[0]!.timeMs;
  for (let second = 0, at = 0; second < 125; second++) {
    let end = at;
    while (end < heard.length && heard[end]!.timeMs - firstMs < (second + 1) * 1000) end++;
    await live.send(heard.slice(at, end).map(({ bytes }) => bytes));
    at = end;
    const [agent] = await engine.agents();
    if (second === 30 || second === 50)
      await engine.customMetrics([
        { agent: agent!.agent, dataSource: 'shop', name: 'orders', value: second },
      ]);
    await live.second();
  }
  const interval = { fromMs: beginMs, toMs: beginMs + 120_000 };
  const asked = (metric: string): MetricSeriesQuestion => ({
    ...{ agents: 'ALL', dataSource: null, metric, statistic: 'sum', filter: {}, interval },
  });
  const memory = await engine.metricSeries(asked('octets'));
  expect(memory.trendMinutes).toBeUndefined();
  const meanOf = (values: Float64Array) => {
    const known = values.filter(Number.isFinite);
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  };

  // At the end of a minute what was not told lately is forgotten.
  clock.nowMs = beginMs + 7_200_000 - 1000;
  await live.second();
  const counters = await engine.metricSeries(asked('ifinoctets'));
  expect(counters.trendMinutes).toBe(1);
  expect(meanOf(counters.values)).toBeGreaterThan(0);
  const orders = await engine.metricSeries({ ...asked('orders'), dataSource: 'shop' });
  expect([...orders.timesMs]).toEqual([beginMs + 60_000]);
  expect([...orders.values]).toEqual([40]);
  const flows = await engine.metricSeries(asked('octets'));
  expect(flows.trendMinutes).toBe(1);
  expect(meanOf(flows.values)).toBeGreaterThan(meanOf(memory.values) / 2);
  expect(meanOf(flows.values)).toBeLessThan(meanOf(memory.values) * 2);
  // What nobody ever told has no values, and does not pretend to come from anywhere.
  expect(await engine.metricSeries(asked('never_told'))).toMatchObject({ values: new Float64Array(0) });
}, 30_000);
