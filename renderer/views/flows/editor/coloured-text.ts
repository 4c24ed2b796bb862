/** A definition's text in parts that are coloured alike: for the eye only, so a text with mistakes is coloured too. */
import type { TextProblem } from '../../../../shared/definition/text.ts';

export type TextPart = {
  text: string;
  kind: 'name' | 'string' | 'comment' | 'sign' | 'plain';
  wrong: boolean;
};

const TOKENS =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?)|(?<sign>[{}[\],:]+)|(?<plain>[^"'/{}[\],:]+|\/)/g;

/** The parts, which together are the text; those that a problem is about are marked. */
export function colouredText(text: string, problems: readonly TextProblem[]): TextPart[] {
  const parts: TextPart[] = [];
  for (const match of text.matchAll(TOKENS)) {
    const { comment, string, sign } = match.groups!;
    const [token] = match;
    const behind = text.slice(match.index + token.length);
    const isName = sign === undefined && comment === undefined && /^\s*:/.test(behind);
    const kind =
      comment !== undefined
        ? 'comment'
        : isName
          ? 'name'
          : string !== undefined
            ? 'string'
            : sign !== undefined
              ? 'sign'
              : 'plain';
    for (const piece of cut(token, match.index, problems)) parts.push({ ...piece, kind });
  }
  return parts;
}

/** A token cut where problems begin and end. A problem without a width marks the character before its place. */
function cut(
  token: string,
  at: number,
  problems: readonly TextProblem[],
): { text: string; wrong: boolean }[] {
  const end = at + token.length;
  const spans = problems.map(({ start, end: last }) =>
    last > start ? { start, end: last } : { start: Math.max(0, start - 1), end: start },
  );
  const edges = spans
    .flatMap(({ start, end: last }) => [start, last])
    .filter((edge) => edge > at && edge < end);
  const marks = [...new Set([at, ...edges, end])].toSorted((a, b) => a - b);
  return marks.slice(0, -1).map((from, index) => ({
    text: token.slice(from - at, marks[index + 1]! - at),
    wrong: spans.some(({ start, end: last }) => start <= from && from < last),
  }));
}
