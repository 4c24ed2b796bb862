import { describe, expect, it } from 'vitest';
import { Arrivals } from '../../main/samples/arrivals.ts';

const answer = (arrivals: Arrivals, agent: number | null) => {
  const { received, lost } = arrivals.answer(agent, 0, 6, 2, 3);
  return { received: [...received], lost: [...lost] };
};

describe('what arrived and what was lost', () => {
  it('is counted per agent and bucket, several of them to a step', () => {
    const arrivals = new Arrivals();
    for (const [agent, bucket, lost] of [
      [0, 0, 0],
      [0, 1, 2],
      [1, 1, 5],
      [0, 3, 0],
      [0, 9, 7],
    ] as const)
      arrivals.add(agent, bucket, lost);
    expect(answer(arrivals, null)).toEqual({ received: [3, 1, 0], lost: [7, 0, 0] });
    expect(answer(arrivals, 0)).toEqual({ received: [2, 1, 0], lost: [2, 0, 0] });
  });

  it('takes a loss back from where it was counted, however much it was', () => {
    const arrivals = new Arrivals();
    arrivals.add(0, 0, 3);
    arrivals.add(1, 0, 4);
    arrivals.add(0, 2, 2);
    arrivals.add(0, 4, -1);
    arrivals.add(0, 5, -3);
    expect(answer(arrivals, 0)).toEqual({ received: [1, 1, 2], lost: [1, 0, 0] });
    expect(answer(arrivals, 1).lost).toEqual([4, 0, 0]);
  });
});
