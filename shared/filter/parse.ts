/**
 * Reads a filter. Groups come out flat and without single parts, so that equal filters are equal data however
 * they were written. Bounded in length and depth; time is in proportion to the length.
 */
import {
  FilterError,
  type FilterExpression,
  type FilterTest,
  type FilterValue,
  MOST_FILTER_CHARACTERS,
  MOST_FILTER_DEPTH,
  type Span,
} from './filter.ts';
import { Lexer, type Token } from './lex.ts';

/** Parts joined into one expression of this kind: one part is itself, parts of the same kind are taken apart. */
export function group(kind: 'all' | 'any', parts: readonly FilterExpression[]): FilterExpression {
  if (parts.length === 1) return parts[0]!;
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  return { kind, parts: flat, start: parts[0]!.start, end: parts.at(-1)!.end };
}

function quoteOf(text: string): string {
  return text.length > 40 ? `“${text.slice(0, 40)}…”` : `“${text}”`;
}

class Parser {
  readonly #lexer: Lexer;
  #token: Token;

  constructor(text: string) {
    this.#lexer = new Lexer(text);
    this.#token = this.#lexer.next();
  }

  whole(): FilterExpression {
    const expression = this.#any(0);
    if (this.#token.kind === 'sign' && this.#token.sign === ')')
      throw new FilterError(
        `The parenthesis at position ${this.#token.start + 1} closes none; take it away.`,
        this.#token,
      );
    if (this.#token.kind !== 'end') throw this.#unexpected('“&”, “|” or the end', this.#token);
    return expression;
  }

  #unexpected(expected: string, token: Token): FilterError {
    if (token.kind === 'end')
      return new FilterError(
        `The filter ends at position ${token.start + 1}, where ${expected} should follow.`,
        {
          start: token.start,
          end: token.end,
        },
      );
    const found = quoteOf(this.#lexer.text.slice(token.start, token.end));
    return new FilterError(`At position ${token.start + 1} stands ${found} instead of ${expected}.`, token);
  }

  #is(sign: string): boolean {
    return this.#token.kind === 'sign' && this.#token.sign === sign;
  }

  #joined(kind: 'all' | 'any', sign: '&' | '|', part: () => FilterExpression): FilterExpression {
    const parts = [part()];
    while (this.#is(sign)) {
      this.#token = this.#lexer.next();
      parts.push(part());
    }
    return group(kind, parts);
  }

  #any(depth: number): FilterExpression {
    return this.#joined('any', '|', () => this.#joined('all', '&', () => this.#factor(depth)));
  }

  #factor(depth: number): FilterExpression {
    if (!this.#is('(')) return this.#test();
    const opening = this.#token;
    if (depth >= MOST_FILTER_DEPTH)
      throw new FilterError(
        `The parenthesis at position ${opening.start + 1} is nested too deeply; ${MOST_FILTER_DEPTH} levels are read.`,
        opening,
      );
    this.#token = this.#lexer.next();
    const inner = this.#any(depth + 1);
    if (!this.#is(')')) throw this.#unexpected('“)”', this.#token);
    const { end } = this.#token;
    this.#token = this.#lexer.next();
    return inner.kind === 'test' ? inner : { ...inner, start: opening.start, end };
  }

  #test(): FilterTest {
    const left = this.#token;
    if (left.kind !== 'left') throw this.#unexpected('a key, as in ipsource=10.4.1.2', left);
    if (left.bracketsOpen)
      throw new FilterError(
        `A bracket of ${quoteOf(left.text)} at position ${left.start + 1} is not closed.`,
        left,
      );
    const sign = this.#lexer.next();
    if (sign.kind !== 'operator') throw this.#unexpected(`=, !=, ~ or !~ behind ${quoteOf(left.text)}`, sign);
    const { operator } = sign;
    const pattern = operator === '~' || operator === '!~';
    const values: FilterValue[] = [];
    do {
      values.push(this.#value(pattern));
      this.#token = this.#lexer.next();
    } while (this.#is(','));
    const { start, end } = left;
    return {
      kind: 'test',
      left: { text: left.text, start, end },
      operator,
      values,
      start,
      end: values.at(-1)!.end,
    };
  }

  #value(pattern: boolean): FilterValue {
    const value = this.#lexer.value(pattern);
    const span: Span = { start: value.start, end: value.end };
    if (value.kind !== 'value' || (value.text === '' && !value.quoted))
      throw new FilterError(
        `A value is missing at position ${value.start + 1}; write null for an absent key, or "" for an empty text.`,
        span,
      );
    if (!value.closed) throw new FilterError(`The quote at position ${value.start + 1} is not closed.`, span);
    return { text: !pattern && !value.quoted && value.text === 'null' ? null : value.text, ...span };
  }
}

/** Reads a filter; null for one that says nothing. Throws FilterError. */
export function parseFilter(text: string): FilterExpression | null {
  if (text.length > MOST_FILTER_CHARACTERS)
    throw new FilterError(
      `The filter has ${text.length} characters; at most ${MOST_FILTER_CHARACTERS} are read.`,
      { start: MOST_FILTER_CHARACTERS, end: text.length },
    );
  return text.trim() === '' ? null : new Parser(text).whole();
}
