/** What Prometheus reads: shapes, escaping, and the definitions that exist only while something scrapes them. */
import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowExports } from '../../main/rest/flow-export.ts';
import { prometheusName, prometheusText } from '../../main/rest/prometheus-text.ts';
import { anyText } from '../any-text.ts';
import { type Fake, restServed } from './served.ts';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/** What Prometheus' own checker says; '' where nothing. */
function promtool(text: string): string {
  const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  return stdout + stderr;
}

const HOSTILE = ['a"b', 'c\\d', 'e\nf', '<script>', '\u202Egnp', '{}', 'ü€', '\u0000', '"} 1\nevil 1'];

const status = {
  ...{ id: 'live', kind: 'live', title: '', state: 'ready', progress: 1, problem: '', interval: null },
  ...{ nowMs: 0, startedMs: 0, agents: 6, interfaces: 40, datagrams: 1000, lost: 3, flowSamples: 5000 },
  ...{ counterSamples: 200, listeners: [], sampleNetwork: false, replay: null, databasePath: '' },
  ...{ databaseOctets: 4096, diagnosis: { foreign: [], foreignPorts: [], countersOnly: false } },
  malformed: HOSTILE.map((name, index) => ({ name, count: index })),
};
const value = (agent: string, dataSource: string, metricName: string, metricValue: number | string) => ({
  ...{ agent, dataSource, metricName, metricValue, lastUpdate: 10 },
});
const dump = [
  value('10.0.0.1', '4', 'ifinoctets', 1.5e9),
  value('10.0.0.1', '4', 'ifname', 'swp1'),
  value('10.0.0.2', '4', 'ifinoctets', 0),
  value('10.0.0.1', '2.1', 'mem_total', 8e9),
  value('10.0.0.1', '2.1', 'cpu_5sec', 3),
  value('10.0.0.1', '2.1', 'tcpActiveOpens', 3),
  value('10.0.0.1', '2.1', 'host_name', 'leaf"1\n'),
  value('10.0.0.1', '4', 'my flow.per-host', 7),
  value('10.0.0.1', '4', 'my flow_per_host', 8),
];
const fake: Fake = {
  status: () => status,
  metricDump: (_agents: string, names: string) =>
    names === 'ALL' ? dump : dump.filter(({ metricName }) => names.split(';').includes(metricName)),
  metricCatalog: () => [
    {
      name: 'ifinoctets',
      label: 'In',
      about: 'Octets in, per second',
      unit: 'octets/s',
      family: 'x',
      kind: 'rate',
    },
  ],
};

describe('the metrics page', () => {
  it('has numbers with agent, data source, host and interface, families together', async () => {
    const { ask } = await restServed(fake);
    const { text, headers } = await ask('/prometheus/metrics/ALL/ALL/txt');
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text.split('\n').slice(0, 9)).toEqual([
      '# HELP sflow_cpu_5sec Flow definition cpu_5sec, per second.',
      '# TYPE sflow_cpu_5sec gauge',
      'sflow_cpu_5sec{agent="10.0.0.1",datasource="2.1",host="leaf\\"1␊"} 3',
      '# HELP sflow_ifinoctets Octets in, per second',
      '# TYPE sflow_ifinoctets gauge',
      'sflow_ifinoctets{agent="10.0.0.1",datasource="4",host="leaf\\"1␊",ifname="swp1"} 1500000000',
      'sflow_ifinoctets{agent="10.0.0.2",datasource="4"} 0',
      '# HELP sflow_mem_total Flow definition mem_total, per second.',
      '# TYPE sflow_mem_total untyped',
    ]);
    // Two names that are written alike are one series.
    expect(text.match(/^sflow_my_flow_per_host\{/gm)).toHaveLength(1);
    expect(text).not.toContain('ifname{');
  });

  it.runIf(hasPromtool)('passes Prometheus’ own check, but for a name that is sFlow-RT’s', async () => {
    const { ask } = await restServed(fake);
    expect(promtool((await ask('/prometheus/metrics/ALL/ALL/txt')).text)).toBe(
      "sflow_tcpActiveOpens metric names should be written in 'snake_case' not 'camelCase'\n",
    );
    expect(promtool((await ask('/prometheus/analyzer/txt')).text)).toBe('');
  });
});

describe('the text format', () => {
  it('keeps one line for one series, whatever names and labels hold', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            name: anyText,
            label: anyText,
            value: fc.double(),
          }),
          { maxLength: 6 },
        ),
        (samples) => {
          const text = prometheusText(
            samples.map((one) => ({
              ...{ name: one.name, help: one.label, type: 'gauge' as const },
              samples: [{ labels: { l: one.label }, value: one.value }],
            })),
          );
          const lines = text.split('\n').filter((line) => line !== '');
          for (const line of lines)
            expect(line).toMatch(
              /^(# (HELP|TYPE) [a-zA-Z_][a-zA-Z0-9_]*( .*)?|[a-zA-Z_][a-zA-Z0-9_]*(\{l="([^"\\\n]|\\["\\n])*"\})? (NaN|[+-]Inf|-?[\d.e+-]+))$/,
            );
          const names = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
          expect(new Set(names).size).toBe(names.length);
        },
      ),
      { numRuns: 300 },
    );
  });
  it('makes names fit', () => {
    expect(['5xx', 'a.b-c', '', 'ü'].map(prometheusName)).toEqual(['_5xx', 'a_b_c', '_', '_']);
  });
});

describe('flows for Prometheus', () => {
  function flows() {
    const made = new Map<string, unknown>();
    return {
      made,
      fake: {
        'definitions.list': () => [...made.keys()].map((name) => ({ definition: { name }, origin: 'rest' })),
        'definitions.put': (name: string, input: unknown) => {
          made.set(name, input);
          return { name };
        },
        'definitions.delete': (name: string) => {
          made.delete(name);
          return null;
        },
        activeFlows: () =>
          ['10.0.0.1_SEP_swp"1', 'x_SEP_\ny'].map((key, index) => ({
            ...{ key, value: index + 1.5, flowN: 1, agent: 'a', dataSource: '1', samples: 3 },
          })),
      } as unknown as Fake,
    };
  }
  const path = '/app/prometheus/scripts/export.js/flows/ALL/txt';
  const query =
    'metric=sflow_bps&key=ipsource,ifname:inputifindex&label=src,port&value=bytes&scale=8&filter=vlan%3D1';

  it('make their definition once, and have the labels that were asked for', async () => {
    const { made, fake: engine } = flows();
    const { ask, argsOf } = await restServed(engine);
    const { text } = await ask(`${path}?${query}`);
    await ask(`${path}?${query}`);
    expect(text).toBe(
      [
        '# HELP sflow_bps Flows by ipsource, ifname:inputifindex: bytes per second.',
        '# TYPE sflow_bps gauge',
        'sflow_bps{src="10.0.0.1",port="swp\\"1"} 12',
        'sflow_bps{src="x",port="␊y"} 20',
        '',
      ].join('\n'),
    );
    if (hasPromtool) expect(promtool(text)).toBe('');
    expect([...made.values()]).toEqual([
      {
        ...{ keys: ['ipsource', 'ifname:inputifindex'], value: 'bytes', filter: 'vlan=1', n: 10, t: 15 },
        ...{ dropped: false, fs: '_SEP_' },
      },
    ]);
    expect(argsOf('definitions.put')).toHaveLength(1);
    expect(argsOf('activeFlows')[0]).toMatchObject([{ maxFlows: 20, minValue: 0.1, aggMode: 'max' }]);
    await ask(`${path}?dropped=true&value=frames&key=ipsource`);
    expect(argsOf('activeFlows')[2]).toMatchObject([{ aggMode: 'sum' }]);
  });

  it('refuse labels that do not fit their keys', async () => {
    const { ask } = await restServed(flows().fake);
    for (const wrong of [
      'key=a,b&label=x',
      'key=a,b&label=x,x',
      'key=a.1,a_1',
      `key=${'a,'.repeat(17)}`,
      'dropped=perhaps',
    ])
      expect((await ask(`${path}?${wrong}`)).status, wrong).toBe(400);
  });

  it('give a definition up that nobody scraped for 300 seconds, also one of an earlier run', async () => {
    const { made, fake: engine } = flows();
    made.set('prometheus_0123456789abcdef', {});
    made.set('prometheus_mine', {});
    let nowMs = 0;
    const call = async (method: string, ...args: unknown[]) =>
      (engine as Record<string, (...given: unknown[]) => unknown>)[method]!(...args) as never;
    const exports = flowExports(
      { version: '', workspaces: () => [], call: (_workspace, method, args) => call(method, ...args) },
      () => nowMs,
    );
    const one = await exports.definitionFor(call, 'live', { keys: ['vlan'] });
    nowMs = 200_000;
    await exports.definitionFor(call, 'live', { keys: ['vlan'] });
    await exports.sweep(301_000);
    expect([...made.keys()]).toEqual(['prometheus_mine', one]);
    await exports.sweep(500_000);
    expect([...made.keys()]).toEqual(['prometheus_mine']);
    for (let index = 0; index < 32; index++)
      await exports.definitionFor(call, 'live', { keys: [`k${index}`] });
    await expect(exports.definitionFor(call, 'live', { keys: ['more'] })).rejects.toThrow(/32 flow exports/);
    exports.stop();
  });
});
