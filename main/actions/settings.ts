/**
 * Settings of an action against the fields that its kind declares: every field is there afterwards, in the form of
 * its type, and every template can be read. What is wrong is said by the field's label and, in a template, by the
 * place.
 */
import { safeText } from '../../shared/format/text.ts';
import { type ActionField, type ActionSetting, isFieldShown } from '../../shared/model/action.ts';
import { RpcError } from '../../shared/rpc.ts';
import { readTemplate } from './fields.ts';
import type { Kind, Settings } from './kind.ts';
import { MOST_TEMPLATE_CHARACTERS, placeOf, TemplateError } from './template.ts';

const MOST_TEXT = 2048;
const MOST_LINES = 64;

/** A secret as it is told: whether there is one. As it is set: a text, true to keep what is kept, false for none. */
export type SecretSetting = string | boolean;

/** All settings of a kind, checked. Throws RpcError 'refused' with a sentence that names the field. */
export function checkSettings(kind: Kind, given: Record<string, ActionSetting>): Settings {
  for (const name of Object.keys(given))
    if (!kind.fields.some((field) => field.name === name))
      throw new RpcError(
        'refused',
        `An action of the kind “${kind.label}” has no field “${safeText(name, 64)}”.`,
      );
  const settings: Record<string, ActionSetting> = {};
  for (const field of kind.fields) settings[field.name] = given[field.name] ?? field.initial;
  for (const field of kind.fields) {
    const problem = problemOf(field, settings[field.name]!);
    if (problem !== '') throw new RpcError('refused', `“${field.label}”: ${problem}.`);
    if (!field.required || !isFieldShown(field, settings)) continue;
    const value = settings[field.name]!;
    const isMissing =
      value === false ||
      (typeof value === 'string' && value.trim() === '') ||
      (Array.isArray(value) && value.length === 0);
    if (isMissing) throw new RpcError('refused', `“${field.label}” is needed: ${field.about}`);
  }
  return settings;
}

function problemOf(field: ActionField, value: ActionSetting): string {
  switch (field.type) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? '' : 'it is no number';
    case 'switch':
      return typeof value === 'boolean' ? '' : 'it is either on or off';
    case 'select':
      return field.options?.some((option) => option.value === value)
        ? ''
        : `it is one of ${field.options?.map((option) => option.label).join(', ')}`;
    case 'secret':
      if (typeof value === 'boolean') return '';
      return typeof value === 'string' ? lineProblem(value) : 'it is no text';
    case 'text':
      return typeof value === 'string' ? lineProblem(value) : 'it is no text';
    case 'template':
      return typeof value === 'string' ? lineProblem(value) || templateProblem(value) : 'it is no text';
    case 'template-block':
      return typeof value === 'string' ? templateProblem(value) : 'it is no text';
    case 'lines': {
      if (!Array.isArray(value)) return 'it is a list of lines';
      if (value.length > MOST_LINES) return `it has more than ${MOST_LINES} lines`;
      for (const [index, line] of value.entries()) {
        const problem =
          typeof line === 'string' ? lineProblem(line) || templateProblem(line, index) : 'a line is no text';
        if (problem !== '') return problem;
      }
      return '';
    }
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what may not be in it
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

function lineProblem(value: string): string {
  if (value.length > MOST_TEXT) return `it is longer than ${MOST_TEXT} characters`;
  return CONTROL.test(value) ? 'it has a line break or a control character in it' : '';
}

/** `lineIndex`: which of several lines it is, where they are templates one by one. */
function templateProblem(text: string, lineIndex = 0): string {
  try {
    readTemplate(text);
    return '';
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const { line, column } = placeOf(text, Math.min(error.position, MOST_TEMPLATE_CHARACTERS));
    return `line ${line + lineIndex}, character ${column}: ${error.message}`;
  }
}
