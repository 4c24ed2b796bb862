/** What the field offers while a filter is typed, and the list of terms that it shows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completionAt, suggestionsAt, type Vocabulary } from '../../../shared/filter/complete.ts';
import { joinTerms, termsOf, withTerm } from '../../../shared/filter/terms.ts';

const key = (name: string, label: string) => ({
  name,
  label,
  type: 'text' as const,
  about: `About ${name}.`,
});
const vocabulary: Vocabulary = {
  keys: [
    key('ipsource', 'Source'),
    key('ip6source', 'Source'),
    key('tcpsourceport', 'Source port'),
    key('vlan', 'VLAN'),
  ],
  functions: [{ name: 'or', about: 'The first that is there.', example: 'or:a:b' }],
  valuesOf: (name) =>
    name === 'ipsource'
      ? [
          { text: '10.4.1.2', label: 'h1' },
          { text: 'a b,c', label: 'a b,c' },
        ]
      : name === 'address'
        ? [
            { text: '10.0.0.9', label: 'mail "x"' },
            { text: '10.0.0.8', label: '10.0.0.8' },
          ]
        : [],
};
const offered = (typed: string): string[] =>
  suggestionsAt(
    typed.replace('^', ''),
    typed.includes('^') ? typed.indexOf('^') : typed.length,
    vocabulary,
  ).map(({ text }) => text);

describe('completion', () => {
  it.each([
    ['', 'key', ''],
    ['vlan=1&', 'key', ''],
    ['vlan=1 | (ips', 'key', 'ips'],
    ['or:ipsource:ip6', 'key', 'ip6'],
    ['or:[or:v', 'key', 'v'],
    ['vlan ', 'operator', ''],
    ['vlan=', 'value', ''],
    ['vlan=1', 'value', '1'],
    ['vlan= 1, 2', 'value', '2'],
    ['vlan=1,', 'value', ''],
    ['stack~(a|b', 'value', '(a|b'],
    ['vlan="a b', 'value', 'a b'],
    ['vlan="a b"', 'sign', ''],
    ['vlan=1 ', 'sign', ''],
    ['(vlan=1) ', 'sign', ''],
    ['((vlan=1))&', 'key', ''],
  ] as const)('at the end of “%s” expects a %s', (text, kind, typed) => {
    expect(completionAt(text, text.length)).toMatchObject({ kind, typed, end: text.length });
  });

  it('offers keys by name and by label, then what may follow', () => {
    expect(offered('ip')).toEqual(['ipsource', 'ip6source']);
    expect(offered('source')).toEqual(['ipsource', 'ip6source', 'tcpsourceport']);
    expect(offered('vlan')).toEqual(['=', '!=', '~']);
    expect(offered('vlan ')).toEqual(['=', '!=', '~', '!~']);
    expect(offered('vlan=1 ')).toEqual(['&', '|']);
    expect(offered('or:vl')).toEqual(['vlan']);
    expect(offered('o')).toContain('or:');
  });

  it('offers values that were seen, written as they must be', () => {
    expect(offered('ipsource=')).toEqual(['10.4.1.2', '"a b,c"', 'null']);
    expect(offered('ipsource=h1')).toEqual(['10.4.1.2']);
    expect(offered('ipsource=1^0&vlan=2')).toEqual(['10.4.1.2']);
    expect(offered('vlan=')).toEqual(['null']);
    expect(offered('vlan=)(')).toEqual([]);
  });

  it('knows an answer for whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'avln&|()=!~,"\\[]: 1'), maxLength: 40 }),
        fc.nat(40),
        (text, at) => {
          const cursor = Math.min(at, text.length);
          for (const { start, end } of suggestionsAt(text, cursor, vocabulary)) {
            expect(start).toBeLessThanOrEqual(end);
            expect(end).toBe(cursor);
          }
        },
      ),
      { numRuns: 2000, seed: 28 },
    );
  });
});

describe('the terms of a filter', () => {
  it('are what must hold together', () => {
    expect(termsOf(' a = 1 & (b=2|c=3) & (d=4 & e=5)')).toEqual(['a=1', 'b=2|c=3', 'd=4', 'e=5']);
    expect(joinTerms(['a=1', 'b=2|c=3'])).toBe('a=1&(b=2|c=3)');
    expect(joinTerms(['b=2|c=3'])).toBe('b=2|c=3');
    expect(joinTerms([])).toBe('');
    expect(termsOf(joinTerms(['a=1', 'b=2|c=3', 'd="&"']))).toEqual(['a=1', 'b=2|c=3', 'd="&"']);
  });

  it('say nothing twice', () => {
    expect(withTerm(['a=1', 'b=2'], 'a=3')).toEqual(['a=3', 'b=2']);
    expect(withTerm(['a=1'], 'a!=3')).toEqual(['a=1', 'a!=3']);
    expect(withTerm(['a!=3'], 'a!=4')).toEqual(['a!=3,4']);
    expect(withTerm(['a!=3,4'], 'a!=4')).toEqual(['a!=3,4']);
    expect(withTerm(['a=1|b=2'], 'a=1|b=2')).toEqual(['a=1|b=2']);
    expect(withTerm(['a~x'], 'a~y')).toEqual(['a~x', 'a~y']);
  });

  it('offers hosts by their names where a key may begin', () => {
    expect(offered('mai')).toEqual(['address=10.0.0.9']);
    expect(offered('vlan=1&MAI')).toEqual(['address=10.0.0.9']);
    expect(offered('m')).not.toContain('address=10.0.0.9');
    expect(offered('10.0')).toEqual([]);
  });
});
