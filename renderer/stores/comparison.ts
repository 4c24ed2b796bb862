/**
 * What the shown range is compared with, wherever both are shown: the overlay and the differences of Top N, and Explain.
 * Each screen decides whether it compares at all; the other range is one choice for all of them.
 */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Interval } from '../../shared/model/question.ts';
import { type ReferenceId, referenceOf } from './references.ts';
import { useScope } from './scope.ts';

export const useComparison = defineStore('comparison', () => {
  const scope = useScope();
  /** Whether charts show the other range too. */
  const isOn = ref(false);
  const reference = ref<ReferenceId>('previous');
  /** The range that the user typed. */
  const own = shallowRef<Interval | null>(null);

  /** The other range; null where nothing is known of it, or all of the time is shown. Nothing heard is unknown, not zero. */
  const interval = computed<Interval | null>(() =>
    scope.interval
      ? referenceOf(reference.value, scope.interval, own.value, scope.extent?.fromMs ?? null)
      : null,
  );

  function compareWith(next: ReferenceId): void {
    reference.value = next;
    isOn.value = true;
  }

  return { isOn, reference, own, interval, compareWith };
});
