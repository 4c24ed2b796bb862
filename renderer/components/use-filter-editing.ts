/**
 * The text that is typed into a filter field and what becomes of it: chips where it can be read and asked, a problem
 * with its place where not. What is typed stands for a new term, for one that is changed, or for all of them.
 */
import { computed, type Ref, ref, watch } from 'vue';
import { withKey } from '../../shared/filter/bare.ts';
import { type Suggestion, suggestionsAt, type Vocabulary } from '../../shared/filter/complete.ts';
import { joinTerms, readTerms, withTerm } from '../../shared/filter/terms.ts';
import type { FilterProblem } from '../../shared/model/question.ts';

export type FilterEditing = ReturnType<typeof useFilterEditing>;

export function useFilterEditing(options: {
  terms: () => readonly string[];
  vocabulary: () => Vocabulary;
  /** Whether a value typed alone is looked for in tunnels too. */
  everyLayer: () => boolean;
  /** What the engine has against a filter that can be read. */
  check: (filter: string) => Promise<FilterProblem | null>;
  /** A filter with addresses where names were typed. */
  named: (filter: string) => Promise<string>;
  /** Whether the field has the focus: only then something is offered. */
  hasFocus: Ref<boolean>;
  change: (terms: readonly string[]) => void;
  /** Puts the cursor into the field, at a place of the text. */
  putCursor: (at: number) => void;
}) {
  const { terms, vocabulary, everyLayer, check, named, hasFocus, change, putCursor } = options;
  const typed = ref('');
  const cursor = ref(0);
  const open = ref(false);
  const reached = ref(-1);
  const problem = ref<FilterProblem | null>(null);
  /** What the typed text takes the place of: the end of the list, one chip, or all of them. */
  const replaces = ref<'none' | 'all' | number>('none');

  const shownTerms = computed(() =>
    replaces.value === 'all'
      ? []
      : terms()
          .map((term, index) => ({ term, index }))
          .filter(({ index }) => index !== replaces.value),
  );
  const suggestions = computed<Suggestion[]>(() =>
    hasFocus.value && open.value ? suggestionsAt(typed.value, cursor.value, vocabulary()) : [],
  );
  watch([typed, cursor], () => {
    reached.value = -1;
  });

  function reset(): void {
    typed.value = '';
    cursor.value = 0;
    problem.value = null;
    replaces.value = 'none';
    open.value = false;
  }
  function startEditing(what: 'all' | number): void {
    const text = what === 'all' ? joinTerms(terms()) : terms()[what]!;
    reset();
    replaces.value = what;
    typed.value = text;
    putCursor(text.length);
  }
  function take({ text, start, end }: Pick<Suggestion, 'text' | 'start' | 'end'>): void {
    typed.value = typed.value.slice(0, start) + text + typed.value.slice(end);
    problem.value = null;
    open.value = true;
    putCursor(start + text.length);
  }

  /** Makes chips of what was typed, or says why not. */
  async function commit(): Promise<void> {
    if (typed.value.trim() === '') {
      const rest = replaces.value === 'none' ? terms() : shownTerms.value.map(({ term }) => term);
      if (rest.length !== terms().length) change(rest);
      reset();
      return;
    }
    const before = typed.value;
    const text = await named(withKey(before, { keys: vocabulary().keys, everyLayer: everyLayer() }));
    if (typed.value !== before) return;
    const { terms: read, problem: unread } = readTerms(text);
    if (unread) {
      problem.value = unread;
      return;
    }
    const refused = await check(text);
    if (typed.value !== before) return;
    if (refused) {
      problem.value = refused;
      open.value = false;
      return;
    }
    const at = replaces.value;
    const next =
      at === 'all'
        ? read
        : at === 'none'
          ? read.reduce<string[]>(withTerm, [...terms()])
          : terms().toSpliced(at, 1, ...read);
    reset();
    change(next);
  }

  function move(by: number): void {
    const count = suggestions.value.length;
    if (count === 0) open.value = true;
    else reached.value = reached.value < 0 ? (by > 0 ? 0 : count - 1) : (reached.value + by + count) % count;
  }

  return {
    typed,
    cursor,
    open,
    reached,
    problem,
    replaces,
    shownTerms,
    suggestions,
    reset,
    startEditing,
    take,
    commit,
    move,
  };
}
