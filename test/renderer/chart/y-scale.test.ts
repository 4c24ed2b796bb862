import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  labelStep,
  labelValues,
  niceCeiling,
  scaleKeeper,
  topFor,
} from '../../../renderer/components/chart/y-scale.ts';

const positive = fc.double({ min: 1e-6, max: 1e15, noNaN: true });

describe('the vertical axis', () => {
  it('has three to seven labelled steps of 1, 2 or 5', () => {
    fc.assert(
      fc.property(positive, (highest) => {
        const top = topFor(highest);
        const step = labelStep(top);
        const mantissa = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
        expect([1, 2, 5].some((nice) => Math.abs(mantissa - nice) < 1e-6)).toBe(true);
        const steps = labelValues(top).length - 1;
        expect(steps).toBeGreaterThanOrEqual(2);
        expect(steps).toBeLessThanOrEqual(7);
      }),
    );
  });
  it('holds what it must hold, with some room', () => {
    fc.assert(fc.property(positive, (highest) => topFor(highest) >= highest * 1.01));
    expect(topFor(23.4)).toBe(25);
    expect(topFor(9.9e9)).toBe(11e9);
  });
  it('has an end even for nothing and for nonsense', () => {
    for (const highest of [0, Number.NaN, -1, Number.POSITIVE_INFINITY]) expect(topFor(highest)).toBe(1);
    expect(labelValues(0)).toEqual([0]);
    expect(niceCeiling(1)).toBe(1);
    expect(niceCeiling(2.1)).toBe(5);
  });
});

describe('a live axis', () => {
  it('grows at once', () => {
    const keeper = scaleKeeper();
    expect(keeper.next(10, 0)).toBe(topFor(10));
    expect(keeper.next(40, 1)).toBe(topFor(40));
  });
  it('shrinks only after ten seconds below 60 %', () => {
    const keeper = scaleKeeper();
    const top = keeper.next(40, 0);
    expect(keeper.next(10, 1_000)).toBe(top);
    expect(keeper.next(10, 10_999)).toBe(top);
    expect(keeper.next(10, 11_000)).toBe(topFor(10));
  });
  it('starts to wait anew after a high value', () => {
    const keeper = scaleKeeper();
    const top = keeper.next(40, 0);
    keeper.next(10, 1_000);
    keeper.next(39, 9_000);
    expect(keeper.next(10, 12_000)).toBe(top);
    expect(keeper.next(10, 21_999)).toBe(top);
    expect(keeper.next(10, 22_000)).toBe(topFor(10));
  });
  it('forgets on a reset', () => {
    const keeper = scaleKeeper();
    keeper.next(40, 0);
    keeper.reset();
    expect(keeper.next(10, 1)).toBe(topFor(10));
  });
});
