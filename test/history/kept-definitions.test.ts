/** Definitions that a user made, asked of a time whose recording has gone: their minutes are there, and the answer says so. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { MOST_KEPT } from '../../main/engine/kept-definitions.ts';
import { generateTo } from '../../main/sample-network/generate.ts';
import type { FlowAnswer, FlowQuestion } from '../../shared/model/question.ts';
import { temporaryFolder } from '../headless/running.ts';
import { datagramsOf, type LiveWorkspace, liveWorkspace } from './workspace.ts';

const question: FlowQuestion = {
  keys: ['ipttl', 'dns:ipsource'],
  value: 'bytes',
  scope: { agent: null, ifIndex: null, direction: 'both' },
  filter: 'ipprotocol=6',
  merge: 'once',
  interval: null,
  stepMs: 60_000,
  limit: 1000,
};
const ofMean = { ...question, keys: ['ipsource'], value: 'avg:ipttl', filter: 'ipprotocol=17' };

const figures = (answer: FlowAnswer) => ({
  total: [answer.total.value[0], answer.total.frames[0], answer.total.samples[0]],
  perMinute: [...answer.total.series],
  rows: Array.from(answer.rows.value, (value, row) => [
    answer.keyTexts.slice(row * answer.keys.length, (row + 1) * answer.keys.length).join(),
    value,
  ]).sort(),
});

describe('a definition that a user made', () => {
  let workspace: LiveWorkspace | null = null;
  afterEach(async () => {
    await workspace?.stop();
    workspace = null;
  });

  it('is answered from its own minutes where the recording has gone, also after a restart', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'made.pcap');
    await generateTo({ out: file, seconds: 40, rate: 100, seed: 4 });
    const heard = (await datagramsOf(file)).map(({ bytes }) => bytes);
    const beginMs = Date.UTC(2026, 4, 5, 12);
    const data = join(folder, 'data');
    workspace = await liveWorkspace(data, beginMs);
    const { engine, clock } = workspace;
    const { keys, filter } = question;
    const nextMinute = async () => {
      clock.nowMs = Math.ceil((clock.nowMs + 1) / 60_000) * 60_000 - 1000;
      await workspace!.second();
    };
    const third = Math.floor(heard.length / 3);
    await workspace.send(heard.slice(0, third));
    // It begins with the newest datagrams, those from before it was made.
    await engine['definitions.put']('ttl', { keys: [...keys], filter }, 'weir');
    await engine['definitions.put'](
      'offset',
      { keys: [...ofMean.keys], value: ofMean.value, filter: ofMean.filter },
      'weir',
    );
    await engine['definitions.put']('widest', { keys: ['vlan'], value: 'max:bytes' }, 'weir');
    await workspace.send(heard.slice(third, 2 * third));
    await nextMinute();
    await workspace.send(heard.slice(2 * third));
    await nextMinute();
    const interval = { fromMs: beginMs, toMs: beginMs + 120_000 };
    const memory = await engine.flows({ ...question, interval });
    const memoryOfMean = await engine.flows({ ...ofMean, interval });
    expect([memory.provenance, memoryOfMean.provenance]).toEqual(['memory', 'memory']);
    expect(memory.total.value[0]).toBeGreaterThan(0);
    expect(memoryOfMean.total.frames[0]).toBeGreaterThan(0);
    const listed = await engine['definitions.list']();
    const statusOf = (name: string) => listed.find(({ definition }) => definition.name === name)!;
    expect(statusOf('ttl')).toMatchObject({
      trend: 'ipttl,dns:ipsource where ipprotocol=6',
      notStored: '',
    });
    expect(statusOf('offset').trend).toBe('avg:ipttl by ipsource where ipprotocol=17');
    expect(statusOf('widest')).toMatchObject({
      trend: '',
      notStored: expect.stringMatching(/“max:bytes” cannot be/),
    });
    expect(workspace.store.report().sizes.map(({ name }) => name)).toContain(statusOf('ttl').trend);

    clock.nowMs += 1_200_000;
    await workspace.second();
    await engine['recording.deleteAll']();
    const minutes = await engine.flows({ ...question, interval });
    expect(minutes).toMatchObject({ provenance: 'minutes', trendMinutes: 1, completeFromMs: beginMs });
    expect(figures(minutes)).toEqual(figures(memory));
    const mean = await engine.flows({ ...ofMean, interval });
    expect(mean.provenance).toBe('minutes');
    expect(figures(mean)).toEqual(figures(memoryOfMean));
    // Before it was made nothing is known of it, which is not the same as none.
    const before = await engine.flows({ ...question, interval: { ...interval, fromMs: beginMs - 600_000 } });
    expect(before.completeFromMs).toBe(beginMs);

    await workspace.stop();
    workspace = await liveWorkspace(data, clock.nowMs + 60_000);
    const again = await workspace.engine.flows({ ...question, interval });
    expect(figures(again)).toEqual(figures(memory));
    await workspace.engine['definitions.delete']('ttl');
    expect(figures(await workspace.engine.flows({ ...question, interval }))).toEqual(figures(memory));

    // Of the time until it is made again nothing is known, which is not the same as none.
    const deletedMs = workspace.clock.nowMs;
    workspace.clock.nowMs += 300_000;
    await workspace.second();
    await workspace.engine['definitions.put']('ttl', { keys: [...keys], filter }, 'weir');
    const madeMs = workspace.clock.nowMs;
    await workspace.send(heard.slice(0, third));
    workspace.clock.nowMs += 1_200_000;
    await workspace.second();
    await workspace.engine['recording.deleteAll']();
    const wide = { fromMs: beginMs, toMs: madeMs + 60_000 };
    const withPause = await workspace.engine.flows({ ...question, interval: wide });
    expect(withPause).toMatchObject({
      provenance: 'minutes',
      gaps: [{ fromMs: deletedMs, toMs: madeMs, why: 'not kept' }],
    });
  }, 30_000);

  it('says why it is not kept: past the cap until another is deleted', async () => {
    workspace = await liveWorkspace(temporaryFolder(), Date.UTC(2026, 4, 5, 12));
    const { engine } = workspace;
    for (let i = 0; i <= MOST_KEPT; i++)
      await engine['definitions.put'](`d${i}`, { keys: ['vlan'], filter: `ipttl=${i}` }, 'weir');
    const whyNot = async (name: string) =>
      (await engine['definitions.list']()).find(({ definition }) => definition.name === name)!.notStored;
    expect(await whyNot('d0')).toBe('');
    expect(await whyNot(`d${MOST_KEPT}`)).toMatch(/^32 definitions are stored by the minute already/);
    await engine['definitions.delete']('d3');
    expect(await whyNot(`d${MOST_KEPT}`)).toBe('');
    // The same as a preset by another name is stored once, with it.
    await engine['definitions.put']('again', { keys: ['vlan'], value: 'frames' }, 'rest');
    expect(await whyNot('again')).toBe('');
  }, 30_000);
});
