/** A live workspace as it was at a moment of its recording: who was heard, what things were called, and no later. */
import { readdirSync, renameSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { RecordedMoment } from '../../main/history/moment.ts';
import { writeDatagram } from '../../main/sflow/write.ts';
import { temporaryFolder } from '../headless/running.ts';
import { DNS_RESPONSE } from '../packet/forms.ts';
import * as frames from '../packet/frames.ts';
import { type LiveWorkspace, liveWorkspace } from './workspace.ts';

let workspace: LiveWorkspace | null = null;
afterEach(async () => {
  await workspace?.stop();
  workspace = null;
});

const beginMs = Date.UTC(2026, 4, 5, 12);
const packet = frames.ethernet(
  {},
  frames.ipv4({ protocol: 17 }, frames.udp({ sourcePort: 53 }, DNS_RESPONSE)),
);

/** A datagram of an agent at a second, with its host's name and, where it is wanted, a sampled DNS answer. */
function heard(
  agent: string,
  second: number,
  { hostname, dns = false }: { hostname: string; dns?: boolean },
) {
  return writeDatagram({
    ...{ agent, sequenceNumber: second + 1, uptimeMs: second * 1000 },
    samples: [
      {
        kind: 'counters_sample',
        ...{ sequenceNumber: second + 1, dataSourceClass: 2, dataSourceIndex: 1 },
        records: [{ name: 'host_descr', fields: { hostname, os_name: 2, machine_type: 3 } }],
      },
      ...(dns
        ? [
            {
              kind: 'flow_sample' as const,
              ...{ sequenceNumber: second, dataSourceIndex: 3, samplingRate: 100, samplePool: second * 100 },
              ...{ input: 3, output: 4 },
              records: [
                {
                  name: 'sampled_header',
                  fields: { protocol: 1, frame_length: 200, stripped: 4, header: packet },
                },
              ],
            },
          ]
        : []),
    ],
  });
}

const OLD = '192.0.2.1';
const NEW = '192.0.2.2';

it('agents, hosts and names are those of the moment; what is learned there does not reach the present', async () => {
  const folder = temporaryFolder();
  workspace = await liveWorkspace(folder, beginMs);
  for (let second = 0; second < 30; second++) {
    await workspace.send([heard(OLD, second, { hostname: 'before', dns: second === 20 })]);
    await workspace.second();
  }
  await workspace.stop();

  // Another run, ten minutes later: the agent is called otherwise, another one has come, and no DNS answer was heard.
  const laterMs = beginMs + 600_000;
  workspace = await liveWorkspace(folder, laterMs);
  const { engine } = workspace;
  for (let second = 0; second < 10; second++) {
    await workspace.send([
      heard(OLD, second, { hostname: 'after' }),
      heard(NEW, second, { hostname: 'newcomer' }),
    ]);
    await workspace.second();
  }
  const named = async (atMs: number) =>
    (await engine['moment.agents'](atMs)).told.map(({ agent, name, streams }) => [
      agent,
      name,
      streams[0]!.datagrams,
    ]);

  expect(await named(beginMs + 9_500)).toEqual([[OLD, 'before', 10]]);
  expect((await engine['moment.hosts'](beginMs + 9_500)).told.map(({ name }) => name)).toEqual(['before']);
  expect(await engine['moment.names'](beginMs + 9_500, ['10.0.0.1'])).toEqual([null]);
  // Read on, and back again.
  expect(await named(beginMs + 19_500)).toEqual([[OLD, 'before', 20]]);
  expect(await named(beginMs + 4_500)).toEqual([[OLD, 'before', 5]]);
  expect(await engine['moment.names'](beginMs + 25_000, ['10.0.0.1'])).toEqual([
    { name: 'www.example.com', origin: 'heard' },
  ]);
  const { told: values } = await engine['moment.metricDump'](beginMs + 25_000, 'ALL', 'host_name', {});
  expect(values.map(({ metricValue }) => metricValue)).toEqual(['before']);
  expect((await engine['moment.health'](beginMs + 25_000)).map(({ agent }) => agent)).toEqual([OLD]);
  expect((await engine['moment.locate'](beginMs + 25_000, '', 10)).found).toBeGreaterThanOrEqual(0);
  expect(await named(laterMs + 8_500)).toEqual([
    [OLD, 'after', 9],
    [NEW, 'newcomer', 9],
  ]);

  // The present knows nothing of what was learned there.
  expect(await engine['names.of'](['10.0.0.1'])).toEqual([null]);
  expect((await engine.agents()).map(({ agent, name }) => [agent, name])).toEqual([
    [OLD, 'after'],
    [NEW, 'newcomer'],
  ]);
  expect((await engine.status()).agents).toBe(2);

  const { recorded, stored } = await engine.timeline();
  expect(recorded.map(({ fromMs }) => Math.floor(fromMs / 1000) * 1000)).toEqual([beginMs, laterMs]);
  expect(recorded[0]!.toMs).toBeLessThan(beginMs + 31_000);
  expect(stored).toEqual([
    { fromMs: beginMs, toMs: beginMs + 60_000 },
    { fromMs: laterMs, toMs: laterMs + 60_000 },
  ]);
  // What lies between the runs is told as unknown, by every question of the range.
  const interval = { fromMs: beginMs, toMs: laterMs + 5_000 };
  const between = [expect.objectContaining({ toMs: recorded[1]!.fromMs, why: 'not recorded' })];
  expect((await engine.counters({ agent: OLD, ifIndex: 3, interval })).gaps?.slice(-1)).toEqual(between);
  const filter = { agent: null, subAgentId: null, ifIndex: null, filter: '', only: 'all' as const, interval };
  const list = await engine['datagrams.list']({ filter, offset: 0, limit: 10, upTo: null });
  expect(list.total).toBe(40);
  expect(list.gaps?.slice(-1)).toEqual(between);

  await expect(Promise.resolve(engine['moment.agents'](beginMs + 580_000))).rejects.toThrow(
    /Nothing is kept of the minutes before/,
  );

  // A file of it that cannot be read is no time in which nobody sent.
  const packed = () => readdirSync(`${folder}/recording`).filter((name) => name.endsWith('.pcap.zst'));
  await expect.poll(packed).toHaveLength(1);
  const [first] = packed();
  renameSync(`${folder}/recording/${first}`, `${folder}/aside`);
  await expect(Promise.resolve(engine['moment.agents'](beginMs + 29_000))).rejects.toThrow(/damaged or gone/);
  expect(await engine['moment.agents'](beginMs + 89_000)).toMatchObject({ trendMinutes: 1 });
  renameSync(`${folder}/aside`, `${folder}/recording/${first}`);
  expect(await named(beginMs + 28_500)).toEqual([[OLD, 'before', 29]]);

  // The recording has gone, and the stored minutes tell what they can.
  await engine['recording.deleteAll']();
  // Between the runs nothing was heard; it is no time in which ports carried nothing.
  const unheard = [{ fromMs: beginMs + 60_000, toMs: laterMs, why: 'not heard' }];
  expect((await engine.counters({ agent: OLD, ifIndex: 3, interval })).gaps).toEqual(unheard);
  const sent = (await engine.interfaces(interval)).find((port) => port.flows.inSamples > 0)!;
  expect(sent).toMatchObject({ provenance: 'minutes', trendMinutes: 1 });
  expect(sent.flows.inBitsPerSecond).toBeCloseTo((100 * 200 * 8) / 65, 6);
  const agents = await engine['moment.agents'](beginMs + 89_500);
  expect(agents).toMatchObject({
    trendMinutes: 1,
    told: [{ agent: OLD, arrivals: { datagrams: 30, lost: 0 }, datagramsPerSecond: 0.5, streams: [] }],
  });
  expect((await engine['moment.metricDump'](beginMs + 89_500, 'ALL', 'ALL', {})).trendMinutes).toBe(1);
  await expect(Promise.resolve(engine['moment.health'](beginMs + 89_500))).rejects.toThrow(/Only sums/);
  await expect(Promise.resolve(engine['moment.locate'](beginMs + 89_500, '', 10))).rejects.toThrow(
    /Only sums/,
  );
  // Sums of the minute that a moment lies in also tell what came after it.
  await expect(Promise.resolve(engine['moment.agents'](beginMs + 29_500))).rejects.toThrow(/Nothing is kept/);
  await expect(Promise.resolve(engine['moment.agents'](beginMs + 500_000))).rejects.toThrow(
    /Nothing is kept/,
  );
});

it('a question that nobody waits for any more leaves what was read for the others', async () => {
  const moment = new RecordedMoment([], () => {});
  const range = { folder: '', segments: [], covered: [] };
  const network = () => moment.analytics.network;
  const first = await moment.at(1_000_000, range, undefined, network);
  const given = { aborted: true, addEventListener() {}, removeEventListener() {} };
  await expect(moment.at(500_000, range, given, network)).rejects.toThrow('cancelled');
  expect(await moment.at(1_001_000, range, undefined, network)).toBe(first);
  expect(await moment.at(500_000, range, undefined, network)).not.toBe(first);
  moment.stop();
});
