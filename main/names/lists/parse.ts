/**
 * The blocks of a list: one a line, with remarks and further columns as such lists have them, or the matches of a
 * pattern that the user gave. What is no block is passed over and counted; a list is bounded.
 */
import { RE2JS } from 're2js';
import { parsePrefix } from '../../../shared/format/address.ts';

export const MOST_BLOCKS = 100_000;

export type ParsedList = { blocks: string[]; passedOver: number; isCut: boolean };

/** Throws an Error with a sentence where the pattern is none. */
export function patternOf(text: string): RE2JS {
  try {
    return RE2JS.compile(text, RE2JS.MULTILINE);
  } catch (error) {
    const why =
      error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it cannot be read';
    throw new Error(`The pattern is no regular expression (${why}).`);
  }
}

/** `pattern` null: a block a line. */
export function parseList(text: string, pattern: RE2JS | null): ParsedList {
  const blocks = new Set<string>();
  let passedOver = 0;
  for (const candidate of pattern === null ? firstWords(text) : matches(text, pattern)) {
    const block = blockText(candidate);
    if (block === null) passedOver++;
    else if (blocks.size >= MOST_BLOCKS && !blocks.has(block))
      return { blocks: [...blocks], passedOver, isCut: true };
    else blocks.add(block);
  }
  return { blocks: [...blocks], passedOver, isCut: false };
}

/** A block that `group:` can hold; null for anything else, and for one that would hold every address. */
function blockText(text: string): string | null {
  const prefix = parsePrefix(text);
  return prefix === null || prefix.bits === 0 ? null : text;
}

function* firstWords(text: string): Generator<string> {
  for (const line of lines(text)) {
    const word = /^[\s"']*([^\s,;#"']*)/.exec(line)![1]!;
    // A remark, or an empty line.
    if (word === '' || word.startsWith('//')) continue;
    yield word;
  }
}

/** Line by line, without a copy of all of them. */
function* lines(text: string): Generator<string> {
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    yield text.slice(at, end < 0 ? undefined : Math.min(end, at + 1024)).trim();
    at = end < 0 ? text.length : end + 1;
  }
}

function* matches(text: string, pattern: RE2JS): Generator<string> {
  const matcher = pattern.matcher(text);
  // As in the article on ERSPAN: the whole match, or the first group where the pattern begins with one.
  while (matcher.find()) yield matcher.group(0)!.trim();
}
