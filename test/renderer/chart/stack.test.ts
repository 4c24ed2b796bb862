import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  highestOf,
  isolate,
  type Series,
  silences,
  stackLayers,
  sumOf,
} from '../../../renderer/components/chart/stack.ts';

const series = (id: string, values: number[], halfWidths = values.map(() => 0)): Series => ({
  id,
  label: id,
  colour: 's1',
  values: Float64Array.from(values),
  halfWidths: Float64Array.from(halfWidths),
  samples: Float64Array.from(values, () => 1),
});

describe('a stack', () => {
  it('lays each series on the sum of those below', () => {
    const layers = stackLayers([series('a', [1, 2]), series('b', [3, Number.NaN]), series('c', [0, 5])], 2);
    expect(layers.map(({ lower }) => [...lower])).toEqual([
      [0, 0],
      [1, 2],
      [4, 2],
    ]);
    expect([...layers[2]!.upper]).toEqual([4, 7]);
  });
  it('reaches the sum of its series, whatever they are', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 8 }), (columns) => {
        const all = columns.map((column, index) => series(String(index), column));
        const top = stackLayers(all, 3).at(-1)!.upper;
        const sum = sumOf(all, 3).values;
        for (let index = 0; index < 3; index++)
          expect(Math.abs(top[index]! - sum[index]!)).toBeLessThanOrEqual(1e-9 * (1 + sum[index]!));
      }),
    );
  });
  it('holds its error', () => {
    expect(highestOf(series('a', [1, 5, 3], [0, 1, 4]))).toBe(7);
    expect(highestOf(series('a', []))).toBe(0);
  });
});

describe('isolation', () => {
  const all = [series('a', [1]), series('b', [2]), series('c', [3])];
  it('keeps the order and brings all back where nothing chosen is left', () => {
    expect(isolate(all, new Set(['c', 'a'])).map(({ id }) => id)).toEqual(['a', 'c']);
    expect(isolate(all, new Set())).toBe(all);
    expect(isolate(all, new Set(['gone']))).toBe(all);
  });
  it('adds errors as squares', () => {
    const sum = sumOf([series('a', [10], [3]), series('b', [10], [4])], 1);
    expect([sum.values[0], sum.halfWidths[0], sum.samples[0]]).toEqual([20, 5, 2]);
  });
});

describe('silence', () => {
  const buckets = { startMs: 0, stepMs: 30_000, count: 6, endMs: 180_000 };
  const name = (ms: number) => `${ms / 1000} s`;
  it('is a gap from one minute on', () => {
    expect(silences([1, 0, 0, 1, 0, 1], buckets, 180_000, name)).toEqual([
      { fromMs: 30_000, toMs: 90_000, label: '60 s' },
    ]);
  });
  it('ends at now: the future is no gap', () => {
    expect(silences([1, 1, 0, 0, 0, 0], buckets, 135_000, name)).toEqual([
      { fromMs: 60_000, toMs: 135_000, label: '75 s' },
    ]);
    expect(silences([1, 1, 0, 0, 0, 0], buckets, 61_000, name)).toEqual([]);
  });
  it('may be the whole range', () => {
    expect(silences([0, 0, 0, 0, 0, 0], buckets, 180_000, name)).toHaveLength(1);
  });
});
