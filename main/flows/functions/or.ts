/** `or:a:b:…`: the first of its keys that is present. */
import { type CompiledKey, KeyError, type KeyFunction } from '../key.ts';

export const or: KeyFunction = {
  name: 'or',
  about: 'The first of the named keys that the sample has.',
  example: 'or:ipsource:ip6source',
  compile(keyArguments, compileKey): CompiledKey {
    if (keyArguments.length < 2)
      throw new KeyError('The function “or” needs two keys or more, as in or:ipsource:ip6source.');
    const alternatives = keyArguments.map(compileKey);
    const words = Math.max(...alternatives.map((key) => key.words));
    // The tag says which alternative it was (and its own tag), so that equal words of unlike keys stay apart.
    return {
      words: words + 1,
      label: alternatives[0]!.label,
      type: alternatives[0]!.type,
      read(sample, out, at) {
        for (let i = 0; i < alternatives.length; i++) {
          const key = alternatives[i]!;
          key.read(sample, out, at + 1);
          if (out[at + 1] === 0) continue;
          out[at] = i + 1;
          for (let word = key.words; word < words; word++) out[at + 1 + word] = 0;
          return;
        }
        for (let word = 0; word <= words; word++) out[at + word] = 0;
      },
      text(from, at, names) {
        const chosen = from[at]!;
        return chosen === 0 ? '' : alternatives[chosen - 1]!.text(from, at + 1, names);
      },
    };
  },
};
