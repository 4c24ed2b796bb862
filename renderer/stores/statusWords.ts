/**
 * What the shown screen says in the status line: what is on it and from where, and what one can do with it. A
 * screen hands in a sentence while it lives; without one the line says where the figures come from.
 */
import { defineStore } from 'pinia';
import { onScopeDispose, shallowRef } from 'vue';

type Words = () => string;

export const useStatusWords = defineStore('status-words', () => {
  const sources = shallowRef<Words[]>([]);

  /** Shows what `words` answers ('' for nothing) for as long as the calling component lives. */
  function tell(words: Words): void {
    sources.value = [...sources.value, words];
    onScopeDispose(() => {
      sources.value = sources.value.filter((one) => one !== words);
    });
  }
  const current = (): string => sources.value.at(-1)?.() ?? '';
  return { tell, current };
});
