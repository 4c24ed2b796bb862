/** What a flow definition is where nothing is said, and the short form that says only what differs. */
import type { DefinitionInput, FlowDefinition } from '../model/definition.ts';

/** sFlow-RT's defaults (define_flow). */
export const DEFINITION_DEFAULTS: Omit<FlowDefinition, 'name'> = {
  keys: [],
  value: 'bytes',
  values: [],
  filter: '',
  n: 5,
  t: 2,
  dropped: false,
  fs: ',',
  log: false,
  flowStart: false,
  activeTimeout: 60,
  aggMode: 'max',
};

/** What a new definition begins with: the defaults under Weir's own counting rule. */
export const NEW_DEFINITION: Omit<FlowDefinition, 'name'> = { ...DEFINITION_DEFAULTS, aggMode: 'once' };

/** The attributes in the order in which they are written. */
export const DEFINITION_ATTRIBUTES = Object.keys(DEFINITION_DEFAULTS) as (keyof typeof DEFINITION_DEFAULTS)[];

/** A definition in its shortest form: keys and value, and what is not as by default. */
export function shortDefinition(definition: Omit<FlowDefinition, 'name'>): DefinitionInput {
  const input: Record<string, unknown> = {};
  for (const attribute of DEFINITION_ATTRIBUTES) {
    const value = definition[attribute];
    const isDefault = JSON.stringify(value) === JSON.stringify(DEFINITION_DEFAULTS[attribute]);
    if (!isDefault || attribute === 'keys' || attribute === 'value')
      input[attribute] = Array.isArray(value) ? value.join(',') : value;
  }
  return input;
}
