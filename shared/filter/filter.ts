/**
 * The filter language in data: what a filter is once it has been read, and how one is refused. The grammar is
 * sFlow-RT's, so that filters written for it work here:
 *
 *     filter := term ('|' term)*        term := factor ('&' factor)*        factor := '(' filter ')' | test
 *     test   := left ('=' | '!=' | '~' | '!~') value (',' value)*
 *
 * A left side is a key or a function of keys (expression.ts). A value may stand in double quotes, where \" and \\
 * are the two signs that need a backslash; `null` without quotes is "the key is absent". Values behind ~ are
 * regular expressions that the whole text must match; without quotes their brackets, and what stands behind a
 * backslash, belong to them. `!=` and `!~` are the exact opposites of `=` and `~`: an absent key passes them.
 */

export type FilterOperator = '=' | '!=' | '~' | '!~';

/** Where something stands in the text: characters start ≤ c < end, counted from 0. */
export type Span = { start: number; end: number };

/** One value; `text` is null for the word null, which stands for an absent key. */
export type FilterValue = Span & { text: string | null };

export type FilterTest = Span & {
  kind: 'test';
  /** The key or function as it was written, and where. */
  left: Span & { text: string };
  operator: FilterOperator;
  values: FilterValue[];
};

/** Two parts or more of which all, or any, must hold; no part is a group of the same kind. */
export type FilterGroup = Span & { kind: 'all' | 'any'; parts: FilterExpression[] };

export type FilterExpression = FilterTest | FilterGroup;

/** Longest filter, in characters, and deepest nesting of its parentheses. */
export const MOST_FILTER_CHARACTERS = 4096;
export const MOST_FILTER_DEPTH = 64;

/** A filter that cannot be used: one sentence for the user, and the place in the text that it is about. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  readonly start: number;
  readonly end: number;
  constructor(message: string, { start, end }: Span) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

/** Every test of a filter, in the order of the text. */
export function testsOf(expression: FilterExpression | null): FilterTest[] {
  if (expression === null) return [];
  return expression.kind === 'test' ? [expression] : expression.parts.flatMap(testsOf);
}
