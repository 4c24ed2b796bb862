/**
 * A key that is one of several, chosen for each sample. Its first word says which form it has (the place of the
 * first alternative of that form, counted from 1), its second is the chosen key's own tag; so equal words of unlike
 * forms stay apart, and equal values of one form are equal whichever key they came from.
 */
import type { Sample } from '../../samples/sample.ts';
import type { CompiledKey } from '../key.ts';

/**
 * The alternative that `choose` gives the place of, or, without `choose`, the first that is present. All forms
 * must be the same or unlike.
 */
export function chosenKey(
  alternatives: readonly CompiledKey[],
  choose: ((sample: Sample) => number) | null,
): CompiledKey {
  const words = Math.max(...alternatives.map((key) => key.words));
  const places = alternatives.map((key) => alternatives.findIndex(({ form }) => form === key.form) + 1);
  const { label, type, form } = alternatives[0]!;
  return {
    words: words + 1,
    label,
    type,
    // A form of its own: its words are laid out as no other's.
    form: { ...form },
    stable: alternatives.every((key) => key.stable),
    read(sample, out, at) {
      const from = choose === null ? 0 : choose(sample);
      const to = choose === null ? alternatives.length : from + 1;
      for (let i = from; i < to; i++) {
        const key = alternatives[i]!;
        key.read(sample, out, at + 1);
        if (out[at + 1] === 0) continue;
        out[at] = places[i]!;
        for (let word = key.words; word < words; word++) out[at + 1 + word] = 0;
        return;
      }
      for (let word = 0; word <= words; word++) out[at + word] = 0;
    },
    text(from, at, names) {
      const place = from[at]!;
      return place === 0 ? '' : alternatives[place - 1]!.text(from, at + 1, names);
    },
    number(from, at) {
      const place = from[at]!;
      return place === 0 ? Number.NaN : alternatives[place - 1]!.number(from, at + 1);
    },
  };
}
