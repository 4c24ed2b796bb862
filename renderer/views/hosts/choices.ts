/** What the user chose on the Hosts screen; it is still so when they come back to it. */
import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { Sort } from '../../components/table/column.ts';

export const useHostChoices = defineStore('hosts', () => {
  const sort = ref<Sort>({ column: 'cpu', descending: true });
  const withGone = ref(false);
  /** '' for the tree, else the tag by which nodes are put together. */
  const by = ref('');
  /** Rows whose children are hidden. */
  const closed = ref(new Set<string>());
  const open = ref<string | null>(null);
  return { sort, withGone, by, closed, open };
});
