/**
 * A small buffer in which text keys that are put together from several fields (an AS path, a domain name) are
 * spelled before they are looked up in the table of texts, so that no string is made per sample. One per thread,
 * used from `begin` to `finish` of one read; what does not fit is left out and marked with three full stops.
 */
import { texts } from '../text-table.ts';

const CAPACITY = 1000;
const ELLIPSIS = [0x2e, 0x2e, 0x2e];

const octets = new Uint8Array(CAPACITY + ELLIPSIS.length);
const digits = new Uint8Array(10);
let length = 0;

export function begin(): void {
  length = 0;
}

/** Appends one octet. */
export function put(octet: number): void {
  if (length < CAPACITY) octets[length++] = octet;
  else if (length === CAPACITY) {
    octets.set(ELLIPSIS, length);
    length += ELLIPSIS.length;
  }
}

/** Appends an unsigned number in decimal. */
export function putNumber(value: number): void {
  let count = 0;
  let left = value;
  do {
    const quotient = Math.floor(left / 10);
    digits[count++] = 0x30 + left - quotient * 10;
    left = quotient;
  } while (left > 0);
  while (count > 0) put(digits[--count]!);
}

/** The number of the text in the table of texts. */
export function finish(): number {
  return texts.ofOctets(octets, 0, length);
}
