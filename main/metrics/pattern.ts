/**
 * What a filter on a metric accepts. A pattern is the value itself, or a glob, in which `*` stands for anything, or a
 * regular expression that must match the whole value. The sources of sFlow-RT write both (`*web.*`, `xenserver*`,
 * `apache\.*`), so they are told apart: `*` at the beginning, or behind an ordinary or an escaped character, makes a
 * glob; behind `.`, `)`, `]` or `}` it makes a regular expression. Expressions run in time linear to the value.
 */
import { RE2JS } from 're2js';
import { RpcError } from '../../shared/rpc.ts';

const LONGEST_PATTERN = 256;
const MOST_PATTERNS = 256;
/** The most steps that one expression may come to. */
const MOST_STEPS = 2000;

export type Matcher = (value: number | string) => boolean;

/** Whether the `*` in a pattern mean anything, and not the repetition of what stands before them. */
export function isGlob(pattern: string): boolean {
  if (pattern.startsWith('*')) return true;
  let stars = 0;
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === '\\') {
      // The escaped character, and then perhaps a star that follows it.
      at++;
      if (pattern[at + 1] === '*') stars++;
      if (pattern[at + 1] === '*') at++;
      continue;
    }
    if (pattern[at] !== '*') continue;
    if ('.)]}'.includes(pattern[at - 1]!)) return false;
    stars++;
  }
  return stars > 0;
}

/** A glob as a regular expression; `\x` is x itself. */
function globExpression(pattern: string): string {
  let expression = '';
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === '*') expression += '.*';
    else {
      if (pattern[at] === '\\' && at + 1 < pattern.length) at++;
      expression += RE2JS.quote(pattern[at]!);
    }
  }
  return expression;
}

/** Accepts what one of the patterns accepts. Refused with a sentence where a pattern cannot be read. */
export function matcherOf(name: string, patterns: readonly string[]): Matcher {
  if (patterns.length > MOST_PATTERNS)
    throw new RpcError('refused', `The filter on ${name} has more than ${MOST_PATTERNS} patterns.`);
  const exact = new Set(patterns);
  const numbers = new Set(
    patterns.map((pattern) => (/^[-+\d.eE]+$/.test(pattern) ? Number(pattern) : Number.NaN)),
  );
  const expressions = patterns
    .filter((pattern) => !/^[\w -]*$/.test(pattern))
    .map((pattern) => compile(name, pattern));
  const known = new Map<string, boolean>();
  return (value) => {
    if (typeof value === 'number' && numbers.has(value)) return true;
    const text = String(value);
    if (exact.has(text)) return true;
    if (expressions.length === 0) return false;
    let accepted = known.get(text);
    if (accepted === undefined) {
      accepted = expressions.some((expression) => expression.matches(text));
      if (known.size < 10_000) known.set(text, accepted);
    }
    return accepted;
  };
}

function compile(name: string, pattern: string): RE2JS {
  if (pattern.length > LONGEST_PATTERN)
    throw new RpcError(
      'refused',
      `A pattern of the filter on ${name} is longer than ${LONGEST_PATTERN} characters.`,
    );
  let expression: RE2JS;
  try {
    expression = RE2JS.compile(isGlob(pattern) ? globExpression(pattern) : pattern, RE2JS.DOTALL);
  } catch {
    throw new RpcError(
      'refused',
      `The pattern “${pattern}” of the filter on ${name} is no regular expression; write * for anything.`,
    );
  }
  if (expression.programSize() > MOST_STEPS)
    throw new RpcError('refused', `A pattern of the filter on ${name} has too many repetitions.`);
  return expression;
}
