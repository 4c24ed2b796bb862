/**
 * A filter as the list that a screen shows: its terms, all of which must hold, each one readable and removable by
 * itself. Adding a term keeps the list short: what a narrower test says already is not said twice.
 */
import { FilterError, type FilterTest } from './filter.ts';
import { parseFilter } from './parse.ts';
import { printCondition, printFilter } from './print.ts';

/** The terms of a filter, each in the printer's spelling. Throws FilterError. */
export function termsOf(text: string): string[] {
  const expression = parseFilter(text);
  if (expression === null) return [];
  return expression.kind === 'all' ? expression.parts.map(printFilter) : [printFilter(expression)];
}

/** The filter that terms make together. */
export function joinTerms(terms: readonly string[]): string {
  if (terms.length < 2) return terms[0] ?? '';
  return terms.map((term) => (parseFilter(term)?.kind === 'any' ? `(${term})` : term)).join('&');
}

/** A term that is one test; null where it is a choice of several. Throws FilterError. */
export function testOf(term: string): FilterTest | null {
  const expression = parseFilter(term);
  return expression?.kind === 'test' ? expression : null;
}

/**
 * The list with one term more. A new `=` takes the place of another of the same key, a new `!=` joins the values
 * that are left out already.
 */
export function withTerm(terms: readonly string[], term: string): string[] {
  const added = testOf(term);
  if (terms.includes(term)) return [...terms];
  if (added === null || (added.operator !== '=' && added.operator !== '!=')) return [...terms, term];
  const at = terms.findIndex((known) => {
    const test = testOf(known);
    return test?.operator === added.operator && test.left.text === added.left.text;
  });
  if (at < 0) return [...terms, term];
  if (added.operator === '=') return terms.with(at, term);
  const values = new Set([...testOf(terms[at]!)!.values, ...added.values].map(({ text }) => text));
  return terms.with(at, printCondition(added.left.text, '!=', [...values]));
}

/** The terms of a text, or why there are none. */
export function readTerms(
  text: string,
): { terms: string[]; problem: null } | { terms: null; problem: FilterError } {
  try {
    return { terms: termsOf(text), problem: null };
  } catch (error) {
    if (error instanceof FilterError) return { terms: null, problem: error };
    throw error;
  }
}
