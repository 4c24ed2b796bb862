/** Metrics of real captures against figures that are worked out here from what sflowtool prints of the same file. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { captureEngine } from '../../main/engine/capture.ts';
import { capturePath, capturesFolder } from '../captures.ts';

type Counters = { agent: string; uptimeMs: number; source: string; fields: Map<string, string> };

/** The counter samples of sflowtool's text, by agent and data source, in the order in which they came. */
function decoded(name: string): Map<string, Counters[]> {
  const text = gunzipSync(readFileSync(capturePath(`sflowtool/${name}.txt.gz`))).toString();
  const found = new Map<string, Counters[]>();
  let agent = '';
  let uptimeMs = 0;
  let fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    const key = line.slice(0, space);
    const value = line.slice(space + 1);
    if (key === 'agent') agent = value;
    else if (key === 'sysUpTime') uptimeMs = Number(value);
    else if (key === 'startSample') fields = new Map();
    else if (key === 'endSample' && fields.get('sampleType') === 'COUNTERSSAMPLE') {
      const source = fields.get('sourceId')!;
      const place = `${agent} ${source.startsWith('0:') ? source.slice(2) : source.replace(':', '.')}`;
      found.set(place, [...(found.get(place) ?? []), { agent, uptimeMs, source, fields }]);
    } else fields.set(key, value);
  }
  return found;
}

describe.skipIf(capturesFolder === null)('the fabric capture', () => {
  it('has the rates, levels and texts that its last two samples of each source give', async () => {
    const engine = captureEngine({
      ...{ id: 'c', title: 'ecmp', changed() {} },
      path: capturePath('sflowrt-fabricview-ecmp.pcap'),
    });
    await engine.start();
    const truth = decoded('sflowrt-fabricview-ecmp');
    const told = new Map<string, number | string>();
    for (const { agent, dataSource, metricName, metricValue } of await engine.metricDump('ALL', 'ALL', {}))
      told.set(`${agent} ${dataSource} ${metricName}`, metricValue);
    await engine.stop();
    let compared = 0;
    const near = (place: string, metric: string, wanted: number): void => {
      const value = told.get(`${place} ${metric}`);
      expect(typeof value, `${place} ${metric}`).toBe('number');
      expect(Math.abs((value as number) - wanted), `${place} ${metric}`).toBeLessThanOrEqual(
        1e-9 * (1 + Math.abs(wanted)),
      );
      compared++;
    };
    for (const [place, samples] of truth) {
      const [before, last] = samples.slice(-2) as [Counters, Counters];
      const seconds = (last.uptimeMs - before.uptimeMs) / 1000;
      const grown = (field: string): number =>
        Number(BigInt(last.fields.get(field)!) - BigInt(before.fields.get(field)!));
      const now = (field: string): number => Number(last.fields.get(field));
      if (last.fields.has('ifInOctets')) {
        for (const [metric, field] of [
          ['ifinoctets', 'ifInOctets'],
          ['ifoutoctets', 'ifOutOctets'],
          ['ifinucastpkts', 'ifInUcastPkts'],
          ['ifindiscards', 'ifInDiscards'],
          ['ifoutdiscards', 'ifOutDiscards'],
        ] as const)
          near(place, metric, grown(field) / seconds);
        near(place, 'ifspeed', now('ifSpeed'));
        expect(told.get(`${place} ifname`)).toBe(last.fields.get('ifName'));
        // Never reported by these switches.
        expect(told.has(`${place} ifinunknownprotos`)).toBe(false);
        if (now('ifSpeed') > 0)
          near(place, 'ifinutilization', (grown('ifInOctets') / seconds) * (800 / now('ifSpeed')));
        else expect(told.has(`${place} ifinutilization`)).toBe(false);
      } else {
        near(place, 'load_one', Math.fround(now('cpu_load_one')));
        near(place, 'mem_free', now('mem_free'));
        const used = now('mem_total') - now('mem_free') - now('mem_buffers') - now('mem_cached');
        near(place, 'mem_utilization', (100 * used) / now('mem_total'));
        near(place, 'disk_utilization', 100 - (100 * now('disk_free')) / now('disk_total'));
        near(place, 'bytes_in', grown('nio_bytes_in') / seconds);
        const most = now('bcm_ipv4_entries_max');
        if (most > 0) near(place, 'bcm_ipv4_utilization', (100 * now('bcm_ipv4_entries')) / most);
        else expect(told.has(`${place} bcm_ipv4_utilization`)).toBe(false);
        const times = [
          'cpu_user',
          'cpu_nice',
          'cpu_system',
          'cpu_idle',
          'cpu_wio',
          'cpuintr',
          'cpu_sintr',
          'cpu_steal',
        ];
        const total = times.reduce((sum, field) => sum + grown(field), 0);
        near(place, 'cpu_utilization', 100 - (100 * grown('cpu_idle')) / total);
        expect(told.get(`${place} host_name`)).toBe(last.fields.get('hostname'));
        expect(String(told.get(`${place} uuid`)).toLowerCase()).toBe(last.fields.get('UUID')!.toLowerCase());
      }
    }
    expect(compared).toBeGreaterThan(1000);
  });
});

describe.skipIf(capturesFolder === null)('the capture of a host', () => {
  it('has workers, operations, the protocol stack and custom metrics', async () => {
    const engine = captureEngine({
      ...{ id: 'c', title: 'hsflowd', changed() {} },
      path: capturePath('own-hsflowd-json-tcp.pcap'),
    });
    await engine.start();
    const names = await engine.metricNames();
    for (const name of [
      'workers_utilization',
      'req_delayed',
      'app_operations',
      'app_mem_utilization',
      'app_cpu',
    ])
      expect(names, name).toHaveProperty(name);
    for (const name of ['tcpactiveopens', 'tcpretranssegs', 'udprcvbuferrors', 'icmpinmsgs', 'ipinreceives'])
      expect(names, name).toHaveProperty(name);
    const [row] = await engine.metricTable(
      'ALL',
      'workers_active,workers_max,workers_utilization,app_name',
      {},
    );
    expect(row!.map(({ metricValue }) => metricValue)).toEqual([2, 5, 40, 'shop']);
    const [custom] = await engine.metricTable('ALL', 'm_c32,m_g64,m_f,m_d,m_str', {});
    expect(custom!.map(({ metricValue }) => metricValue)).toEqual([
      expect.any(Number),
      6_000_000_000,
      1.25,
      expect.closeTo(-0.001),
      'hello wörld',
    ]);
    expect(custom![0]!.dataSource).toBe('web1');
    const nodes = await engine.hosts();
    expect(nodes.filter(({ parent }) => parent === '2.1').length).toBeGreaterThan(0);
    await engine.stop();
  });
});
