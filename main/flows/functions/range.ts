/**
 * `range:tcpsourceport:0:1023`: whether a number lies in a range, its ends taken in, 'true' or 'false'; without a
 * second bound the range is open (`range:bytes:1519`). Absent where the key is, or is no number.
 */
import { BOOLEAN, NUMBER, WIDE_NUMBER } from '../form.ts';
import { type CompiledKey, compiledKey, KeyError, type KeyFunction } from '../key.ts';
import { expectCount, wholeNumber } from './arguments.ts';

export const range: KeyFunction = {
  name: 'range',
  about:
    'Whether a number lies from one bound to another, or, with one bound, at it or above: true or false.',
  example: 'range:tcpsourceport:0:1023',
  compile(keyArguments, compileKey): CompiledKey {
    expectCount(range, keyArguments, 2, 3, 'a key and one or two bounds');
    const [argument = '', from = '', to] = keyArguments;
    const key = compileKey(argument);
    if (key.type === 'address' || key.type === 'mac')
      throw new KeyError(
        `The function “range” takes a key that is a number, as in ${range.example}; “${argument}” is none.`,
        argument,
      );
    const least = wholeNumber(range, from, 'lower bound', 0, Number.MAX_SAFE_INTEGER);
    const most =
      to === undefined || to === ''
        ? Number.POSITIVE_INFINITY
        : wholeNumber(range, to, 'upper bound', 0, Number.MAX_SAFE_INTEGER);
    if (most < least)
      throw new KeyError(
        `The function “range” needs its lower bound first; “${from}” is above “${to}”.`,
        from,
      );
    const { form } = key;
    const scratch = new Uint32Array(key.words);
    return compiledKey(key.label, BOOLEAN, (sample, out, at) => {
      key.read(sample, scratch, 0);
      if (scratch[0] === 0) return false;
      // The usual forms are read here, as a number that a call returns is allocated.
      const value =
        form === NUMBER
          ? scratch[1]!
          : form === WIDE_NUMBER
            ? scratch[1]! * 4_294_967_296 + scratch[2]!
            : key.number(scratch, 0);
      out[at] = value >= least && value <= most ? 1 : 0;
      return !Number.isNaN(value);
    });
  },
};
