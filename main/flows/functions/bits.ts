/** `bits:ip6flowlabel:261884`: those bits of a number that a mask has, at their places; absent where no number is. */
import { NUMBER, WIDE_NUMBER } from '../form.ts';
import { type CompiledKey, compiledKey, KeyError, type KeyFunction } from '../key.ts';
import { expectCount, wholeNumber } from './arguments.ts';

export const bits: KeyFunction = {
  name: 'bits',
  about: 'The bits of a number that a mask (in decimal) has.',
  example: 'bits:ip6flowlabel:261884',
  compile(keyArguments, compileKey): CompiledKey {
    expectCount(bits, keyArguments, 2, 2, 'a key and a mask');
    const [argument = '', given = ''] = keyArguments;
    const key = compileKey(argument);
    if (key.type === 'address' || key.type === 'mac' || key.form === WIDE_NUMBER)
      throw new KeyError(
        `The function “bits” takes a key that is a number of up to 32 bits, as in ${bits.example}; “${argument}” is none.`,
        argument,
      );
    const mask = wholeNumber(bits, given, 'mask', 1, 0xffff_ffff);
    const scratch = new Uint32Array(key.words);
    return compiledKey(key.label, NUMBER, (sample, out, at) => {
      key.read(sample, scratch, 0);
      const value = key.number(scratch, 0);
      if (!(value >= 0 && value <= 0xffff_ffff)) return false;
      out[at] = (value & mask) >>> 0;
      return true;
    });
  },
};
