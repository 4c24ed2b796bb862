import { describe, expect, it } from 'vitest';
import { halfWidthOfClass, halfWidthOfSum, isBeyondChance } from '../../shared/model/confidence.ts';

describe('error bands', () => {
  it('are those of “Packet Sampling Basics”: 1,000 of 2,500 samples of a million frames', () => {
    const halfWidth = halfWidthOfClass(1_000_000, 2500, 1000);
    expect([Math.round((400_000 - halfWidth) / 1000), Math.round((400_000 + halfWidth) / 1000)]).toEqual([
      381, 419,
    ]);
    expect(Math.round(halfWidth)).toBe(19_204);
  });

  it('shrink with the root of the number of samples: 6.2 % for 1,000, 1.96 % for 10,000', () => {
    const relative = (samples: number) =>
      (100 * halfWidthOfSum(samples * 1500 ** 2, samples * 1500, samples)) / (samples * 1500);
    expect(relative(1000)).toBeCloseTo(6.198, 3);
    expect(relative(10_000)).toBeCloseTo(1.96, 6);
  });

  it('take in how unlike the frames are: √(1 + cv²)', () => {
    const sizes = [64, 64, 64, 1518];
    const mean = sizes.reduce((a, b) => a + b) / 4;
    const cv2 = sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / 4 / mean ** 2;
    const squares = sizes.reduce((sum, size) => sum + size * size, 0);
    const relative = (times: number) =>
      halfWidthOfSum(squares * times, 4 * mean * times, 4 * times) / (4 * mean * times);
    const simple = (times: number) => 1.96 * Math.sqrt((1 + cv2) / 4 / times);
    // Four samples tell their own spread badly; forty thousand well.
    expect(relative(1)).toBeCloseTo(simple(1) * (1 + (2.5 * cv2) / 4), 12);
    expect(relative(10_000) / simple(10_000)).toBeCloseTo(1, 3);
  });

  it('are 0 for nothing', () => expect([halfWidthOfSum(0, 0, 0), halfWidthOfClass(0, 0, 0)]).toEqual([0, 0]));

  it.each([
    [0.04, 0.03, false],
    [-0.09, 0.01, false],
    [0.15, 0.08, false],
    [-0.15, 0.07, true],
    [1, 0.02, true],
    [Number.NaN, 0.02, false],
  ])('a difference of %d beside ± %d is worth a warning: %s', (difference, halfWidth, beyond) => {
    expect(isBeyondChance({ difference, halfWidth })).toBe(beyond);
  });
});
