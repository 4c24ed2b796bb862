/** The sample network into a file and over loopback. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { generateTo } from '../../main/sample-network/generate.ts';
import { readCapture } from '../../main/sources/capture.ts';
import { openListener } from '../../main/sources/udp.ts';
import { Heard } from './heard.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-generate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('generateTo', () => {
  test('a file: as long as asked for, with capture times, the same for the same seed', async () => {
    const startMs = 1_750_000_000_000;
    const paths = [join(folder, 'a.pcap'), join(folder, 'b.pcap')];
    for (const out of paths) {
      const result = await generateTo({ out, seconds: 5, agents: 4, rate: 300, seed: 9, startMs });
      expect(result).toMatchObject({ seconds: 5, errors: 0 });
      const heard = new Heard();
      const summary = await readCapture(out, {
        datagram: (bytes, _view, start, end, meta) => heard.take(bytes.slice(start, end), meta.timeMs),
      });
      expect(summary).toMatchObject({ datagrams: result.datagrams, octets: result.octets, problems: [] });
      expect(summary.firstMs).toBeGreaterThanOrEqual(startMs);
      expect(summary.lastMs).toBeLessThanOrEqual(startMs + 5000);
      expect(result.agents.length).toBe(4);
      expect(heard.headers.map((one) => one.agent)).toEqual(expect.arrayContaining(result.agents));
      expect(heard.problems).toEqual([]);
    }
    expect(readFileSync(paths[0]!).equals(readFileSync(paths[1]!))).toBe(true);
  });

  test('live, until told to stop', async () => {
    const heard = new Heard();
    const controller = new AbortController();
    const listener = await openListener(
      { address: '127.0.0.1', port: 0 },
      (bytes, timeMs) => {
        heard.take(bytes, timeMs);
        if (heard.headers.length === 20) controller.abort();
      },
      () => {},
    );
    const to = { host: '127.0.0.1', port: listener.status().port };
    const result = await generateTo({ to, agents: 4, rate: 2000, signal: controller.signal });
    expect(result.datagrams).toBeGreaterThanOrEqual(20);
    expect(result.errors).toBe(0);
    expect(heard.problems).toEqual([]);
    expect(heard.samples.length).toBeGreaterThan(50);
    await listener.close();
  });

  test('a place that cannot be written is a sentence', async () => {
    await expect(generateTo({ out: join(folder, 'no', 'such.pcap'), seconds: 1 })).rejects.toThrow(
      /such\.pcap cannot be written: its folder does not exist\.$/,
    );
    await expect(generateTo({})).rejects.toThrow('Say where the traffic is to go');
  });
});
