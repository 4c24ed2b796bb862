/** `map:macsource:ix_member`: what a table of exact values says for a key; absent where it says nothing. */
import type { CompiledKey, KeyFunction } from '../key.ts';
import { expectCount, filled } from './arguments.ts';
import { derivedFrom } from './derived.ts';

export const map: KeyFunction = {
  name: 'map',
  about: 'What a named table says for exactly this value.',
  example: 'map:macsource:ix_member',
  compile(keyArguments, compileKey, context): CompiledKey {
    expectCount(map, keyArguments, 2, 2, 'a key and the name of a table');
    const [key = '', name] = keyArguments;
    const table = filled(map, name, 'the name of a table');
    return derivedFrom(compileKey(key), context, (value) => context.mapped(value, table));
  },
};
