/** Capture workspaces against what is known of the real captures. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { captureEngine } from '../../main/engine/capture.ts';
import { generateTo } from '../../main/sample-network/generate.ts';
import type { FlowQuestion, MergeRule } from '../../shared/model/question.ts';
import { captureFiles, capturePath, capturesFolder } from '../captures.ts';
import { temporaryFolder } from '../headless/running.ts';

const FABRIC = 'sflowrt-fabricview-ecmp.pcap';

async function open(path: string) {
  const engine = captureEngine({ id: 'test', path, title: 'test', changed() {} });
  await engine.start();
  return { engine, status: await engine.status() };
}

const ask = (keys: string[], merge: MergeRule = 'sum', more: Partial<FlowQuestion> = {}): FlowQuestion => ({
  keys,
  value: 'bytes',
  scope: { agent: null, ifIndex: null, direction: 'both' },
  filter: '',
  merge,
  interval: null,
  stepMs: null,
  limit: 1000,
  ...more,
});

describe.skipIf(capturesFolder === null)('the fabric capture', () => {
  it('holds what its description counts', async () => {
    const { status } = await open(capturePath(FABRIC));
    expect({
      datagrams: status.datagrams,
      flow: status.flowSamples,
      counters: status.counterSamples,
      agents: status.agents,
      lost: status.lost,
      malformed: status.malformed,
      problem: status.problem,
    }).toEqual({
      datagrams: 9279,
      flow: 52_785,
      counters: 3682,
      agents: 4,
      lost: 0,
      malformed: [],
      problem: '',
    });
    expect(Math.round((status.interval!.toMs - status.interval!.fromMs) / 1000)).toBe(600);
  });

  it('agrees to the byte with a sum made from the reference decode', async () => {
    const lines = gunzipSync(
      readFileSync(join(capturesFolder!, 'sflowtool', `${FABRIC.replace('.pcap', '')}.line.gz`)),
    )
      .toString()
      .split('\n');
    const sums = new Map<string, number>();
    for (const line of lines) {
      const field = line.split(',');
      if (field[0] !== 'FLOW') continue;
      const key = `${field[9]},${field[10]}`;
      sums.set(key, (sums.get(key) ?? 0) + Number(field[17]) * Number(field[19]));
    }
    const { engine } = await open(capturePath(FABRIC));
    const answer = await engine.flows(ask(['ipsource', 'ipdestination']));
    const got = new Map(
      Array.from(answer.rows.value, (value, row) => [
        answer.keyTexts.slice(row * 2, row * 2 + 2).join(','),
        value,
      ]),
    );
    expect(got).toEqual(sums);
  });

  it('has the same total by any key where each hop counts', async () => {
    const { engine } = await open(capturePath(FABRIC));
    for (const { keys } of engine.catalog() instanceof Promise
      ? []
      : (engine.catalog() as { presets: { keys: readonly string[] }[] }).presets) {
      const answer = await engine.flows(ask([...keys]));
      expect(answer.total.value[0]).toBe(1_536_226_920_000);
      const series = answer.total.series.reduce((a, b) => a + b, 0);
      expect(series).toBe(1_536_226_920_000);
    }
  });

  it('agrees with the counters of its busy ports within the sampling error', async () => {
    const { engine } = await open(capturePath(FABRIC));
    const ports = (await engine.interfaces(null)).filter(
      ({ agreement, flows }) => agreement !== null && Math.max(flows.inSamples, flows.outSamples) >= 200,
    );
    expect(ports.length).toBeGreaterThanOrEqual(12);
    const within = ports.filter(
      ({ agreement }) => Math.abs(agreement!.difference) <= agreement!.halfWidth * (2 / 1.96),
    );
    // Counters lag behind samples at the edges of bursts; three of sixteen ports are just outside.
    expect(within.length / ports.length).toBeGreaterThanOrEqual(0.75);
    for (const { agreement } of ports) expect(Math.abs(agreement!.difference)).toBeLessThan(0.2);
  });

  it('names agents and ports by what they say of themselves', async () => {
    const { engine } = await open(capturePath(FABRIC));
    const agents = await engine.agents();
    expect(agents.map(({ name }) => name).sort()).toEqual(['leaf1', 'leaf2', 'spine1', 'spine2']);
    const ports = await engine.interfaces(null);
    expect(ports.some(({ name }) => name === 'swp50')).toBe(true);
  });

  it('answers a part of its time, and is played up to a moment', async () => {
    const { engine, status } = await open(capturePath(FABRIC));
    const { fromMs } = status.interval!;
    const all = await engine.flows(ask([], 'sum', { stepMs: 10_000 }));
    const part = await engine.flows(
      ask([], 'sum', { interval: { fromMs: fromMs + 100_000, toMs: fromMs + 200_000 }, stepMs: 10_000 }),
    );
    expect([...part.total.series]).toEqual([...all.total.series.subarray(10, 20)]);
    await engine['replay.set']({ positionMs: fromMs + 100_000, speed: 1, paused: true });
    const played = await engine.status();
    expect(played.replay).toEqual({
      positionMs: Math.floor((fromMs + 100_000) / 1000) * 1000,
      speed: 1,
      paused: true,
    });
    expect(played.datagrams).toBeLessThan(2000);
    const soFar = await engine.flows(ask([], 'sum'));
    expect(soFar.total.value[0]!).toBeLessThan(all.total.value[0]! / 4);
    await engine['replay.set'](null);
    expect((await engine.status()).datagrams).toBe(9279);
    await engine.stop();
  });
});

describe.skipIf(capturesFolder === null)('every capture', () => {
  for (const file of captureFiles()) {
    it(`${file} opens without an error`, async () => {
      const { engine, status } = await open(capturePath(file));
      expect({ state: status.state, problem: status.problem }).toEqual({ state: 'ready', problem: '' });
      expect(status.datagrams).toBeGreaterThan(0);
      const answer = await engine.flows(ask(['or:ipsource:ip6source:macsource']));
      expect(answer.total.samples[0]).toBe(
        answer.rows.samples.reduce((a, b) => a + b, 0) + answer.other.samples[0]!,
      );
      await engine.interfaces(null);
      await engine.agents();
    });
  }
});

describe('a capture workspace', () => {
  it('says why a file is no capture, and keeps what was read when reading is cancelled', async () => {
    const folder = temporaryFolder();
    const text = join(folder, 'notes.txt');
    writeFileSync(text, 'not a capture');
    const refused = await open(text);
    expect(refused.status).toMatchObject({ state: 'failed', problem: expect.stringContaining('notes.txt') });
    await expect(async () => refused.engine.flows(ask([]))).rejects.toThrow(
      /cannot be asked|still being read/,
    );

    const file = join(folder, 'made.pcap');
    await generateTo({ out: file, seconds: 20, rate: 100, seed: 1 });
    const { status } = await open(file);
    expect(status.state).toBe('ready');
  });
});

/** A capture whose packets came so many times as slowly. */
function stretched(pcap: Buffer, times: number): Buffer {
  const firstSeconds = pcap.readUInt32LE(24);
  for (let at = 24; at < pcap.length; at += 16 + pcap.readUInt32LE(at + 8)) {
    const seconds = (pcap.readUInt32LE(at) - firstSeconds) * times;
    const micros = pcap.readUInt32LE(at + 4) * times;
    pcap.writeUInt32LE(firstSeconds + seconds + Math.floor(micros / 1e6), at);
    pcap.writeUInt32LE(micros % 1e6, at + 4);
  }
  return pcap;
}

it('a flow definition is a metric over all of a capture that lasts longer than a live memory', async () => {
  const path = join(temporaryFolder(), 'long.pcap');
  await generateTo({ out: path, seconds: 60, rate: 20, seed: 3 });
  writeFileSync(path, stretched(readFileSync(path), 12));
  const { engine, status } = await open(path);
  await engine['definitions.put']('octets', { keys: ['ipprotocol'], value: 'bytes' }, 'weir');
  const interval = status.interval!;
  const series = await engine.metricSeries({
    ...{ agents: 'ALL', dataSource: null, metric: 'octets', statistic: 'sum', filter: {}, interval },
  });
  expect(series.provenance).toBe('capture');
  const known = [...series.timesMs].filter((_, at) => Number.isFinite(series.values[at]));
  expect(known[0]).toBeLessThan(interval.fromMs + 30_000);
  expect(known.at(-1)).toBeGreaterThan(interval.toMs - 30_000);
  expect(interval.toMs - interval.fromMs).toBeGreaterThan(700_000);
  expect(known.length).toBeGreaterThan(300);
  await engine.stop();
});
