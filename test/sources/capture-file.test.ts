/** Captures on disk: what a user can do wrong, passes in memory and from disk, progress and cancelling. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import {
  CaptureFile,
  type CaptureProgress,
  type CaptureSink,
  readCapture,
} from '../../main/sources/capture.ts';
import * as build from './builder.ts';
import { reading, sequences } from './reading.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-capture-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const numbers = Array.from({ length: 50 }, (_, index) => index + 1);
const bytes = build.pcap(numbers.map((number) => build.frame(number)));

function collector(): CaptureSink & { seen: number[] } {
  const seen: number[] = [];
  return {
    seen,
    datagram: (octets, _view, start) => seen.push(new DataView(octets.buffer).getUint32(start + 16)),
  };
}

describe('what a user can meet', () => {
  const cases: [string, () => string, string][] = [
    [
      'no such file',
      () => join(folder, 'none.pcap'),
      'none.pcap does not exist; it may have been moved or renamed.',
    ],
    ['a folder', () => folder, 'is a folder; choose a capture file in it.'],
    ['empty', () => file('empty.pcap', ''), 'empty.pcap is empty.'],
    [
      'text',
      () => file('notes.txt', 'hello'),
      'notes.txt is not a capture that Weir can read: it is neither pcap nor pcapng.',
    ],
    ['one octet', () => file('one.pcap', 'x'), 'it is neither pcap nor pcapng.'],
    ['a zip archive', () => file('a.zip', 'PK\x03\x04....'), 'It looks like a zip archive: unpack it first.'],
    ['only its header', () => file('head.pcap', build.pcapHeader()), 'head.pcap holds no packets.'],
    [
      'no sFlow',
      () => file('web.pcap', build.pcap([build.ethernet(build.ipv4(new Uint8Array(20), { protocol: 6 }))])),
      'web.pcap holds no sFlow: its one packet is something else (mostly: not UDP).',
    ],
  ];
  for (const [name, path, sentence] of cases) {
    test(name, async () => {
      const { error, seen } = await reading(path());
      expect(error?.message).toContain(sentence);
      expect(seen).toEqual([]);
    });
  }
});

describe('CaptureFile', () => {
  test('the first pass reads the disk, later ones memory, all the same', async () => {
    for (const [name, content] of [
      ['plain.pcap', bytes],
      ['packed.pcap.gz', gzipSync(bytes)],
    ] as const) {
      const capture = await CaptureFile.open(file(name, content));
      expect(capture.inMemory).toBe(false);
      const first = collector();
      const summary = await capture.pass(first);
      expect(capture.inMemory).toBe(true);
      const second = collector();
      expect(await capture.pass(second)).toEqual(summary);
      const third = collector();
      expect(capture.passInMemory(third)).toEqual(summary);
      const parts: CaptureProgress[] = [];
      const fourth = { ...collector(), chunk: (progress: CaptureProgress) => void parts.push(progress) };
      expect(await capture.pass(fourth)).toEqual(summary);
      expect([first.seen, second.seen, third.seen, fourth.seen]).toEqual([
        numbers,
        numbers,
        numbers,
        numbers,
      ]);
      expect(parts.at(-1)).toEqual({ octetsRead: capture.octets, octetsTotal: capture.octets });
      capture.release();
      expect(capture.inMemory).toBe(false);
      expect((await capture.pass(collector())).datagrams).toBe(50);
    }
  });

  test('one above the limit is read from disk each time', async () => {
    for (const [name, content] of [
      ['large.pcap', bytes],
      ['large.pcap.gz', gzipSync(bytes)],
    ] as const) {
      const capture = await CaptureFile.open(file(name, content), 1000);
      for (let pass = 0; pass < 2; pass++) {
        const sink = collector();
        await capture.pass(sink);
        expect(sink.seen).toEqual(numbers);
        expect(capture.inMemory).toBe(false);
      }
    }
  });

  test('a pass may begin at a record, in memory and from disk', async () => {
    const path = file('from.pcap', bytes);
    const { seen } = await reading(path);
    const from = { recordOffset: seen[30]!.recordOffset };
    expect(sequences(await reading(path, { from }))).toEqual(numbers.slice(30));
    const capture = await CaptureFile.open(path);
    const cold = collector();
    await capture.pass(cold, { from });
    expect(cold.seen).toEqual(numbers.slice(30));
    expect(capture.inMemory).toBe(false);
    await capture.pass(collector());
    const warm = collector();
    await capture.pass(warm, { from });
    expect(warm.seen).toEqual(numbers.slice(30));
  });

  test('a position behind the end hands on nothing and is no error', async () => {
    const path = file('behind.pcap', bytes);
    for (const recordOffset of [bytes.length, bytes.length + 1000]) {
      expect((await reading(path, { from: { recordOffset } })).summary?.datagrams).toBe(0);
      expect((await reading(bytes, { from: { recordOffset } })).summary?.datagrams).toBe(0);
      const capture = await CaptureFile.open(path);
      await capture.pass(collector());
      expect((await capture.pass(collector(), { from: { recordOffset } })).datagrams).toBe(0);
    }
  });
});

describe('progress and cancelling', () => {
  /** Three parts and a bit. */
  const frames = Array.from({ length: 600 }, (_, number) => build.frame(number, 45_000));
  const large = build.pcap(frames);

  test('progress grows to the whole', async () => {
    const seen: CaptureProgress[] = [];
    const path = file('progress.pcap', large);
    await readCapture(path, { datagram: () => {}, chunk: async (progress) => void seen.push(progress) });
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.map((one) => one.octetsRead)).toEqual(
      seen.map((one) => one.octetsRead).sort((a, b) => a - b),
    );
    expect(seen.at(-1)).toEqual({ octetsRead: large.length, octetsTotal: large.length });
  });

  test('cancelling keeps what was read and says that it is not all', async () => {
    const controller = new AbortController();
    const path = file('cancel.pcap', large);
    const stop = { datagram: () => {}, chunk: () => controller.abort() };
    const summary = await readCapture(path, stop, { signal: controller.signal });
    expect(summary.complete).toBe(false);
    expect(summary.datagrams).toBeLessThan(600);
    const capture = await CaptureFile.open(path);
    await capture.pass({ datagram: () => {} });
    expect(capture.inMemory).toBe(true);
    const again = new AbortController();
    const cancelled = await capture.pass(
      { datagram: () => {}, chunk: () => again.abort() },
      { signal: again.signal },
    );
    expect(cancelled.complete).toBe(false);
    expect(cancelled.datagrams).toBeGreaterThan(0);
    expect(cancelled.datagrams).toBeLessThan(600);
  });

  test('what the receiver throws comes out, and the file is closed', async () => {
    const path = file('throw.pcap', bytes);
    const sink = {
      datagram: () => {
        throw new TypeError('a bug');
      },
    };
    await expect(readCapture(path, sink)).rejects.toThrow('a bug');
  });

  test('a sparse file of zeros behind a good beginning ends', async () => {
    const path = file('sparse.pcap', bytes);
    truncateSync(path, 24 * 1024 * 1024);
    const result = await reading(path);
    expect(sequences(result)).toEqual(numbers);
    expect(result.summary?.problems).toEqual([{ name: 'damaged capture record', count: 1 }]);
  });
});
