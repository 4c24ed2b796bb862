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

describe('readings of minutes', () => {
  it('reach the view of minutes with least, most, mean and last', () => {
    const directory = mkdtempSync(join(tmpdir(), 'weir-readings-'));
    const heard = new Heard();
    heard.nowMs = Date.UTC(2026, 2, 1, 12);
    const store = new Store(directory, heard.nowMs);
    const readings = new MinuteReadings(() => heard.metrics.counters, heard.nowMs);
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

  it('come in turns where there are many, none twice and none left out', () => {
    const heard = new Heard();
    const readings = new MinuteReadings(() => heard.metrics.counters, heard.nowMs);
    for (const octets of [0, 1_000_000]) {
      for (let source = 1; source <= 300; source++)
        heard.poll(LEAF, String(source), { if_counters: { ...port(octets).if_counters, ifIndex: source } });
      heard.nowMs += 10_000;
    }
    const turns = Array.from({ length: 30 }, () => readings.take());
    expect(Math.max(...turns.map(({ length }) => length))).toBeLessThan(1100);
    expect(turns[0]!.length).toBeGreaterThan(0);
    const octets = turns.flat().filter(({ metric }) => metric === 'ifinoctets');
    expect(octets).toHaveLength(300);
    expect(new Set(octets.map(({ dataSource }) => dataSource)).size).toBe(300);
  });

  it('leave out virtual nodes', () => {
    const heard = new Heard();
    const readings = new MinuteReadings(() => heard.metrics.counters, heard.nowMs);
    for (const octets of [0, 1_000_000]) {
      heard.poll(LEAF, '3.80', port(octets));
      heard.nowMs += 10_000;
    }
    expect(readings.take()).toEqual([]);
  });
});
