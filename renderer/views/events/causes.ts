/** From a cause of an event to the traffic it is: keys and values as terms of a filter. */
import { readTerms } from '../../../shared/filter/terms.ts';
import type { Contributor, WeirEvent } from '../../../shared/model/event.ts';
import { conditionOf } from '../top-n/filter.ts';

/** The keys of a text such as `ipsource,mask:ipdestination:16`. */
export const keysOf = (keys: string): string[] => keys.split(',').filter(Boolean);

/** The values by key; null where they cannot be told apart, as one of them holds a comma. */
export function valuesOf({
  keys,
  key,
}: Pick<Contributor, 'keys' | 'key'>): [key: string, value: string][] | null {
  const names = keysOf(keys);
  const values = key.split(',');
  return names.length > 0 && names.length === values.length
    ? names.map((name, index) => [name, values[index]!])
    : null;
}

/** The terms of the filter that passes one cause of an event; the event's own where it cannot be told. */
export function causeTerms(
  cause: Pick<Contributor, 'keys' | 'key'>,
  evidence: WeirEvent['evidence'],
): string[] {
  const own = readTerms(evidence.filter).terms ?? [];
  const values = valuesOf(cause);
  return values === null ? own : values.map(([key, value]) => conditionOf(key, value, '='));
}
