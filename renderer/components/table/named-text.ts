/** Text in which addresses stand beside their names as `AddressText` draws it: as plain text, and where the names are from. */
import { NAME_SOURCE_WORDS, ORIGIN_WORDS } from '../../../shared/format/name-source.ts';
import type { NamedText } from '../../../shared/format/named-sentence.ts';

const WORDS = { ...NAME_SOURCE_WORDS, ...ORIGIN_WORDS };

/** 'web 192.0.2.1:443 → db 192.0.2.2:5432'. */
export const plainText = (parts: readonly NamedText[]): string =>
  parts.map(({ text, known }) => (known ? `${known.name} ${text}` : text)).join(' ');

/** The whole of it, and below it where each name is from. */
export function aboutText(parts: readonly NamedText[]): string {
  const origins = parts.flatMap(({ known }) => (known ? [`${known.name}: ${WORDS[known.origin]}`] : []));
  return [plainText(parts), ...new Set(origins)].join('\n');
}
