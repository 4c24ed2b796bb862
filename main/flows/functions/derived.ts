/**
 * Text made from the texts of other keys, once for each distinct combination of their words: the result is kept by
 * those words, so that a function costs a look-up per sample. What is kept is bounded (past it, it begins anew),
 * and is made anew when the context has a new revision.
 */
import { KeyTable } from '../../samples/key-table.ts';
import type { Sample } from '../../samples/sample.ts';
import { TEXT } from '../form.ts';
import { type CompiledKey, compiledKey } from '../key.ts';
import { texts } from '../text-table.ts';
import type { FunctionContext } from './context.ts';

/** Combinations of words whose results are kept. */
const CAPACITY = 65_536;
const ABSENT = -1;

/** Results by the words of some keys: `ABSENT`, or a number of 0 or more. */
class Results {
  readonly #sources: readonly CompiledKey[];
  readonly #context: FunctionContext;
  readonly #make: (sourceTexts: readonly string[]) => number;
  readonly #scratch: Uint32Array;
  readonly #capacity: number;
  #table: KeyTable;
  #results = new Int32Array(64);
  #revision: number;

  constructor(
    sources: readonly CompiledKey[],
    context: FunctionContext,
    make: (sourceTexts: readonly string[]) => number,
    capacity: number,
  ) {
    this.#capacity = capacity;
    this.#sources = sources;
    this.#context = context;
    this.#make = make;
    this.#scratch = new Uint32Array(sources.reduce((sum, key) => sum + key.words, 0));
    this.#table = this.#newTable();
    this.#revision = context.revision();
  }

  #newTable(): KeyTable {
    return new KeyTable(this.#scratch.length, this.#capacity, 64);
  }

  of(sample: Sample): number {
    const revision = this.#context.revision();
    if (revision !== this.#revision) {
      this.#revision = revision;
      this.#table = this.#newTable();
    }
    const sources = this.#sources;
    let at = 0;
    for (let i = 0; i < sources.length; i++) {
      sources[i]!.read(sample, this.#scratch, at);
      at += sources[i]!.words;
    }
    const before = this.#table.size;
    let id = this.#table.intern(this.#scratch, 0);
    if (id < 0) {
      this.#table = this.#newTable();
      id = this.#table.intern(this.#scratch, 0);
    } else if (id < before) return this.#results[id]!;
    return this.#keep(id);
  }

  #keep(id: number): number {
    if (id >= this.#results.length) {
      const larger = new Int32Array(this.#results.length * 2);
      larger.set(this.#results);
      this.#results = larger;
    }
    let at = 0;
    const sourceTexts: string[] = [];
    for (const key of this.#sources) {
      sourceTexts.push(key.text(this.#scratch, at, this.#context.names));
      at += key.words;
    }
    const result = this.#make(sourceTexts);
    this.#results[id] = result;
    return result;
  }
}

/**
 * A key whose text `make` makes from the texts of others ('' for an absent one); null for absent. At most `capacity`
 * results are kept.
 */
export function derivedKey(
  label: string,
  sources: readonly CompiledKey[],
  context: FunctionContext,
  make: (...sourceTexts: readonly string[]) => string | null,
  capacity = CAPACITY,
): CompiledKey {
  const results = new Results(
    sources,
    context,
    (sourceTexts) => {
      const text = make(...sourceTexts);
      return text === null ? ABSENT : texts.ofText(text);
    },
    capacity,
  );
  return compiledKey(label, TEXT, (sample, out, at) => {
    const result = results.of(sample);
    if (result < 0) return false;
    out[at] = result;
    return true;
  });
}

/** As {@link derivedKey} for a function of one key, which is absent where that key is. */
export function derivedFrom(
  source: CompiledKey,
  context: FunctionContext,
  make: (sourceText: string) => string | null,
): CompiledKey {
  return derivedKey(source.label, [source], context, (text = '') => (text === '' ? null : make(text)));
}

/** A question about the texts of some keys, answered per sample: 1 yes, 0 no, below 0 neither. */
export function derivedTest(
  sources: readonly CompiledKey[],
  context: FunctionContext,
  test: (...sourceTexts: readonly string[]) => boolean | null,
): (sample: Sample) => number {
  const results = new Results(
    sources,
    context,
    (sourceTexts) => {
      const answer = test(...sourceTexts);
      return answer === null ? ABSENT : answer ? 1 : 0;
    },
    CAPACITY,
  );
  return (sample) => results.of(sample);
}
