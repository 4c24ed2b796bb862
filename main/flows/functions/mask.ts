/**
 * `mask:ipsource:24`: the network of an IP address as address/bits, '10.0.0.0/24'. More bits than the address has
 * count as all. Absent where the key is, or is no IP address.
 */
import { formatIpv4, formatIpv6Upper, parseAddress } from '../../../shared/format/address.ts';
import { type Form, IPV4, IPV6 } from '../form.ts';
import { type CompiledKey, compiledKey, type KeyFunction } from '../key.ts';
import { expectCount, wholeNumber } from './arguments.ts';
import { derivedFrom } from './derived.ts';

/** The first `bits` of a word, and none of the others. */
const wordMask = (bits: number): number =>
  bits <= 0 ? 0 : bits >= 32 ? 0xffff_ffff : (-1 << (32 - bits)) >>> 0;

function masked(form: Form, bits: number): Form {
  const most = form.words * 32;
  return {
    ...form,
    type: 'text',
    text: (words, at, names) => `${form.text(words, at, names)}/${Math.min(bits, most)}`,
  };
}

function maskText(address: string, bits: number): string | null {
  const octets = parseAddress(address);
  if (octets === null) return null;
  const most = Math.min(bits, octets.length * 8);
  for (let i = 0; i < octets.length; i++)
    octets[i]! &= (0xff << Math.max(0, 8 - Math.max(0, most - 8 * i))) & 0xff;
  const network =
    octets.length === 4 ? formatIpv4(new DataView(octets.buffer).getUint32(0)) : formatIpv6Upper(octets);
  return `${network}/${most}`;
}

export const mask: KeyFunction = {
  name: 'mask',
  about: 'The network of an IP address, by so many leading bits, as in 10.0.0.0/24.',
  example: 'mask:ipsource:24',
  compile(keyArguments, compileKey, context): CompiledKey {
    expectCount(mask, keyArguments, 2, 2, 'a key and a number of bits');
    const [name = '', given = ''] = keyArguments;
    const key = compileKey(name);
    const bits = wholeNumber(mask, given, 'number of bits', 0, 128);
    if (key.form !== IPV4 && key.form !== IPV6)
      return derivedFrom(key, context, (address) => maskText(address, bits));
    const { words } = key.form;
    if (key.words !== words + 1) return derivedFrom(key, context, (address) => maskText(address, bits));
    const scratch = new Uint32Array(key.words);
    const masks = Array.from({ length: words }, (_, word) => wordMask(bits - 32 * word));
    return compiledKey(key.label, masked(key.form, bits), (sample, out, at) => {
      key.read(sample, scratch, 0);
      if (scratch[0] === 0) return false;
      for (let word = 0; word < words; word++) out[at + word] = (scratch[1 + word]! & masks[word]!) >>> 0;
      return true;
    });
  },
};
