/** What metrics answer, in sFlow-RT's shapes, from datagrams as agents send them. */
import { describe, expect, it } from 'vitest';
import type { FlowMetric } from '../../main/flows/metric-source.ts';
import { metricCatalog, plans } from '../../main/metrics/metric-table.ts';
import { Heard } from './swarm.ts';

const LEAF = '10.0.0.1';

const port = (octets: number, frames: number, extra: Record<string, number> = {}) => ({
  if_counters: {
    ...{ ifIndex: 4, ifType: 6, ifSpeed: 1_000_000_000, ifDirection: 1, ifStatus: 3 },
    ...{ ifInOctets: octets, ifInUcastPkts: frames, ifInMulticastPkts: 10, ifInBroadcastPkts: frames },
    ...{ ifOutOctets: 2 * octets, ifOutUcastPkts: frames },
    ...extra,
  },
  port_name: { name: 'swp4' },
});

function heardPort(): Heard {
  const heard = new Heard();
  heard.poll(LEAF, '4', port(1_000_000, 100));
  heard.nowMs += 20_000;
  heard.poll(LEAF, '4', port(26_000_000, 300));
  heard.nowMs += 1000;
  return heard;
}

describe('metrics of an interface', () => {
  it('are rates over the agent’s own clock, with utilisation and frames made of them', () => {
    const { metrics } = heardPort();
    const values = Object.fromEntries(
      metrics.metricDump('ALL', 'ALL', {}).map(({ metricName, metricValue }) => [metricName, metricValue]),
    );
    expect(values).toMatchObject({
      ifinoctets: 1_250_000,
      ifinutilization: 1,
      ifoututilization: 2,
      ifinucastpkts: 10,
      ifinpkts: 20,
      ifoutpkts: 10,
      ifspeed: 1_000_000_000,
      iftype: 'ethernetCsmacd',
      ifdirection: 'full-duplex',
      ifadminstatus: 'up',
      ifoperstatus: 'up',
      ifname: 'swp4',
      ifindex: 4,
    });
    // Not told by the agent.
    expect(values).not.toHaveProperty('ifouterrors');
  });

  it('have one shape for a statistic: that of sFlow-RT', () => {
    const { metrics } = heardPort();
    expect(metrics.metric('ALL', 'max:ifinutilization,sum:ifoututilization,load_one', {})).toEqual([
      {
        agent: LEAF,
        dataSource: '4',
        lastUpdate: 1000,
        lastUpdateMax: 1000,
        lastUpdateMin: 1000,
        metricN: 1,
        metricName: 'max:ifinutilization',
        metricValue: 1,
      },
      {
        lastUpdateMax: 1000,
        lastUpdateMin: 1000,
        metricN: 1,
        metricName: 'sum:ifoututilization',
        metricValue: 2,
      },
      { metricN: 0, metricName: 'load_one' },
    ]);
    expect(() => metrics.metric('ALL', 'mean:load_one', {})).toThrow(/no statistic/);
  });

  it('can be asked for by data source, and with filters on texts and numbers', () => {
    const { metrics } = heardPort();
    const count = (metric: string, filter: Record<string, string[]> = {}) =>
      metrics.metric('ALL', metric, filter)[0]!.metricN;
    expect(count('max:4.ifinoctets')).toBe(1);
    expect(count('5.ifinoctets')).toBe(0);
    expect(count('ifinoctets', { ifname: ['swp*'] })).toBe(1);
    expect(count('ifinoctets', { ifname: ['eth.*', 'swp[0-9]'] })).toBe(1);
    expect(count('ifinoctets', { ifspeed: ['1000000000'] })).toBe(1);
    expect(count('ifinoctets', { ifspeed: ['1e9'] })).toBe(1);
    expect(count('ifinoctets', { ifspeed: ['10000000000'] })).toBe(0);
    expect(count('ifinoctets', { ifname: ['swp4'], ifoperstatus: ['down'] })).toBe(0);
    expect(() => count('ifinoctets', { ifname: ['(('] })).toThrow(/no regular expression/);
  });

  it('of a port without a speed are no number, and what is all ones is no rate (T6)', () => {
    const heard = new Heard();
    const odd = { ifSpeed: 0, ifDirection: 2, ifInUnknownProtos: 0xffff_ffff };
    heard.poll(LEAF, '44', port(0, 0, odd));
    heard.nowMs += 30_000;
    heard.poll(LEAF, '44', port(3_000_000, 30, odd));
    const names = heard.metrics.metricNames();
    expect(names).toHaveProperty('ifinoctets');
    expect(names).not.toHaveProperty('ifinutilization');
    expect(names).not.toHaveProperty('ifinunknownprotos');
    for (const { metricValue } of heard.metrics.metricDump('ALL', 'ALL', {}))
      if (typeof metricValue === 'number') expect(Number.isFinite(metricValue)).toBe(true);
    expect(heard.metrics.metric('ALL', 'ifdirection', {})[0]!.metricValue).toBe('half-duplex');
  });

  it('are gone after three polling intervals, and their history stays for the charts', () => {
    const heard = heardPort();
    heard.nowMs += 58_000;
    heard.tick();
    expect(heard.metrics.metric('ALL', 'ifinoctets', {})[0]!.metricN).toBe(1);
    heard.nowMs += 5000;
    heard.tick();
    expect(heard.metrics.metric('ALL', 'ifinoctets', {})[0]!.metricN).toBe(0);
    expect(heard.counters.series(heard.network.agents[0]!, 4)!.length).toBe(1);
  });

  it('make a chart of one value per counter sample, and of one per second over several', () => {
    const heard = heardPort();
    heard.nowMs += 19_000;
    heard.send(LEAF, [heard.sampleOf(LEAF, '4', port(27_000_000, 300))]);
    const question = {
      agents: 'ALL',
      dataSource: null,
      metric: 'ifinoctets',
      statistic: 'sum',
      filter: {},
      interval: { fromMs: 1_000_000, toMs: 1_040_000 },
    } as const;
    const one = heard.metrics.metricSeries(question);
    expect([...one.timesMs]).toEqual([1_020_000, 1_040_000]);
    expect([...one.values]).toEqual([1_250_000, 50_000]);
    expect(one.unit).toBe('octets/s');
    heard.nowMs = 1_000_000;
    heard.poll('10.0.0.2', '4', port(0, 0));
    heard.nowMs = 1_010_000;
    heard.poll('10.0.0.2', '4', port(1_000_000, 0));
    heard.nowMs = 1_040_000;
    const both = heard.metrics.metricSeries(question);
    expect(both.timesMs.length).toBe(40);
    expect([both.values[0], both.values[15], both.values[39]]).toEqual([1_350_000, 1_250_000, 50_000]);
  });
});

describe('tables', () => {
  const hosts = (): Heard => {
    const heard = new Heard();
    for (const [index, load] of [0.5, 3, 1].entries()) {
      const agent = `10.0.0.${index + 1}`;
      heard.poll(agent, '2.1', {
        host_descr: { hostname: `web${index}`, os_name: index === 2 ? 3 : 2, machine_type: 3 },
        host_cpu: { load_one: load, cpu_num: 2, load_five: -1 },
        ...(index === 0
          ? { host_memory: { mem_total: 100, mem_free: 25, mem_buffers: 5, mem_cached: 10 } }
          : {}),
      });
      heard.poll(agent, '4', port(0, 0));
    }
    return heard;
  };

  it('sort, cut, keep rows with optional columns, and name hosts in rows of their ports', () => {
    const { metrics } = hosts();
    const rows = (columns: string, filter = {}) =>
      metrics.metricTable('ALL', columns, filter).map((row) => row.map(({ metricValue }) => metricValue));
    expect(rows('host_name,sort:load_one:-2')).toEqual([
      ['web1', 3],
      ['web2', 1],
    ]);
    expect(rows('sort:load_one:2')).toEqual([[0.5], [1]]);
    expect(rows('host_name,mem_utilization')).toEqual([['web0', 60]]);
    expect(rows('host_name,null:mem_utilization,load_one')).toEqual([
      ['web0', 60, 0.5],
      ['web1', '', 3],
      ['web2', '', 1],
    ]);
    expect(rows('host_name,ifname', { os_name: ['windows'] })).toEqual([['web2', 'swp4']]);
    expect(rows('load_five')).toEqual([]);
    expect(metrics.metricTable('web1', 'load_one_per_cpu', {})).toEqual([
      [
        {
          agent: '10.0.0.2',
          dataSource: '2.1',
          metricName: 'load_one_per_cpu',
          metricValue: 1.5,
          lastUpdate: 0,
        },
      ],
    ]);
  });

  it('take agents by address and name, and by topology where there is one', () => {
    const { metrics } = hosts();
    expect(metrics.metric('10.0.0.1;WEB2', 'load_one', {})[0]!.metricN).toBe(2);
    expect(() => metrics.metric('EDGE', 'load_one', {})).toThrow(/topology/);
    const topology = {
      nodes: { a: { agent: LEAF, ports: { swp4: { ifindex: '4' } } }, b: { agent: '10.0.0.2' } },
      links: { L1: { node1: 'a', port1: 'swp4', node2: 'b', port2: 'swp9' } },
    };
    const heard = new Heard({ topology: () => topology });
    for (const agent of [LEAF, '10.0.0.2', '10.0.0.3'])
      for (const source of ['4', '5']) heard.poll(agent, source, port(0, 0, { ifIndex: Number(source) }));
    const count = (agents: string) => heard.metrics.metric(agents, 'ifspeed', {})[0]!.metricN;
    expect([count('ALL'), count('TOPOLOGY'), count('CORE'), count('EDGE')]).toEqual([6, 4, 1, 3]);
  });
});

describe('a flow definition', () => {
  const flow = (agent: string, dataSource: string, value: number): FlowMetric => ({
    ...{ agent, dataSource, name: 'srcdst', value, halfWidth: value / 10, updatedMs: 998_725 },
    flows: [
      { key: '10.1.1.1,10.1.1.2', value, updatedMs: 998_726, values: [] },
      { key: '10.1.1.3,10.1.1.4', value: value / 2, updatedMs: 997_648, values: [] },
    ],
  });
  const flows = {
    names: () => ['srcdst'],
    metrics: (name: string) => (name === 'srcdst' ? [flow(LEAF, '3', 2.2e8), flow(LEAF, '4', 3.4e8)] : []),
  };

  it('is a metric with its largest keys (T13)', () => {
    const heard = new Heard({ flows });
    heard.poll(LEAF, '4', port(0, 0));
    heard.poll(LEAF, '3', port(0, 0, { ifIndex: 3, ifSpeed: 10_000_000_000 }));
    expect(heard.metrics.metric('ALL', 'max:srcdst', {})).toEqual([
      {
        agent: LEAF,
        metricName: 'max:srcdst',
        topKeys: [
          { lastUpdate: 1274, value: 3.4e8, key: '10.1.1.1,10.1.1.2' },
          { lastUpdate: 2352, value: 1.7e8, key: '10.1.1.3,10.1.1.4' },
        ],
        metricN: 2,
        lastUpdate: 1275,
        lastUpdateMax: 1275,
        lastUpdateMin: 1275,
        metricValue: 3.4e8,
        halfWidth: 3.4e7,
        samples: expect.closeTo(19.6 ** 2),
        dataSource: '4',
      },
    ]);
    // Estimates of several places err apart; of a median no band is known, and counters have none.
    const [sum, mean, median, speed] = heard.metrics.metric(
      'ALL',
      'sum:srcdst,avg:srcdst,med:srcdst,max:ifspeed',
      {},
    );
    expect(sum!.halfWidth).toBeCloseTo(Math.hypot(2.2e7, 3.4e7));
    expect(mean!.halfWidth).toBeCloseTo(Math.hypot(2.2e7, 3.4e7) / 2);
    expect([median!.halfWidth, median!.samples, speed!.halfWidth]).toEqual([undefined, undefined, undefined]);
    expect(heard.metrics.metricDump('ALL', 'srcdst', {})[0]).toMatchObject({ halfWidth: 2.2e7 });
    expect(heard.metrics.metric('ALL', '3.srcdst', {})[0]).toMatchObject({
      metricValue: 2.2e8,
      dataSource: '3',
    });
    expect(heard.metrics.metric('ALL', 'srcdst', { ifspeed: ['10000000000'] })[0]).toMatchObject({
      dataSource: '3',
    });
    expect(heard.metrics.metricNames()).toMatchObject({ srcdst: 1275 });
    for (let second = 0; second < 5; second++) {
      heard.nowMs += 1000;
      heard.tick();
    }
    const series = heard.metrics.metricSeries({
      ...{ agents: 'ALL', dataSource: '4', metric: 'srcdst', statistic: 'max', filter: {} },
      interval: { fromMs: 1_000_000, toMs: 1_005_000 },
    });
    expect([...series.values].filter((value) => !Number.isNaN(value))).toEqual(new Array(5).fill(3.4e8));
    expect([...series.halfWidths!].filter(Number.isFinite)).toEqual(new Array(5).fill(3.4e7));
    const both = heard.metrics.metricSeries({
      ...{ agents: 'ALL', dataSource: null, metric: 'srcdst', statistic: 'sum', filter: {} },
      interval: { fromMs: 1_000_000, toMs: 1_005_000 },
    });
    const [value, half, samples] = [both.values, both.halfWidths!, both.samples!].map(
      (column) => column.findLast(Number.isFinite)!,
    );
    expect(value).toBeCloseTo(5.6e8);
    expect(half! / Math.hypot(2.2e7, 3.4e7)).toBeCloseTo(1);
    expect(samples).toBeCloseTo((1.96 * (value! / half!)) ** 2);
  });
});

describe('hosts and virtual nodes', () => {
  it('make a tree by the parent that each names; zero is divided by nowhere (T8)', () => {
    const heard = new Heard();
    heard.poll(LEAF, '2.1', {
      host_descr: { hostname: 'deb', uuid: '00112233445566778899aabbccddeeff' },
      host_adapters: { adapters: [{ ifIndex: 2, mac_address: ['6c641a0017fb', '6c641a0017fa'] }] },
    });
    const service = (cpuTime: number) => ({
      virt_disk_io: { capacity: 0, allocation: 0 },
      virt_memory: { memory: 16_674_816, maxMemory: 0 },
      virt_cpu: { state: 1, cpuTime, nrVirtCpu: 0 },
      host_parent: { container_type: 2, container_index: 1 },
      host_descr: {
        hostname: 'apache2.service',
        machine_type: 3,
        os_name: 2,
        os_release: '4.4.0-45-generic',
      },
    });
    heard.poll(LEAF, '3.112270', service(180));
    heard.nowMs += 10_000;
    heard.poll(LEAF, '3.112270', service(1180));
    const [host, node] = heard.metrics.hosts();
    expect(host).toMatchObject({
      ...{ dataSource: '2.1', parent: null, name: 'deb', uuid: '00112233-4455-6677-8899-aabbccddeeff' },
      addresses: ['6C641A0017FB', '6C641A0017FA'],
    });
    expect(node).toMatchObject({
      ...{
        dataSource: '3.112270',
        parent: '2.1',
        name: 'apache2.service',
        machineType: 'x86_64',
        os: 'linux',
      },
      ...{ osRelease: '4.4.0-45-generic', tags: { systemd_service: 'apache2.service' }, gone: false },
      metrics: { vir_mem_used: 16_674_816, vir_cpu_utilization: 10 },
    });
    expect(node!.metrics).not.toHaveProperty('vir_mem_utilization');
    expect(heard.network.agents[0]!.name).toBe('deb');
    expect(heard.metrics.metric('ALL', 'vir_host_name', { host_name: ['deb'] })[0]!.metricN).toBe(1);
  });

  it('have another identity with another UUID: nothing of the one before is theirs', () => {
    const heard = new Heard();
    const container = (uuid: string, bytes: number) => ({
      virt_net_io: { rx_bytes: bytes },
      host_descr: { hostname: 'web', uuid },
    });
    heard.poll(LEAF, '3.9', container('00000000000000000000000000000001', 1000));
    heard.nowMs += 10_000;
    heard.poll(LEAF, '3.9', container('00000000000000000000000000000002', 5_000_000));
    expect(heard.metrics.metricNames()).not.toHaveProperty('vir_bytes_in');
    heard.nowMs += 10_000;
    heard.poll(LEAF, '3.9', container('00000000000000000000000000000002', 5_001_000));
    expect(heard.metrics.metric('ALL', 'vir_bytes_in', {})[0]!.metricValue).toBe(100);
  });
});

describe('custom metrics', () => {
  it('come in samples of their own, and from scripts', () => {
    const heard = new Heard();
    const sample = (count: number) => ({
      kind: 'rtmetric' as const,
      fields: {
        datasource_name: 'web1',
        metrics: [
          { name: 'm_count', value: { type: 1, value: count } },
          { name: 'm_text', value: { type: 0, value: 'hello' } },
          { name: 'm_gauge', value: { type: 5, value: 1.25 } },
        ],
      },
    });
    heard.send(LEAF, [sample(100)]);
    expect(heard.metrics.metricNames()).not.toHaveProperty('m_count');
    heard.nowMs += 10_000;
    heard.send(LEAF, [sample(150)]);
    expect(heard.metrics.metricTable('ALL', 'm_text,m_gauge,m_count', {})[0]).toMatchObject([
      { dataSource: 'web1', metricValue: 'hello' },
      { metricValue: 1.25 },
      { metricValue: 5 },
    ]);
    heard.metrics.customMetrics([{ agent: LEAF, dataSource: '4', name: 'room', value: 21.5 }]);
    expect(heard.metrics.metric('ALL', '4.room', {})[0]).toMatchObject({
      metricValue: 21.5,
      dataSource: '4',
    });
    expect(() =>
      heard.metrics.customMetrics([{ agent: '10.9.9.9', dataSource: '4', name: 'room', value: 1 }]),
    ).toThrow(/Nothing has been heard/);
    heard.nowMs += 200_000;
    heard.tick();
    expect(heard.metrics.metricNames()).toEqual({});
  });

  it('cannot fill the memory with names', () => {
    const heard = new Heard();
    heard.poll(LEAF, '4', port(0, 0));
    const many = Array.from({ length: 2000 }, (_, i) => ({
      agent: LEAF,
      dataSource: '4',
      name: `n${i}`,
      value: i,
    }));
    expect(() => heard.metrics.customMetrics(many)).toThrow(/no room/);
    expect(heard.metrics.custom.byAgent.get(heard.network.agents[0]!)!.size).toBeLessThan(1100);
  });
});

describe('the metric table', () => {
  it('names each metric once within a record, and none is without words', () => {
    for (const plan of plans) {
      const names = plan.lines.map(({ name }) => name);
      expect(new Set(names).size, plan.record.name).toBe(names.length);
      for (const { name, label } of plan.lines) {
        expect(name).toMatch(/^[a-z0-9_]+$/);
        expect(label).not.toBe('');
      }
    }
    expect(metricCatalog().length).toBeGreaterThan(350);
  });

  it('has the names that sFlow-RT documents', () => {
    const known = new Set(metricCatalog().map(({ name }) => name));
    const documented = `of_dpid of_port ifname ifindex iftype ifspeed ifdirection ifadminstatus ifoperstatus ifinoctets
      ifinucastpkts ifinmulticastpkts ifinbroadcastpkts ifindiscards ifinerrors ifinunknownprotos ifinutilization ifinpkts
      ifoutoctets ifoutucastpkts ifoutmulticastpkts ifoutbroadcastpkts ifoutdiscards ifouterrors ifoututilization ifoutpkts
      eth_alignmenterrors eth_fcserrors eth_singlecollisions eth_multiplecollisions eth_sqetesterrors eth_deferredtx
      eth_latecollision eth_excessivecollisions agg_actorsystemid agg_partneropersystemid agg_attachedaggid opt_module_id
      opt_module_lanes cpu_5sec bcm_host_utilization bcm_mac_utilization bcm_ipv4_utilization bcm_ipv6_utilization
      bcm_ipv4_ipv6_utilization bcm_long_ipv6_utilizaton bcm_total_routes_utilization bcm_ecmp_nexthops_utilization
      bcm_acl_ingress_utilization bcm_acl_ingress_meters_utilization bcm_acl_ingress_counters_utilization
      bcm_acl_egress_utilization host_name uuid machine_type os_name os_release load_one load_five load_fifteen
      load_one_per_cpu cpu_num cpu_idle cpu_utilization uptime mem_free mem_utilization disk_utilization part_max_used
      vir_host_name vir_cpu_utilization vir_bytes_in vir_bytes_out vir_nvml_gputime k8s_namespace k8s_name
      systemd_service swarm_name docker_name jvm_name http_method_option http_method_get http_status_1xx http_status_5xx
      http_status_other http_requests workers_active workers_idle workers_max workers_utilization req_delayed req_dropped`;
    expect(documented.split(/\s+/).filter((name) => !known.has(name))).toEqual([]);
  });
});
