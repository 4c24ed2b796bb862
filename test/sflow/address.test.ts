/** Addresses as text and back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexText, ipv4Text, ipv6Text, macText, parseAddress, parseHex } from '../../main/sflow/address.ts';

test('RFC 5952', () => {
  const shown = (text: string) => ipv6Text(parseAddress(text)!, 0);
  expect(shown('2001:DB8:0:0:0:0:0:1')).toBe('2001:db8::1');
  expect(shown('2001:db8:0:1:1:1:1:1')).toBe('2001:db8:0:1:1:1:1:1');
  expect(shown('2001:0:0:1:0:0:0:1')).toBe('2001:0:0:1::1');
  expect(shown('2001:db8:0:0:1:0:0:1')).toBe('2001:db8::1:0:0:1');
  expect(shown('::')).toBe('::');
  expect(shown('1::')).toBe('1::');
  expect(shown('::ffff:192.0.2.1')).toBe('::ffff:c000:201');
});

test('what is no address', () => {
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    'g::',
    '::1.2.3',
    '1:2:3:4:5:6:7:8::',
  ])
    expect(parseAddress(text), text).toBeNull();
  expect(parseHex('abc')).toBeNull();
  expect(parseHex('zz')).toBeNull();
});

test('every address comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(0xffff), (octets, mask) => {
      // Runs of zeros are where IPv6 text is difficult.
      const address = octets.slice();
      for (let i = 0; i < 16; i++) if ((mask >> i) & 1) address[i] = 0;
      expect(parseAddress(ipv6Text(address, 0))).toEqual(address);
      expect(parseAddress(ipv4Text(address, 3))).toEqual(address.slice(3, 7));
      expect(parseHex(macText(address, 5))).toEqual(address.slice(5, 11));
      expect(parseHex(hexText(address, 0, 16))).toEqual(address);
    }),
    { seed: 1 },
  );
});
