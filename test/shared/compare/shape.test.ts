/** Courses with holes: what is not known is neither a low nor a part of a mean. */
import { expect, it } from 'vitest';
import { compareCourses, peakOf } from '../../../shared/compare/shape.ts';

const course = (rates: number[]) => ({ startMs: 0, stepMs: 1000, rates });
const hole = Number.NaN;

it('a stretch that nothing is known of does not change peak or shape', () => {
  expect(peakOf(course([hole, 2, 7, hole]))).toEqual({ value: 7, atMs: 2000 });
  expect(peakOf(course([]))).toEqual({ value: 0, atMs: 0 });
  const steady = course(new Array(80).fill(5));
  const broken = course(Array.from({ length: 80 }, (_, step) => (step < 37 ? hole : 5)));
  const { parts, most, peak } = compareCourses(steady, broken, () => 0);
  expect(most).toBeNull();
  expect(peak.change).toBe(0);
  expect(parts.map(({ during }) => during)).toEqual([hole, hole, hole, 5, 5, 5, 5, 5]);
});
