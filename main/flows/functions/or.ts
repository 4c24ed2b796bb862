/** `or:a:b:…`: the first of its keys that is present. */
import { UNLIKE_FORMS } from '../form.ts';
import { type CompiledKey, KeyError, type KeyFunction } from '../key.ts';
import { chosenKey } from './chosen.ts';
import { derivedKey } from './derived.ts';

export const or: KeyFunction = {
  name: 'or',
  about: 'The first of the named keys that the sample has.',
  example: 'or:ipsource:ip6source',
  compile(keyArguments, compileKey, context): CompiledKey {
    if (keyArguments.length < 2)
      throw new KeyError('The function “or” needs two keys or more, as in or:ipsource:ip6source.');
    const alternatives = keyArguments.map(compileKey);
    const forms = new Set(alternatives.map((key) => key.form));
    // Keys whose forms could spell the same text are told apart by that text alone.
    if (forms.size > 1 && ![...forms].every((form) => UNLIKE_FORMS.has(form)))
      return derivedKey(
        alternatives[0]!.label,
        alternatives,
        context,
        (...found) => found.find((text) => text !== '') ?? null,
      );
    return chosenKey(alternatives, null);
  },
};
