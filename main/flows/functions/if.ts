/**
 * `if:[first:stack:.:ip:ip6]:ip:[dns:ipsource]:[dns:ip6source]`: where the first key is the given text the third
 * argument's key, else the fourth's. An absent first key is equal to no text but the empty one.
 */
import { UNLIKE_FORMS } from '../form.ts';
import type { CompiledKey, KeyFunction } from '../key.ts';
import { expectCount } from './arguments.ts';
import { chosenKey } from './chosen.ts';
import { derivedKey, derivedTest } from './derived.ts';

export const ifFunction: KeyFunction = {
  name: 'if',
  about: 'One of two keys, by whether another key is a given text.',
  example: 'if:[first:stack:.:ip:ip6]:ip:ipsource:ip6source',
  compile(keyArguments, compileKey, context): CompiledKey {
    expectCount(ifFunction, keyArguments, 4, 4, 'a key, a text and two keys');
    const [name = '', wanted = '', yes = '', no = ''] = keyArguments;
    const condition = compileKey(name);
    const alternatives = [compileKey(yes), compileKey(no)];
    const forms = new Set(alternatives.map((key) => key.form));
    if (forms.size > 1 && ![...forms].every((form) => UNLIKE_FORMS.has(form)))
      return derivedKey(
        alternatives[0]!.label,
        [condition, ...alternatives],
        context,
        (text, one = '', two = '') => {
          const chosen = text === wanted ? one : two;
          return chosen === '' ? null : chosen;
        },
      );
    const test = derivedTest([condition], context, (text) => text === wanted);
    return chosenKey(alternatives, (sample) => (test(sample) === 1 ? 0 : 1));
  },
};
