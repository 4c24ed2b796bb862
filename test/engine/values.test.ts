/** Questions that add up something else than octets or frames, over a whole capture. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { captureEngine } from '../../main/engine/capture.ts';
import { compileKey } from '../../main/flows/compile.ts';
import { generateTo } from '../../main/sample-network/generate.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { CaptureFile } from '../../main/sources/capture.ts';
import type { FlowQuestion } from '../../shared/model/question.ts';

it('sums of any numeric key are exact, shown and other; extremes and numbers of different values are told too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'made.pcap');
  await generateTo({ out: path, seconds: 30, rate: 200, seed: 3 });
  const engine = captureEngine({ id: 'test', path, title: 'made.pcap', changed() {} });
  await engine.start();
  onTestFinished(() => engine.stop());
  const ask = (value: string, more: Partial<FlowQuestion> = {}) =>
    engine.flows({
      keys: ['ipsource'],
      value,
      scope: { agent: null, ifIndex: null, direction: 'both' },
      filter: '',
      merge: 'sum',
      interval: null,
      stepMs: null,
      limit: 5,
      ...more,
    });

  // The obvious sum: every sample's IP length times its rate, where it has one.
  const key = compileKey('ipbytes');
  const words = new Uint32Array(key.words);
  let total = 0;
  let frames = 0;
  const reader = new SampleReader(new Network(), {
    flow(sample) {
      key.read(sample, words, 0);
      const number = key.number(words, 0);
      if (Number.isNaN(number)) return;
      total += number * sample.samplingRate;
      frames += sample.samplingRate;
    },
    counters() {},
    arrival() {},
    restarted() {},
  });
  const file = await CaptureFile.open(path);
  await file.pass({
    datagram: (bytes, view, start, end, { timeMs }) => reader.read(bytes, view, start, end, timeMs, null),
  });
  const answer = await ask('ipbytes');
  expect(total).toBeGreaterThan(0);
  expect(answer.total.value[0]).toBe(total);
  expect(answer.total.frames[0]).toBe(frames);
  expect(answer.rows.value.reduce((sum, one) => sum + one, answer.other.value[0]!)).toBe(total);
  expect(answer.rows.halfWidth[0]).toBeGreaterThan(0);

  expect((await ask('bps')).total.value[0]).toBe(8 * (await ask('bytes')).total.value[0]!);
  expect((await ask('fps')).total.value[0]).toBe((await ask('frames')).total.value[0]);
  expect((await ask('frames', { dropped: true })).total.value[0]).toBe(0);
  const [mean, sum] = [await ask('avg:ipbytes'), answer];
  expect(mean.total.value[0]).toBe(total / frames);
  expect(mean.total.halfWidth[0]! / mean.total.value[0]!).toBeLessThan(
    sum.total.halfWidth[0]! / sum.total.value[0]!,
  );
  expect([...mean.rows.value]).toEqual([...mean.rows.value].sort((a, b) => b - a));
  for (const [row, key] of mean.keyTexts.entries()) {
    const at = sum.keyTexts.indexOf(key);
    if (at >= 0) expect(mean.rows.value[row]).toBeCloseTo(sum.rows.value[at]! / sum.rows.frames[at]!, 9);
  }
  // Every value function answers; a long name of a sum is the same sum.
  expect((await ask('rate:bytes')).total.value[0]).toBe((await ask('bytes')).total.value[0]);
  expect((await ask('rate:frames')).total.value[0]).toBe((await ask('frames')).total.value[0]);
  const [least, most] = [await ask('min:ipbytes'), await ask('max:ipbytes')];
  expect(least.total.value[0]).toBeLessThan(mean.total.value[0]!);
  expect(most.total.value[0]).toBeGreaterThan(mean.total.value[0]!);
  expect(most.total.halfWidth[0]).toBeNaN();
  const all = await ask('frames', { limit: 1000 });
  const sources = await ask('count:ipsource', { keys: [] });
  expect(sources.total.value[0]).toBe(all.keyTexts.filter((text) => text !== '').length);
  await expect(ask('ipsource')).rejects.toThrow('is no number');
  await expect(ask('nosuch')).rejects.toThrow('nosuch');
});
