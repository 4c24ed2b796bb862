/** `first:stack:.:ip:ip6`: the first part of a text that is one of a list; absent where none is. */
import type { CompiledKey, KeyFunction } from '../key.ts';
import { expectCount, filled } from './arguments.ts';
import { derivedFrom } from './derived.ts';

export const first: KeyFunction = {
  name: 'first',
  about: 'The first part of a text, split at a delimiter, that is one of the listed.',
  example: 'first:stack:.:ip:ip6',
  compile(keyArguments, compileKey, context): CompiledKey {
    expectCount(first, keyArguments, 3, 64, 'a key, a delimiter and one to 62 words to look for');
    const [key = '', mark, ...wanted] = keyArguments;
    const delimiter = filled(first, mark, 'a delimiter');
    return derivedFrom(
      compileKey(key),
      context,
      (text) => text.split(delimiter).find((part) => wanted.includes(part)) ?? null,
    );
  },
};
