/** Compressed captures: whole, cut, damaged, in several members, and bombs. */
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { compressionOf, decompress, MAX_RATIO } from '../../main/sources/compression.ts';
import * as build from './builder.ts';
import { countOf, reading, sequences } from './reading.ts';

const numbers = Array.from({ length: 400 }, (_, index) => index + 1);
/** Octets that do not compress, so that the compressed file is about as long as the capture. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}
const capture = build.pcap(
  numbers.map((number) =>
    build.ethernet(build.ipv4(build.udp(build.bytesOf(build.sflow(number), noise(600, number))))),
  ),
);
/** Without its checksum, Zstandard would not notice damage to octets that it stored as they were. */
const forms = [
  ['gzip', (bytes: Uint8Array) => gzipSync(bytes)],
  [
    'zstd',
    (bytes: Uint8Array) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
  ],
] as const;

describe('compressed captures', () => {
  for (const [name, compress] of forms) {
    const compressed = compress(capture);

    test(`${name}: read as if it were not`, async () => {
      expect(compressionOf(compressed)).toBe(name);
      for (const chunkOctets of [1 << 20, 7777, 3]) {
        const result = await reading(
          chunkOctets === 3 ? compress(build.pcap([build.frame(1)])) : compressed,
          {},
          chunkOctets,
        );
        expect(sequences(result)).toEqual(chunkOctets === 3 ? [1] : numbers);
        expect(result.summary).toMatchObject({ compression: name, complete: true, notice: '' });
      }
    });

    test(`${name}: several members, as appending makes them`, async () => {
      const half = Math.floor(capture.length / 2);
      const members = build.bytesOf(compress(capture.subarray(0, half)), compress(capture.subarray(half)));
      expect(sequences(await reading(members, {}, 10_000))).toEqual(numbers);
    });

    test(`${name}: cut, everything before the cut is read`, async () => {
      for (const share of [0.6, 0.9, 0.999]) {
        const result = await reading(compressed.subarray(0, Math.floor(compressed.length * share)));
        const seen = sequences(result);
        expect(seen).toEqual(numbers.slice(0, seen.length));
        // A zstd block holds 128 KiB and is given out whole.
        expect(seen.length).toBeGreaterThan(numbers.length * share - 230);
        expect(result.summary).toMatchObject({ complete: false });
        expect(result.summary?.notice).toBe(
          'The capture ends in the middle of its compressed data; everything before that was read.',
        );
        expect(countOf(result.summary?.problems, 'compressed data ended early')).toBe(1);
      }
    });

    test(`${name}: damaged in the middle`, async () => {
      const damaged = build.bytesOf(compressed);
      damaged.fill(0xff, Math.floor(damaged.length * 0.8), Math.floor(damaged.length * 0.8) + 40);
      const result = await reading(damaged);
      const seen = sequences(result);
      expect(seen.length).toBeGreaterThan(100);
      // What a damaged deflate block decompresses to is anything, until its checksum is seen.
      expect(seen.slice(0, 100)).toEqual(numbers.slice(0, 100));
      expect(result.summary?.complete).toBe(false);
      expect(result.summary?.notice).toMatch(/damaged compressed data|middle of its compressed data/);
    });

    test(`${name}: nothing behind the first octets`, async () => {
      for (const octets of [4, 8, 12]) {
        const { error } = await reading(compressed.subarray(0, octets));
        expect(error?.message).toMatch(
          /^The capture ends in the middle of its compressed data, before its first packet\.$/,
        );
      }
    });

    test(`${name}: reading may begin at a record`, async () => {
      const all = await reading(capture);
      const from = { recordOffset: all.seen[200]!.recordOffset };
      expect(sequences(await reading(compressed, { from }))).toEqual(numbers.slice(200));
    });
  }

  test('a bomb ends at the ratio', async () => {
    const zeros = new Uint8Array(8 * 1024 * 1024);
    for (const [kind, compress] of forms) {
      const bomb = compress(zeros);
      const decompressed = decompress(build.inChunks(bomb, 512), kind, 1024 * 1024);
      let octets = 0;
      for await (const chunk of decompressed.chunks) octets += chunk.length;
      expect(octets).toBeLessThan(zeros.length);
      expect(decompressed.damage()).toBe(`expands to more than ${MAX_RATIO} times its size`);
    }
  });

  test('what a compressed file holds may be no capture', async () => {
    const { error } = await reading(gzipSync('hello, world'));
    expect(error?.message).toBe(
      'The capture is not a capture that Weir can read: it is neither pcap nor pcapng.',
    );
  });
});
