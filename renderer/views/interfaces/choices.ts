/** What the user chose on the Interfaces screen; it is still so when they come back to it. */
import { defineStore } from 'pinia';
import { reactive, ref } from 'vue';
import type { Sort } from '../../components/table/column.ts';

export const useInterfaceChoices = defineStore('interfaces', () => {
  const state = ref<'up' | 'down' | 'all'>('up');
  /** Each set of columns has its own order. */
  const sorts = reactive<Record<'traffic' | 'frames', Sort>>({
    traffic: { column: 'outUtilisation', descending: true },
    frames: { column: 'outUnicasts', descending: true },
  });
  /** Which columns: traffic, or frames by kind. */
  const columns = ref<'traffic' | 'frames'>('traffic');
  /** The port whose counters are shown. */
  const open = ref<string | null>(null);
  return { state, columns, sorts, open };
});
