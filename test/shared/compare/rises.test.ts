/** Where traffic stood out: bursts are found with what was before them, noise and what was always there are not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { risesOf } from '../../../shared/compare/rises.ts';

const startMs = Date.UTC(2026, 0, 5, 12);
const rises = (rates: number[], halfWidths: number[] = [], most?: number) =>
  risesOf({ startMs, stepMs: 1000, rates }, halfWidths, most).map(({ interval, ...figures }) => ({
    from: (interval.fromMs - startMs) / 1000,
    to: (interval.toMs - startMs) / 1000,
    ...figures,
  }));

describe('rises', () => {
  it('are the runs above what is usual, largest first', () => {
    expect(rises([1, 1, 1, 9, 1, 1, 1, 5, 7, 6, 1, 1, 1, 1])).toEqual([
      { from: 7, to: 10, peak: 7, mean: 6, before: 1 },
      { from: 3, to: 4, peak: 9, mean: 9, before: 1 },
    ]);
    expect(rises([1, 1, 1, 9, 1, 1, 1, 5, 7, 6, 1, 1, 1, 1], [], 1)).toHaveLength(1);
  });

  it('are none where nothing is sure to stand out', () => {
    expect(rises([])).toEqual([]);
    expect(rises([5])).toEqual([]);
    expect(rises([5, 5, 5, 5])).toEqual([]);
    expect(rises([1, 1, 9, 1, 1], [0, 0, 8.5, 0, 0])).toEqual([]);
    // As much above what was before it as chance makes one of a hundred.
    expect(rises([3, 3, 3, 4.2, 3, 3, 3, 3], [0.7, 0.7, 0.7, 0.8, 0.7, 0.7, 0.7, 0.7])).toEqual([]);
    // Within a quarter of what was before.
    expect(rises([100, 101, 120, 100, 99])).toEqual([]);
  });

  it('need to be preceded by something to compare with', () => {
    expect(rises([9, 9, 9, 1, 1, 1, 1, 1, 1])).toEqual([]);
    expect(rises([1, 9, 9, 1, 1, 1, 1])).toEqual([{ from: 1, to: 3, peak: 9, mean: 9, before: 1 }]);
    // It never was otherwise but at the very end: that is told as the end that it is.
    expect(rises([1, 1, 1, 1, 1, 1, 9, 9])).toEqual([{ from: 6, to: 8, peak: 9, mean: 9, before: 1 }]);
  });

  it('do not take silence of Weir for low traffic', () => {
    const unknown = Number.NaN;
    expect(rises([5, 5, 5, 5, 5, unknown, unknown, 9, 9, 5, 5, 5])).toEqual([]);
    expect(rises([1, 1, 1, unknown, 9, unknown, 1, 1])).toEqual([]);
    expect(rises([1, 1, 1, unknown, 1, 9, 9, unknown, 1])).toEqual([
      { from: 5, to: 7, peak: 9, mean: 9, before: 1 },
    ]);
  });

  it('lie within the course, apart from each other, above what was before them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { maxLength: 80 }),
        fc.array(fc.nat(300), { maxLength: 80 }),
        (rates, halfWidths) => {
          const found = rises(rates, halfWidths, 100).sort((a, b) => a.from - b.from);
          let behind = -1;
          for (const { from, to, peak, mean, before } of found) {
            expect(from).toBeGreaterThan(behind);
            expect(to).toBeGreaterThan(from);
            expect(to).toBeLessThanOrEqual(rates.length);
            expect(peak).toBe(Math.max(...rates.slice(from, to)));
            expect(mean).toBeGreaterThan(before);
            behind = to;
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
