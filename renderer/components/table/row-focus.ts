/** Moving through the rows of a table by keyboard: one row is reached by Tab, arrows go on from there. */
import { type ComputedRef, computed, nextTick, type Ref, ref } from 'vue';

export type RowFocus = {
  /** The row that Tab reaches: the active one, else the first. */
  reached: ComputedRef<string | undefined>;
  /** The row that was opened or moved to last. */
  active: Ref<string | null>;
  /** Scrolls as little as needed for a row to be seen whole; nothing for an unknown one. */
  reveal(index: number): void;
  /** Takes ↑ ↓ Home End PageUp PageDown and ↵ of the row at `index`; others pass. */
  onKey(event: KeyboardEvent, index: number): void;
};

/** `ids` are the rows in the order shown; `rowPx` and `headPx` their heights; `open` answers ↵. */
export function useRowFocus(
  scroller: Readonly<Ref<HTMLElement | null>>,
  ids: () => readonly string[],
  rowPx: () => number,
  headPx: number,
  open: (index: number) => void,
): RowFocus {
  const active = ref<string | null>(null);
  const reached = computed(() => {
    const all = ids();
    return active.value !== null && all.includes(active.value) ? active.value : all[0];
  });
  const roomPx = () => (scroller.value?.clientHeight ?? 0) - headPx;

  function reveal(index: number): void {
    if (!scroller.value || index < 0) return;
    const top = index * rowPx();
    const lowest = roomPx() - rowPx();
    if (top < scroller.value.scrollTop) scroller.value.scrollTop = top;
    else if (top > scroller.value.scrollTop + lowest) scroller.value.scrollTop = top - lowest;
  }

  async function move(to: number): Promise<void> {
    const index = Math.min(Math.max(to, 0), ids().length - 1);
    const id = ids()[index];
    if (id === undefined) return;
    active.value = id;
    reveal(index);
    await nextTick();
    scroller.value?.querySelector<HTMLElement>('tr[tabindex="0"]')?.focus({ preventScroll: true });
  }

  function onKey(event: KeyboardEvent, index: number): void {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(roomPx() / rowPx()) - 1);
    const targets: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      Home: 0,
      End: ids().length - 1,
      PageDown: index + page,
      PageUp: index - page,
    };
    const target = targets[event.key];
    if (event.key === 'Enter') open(index);
    else if (target !== undefined) void move(target);
    else return;
    event.preventDefault();
  }

  return { reached, active, reveal, onKey };
}
