/** Settings of an action by the fields that its kind declares: which are shown, and what they say in words. */
import { safeText } from '../../../shared/format/text.ts';
import {
  type ActionField,
  type ActionKind,
  type ActionSetting,
  isFieldShown,
} from '../../../shared/model/action.ts';

type Settings = Readonly<Record<string, ActionSetting>>;

/** What a kind's fields hold before anything is typed. */
export function initialSettings(kind: ActionKind): Record<string, ActionSetting> {
  return Object.fromEntries(kind.fields.map(({ name, initial }) => [name, initial]));
}

const MOST_WORDS = 400;

function words(field: ActionField, value: ActionSetting): string {
  if (field.type === 'secret') return value === false || value === '' ? '' : 'kept apart';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map((line) => safeText(line)).join('\n');
  if (field.type === 'select')
    return field.options?.find((option) => option.value === value)?.label ?? safeText(String(value));
  return String(value)
    .split('\n')
    .map((line) => safeText(line))
    .join('\n')
    .slice(0, MOST_WORDS);
}

/** [label, what it says] of the fields that are shown. */
export function settingWords(kind: ActionKind, settings: Settings): [string, string][] {
  return kind.fields
    .filter((field) => isFieldShown(field, settings))
    .map((field) => [field.label, words(field, settings[field.name] ?? field.initial)]);
}
