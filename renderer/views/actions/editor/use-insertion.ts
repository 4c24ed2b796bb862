/** The template that was last typed into, so that a field of the list beside the form can be put where its caret is. */
import { type InjectionKey, inject, provide, type ShallowRef, shallowRef } from 'vue';

type Insertion = {
  into: ShallowRef<HTMLInputElement | HTMLTextAreaElement | null>;
  /** Puts the text at the caret, as if it was typed. */
  insert(text: string): void;
};
const KEY: InjectionKey<Insertion> = Symbol('insertion');

export function provideInsertion(): Insertion {
  const into = shallowRef<HTMLInputElement | HTMLTextAreaElement | null>(null);
  const insertion: Insertion = {
    into,
    insert(text) {
      const field = into.value;
      if (!field?.isConnected) return;
      field.focus();
      field.setRangeText(text, field.selectionStart ?? 0, field.selectionEnd ?? 0, 'end');
      field.dispatchEvent(new Event('input', { bubbles: true }));
    },
  };
  provide(KEY, insertion);
  return insertion;
}

export function useInsertion(): Insertion {
  const found = inject(KEY);
  if (!found) throw new Error('An action field stands outside of an editor.');
  return found;
}
