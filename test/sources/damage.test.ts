/**
 * Damaged captures: cut at any octet, bits flipped, octets lost or put in, lengths that lie. Whatever happens,
 * reading ends, throws nothing but a CaptureError, and what lies beside the damage is read.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as build from './builder.ts';
import { countOf, reading, sequences } from './reading.ts';

const COUNT = 12;
const numbers = Array.from({ length: COUNT }, (_, index) => index + 1);
const pcap = build.bytesOf(
  build.pcapHeader(),
  ...numbers.map((number) => build.pcapRecord(build.frame(number, number * 7), { fraction: number })),
);
const pcapBig = build.pcap(
  numbers.map((number) => build.frame(number, number * 7)),
  { little: false },
);
const pcapng = build.bytesOf(
  build.section(),
  build.interfaceBlock({ resolution: 6 }),
  ...numbers.map((number) => build.enhanced(build.frame(number, number * 7), BigInt(number))),
);
const files = [
  ['pcap', pcap],
  ['pcap, big-endian', pcapBig],
  ['pcapng', pcapng],
] as const;

const DAMAGE = 'damaged capture record';

describe('a file cut at any octet', () => {
  for (const [name, file] of files) {
    test(name, async () => {
      const whole = await reading(file);
      expect(sequences(whole)).toEqual(numbers);
      let most = 0;
      for (let octets = 0; octets <= file.length; octets++) {
        const cut = await reading(file.subarray(0, octets));
        const seen = sequences(cut);
        expect(seen).toEqual(numbers.slice(0, seen.length));
        expect(seen.length).toBeGreaterThanOrEqual(most);
        most = seen.length;
        if (cut.summary === null) {
          expect(seen.length).toBe(0);
          expect(cut.error?.message).toMatch(/^The capture [^\n]+\.$/);
        } else if (!cut.summary.complete) {
          expect(cut.summary.notice).toMatch(
            /ends in the middle of a record; everything before it was read\.$/,
          );
        }
      }
      expect(most).toBe(COUNT);
    });
  }
});

describe('any size of chunk gives the same', () => {
  for (const [name, file] of files) {
    test(name, async () => {
      const whole = await reading(file);
      for (const octets of [1, 3, 16, 100, 1000]) {
        const parts = await reading(file, {}, octets);
        expect(parts.seen).toEqual(whole.seen);
        expect(parts.summary).toEqual(whole.summary);
      }
    });
  }
});

describe('one wrong octet', () => {
  for (const [name, file] of files) {
    test(`${name}: costs at most the record it is in`, async () => {
      // Behind the first packet's record, where a file's own headers are past.
      const { seen } = await reading(file);
      const begin = seen[1]!.recordOffset;
      for (let offset = begin; offset < file.length; offset++) {
        for (const value of [0x00, 0xff, 0x01]) {
          const damaged = file.slice();
          damaged[offset] = value;
          const result = await reading(damaged);
          const hit = seen.findLastIndex((one) => one.recordOffset <= offset);
          const others = sequences(result).filter((sequence) => numbers.includes(sequence));
          const expected = numbers.filter((_, index) => index !== hit);
          expect(expected.filter((sequence) => !others.includes(sequence))).toEqual([]);
        }
      }
    }, 60_000);
  }
});

describe('octets lost, put in, or overwritten', () => {
  for (const [name, file] of files) {
    test(`${name}: the rest is read`, async () => {
      const { seen } = await reading(file);
      const middle = seen[5]!.recordOffset;
      const variants = [
        build.bytesOf(file.subarray(0, middle + 5), file.subarray(middle + 9)),
        build.bytesOf(file.subarray(0, middle + 5), file.subarray(middle + 8)),
        build.bytesOf(file.subarray(0, middle), new Uint8Array(5000), file.subarray(middle)),
        build.bytesOf(file.subarray(0, middle), new Uint8Array(777).fill(0xa5), file.subarray(middle)),
        build.bytesOf(file.subarray(0, middle + 20), file.subarray(seen[7]!.recordOffset)),
      ];
      for (const damaged of variants) {
        const result = await reading(damaged);
        expect(sequences(result)).toEqual(expect.arrayContaining([1, 2, 3, 4, 5, 8, 9, 10, 11, 12]));
        expect(countOf(result.summary?.problems, DAMAGE)).toBeGreaterThanOrEqual(1);
        expect(result.summary?.notice).toContain('is damaged in');
        const again = await reading(damaged, {}, 50);
        expect(again.seen).toEqual(result.seen);
      }
    });
  }

  test('a wrong length does not swallow the good records it spans', async () => {
    const { seen } = await reading(pcap);
    const damaged = pcap.slice();
    // The captured length of record 3 becomes that of records 3 to 6 and a bit.
    damaged.set(
      build.u32(seen[6]!.recordOffset - seen[2]!.recordOffset + 3, true),
      seen[2]!.recordOffset + 8,
    );
    damaged.set(build.u32(60_000, true), seen[2]!.recordOffset + 12);
    expect(sequences(await reading(damaged))).toEqual(numbers);
  });

  test('a wrong length at the end does not hide the last records', async () => {
    const { seen } = await reading(pcap);
    const damaged = pcap.slice();
    damaged.set(build.u32(100_000, true), seen[9]!.recordOffset + 8);
    expect(sequences(await reading(damaged))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12]);
  });
});

describe('files of writers that break a rule throughout', () => {
  test('fractions of a second beyond a second', async () => {
    const file = build.bytesOf(
      build.pcapHeader(),
      ...numbers.map((number) => build.pcapRecord(build.frame(number), { fraction: 5_000_000 + number })),
    );
    const result = await reading(file);
    expect(sequences(result)).toEqual(numbers);
    expect(result.summary?.problems).toEqual([]);
  });

  test('original lengths of 0', async () => {
    const file = build.bytesOf(
      build.pcapHeader(),
      ...numbers.map((number) => build.pcapRecord(build.frame(number), { original: 0 })),
    );
    const result = await reading(file);
    expect(sequences(result)).toEqual(numbers);
    expect(result.summary?.problems).toEqual([]);
  });

  test('an empty record among others', async () => {
    const records = numbers.map((number) => build.pcapRecord(build.frame(number)));
    const empty = build.pcapRecord(new Uint8Array(0));
    const file = build.bytesOf(build.pcapHeader(), ...records.slice(0, 5), empty, ...records.slice(5));
    expect(sequences(await reading(file))).toEqual(numbers);
  });

  test('a record one octet above the limit is damage, one at the limit is not', async () => {
    for (const [octets, expected] of [
      [262_144, [1, 2, 3]],
      [262_145, [1, 3]],
    ] as const) {
      const large = build.bytesOf(build.frame(2), new Uint8Array(octets - build.frame(2).length));
      const packets = [build.frame(1), large, build.frame(3), build.frame(3)];
      const seen = sequences(await reading(build.pcap(packets)));
      expect([...new Set(seen)]).toEqual(expected);
    }
  });
});

describe('hostile files', () => {
  test('random damage: always ends, throws nothing else, counts what it hands on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files.map(([, file]) => file)),
        fc.array(
          fc.record({
            at: fc.nat(),
            octets: fc.uint8Array({ minLength: 1, maxLength: 12 }),
            remove: fc.integer({ min: 0, max: 40 }),
          }),
          { minLength: 1, maxLength: 8 },
        ),
        fc.constantFrom(1_000_000, 61),
        async (file, edits, chunkOctets) => {
          let damaged: Uint8Array = file.slice();
          for (const { at, octets, remove } of edits) {
            const offset = at % damaged.length;
            const rest = damaged.subarray(Math.min(damaged.length, offset + remove));
            damaged = build.bytesOf(damaged.subarray(0, offset), octets, rest);
          }
          const result = await reading(damaged, {}, chunkOctets);
          if (result.summary) {
            expect(result.summary.datagrams).toBe(result.seen.length);
            expect(result.seen.map((one) => one.index)).toEqual(result.seen.map((_, index) => index));
          } else {
            expect(result.error?.message).toMatch(/^The capture [^\n]+\.$/);
          }
        },
      ),
      { numRuns: 400, seed: 20_261_121 },
    );
  }, 60_000);

  test('random octets behind a good beginning', async () => {
    const heads = [pcap.subarray(0, 24), pcapng.subarray(0, 60)];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 400 }), async (head, rest) => {
        await reading(build.bytesOf(head, rest));
      }),
      { numRuns: 300, seed: 7 },
    );
  }, 60_000);

  test('pcapng lengths that lie: 0, 8, odd, huge, and two that disagree', async () => {
    const { seen } = await reading(pcapng);
    const target = seen[4]!.recordOffset;
    for (const length of [0, 8, 13, 0xffff_fffc, 0x0100_0004, 64]) {
      const damaged = pcapng.slice();
      damaged.set(build.u32(length, true), target + 4);
      const result = await reading(damaged);
      expect(sequences(result)).toEqual(numbers.filter((number) => number !== 5));
      expect(result.summary?.problems).toEqual([{ name: DAMAGE, count: 1 }]);
    }
  });

  test('a pcapng packet that claims more octets than its block has', async () => {
    const { seen } = await reading(pcapng);
    const damaged = pcapng.slice();
    damaged.set(build.u32(5000, true), seen[4]!.recordOffset + 20);
    const result = await reading(damaged);
    expect(sequences(result)).toEqual(numbers.filter((number) => number !== 5));
    expect(result.summary?.problems).toEqual([{ name: DAMAGE, count: 1 }]);
  });

  test('options that lie in an interface block', async () => {
    const lying = build.block(
      1,
      build.bytesOf(
        build.u16(1, true),
        build.u16(0),
        build.u32(0),
        build.u16(9, true),
        build.u16(0xffff, true),
        [1],
      ),
    );
    const file = build.bytesOf(build.section(), lying, build.enhanced(build.frame(1), 1n));
    expect(sequences(await reading(file))).toEqual([1]);
  });
});
