import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areaPoints,
  bucketAt,
  bucketEndMs,
  isStepped,
  linePoints,
  type Plot,
  placeTooltip,
  runsWhere,
  stepsOf,
  timeAt,
  xOf,
  yOf,
} from '../../../renderer/components/chart/geometry.ts';

const plot: Plot = {
  left: 44,
  top: 6,
  width: 1000,
  height: 200,
  interval: { fromMs: 0, toMs: 100_000 },
  highest: 10,
};
const buckets = { startMs: 0, stepMs: 30_000, count: 4, endMs: 100_000 };

describe('places in a plot', () => {
  it('puts times and values where they belong', () => {
    expect(xOf(plot, 50_000)).toBe(544);
    expect(yOf(plot, 0)).toBe(206);
    expect(yOf(plot, 10)).toBe(6);
    expect(Math.abs(timeAt(plot, xOf(plot, 12_345)) - 12_345)).toBeLessThanOrEqual(50);
  });
  it('finds the bucket of a moment, the cut last one included', () => {
    expect([0, 29_999, 30_000, 99_999].map((at) => bucketAt(buckets, at))).toEqual([0, 0, 1, 3]);
    expect([-1, 100_000].map((at) => bucketAt(buckets, at))).toEqual([-1, -1]);
    expect(bucketEndMs(buckets, 3)).toBe(100_000);
  });
  it('has no bucket that ends before it begins', () => {
    const cut = { ...buckets, endMs: 40_000 };
    const steps = stepsOf(cut);
    for (let index = 0; index < 4; index++)
      expect(steps.toMs[index]!).toBeGreaterThanOrEqual(steps.fromMs[index]!);
    expect(bucketAt(cut, 39_999)).toBe(1);
    expect(bucketAt(cut, 70_000)).toBe(-1);
  });
});

describe('lines', () => {
  it('are stepped while a step is three pixels wide', () => {
    const steps = (count: number) => stepsOf({ startMs: 0, stepMs: 100_000 / count, count, endMs: 100_000 });
    expect(isStepped(plot, steps(333))).toBe(true);
    expect(isStepped(plot, steps(334))).toBe(false);
  });
  it('have a flat top per step, or go through the middles', () => {
    const steps = stepsOf({ startMs: 0, stepMs: 50_000, count: 2, endMs: 100_000 });
    expect(linePoints(plot, steps, [5, 10], 0, 2, true)).toEqual([44, 106, 544, 106, 544, 6, 1044, 6]);
    expect(linePoints(plot, steps, [5, 10], 0, 2, false)).toEqual([44, 106, 294, 106, 794, 6, 1044, 6]);
  });
  it('close to an area that comes back along the lower line', () => {
    const steps = stepsOf({ startMs: 0, stepMs: 100_000, count: 1, endMs: 100_000 });
    expect(areaPoints(plot, steps, [0], [10], 0, 1, true)).toEqual([44, 6, 1044, 6, 1044, 206, 44, 206]);
  });
  it('come in runs', () => {
    const known = [true, true, false, true];
    expect(runsWhere(4, (index) => known[index]!)).toEqual([
      [0, 2],
      [3, 4],
    ]);
    expect(runsWhere(0, () => true)).toEqual([]);
  });
});

describe('the tooltip', () => {
  it('is never outside the window and never under the pointer', () => {
    const view = { width: 1280, height: 800 };
    fc.assert(
      fc.property(
        fc.record({ x: fc.integer({ min: 0, max: 1280 }), y: fc.integer({ min: 0, max: 800 }) }),
        fc.record({ width: fc.integer({ min: 40, max: 440 }), height: fc.integer({ min: 20, max: 260 }) }),
        (pointer, size) => {
          const { x, y } = placeTooltip(pointer, size, view);
          expect(x).toBeGreaterThanOrEqual(0);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(x + size.width).toBeLessThanOrEqual(view.width);
          expect(y + size.height).toBeLessThanOrEqual(view.height);
          const under =
            pointer.x >= x && pointer.x <= x + size.width && pointer.y >= y && pointer.y <= y + size.height;
          expect(under).toBe(false);
        },
      ),
    );
  });
});
