/** What the user chose on the Actions screen; it is still so when they come back to it. */
import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { Sort } from '../../components/table/column.ts';

export const useActionChoices = defineStore('action-choices', () => {
  /** The actions themselves, or everything that was tried. */
  const shown = ref<'actions' | 'attempts'>('actions');
  const sort = ref<Sort>({ column: 'name', descending: false });
  const attemptSort = ref<Sort>({ column: 'at', descending: true });
  /** Name of the action that is open; null before anything was chosen, '' for none. */
  const open = ref<string | null>(null);
  return { shown, sort, attemptSort, open };
});
