/**
 * `concat:\\::ibbtoptransport:ibbtopname`: the texts of several keys with a separator between them. Absent where
 * one of them is; `null:` gives an absent key a text.
 */
import type { CompiledKey, KeyFunction } from '../key.ts';
import { expectCount } from './arguments.ts';
import { derivedKey } from './derived.ts';

export const concat: KeyFunction = {
  name: 'concat',
  about: 'The texts of several keys with a separator (the first argument) between them.',
  example: 'concat:\\::ibbtoptransport:ibbtopname',
  compile(keyArguments, compileKey, context): CompiledKey {
    expectCount(concat, keyArguments, 3, 17, 'a separator and two to 16 keys');
    const [separator = '', ...names] = keyArguments;
    const keys = names.map(compileKey);
    return derivedKey(keys[0]!.label, keys, context, (...found) =>
      found.includes('') ? null : found.join(separator),
    );
  },
};
