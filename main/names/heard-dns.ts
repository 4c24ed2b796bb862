/**
 * Names learned from DNS and multicast DNS answers that happen to be sampled: an A or AAAA answer names its address
 * after the question that was asked (what a client called it, not the end of a chain of aliases), a PTR answer
 * after the name it holds. Whoever sends such packets chooses the names, so they stand behind all other sources.
 */
import { LRUCache } from 'lru-cache';
import { formatAddress } from '../../shared/format/address.ts';
import { isResolvable } from './address.ts';
import { addressOfReverseName, DNS_TYPE, readDnsMessage, readDnsName } from './dns-message.ts';

/** Addresses with a name, the least recently used go first. */
export const MOST_HEARD = 16_384;
/** Messages read per second of the samples' time: more say little new. */
export const MOST_READ_PER_SECOND = 200;

export class HeardDns {
  readonly #names = new LRUCache<string, string>({ max: MOST_HEARD });
  #second = Number.NaN;
  #read = 0;

  get size(): number {
    return this.#names.size;
  }

  /**
   * Takes the DNS message at start ≤ o < end, cut off or not. True where a name was learned. Costs nothing but two
   * comparisons past its share of a second.
   */
  take(bytes: Uint8Array, start: number, end: number, timeMs: number): boolean {
    if (end - start < 12 || (bytes[start + 2]! & 0x80) === 0) return false;
    const second = Math.floor(timeMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#read = 0;
    }
    if (++this.#read > MOST_READ_PER_SECOND) return false;
    const message = readDnsMessage(bytes, start, end);
    if (message === null || message.code !== 0) return false;
    let isNew = false;
    for (const { type, name, dataAt, dataEnd } of message.answers) {
      const length = dataEnd - dataAt;
      if ((type === DNS_TYPE.A && length === 4) || (type === DNS_TYPE.AAAA && length === 16)) {
        const address = formatAddress(bytes.subarray(dataAt, dataEnd));
        isNew = this.#keep(address, message.question?.name ?? name) || isNew;
      } else if (type === DNS_TYPE.PTR) {
        const address = addressOfReverseName(message.question?.name ?? name);
        const found = address === null ? null : readDnsName(bytes, start, end, dataAt);
        if (address !== null && found !== null) isNew = this.#keep(address, found.text) || isNew;
      }
    }
    return isNew;
  }

  #keep(address: string, name: string): boolean {
    if (name === '.' || !isResolvable(address) || this.#names.get(address) === name) return false;
    this.#names.set(address, name);
    return true;
  }

  name(address: string): string | null {
    return this.#names.get(address) ?? null;
  }

  /** Every address with a name, the most recently used first. */
  entries(): Iterable<[string, string]> {
    return this.#names.entries();
  }
}
