/** `prefix:[uri:httpurl:path]:/:2`: the first parts of a text; all of it where it has no more. */
import type { CompiledKey, KeyFunction } from '../key.ts';
import { expectCount, filled, wholeNumber } from './arguments.ts';
import { derivedFrom } from './derived.ts';

/** Parts that can be asked for. */
export const MOST_PARTS = 1024;

export const prefix: KeyFunction = {
  name: 'prefix',
  about: 'The first so many parts of a text, split at a delimiter.',
  example: 'prefix:[uri:httpurl:path]:/:2',
  compile(keyArguments, compileKey, context): CompiledKey {
    expectCount(prefix, keyArguments, 3, 3, 'a key, a delimiter and a number of parts');
    const [key = '', mark, count = ''] = keyArguments;
    const delimiter = filled(prefix, mark, 'a delimiter');
    const parts = wholeNumber(prefix, count, 'number of parts', 1, MOST_PARTS);
    return derivedFrom(compileKey(key), context, (text) =>
      text.split(delimiter).slice(0, parts).join(delimiter),
    );
  },
};
