import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatAddress,
  formatIpv4,
  formatIpv6,
  formatIpv6Upper,
  formatIpv6Words,
  formatIpv6WordsUpper,
  formatMac,
  formatMacPlain,
  parseAddress,
  parseIpv4,
  parseIpv6,
  parseMac,
  parsePrefix,
  prefixContains,
} from '../../../shared/format/address.ts';

describe('IPv6 by RFC 5952', () => {
  test.each([
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['FE80:0:0:0:ABCD:0:0:1', 'fe80::abcd:0:0:1'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%s is %s', (written, canonical) => {
    expect(formatIpv6(parseIpv6(written)!)).toBe(canonical);
  });

  test('as sFlow-RT spells it', () => {
    expect(formatIpv6Upper(parseIpv6('fe80::1')!)).toBe('FE80::1');
    expect(formatIpv6Upper(parseIpv6('::ffff:1.2.3.4')!)).toBe('::FFFF:102:304');
  });

  test('octets, words and text agree', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.boolean(), (octets, sparse) => {
        if (sparse) octets.set(octets.map((octet) => (octet & 1 ? octet : 0)));
        const view = new DataView(octets.buffer, octets.byteOffset);
        const words = [0, 4, 8, 12].map((offset) => view.getUint32(offset)) as [
          number,
          number,
          number,
          number,
        ];
        expect(formatIpv6Words(...words)).toBe(formatIpv6(octets));
        expect(formatIpv6WordsUpper(...words)).toBe(formatIpv6Upper(octets));
        expect(parseIpv6(formatIpv6(octets))).toEqual(octets);
        expect(parseAddress(formatIpv6Upper(octets))).toEqual(octets);
      }),
    );
  });

  test.each([
    '',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    '::1%eth0',
    '1.2.3.4::',
    '::256.1.1.1',
    ':1::2',
    '1:',
  ])('%s is refused', (text) => expect(parseIpv6(text)).toBeNull());
});

describe('IPv4', () => {
  test('both ways', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (address) => {
        expect(parseIpv4(formatIpv4(address))).toBe(address);
        expect(formatAddress(parseAddress(formatIpv4(address))!)).toBe(formatIpv4(address));
      }),
    );
  });
  test.each(['', '1.2.3', '1.2.3.4.5', '256.0.0.1', '01.2.3.4', '1.2.3.4 ', '1..2.3', '0x1.2.3.4'])(
    '%s is refused',
    (text) => expect(parseIpv4(text)).toBeNull(),
  );
});

describe('MAC', () => {
  test('spellings', () => {
    const mac = Uint8Array.of(0x6c, 0x64, 0x1a, 0, 0x1a, 0x80);
    expect(formatMac(mac)).toBe('6c:64:1a:00:1a:80');
    expect(formatMacPlain(mac)).toBe('6C641A001A80');
    for (const text of ['6c:64:1a:00:1a:80', '6C-64-1A-00-1A-80', '6c64.1a00.1a80', '6C641A001A80']) {
      expect(parseMac(text)).toEqual(mac);
    }
    for (const text of ['6c:64:1a:00:1a', '6c:64-1a:00:1a:80', '6c:64:1a:00:1a:8g', '']) {
      expect(parseMac(text)).toBeNull();
    }
  });
});

describe('subnets', () => {
  test.each([
    ['10.0.0.0/8', '10.255.1.1', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.4.3.0/23', '10.4.2.9', true],
    ['10.4.3.2', '10.4.3.2', true],
    ['10.4.3.2', '10.4.3.3', false],
    ['0.0.0.0/0', '1.2.3.4', true],
    ['0.0.0.0/0', '::1', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
  ])('%s holds %s: %s', (prefix, address, holds) => {
    expect(prefixContains(parsePrefix(prefix)!, parseAddress(address)!)).toBe(holds);
  });
  test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '/8', '::/129', 'x/8'])('%s is refused', (text) => {
    expect(parsePrefix(text)).toBeNull();
  });
});
