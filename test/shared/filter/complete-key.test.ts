/** What is offered while a flow key is typed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyFunctions } from '../../../main/flows/functions/list.ts';
import { describeKey, flowKeys } from '../../../main/flows/keys.ts';
import { callHelp, exampleParts, keyPlaceAt, keySuggestionsAt } from '../../../shared/filter/complete-key.ts';

const vocabulary = { keys: flowKeys.map(describeKey), functions: keyFunctions };
const offered = (text: string, chosen: string[] = []) =>
  keySuggestionsAt(text, text.length, vocabulary, chosen).map(({ text: name, taken }) =>
    taken ? `(${name})` : name,
  );

describe('the place in a key', () => {
  it.each([
    ['ipso', 'ipso', null],
    ['mask:ip', 'ip', { name: 'mask', argument: 0 }],
    ['mask:ipsource:2', '2', { name: 'mask', argument: 1 }],
    ['prefix:[uri:http', 'http', { name: 'uri', argument: 0 }],
    ['prefix:[uri:httpurl:path]:', '', { name: 'prefix', argument: 1 }],
    ['concat:\\::ib', 'ib', { name: 'concat', argument: 1 }],
    [']]:', '', { name: ']]', argument: 0 }],
  ])('%s', (text, typed, call) => {
    expect(keyPlaceAt(text, text.length)).toMatchObject({ typed, call });
  });

  it('lies in the text wherever the cursor is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ':', '[', ']', '\\', '.') }),
        fc.nat(30),
        (text, at) => {
          const cursor = Math.min(at, text.length);
          const { start, end } = keyPlaceAt(text, cursor);
          expect(start >= 0 && start <= end && end === cursor).toBe(true);
          keySuggestionsAt(text, cursor, vocabulary, []);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('what is offered', () => {
  it('begins with what was typed, and shows a chosen key as such', () => {
    expect(offered('ipsource', ['ipsource'])[0]).not.toBe('(ipsource)');
    expect(offered('tcpdest', ['tcpdestinationport'])).toEqual(['(tcpdestinationport)']);
    expect(offered('tcpf')[0]).toBe('tcpflags');
  });

  it('puts a whole key into the functions that take its kind', () => {
    const names = offered('ipsource');
    expect(names).toEqual(
      expect.arrayContaining(['ipsource.1', 'mask:ipsource:24', 'country:ipsource:both', 'dns:ipsource']),
    );
    expect(names).not.toContain('oui:ipsource:name');
    expect(names).not.toContain('or:ipsource:ip6source');
    expect(offered('macsource')).toContain('oui:macsource:name');
  });

  it('offers keys where a function takes one, and help where it takes something else', () => {
    expect(offered('mask:ipdest')[0]).toBe('ipdestination');
    expect(offered('mask:ipsource:')).toEqual([]);
    const help = callHelp(keyPlaceAt('mask:ipsource:', 14), vocabulary.functions)!;
    expect(help.parts[help.current]).toBe('24');
    expect(callHelp(keyPlaceAt('or:a:b:c:', 9), vocabulary.functions)!.current).toBe(2);
    expect(callHelp(keyPlaceAt('none:', 5), vocabulary.functions)).toBeNull();
  });

  it('reads every example of a function', () => {
    for (const { example } of vocabulary.functions) expect(exampleParts(example).join(':')).toBe(example);
  });
});
