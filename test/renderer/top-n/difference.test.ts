/** The other range beside the shown one, and the stretch of a rise. */
import { expect, it } from 'vitest';
import { spikeAt } from '../../../renderer/views/top-n/spike.ts';

const course = (values: number[]) => ({ startMs: 10_000, stepMs: 1000, values });

it('a spike is the stretch that is nearer to its moment than to what is usual', () => {
  const values = [10, 11, 10, 12, 90, 100, 80, 12, 10, 11];
  expect(spikeAt(course(values), 15_500)).toEqual({ fromMs: 14_000, toMs: 17_000 });
  // A dip is one too.
  expect(spikeAt(course([50, 50, 3, 2, 50, 50]), 12_100)).toEqual({ fromMs: 12_000, toMs: 14_000 });
  // Where nothing stands out, the step itself.
  expect(spikeAt(course([5, 5, 5, 5]), 11_000)).toEqual({ fromMs: 11_000, toMs: 12_000 });
  // Beside the range, its end.
  expect(spikeAt(course([5, 5, 9]), 99_000)).toEqual({ fromMs: 12_000, toMs: 13_000 });
});
