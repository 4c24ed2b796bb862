/** What the user chose in the inspector; it is still so when they come back to it. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { printCondition } from '../../../shared/filter/print.ts';
import { testOf } from '../../../shared/filter/terms.ts';
import type { DatagramFilter } from '../../../shared/model/inspect.ts';
import type { Opened } from './tree.ts';

export const useInspectorChoices = defineStore('inspector', () => {
  const only = ref<DatagramFilter['only']>('all');
  /** What must hold of a sample: terms of a filter. */
  const terms = ref<readonly string[]>([]);
  /** The one record that must be there: 'flow 0:1', '' for any. */
  const record = computed({
    get: () => {
      const tests = terms.value.map(testOf).filter((test) => test !== null);
      const test = tests.find(({ left, operator }) => left.text === 'record' && operator === '=');
      return test?.values.length === 1 ? (test.values[0]!.text ?? '') : '';
    },
    set: (record) => {
      const others = terms.value.filter((term) => testOf(term)?.left.text !== 'record');
      terms.value = record === '' ? others : [...others, printCondition('record', '=', [record])];
    },
  });
  /** Share of the height that the list has. */
  const listShare = ref(0.42);
  /** Lines of the tree that were opened and closed by hand, in whatever datagram. */
  const opened = shallowRef<Opened>(new Map());
  /** The selected line of the tree. */
  const line = ref<string | null>(null);

  function setOpen(key: string, open: boolean): void {
    opened.value = new Map(opened.value).set(key, open);
  }
  return { only, terms, record, listShare, opened, line, setOpen };
});
