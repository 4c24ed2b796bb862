/**
 * The definition that is being edited, as form and as text at once: a change of either is a change of both, and a text
 * that cannot be read leaves the form as it was. It outlives the screen, so that a look elsewhere costs nothing.
 */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { DEFINITION_DEFAULTS } from '../../../../shared/definition/defaults.ts';
import {
  type Place,
  placeOf,
  printDefinition,
  readDefinition,
  type TextProblem,
} from '../../../../shared/definition/text.ts';
import type { DefinitionProblem, FlowDefinition } from '../../../../shared/model/definition.ts';

export type Unnamed = Omit<FlowDefinition, 'name'>;

/** The four steps, in their order. */
export const STEPS = ['value', 'keys', 'traffic', 'how'] as const;
export type StepId = (typeof STEPS)[number];

const withoutName = ({ name: _name, ...rest }: FlowDefinition): Unnamed => rest;
const same = (one: Unnamed, other: Unnamed) => printDefinition(one) === printDefinition(other);

export const useDraft = defineStore('flow-draft', () => {
  /** What opened it, such as an address; '' where nothing is open. */
  const opener = ref('');
  const name = ref('');
  const definition = shallowRef<Unnamed>(DEFINITION_DEFAULTS);
  /** What it was when it was opened or saved last. */
  const initial = shallowRef<{ name: string; definition: Unnamed }>({
    name: '',
    definition: DEFINITION_DEFAULTS,
  });
  /** Whether there is a saved definition that this is an edit of. */
  const isSaved = ref(false);
  const text = ref('');
  const textProblem = shallowRef<TextProblem | null>(null);
  const places = shallowRef<ReadonlyMap<string, Place>>(new Map());
  /** What the engine has against it. */
  const problems = shallowRef<readonly DefinitionProblem[]>([]);
  /** One step at a time. */
  const guided = ref(false);
  const step = ref<StepId>('value');

  const isChanged = computed(
    () =>
      textProblem.value !== null ||
      name.value.trim() !== initial.value.name ||
      !same(definition.value, initial.value.definition),
  );

  function show(next: Unnamed): void {
    definition.value = next;
    text.value = printDefinition(next);
    textProblem.value = null;
    places.value = readDefinition(text.value).places;
  }

  /** Opens a definition; one that is a copy or new counts as changed by nobody yet. */
  function open(
    by: string,
    what: { name: string; definition: Unnamed; saved: boolean; guided: boolean },
  ): void {
    opener.value = by;
    name.value = what.name;
    initial.value = { name: what.name, definition: what.definition };
    isSaved.value = what.saved;
    guided.value = what.guided;
    step.value = 'value';
    problems.value = [];
    show(what.definition);
  }
  function close(): void {
    opener.value = '';
  }
  /** Changes a part of it by the form. */
  function change(part: Partial<Unnamed>): void {
    show({ ...definition.value, ...part });
  }
  /** Changes it by its text. */
  function type(next: string): void {
    text.value = next;
    const read = readDefinition(next);
    textProblem.value = read.problem;
    if (read.problem) return;
    places.value = read.places;
    definition.value = read.definition;
  }
  /** It is saved as it stands. */
  function settle(saved: FlowDefinition): void {
    name.value = saved.name;
    isSaved.value = true;
    initial.value = { name: saved.name, definition: withoutName(saved) };
    show(withoutName(saved));
    opener.value = `edit ${saved.name}`;
  }

  /** Problems with their place in the text; those of the text itself first. */
  const textProblems = computed<TextProblem[]>(() => {
    if (textProblem.value) return [textProblem.value];
    return problems.value.map(({ attribute, message, start, end }) => {
      const place = placeOf(places.value, attribute, { start, end });
      return { message, start: place?.start ?? 0, end: place?.end ?? 0 };
    });
  });
  const problemsOf = (...attributes: (keyof FlowDefinition)[]) =>
    problems.value.filter(({ attribute }) => attributes.includes(attribute));

  return {
    opener,
    name,
    definition,
    initial,
    isSaved,
    text,
    textProblem,
    problems,
    textProblems,
    problemsOf,
    guided,
    step,
    isChanged,
    open,
    close,
    change,
    type,
    settle,
  };
});

/** What another hand did to the saved definition meanwhile; '' for nothing. */
export function changedElsewhere(
  saved: FlowDefinition | null,
  initial: { name: string; definition: Unnamed },
): '' | 'changed' | 'deleted' {
  if (saved === null) return 'deleted';
  return same(withoutName(saved), initial.definition) ? '' : 'changed';
}
