/** What the user chose in the inspector; it is still so when they come back to it. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { DatagramFilter } from '../../../shared/model/inspect.ts';
import type { Opened } from './tree.ts';

export const useInspectorChoices = defineStore('inspector', () => {
  const only = ref<DatagramFilter['only']>('all');
  /** Conditions on the sampled packet, as typed and entered. */
  const keys = ref('');
  /** 'flow 0:1', '' for any. */
  const record = ref('');
  /** Share of the height that the list has. */
  const listShare = ref(0.42);
  /** Lines of the tree that were opened and closed by hand, in whatever datagram. */
  const opened = shallowRef<Opened>(new Map());
  /** The selected line of the tree. */
  const line = ref<string | null>(null);

  function setOpen(key: string, open: boolean): void {
    opened.value = new Map(opened.value).set(key, open);
  }
  return { only, keys, record, listShare, opened, line, setOpen };
});
