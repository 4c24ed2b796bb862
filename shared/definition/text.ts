/**
 * A flow definition as text, in the relaxed JSON that sFlow-RT's users write: unquoted names, single quotes, comments,
 * lists as comma texts. Read with the place of every character of every attribute, so that whatever is wrong with a
 * definition can be shown where it stands in the text.
 */
import JSON5 from 'json5';
import { ExpressionError, parseKeyList } from '../filter/expression.ts';
import type { DefinitionInput, FlowDefinition } from '../model/definition.ts';
import { DEFINITION_ATTRIBUTES, DEFINITION_DEFAULTS, shortDefinition } from './defaults.ts';

export type Attribute = keyof typeof DEFINITION_DEFAULTS;

/** One sentence about characters start ≤ c < end of the text. */
export type TextProblem = { message: string; start: number; end: number };

export type ReadDefinition =
  | { definition: Omit<FlowDefinition, 'name'>; places: ReadonlyMap<string, Place>; problem: null }
  | { definition: null; places: ReadonlyMap<string, Place>; problem: TextProblem };

/** Where an attribute stands: its name, its value, and each character of its value as text (and its end). */
export type Place = { name: Span; value: Span; characters: readonly number[] };
type Span = { start: number; end: number };

/** Longest text that is read. */
export const MOST_DEFINITION_CHARACTERS = 16_384;

const quoted = (text: string): string =>
  `'${text.replace(/[\\'\p{Cc}\u2028\u2029]/gu, (sign) =>
    sign === '\\' || sign === "'" ? `\\${sign}` : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )}'`;

/** The text of a definition, an attribute a line, without what is as by default. Read again it is the same. */
export function printDefinition(definition: Omit<FlowDefinition, 'name'>): string {
  const lines = Object.entries(shortDefinition(definition)).map(
    ([name, value]) =>
      `  ${`${name}:`.padEnd(8)} ${typeof value === 'string' ? quoted(value) : String(value)}`,
  );
  return `{\n${lines.join(',\n')}\n}`;
}

/** Reads a definition; what is missing is as by default. One that cannot be read says where and why. */
export function readDefinition(text: string): ReadDefinition {
  const none = new Map<string, Place>();
  const failed = (message: string, span: Span, places = none): ReadDefinition => ({
    definition: null,
    places,
    problem: { message, ...span },
  });
  if (text.length > MOST_DEFINITION_CHARACTERS)
    return failed(
      `The definition has ${text.length} characters; at most ${MOST_DEFINITION_CHARACTERS} are read.`,
      { start: MOST_DEFINITION_CHARACTERS, end: text.length },
    );
  let read: unknown;
  try {
    read = JSON5.parse(text);
  } catch (error) {
    return failed(...syntaxProblem(text, error));
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    return failed("A definition is an object, as in { keys: 'ipsource', value: 'bytes' }.", {
      start: 0,
      end: text.length,
    });
  const places = placesIn(text);
  const input = read as Record<string, unknown>;
  const definition: Record<string, unknown> = { ...DEFINITION_DEFAULTS };
  for (const [name, value] of Object.entries(input)) {
    const place = places.get(name) ?? {
      name: { start: 0, end: text.length },
      value: { start: 0, end: text.length },
    };
    if (name === 'name') continue;
    const attribute = DEFINITION_ATTRIBUTES.find((one) => one === name);
    if (!attribute)
      return failed(
        `A definition has no “${name.slice(0, 40)}”; it has ${DEFINITION_ATTRIBUTES.join(', ')}.`,
        place.name,
        places,
      );
    const settled = settle(attribute, value);
    if (settled.problem !== null) return failed(settled.problem, place.value, places);
    definition[attribute] = settled.value;
  }
  return { definition: definition as Omit<FlowDefinition, 'name'>, places, problem: null };
}

/** The place in the text of characters start ≤ c < end of an attribute; the attribute's own where it has none. */
export function placeOf(places: ReadonlyMap<string, Place>, attribute: string, span: Span): Span | null {
  const place = places.get(attribute);
  if (!place) return null;
  const { characters, value } = place;
  const last = characters.length - 1;
  if (last < 0 || span.end <= span.start) return value;
  const at = (index: number) => characters[Math.min(Math.max(0, index), last)]!;
  return { start: at(span.start), end: Math.max(at(span.end), at(span.start) + 1) };
}

type Settled = { value: unknown; problem: null } | { value: null; problem: string };

/** An attribute in the form that a definition has it in. */
function settle(attribute: Attribute, value: unknown): Settled {
  const wanted = DEFINITION_DEFAULTS[attribute];
  const wrong = (what: string): Settled => ({ value: null, problem: `“${attribute}” is ${what}.` });
  if (Array.isArray(wanted)) {
    if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
      return { value, problem: null };
    if (typeof value !== 'string') return wrong('a list, as in ‘ipsource,ipdestination’');
    try {
      return { value: parseKeyList(value), problem: null };
    } catch (error) {
      if (error instanceof ExpressionError) return { value: null, problem: error.message };
      throw error;
    }
  }
  if (typeof wanted === 'string')
    return typeof value === 'string' ? { value, problem: null } : wrong('a text');
  if (typeof wanted === 'boolean') {
    if (typeof value === 'boolean') return { value, problem: null };
    return value === 'true' || value === 'false'
      ? { value: value === 'true', problem: null }
      : wrong('true or false');
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number)
    ? { value: number, problem: null }
    : wrong('a number');
}

function syntaxProblem(text: string, error: unknown): [string, Span] {
  const { lineNumber, columnNumber } = error as { lineNumber?: number; columnNumber?: number };
  const start = offsetOf(text, lineNumber ?? 1, columnNumber ?? 1);
  if (text.slice(start).trim() === '')
    return [
      'The text ends before the definition does: a bracket, a quote or a value is missing.',
      { start: text.length, end: text.length },
    ];
  const sign = String.fromCodePoint(text.codePointAt(start)!);
  return [
    `At line ${lineNumber ?? 1}, column ${columnNumber ?? 1} stands “${sign}”, which cannot stand there.`,
    { start, end: start + sign.length },
  ];
}

/** The character that a line and a column (both from 1) name. */
function offsetOf(text: string, line: number, column: number): number {
  let at = 0;
  for (let passed = 1; passed < line; passed++) {
    const end = text.indexOf('\n', at);
    if (end < 0) break;
    at = end + 1;
  }
  return Math.min(text.length, at + column - 1);
}

/** Where the attributes of an object stand, in a text that has been read without an error. */
function placesIn(text: string): Map<string, Place> {
  const places = new Map<string, Place>();
  let at = 0;
  const skip = () => {
    for (;;) {
      while (at < text.length && /[\s\uFEFF]/.test(text[at]!)) at++;
      if (text.startsWith('//', at)) while (at < text.length && !/[\n\r\u2028\u2029]/.test(text[at]!)) at++;
      else if (text.startsWith('/*', at)) at = Math.max(text.indexOf('*/', at), at) + 2;
      else return;
    }
  };
  /** Reads a quoted text: what it says, and where each of its characters stands. */
  const string = (): { text: string; characters: number[] } => {
    const quote = text[at]!;
    let said = '';
    const characters: number[] = [];
    for (at++; at < text.length && text[at] !== quote; ) {
      const written =
        text[at] === '\\'
          ? (/^\\(u[\da-f]{4}|x[\da-f]{2}|\r\n|[\s\S])/i.exec(text.slice(at, at + 6))?.[0] ?? '\\')
          : text[at]!;
      const sign = written.length === 1 ? written : JSON5.parse<string>(`"${written}"`);
      for (const one of sign.split('')) {
        said += one;
        characters.push(at);
      }
      at += written.length;
    }
    characters.push(at);
    at++;
    return { text: said, characters };
  };
  const value = (): { characters: number[] } => {
    if (text[at] === '"' || text[at] === "'") return string();
    if (text[at] === '[') {
      // A list reads as one text with commas.
      const characters: number[] = [];
      at++;
      for (skip(); at < text.length && text[at] !== ']'; skip()) {
        if (text[at] === ',') at++;
        else {
          const before = at;
          characters.push(...value().characters);
          if (at === before) at++;
        }
      }
      at++;
      return { characters };
    }
    if (text[at] === '{') {
      let depth = 0;
      do {
        if (text[at] === '"' || text[at] === "'") string();
        else {
          if (text[at] === '{') depth++;
          if (text[at] === '}') depth--;
          at++;
        }
      } while (depth > 0 && at < text.length);
      return { characters: [] };
    }
    const characters: number[] = [];
    while (at < text.length && !/[\s,\]}/]/.test(text[at]!)) characters.push(at++);
    characters.push(at);
    return { characters };
  };
  skip();
  at++;
  for (skip(); at < text.length && text[at] !== '}'; skip()) {
    const from = at;
    let name: string;
    if (text[at] === '"' || text[at] === "'") name = string().text;
    else {
      while (at < text.length && !/[\s:/]/.test(text[at]!)) at++;
      name = text.slice(from, at);
    }
    const nameEnd = at;
    skip();
    at++;
    skip();
    const start = at;
    const { characters } = value();
    places.set(name, { name: { start: from, end: nameEnd }, value: { start, end: at }, characters });
    skip();
    if (text[at] === ',') at++;
    if (at === from) break;
  }
  return places;
}

/** A definition as another program takes it: strict JSON, in the shortest form. */
export function definitionJson(definition: Omit<FlowDefinition, 'name'>): string {
  return JSON.stringify(shortDefinition(definition) satisfies DefinitionInput);
}
