/**
 * The action that is being made or changed. It stays while another screen is looked at, until it is saved or discarded;
 * what is wrong is shown at the field that the engine's sentence names.
 */
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { Action, ActionKind, ActionSetting } from '../../../../shared/model/action.ts';
import { initialSettings } from '../settings.ts';

const NO_ACTION: Action = {
  ...{ name: '', kind: '', enabled: true, settings: {}, onRaise: true, onClear: true, quiet: null },
  events: { kinds: [], severities: [], names: [], agents: [] },
  rateLimit: { most: 10, perSeconds: 60 },
};

/** A new action of a kind, as a copy where there is one to copy; secrets are not copied. */
export function freshAction(
  kind: ActionKind,
  name: string,
  from: Action | null,
  event: string | undefined,
): Action {
  const settings = { ...initialSettings(kind), ...from?.settings };
  for (const field of kind.fields) if (field.type === 'secret') settings[field.name] = false;
  // Who is told is seldom told of everything: what only informs is left out unless it is asked for.
  const severities: Action['events']['severities'] = ['warning', 'critical'];
  const events =
    event === undefined ? { ...NO_ACTION.events, severities } : { ...NO_ACTION.events, names: [event] };
  return { ...NO_ACTION, events, ...from, name, kind: kind.kind, settings };
}

/** Of which field a sentence is: `“Address”: …`; '' where it names none. */
export function fieldOf(kind: ActionKind, sentence: string): string {
  const label = /^“([^”]+)”/.exec(sentence)?.[1];
  return kind.fields.find((field) => field.label === label)?.name ?? '';
}

export const useActionDraft = defineStore('action-draft', () => {
  const opener = ref('');
  const initial = ref<Action>(NO_ACTION);
  const action = ref<Action>(NO_ACTION);
  /** Whether it is an edit of one that is kept. */
  const isSaved = ref(false);
  /** What is wrong, by field of the kind, or under '@name', '@rate', '@quiet' of what every action has. */
  const problems = ref<Record<string, string>>({});

  function open(by: string, next: Action, saved: boolean): void {
    opener.value = by;
    isSaved.value = saved;
    initial.value = next;
    action.value = next;
    problems.value = {};
  }
  function close(): void {
    opener.value = '';
  }
  function change(part: Partial<Action>): void {
    action.value = { ...action.value, ...part };
  }
  function set(field: string, value: ActionSetting): void {
    change({ settings: { ...action.value.settings, [field]: value } });
  }
  function setEvents(part: Partial<Action['events']>): void {
    change({ events: { ...action.value.events, ...part } });
  }
  function tell(where: string, problem: string): void {
    problems.value = { ...problems.value, [where]: problem };
  }

  const isChanged = computed(() => JSON.stringify(action.value) !== JSON.stringify(initial.value));
  return {
    ...{ opener, initial, action, isSaved, problems, isChanged },
    ...{ open, close, change, set, setEvents, tell },
  };
});
