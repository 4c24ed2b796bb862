/** Short messages about something that just happened; a problem stays until it is read. */
import { defineStore } from 'pinia';
import { ref } from 'vue';

export type Toast = {
  id: number;
  tone: 'plain' | 'ok' | 'warn' | 'crit';
  /** What happened, one plain sentence. */
  title: string;
  /** The figure, or what to do. */
  detail?: string;
  action?: { label: string; run: () => void };
  /** A message that takes the place of the one with the same key. */
  key?: string;
};

const shownAtOnce = 4;

export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([]);
  let nextId = 1;

  function show(toast: Omit<Toast, 'id'>): void {
    // The same message again takes the place of the one before.
    const others = toasts.value.filter(
      ({ title, detail, key }) =>
        (title !== toast.title || detail !== toast.detail) && (key === undefined || key !== toast.key),
    );
    toasts.value = [...others, { ...toast, id: nextId++ }].slice(-shownAtOnce);
  }
  function dismiss(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
  }
  /** Shows what a call was rejected with; nothing where the sentence is empty. */
  function problem(sentence: string, detail?: string): void {
    if (sentence) show({ tone: 'crit', title: sentence, detail });
  }
  return { toasts, show, dismiss, problem };
});
