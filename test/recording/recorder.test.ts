/**
 * The recording on disk: what is recorded is read back to the octet, also after a torn end, a full disk, a damaged
 * block, a lost index and a clock that steps; what is lost is told. A segment opens as any capture does.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchFeed } from '../../main/recording/batch.ts';
import { findSegments, rangeOf } from '../../main/recording/find.ts';
import { blocksOf, exportPart, MarksAtHand, readRecords } from '../../main/recording/read.ts';
import { Recorder, type RecorderOptions } from '../../main/recording/recorder.ts';
import { Unpacker } from '../../main/recording/unpack.ts';
import { writeAt } from '../../main/recording/write-segment.ts';
import { writeDatagram } from '../../main/sflow/write.ts';
import { readCapture } from '../../main/sources/capture.ts';
import { PacketReader } from '../../main/sources/packet-reader.ts';
import type { DatagramBatch, RecordedRange } from '../../shared/model/recording.ts';
import { temporaryFolder } from '../headless/running.ts';
import { ordinary } from '../sflow/fixtures.ts';

const startMs = Date.UTC(2026, 0, 5, 10);
const EVER = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
const receiver = { address: '192.0.2.10', port: 6343 };
const marked = { count: 5, bytes: Uint8Array.of(0b01_00_10_00, 0b01) };

type Sent = { timeMs: number; bytes: Uint8Array };
const datagram = (sequenceNumber: number): Uint8Array => writeDatagram({ ...ordinary, sequenceNumber });

function recorderIn(folder: string, options: Partial<RecorderOptions> = {}): Recorder {
  return new Recorder({
    ...{ folder, settings: { enabled: true, budgetOctets: null }, automaticOctets: 1024 ** 3 },
    ...{ keep() {}, nowMs: startMs, compresses: false },
    ...options,
  });
}

function batchOf(sent: readonly Sent[], from = '198.51.100.7'): DatagramBatch {
  const batches: DatagramBatch[] = [];
  const feed = new BatchFeed(
    async (batch) => void batches.push(batch),
    () => receiver,
    Number.MAX_SAFE_INTEGER,
  );
  for (const { timeMs, bytes } of sent) feed.push(bytes, 0, bytes.length, timeMs, from, 50_000, marked);
  feed.flush();
  expect(batches).toHaveLength(1);
  return batches[0]!;
}

/** `count` datagrams, one each 10 ms. */
const some = (count: number, first = 0, fromMs = startMs): Sent[] =>
  Array.from({ length: count }, (_, i) => ({
    timeMs: fromMs + i * 10 + 0.125,
    bytes: datagram(first + i + 1),
  }));

async function readBack(range: RecordedRange): Promise<{ sent: Sent[]; marks: number[]; damaged: number }> {
  const sent: Sent[] = [];
  const marks: number[] = [];
  let damaged = 0;
  const atHand = new MarksAtHand();
  const packets = new PacketReader({
    datagram(bytes, _view, start, end, meta) {
      sent.push({ timeMs: meta.timeMs, bytes: bytes.slice(start, end) });
      marks.push(atHand.count === 255 ? -1 : atHand.bytes[atHand.at]!);
    },
  });
  const unpacker = new Unpacker();
  for await (const one of blocksOf(range, null)) {
    if (one.bytes === null) damaged += one.block.datagrams;
    // The thread that unpacks for others gives the same octets, and says that they may be moved.
    const moved: ArrayBuffer[] = [];
    const call = { signal: new AbortController().signal, progress() {}, moved };
    const elsewhere = await unpacker.handlers.read(range.folder, one.segment, one.block, call);
    const found = [elsewhere?.bytes, elsewhere?.marks].filter((octets) => octets != null);
    expect(moved.every((buffer, i) => buffer === found[i]?.buffer) && moved.length === found.length).toBe(
      true,
    );
    const expected = [one.bytes, one.marks].filter((octets) => octets !== null);
    expect(found.map((octets, i) => Buffer.compare(octets, expected[i]!))).toEqual(expected.map(() => 0));
    readRecords(one, 0, packets, atHand);
  }
  await unpacker.close();
  return { sent, marks, damaged };
}

const inFolder = (folder: string): RecordedRange =>
  rangeOf(folder, findSegments(folder, false).segments, EVER, null);
const file = (folder: string, ending: string): string => {
  const found = readdirSync(folder).find((name) => name.endsWith(ending));
  if (!found) throw new Error(`no ${ending} in ${readdirSync(folder).join()}`);
  return join(folder, found);
};

describe('a recording', () => {
  it('gives back every datagram with its microseconds and its marks, plain and compressed', async () => {
    const folder = temporaryFolder();
    const sent = some(3000);
    const recorder = recorderIn(folder, { compresses: true });
    for (let at = 0; at < sent.length; at += 100) recorder.append(batchOf(sent.slice(at, at + 100)));
    const plain = await readBack(recorder.range(EVER, startMs));
    expect(plain.sent).toEqual(sent);
    expect(new Set(plain.marks)).toEqual(new Set([marked.bytes[0]]));
    recorder.close();
    const next = recorderIn(folder, { compresses: true });
    await next.settled();
    expect(readdirSync(folder).sort()).toEqual([
      expect.stringMatching(/^weir-000001-20260105T100000Z\.index$/),
      expect.stringMatching(/^weir-000001-20260105T100000Z\.pcap\.zst$/),
    ]);
    const compressed = await readBack(next.range(EVER, startMs));
    expect(compressed).toEqual(plain);
    expect(next.status()).toMatchObject({
      datagrams: 3000,
      segments: 1,
      dropped: 0,
      problem: '',
      notice: '',
    });
    next.close();
  });

  it('opens as any capture does, also in tcpdump and zstd where they are', async () => {
    const folder = temporaryFolder();
    const sent = some(500);
    const recorder = recorderIn(folder, { compresses: true });
    recorder.append(batchOf(sent));
    const pcap = file(folder, '.pcap');
    const read = async (path: string): Promise<Sent[]> => {
      const heard: Sent[] = [];
      await readCapture(path, {
        datagram: (bytes, _view, start, end, meta) =>
          void heard.push({ timeMs: meta.timeMs, bytes: bytes.slice(start, end) }),
      });
      return heard;
    };
    expect(await read(pcap)).toEqual(sent);
    if (spawnSync('tcpdump', ['--version']).status === 0) {
      const lines = execFileSync('tcpdump', ['-n', '-r', pcap], { encoding: 'utf8', stdio: 'pipe' });
      expect(lines.match(/198\.51\.100\.7\.50000 > 192\.0\.2\.10\.6343: sFlowv5/g)).toHaveLength(500);
    }
    const plain = readFileSync(pcap);
    recorder.close();
    const next = recorderIn(folder, { compresses: true });
    await next.settled();
    expect(await read(file(folder, '.zst'))).toEqual(sent);
    if (spawnSync('zstd', ['--version']).status === 0)
      expect(execFileSync('zstd', ['-dc', file(folder, '.zst')])).toEqual(plain);
    next.close();
  });

  it('exports a range as one pcap, in parts', async () => {
    const folder = temporaryFolder();
    const sent = some(4000);
    const recorder = recorderIn(folder, { segmentOctets: 300_000 });
    for (let at = 0; at < sent.length; at += 50) recorder.append(batchOf(sent.slice(at, at + 50)));
    expect(recorder.status().segments).toBeGreaterThan(3);
    const interval = { fromMs: startMs + 5000, toMs: startMs + 30_000 };
    const range = recorder.range(interval, startMs);
    const parts: Uint8Array[] = [];
    let from: Awaited<ReturnType<typeof exportPart>>['next'] = null;
    do {
      const part: Awaited<ReturnType<typeof exportPart>> = await exportPart(range, interval, from, {
        partOctets: 100_000,
      });
      parts.push(part.bytes);
      from = part.next;
    } while (from !== null);
    expect(parts.length).toBeGreaterThan(3);
    const heard: Sent[] = [];
    const whole = Buffer.concat(parts);
    await readCapture(
      (async function* () {
        yield whole;
      })(),
      {
        datagram: (bytes, _view, start, end, meta) =>
          void heard.push({ timeMs: meta.timeMs, bytes: bytes.slice(start, end) }),
      },
    );
    expect(heard).toEqual(sent.filter(({ timeMs }) => timeMs >= interval.fromMs && timeMs < interval.toMs));
    recorder.close();
  });

  it('loses the oldest where the budget is reached, and nothing else', () => {
    const folder = temporaryFolder();
    const recorder = recorderIn(folder, { segmentOctets: 100_000, automaticOctets: 500_000 });
    for (let i = 0; i < 60; i++) recorder.append(batchOf(some(50, i * 50, startMs + i * 500)));
    const { octets, interval, datagrams } = recorder.status();
    expect(octets).toBeLessThanOrEqual(500_000);
    expect(octets).toBeGreaterThan(350_000);
    expect(interval!.toMs).toBe(startMs + 59 * 500 + 490.125);
    expect(datagrams).toBeLessThan(3000);
    recorder.close();
  });
});

describe('what goes wrong', () => {
  it('a segment cut at any octet is read up to the last whole record, and cut there', () => {
    const folder = temporaryFolder();
    const recorder = recorderIn(folder);
    recorder.append(batchOf(some(20)));
    recorder.close();
    const whole = readFileSync(file(folder, '.pcap'));
    const marks = readFileSync(file(folder, '.marks'));
    const record = (whole.length - 24) / 20;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: whole.length }),
        fc.integer({ min: 0, max: marks.length }),
        (at, m) => {
          const torn = temporaryFolder();
          writeFileSync(join(torn, 'weir-000007-20260105T100000Z.pcap'), whole.subarray(0, at));
          writeFileSync(join(torn, 'weir-000007-20260105T100000Z.marks'), marks.subarray(0, m));
          const kept = Math.max(0, Math.floor((at - 24) / record));
          const again = recorderIn(torn);
          expect(again.status()).toMatchObject({ datagrams: kept, problem: '', notice: '' });
          again.append(batchOf(some(3, 100, startMs + 60_000)));
          expect(again.range(EVER, startMs).segments.map(({ sequence }) => sequence)).toEqual(
            kept > 0 ? [7, 8] : [8],
          );
          if (kept > 0)
            expect(statSync(join(torn, 'weir-000007-20260105T100000Z.pcap')).size).toBe(24 + kept * record);
          again.close();
          rmSync(torn, { recursive: true });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('garbage inside costs the records it touches, and is told', async () => {
    const folder = temporaryFolder();
    const recorder = recorderIn(folder);
    const sent = some(50);
    recorder.append(batchOf(sent));
    recorder.close();
    const path = file(folder, '.pcap');
    const whole = readFileSync(path);
    whole.fill(0xff, 24 + 10 * ((whole.length - 24) / 50) + 3, 24 + 12 * ((whole.length - 24) / 50) - 20);
    writeFileSync(path, whole);
    const again = recorderIn(folder);
    const { sent: back } = await readBack(again.range(EVER, startMs));
    expect(back).toEqual([...sent.slice(0, 10), ...sent.slice(12)]);
    expect(again.status().notice).toMatch(/damaged/);
    again.close();
  });

  it('a damaged compressed block costs that block; a lost or damaged index only the marks', async () => {
    const folder = temporaryFolder();
    const sent = some(6000);
    const recorder = recorderIn(folder, { compresses: true });
    for (let at = 0; at < sent.length; at += 500) recorder.append(batchOf(sent.slice(at, at + 500)));
    recorder.close();
    const next = recorderIn(folder, { compresses: true });
    await next.settled();
    next.close();
    const [zst, index] = [file(folder, '.zst'), file(folder, '.index')];
    const before = inFolder(folder);
    const { blocks } = before.segments[0]!;
    expect(blocks.length).toBeGreaterThan(2);
    const whole = readFileSync(zst);
    const damaged = Buffer.from(whole);
    const second = blocks[1]!;
    damaged[second.storedAt + Math.floor(second.storedOctets / 2)]! ^= 0x55;
    writeFileSync(zst, damaged);
    const lost = await readBack(inFolder(folder));
    expect(lost.damaged).toBe(second.datagrams);
    expect(lost.sent).toHaveLength(sent.length - second.datagrams);
    expect((await exportPart(inFolder(folder), EVER, null)).notice).toMatch(/datagrams lie in parts/);
    // Without its index, the damage is found by reading.
    rmSync(index);
    const found = findSegments(folder, false);
    expect(found.notices[0]).toMatch(/damaged; \d+ octets/);
    expect(found.segments[0]!.datagrams).toBe(sent.length - second.datagrams);

    writeFileSync(zst, whole);
    for (const content of [null, Buffer.alloc(0), Buffer.alloc(500, 7), whole.subarray(0, 300)]) {
      if (content) writeFileSync(index, content);
      else rmSync(index, { force: true });
      const back = await readBack(inFolder(folder));
      expect(back.sent).toEqual(sent);
      expect(new Set(back.marks)).toEqual(new Set([-1]));
    }
    truncateSync(zst, whole.length - 100);
    expect((await readBack(inFolder(folder))).sent.length).toBeGreaterThan(sent.length / 2);
  }, 60_000);

  it('a full disk stops the recording, deletes nothing, counts, and recording goes on by itself', async () => {
    const folder = temporaryFolder();
    let room = Number.POSITIVE_INFINITY;
    const recorder = recorderIn(folder, {
      write(target, octets, position) {
        if (room <= 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        const part = octets.subarray(0, Math.min(room, octets.length));
        room -= part.length;
        return writeAt(target, part, position);
      },
    });
    const before = some(30);
    recorder.append(batchOf(before));
    room = 1000;
    recorder.append(batchOf(some(30, 30, startMs + 1000)));
    recorder.append(batchOf(some(30, 60, startMs + 2000)));
    expect(recorder.status()).toMatchObject({ dropped: 60, datagrams: 30 });
    expect(recorder.status().problem).toMatch(/is full; nothing is recorded until there is room/);
    room = Number.POSITIVE_INFINITY;
    const after = some(30, 90, startMs + 3000);
    recorder.append(batchOf(after));
    expect(recorder.status()).toMatchObject({ dropped: 60, datagrams: 60, problem: '' });
    const range = recorder.range(EVER, startMs + 3500);
    expect((await readBack(range)).sent).toEqual([...before, ...after]);
    // The gap is one: two stretches in which recording went on.
    expect(range.covered).toEqual([
      { fromMs: before[0]!.timeMs, toMs: before[29]!.timeMs },
      { fromMs: after[0]!.timeMs, toMs: startMs + 3500 },
    ]);
    recorder.close();
  });

  it('a clock that steps back or forth changes no order, and spans stay honest', async () => {
    const folder = temporaryFolder();
    const recorder = recorderIn(folder);
    const steps = [
      startMs,
      startMs + 30_000,
      startMs - 600_000,
      startMs + 10 * 365 * 86_400_000,
      startMs + 60_000,
    ];
    const sent = steps.flatMap((fromMs, i) => some(20, i * 20, fromMs));
    for (let i = 0; i < steps.length; i++) recorder.append(batchOf(sent.slice(i * 20, i * 20 + 20)));
    const all = recorder.range(EVER, startMs);
    expect((await readBack(all)).sent).toEqual(sent);
    const early = recorder.range({ fromMs: startMs - 600_000, toMs: startMs - 590_000 }, startMs);
    const back = (await readBack(early)).sent.filter(({ timeMs }) => timeMs < startMs - 590_000);
    expect(back).toEqual(sent.slice(40, 60));
    for (const { fromMs, toMs, blocks } of all.segments) {
      expect(Math.min(...blocks.map((block) => block.fromMs))).toBe(fromMs);
      expect(Math.max(...blocks.map((block) => block.toMs))).toBe(toMs);
    }
    recorder.close();
  });

  it('leftovers of a compression that was cut off are cleared away, foreign files are left alone', async () => {
    const folder = temporaryFolder();
    const recorder = recorderIn(folder);
    recorder.append(batchOf(some(40)));
    recorder.close();
    writeFileSync(`${file(folder, '.pcap')}.zst.part`, 'half');
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    writeFileSync(join(folder, 'other.pcap'), 'mine');
    appendFileSync(file(folder, '.marks'), 'x');
    const again = recorderIn(folder, { compresses: true });
    await again.settled();
    expect((await readBack(again.range(EVER, startMs))).sent).toEqual(some(40));
    const names = readdirSync(folder);
    expect(names.some((name) => name.endsWith('.part'))).toBe(false);
    expect(names).toEqual(expect.arrayContaining(['notes.txt', 'other.pcap']));
    again.deleteAll(startMs);
    expect(readdirSync(folder).sort()).toEqual(['notes.txt', 'other.pcap']);
    again.close();
  });
});

describe('datagrams on their way', () => {
  it('that find no room are counted, and room comes back', async () => {
    let release = (): void => {};
    const feed = new BatchFeed(
      () => new Promise<void>((resolve) => (release = resolve)),
      () => receiver,
      10_000,
    );
    const bytes = new Uint8Array(1000);
    for (let i = 0; i < 20; i++) feed.push(bytes, 0, 1000, startMs, '198.51.100.7', 1, marked);
    expect(feed.dropped).toBe(11);
    feed.flush();
    feed.push(bytes, 0, 1000, startMs, '198.51.100.7', 1, marked);
    expect(feed.dropped).toBe(12);
    release();
    await new Promise((resolve) => setImmediate(resolve));
    feed.push(bytes, 0, 1000, startMs, '198.51.100.7', 1, marked);
    expect(feed.dropped).toBe(12);
  });
});
