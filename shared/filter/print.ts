/** A filter as text, in one spelling: no spaces, quotes and parentheses only where they are needed. */
import type { FilterExpression, FilterTest, FilterValue } from './filter.ts';

/** Signs that end a plain value; brackets and backslashes besides have a meaning in a pattern. */
const NEEDS_QUOTES = /[&|,()"]|^\s|\s$|^$/;
const NEEDS_QUOTES_IN_PATTERN = /[&|,()"[\]{}]|^\s|\s$|^$|\\$/;

function printValue({ text }: Pick<FilterValue, 'text'>, pattern: boolean): string {
  if (text === null) return 'null';
  const plain =
    !(pattern ? NEEDS_QUOTES_IN_PATTERN : NEEDS_QUOTES).test(text) && (pattern || text !== 'null');
  return plain ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function printTest({ left, operator, values }: FilterTest): string {
  const pattern = operator === '~' || operator === '!~';
  return `${left.text}${operator}${values.map((value) => printValue(value, pattern)).join(',')}`;
}

/** The text of a filter; parsed again it gives the same. '' for none. */
export function printFilter(expression: FilterExpression | null): string {
  if (expression === null) return '';
  if (expression.kind === 'test') return printTest(expression);
  if (expression.kind === 'any') return expression.parts.map(printFilter).join('|');
  return expression.parts
    .map((part) => (part.kind === 'any' ? `(${printFilter(part)})` : printFilter(part)))
    .join('&');
}

/** The text of one test of a key: `values` are taken as they are, null for an absent key. */
export function printCondition(
  left: string,
  operator: FilterTest['operator'],
  values: readonly (string | null)[],
): string {
  const none = { start: 0, end: 0 };
  return printTest({
    kind: 'test',
    left: { text: left, ...none },
    operator,
    values: values.map((text) => ({ text, ...none })),
    ...none,
  });
}
