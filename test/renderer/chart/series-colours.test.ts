import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { useSeriesColours } from '../../../renderer/components/chart/series-colours.ts';

describe('series colours', () => {
  it('go by rank at first sight', () => {
    expect(useSeriesColours().assign(['a', 'b', 'c'])).toEqual(['s1', 's2', 's3']);
  });
  it('stay with a key while it is in view, however it moves', () => {
    const colours = useSeriesColours();
    colours.assign(['a', 'b', 'c']);
    expect(colours.assign(['c', 'a', 'b'])).toEqual(['s3', 's1', 's2']);
  });
  it('are free again when a key leaves', () => {
    const colours = useSeriesColours();
    colours.assign(['a', 'b', 'c']);
    expect(colours.assign(['d', 'a', 'c'])).toEqual(['s2', 's1', 's3']);
  });
  it('are given to ten, and a newcomer among the first ten takes one from behind', () => {
    const colours = useSeriesColours();
    const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
    expect(colours.assign(keys).slice(9)).toEqual(['s10', null, null]);
    const after = colours.assign(['new', ...keys.slice(0, 11)]);
    expect(after[0]).toBe('s10');
    expect(after[10]).toBe(null);
  });
  it('are never held by two keys at once', () => {
    const view = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(view, { maxLength: 12 }), (views) => {
        const colours = useSeriesColours();
        for (const keys of views) {
          const given = colours.assign(keys).filter((colour) => colour !== null);
          expect(new Set(given).size).toBe(given.length);
          expect(given.length).toBe(Math.min(10, keys.length));
          expect(colours.assign(keys).slice(0, 10)).not.toContain(null);
        }
      }),
    );
  });
});
