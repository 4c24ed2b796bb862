/** Containers in the store: by service, so that names that are never used again do not make it grow. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ServiceReadings, serviceOf } from '../../main/metrics/service-readings.ts';
import { runSql } from '../../main/store/sql/run.ts';
import { openViews } from '../../main/store/sql/views.ts';
import { Store } from '../../main/store/store.ts';
import { Heard } from './swarm.ts';

const HOST = '10.0.0.1';

describe('the service of a container', () => {
  it.each([
    ['apache.16.17w67u9157wlri7trd854x6q0', 'apache'],
    ['stack_web.1.17w67u9157wlri7trd854x6q0', 'stack_web'],
    ['coredns-5d78c9869d-7xk2p', 'coredns'],
    ['redis-7f3f1b2a-0c1d-4e5f-8a9b-0123456789ab', 'redis'],
    ['shop-web-1', 'shop-web'],
    ['shop_web_12', 'shop_web'],
    ['vm17', 'vm17'],
    ['apache2.service', 'apache2.service'],
    ['17d3a1b2c4e5', 'unnamed'],
    ['', 'unnamed'],
  ])('%s is %s', (name, service) => {
    expect(serviceOf(name)).toBe(service);
  });
});

describe('virtual nodes', () => {
  it('are stored by service: how many there were, and the mean of them, in series that do not grow', () => {
    const directory = mkdtempSync(join(tmpdir(), 'weir-services-'));
    const heard = new Heard();
    heard.nowMs = Date.UTC(2026, 2, 1, 12);
    const startMs = heard.nowMs;
    const store = new Store(directory, heard.nowMs);
    const readings = new ServiceReadings(() => heard.metrics.counters, startMs);
    const write = (isLast = false) =>
      store.write({
        ...{ flows: [], arrivals: [], counters: [], agents: [], interfaces: [] },
        metrics: readings.take(heard.nowMs, isLast),
      });
    const replicas: number[] = [];
    let made = 0;
    let running: { source: string; name: string; bytes: number }[] = [];
    for (let second = 1; second <= 60 * 60; second++) {
      heard.nowMs += 1000;
      if (second % 60 === 1) {
        // Rescaled each minute to ever-new containers, 1 to 20 of them.
        const count = 1 + ((replicas.length * 7) % 20);
        replicas.push(count);
        running = Array.from({ length: count }, (_, slot) => {
          const id = (made++).toString(36).padStart(25, '0');
          return { source: `3.${70_000 + made}`, name: `apache.${slot + 1}.${id}`, bytes: 0 };
        });
      }
      if (second % 20 === 5)
        for (const container of running) {
          container.bytes += 2_000_000;
          heard.poll(HOST, container.source, {
            host_descr: { hostname: container.name },
            virt_net_io: { rx_bytes: container.bytes },
          });
        }
      heard.tick();
      write();
    }
    heard.nowMs += 2000;
    write();
    write(true);
    const database = openViews(join(directory, 'weir.sqlite'), () => null);
    const asked = (sql: string) => runSql(database, sql) as { cells: (string | number)[] };
    const instances = asked(
      `SELECT last FROM metrics_minute WHERE metric = 'vir_instances' AND data_source = 'service:apache' ORDER BY time`,
    ).cells;
    const sources = asked(`SELECT DISTINCT data_source FROM metrics_minute`).cells;
    const bytes = asked(
      `SELECT mean FROM metrics_minute WHERE metric = 'vir_bytes_in' AND data_source = 'service:apache' ORDER BY time`,
    ).cells;
    database.close();
    store.close();
    rmSync(directory, { recursive: true });
    expect(instances).toEqual(replicas);
    expect(sources).toEqual(['service:apache']);
    // 2 MB in 20 seconds each.
    for (const mean of bytes) expect(mean).toBeCloseTo(100_000, -1);
    expect(bytes).toHaveLength(60);
  });

  it('of more services than are told apart become one', () => {
    const heard = new Heard();
    heard.nowMs = Date.UTC(2026, 2, 1, 12);
    const readings = new ServiceReadings(() => heard.metrics.counters, heard.nowMs);
    for (let poll = 0; poll < 3; poll++) {
      heard.nowMs += 15_000;
      for (let node = 0; node < 300; node++)
        heard.poll(HOST, `3.${70_000 + node}`, {
          host_descr: { hostname: `vm${node}x` },
          virt_net_io: { rx_bytes: poll * 1000 },
        });
    }
    heard.nowMs += 60_000;
    const taken = [];
    for (let turn = 0; turn < 10; turn++) taken.push(...readings.take(heard.nowMs));
    const instances = taken.filter(({ metric }) => metric === 'vir_instances');
    expect(instances).toHaveLength(257);
    expect(instances.find(({ dataSource }) => dataSource === 'service:others')?.last).toBe(44);
    expect(instances.reduce((sum, { last }) => sum + last, 0)).toBe(300);
  });

  it('are asked of the past by their service', () => {
    const heard = new Heard();
    heard.poll(HOST, '3.70001', {
      host_descr: { hostname: 'web.1.17w67u9157wlri7trd854x6q0' },
    });
    const question = { agents: HOST, metric: 'vir_bytes_in', filter: {}, interval: null } as never;
    expect(
      heard.metrics.storedSelection({ ...(question as object), dataSource: '3.70001' } as never),
    ).toEqual({
      ...{ agent: HOST, dataSource: 'service:web', metric: 'vir_bytes_in' },
    });
    expect(
      heard.metrics.storedSelection({ ...(question as object), dataSource: '4' } as never),
    ).toMatchObject({
      dataSource: '4',
    });
  });
});
