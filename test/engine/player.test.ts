/** Analytics on a capture that is played: what runs at a position is what had run there live, whichever way one came. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Analytics } from '../../main/engine/analytics.ts';
import { captureEngine } from '../../main/engine/capture.ts';
import { CapturePlayer } from '../../main/engine/capture-player.ts';
import type { Engine } from '../../main/engine/engine.ts';
import { generateTo } from '../../main/sample-network/generate.ts';
import { Placement } from '../../main/samples/placement.ts';
import { CaptureFile } from '../../main/sources/capture.ts';
import type { ActiveFlow } from '../../shared/model/definition.ts';
import type { EventListQuestion } from '../../shared/model/event.ts';
import { workspace } from '../flows/workspace.ts';

const DEFINITION = { keys: 'ipsource,ipdestination', value: 'bytes', t: 5, n: 20 };
const question = { agents: 'ALL', name: 'pairs', maxFlows: 50, minValue: 0, aggMode: null };

let path = '';
let engine: Engine;
let interval = { fromMs: 0, toMs: 0 };

/** What a definition says at a moment that is fed with everything up to it, and nothing else. */
async function oracle(positionMs: number): Promise<ActiveFlow[]> {
  const at = workspace();
  await at.definitions.put('pairs', DEFINITION, 'weir');
  const file = await CaptureFile.open(path);
  await file.pass({
    datagram(bytes, _view, start, end, meta) {
      if (meta.timeMs <= positionMs) at.read(bytes.slice(start, end), meta.timeMs);
    },
  });
  at.clock.nowMs = positionMs;
  return at.ask('pairs', { maxFlows: 50 });
}

const played = async (positionMs: number): Promise<ActiveFlow[]> => {
  await engine['replay.set']({ positionMs, speed: 1, paused: true });
  return engine.activeFlows(question);
};

const figures = (flows: readonly ActiveFlow[]) =>
  flows.map(({ key, value, agent, dataSource, flowN }) => [
    key,
    Number(value.toPrecision(9)),
    agent,
    dataSource,
    flowN,
  ]);

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-test-'));
  path = join(folder, 'made.pcap');
  await generateTo({ out: path, seconds: 60, rate: 200, seed: 5 });
  engine = captureEngine({ id: 'test', path, title: 'made.pcap', changed() {} });
  await engine.start();
  interval = (await engine.status()).interval!;
  await engine['definitions.put']('pairs', DEFINITION, 'weir');
  return async () => {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  };
});

describe('a capture', () => {
  it('that is not played stands at its end', async () => {
    const flows = await engine.activeFlows(question);
    expect(flows.length).toBeGreaterThan(10);
    expect(figures(flows)).toEqual(figures(await oracle(interval.toMs)));
  });

  it('that is played knows what had happened, forwards and back', async () => {
    for (const second of [20, 45, 10]) {
      const positionMs = Math.floor(interval.fromMs / 1000 + second) * 1000;
      expect(figures(await played(positionMs)), `second ${second}`).toEqual(
        figures(await oracle(positionMs)),
      );
    }
    await engine['replay.set'](null);
    expect(figures(await engine.activeFlows(question))).toEqual(figures(await oracle(interval.toMs)));
  });

  it('counts from where it is played to what is put meanwhile', async () => {
    await played(Math.floor(interval.fromMs / 1000 + 20) * 1000);
    await engine['definitions.put']('later', { keys: 'ipsource' }, 'rest');
    expect(await engine.activeFlows({ ...question, name: 'later' })).toEqual([]);
    await played(Math.floor(interval.fromMs / 1000 + 40) * 1000);
    expect((await engine.activeFlows({ ...question, name: 'later' })).length).toBeGreaterThan(0);
    await engine['replay.set'](null);
  });

  it('answers long polls as it is played, and an empty list where nothing comes', async () => {
    await engine['definitions.put']('talks', { keys: 'ipsource', log: true, flowStart: true }, 'rest');
    await played(interval.fromMs);
    const seen = await engine.flowRecords({ names: ['talks'], flowID: -1, maxFlows: 1, timeoutMs: 0 });
    const flowID = seen[0]?.flowID ?? -1;
    expect(await engine.flowRecords({ names: ['talks'], flowID, maxFlows: 10, timeoutMs: 20 })).toEqual([]);
    const waiting = engine.flowRecords({ names: ['talks'], flowID, maxFlows: 10, timeoutMs: 30_000 });
    await engine['replay.set']({ positionMs: interval.fromMs, speed: 1000, paused: false });
    const records = await waiting;
    expect(records.length).toBeGreaterThan(0);
    expect(records.every((record) => record.flowID > flowID && record.start >= interval.fromMs)).toBe(true);
    await engine['replay.set'](null);
  });

  it('that goes on has happened up to where it stood when somebody asks', async () => {
    let limitMs = interval.fromMs + 20_000;
    let newestMs = 0;
    const nothing = () => {};
    const analytics = {
      ...{ restart: nothing, request: nothing, discarded: nothing, counters: nothing, other: nothing },
      ...{ restarted: nothing, flow: nothing },
      tick: (timeMs: number) => {
        newestMs = timeMs;
      },
    } as unknown as Analytics;
    const file = await CaptureFile.open(path);
    const player = new CapturePlayer({ file, placement: new Placement(), analytics, limitMs: () => limitMs });
    player.follow(true);
    for (const position of [20_000, 30_000, 50_000]) {
      limitMs = interval.fromMs + position;
      await player.caughtUp();
      expect(newestMs).toBeGreaterThan(limitMs - 1001);
      expect(newestMs).toBeLessThanOrEqual(limitMs);
    }
    // Who waits for a position that is left again is answered all the same.
    limitMs = interval.toMs - 1;
    const waiting = player.caughtUp();
    limitMs = interval.fromMs + 10_000;
    player.follow(false);
    await waiting;
    expect(newestMs).toBeLessThanOrEqual(limitMs);
    player.stop();
  });

  it('tells of every metric that can be watched', async () => {
    const catalog = await engine.metricCatalog();
    expect(catalog.find(({ name }) => name === 'datagrams')).toMatchObject({ unit: '1/s', family: 'Agent' });
    expect(new Set(catalog.map(({ name }) => name)).size).toBe(catalog.length);
  });

  it('offers values that were seen', async () => {
    const flows = await engine.activeFlows(question);
    const source = flows[0]!.key.split(',')[0]!;
    expect(await engine.seenValues('ipsource', source.slice(0, 4), 100)).toContain(source);
    expect(await engine.seenValues('ipsource', 'zz', 10)).toEqual([]);
    await expect(engine.seenValues('nosuch', '', 10)).rejects.toThrow('nosuch');
  });

  it('runs a preset only once it is asked for, over the whole file', async () => {
    const [flow] = await engine.activeFlows({ ...question, name: 'ip-sources' });
    expect(flow!.value).toBeGreaterThan(0);
  });

  describe('that is held against a threshold of flows', () => {
    const all = { thresholdIDs: [], eventID: -1, maxEvents: 1000, timeoutMs: 0 };
    const everything: EventListQuestion = {
      ...{ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, standing: null, acknowledged: null, severities: [] },
      ...{ kinds: [], names: ['busy pair'], agents: [], text: '', offset: 0, limit: 500, bins: 10 },
    };
    const raised = async () =>
      (await engine['events.list'](everything)).events
        .map(({ raisedMs, flowKey, agent, clearedMs }) => ({ raisedMs, flowKey, agent, clearedMs }))
        .toSorted((a, b) => a.raisedMs - b.raisedMs || (a.flowKey < b.flowKey ? -1 : 1));
    const at = async (positionMs: number) => engine['replay.set']({ positionMs, speed: 1, paused: true });

    it('has the events of the whole file while it is not played, and of what was played while it is', async () => {
      await engine['thresholds.put']('busy pair', {
        metric: 'pairs',
        value: 20_000,
        byFlow: true,
        timeout: 3,
      });
      const whole = await raised();
      expect(whole.length).toBeGreaterThan(5);
      for (const { raisedMs } of whole) {
        expect(raisedMs).toBeGreaterThanOrEqual(interval.fromMs);
        expect(raisedMs).toBeLessThanOrEqual(interval.toMs);
      }
      expect(new Set(whole.map(({ raisedMs }) => raisedMs)).size).toBeGreaterThan(3);
      for (const second of [40, 15]) {
        const positionMs = Math.floor(interval.fromMs / 1000 + second) * 1000;
        await at(positionMs);
        const played = await raised();
        expect(played.length).toBeGreaterThan(0);
        const before = whole.filter(({ raisedMs }) => raisedMs <= positionMs);
        const begun = ({ raisedMs, flowKey, agent }: (typeof whole)[number]) => [raisedMs, flowKey, agent];
        expect(played.map(begun)).toEqual(before.map(begun));
        for (const { clearedMs } of played) expect(clearedMs ?? 0).toBeLessThanOrEqual(positionMs);
        // What scripts are told has happened by then, too.
        const told = await engine.events(all);
        expect(told.length).toBeGreaterThan(0);
        for (const { timestamp } of told) expect(timestamp).toBeLessThanOrEqual(positionMs);
      }
      await engine['replay.set'](null);
      expect(await raised()).toEqual(whole);
    });

    it('that is asked to be played before it has been read has only what was played', async () => {
      const early = captureEngine({ id: 'early', path, title: 'made.pcap', changed() {} });
      await early['definitions.put']('pairs', DEFINITION, 'weir');
      await early['thresholds.put']('busy pair', {
        metric: 'pairs',
        value: 20_000,
        byFlow: true,
        timeout: 3,
      });
      await early['replay.set']({ positionMs: 0, speed: 1, paused: true });
      await early.start();
      expect((await early.status()).replay).toMatchObject({
        positionMs: Math.floor(interval.fromMs / 1000) * 1000,
        paused: true,
      });
      expect((await early['events.list'](everything)).events).toEqual([]);
      expect(await early.events(all)).toEqual([]);
      await early.stop();
    });
  });
});
