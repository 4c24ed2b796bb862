/** `null:vlan:undefined`: a key, or a text instead where it is absent; the text may be empty. */
import type { CompiledKey, KeyFunction } from '../key.ts';
import { expectCount } from './arguments.ts';
import { derivedKey } from './derived.ts';

export const nullFunction: KeyFunction = {
  name: 'null',
  about: 'The key, or where the sample does not have it, a text instead (none: an empty one).',
  example: 'null:vlan:undefined',
  compile(keyArguments, compileKey, context): CompiledKey {
    expectCount(nullFunction, keyArguments, 1, 2, 'a key and the text for an absent one');
    const [argument = '', instead = ''] = keyArguments;
    const key = compileKey(argument);
    return derivedKey(key.label, [key], context, (text = '') => (text === '' ? instead : text));
  },
};
