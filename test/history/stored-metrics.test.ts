/**
 * Metrics of a time that memory has forgotten: counters, flow definitions and what scripts told, from the recording as
 * memory had them, and from trends where it has gone.
 */
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

it('metrics behind memory are as they were, from the recording, else means of stored trends, and say so', async () => {
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
  const whole = { fromMs: beginMs, toMs: clock.nowMs };
  const asked = (metric: string): MetricSeriesQuestion => ({
    ...{ agents: 'ALL', dataSource: null, metric, statistic: 'sum', filter: {}, interval },
  });
  const memory = await engine.metricSeries(asked('octets'));
  expect(memory.provenance).toBe('memory');
  const [port] = (await engine.interfaces({ fromMs: beginMs, toMs: beginMs + 120_000 })).filter(
    ({ counters }) => counters !== null,
  );
  const atPort = (metric: string): MetricSeriesQuestion => ({
    ...asked(metric),
    ...{ agents: port!.agent, dataSource: String(port!.ifIndex) },
  });
  const questions = [
    ...[asked('octets'), atPort('octets'), asked('ifinoctets'), atPort('ifinoctets')],
    // A range ends within an interval, which is told after it.
    { ...atPort('ifinoctets'), interval: { fromMs: beginMs + 5000, toMs: beginMs + 63_000 } },
    // What is there is told by the end of the range.
    { ...asked('ifinutilization'), statistic: 'med' as const, filter: { ifname: ['.*1'] }, interval: whole },
  ];
  const inMemory = [];
  for (const question of questions) inMemory.push(await engine.metricSeries(question));
  const meanOf = (values: Float64Array) => {
    const known = values.filter(Number.isFinite);
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  };

  // At the end of a minute what was not told lately is forgotten.
  clock.nowMs = beginMs + 7_200_000 - 1000;
  await live.second();
  for (const [at, question] of questions.entries()) {
    const parts: number[] = [];
    const then = await engine.metricSeries(question, {
      signal: new AbortController().signal,
      progress: (part) => void parts.push(part),
    });
    expect(then.provenance).toBe('recording');
    expect(then.gaps).toEqual([]);
    const { provenance: _, ...figures } = inMemory[at]!;
    expect(figures.values.some((value) => value > 0)).toBe(true);
    expect(then).toMatchObject(figures);
  }
  // One that is made now is told of then as well.
  await engine['definitions.put'](
    'frames',
    { keys: ['ipttl'], value: 'frames', filter: 'ipprotocol=6' },
    'weir',
  );
  const made = await engine.metricSeries(asked('frames'));
  expect(made.provenance).toBe('recording');
  expect(made.values.some((value) => value > 0)).toBe(true);

  await engine['recording.deleteAll']();
  const counters = await engine.metricSeries(asked('ifinoctets'));
  expect(counters.provenance).toBe('minutes');
  // Each minute is the mean of the intervals that ended in it.
  const minutes = await engine.metricSeries(atPort('ifinoctets'));
  const intervals = inMemory[3]!;
  expect(minutes.timesMs.length).toBe(2);
  for (const [at, endMs] of minutes.timesMs.entries()) {
    const own = intervals.values.filter(
      (_, i) => Math.floor(intervals.timesMs[i]! / 60_000) === endMs / 60_000 - 1,
    );
    expect(own.length).toBeGreaterThan(2);
    expect(minutes.values[at]).toBeCloseTo(meanOf(own), 3);
  }
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
