/**
 * Damage on a larger scale: every prefix of the small captures, every changed octet of a few datagrams, and
 * seeded mutations (in short; test/fuzz/decoder.ts has no end to it).
 */
import { describe, expect, test } from 'vitest';
import { captureNames, capturesFolder, readCaptureFile } from './capture.ts';
import { samplesSeen } from './collect.ts';
import { everythingOctets, ordinaryOctets, seededRandom } from './fixtures.ts';
import { checkInvariants } from './invariants.ts';
import { legacyOctets } from './legacy-fixtures.ts';
import { mutated } from './mutate.ts';

/** Captures of at most this many datagrams are cut at every octet. */
const SMALL_CAPTURE = 10;

describe.skipIf(capturesFolder === null)('real datagrams', () => {
  const small = captureNames()
    .map((name) => ({ name, capture: readCaptureFile(name) }))
    .filter(({ capture }) => capture.datagrams.length <= SMALL_CAPTURE);

  test.each(small)('$name cut at every octet', ({ capture: { bytes, datagrams } }) => {
    for (const { start, end } of datagrams) {
      const whole = samplesSeen(bytes, start, end);
      for (let cut = start; cut < end; cut++) {
        const seen = samplesSeen(bytes, start, cut);
        expect(seen).toEqual(whole.slice(0, seen.length));
      }
      for (let cut = start; cut <= end; cut += 53) checkInvariants(bytes.slice(start, cut));
    }
  });

  test.each(small)('$name with damage', ({ name, capture: { bytes, datagrams } }) => {
    const random = seededRandom(name.length);
    for (let i = 0; i < 60; i++) {
      const { start, end } = datagrams[i % datagrams.length]!;
      checkInvariants(mutated(random, bytes.slice(start, end)));
    }
  });
});

describe('made-up datagrams', () => {
  test.each([
    ['ordinary', ordinaryOctets],
    ['version 2', legacyOctets[0]!],
    ['version 4', legacyOctets[1]!],
  ])('%s: every octet changed', (_name, octets) => {
    for (let at = 0; at < octets.length; at++)
      for (const value of [0, 0xff, octets[at]! ^ 0x80]) {
        const changed = octets.slice();
        changed[at] = value;
        if (at % 8 === 0) checkInvariants(changed);
        else expect(samplesSeen(changed).length).toBeLessThanOrEqual(octets.length / 4);
      }
  });

  test('seeded mutations', () => {
    const random = seededRandom(20_260_101);
    const corpus = [ordinaryOctets, everythingOctets, ...legacyOctets];
    for (let i = 0; i < 1000; i++) checkInvariants(mutated(random, corpus[i % corpus.length]!));
  });
});
