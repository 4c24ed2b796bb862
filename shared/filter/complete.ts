/**
 * What may be typed next at a place in a filter: keys and functions, operators, values that were seen, signs. The
 * text up to the cursor is read by the parser's own lexer, so that both agree on what stands there.
 */
import type { FlowKeyDescription, KeyFunctionDescription } from '../model/catalog.ts';
import { Lexer } from './lex.ts';
import { printCondition } from './print.ts';

/** What stands at the cursor: a part of a key, of a value, or nothing yet where an operator or a sign goes. */
export type CompletionPlace = {
  kind: 'key' | 'operator' | 'value' | 'sign';
  /** Where a completion would stand: start ≤ c < end, `end` being the cursor. */
  start: number;
  end: number;
  typed: string;
  /** The key whose value is being typed, '' elsewhere. */
  key: string;
  /** Whether the value is a regular expression. */
  pattern: boolean;
};

/** The place of the cursor; null where nothing can be told, as behind a mistake. */
export function completionAt(text: string, cursor: number): CompletionPlace | null {
  const before = text.slice(0, cursor);
  const lexer = new Lexer(before);
  const place = (kind: CompletionPlace['kind'], start = cursor, typed = ''): CompletionPlace => ({
    ...{ kind, start, end: cursor, typed, key: '', pattern: false },
  });
  for (;;) {
    const left = lexer.next();
    if (left.kind === 'end') return place('key');
    if (left.kind === 'sign' && left.sign === '(') continue;
    if (left.kind !== 'left') return null;
    if (left.end === before.length) {
      // Within a function it is the argument that is being typed.
      const start = left.start + /[^:[]*$/.exec(left.text)!.index;
      return place('key', start, before.slice(start));
    }
    const sign = lexer.next();
    if (sign.kind === 'end') return place('operator');
    if (sign.kind !== 'operator') return null;
    const pattern = sign.operator.endsWith('~');
    for (;;) {
      const value = lexer.value(pattern);
      if (value.kind !== 'value') return null;
      if (value.end === before.length && !(value.quoted && value.closed))
        return { ...place('value', value.start, value.text), key: left.text, pattern };
      if (value.start >= before.length) return { ...place('value'), key: left.text, pattern };
      if (value.text === '' && !value.quoted) return null;
      const next = lexer.next();
      if (next.kind === 'end') return place('sign');
      if (next.kind !== 'sign') return null;
      if (next.sign === ',') continue;
      if (next.sign !== ')') break;
      // Any number of closing parentheses, and then the sign that goes on.
      let closing = lexer.next();
      while (closing.kind === 'sign' && closing.sign === ')') closing = lexer.next();
      if (closing.kind === 'end') return place('sign');
      if (closing.kind !== 'sign' || (closing.sign !== '&' && closing.sign !== '|')) return null;
      break;
    }
  }
}

export type Suggestion = {
  /** What takes the place of start ≤ c < end. */
  text: string;
  label: string;
  hint: string;
  start: number;
  end: number;
};

export type Vocabulary = {
  keys: readonly FlowKeyDescription[];
  functions: readonly KeyFunctionDescription[];
  /** Values of a key that were seen or fit to what is typed, as they are written, with what people call them. */
  valuesOf: (key: string, typed: string) => readonly { text: string; label: string }[];
};

const OPERATORS = [
  ['=', 'is', 'one of several values, with commas'],
  ['!=', 'is not', 'none of several values'],
  ['~', 'matches', 'a regular expression, the whole text'],
  ['!~', 'does not match', 'a regular expression'],
] as const;
const SIGNS = [
  ['&', 'and', ''],
  ['|', 'or', ''],
] as const;

/** So many characters of a name are looked for, and so many hosts offered beside keys. */
const LEAST_OF_NAME = 2;
const MOST_HOSTS = 8;

/** What may stand at the cursor, best first, at most `most`. */
export function suggestionsAt(text: string, cursor: number, vocabulary: Vocabulary, most = 50): Suggestion[] {
  const place = completionAt(text, cursor);
  if (place === null) return [];
  const { start, end } = place;
  const typed = place.typed.toLowerCase();
  const fixed = (list: readonly (readonly [string, string, string])[]): Suggestion[] =>
    list.map(([sign, label, hint]) => ({ text: sign, label, hint, start: end, end }));
  if (place.kind === 'operator') return fixed(OPERATORS);
  if (place.kind === 'sign') return fixed(SIGNS);
  if (place.kind === 'value') {
    const written = (value: string | null): string =>
      printCondition('', place.pattern ? '~' : '=', [value]).slice(1);
    const seen = vocabulary.valuesOf(place.key, place.typed).map(({ text: value, label }) => ({
      text: written(value),
      label: label === value ? '' : label,
      hint: 'seen',
    }));
    if (!place.pattern) seen.push({ text: 'null', label: 'absent', hint: 'the packet has no such field' });
    return seen
      .filter(
        ({ text: value, label }) =>
          value.toLowerCase().includes(typed) || label.toLowerCase().includes(typed),
      )
      .slice(0, most)
      .map((one) => ({ ...one, start, end }));
  }
  const known = vocabulary.keys.find(({ name }) => name === place.typed);
  const named = [
    ...vocabulary.keys.map(({ name, label, about }) => ({ text: name, label, hint: about })),
    ...vocabulary.functions.map(({ name, about }) => ({ text: `${name}:`, label: about, hint: 'function' })),
  ].filter(
    (one) =>
      one.text !== place.typed &&
      (one.text.toLowerCase().includes(typed) || one.label.toLowerCase().includes(typed)),
  );
  const rank = ({ text: name }: { text: string }): number => (name.toLowerCase().startsWith(typed) ? 0 : 1);
  return [
    ...(known ? fixed(OPERATORS.slice(0, 3)) : []),
    ...named.toSorted((a, b) => rank(a) - rank(b)).map((one) => ({ ...one, start, end })),
    ...hosts(place.typed, vocabulary).map((one) => ({ ...one, start, end })),
  ].slice(0, most);
}

/** A name of a host is short for its address: it may be typed where a key begins. */
function hosts(typed: string, { valuesOf }: Vocabulary): Pick<Suggestion, 'text' | 'label' | 'hint'>[] {
  if (typed.length < LEAST_OF_NAME) return [];
  const part = typed.toLowerCase();
  return valuesOf('address', typed)
    .filter(({ text, label }) => label !== text && label.toLowerCase().includes(part))
    .slice(0, MOST_HOSTS)
    .map(({ text, label }) => ({ text: printCondition('address', '=', [text]), label, hint: 'host' }));
}
