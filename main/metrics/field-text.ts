/** The one text of a field: a string as it was sent and made safe, a MAC address, a UUID or a long number in hexadecimal. */
import { formatMacPlain } from '../../shared/format/address.ts';
import { safeText } from '../../shared/format/text.ts';
import type { Field } from '../sflow/field.ts';

const LONGEST_TEXT_OCTETS = 255;
const decoder = new TextDecoder();

const hex = (bytes: Uint8Array, from: number, to: number): string =>
  Array.from(bytes.subarray(from, to), (octet) => octet.toString(16).padStart(2, '0')).join('');

/** '' where the field does not fit before `end`. */
export function fieldText(bytes: Uint8Array, view: DataView, at: number, end: number, field: Field): string {
  switch (field.type) {
    case 'text': {
      if (at + 4 > end) return '';
      const length = Math.min(view.getUint32(at), end - at - 4, LONGEST_TEXT_OCTETS);
      let last = at + 4 + length;
      while (last > at + 4 && bytes[last - 1] === 0) last--;
      return safeText(decoder.decode(bytes.subarray(at + 4, last)));
    }
    case 'mac':
      return at + 6 > end ? '' : formatMacPlain(bytes, at);
    case 'uuid': {
      if (at + 16 > end) return '';
      const cuts = [0, 4, 6, 8, 10, 16];
      return cuts
        .slice(1)
        .map((cut, index) => hex(bytes, at + cuts[index]!, at + cut))
        .join('-');
    }
    case 'u64':
      return at + 8 > end ? '' : hex(bytes, at, at + 8);
    default:
      return '';
  }
}
