/** Every path of the REST interface, against an engine that is made up: what is asked of it and how it is written. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pollUntil } from '../../main/rest/long-poll.ts';
import type { FlowDefinition } from '../../shared/model/definition.ts';
import { RpcError } from '../../shared/rpc.ts';
import { anyText } from '../any-text.ts';
import { type Fake, LIVE, restServed } from './served.ts';

const definition = (name: string): FlowDefinition => ({
  name,
  keys: ['ipsource', 'ipdestination'],
  value: 'bytes',
  values: [],
  filter: '',
  n: 5,
  t: 2,
  dropped: false,
  fs: ',',
  log: false,
  flowStart: false,
  activeTimeout: 60,
  aggMode: 'max',
});
const status = (name: string, origin: 'weir' | 'rest' | 'preset' = 'rest') => ({
  definition: definition(name),
  origin,
  ...{ unit: 'bit/s', lastSeenMs: null, flows: 0, samplesPerSecond: 0, problem: '' },
});
const definitions: Fake = {
  'definitions.list': () => [status('srcdst'), status('own', 'weir'), status('shipped', 'preset')],
  'definitions.put': (name: string) => definition(name),
  'definitions.delete': (name: string) => {
    if (name === 'none') throw new RpcError('missing', 'There is no flow definition “none”.');
    return null;
  },
  activeFlows: ({ name }: { name: string }) => {
    throw new RpcError('missing', `There is no flow definition “${name}”.`);
  },
};

describe('bodies', () => {
  it.each([
    ['strict', '{"keys":"ipsource,ipdestination","value":"bytes"}'],
    ['of the tutorial: a name without quotes', '{"keys":"ipsource,ipdestination",value:"bytes"}'],
    ['single quotes', "{keys:'ipsource,ipdestination', value:'bytes'}"],
    ['a trailing comma and a comment', '{keys:"ipsource,ipdestination", // pairs\n value:"bytes",}'],
  ])('are read as people type them: %s', async (_what, body) => {
    const { put, argsOf } = await restServed(definitions);
    expect((await put('/flow/srcdst/json', body)).status).toBe(200);
    expect(argsOf('definitions.put')).toEqual([
      ['srcdst', { keys: 'ipsource,ipdestination', value: 'bytes' }, 'rest'],
    ]);
  });

  it('need no content type and mind none', async () => {
    const { ask, argsOf } = await restServed(definitions);
    for (const type of [
      undefined,
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'x/y',
    ])
      await ask('/flow/a/json', {
        method: 'PUT',
        body: new TextEncoder().encode('{value:"bytes"}'),
        ...(type ? { headers: { 'Content-Type': type } } : {}),
      });
    expect(argsOf('definitions.put')).toHaveLength(5);
  });

  it.each([
    ['', 400, /The body is empty; send for instance \{keys/],
    ['{keys:', 400, /cannot be read as JSON at line 1, column \d+; send for instance/],
    ['[1,2]', 400, /The body must be an object, as in \{keys/],
    ['"text"', 400, /must be an object/],
    [`{a:${'['.repeat(40)}${']'.repeat(40)}}`, 400, /nested more than 32 levels/],
    ['{"__proto__":{"x":1}}', 400, /“__proto__” cannot be a name/],
    ['{a:{constructor:1}}', 400, /“constructor” cannot be a name/],
    [`{a:"${'x'.repeat(1024 * 1024)}"}`, 413, /at most 1 MiB/],
    ['['.repeat(500_000), 400, /cannot be read as JSON/],
  ])('that cannot be taken are refused by one sentence: %.20s', async (body, code, sentence) => {
    const { put, asked } = await restServed(definitions);
    const answer = await put('/flow/a/json', body);
    expect(answer.status).toBe(code);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect((answer.json as { message: string }).message).toMatch(sentence);
    expect(asked).toEqual([]);
  });

  it('that are no UTF-8 or compressed are refused', async () => {
    const { ask } = await restServed(definitions);
    const bad = await ask('/flow/a/json', { method: 'PUT', body: Uint8Array.of(0x7b, 0xff, 0x7d) });
    expect([bad.status, (bad.json as { message: string }).message]).toEqual([
      400,
      'The body is no UTF-8 text.',
    ]);
    const packed = await ask('/flow/a/json', {
      ...{ method: 'PUT', body: '{}' },
      headers: { 'Content-Encoding': 'gzip' },
    });
    expect(packed.status).toBe(415);
  });

  it('never reach the program as anything but what they say, whatever is sent', async () => {
    const { put, asked } = await restServed({ ...definitions, 'groups.put': () => ({}) });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.json(), anyText, fc.string({ unit: fc.constantFrom(...'{}[]:,\'"a1\\\n/*') })),
        async (body) => {
          asked.length = 0;
          const answer = await put('/group/x/json', body);
          expect([200, 400]).toContain(answer.status);
          expect(({} as Record<string, unknown>).polluted).toBeUndefined();
          if (answer.status === 400) expect(asked).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('paths and methods', () => {
  it('that are not there, or not so, say what is', async () => {
    const { ask } = await restServed(definitions);
    expect((await ask('/flow/json/x')).status).toBe(404);
    const wrong = await ask('/flow/json', { method: 'DELETE' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect(wrong.json).toMatchObject({ message: 'This path takes GET, not DELETE.' });
    expect((await ask('/flow/%E0%A4%A/json')).status).toBe(400);
    expect((await ask('/flow//json')).status).toBe(404);
  });

  it('answer OPTIONS with what they take, without any CORS header', async () => {
    const { ask } = await restServed(definitions);
    const { status: code, headers } = await ask('/flow/a/json', { method: 'OPTIONS' });
    expect([code, headers.get('allow')]).toEqual([204, 'GET, PUT, POST, DELETE, HEAD, OPTIONS']);
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('answer HEAD as GET without the body, and do not wait for it', async () => {
    const { ask, argsOf } = await restServed({ events: () => [] });
    const { status: code, text, headers } = await ask('/events/json?timeout=60', { method: 'HEAD' });
    expect([code, text, headers.get('content-length')]).toEqual([200, '', '3']);
    expect(argsOf('events')).toEqual([[{ thresholdIDs: [], eventID: -1, maxEvents: 1000, timeoutMs: 0 }]]);
  });

  it('that are not there yet say so', async () => {
    const { ask } = await restServed({});
    for (const path of ['/scripts/json', '/script/elb.js/json', '/app/top-flows/scripts/top.js/json']) {
      const { status: code, json } = await ask(path);
      expect(code).toBe(501);
      expect((json as { message: string }).message).toMatch(/not available yet/);
    }
  });

  it('carry names whole, whatever is in them', async () => {
    const { put, argsOf } = await restServed({ 'thresholds.put': (name: string) => ({ name }) });
    const names = ['a b', 'a/b', '../x', '<img src=x onerror=alert(1)>', '名', '%', '__proto__', "';--"];
    for (const name of names)
      await put(`/threshold/${encodeURIComponent(name)}/json`, '{metric:"x",value:1}');
    expect(argsOf('thresholds.put').map(([name]) => name)).toEqual(names);
  });
});

describe('workspaces', () => {
  const capture = (id: string) => ({ id, kind: 'capture' as const, title: `${id}.pcap` });
  const fake: Fake = { flowKeys: () => ({}) };
  it('are the live one, or the only one, or the one that is named', async () => {
    const live = await restServed(fake, [capture('c1'), LIVE]);
    await live.ask('/flowkeys/json');
    await live.ask('/flowkeys/json?workspace=c1');
    expect(live.asked.map(({ workspace }) => workspace)).toEqual(['live', 'c1']);
    const alone = await restServed(fake, [capture('c1')]);
    await alone.ask('/flowkeys/json');
    expect(alone.asked.map(({ workspace }) => workspace)).toEqual(['c1']);
  });
  it('must be named where there are several captures, and exist', async () => {
    const several = await restServed(fake, [capture('c1'), capture('c2')]);
    const unclear = await several.ask('/flowkeys/json');
    expect([unclear.status, (unclear.json as { message: string }).message]).toEqual([
      409,
      'Several captures are open; add ?workspace= with one of c1 (c1.pcap), c2 (c2.pcap).',
    ]);
    expect((await several.ask('/flowkeys/json?workspace=c9')).status).toBe(404);
    expect((await several.ask('/version')).status).toBe(200);
    expect((await (await restServed(fake, [])).ask('/flowkeys/json')).status).toBe(503);
  });
});

describe('errors', () => {
  it('of the engine are told where they are meant for people, and hidden where they are not', async () => {
    const { ask } = await restServed({
      flowKeys() {
        throw new RpcError('refused', 'Nothing of the kind.');
      },
      metricNames() {
        throw new Error('ENOENT /home/somebody/secret');
      },
      'topology.get'() {
        throw new RpcError('closed', 'x');
      },
    });
    const refused = await ask('/flowkeys/json');
    expect([refused.status, refused.json]).toEqual([
      400,
      { error: { status: 400, message: 'Nothing of the kind.' }, message: 'Nothing of the kind.' },
    ]);
    const inside = await ask('/metrics/json');
    expect([inside.status, inside.text.includes('secret')]).toEqual([500, false]);
    expect((await ask('/topology/json')).status).toBe(503);
  });

  it('of parameters name the parameter and its range', async () => {
    const { ask } = await restServed({ activeFlows: () => [] });
    const message = async (query: string) =>
      ((await ask(`/activeflows/ALL/x/json?${query}`)).json as { message: string }).message;
    expect(await message('maxFlows=many')).toBe('maxFlows is a number from 1 to 1000.');
    expect(await message('minValue=-1')).toMatch(/^minValue is a number from 0/);
    expect(await message('aggMode=most')).toBe('aggMode is one of max, sum, once, AGENT, edge, core.');
  });
});

describe('flow definitions', () => {
  it('are listed, shown, set and deleted as scripts know them', async () => {
    const { ask, put, argsOf } = await restServed(definitions);
    const shape = {
      ...{ keys: 'ipsource,ipdestination', value: 'bytes', filter: '', n: 5, t: 2, dropped: false, fs: ',' },
      ...{ log: false, flowStart: false, activeTimeout: 60, aggMode: 'max' },
    };
    expect((await ask('/flow/json')).json).toEqual({ srcdst: shape, own: shape });
    expect((await ask('/flow/srcdst/json')).json).toEqual(shape);
    expect((await put('/flow/new/json', '{value:"bytes"}')).json).toEqual(shape);
    expect((await ask('/flow/new/json', { method: 'POST', body: '{value:"bytes"}' })).status).toBe(200);
    const gone = await ask('/flow/srcdst/json', { method: 'DELETE' });
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect(argsOf('definitions.delete')).toEqual([['srcdst']]);
    for (const init of [{}, { method: 'DELETE' }])
      expect((await ask('/flow/none/json', init)).json).toMatchObject({
        message: 'There is no flow definition “none”.',
        error: { status: 404 },
      });
    expect((await ask('/activeflows/ALL/none/json')).json).toMatchObject({
      message: 'There is no flow definition “none”.',
      error: { status: 404 },
    });
  });

  it('answer activeflows in the shape of T14', async () => {
    const { ask, argsOf } = await restServed({
      activeFlows: () => [
        { key: '10.0.0.1,10.0.0.2', value: 5.5e8, flowN: 7, agent: '10.0.0.9', dataSource: '4', samples: 90 },
      ],
    });
    const { json } = await ask('/activeflows/ALL/srcdst/json?maxFlows=5000&minValue=0.5&aggMode=sum');
    expect(json).toEqual([
      { flowN: 7, agent: '10.0.0.9', value: 5.5e8, dataSource: '4', key: '10.0.0.1,10.0.0.2' },
    ]);
    expect(argsOf('activeFlows')).toEqual([
      [{ agents: 'ALL', name: 'srcdst', maxFlows: 1000, minValue: 0.5, aggMode: 'sum' }],
    ]);
    await ask('/activeflows/10.0.0.1;leaf2/srcdst/json');
    expect(argsOf('activeFlows')[1]).toEqual([
      { agents: '10.0.0.1;leaf2', name: 'srcdst', maxFlows: 100, minValue: 0, aggMode: null },
    ]);
  });

  it('answer flowvalue of a definition, or of one data source of it', async () => {
    const { ask, argsOf } = await restServed({
      flowValue: (_agent: string, source: string | null) => (source === null ? null : 12.5),
    });
    expect((await ask('/flowvalue/10.0.0.1/22.tcp/json?key=10.0.0.1,10.0.0.2,22,45333')).text).toBe('12.5\n');
    expect((await ask('/flowvalue/10.0.0.1/3.80.slow/json?key=a')).text).toBe('12.5\n');
    expect((await ask('/flowvalue/10.0.0.1/tcp/json?key=a')).text).toBe('0\n');
    expect(argsOf('flowValue')).toEqual([
      ['10.0.0.1', '22', 'tcp', '10.0.0.1,10.0.0.2,22,45333'],
      ['10.0.0.1', '3.80', 'slow', 'a'],
      ['10.0.0.1', null, 'tcp', 'a'],
    ]);
  });

  it('answer flow records in the shape of T9, and nothing else in them', async () => {
    const record = {
      ...{ name: 'dnspair', flowID: 1523, agent: '10.0.0.3', dataSource: '10', value: 233370.92322668363 },
      ...{ flowKeys: 'xenvm11.sf.inmon.com.,dhcp20.sf.inmon.com.', start: 1476234466195, end: 1476234478177 },
    };
    const { ask, argsOf } = await restServed({ flowRecords: () => [record] });
    const { json } = await ask('/flows/json?name=dnspair&maxFlows=10&timeout=60&flowID=-1');
    expect(json).toEqual([record]);
    expect(Object.keys((json as object[])[0]!).sort()).toEqual(
      ['name', 'flowID', 'agent', 'dataSource', 'flowKeys', 'value', 'start', 'end'].sort(),
    );
    expect(argsOf('flowRecords')).toEqual([
      [{ names: ['dnspair'], flowID: -1, maxFlows: 10, timeoutMs: 5000 }],
    ]);
  });
});

describe('metrics', () => {
  it('filter by every parameter that is not their own, repeated for either', async () => {
    const { ask, argsOf } = await restServed({
      metric: () => [],
      metricTable: () => [],
      metricDump: () => [],
    });
    const query = 'os_name=linux&os_name=windows&cpu_num=2&host_name=*web.*&workspace=live';
    const filter = { os_name: ['linux', 'windows'], cpu_num: ['2'], host_name: ['*web.*'] };
    await ask(`/metric/ALL/max:load_one,min:load_one/json?${query}`);
    await ask(`/table/ALL/sort:load_one:-10,null:host_name/json?${query}`);
    await ask(`/dump/ALL/load_one;cpu_num/json?${query}`);
    expect(argsOf('metric')).toEqual([['ALL', 'max:load_one,min:load_one', filter]]);
    expect(argsOf('metricTable')).toEqual([['ALL', 'sort:load_one:-10,null:host_name', filter]]);
    expect(argsOf('metricDump')).toEqual([['ALL', 'load_one;cpu_num', filter]]);
  });

  it('have the shapes of T13, of tables and of dumps', async () => {
    const summary = {
      ...{ metricName: 'max:srcdst', metricValue: 3.39e8, metricN: 10, dataSource: '4', agent: '10.0.0.1' },
      ...{ lastUpdate: 1275, lastUpdateMin: 1267, lastUpdateMax: 2031 },
      topKeys: [{ key: 'a,b', value: 3.39e8, lastUpdate: 1274 }],
    };
    const cell = {
      agent: '10.0.0.1',
      dataSource: '3.80',
      metricName: 'x',
      metricValue: 'text',
      lastUpdate: 5,
    };
    const { ask } = await restServed({
      metric: () => [summary],
      metricTable: () => [[cell, cell]],
      metricDump: () => [cell],
      metricNames: () => ({ load_one: 12 }),
    });
    expect((await ask('/metric/ALL/max:srcdst/json')).json).toEqual([summary]);
    expect((await ask('/table/ALL/x,x/json')).json).toEqual([[cell, cell]]);
    expect((await ask('/dump/ALL/ALL/json')).json).toEqual([cell]);
    expect((await ask('/metric/10.0.0.1/json')).json).toEqual({ '3.80.x': 'text' });
    expect((await ask('/metrics/json')).json).toEqual({ load_one: 12 });
  });

  it('may be given: as dumps write them, or shorter', async () => {
    const { ask, argsOf } = await restServed({ customMetrics: () => null });
    const post = (body: string) => ask('/metrics/json', { method: 'POST', body });
    expect(
      (await post("[{agent:'10.0.0.1',dataSource:'2.1',metricName:'temp',metricValue:21.5}]")).status,
    ).toBe(204);
    expect((await post("{agent:'10.0.0.1',dataSource:4,name:'door',value:'open'}")).status).toBe(204);
    expect(argsOf('customMetrics')).toEqual([
      [[{ agent: '10.0.0.1', dataSource: '2.1', name: 'temp', value: 21.5 }]],
      [[{ agent: '10.0.0.1', dataSource: '4', name: 'door', value: 'open' }]],
    ]);
    expect((await post('[{agent:1}]')).status).toBe(400);
    expect((await post('null')).status).toBe(400);
  });
});

describe('agents', () => {
  it('have the fields that scripts read, summed over streams and data sources, with times since', async () => {
    const stream = {
      ...{ subAgentId: 0, datagrams: 10, octets: 1000, lost: 1, reordered: 2, duplicates: 3, restarts: 0 },
      ...{ interleaved: 1, flowSamples: 40, counterSamples: 5, discardSamples: 1, uptimeMs: 900 },
      ...{ firstSeenMs: 1000, lastSeenMs: 9000 },
    };
    const source = {
      dataSourceClass: 0,
      dataSourceIndex: 3,
      name: '',
      samples: 40,
      statedRate: 1,
      effectiveRate: 1,
    };
    const agent = {
      ...{ agent: '10.0.0.1', name: 'leaf1', senders: ['10.0.0.1'], streams: [stream, stream] },
      sources: [{ ...source, lost: 4, dropped: 5, late: 6, duplicates: 7 }],
      counterArrivals: { dataSources: 2, lost: 8, late: 9, duplicates: 11 },
      ...{ interfaces: 1, dataSources: 1, samplingRate: { least: 1, most: 1 }, malformed: [], unknown: [] },
      ...{ firstSeenMs: 1000, lastSeenMs: 9000, datagramsPerSecond: 1 },
    };
    const { ask } = await restServed({
      agents: () => [agent, { ...agent, agent: '10.0.0.2', name: '' }],
      status: () => ({ nowMs: 10_000 }),
    });
    const expected = {
      ...{ name: 'leaf1', firstSeen: 9000, lastSeen: 1000, uptime: 900, sFlowDatagramSource: ['10.0.0.1'] },
      ...{ sFlowDatagramsReceived: 20, sFlowDatagramsLost: 2, sFlowDatagramsOutOfOrder: 4 },
      ...{ sFlowDatagramsDuplicates: 6, sFlowFlowDatasources: 1, sFlowFlowSamples: 80 },
      ...{ sFlowFlowOutOfOrderSamples: 6, sFlowFlowDuplicateSamples: 7, sFlowFlowLostSamples: 4 },
      ...{ sFlowFlowDrops: 5, sFlowCounterDatasources: 2, sFlowCounterSamples: 10 },
      ...{ sFlowCounterOutOfOrderSamples: 9, sFlowCounterDuplicateSamples: 11, sFlowCounterLostSamples: 8 },
      sFlowDiscardSamples: 2,
    };
    expect((await ask('/agents/json?agent=leaf1')).json).toEqual({ '10.0.0.1': expected });
    expect((await ask('/agents/json?agent=10.0.0.2&agent=10.0.0.1')).json).toMatchObject({
      ...{ '10.0.0.1': {}, '10.0.0.2': {} },
    });
  });
});

describe('groups, maps, topology, forwarding', () => {
  it('are set, listed, shown and deleted', async () => {
    const tables = { custom: { internal: ['10.0.0.0/8'] } };
    const { ask, put, argsOf } = await restServed({
      'groups.list': () => tables,
      'groups.put': (_name: string, table: unknown) => table,
      'groups.delete': () => null,
      'maps.delete': (name: string) => {
        throw new RpcError('missing', `There is no map “${name}”.`);
      },
      'maps.list': () => ({}),
      'topology.get': () => ({}),
      'topology.put': (topology: unknown) => topology,
      'serviceNames.list': () => ({ '6/8443': 'portal' }),
      'serviceNames.put': () => 1,
      'forwarding.list': () => [
        { name: 'lab', target: { address: '10.0.0.9', port: 6343 }, sent: 5, dropped: 0, problem: '' },
      ],
      'forwarding.put': (_name: string, target: unknown) => target,
    });
    expect((await ask('/group/json')).json).toEqual(tables);
    expect((await ask('/groups/json')).json).toEqual(tables);
    expect((await ask('/group/custom/json')).json).toEqual(tables.custom);
    expect((await ask('/group/toString/json')).status).toBe(404);
    await put('/group/json', "{external:['0.0.0.0/0'],internal:['10.0.0.0/8']}");
    await put('/group/custom/json', "{internal:['10.0.0.0/8']}");
    expect(argsOf('groups.put')).toEqual([
      ['default', { external: ['0.0.0.0/0'], internal: ['10.0.0.0/8'] }],
      ['custom', { internal: ['10.0.0.0/8'] }],
    ]);
    expect((await ask('/group/custom/json', { method: 'DELETE' })).status).toBe(204);
    expect((await ask('/map/none/json', { method: 'DELETE' })).status).toBe(404);
    expect((await ask('/map/none/json')).status).toBe(404);
    const topology = { nodes: {}, links: { L1: { node1: 'a', port1: '1', node2: 'b', port2: '2' } } };
    expect((await put('/topology/json', JSON.stringify(topology))).json).toEqual(topology);
    expect((await put('/service/json', "{'tcp/8443':'portal'}")).json).toEqual({ '6/8443': 'portal' });
    expect(argsOf('serviceNames.put')).toEqual([[{ 'tcp/8443': 'portal' }]]);
    expect((await ask('/service/json')).json).toEqual({ '6/8443': 'portal' });
    expect((await ask('/forwarding/json')).json).toEqual({
      lab: { address: '10.0.0.9', port: 6343, sent: 5, dropped: 0, problem: '' },
    });
    expect((await put('/forwarding/x/json', "{address:'10.0.0.1',port:'6343'}")).json).toEqual({
      address: '10.0.0.1',
      port: 6343,
    });
    expect((await put('/forwarding/x/json', "{address:'10.0.0.1',prot:1}")).status).toBe(400);
  });
});

describe('long polls', () => {
  it('ask again in slices until there is something, without losing the place', async () => {
    let round = 0;
    const { ask, argsOf } = await restServed({ events: () => (++round === 3 ? [{ eventID: 5 }] : []) });
    const { json } = await ask(
      '/events/json?thresholdID=elephant_threshold&maxEvents=10&timeout=60&eventID=4',
    );
    expect(json).toEqual([{ eventID: 5 }]);
    expect(argsOf('events')).toHaveLength(3);
    expect(argsOf('events')[2]).toEqual([
      { thresholdIDs: ['elephant_threshold'], eventID: 4, maxEvents: 10, timeoutMs: 5000 },
    ]);
  });

  it('are few at a time: more are told to come again, and those who go make room', async () => {
    const waiting: (() => void)[] = [];
    const { ask } = await restServed({
      events: ({ timeoutMs }: { timeoutMs: number }) =>
        timeoutMs === 0 ? [] : new Promise((resolve) => waiting.push(() => resolve([{ eventID: 1 }]))),
    });
    const polls = Array.from({ length: 32 }, () => ask('/events/json?timeout=60'));
    while (waiting.length < 32) await new Promise((resolve) => setImmediate(resolve));
    const refused = await ask('/events/json?timeout=60');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    for (const answer of waiting.splice(0)) answer();
    expect((await Promise.all(polls)).map(({ status: code }) => code)).toEqual(Array(32).fill(200));
    expect((await ask('/events/json')).status).toBe(200);
  });

  it('end when whoever asked has gone', async () => {
    const gone = new AbortController();
    let asked = 0;
    const found = await pollUntil(
      () => {
        if (++asked === 2) gone.abort();
        return Promise.resolve([]);
      },
      300_000,
      gone.signal,
    );
    expect([found, asked]).toEqual([[], 2]);
  });
});

describe('the OpenAPI document', () => {
  it('has every path with its parameters, and each of them is dispatched', async () => {
    const { ask } = await restServed({});
    const { json } = await ask('/api-docs');
    const { paths, openapi } = json as {
      openapi: string;
      paths: Record<string, Record<string, { summary: string; parameters: { name: string; in: string }[] }>>;
    };
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        ...['/version', '/analyzer/json', '/agents/json', '/metrics/json', '/metric/{agent}/json'],
        ...['/metric/{agent}/{metric}/json', '/table/{agent}/{metric}/json', '/dump/{agent}/{metric}/json'],
        ...['/flowkeys/json', '/flow/json', '/flow/{name}/json', '/activeflows/{agent}/{name}/json'],
        ...[
          '/flowvalue/{agent}/{name}/json',
          '/flows/json',
          '/group/json',
          '/groups/json',
          '/group/{name}/json',
        ],
        ...[
          '/map/{name}/json',
          '/threshold/json',
          '/threshold/{name}/json',
          '/events/json',
          '/forwarding/json',
        ],
        ...['/forwarding/{name}/json', '/topology/json', '/prometheus/analyzer/txt'],
        ...[
          '/prometheus/metrics/{agent}/{metric}/txt',
          '/app/prometheus/scripts/export.js/flows/{agent}/txt',
        ],
      ]),
    );
    expect(paths['/events/json']!.get!.parameters.map(({ name }) => name)).toEqual([
      ...['thresholdID', 'eventID', 'maxEvents', 'timeout', 'workspace'],
    ]);
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, { summary, parameters }] of Object.entries(operations)) {
        expect(summary, path).toMatch(/^.{5,}\.$/);
        expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(
          [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
        );
        const there = await ask(path.replaceAll(/\{\w+\}/g, 'x'), {
          method: method.toUpperCase(),
          ...(/put|post/.test(method) ? { body: '{}' } : {}),
        });
        expect([404, 405], `${method} ${path}`).not.toContain(there.status);
      }
    }
  });
});
