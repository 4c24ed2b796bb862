/**
 * Text that came from the network (names, URLs, user agents) before it is shown. Whoever sends it may be
 * hostile: control characters could drive a terminal, bidirectional overrides could make a name read as
 * another, a megabyte could fill the screen. After `safeText` none of that is left. It does not make text
 * safe as markup or as a formula: the renderer interpolates text only, and csv.ts guards formulas itself.
 */

/** Long enough for any DNS name. */
export const DEFAULT_TEXT_LENGTH = 255;

const REPLACEMENT = '\uFFFD';

/**
 * Control characters (C0, C1, DEL), lone surrogates, bidirectional controls, zero-width and other invisible
 * format characters, line and paragraph separators, tag characters, non-characters.
 */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the expression is for
  /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF0-\uFFFB\uFFFE\uFFFF\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}\p{Cs}]/gu;

/**
 * Makes what could mislead visible: control characters become their pictures (␀ ␊ ␛), other invisible or
 * reordering characters U+FFFD. At most `maxLength` characters are kept, the last of them '…' where some were
 * left out. Text without any of this is returned as it is, so the function may be applied twice.
 */
export function safeText(text: string, maxLength: number = DEFAULT_TEXT_LENGTH): string {
  return boundText(text, maxLength).replace(UNSAFE, (character) => {
    const code = character.codePointAt(0)!;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : REPLACEMENT;
  });
}

/** Keeps at most `maxLength` characters (code points) without walking more of the text than that. */
function boundText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  let kept = 0;
  let end = 0;
  let endBeforeLast = 0;
  for (const character of text) {
    if (kept === maxLength) return maxLength > 0 ? `${text.slice(0, endBeforeLast)}…` : '';
    endBeforeLast = end;
    end += character.length;
    kept++;
  }
  return text;
}

/** Shortens in the middle, where names differ least: 'leaf1-rack…swp32s0'. */
export function middleCut(text: string, maxLength: number): string {
  const characters = [...text];
  if (characters.length <= maxLength) return text;
  if (maxLength < 3) return characters.slice(0, Math.max(0, maxLength)).join('');
  const head = Math.ceil((maxLength - 1) / 2);
  const tail = maxLength - 1 - head;
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - tail).join('')}`;
}
