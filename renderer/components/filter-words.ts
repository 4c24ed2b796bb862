import type { NamedText } from '../../shared/format/named-sentence.ts';
import { plainText } from './table/named-text.ts';

/** A term of a filter as a chip shows it. */
export type TermWords = {
  left: string;
  sign: '=' | '~' | '';
  /** Each with the name of its address, where it has one. */
  values: readonly NamedText[];
  /** Whether it leaves out what it names. */
  excluded: boolean;
};

/** A term in one line: 'not ipsource = web 10.0.0.1'. */
export function plainTerm({ left, sign, values, excluded }: TermWords): string {
  return [excluded ? 'not' : '', left, sign, plainText(values)].filter(Boolean).join(' ');
}
