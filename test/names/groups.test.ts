/** Group tables against the obvious way to look an address up: every block in turn, the longest that holds it. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GroupError, GroupTables } from '../../main/names/groups.ts';
import { formatAddress, parseAddress, parsePrefix, prefixContains } from '../../shared/format/address.ts';
import type { GroupTable } from '../../shared/model/knowledge.ts';

const tables = (given: Record<string, GroupTable>): GroupTables =>
  GroupTables.of(new Map(Object.entries(given)));

/** Few distinct octets, so that blocks nest and touch. */
const octet = fc.constantFrom(0, 1, 127, 128, 254, 255);
const addressOf = (octets: number): fc.Arbitrary<string> =>
  fc
    .array(octet, { minLength: octets, maxLength: octets })
    .map((values) => formatAddress(Uint8Array.from(values)));
const blockOf = (octets: number): fc.Arbitrary<string> =>
  fc
    .tuple(addressOf(octets), fc.integer({ min: 0, max: octets * 8 }))
    .map(([address, bits]) => (bits === octets * 8 ? address : `${address}/${bits}`));
const any = <T>(make: (octets: number) => fc.Arbitrary<T>): fc.Arbitrary<T> => fc.oneof(make(4), make(16));

function naive(table: GroupTable, address: string): string | null {
  const octets = parseAddress(address)!;
  let best: { bits: number; group: string } | null = null;
  for (const [group, blocks] of Object.entries(table)) {
    for (const block of blocks) {
      const prefix = parsePrefix(block)!;
      if (prefixContains(prefix, octets) && (best === null || prefix.bits > best.bits))
        best = { bits: prefix.bits, group };
    }
  }
  return best?.group ?? null;
}

describe('a table of groups', () => {
  it('answers as a search through all blocks does, the first of equal ones first', () => {
    const table = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.array(any(blockOf), { maxLength: 12 }),
      { minKeys: 1, noNullPrototype: true },
    );
    fc.assert(
      fc.property(table, fc.array(any(addressOf), { minLength: 1, maxLength: 20 }), (given, addresses) => {
        const groups = tables({ given });
        for (const address of addresses) expect(groups.find(address, 'given')).toBe(naive(given, address));
      }),
      { numRuns: 400 },
    );
  });

  it('knows IPv6 and MAC addresses however they are spelled', () => {
    const groups = tables({
      mixed: { lab: ['2001:db8::/32', '00:1b:21:aa:bb:cc'], vendor: ['001b.2100.0000/24'] },
    });
    expect(groups.find('2001:DB8::1', 'mixed')).toBe('lab');
    expect(groups.find('001B21AABBCC', 'mixed')).toBe('lab');
    expect(groups.find('001B21AABBCD', 'mixed')).toBe('vendor');
    expect(groups.find('192.0.2.1', 'mixed')).toBeNull();
    expect(groups.find('nonsense', 'mixed')).toBeNull();
    expect(groups.find('192.0.2.1', 'no such table')).toBeNull();
  });

  it('has an end at the end of all addresses', () => {
    const groups = tables({ all: { rest: ['0.0.0.0/0', '::/0'], last: ['255.255.255.255', 'ff00::/8'] } });
    expect(groups.find('255.255.255.255', 'all')).toBe('last');
    expect(groups.find('255.255.255.254', 'all')).toBe('rest');
    expect(groups.find('FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF', 'all')).toBe('last');
    expect(groups.find('::', 'all')).toBe('rest');
  });

  it('takes in groups of its own and of other tables', () => {
    const groups = tables({
      sites: { berlin: ['10.1.0.0/16'], rome: ['10.2.0.0/16'] },
      regions: { north: ['sites:berlin', '192.0.2.0/24'], south: ['sites:rome'] },
      services: { web: ['10.1.1.0/24'], backend: ['web', 'db'], db: ['10.1.2.0/24', '10.1.1.7'] },
    });
    expect(groups.find('10.1.9.9', 'regions')).toBe('north');
    expect(groups.find('10.2.9.9', 'regions')).toBe('south');
    expect(groups.find('10.1.9.9', 'sites')).toBe('berlin');
    expect(groups.find('10.1.1.7', 'services')).toBe('backend');
  });

  it.each([
    [{ t: { g: ['10.0.0.0/33'] } }, /“10\.0\.0\.0\/33” in group “g” of “t” has no prefix length/],
    [{ t: { g: ['10.0.0'] } }, /“10\.0\.0” in group “g” of “t” is no address/],
    [{ t: { g: ['10.0.0.256/8'] } }, /is no address/],
    [{ t: { g: ['servers'] } }, /“servers” in group “g” of “t” is neither/],
    [{ t: { g: ['other:x'] }, other: { y: [] } }, /“other:x”/],
    [{ t: { a: ['b'], b: ['c'], c: ['a'] } }, /takes in itself/],
  ])('is refused by a sentence that names the entry: %j', (given, message) => {
    expect(() => tables(given as unknown as Record<string, GroupTable>)).toThrow(GroupError);
    expect(() => tables(given as unknown as Record<string, GroupTable>)).toThrow(message);
  });

  it('holds a hundred thousand blocks, each found', () => {
    const blocks = Array.from({ length: 100_000 }, (_, index) => {
      const address = index * 40_000;
      return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
    });
    const groups = tables({ listed: { bad: blocks, all: ['0.0.0.0/0'] } });
    expect(blocks.every((address) => groups.find(address, 'listed') === 'bad')).toBe(true);
    expect(groups.find('0.0.0.1', 'listed')).toBe('all');
  });
});
