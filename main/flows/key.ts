/**
 * What a compiled flow key is, and what a key function promises. The first word of a compiled key is its tag:
 * 0 says that the key is absent, and then all of its words are 0, so that equal keys have equal words; the
 * reverse holds for all keys but those that are named when they are shown (agent, ifname).
 *
 * Words of a key with `stable` mean the same in every process. Only definitions all of whose keys are stable may
 * have their words stored; texts and stacks are numbers that hold for the life of a thread.
 */
import type { KeyType } from '../../shared/model/catalog.ts';
import type { Sample } from '../samples/sample.ts';
import type { Form } from './form.ts';
import type { FunctionContext } from './functions/context.ts';

/** What text of a key may need beside its words: names that the network gave its agents and interfaces. */
export type KeyNames = {
  /** Host name of an agent by its address, '' where none was heard. */
  agentName(address: string): string;
  /** Name of an interface, 'if N' where none was heard. */
  interfaceName(address: string, ifIndex: number): string;
};

export type CompiledKey = {
  words: number;
  label: string;
  type: KeyType;
  /** How the words behind the tag are spelled. */
  form: Form;
  /** Whether the words may be stored. */
  stable: boolean;
  /** Writes all of `words`, on the hot path: no allocation. */
  read(sample: Sample, out: Uint32Array, at: number): void;
  /** The key as text, '' where it is absent. */
  text(from: Uint32Array, at: number, names: KeyNames): string;
  /** The key as a number; NaN where it is absent or no number. */
  number(from: Uint32Array, at: number): number;
};

/**
 * A key of a form by the reader of its value, which writes the form's words from `at` on, or answers false
 * where the sample has none, whatever it wrote.
 */
export function compiledKey(
  label: string,
  form: Form,
  read: (sample: Sample, out: Uint32Array, at: number) => boolean,
): CompiledKey {
  const { words } = form;
  return {
    words: words + 1,
    label,
    type: form.type,
    form,
    stable: form.stable,
    read(sample, out, at) {
      if (read(sample, out, at + 1)) {
        out[at] = 1;
        return;
      }
      for (let word = 0; word <= words; word++) out[at + word] = 0;
    },
    text: (from, at, names) => (from[at] === 0 ? '' : form.text(from, at + 1, names)),
    number: (from, at) => (from[at] === 0 ? Number.NaN : form.number(from, at + 1)),
  };
}

/** One function of the key language; `compile` throws KeyError on arguments it cannot take. */
export type KeyFunction = {
  name: string;
  about: string;
  example: string;
  compile(
    keyArguments: readonly string[],
    compileKey: (text: string) => CompiledKey,
    context: FunctionContext,
  ): CompiledKey;
};

/** A key or function that does not exist or is used wrongly: one sentence for the user. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
  /** The argument of a function that it is about; null for all of what was written, or where `place` tells. */
  readonly argument: string | null;
  /** Where in what was written: characters start ≤ c < end; null for all of it. */
  readonly place: Place | null;
  constructor(message: string, argument: string | null = null, place: Place | null = null) {
    super(message);
    this.argument = argument;
    this.place = place;
  }
}

export type Place = { start: number; end: number };
