/** What the user chose on the Events screen; it is still so when they come back to it. */
import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { Severity, WeirEvent } from '../../../shared/model/event.ts';
import type { Sort } from '../../components/table/column.ts';

export type State = 'all' | 'standing' | 'unacknowledged';
export type Grouping = 'none' | 'threshold' | 'agent';

export const useEventChoices = defineStore('event-choices', () => {
  const state = ref<State>('all');
  /** Empty for all. */
  const severities = ref<Severity[]>([]);
  const kind = ref<WeirEvent['kind'] | ''>('');
  /** Name of a threshold or of a system event; '' for all. */
  const name = ref('');
  const text = ref('');
  const grouping = ref<Grouping>('none');
  const sort = ref<Sort>({ column: 'raised', descending: true });
  /** Id of the event that is open; null for none. */
  const open = ref<number | null>(null);
  /** Whether the range of the scope bar holds; else everything that is kept is listed. */
  const everything = ref(false);

  function clear(): void {
    state.value = 'all';
    severities.value = [];
    kind.value = '';
    name.value = '';
    text.value = '';
  }
  return { state, severities, kind, name, text, grouping, sort, open, everything, clear };
});
