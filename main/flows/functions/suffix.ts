/** `suffix:dnsqname:.:2`: the last parts of a text; all of it where it has no more. */
import type { CompiledKey, KeyFunction } from '../key.ts';
import { expectCount, filled, wholeNumber } from './arguments.ts';
import { derivedFrom } from './derived.ts';
import { MOST_PARTS } from './prefix.ts';

export const suffix: KeyFunction = {
  name: 'suffix',
  about: 'The last so many parts of a text, split at a delimiter.',
  example: 'suffix:dnsqname:.:2',
  compile(keyArguments, compileKey, context): CompiledKey {
    expectCount(suffix, keyArguments, 3, 3, 'a key, a delimiter and a number of parts');
    const [key = '', mark, count = ''] = keyArguments;
    const delimiter = filled(suffix, mark, 'a delimiter');
    const parts = wholeNumber(suffix, count, 'number of parts', 1, MOST_PARTS);
    return derivedFrom(compileKey(key), context, (text) =>
      text.split(delimiter).slice(-parts).join(delimiter),
    );
  },
};
