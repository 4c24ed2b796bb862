/**
 * Key expressions as sFlow-RT spells them: a key (`ipsource`, `ipsource.1` for an inner layer) or a function
 * with colon-separated arguments (`or:ipsource:ip6source`), nested by square brackets, a backslash taking the
 * meaning from the character behind it (`concat:\\::a:b`). Parsed and printed here only; what a name means is
 * for the key table.
 */

export type KeyExpression = {
  name: string;
  arguments: string[];
  /** Where each argument stands in the text, without brackets around it: characters start ≤ c < end. */
  places: { start: number; end: number }[];
};

/** An expression that cannot be read; `position` counts characters from 0. */
export class ExpressionError extends Error {
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.name = 'ExpressionError';
    this.position = position;
  }
}

/** Splits at `separator`, but not inside brackets or behind a backslash. Throws ExpressionError on unequal brackets. */
function split(text: string, separator: string): { part: string; position: number }[] {
  const parts: { part: string; position: number }[] = [];
  let depth = 0;
  let opened = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '\\') i++;
    else if (character === '[') {
      if (depth++ === 0) opened = i;
    } else if (character === ']') {
      if (--depth < 0)
        throw new ExpressionError(
          `A closing bracket at position ${i + 1} of “${text}” has no opening one.`,
          i,
        );
    } else if (character === separator && depth === 0) {
      parts.push({ part: text.slice(from, i), position: from });
      from = i + 1;
    }
  }
  if (depth > 0)
    throw new ExpressionError(
      `The bracket at position ${opened + 1} of “${text}” is not closed; “]” was expected.`,
      text.length,
    );
  parts.push({ part: text.slice(from), position: from });
  return parts;
}

const isBracketed = (part: string): boolean => part.startsWith('[') && part.endsWith(']');

/** Reads one key or function. Arguments stay text: a function knows which of them are keys. */
export function parseKeyExpression(text: string): KeyExpression {
  let body = text.trim();
  let offset = text.indexOf(body);
  if (body.startsWith('[') && body.endsWith(']')) {
    body = body.slice(1, -1);
    offset++;
  }
  if (body === '') throw new ExpressionError('A flow key is missing.', 0);
  const [head, ...rest] = split(body, ':');
  return {
    name: head!.part.trim(),
    arguments: rest.map(({ part }) => (isBracketed(part) ? part : part.replace(/\\(.)/g, '$1'))),
    places: rest.map(({ part, position }) => {
      const start = offset + position + (isBracketed(part) ? 1 : 0);
      return { start, end: start + part.length - (isBracketed(part) ? 2 : 0) };
    }),
  };
}

/** Reads a comma list of keys: 'ipsource,ipdestination'. An empty text is no keys. Throws ExpressionError. */
export function parseKeyList(text: string): string[] {
  return splitKeyList(text).map((key) => key.text);
}

/** The keys of a comma list with their places: characters start ≤ c < end. Throws ExpressionError. */
export function splitKeyList(text: string): { text: string; start: number; end: number }[] {
  if (text.trim() === '') return [];
  return split(text, ',').map(({ part, position }) => {
    const key = part.trim();
    if (key === '')
      throw new ExpressionError(`A flow key is missing at position ${position + 1} of “${text}”.`, position);
    const start = position + part.indexOf(key);
    return { text: key, start, end: start + key.length };
  });
}
