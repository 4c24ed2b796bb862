/** What the user chose on the Thresholds screen; it is still so when they come back to it. */
import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { Sort } from '../../components/table/column.ts';

export type Shown = 'all' | 'standing' | 'places' | 'own';

export const useThresholdChoices = defineStore('threshold-choices', () => {
  const shown = ref<Shown>('all');
  const sort = ref<Sort>({ column: 'state', descending: true });
  /** Name of the threshold that is open; null for none. */
  const open = ref<string | null>(null);
  return { shown, sort, open };
});
