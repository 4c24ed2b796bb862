/** Gives a chart model its vertical axis, kept from jumping while data arrives. */
import { type ComputedRef, computed } from 'vue';
import type { ChartModel, Unscaled } from './model.ts';
import { scaleKeeper } from './y-scale.ts';

/**
 * The model with its axis. `highest` is what the axis must hold; `subject` names the question: another
 * subject has an axis of its own at once.
 */
export function useKeptScale<M extends ChartModel>(
  model: () => Unscaled<M>,
  highest: () => number,
  subject: () => string,
): ComputedRef<M> {
  const keeper = scaleKeeper();
  let current: string | null = null;
  return computed(() => {
    if (current !== subject()) keeper.reset();
    current = subject();
    return { ...model(), highest: keeper.next(highest(), performance.now()) } as M;
  });
}
