/**
 * Which of the flow definitions that a user or a script made are written to the store minute by minute, so that they
 * can still be asked of a time whose recording has gone, and in one sentence why another is not. What is kept stays
 * kept; a newer one waits until there is room.
 */
import type { DefinitionStatus, FlowDefinition } from '../../shared/model/definition.ts';
import { trendName } from '../../shared/model/store.ts';
import type { FunctionContext } from '../flows/functions/context.ts';
import { flowPresets } from '../flows/presets.ts';
import { compileValue } from '../flows/value.ts';
import { type Counted, storedAs } from './table-for.ts';

/** Definitions kept beside the presets: each is one more table that every sample is put into. */
export const MOST_KEPT = 32;

export type Storing = Pick<DefinitionStatus, 'trend' | 'notStored'>;

export const NOT_STORED = {
  capture: 'A capture is read again for each question; nothing of it has to be stored.',
  memory: 'Nothing is stored: this Weir was started without a data directory.',
} as const;

const nameOf = (counted: Counted): string => trendName(storedAs(counted));
const PRESETS: ReadonlySet<string> = new Set(
  [[], ...flowPresets.map(({ keys }) => keys)].map((keys) => nameOf({ keys, filter: '', value: 'bytes' })),
);

export class KeptDefinitions {
  readonly #context: FunctionContext;
  #kept = new Map<string, FlowDefinition>();

  constructor(context: FunctionContext) {
    this.#context = context;
  }

  /** Takes the definitions as they are now; returns those that are kept. */
  set(definitions: readonly FlowDefinition[]): FlowDefinition[] {
    const wanted = new Map(
      definitions
        .filter((one) => this.#isSum(one) && !PRESETS.has(nameOf(one)))
        .map((one) => [nameOf(one), one]),
    );
    const staying = [...this.#kept.keys()].filter((name) => wanted.has(name));
    const fresh = [...wanted.keys()].filter((name) => !this.#kept.has(name));
    this.#kept = new Map([...staying, ...fresh].slice(0, MOST_KEPT).map((name) => [name, wanted.get(name)!]));
    return [...this.#kept.values()];
  }

  /** What a definition is called among the trends, or why it is not there. */
  storing(definition: FlowDefinition, isPreset: boolean): Storing {
    const name = nameOf(definition);
    if (PRESETS.has(name) || this.#kept.has(name)) return { trend: name, notStored: '' };
    return { trend: '', notStored: this.#whyNot(definition, isPreset) };
  }

  #whyNot(definition: FlowDefinition, isPreset: boolean): string {
    if (!this.#isSum(definition))
      return `Minutes are added up to hours and days, and “${definition.value}” cannot be: it is neither a sum nor a mean.`;
    if (isPreset) return 'What comes with Weir is not stored by the minute; a copy of it is.';
    return `${MOST_KEPT} definitions are stored by the minute already; delete one that is, and this one takes its place.`;
  }

  #isSum({ value }: FlowDefinition): boolean {
    const { aggregate } = compileValue(value, this.#context);
    return aggregate === 'rate' || aggregate === 'avg';
  }
}
