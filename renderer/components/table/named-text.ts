/** Text in which addresses stand beside their names: what `AddressText` draws, and the same as plain text. */
import { NAME_SOURCE_WORDS, ORIGIN_WORDS } from '../../../shared/format/name-source.ts';
import type { NameSource } from '../../../shared/model/interface-name.ts';
import type { NameOrigin } from '../../../shared/model/knowledge.ts';

const WORDS = { ...NAME_SOURCE_WORDS, ...ORIGIN_WORDS };

/** A piece of a line: a text and, where it is an address that has one, its name. */
export type NamedText = { text: string; known: { name: string; origin: NameOrigin | NameSource } | null };

/** 'web 192.0.2.1:443 → db 192.0.2.2:5432'. */
export const plainText = (parts: readonly NamedText[]): string =>
  parts.map(({ text, known }) => (known ? `${known.name} ${text}` : text)).join(' ');

/** The whole of it, and below it where each name is from. */
export function aboutText(parts: readonly NamedText[]): string {
  const origins = parts.flatMap(({ known }) => (known ? [`${known.name}: ${WORDS[known.origin]}`] : []));
  return [plainText(parts), ...new Set(origins)].join('\n');
}
