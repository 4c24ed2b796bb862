/** Which rows are isolated: a click isolates one, with shift it adds or takes away, and none means all. */
import { type Ref, ref } from 'vue';

export type Isolation = {
  isolated: Ref<ReadonlySet<string>>;
  toggle(id: string, add: boolean): void;
  /** Brings all back; false where nothing was isolated. */
  clear(): boolean;
};

/** What is isolated after a click. */
export function afterToggle(isolated: ReadonlySet<string>, id: string, add: boolean): ReadonlySet<string> {
  if (!add) return isolated.size === 1 && isolated.has(id) ? new Set() : new Set([id]);
  const next = new Set(isolated);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** The isolation of one screen. */
export function useIsolation(): Isolation {
  const isolated = ref<ReadonlySet<string>>(new Set());
  return {
    isolated,
    toggle(id, add) {
      isolated.value = afterToggle(isolated.value, id, add);
    },
    clear() {
      const had = isolated.value.size > 0;
      isolated.value = new Set();
      return had;
    },
  };
}
