/** A sentence with addresses in it, beside which their names are put: on screens, and in what actions send. */
import type { NameSource } from '../model/interface-name.ts';
import type { NameOrigin } from '../model/knowledge.ts';
import { parseAddress } from './address.ts';

/** A piece of a line: a text and, where it is an address that has one, its name. */
export type NamedText = { text: string; known: { name: string; origin: NameOrigin | NameSource } | null };

/** Whether a text by itself is an address; twelve digits without a letter are taken for a number. */
export const isAddressText = (text: string): boolean =>
  parseAddress(text) !== null || (/^[0-9A-F]{12}$/.test(text) && /[A-F]/.test(text));

/** What may be an address within a sentence; a full stop or colon at its end is the sentence's. */
const MAYBE_ADDRESS = /[0-9A-Fa-f:][0-9A-Fa-f:.]{5,}[0-9A-Fa-f]|::[0-9A-Fa-f]+/g;

export const addressesInSentence = (sentence: string): string[] =>
  (sentence.match(MAYBE_ADDRESS) ?? []).filter(isAddressText);

/** A sentence with the names of the addresses in it. */
export function sentenceParts(
  sentence: string,
  nameOf: (address: string) => NamedText['known'],
): NamedText[] {
  const parts: NamedText[] = [];
  let at = 0;
  for (const { 0: text, index } of sentence.matchAll(MAYBE_ADDRESS)) {
    const known = isAddressText(text) ? nameOf(text) : null;
    // Said already, as what a user calls a switch stands before its address.
    if (known === null || sentence.slice(at, index).trimEnd().endsWith(known.name)) continue;
    if (index > at) parts.push({ text: sentence.slice(at, index), known: null });
    parts.push({ text, known });
    at = index + text.length;
  }
  if (at < sentence.length || parts.length === 0) parts.push({ text: sentence.slice(at), known: null });
  return parts;
}

/** The same as one text: 'web 10.0.0.1 at spine1 is 4 Mbit/s, above 2 Mbit/s.' */
export const plainSentence = (parts: readonly NamedText[]): string =>
  parts.map(({ text, known }) => (known ? `${known.name} ${text}` : text)).join('');
