/** Flow definitions as scripts set and ask them: defaults, limits, refusals, shapes, and what survives a change. */
import { describe, expect, it } from 'vitest';
import { compileDefinition } from '../../main/flows/definition.ts';
import { definitionPresets } from '../../main/flows/definition-presets.ts';
import { NO_CONTEXT } from '../../main/flows/functions/context.ts';
import { writeDatagram } from '../../main/sflow/write.ts';
import type { DefinitionInput } from '../../shared/model/definition.ts';
import { datagramsOf, type Made } from '../samples/traffic.ts';
import { record } from './sampled.ts';
import { workspace } from './workspace.ts';

const sample = (timeMs: number, more: Partial<Made> = {}): Made => ({
  ...{ timeMs, agent: '10.0.0.1', dataSource: 3, input: 3, output: 4, rate: 100, octets: 1000 },
  ...{ source: '10.1.0.1', destination: '10.2.0.1', protocol: 6, sourcePort: 40_000, destinationPort: 443 },
  ...more,
});

function feed(to: ReturnType<typeof workspace>, samples: readonly Made[]): void {
  for (const { timeMs, octets } of datagramsOf(samples)) to.read(octets, timeMs);
}

const steady = (seconds: number, more: Partial<Made> = {}): Made[] =>
  Array.from({ length: seconds * 10 }, (_, i) => sample(i * 100, more));

describe('a definition', () => {
  it('has the defaults and limits of sFlow-RT where a script made it', async () => {
    const { definitions } = workspace();
    const put = (input: DefinitionInput) => definitions.put('one', input, 'rest');
    expect(await put({ keys: 'ipsource, ipdestination' })).toEqual({
      name: 'one',
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
    expect(await put({ n: 1, t: 0.01 })).toMatchObject({ n: 5, t: 0.2 });
    expect(await put({ n: 300, t: 7000 })).toMatchObject({ n: 20, t: 600 });
    expect(await definitions.put('two', { n: 300 }, 'weir')).toMatchObject({ n: 300 });
    expect(await put({ keys: ['ipsource'], values: 'count:ip6source,avg:bytes' })).toMatchObject({
      keys: ['ipsource'],
      values: ['count:ip6source', 'avg:bytes'],
    });
  });

  it('is refused by attribute and place, with what was expected', async () => {
    const { definitions } = workspace();
    const check = (input: unknown) => definitions.check('one', input as DefinitionInput);
    expect(check({ keys: 'ipsource,ipdestnation' })).toEqual([
      {
        attribute: 'keys',
        message:
          'keys: There is no flow key “ipdestnation”; the nearest is “ipdestination” (at position 10).',
        start: 9,
        end: 21,
      },
    ]);
    expect(check({ filter: 'ipprotocol=6&nosuch=1' })[0]).toMatchObject({
      attribute: 'filter',
      start: 13,
      end: 19,
    });
    // In a function it is the argument that is told.
    expect(check({ keys: 'ipsource,null:[or:colour:vlan]:x' })[0]).toMatchObject({ start: 18, end: 24 });
    expect(check({ keys: 'prefix:httpurl:/:many' })[0]).toMatchObject({ start: 17, end: 21 });
    expect(check({ value: 'count:or:ipsource:colour' })[0]).toMatchObject({ start: 18, end: 24 });
    expect(check({ value: 'ipsource' })[0]!.message).toContain('is no number');
    expect(check({ value: 'count:ipsource' })).toEqual([]);
    expect(check({ n: 'many' })[0]!.message).toBe('n: a number of flows was expected, as in n:5.');
    expect(check({ log: 'perhaps' })[0]!.message).toBe('log: true or false was expected.');
    expect(check({ aggMode: 'most' })[0]!.message).toContain('one of max, sum, once');
    expect(check({ colour: 'red' })[0]!.message).toContain('no attribute “colour”');
    expect(check({ keys: 7 })[0]!.message).toContain('a list of texts');
    expect(definitions.check('a b', {})[0]!.attribute).toBe('name');
    await expect(definitions.put('one', { value: 'nosuch' }, 'rest')).rejects.toThrow(
      'value: There is no flow key',
    );
    expect(definitions.names()).toEqual([]);
  });

  it('is kept, and one that cannot be read any more is listed with its problem', async () => {
    const first = workspace();
    await first.definitions.put('srcdst', { keys: 'ipsource,ipdestination', n: 9 }, 'rest');
    const again = workspace({
      ...Object.fromEntries(first.shelf),
      old: '{"keys":["formerkey"],"origin":"weir"}',
      torn: '{"keys":',
    });
    await again.definitions.start();
    const listed = again.definitions.list().filter(({ origin }) => origin !== 'preset');
    expect(
      listed.map(({ definition, origin, problem }) => [definition.name, origin, problem.slice(0, 40)]),
    ).toEqual([
      ['old', 'weir', 'keys: There is no flow key “formerkey” ('],
      ['srcdst', 'rest', ''],
      ['torn', 'weir', 'The definition “torn” as it is kept is n'],
    ]);
    expect(listed[1]!.definition.n).toBe(9);
    expect(() => again.ask('old')).toThrow('formerkey');
    await again.definitions.delete('torn');
    expect(again.shelf.has('torn')).toBe(false);
  });

  it('goes on through changes of others and of how it is read', async () => {
    const at = workspace();
    await at.definitions.put('a', { keys: 'ipsource' }, 'rest');
    feed(at, steady(20));
    const before = at.ask('a');
    await at.definitions.put('b', { keys: 'ipsource', t: 10 }, 'rest');
    await at.definitions.put('a', { keys: 'ipsource', n: 20, log: true, aggMode: 'sum' }, 'rest');
    expect(at.ask('a')).toEqual(before);
    await at.definitions.put('a', { keys: 'ipsource', value: 'frames' }, 'rest');
    expect(at.ask('a')).toEqual([]);
    await at.definitions.delete('b');
    expect(() => at.ask('b')).toThrow('There is no flow definition “b”.');
  });
});

describe('active flows', () => {
  it('have the shape that scripts expect, at the data source that saw most', async () => {
    const at = workspace();
    await at.definitions.put('srcdst', { keys: 'ipsource,ipdestination', value: 'bytes' }, 'rest');
    const samples = steady(30).flatMap((one) => [
      one,
      { ...one, agent: '10.0.0.2', dataSource: 7, rate: 90 },
      { ...one, source: '10.1.0.9', rate: 10 },
    ]);
    feed(at, samples);
    const [first, second, ...rest] = at.ask('srcdst');
    expect(rest).toEqual([]);
    expect(Object.keys(first!).sort()).toEqual(['agent', 'dataSource', 'flowN', 'key', 'samples', 'value']);
    expect(first).toMatchObject({
      key: '10.1.0.1,10.2.0.1',
      flowN: 2,
      agent: '10.0.0.1',
      dataSource: '3',
    });
    // 10 samples a second × 100 × 1000 octets.
    expect(first!.value / 1e6).toBeCloseTo(1, 1);
    expect(second).toMatchObject({ key: '10.1.0.9,10.2.0.1', flowN: 1 });
    expect(at.ask('srcdst', { aggMode: 'sum' })[0]!.value / 1e6).toBeCloseTo(1.9, 1);
    expect(at.ask('srcdst', { agents: '10.0.0.2' }).map(({ agent }) => agent)).toEqual(['10.0.0.2']);
    expect(at.ask('srcdst', { minValue: 5e5 })).toHaveLength(1);
    expect(at.ask('srcdst', { maxFlows: 1 })).toHaveLength(1);
    expect(() => at.ask('srcdst', { aggMode: 'edge' })).toThrow('needs a topology');
    expect(at.definitions.flowValue('10.0.0.1', '3', 'srcdst', '10.1.0.1,10.2.0.1')).toBe(first!.value);
    expect(at.definitions.flowValue('10.0.0.1', '4', 'srcdst', '10.1.0.1,10.2.0.1')).toBeNull();
    expect(at.definitions.flowKeys()).toMatchObject({ ipsource: 0, ipdestination: 0 });
    expect(at.definitions.flowKeys()).not.toHaveProperty('srcdst');
  });

  it('of requests are at data sources of another class, with values per event', async () => {
    const at = workspace();
    const common = { t: 10, n: 5 };
    await at.definitions.put('slow_reqs', { ...common, keys: 'httpurl', value: 'duration' }, 'rest');
    await at.definitions.put(
      'games_reqs',
      { value: 'requests', t: 10, filter: 'uri:httpurl:path~/games/.*' },
      'rest',
    );
    await at.definitions.put(
      'image_bytes',
      { value: 'resp_bytes', t: 10, filter: 'httpmimetype~image/.*' },
      'rest',
    );
    await at.definitions.put(
      'err_reqs',
      { ...common, keys: 'httpurl,httpstatus', value: 'requests', filter: 'httpstatus~[45]..' },
      'rest',
    );
    const pages = ['/login.php', '/games/a.png', '/games/b.php', '/search.php', '/index.php'];
    for (let i = 0; i < 500; i++) {
      const page = i % pages.length;
      const http = {
        method: 2,
        protocol: 1001,
        uri: `http://h${pages[page]}`,
        mime_type: page === 1 ? 'image/png' : 'text/html',
        req_bytes: 100n,
        resp_bytes: 5000n,
        uS: 1000 * (5 - page),
        status: page === 3 ? 404 : 200,
      };
      at.read(
        writeDatagram({
          agent: '10.0.0.5',
          sequenceNumber: i + 1,
          uptimeMs: 100 * i,
          samples: [
            {
              kind: 'flow_sample',
              ...{ sequenceNumber: i + 1, dataSourceClass: 3, dataSourceIndex: 80, samplingRate: 10 },
              ...{ samplePool: 10 * i, input: 0, output: 0x3fff_ffff },
              records: [record('http_request', http, 2206)],
            },
          ],
        }),
        100 * i,
      );
    }
    const slow = at.ask('slow_reqs', { maxFlows: 5 });
    expect(slow.map(({ key }) => key)).toEqual(pages.map((page) => `http://h${page}`));
    expect(slow[0]).toMatchObject({ dataSource: '3.80', flowN: 1 });
    expect(slow[0]!.value).toBeCloseTo(5000, 6);
    // 10 samples a second × 10, two of five pages are games.
    expect(at.ask('games_reqs')[0]!.value / 40).toBeCloseTo(1, 1);
    expect(at.ask('image_bytes')[0]!.value / (20 * 5000)).toBeCloseTo(1, 1);
    expect(at.ask('err_reqs').map(({ key }) => key)).toEqual(['http://h/search.php,404']);
  });

  it('leave out samples without one of the keys, and count what has none where there are no keys', async () => {
    const at = workspace();
    await at.definitions.put('tcp', { keys: 'tcpsourceport' }, 'rest');
    await at.definitions.put('all', { value: 'frames' }, 'rest');
    feed(
      at,
      [...steady(10), ...steady(10, { protocol: 17 })].sort((a, b) => a.timeMs - b.timeMs),
    );
    expect(at.ask('tcp').map(({ key }) => key)).toEqual(['40000']);
    const [all] = at.ask('all');
    expect(all).toMatchObject({ key: '', flowN: 1 });
    expect(all!.value / 2000).toBeCloseTo(1, 1);
  });

  it('have further values: means, extremes, and how many different ones', async () => {
    const at = workspace();
    await at.definitions.put(
      'with',
      {
        keys: 'ipdestination',
        value: 'frames',
        values: 'avg:bytes,min:bytes,max:bytes,count:ipsource,rate:bytes',
      },
      'rest',
    );
    feed(
      at,
      Array.from({ length: 2000 }, (_, i) =>
        sample(i * 5, { octets: 100 + (i % 11) * 100, source: `10.1.${i % 4}.${i % 50}` }),
      ),
    );
    const [flow] = at.ask('with');
    const [mean, least, most, different, octets] = flow!.values!;
    expect(mean).toBeCloseTo(600, -1);
    expect([least, most]).toEqual([100, 1100]);
    expect(different).toBeGreaterThan(90);
    expect(different).toBeLessThan(110);
    expect(octets! / flow!.value).toBeCloseTo(mean!, 6);
  });

  it('fade while nothing arrives, and are gone in the end', async () => {
    const at = workspace();
    await at.definitions.put('one', { keys: 'ipsource', t: 2 }, 'rest');
    feed(at, steady(20));
    const [before] = at.ask('one');
    at.tick(at.clock.nowMs + 2000);
    expect(at.ask('one')[0]!.value / before!.value).toBeCloseTo(Math.exp(-1), 9);
    at.tick(at.clock.nowMs + 20_000);
    expect(at.ask('one')).toEqual([]);
  });

  it('of dropped packets are told from drop notifications', async () => {
    const at = workspace();
    await at.definitions.put('drops', { keys: 'reason,ipsource', value: 'frames', dropped: true }, 'rest');
    await at.definitions.put('seen', { keys: 'ipsource', value: 'frames' }, 'rest');
    const { octets: plain } = [...datagramsOf([sample(0)])][0]!;
    at.read(plain, 0);
    for (let i = 1; i <= 40; i++)
      at.read(
        writeDatagram({
          agent: '10.0.0.1',
          sequenceNumber: 1 + i,
          uptimeMs: 100 * i,
          samples: [
            {
              kind: 'discarded_packet',
              ...{ sequenceNumber: i, dataSourceIndex: 3, drops: 0, input: 3, output: 0, reason: 256 },
              records: [
                record('sampled_ipv4', { length: 100, protocol: 6, src_ip: '10.1.0.7', dst_ip: '10.2.0.1' }),
              ],
            },
          ],
        }),
        100 * i,
      );
    expect(at.ask('drops').map(({ key }) => key)).toEqual([expect.stringMatching(/^\w+,10\.1\.0\.7$/)]);
    expect(at.ask('drops')[0]!.value).toBeGreaterThan(5);
    expect(at.ask('seen').map(({ key }) => key)).toEqual(['10.1.0.1']);
  });
});

describe('flow records', () => {
  const asked = { names: ['pair'], flowID: -1, maxFlows: 10, timeoutMs: 60_000 };

  it('are waited for, newest first, with exactly the fields of sFlow-RT', async () => {
    const at = workspace();
    await at.definitions.put('pair', { keys: 'ipsource,ipdestination', log: true, t: 1 }, 'rest');
    let answered: unknown = null;
    const first = Promise.resolve(at.definitions.handlers.flowRecords(asked)).then((records) => {
      answered = records;
      return records;
    });
    feed(
      at,
      steady(4).map((one) => ({ ...one, timeMs: one.timeMs + 1000 })),
    );
    at.tick(5000);
    await Promise.resolve();
    expect(answered).toBeNull();
    at.tick(10_200);
    const [one] = await first;
    expect(one).toEqual({
      flowID: 1,
      name: 'pair',
      agent: '10.0.0.1',
      dataSource: '3',
      flowKeys: '10.1.0.1,10.2.0.1',
      value: (40 * 100 * 1000) / 3.9,
      start: 1000,
      end: 4900,
    });
  });

  it('answer an empty list on time-out, and only what is younger than the number given', async () => {
    const at = workspace();
    await at.definitions.put('pair', { keys: 'ipsource', log: true, flowStart: true }, 'rest');
    feed(at, [sample(1000), sample(1100, { source: '10.1.0.2' }), sample(1200, { source: '10.1.0.3' })]);
    const all = await at.definitions.handlers.flowRecords(asked);
    expect(all.map(({ flowID, flowKeys }) => [flowID, flowKeys])).toEqual([
      [3, '10.1.0.3'],
      [2, '10.1.0.2'],
      [1, '10.1.0.1'],
    ]);
    const next = at.definitions.handlers.flowRecords({ ...asked, flowID: 3 });
    at.timeOut();
    expect(await next).toEqual([]);
    expect(await at.definitions.handlers.flowRecords({ ...asked, flowID: 1, maxFlows: 1 })).toHaveLength(1);
    expect(await at.definitions.handlers.flowRecords({ ...asked, names: ['other'], timeoutMs: 0 })).toEqual(
      [],
    );
    expect(at.waiting()).toBe(0);
  });

  it('of a flow that goes on come at each active timeout', async () => {
    const at = workspace();
    await at.definitions.put('pair', { keys: 'ipsource', log: true, activeTimeout: 5 }, 'rest');
    for (const { timeMs, octets } of datagramsOf(
      steady(21).map((one) => ({ ...one, timeMs: one.timeMs + 1000 })),
    )) {
      at.read(octets, timeMs);
      if (timeMs % 1000 === 0) at.tick(timeMs);
    }
    const records = await at.definitions.handlers.flowRecords({ ...asked, timeoutMs: 0 });
    expect(records.map(({ start }) => start)).toEqual([16_000, 11_000, 6000, 1000]);
    for (const { value } of records) expect(value / 1e6).toBeCloseTo(1, 1);
  });
});

describe('presets', () => {
  it('compile, have names of their own, and cost nothing until asked for', async () => {
    const at = workspace();
    for (const { definition } of definitionPresets) {
      expect(at.definitions.check(definition.name, { ...definition } as DefinitionInput)).toEqual([]);
      compileDefinition(definition, NO_CONTEXT);
    }
    const names = definitionPresets.map(({ definition }) => definition.name);
    expect(new Set(names).size).toBe(names.length);
    feed(at, steady(5));
    expect(at.definitions.list().every(({ flows, lastSeenMs }) => flows === 0 && lastSeenMs === null)).toBe(
      true,
    );
    expect(at.ask('ip-pairs')).toEqual([]);
    feed(
      at,
      steady(5).map((one) => ({ ...one, agent: '10.0.0.3', timeMs: one.timeMs + 5000 })),
    );
    expect(at.ask('ip-pairs')).toHaveLength(1);
    expect(at.definitions.names()).toEqual([]);
    await expect(at.definitions.delete('ip-pairs')).rejects.toThrow('ships with Weir');
    at.tick(at.clock.nowMs + 301_000);
    expect(at.ask('ip-pairs')).toEqual([]);
  });
});
