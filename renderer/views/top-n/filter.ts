/**
 * From what stands in a row to a filter: the test that a value passes and nothing else does, as short as it can be
 * told.
 */

import { type FilterExpression, type FilterTest, testsOf } from '../../../shared/filter/filter.ts';
import { parseFilter } from '../../../shared/filter/parse.ts';
import { printCondition, printFilter } from '../../../shared/filter/print.ts';
import { readTerms, testOf } from '../../../shared/filter/terms.ts';
import { parseAddress, parseIpv4, parseIpv6, parseMac, parsePrefix } from '../../../shared/format/address.ts';
import { safeText } from '../../../shared/format/text.ts';
import type { FlowKeyDescription } from '../../../shared/model/catalog.ts';
import type { NamedAddress } from '../../../shared/model/knowledge.ts';
import type { TermWords } from '../../components/filter-words.ts';
import type { NameOf } from '../../stores/names.ts';
import type { SeenValue } from '../../stores/seen-values.ts';
import { baseKey, keyLabel, keyText } from './keys.ts';
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
export function termWords(
  term: string,
  descriptions: readonly FlowKeyDescription[],
  nameOf: NameOf = () => null,
): TermWords {
  const test = testOf(term);
  if (test === null)
    return { left: safeText(term).replaceAll('|', ' or '), values: [], sign: '', excluded: false };
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
    values: values.map((value, index) => ({
      text: text(value.text) + (index < values.length - 1 ? ',' : ''),
      known: value.text !== null && isNamed(left.text, value.text) ? nameOf(spelled(value.text)) : null,
    })),
    excluded: operator.startsWith('!'),
  };
}

/** Keys whose values are addresses that may have a name. */
const ADDRESS_KEY = /^(address|ip6?source|ip6?destination|mac|macsource|macdestination|arp\w*|agent)$/;
const isAddressKey = (left: string): boolean => ADDRESS_KEY.test(baseKey(left).replace(/\.\*$/, ''));
const isAddressText = (text: string): boolean => parseAddress(text) !== null || parseMac(text) !== null;
const isNamed = (left: string, text: string): boolean => isAddressKey(left) && isAddressText(text);
/** Names are kept by MAC addresses as twelve digits. */
function spelled(text: string): string {
  const mac = parseMac(text);
  if (mac === null) return text;
  return Array.from(mac, (octet) => octet.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

/** The addresses of a term, as names are asked for. */
export function addressesInTerm(term: string): string[] {
  const { problem } = readTerms(term);
  if (problem !== null) return [];
  return testsOf(parseFilter(term)).flatMap(({ left, values }) =>
    values.flatMap(({ text }) => (text !== null && isNamed(left.text, text) ? [spelled(text)] : [])),
  );
}

/** Whether an address can be a value of a key. */
function fits(left: string, address: string): boolean {
  const key = baseKey(left).replace(/\.\*$/, '');
  if (/^mac/.test(key)) return parseMac(address) !== null;
  if (/^ip6/.test(key)) return parseIpv6(address) !== null;
  if (/^ip(source|destination)$/.test(key)) return parseIpv4(address) !== null;
  return parseAddress(address) !== null;
}

/**
 * A filter in which every name of a host has become its addresses: 'ipsource=web' is 'ipsource=10.0.0.1', and 'web'
 * alone 'address=10.0.0.1'. A name counts whole, whatever its case, or up to a full stop; an unknown one stays.
 */
export async function namesToAddresses(
  text: string,
  find: (name: string) => Promise<readonly NamedAddress[]>,
): Promise<string> {
  const addressesOf = async (left: string, name: string): Promise<string[]> => {
    const wanted = name.toLowerCase();
    const known = (await find(name)).filter(({ address }) => fits(left, address));
    const called = (part: (full: string) => string) =>
      known.filter((one) => part(one.known.name.toLowerCase()) === wanted).map(({ address }) => address);
    const exact = called((full) => full);
    return exact.length > 0 ? exact : called((full) => full.split('.')[0]!);
  };
  if (/^[\w.-]+$/.test(text.trim())) {
    const found = await addressesOf('address', text.trim());
    return found.length > 0 ? printCondition('address', '=', found) : text;
  }
  const { problem } = readTerms(text);
  const expression = problem === null ? parseFilter(text) : null;
  if (expression === null) return text;
  let isChanged = false;
  const resolved = async (one: FilterExpression): Promise<FilterExpression> => {
    if (one.kind !== 'test') return { ...one, parts: await Promise.all(one.parts.map(resolved)) };
    if (one.operator.endsWith('~') || !isAddressKey(one.left.text)) return one;
    const values: FilterTest['values'] = [];
    for (const value of one.values) {
      const isName = value.text !== null && parsePrefix(value.text) === null && !isAddressText(value.text);
      const found = isName ? await addressesOf(one.left.text, value.text!) : [];
      isChanged ||= found.length > 0;
      values.push(...(found.length > 0 ? found.map((address) => ({ ...value, text: address })) : [value]));
    }
    return { ...one, values };
  };
  const next = await resolved(expression);
  return isChanged ? printFilter(next) : text;
}
