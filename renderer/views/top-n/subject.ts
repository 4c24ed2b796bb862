/**
 * What the Top N screen ranks: one of the catalog's views, or a flow definition. Both come to the same: keys, the
 * values that can be shown, and what must hold of the traffic.
 */
import { readTerms } from '../../../shared/filter/terms.ts';
import type { FlowPreset } from '../../../shared/model/catalog.ts';
import type { DefinitionStatus } from '../../../shared/model/definition.ts';

export type Subject = {
  /** As it stands in the list of subjects: a view's id, or a definition's name behind a mark. */
  id: string;
  label: string;
  singular: string;
  plural: string;
  keys: readonly string[];
  /** What can be shown of it, the usual one first. */
  values: readonly string[];
  /** The definition's own filter, term by term. */
  terms: readonly string[];
  /** Discarded packets instead of flow samples. */
  dropped: boolean;
  /** Why it cannot be shown; '' as a rule. */
  problem: string;
};

/** Before the name of a definition in a list that holds views too. */
const MARK = 'definition ';

/** The id of a definition in a list of subjects. */
export const definitionId = (name: string): string => `${MARK}${name}`;

/** The name of the definition that an id stands for; null for a view of the catalog. */
export const definitionOfId = (id: string): string | null =>
  id.startsWith(MARK) ? id.slice(MARK.length) : null;

export function subjectOfPreset({ id, label, singular, plural, keys }: FlowPreset): Subject {
  return {
    id,
    label,
    singular,
    plural,
    keys,
    values: ['bytes', 'frames'],
    terms: [],
    dropped: false,
    problem: '',
  };
}

export function subjectOfDefinition({
  definition,
  label,
  problem,
}: Pick<DefinitionStatus, 'definition' | 'label' | 'problem'>): Subject {
  const { name, keys, value, values, filter, dropped } = definition;
  const read = readTerms(filter);
  return {
    id: definitionId(name),
    label: label || name,
    singular: 'flow',
    plural: `flows of ${label || name}`,
    keys,
    values: [...new Set([value, ...values])],
    terms: read.terms ?? [],
    dropped,
    problem: problem || (read.problem?.message ?? ''),
  };
}
