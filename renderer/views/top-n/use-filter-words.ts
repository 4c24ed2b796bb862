/**
 * What a filter field offers and shows, with the names of addresses: values that were seen, addresses whose name is
 * typed, chips in which an address stands behind its name, and names that were typed in place of addresses.
 */
import { computed, watch } from 'vue';
import type { Vocabulary } from '../../../shared/filter/complete.ts';
import type { TermWords } from '../../components/filter-words.ts';
import { useNames } from '../../stores/names.ts';
import { useSeenValues } from '../../stores/seen-values.ts';
import { useWorkspaces } from '../../stores/workspaces.ts';
import { addressesInTerm, namesToAddresses, termWords } from './filter.ts';

export function useFilterWords(options: {
  terms: () => readonly string[];
  keys: () => Vocabulary['keys'];
  functions: () => Vocabulary['functions'];
  /** Values of a key that only this field has; null for any other key. */
  ownValues?: (key: string) => ReturnType<Vocabulary['valuesOf']> | null;
}) {
  const names = useNames();
  const seen = useSeenValues();
  const workspaces = useWorkspaces();

  const vocabulary = computed<Vocabulary>(() => ({
    keys: options.keys(),
    functions: options.functions(),
    valuesOf: (key, typed) => options.ownValues?.(key) ?? seen.valuesOf(key, typed),
  }));
  watch(
    [() => options.terms().join('&'), () => workspaces.revision],
    () => names.show(options.terms().flatMap(addressesInTerm)),
    { immediate: true },
  );
  const wordsOf = (term: string): TermWords => termWords(term, options.keys(), names.nameOf);
  /** The filter with addresses where names of hosts were typed; as it is where nothing is known by them. */
  const named = (text: string): Promise<string> => namesToAddresses(text, (name) => names.find(name));

  return { vocabulary, wordsOf, named };
}
