/** `eq:bgpsourceas:bgpas`: whether two keys are equal, 'true' or 'false'; absent where one of them is. */
import { BOOLEAN } from '../form.ts';
import { type CompiledKey, compiledKey, type KeyFunction } from '../key.ts';
import { expectCount } from './arguments.ts';
import { derivedTest } from './derived.ts';

export const eq: KeyFunction = {
  name: 'eq',
  about: 'Whether two keys are equal: true or false.',
  example: 'eq:bgpsourceas:bgpas',
  compile(keyArguments, compileKey, context): CompiledKey {
    expectCount(eq, keyArguments, 2, 2, 'two keys');
    const [one, two] = keyArguments.map(compileKey) as [CompiledKey, CompiledKey];
    if (one.form === two.form && one.words === two.words && one.words === one.form.words + 1) {
      const { words } = one;
      const scratch = new Uint32Array(2 * words);
      return compiledKey(one.label, BOOLEAN, (sample, out, at) => {
        one.read(sample, scratch, 0);
        two.read(sample, scratch, words);
        if (scratch[0] === 0 || scratch[words] === 0) return false;
        out[at] = 1;
        for (let word = 1; word < words; word++) if (scratch[word] !== scratch[words + word]) out[at] = 0;
        return true;
      });
    }
    const test = derivedTest([one, two], context, (first = '', second = '') =>
      first === '' || second === '' ? null : first === second,
    );
    return compiledKey(one.label, BOOLEAN, (sample, out, at) => {
      const answer = test(sample);
      out[at] = answer;
      return answer >= 0;
    });
  },
};
