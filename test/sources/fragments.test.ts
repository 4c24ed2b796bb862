/** Datagrams in several IP fragments: in any order, with pieces missing, doubled or overlapping. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as build from './builder.ts';
import { countOf, reading, sequences } from './reading.ts';

type Piece = { at: number; octets: Uint8Array; more: boolean };

/** Cuts a UDP datagram after the given numbers of octets (rounded down to 8). */
function pieces(datagram: Uint8Array, cuts: number[]): Piece[] {
  const bounds = [...new Set([0, ...cuts.map((cut) => cut - (cut % 8)), datagram.length])].sort(
    (a, b) => a - b,
  );
  return bounds.slice(1).map((end, index) => ({
    at: bounds[index]!,
    octets: datagram.subarray(bounds[index]!, end),
    more: end < datagram.length,
  }));
}

function frame4(piece: Piece, id = 1): Uint8Array {
  return build.ethernet(build.ipv4(piece.octets, { id, fragmentOffset: piece.at, more: piece.more }));
}

function frame6(piece: Piece, id = 1): Uint8Array {
  const header = [17, 0, ...build.u16(piece.at | (piece.more ? 1 : 0)), ...build.u32(id)];
  return build.ethernet(build.ipv6(piece.octets, 44, header));
}

const datagram = build.udp(build.sflow(42, 3000), 5555, 6343);

describe('IP fragments', () => {
  for (const [family, frame] of [
    ['IPv4', frame4],
    ['IPv6', frame6],
  ] as const) {
    test(`${family}: in order, reversed and mixed with others`, async () => {
      const all = pieces(datagram, [1480, 2960]);
      const other = pieces(build.udp(build.sflow(43, 3000)), [1480]).map((piece) => frame(piece, 2));
      const own = all.map((piece) => frame(piece));
      const files = [own, [...own].reverse(), [own[1]!, other[1]!, own[2]!, other[0]!, own[0]!]];
      for (const packets of files) {
        const result = await reading(build.pcap([...packets, build.frame(1)]));
        expect(sequences(result)).toContain(42);
        expect(result.seen.at(-1)?.sequence).toBe(1);
        const whole = result.seen.find((one) => one.sequence === 42);
        expect(whole).toMatchObject({ octets: datagram.length - 8, sourcePort: 5555, destinationPort: 6343 });
        expect(whole?.source).toEqual(
          family === 'IPv4' ? [192, 0, 2, 1] : [32, 1, 13, 184, ...Array(11).fill(0), 1],
        );
        expect(result.summary?.problems).toEqual([]);
      }
    });

    test(`${family}: any cuts in any order`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 8, max: datagram.length - 1 }), { maxLength: 12 }),
          fc.integer(),
          async (cuts, seed) => {
            const shuffled = pieces(datagram, cuts)
              .map((piece, index) => ({ piece, rank: Math.imul(seed + index, 0x9e3779b1) >>> 7 }))
              .sort((a, b) => a.rank - b.rank)
              .map(({ piece }) => piece);
            const packets = shuffled.map((piece) =>
              shuffled.length === 1 ? build.ethernet(build.ipv4(piece.octets)) : frame(piece),
            );
            const result = await reading(build.pcap(packets));
            expect(sequences(result)).toEqual([42]);
            expect(result.seen[0]?.octets).toBe(datagram.length - 8);
          },
        ),
        { numRuns: 30 },
      );
    });

    test(`${family}: a missing piece is counted, and nothing else is lost`, async () => {
      const all = pieces(datagram, [1480, 2960]);
      for (const missing of [0, 1, 2]) {
        const packets = all.filter((_, index) => index !== missing).map((piece) => frame(piece));
        const result = await reading(build.pcap([...packets, build.frame(1)]));
        expect(sequences(result)).toEqual([1]);
        expect(countOf(result.summary?.problems, 'IP fragments without the rest')).toBe(1);
        expect(result.summary?.notice).toMatch(/^The capture lacks IP fragments of one datagram; .*\.$/);
      }
    });

    test(`${family}: a doubled piece does no harm`, async () => {
      const packets = pieces(datagram, [1480, 2960]).flatMap((piece) => [frame(piece), frame(piece)]);
      // The last is doubled after the datagram is complete, so its copy waits for others in vain.
      const result = await reading(build.pcap(packets));
      expect(sequences(result)).toEqual([42]);
    });

    test(`${family}: overlapping pieces refuse the datagram, and only that one`, async () => {
      const all = pieces(datagram, [1480, 2960]);
      const evil: Piece = { at: 1472, octets: new Uint8Array(16).fill(0x41), more: true };
      const packets = [all[0]!, evil, all[1]!, all[2]!].map((piece) => frame(piece));
      const result = await reading(build.pcap([...packets, build.frame(1)]));
      expect(sequences(result)).toEqual([1]);
      expect(countOf(result.summary?.problems, 'overlapping IP fragments')).toBe(1);
    });
  }

  test('pieces further apart than half a minute are not joined', async () => {
    const [first, second] = pieces(datagram, [1480]).map((piece) => frame4(piece));
    const file = build.bytesOf(
      build.pcapHeader(),
      build.pcapRecord(first!, { seconds: 100 }),
      build.pcapRecord(second!, { seconds: 131 }),
      build.pcapRecord(build.frame(1), { seconds: 132 }),
    );
    const result = await reading(file);
    expect(sequences(result)).toEqual([1]);
    expect(countOf(result.summary?.problems, 'IP fragments without the rest')).toBe(2);
  });

  test('two ends, a piece behind the end, and impossible lengths', async () => {
    const last = (at: number): Piece => ({ at, octets: new Uint8Array(8), more: false });
    const odd: Piece = { at: 0, octets: new Uint8Array(9), more: true };
    const beyond: Piece = { at: 65_528, octets: new Uint8Array(16), more: false };
    const behind: Piece = { at: 64, octets: new Uint8Array(8), more: true };
    const packets = [
      frame4(last(16), 1),
      frame4(last(24), 1),
      frame4(last(16), 2),
      frame4(behind, 2),
      frame4(behind, 3),
      frame4(last(16), 3),
      frame4(odd, 4),
      frame4(beyond, 5),
      build.frame(1),
    ];
    const result = await reading(build.pcap(packets));
    expect(sequences(result)).toEqual([1]);
    expect(countOf(result.summary?.problems, 'IP fragments disagree on the end')).toBe(3);
    expect(countOf(result.summary?.problems, 'fragment with an impossible length')).toBe(2);
  });

  test('a piece that the capture cut off is not used', async () => {
    const all = pieces(datagram, [1480]).map((piece) => frame4(piece));
    const file = build.bytesOf(
      build.pcapHeader(),
      build.pcapRecord(all[0]!.subarray(0, 200), { original: all[0]!.length }),
      build.pcapRecord(all[1]!),
      build.pcapRecord(build.frame(1)),
    );
    const result = await reading(file);
    expect(sequences(result)).toEqual([1]);
    expect(countOf(result.summary?.problems, 'fragment cut off by the capture length')).toBe(1);
  });

  test('a flood of first pieces keeps the table small and later datagrams whole', async () => {
    const lone: Piece = { at: 0, octets: new Uint8Array(1480), more: true };
    const flood = Array.from({ length: 3000 }, (_, id) => frame4(lone, id + 100));
    const good = pieces(datagram, [1480]).map((piece) => frame4(piece, 9));
    const result = await reading(build.pcap([...flood, ...good]));
    expect(sequences(result)).toEqual([42]);
    expect(countOf(result.summary?.problems, 'IP fragments without the rest')).toBe(3000);
  });

  test('fragments of other protocols are none of ours', async () => {
    const packet = build.ethernet(build.ipv4(new Uint8Array(16), { protocol: 6, more: true }));
    const result = await reading(build.pcap([packet, build.frame(1)]));
    expect(result.summary?.skipped).toEqual([{ name: 'not UDP', count: 1 }]);
  });
});
