/**
 * From what stands in a row to a filter: the test that a value passes and nothing else does, as short as it can be
 * told.
 */

import { printCondition } from '../../../shared/filter/print.ts';
import { testOf } from '../../../shared/filter/terms.ts';
import { parseIpv4, parseIpv6 } from '../../../shared/format/address.ts';
import { safeText } from '../../../shared/format/text.ts';
import type { FlowKeyDescription } from '../../../shared/model/catalog.ts';
import type { TermWords } from '../../components/filter-words.ts';
import type { SeenValue } from '../../stores/seen-values.ts';
import { keyLabel, keyText } from './keys.ts';
import type { TopRow } from './rows.ts';

/** `or:ipsource:ip6source` had the value from one of its keys: an address tells which. */
export function keyOf(key: string, raw: string): string {
  const [name, ...alternatives] = key.split(':');
  if (name !== 'or' || key.includes('[')) return key;
  const version = parseIpv4(raw) !== null ? /^ip(source|destination)/ : parseIpv6(raw) ? /^ip6/ : null;
  return (version && alternatives.find((one) => version.test(one))) ?? key;
}

/** The test that a value of a row passes, or that leaves it out; an absent one is null. */
export function conditionOf(key: string, raw: string, operator: '=' | '!='): string {
  return printCondition(keyOf(key, raw), operator, [raw === '' ? null : raw]);
}

/** The terms that hold for a whole row and no other. */
export function rowTerms(keys: readonly string[], row: Pick<TopRow, 'raw'>): string[] {
  return keys.map((key, index) => conditionOf(key, row.raw[index] ?? '', '='));
}

/** One term that holds for all rows but this. */
export function rowExclusion(keys: readonly string[], row: Pick<TopRow, 'raw'>): string {
  return keys.map((key, index) => conditionOf(key, row.raw[index] ?? '', '!=')).join('|');
}

/** The values of the rows by key as a filter names it. */
export function seenIn(
  keys: readonly string[],
  rows: readonly Pick<TopRow, 'raw' | 'texts'>[],
): Map<string, SeenValue[]> {
  const seen = new Map<string, SeenValue[]>();
  for (const row of rows) {
    for (const [index, key] of keys.entries()) {
      const text = row.raw[index] ?? '';
      if (text === '') continue;
      const name = keyOf(key, text);
      const known = seen.get(name) ?? [];
      if (known.some((one) => one.text === text)) continue;
      seen.set(name, [...known, { text, label: row.texts[index] ?? '' }]);
    }
  }
  return seen;
}

/** A term in words: names for numbers, the heading of a function of keys. */
export function termWords(term: string, descriptions: readonly FlowKeyDescription[]): TermWords {
  const test = testOf(term);
  if (test === null)
    return { left: safeText(term).replaceAll('|', ' or '), values: '', sign: '', excluded: false };
  const { left, operator, values } = test;
  const isPattern = operator.endsWith('~');
  const text = (value: string | null): string => {
    if (value === null) return 'none';
    // Names stand for numbers only: what was typed as a name is one already.
    const said = isPattern || !/^[0-9A-Fa-f:.]+$/.test(value) ? safeText(value) : keyText(left.text, value);
    return said === 'NaN' ? safeText(value) : said;
  };
  return {
    left: /[:[]/.test(left.text) ? keyLabel(left.text, descriptions).toLowerCase() : safeText(left.text),
    sign: isPattern ? '~' : '=',
    values: values.map((value) => text(value.text)).join(', '),
    excluded: operator.startsWith('!'),
  };
}
