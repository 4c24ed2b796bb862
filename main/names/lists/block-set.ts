/** The blocks of one list, compiled when it was read: how exact the block is that an address lies in. */
import { parsePrefix } from '../../../shared/format/address.ts';
import { type AddressWords, FAMILY_WORDS } from '../address.ts';
import { PrefixList, PrefixMap } from '../prefix-map.ts';

/** Blocks that are read between two yields. */
const AT_ONCE = 2000;

export class BlockSet {
  static readonly none = new BlockSet(null, null);
  readonly #ipv4: PrefixMap | null;
  readonly #ipv6: PrefixMap | null;

  private constructor(ipv4: PrefixMap | null, ipv6: PrefixMap | null) {
    this.#ipv4 = ipv4;
    this.#ipv6 = ipv6;
  }

  /** In parts of some milliseconds; what is no block is passed over. */
  static *compile(blocks: readonly string[]): Generator<void, BlockSet> {
    const ipv4 = new PrefixList(FAMILY_WORDS.ipv4);
    const ipv6 = new PrefixList(FAMILY_WORDS.ipv6);
    for (const [index, block] of blocks.entries()) {
      if (index % AT_ONCE === 0) yield;
      const prefix = parsePrefix(block);
      if (prefix === null) continue;
      const { octets, bits } = prefix;
      const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
      const words = new Uint32Array(octets.length / 4);
      for (let word = 0; word < words.length; word++) words[word] = view.getUint32(4 * word);
      (words.length === 1 ? ipv4 : ipv6).add(words, bits, bits);
    }
    return new BlockSet(yield* PrefixMap.of(ipv4), yield* PrefixMap.of(ipv6));
  }

  /** Leading bits of the most exact block that the address lies in; -1 where it lies in none. */
  bitsOf({ family, words }: AddressWords): number {
    if (family === 'mac') return -1;
    return (family === 'ipv4' ? this.#ipv4 : this.#ipv6)?.find(words) ?? -1;
  }
}
