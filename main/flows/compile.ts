/**
 * A key expression compiled once into two closures: `read` for every sample, `text` for every key that is
 * shown.
 */
import { ExpressionError, type KeyExpression, parseKeyExpression } from '../../shared/filter/expression.ts';
import { MAX_LAYERS } from '../packet/header.ts';
import type { Sample } from '../samples/sample.ts';
import { type FunctionContext, NO_CONTEXT } from './functions/context.ts';
import { keyFunctions } from './functions/list.ts';
import { type CompiledKey, compiledKey, KeyError, type KeyFunction } from './key.ts';
import type { FlowKey } from './keys/line.ts';
import { flowKey, flowKeys } from './keys.ts';
import { nearestName } from './nearest-name.ts';

export const MOST_KEYS = 16;

/** One closure per key, not one inside another: this is the innermost call of the hot path. */
function compileLine(line: FlowKey, layer: number, context: FunctionContext): CompiledKey {
  const { label, form, layered, otherwise } = line;
  const read = line.reader(context);
  const { words } = form;
  if (layered && layer === 0 && otherwise !== null)
    return compiledKey(label, form, (sample, out, at) => {
      const outermost = sample.header.layers[0];
      return (
        (sample.header.depth > 0 && read(sample, outermost, out, at)) || otherwise(sample, outermost, out, at)
      );
    });
  return {
    ...compiledKey(label, form, () => false),
    read(sample, out, at) {
      if (
        (layer < sample.header.depth || !layered) &&
        read(sample, sample.header.layers[layer]!, out, at + 1)
      ) {
        out[at] = 1;
        return;
      }
      for (let word = 0; word <= words; word++) out[at + word] = 0;
    },
  };
}

/** The end of the sentence that refuses a name: what it may have been meant for. */
function suggestion(name: string): string {
  const near = nearestName(
    name,
    [...flowKeys, ...keyFunctions].map((known) => known.name),
  );
  return near === null ? '.' : `; the nearest is “${near}”.`;
}

const functionNamed = (name: string) => keyFunctions.find((known) => known.name === name);

/**
 * Compiles a key or function; what functions need to know beside the sample comes from `context`. Throws KeyError
 * with a sentence that names what is wrong.
 */
export function compileKey(text: string, context: FunctionContext = NO_CONTEXT): CompiledKey {
  let expression: ReturnType<typeof parseKeyExpression>;
  try {
    expression = parseKeyExpression(text);
  } catch (error) {
    if (error instanceof ExpressionError) throw new KeyError(error.message);
    throw error;
  }
  const { name } = expression;
  if (expression.arguments.length > 0) {
    const keyFunction = functionNamed(name);
    if (keyFunction) return compileFunction(keyFunction, expression, context);
    if (flowKey(name))
      throw new KeyError(`The flow key “${name}” takes no arguments; “${text}” gives it some.`);
    throw new KeyError(`There is no key function “${name}”${suggestion(name)}`);
  }
  const layered = /^(.*)\.(\d+)$/.exec(name);
  const line = flowKey(layered ? layered[1]! : name);
  if (!line) {
    const keyFunction = functionNamed(name);
    throw new KeyError(
      keyFunction
        ? `The function “${name}” needs arguments, as in ${keyFunction.example}.`
        : `There is no flow key “${name}”${suggestion(name)}`,
    );
  }
  const layer = layered ? Number(layered[2]) : 0;
  if (layer > 0 && !line.layered) throw new KeyError(`The flow key “${line.name}” has no inner layers.`);
  if (layer >= MAX_LAYERS)
    throw new KeyError(`Layers count from 0 to ${MAX_LAYERS - 1}; “${name}” asks for ${layer}.`);
  return compileLine(line, layer, context);
}

/** A mistake in an argument is told at the place of that argument. */
function compileFunction(
  keyFunction: KeyFunction,
  { arguments: given, places }: KeyExpression,
  context: FunctionContext,
): CompiledKey {
  const placed = (error: unknown, argument: string | null): unknown => {
    if (!(error instanceof KeyError) || argument === null) return error;
    const outer = places[given.indexOf(argument)];
    if (!outer) return error;
    const inner = error.place;
    // What a backslash stands in is longer in the text than what was read of it.
    const isAsWritten = outer.end - outer.start === argument.replace(/^\[(.*)\]$/s, '$1').length;
    const place =
      inner && isAsWritten ? { start: outer.start + inner.start, end: outer.start + inner.end } : outer;
    return new KeyError(error.message, null, place);
  };
  const compileArgument = (argument: string): CompiledKey => {
    try {
      return compileKey(argument.replace(/^\[(.*)\]$/s, '$1'), context);
    } catch (error) {
      throw placed(error, argument);
    }
  };
  try {
    return keyFunction.compile(given, compileArgument, context);
  } catch (error) {
    throw error instanceof KeyError ? placed(error, error.argument) : error;
  }
}

export type CompiledKeys = {
  words: number;
  keys: readonly CompiledKey[];
  /** Where each key's words begin. */
  at: readonly number[];
  /** Whether all words mean the same in another process; only then may they be stored. */
  stable: boolean;
  read(sample: Sample, out: Uint32Array, at: number): void;
};

/** Compiles the keys of a definition into one run of words. Throws KeyError. */
export function compileKeys(names: readonly string[], context: FunctionContext = NO_CONTEXT): CompiledKeys {
  if (names.length > MOST_KEYS) throw new KeyError(`A flow definition has at most ${MOST_KEYS} keys.`);
  const keys = names.map((name) => compileKey(name, context));
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
    stable: keys.every((key) => key.stable),
    read(sample, out, offset) {
      for (let i = 0; i < keys.length; i++) keys[i]!.read(sample, out, offset + at[i]!);
    },
  };
}
