/**
 * Filters to tokens, in one pass over the text. What may stand at a place decides how it is read: a key before an
 * operator, a value behind one, so that a key may hold colons and brackets and a regular expression whatever it
 * needs. Never fails on what it finds; the parser says what was expected instead.
 */
import type { FilterOperator, Span } from './filter.ts';

export type Sign = '&' | '|' | '(' | ')' | ',';

export type Token = Span &
  (
    | { kind: 'sign'; sign: Sign }
    | { kind: 'operator'; operator: FilterOperator }
    | { kind: 'left'; text: string; bracketsOpen: boolean }
    | { kind: 'value'; text: string; quoted: boolean; closed: boolean }
    | { kind: 'end' }
  );

const isSpace = (character: string | undefined): boolean => character !== undefined && /\s/.test(character);

function operatorAt(text: string, at: number): FilterOperator | null {
  const two = text.slice(at, at + 2);
  if (two === '!=' || two === '!~') return two;
  const one = text[at];
  return one === '=' || one === '~' ? one : null;
}

function signAt(text: string, at: number): Sign | null {
  const sign = text[at];
  return sign === '&' || sign === '|' || sign === '(' || sign === ')' || sign === ',' ? sign : null;
}

/** A cursor over the text; the parser says whether a key or a value may come next. */
export class Lexer {
  readonly text: string;
  #at = 0;

  constructor(text: string) {
    this.text = text;
  }

  #start(): number {
    while (isSpace(this.text[this.#at])) this.#at++;
    return this.#at;
  }

  /** A sign, an operator or the end; where none stands here, a key. Reads to just behind it. */
  next(): Token {
    const start = this.#start();
    if (start >= this.text.length) return { kind: 'end', start, end: start };
    const sign = signAt(this.text, start);
    if (sign !== null) {
      this.#at = start + 1;
      return { kind: 'sign', sign, start, end: this.#at };
    }
    const operator = operatorAt(this.text, start);
    if (operator !== null) {
      this.#at = start + operator.length;
      return { kind: 'operator', operator, start, end: this.#at };
    }
    return this.#left(start);
  }

  #left(start: number): Token {
    const { text } = this;
    let depth = 0;
    let at = start;
    for (; at < text.length; at++) {
      const character = text[at]!;
      if (character === '\\') at++;
      else if (character === '[') depth++;
      else if (character === ']' && depth > 0) depth--;
      else if (depth > 0) continue;
      else if (isSpace(character) || signAt(text, at) !== null || operatorAt(text, at) !== null) break;
    }
    this.#at = Math.min(at, text.length);
    const end = this.#at;
    return { kind: 'left', text: text.slice(start, end), bracketsOpen: depth > 0, start, end };
  }

  /** A value, which is empty where none stands here. Signs end it; in a pattern only outside of its brackets. */
  value(pattern: boolean): Token {
    const start = this.#start();
    return this.text[start] === '"' ? this.#quoted(start) : this.#plain(start, pattern);
  }

  #quoted(start: number): Token {
    const { text } = this;
    let value = '';
    let at = start + 1;
    for (; at < text.length && text[at] !== '"'; at++) {
      if (text[at] === '\\' && (text[at + 1] === '"' || text[at + 1] === '\\')) at++;
      value += text[at]!;
    }
    const closed = at < text.length;
    this.#at = closed ? at + 1 : at;
    return { kind: 'value', text: value, quoted: true, closed, start, end: this.#at };
  }

  #plain(start: number, pattern: boolean): Token {
    const { text } = this;
    let depth = 0;
    // Within [ ] of a pattern parentheses are letters like others.
    let inClass = false;
    let at = start;
    for (; at < text.length; at++) {
      const character = text[at]!;
      if (!pattern) {
        if (signAt(text, at) !== null) break;
      } else if (character === '\\') at++;
      else if (inClass) inClass = character !== ']';
      else if (character === '[') inClass = true;
      else if (character === '(' || character === '{') depth++;
      else if (depth > 0) {
        if (character === ')' || character === '}') depth--;
      } else if (signAt(text, at) !== null) break;
    }
    this.#at = Math.min(at, text.length);
    const value = text.slice(start, this.#at).trimEnd();
    return { kind: 'value', text: value, quoted: false, closed: true, start, end: start + value.length };
  }
}
