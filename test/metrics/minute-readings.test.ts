/** What the store is told of metrics: each interval once, bounded, and read back through the SQL view. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MinuteReadings } from '../../main/metrics/minute-readings.ts';
import { runSql } from '../../main/store/sql/run.ts';
import { openViews } from '../../main/store/sql/views.ts';
import { Store } from '../../main/store/store.ts';
import { Heard } from './swarm.ts';

const LEAF = '10.0.0.1';
const port = (octets: number) => ({
  if_counters: { ifIndex: 4, ifType: 6, ifSpeed: 1_000_000_000, ifStatus: 3, ifInOctets: octets },
});

const readingsOf = (heard: Heard): MinuteReadings =>
  new MinuteReadings(
    () => heard.metrics.counters,
    heard.nowMs,
    () => heard.nowMs,
  );

describe('readings of minutes', () => {
  it('reach the view of minutes with least, most, mean and last', () => {
    const directory = mkdtempSync(join(tmpdir(), 'weir-readings-'));
    const heard = new Heard();
    heard.nowMs = Date.UTC(2026, 2, 1, 12);
    const store = new Store(directory, heard.nowMs);
    const readings = readingsOf(heard);
    const write = () =>
      store.write({
        ...{ flows: [], arrivals: [], counters: [], agents: [], interfaces: [] },
        metrics: readings.take(),
      });
    // 1, 3 and 2 MB/s over ten seconds each, then the same sample again.
    for (const octets of [0, 10_000_000, 40_000_000, 60_000_000]) {
      heard.poll(LEAF, '4', port(octets));
      write();
      write();
      heard.nowMs += 10_000;
    }
    const database = openViews(join(directory, 'weir.sqlite'), () => null);
    const result = runSql(
      database,
      `SELECT time, agent, data_source, least, most, mean, last, readings FROM metrics_minute WHERE metric = 'ifinoctets'`,
    );
    database.close();
    store.close();
    rmSync(directory, { recursive: true });
    expect(result).toMatchObject({
      cells: ['2026-03-01T12:00:00Z', LEAF, '4', 1_000_000, 3_000_000, 2_000_000, 2_000_000, 3],
    });
  });

  /** Polls 300 ports every ten seconds; more than fit in a turn. */
  function poll(heard: Heard, times: number, from = 0): void {
    for (let time = from; time < from + times; time++) {
      for (let source = 1; source <= 300; source++) {
        const { if_counters } = port(time * time * 1_000_000);
        heard.poll(LEAF, String(source), { if_counters: { ...if_counters, ifIndex: source } });
      }
      heard.nowMs += 10_000;
    }
  }

  it('come in turns where there are many, one for each minute that is over, none twice and none left out', () => {
    const heard = new Heard();
    heard.nowMs = Date.UTC(2026, 2, 1, 12);
    const readings = readingsOf(heard);
    // One turn tells that they are many; then a minute and a bit is polled.
    poll(heard, 2);
    const first = readings.take();
    poll(heard, 5, 2);
    const turns = [first, ...Array.from({ length: 40 }, () => readings.take())];
    expect(Math.max(...turns.map(({ length }) => length))).toBeLessThan(1100);
    const octets = turns.flat().filter(({ metric }) => metric === 'ifinoctets');
    expect(new Set(octets.map(({ dataSource }) => dataSource)).size).toBe(300);
    // Ports that came to be told of before the walk knew better have two readings of the minute, all the others one.
    const early = first.filter(({ metric }) => metric === 'ifinoctets').length;
    expect(early).toBeGreaterThan(0);
    expect(octets).toHaveLength(300 + early);
    expect(octets.reduce((sum, { count }) => sum + count, 0)).toBe(300 * 5);
    const last = octets.find(({ dataSource }) => dataSource === '300');
    // Growth of 1, 3, 5, 7 and 9 MB in ten seconds each.
    expect(last).toMatchObject({ least: 1e5, most: 9e5, sum: 25e5, count: 5, last: 9e5 });
    expect(readings.takeLeftOut()).toBe(0);
    // The end does not wait for the minute to be over.
    const rest = Array.from({ length: 40 }, () => readings.take(true)).flat();
    expect(rest.filter(({ metric }) => metric === 'ifinoctets')).toHaveLength(300);
  });

  it('count what was forgotten before its turn came', () => {
    const heard = new Heard();
    const readings = readingsOf(heard);
    poll(heard, 2);
    readings.take();
    poll(heard, 3, 2);
    const metrics = new Set(readings.take().map(({ metric }) => metric)).size;
    while (readings.take(true).length > 0);
    expect(readings.takeLeftOut()).toBe(0);
    poll(heard, 2, 5);
    for (const known of heard.metrics.counters.agents.values())
      for (const source of known.sources.values())
        for (const series of source.series) series.forget(Number.POSITIVE_INFINITY);
    while (readings.take(true).length > 0);
    expect(metrics).toBeGreaterThan(0);
    expect(readings.takeLeftOut()).toBeGreaterThanOrEqual(300 * 2 * metrics);
    expect(readings.takeLeftOut()).toBe(0);
  });

  it('leave out virtual nodes', () => {
    const heard = new Heard();
    const readings = readingsOf(heard);
    for (const octets of [0, 1_000_000]) {
      heard.poll(LEAF, '3.80', port(octets));
      heard.nowMs += 10_000;
    }
    expect(readings.take()).toEqual([]);
  });
});
