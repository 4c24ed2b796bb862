/**
 * A key expression compiled once into two closures: `read` for every sample, `text` for every key that is
 * shown.
 */
import { ExpressionError, parseKeyExpression } from '../../shared/filter/expression.ts';
import { MAX_LAYERS } from '../packet/header.ts';
import type { Sample } from '../samples/sample.ts';
import { keyFunctions } from './functions/list.ts';
import { type CompiledKey, KeyError } from './key.ts';
import { type FlowKey, flowKey } from './keys.ts';

function compileLine(line: FlowKey, layer: number): CompiledKey {
  const { words, read, text } = line;
  return {
    words: words + 1,
    label: line.label,
    type: line.type,
    read(sample, out, at) {
      if (
        (layer < sample.header.depth || !line.layered) &&
        read(sample, sample.header.layers[layer]!, out, at + 1)
      ) {
        out[at] = 1;
        return;
      }
      for (let word = 0; word <= words; word++) out[at + word] = 0;
    },
    text: (from, at, names) => (from[at] === 0 ? '' : text(from, at + 1, names)),
  };
}

/** Compiles a key or function. Throws KeyError with a sentence that names what is wrong. */
export function compileKey(text: string): CompiledKey {
  let expression: ReturnType<typeof parseKeyExpression>;
  try {
    expression = parseKeyExpression(text);
  } catch (error) {
    if (error instanceof ExpressionError) throw new KeyError(error.message);
    throw error;
  }
  const { name } = expression;
  if (expression.arguments.length > 0) {
    const keyFunction = keyFunctions.find((known) => known.name === name);
    if (!keyFunction) throw new KeyError(`There is no key function “${name}”.`);
    return keyFunction.compile(expression.arguments, compileKey);
  }
  const layered = /^(.*)\.(\d)$/.exec(name);
  const line = flowKey(layered ? layered[1]! : name);
  if (!line) throw new KeyError(`There is no flow key “${name}”.`);
  const layer = layered ? Number(layered[2]) : 0;
  if (layer > 0 && !line.layered) throw new KeyError(`The flow key “${line.name}” has no inner layers.`);
  if (layer >= MAX_LAYERS)
    throw new KeyError(`Layers count from 0 to ${MAX_LAYERS - 1}; “${name}” asks for ${layer}.`);
  return compileLine(line, layer);
}

export type CompiledKeys = {
  words: number;
  keys: readonly CompiledKey[];
  /** Where each key's words begin. */
  at: readonly number[];
  read(sample: Sample, out: Uint32Array, at: number): void;
};

/** Compiles the keys of a definition into one run of words. Throws KeyError. */
export function compileKeys(names: readonly string[]): CompiledKeys {
  if (names.length > 16) throw new KeyError('A flow definition has at most 16 keys.');
  const keys = names.map(compileKey);
  const at: number[] = [];
  let words = 0;
  for (const key of keys) {
    at.push(words);
    words += key.words;
  }
  return {
    words,
    keys,
    at,
    read(sample, out, offset) {
      for (let i = 0; i < keys.length; i++) keys[i]!.read(sample, out, offset + at[i]!);
    },
  };
}
