/** A change in words and figures: what a pattern is, and the sentence that tells why traffic changed. */

import type { NamedText } from '../../../shared/format/named-sentence.ts';
import { formatPercent, MINUS } from '../../../shared/format/rates.ts';
import type { Change, ChangeStatus, Explanation, PatternValue } from '../../../shared/model/explanation.ts';
import { type RateUnit, rateText } from '../../components/chart/unit.ts';
import { plainText } from '../../components/table/named-text.ts';
import type { NameOf } from '../../stores/names.ts';
import { isAddress, keyText, rowParts } from '../top-n/keys.ts';

/** How figures are shown: in which unit, and what the engine's are multiplied by. */
export type Measure = { unit: RateUnit; factor: number };

export const statusWords: Readonly<Record<ChangeStatus, string>> = {
  ...{ new: 'new', gone: 'gone', grown: 'grown', shrunk: 'shrunk', same: 'within the band' },
};

/** The values of a row as people read them, addresses with what they are called. */
export function valueParts(
  keys: readonly string[],
  texts: readonly string[],
  nameOf: NameOf = () => null,
): NamedText[] {
  const shown = texts.map((text, index) => keyText(keys[index]!, text));
  if (keys[0] === 'agent') return [{ text: shown.join(' › '), known: null }];
  const names = texts.map((text, index) => (isAddress(keys[index]!, text) ? nameOf(text) : null));
  return rowParts(keys, shown, names);
}

/** The same as one text. */
export const valueText = (...value: Parameters<typeof valueParts>): string => plainText(valueParts(...value));

/** The addresses among the values of a row, as the engine spells them. */
export const addressesIn = (keys: readonly string[], texts: readonly string[]): string[] =>
  texts.filter((text, index) => isAddress(keys[index]!, text));

/** All addresses that an explanation tells. */
export const addressesOf = ({ dimensions, patterns }: Explanation): string[] => [
  ...dimensions.flatMap(({ keys, rows }) => rows.flatMap(({ keyTexts }) => addressesIn(keys, keyTexts))),
  ...patterns.flatMap(({ values }) =>
    values.flatMap((value) => (value ? addressesIn(value.keys, value.texts) : [])),
  ),
];

export const rate = (value: number, { unit, factor }: Measure): string => rateText(value * factor, unit);

/** '+9.90 Gbit/s'. */
export function signedRate(value: number, measure: Measure): string {
  const text = rate(Math.abs(value), measure);
  return value > 0 ? `+${text}` : value < 0 ? `${MINUS}${text}` : text;
}

/** How many times what was before: '1.5 ×', '12 ×'; in words where that was next to nothing. */
export function timesText(now: number, before: number): string {
  const times = now / before;
  return times < 1000 ? `${Number(times.toPrecision(2))} ×` : 'from nothing';
}

/** How much of a change another one is; NaN where the whole is noise and no part of it can be told. */
export function shareOf(part: Change, total: Change): number {
  return total.status === 'same' ? Number.NaN : part.change / total.change;
}

/** '10.4.1.2 → 10.4.2.2 TCP 5001, entering at leaf1 › swp1'. */
export function patternText(values: readonly (PatternValue | null)[], nameOf?: NameOf): string {
  const [source, destination, application, entering, vlan, vni] = values.map((value) =>
    value ? valueText(value.keys, value.texts, nameOf) : null,
  );
  const ends =
    source && destination
      ? `${source} → ${destination}`
      : source
        ? `from ${source}`
        : destination
          ? `to ${destination}`
          : '';
  return [
    [ends, application].filter(Boolean).join(' '),
    entering ? `entering at ${entering}` : '',
    vlan ? `in VLAN ${vlan}` : '',
    vni ? `of VNI ${vni}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** Patterns that are named in the sentence. */
const NAMED = 2;

/** Why traffic changed, in one to three sentences. */
export function explanationWords(
  { total, patterns }: Explanation,
  measure: Measure,
  nameOf?: NameOf,
): string {
  if (total.before === 0 && total.during === 0) return 'Nothing was heard in either range.';
  if (total.status === 'same')
    return `The difference of ${signedRate(total.change, measure)} lies within its 95 % band of ± ${rate(total.halfWidth, measure)}: it may be chance.`;
  const noun = total.change > 0 ? 'rise' : 'fall';
  const first = `Traffic ${total.change > 0 ? 'rose' : 'fell'} by ${rate(Math.abs(total.change), measure)} ± ${rate(total.halfWidth, measure)}, from ${rate(total.before, measure)} to ${rate(total.during, measure)}.`;
  const causes = patterns.slice(0, NAMED).map((pattern, index) => {
    const share = formatPercent(shareOf(pattern, total));
    const since =
      pattern.status === 'new'
        ? '; new in this range'
        : pattern.status === 'gone'
          ? '; gone in this range'
          : '';
    return `${share} ${index === 0 ? `of the ${noun} ` : ''}is ${patternText(pattern.values, nameOf)}${since}.`;
  });
  if (causes.length === 0) return `${first} No pattern of traffic stands out.`;
  return [first, ...causes].join(' ');
}
