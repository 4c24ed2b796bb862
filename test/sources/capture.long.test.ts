/**
 * Large and hostile captures at full length: ten sparse gibibytes, a gzip and a zstd bomb, hundreds of
 * thousands of damaged files. Memory stays within 100 MiB of where it was.
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip, createZstdCompress } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { MAX_RATIO, RATIO_FREE_OCTETS } from '../../main/sources/compression.ts';
import * as build from './builder.ts';
import { reading } from './reading.ts';

const GIBIBYTE = 1024 ** 3;
const folder = mkdtempSync(join(tmpdir(), 'weir-long-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
const pcap = build.pcap(numbers.map((number) => build.frame(number, number)));
const pcapng = build.bytesOf(
  build.section(),
  build.interfaceBlock(),
  ...numbers.map((number) => build.enhanced(build.frame(number, number), BigInt(number))),
);

type Outcome = { datagrams: number; complete: boolean; notice: string; grownOctets: number };

/** Reads in a process of its own, so that its memory is its own. */
function readApart(path: string): Outcome {
  const program = `
    const { readCapture } = await import(${JSON.stringify(fileURLToPath(new URL('../../main/sources/capture.ts', import.meta.url)))});
    const before = process.memoryUsage().rss;
    let most = before;
    const summary = await readCapture(${JSON.stringify(path)}, {
      datagram() {},
      chunk() { most = Math.max(most, process.memoryUsage().rss); },
    });
    const { datagrams, complete, notice } = summary;
    console.log(JSON.stringify({ datagrams, complete, notice, grownOctets: most - before }));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    maxBuffer: GIBIBYTE,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Outcome;
}

for (const [name, bytes] of [
  ['pcap', pcap],
  ['pcapng', pcapng],
] as const) {
  test(`${name}: ten sparse gibibytes`, () => {
    const path = join(folder, `sparse.${name}`);
    writeFileSync(path, bytes);
    truncateSync(path, 10 * GIBIBYTE);
    const outcome = readApart(path);
    expect(outcome.datagrams).toBe(20);
    expect(outcome.notice).toContain('is damaged in one place');
    expect(outcome.grownOctets).toBeLessThan(100 * 1024 * 1024);
    rmSync(path);
  }, 600_000);
}

for (const [name, compressor] of [
  ['gzip', () => createGzip()],
  ['zstd', () => createZstdCompress()],
] as const) {
  test(`${name}: a bomb of ten gibibytes`, async () => {
    const path = join(folder, `bomb.${name}`);
    const zeros = Buffer.alloc(16 * 1024 * 1024);
    await pipeline(
      (function* () {
        yield pcap;
        for (let octets = 0; octets < 10 * GIBIBYTE; octets += zeros.length) yield zeros;
      })(),
      compressor(),
      createWriteStream(path),
    );
    const outcome = readApart(path);
    expect(outcome.datagrams).toBe(20);
    expect(outcome.complete).toBe(false);
    expect(outcome.notice).toContain(`expands to more than ${MAX_RATIO} times its size`);
    expect(RATIO_FREE_OCTETS).toBeLessThan(GIBIBYTE);
    expect(outcome.grownOctets).toBeLessThan(100 * 1024 * 1024);
  }, 600_000);
}

test('half a million damaged captures', async () => {
  let state = 20_261_121;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * limit);
  };
  const words = [
    0, 1, 4, 8, 12, 16, 28, 0x7fff_ffff, 0x8000_0000, 0xffff_fffc, 0xffff_ffff, 262_144, 262_145,
  ];
  const originals = [
    pcap,
    pcapng,
    build.pcap(
      numbers.map((number) => build.frame(number)),
      { little: false },
    ),
  ];
  for (let round = 0; round < 500_000; round++) {
    const damaged = build.bytesOf(originals[below(originals.length)]!);
    for (let edits = 1 + below(4); edits > 0; edits--) {
      const at = below(damaged.length - 4);
      const kind = below(4);
      if (kind === 0) damaged[at] = (damaged[at] ?? 0) ^ (1 << below(8));
      else if (kind === 1) damaged.set(build.u32(words[below(words.length)]!, below(2) === 0), at);
      else if (kind === 2) damaged.copyWithin(at, below(damaged.length), below(damaged.length));
      else damaged.fill(below(256), at, at + below(64));
    }
    const { summary, seen } = await reading(
      damaged.subarray(0, below(8) === 0 ? below(damaged.length) : undefined),
    );
    if (summary && summary.datagrams !== seen.length) throw new Error(`round ${round}: the count is wrong`);
  }
}, 3_600_000);
