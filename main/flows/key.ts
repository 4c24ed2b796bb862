/**
 * What a compiled flow key is, and what a key function promises. The first word of a compiled key is its tag:
 * 0 says that the key is absent, and then all of its words are 0, so that equal keys have equal words.
 */
import type { KeyType } from '../../shared/model/catalog.ts';
import type { Sample } from '../samples/sample.ts';

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
  read(sample: Sample, out: Uint32Array, at: number): void;
  /** The key as text, '' where it is absent. */
  text(from: Uint32Array, at: number, names: KeyNames): string;
};

/** One function of the key language; `compile` throws KeyError on arguments it cannot take. */
export type KeyFunction = {
  name: string;
  about: string;
  example: string;
  compile(keyArguments: string[], compileKey: (text: string) => CompiledKey): CompiledKey;
};

/** A key or function that does not exist or is used wrongly: one sentence for the user. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}
