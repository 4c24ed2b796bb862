/**
 * Which of the flow definitions that a user or a script made are written to the store minute by minute, so that they
 * can still be asked of a time whose recording has gone, and in one sentence why another is not. What is kept stays
 * kept; a newer one waits until there is room. One that is deleted and made again has minutes from both times: what lies
 * between is remembered, as nothing is known of it.
 */
import * as v from 'valibot';
import type { DefinitionStatus, FlowDefinition } from '../../shared/model/definition.ts';
import type { Gap, Interval } from '../../shared/model/question.ts';
import { type DocumentShelf, trendName } from '../../shared/model/store.ts';
import type { FunctionContext } from '../flows/functions/context.ts';
import { flowPresets } from '../flows/presets.ts';
import { compileValue } from '../flows/value.ts';
import { type Counted, storedAs } from './table-for.ts';

/** Definitions kept beside the presets: each is one more table that every sample is put into. */
export const MOST_KEPT = 32;

const SHELF = 'definition-pause';
/** Pauses of one definition, and definitions of which any are remembered. */
const MOST_PAUSES = 50;
const MOST_PAUSED = 500;
const pausesSchema = v.pipe(v.array(v.tuple([v.number(), v.nullable(v.number())])), v.maxLength(MOST_PAUSES));

/** From when to when a definition was not kept; null: it is not kept now. */
type Pause = [fromMs: number, toMs: number | null];

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
  readonly #documents: DocumentShelf;
  readonly #nowMs: () => number;
  #kept = new Map<string, FlowDefinition>();
  readonly #pauses = new Map<string, Pause[]>();

  constructor(context: FunctionContext, documents: DocumentShelf, nowMs: () => number) {
    this.#context = context;
    this.#documents = documents;
    this.#nowMs = nowMs;
  }

  /** Reads what is remembered; before any definitions are set. */
  async start(): Promise<void> {
    for (const [name, body] of await this.#documents.all(SHELF)) {
      const pauses = v.safeParse(pausesSchema, parsed(body));
      if (pauses.success) this.#pauses.set(name, pauses.output);
    }
  }

  /** When minutes of something were not kept, of a range in which they were kept before and after. */
  pausesOf(counted: Counted, { fromMs, toMs }: Interval): Gap[] {
    return (this.#pauses.get(nameOf(counted)) ?? [])
      .map(([from, to]) => ({ fromMs: Math.max(fromMs, from), toMs: Math.min(toMs, to ?? toMs) }))
      .filter((gap) => gap.toMs > gap.fromMs)
      .map((gap) => ({ ...gap, why: 'not kept' }));
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
    const before = [...this.#kept.keys()];
    this.#kept = new Map([...staying, ...fresh].slice(0, MOST_KEPT).map((name) => [name, wanted.get(name)!]));
    for (const name of before) if (!this.#kept.has(name)) this.#pause(name);
    for (const name of this.#kept.keys()) this.#resume(name);
    return [...this.#kept.values()];
  }

  #pause(name: string): void {
    const pauses = this.#pauses.get(name) ?? [];
    pauses.push([this.#nowMs(), null]);
    this.#pauses.delete(name);
    this.#pauses.set(name, pauses.slice(-MOST_PAUSES));
    this.#keep(name);
    for (const oldest of [...this.#pauses.keys()].slice(0, -MOST_PAUSED)) {
      this.#pauses.delete(oldest);
      this.#documents.delete(SHELF, oldest).catch(() => {});
    }
  }

  #resume(name: string): void {
    const last = this.#pauses.get(name)?.at(-1);
    if (!last || last[1] !== null) return;
    last[1] = this.#nowMs();
    this.#keep(name);
  }

  #keep(name: string): void {
    // A pause that cannot be written is told as nothing heard; the store tells of a full disk.
    this.#documents.put(SHELF, name, JSON.stringify(this.#pauses.get(name))).catch(() => {});
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
