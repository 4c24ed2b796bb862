/** What is not known of a range, and how much of it is. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gapsBetween, knownSeconds, stretchesOf } from '../../main/engine/gaps.ts';

it('buckets become stretches, whichever order they come in', () => {
  expect(stretchesOf([7, 5, 6, 6, 20], 1)).toEqual([
    { fromMs: 300_000, toMs: 480_000 },
    { fromMs: 1_200_000, toMs: 1_260_000 },
  ]);
  // The newest minutes of a trend are not rolled up yet.
  expect(stretchesOf([0, 5, 10, 11, 12], 5)).toEqual([{ fromMs: 0, toMs: 17 * 60_000 }]);
  expect(stretchesOf([], 1)).toEqual([]);
});

it('gaps and stretches make up the range', () => {
  const interval = fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 50 }));
  fc.assert(
    fc.property(interval, fc.array(fc.nat(120), { maxLength: 60 }), ([from, length], minutes) => {
      const asked = { fromMs: from * 60_000, toMs: (from + length) * 60_000 };
      const gaps = gapsBetween(asked, stretchesOf(minutes, 1), 'not heard');
      const isGap = (minute: number) =>
        gaps.some(({ fromMs, toMs }) => fromMs <= minute * 60_000 && toMs > minute * 60_000);
      let known = 0;
      for (let minute = from; minute < from + length; minute++) {
        expect(isGap(minute)).toBe(!minutes.includes(minute));
        if (minutes.includes(minute)) known++;
      }
      expect(knownSeconds(asked, gaps)).toBe((known || length) * 60);
    }),
    { numRuns: 200 },
  );
});
