/** The filter language as text: what is read, what is printed, what is refused and where. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FilterError,
  type FilterExpression,
  type FilterOperator,
  MOST_FILTER_CHARACTERS,
  testsOf,
} from '../../../shared/filter/filter.ts';
import { group, parseFilter } from '../../../shared/filter/parse.ts';
import { printFilter } from '../../../shared/filter/print.ts';

/** The same filter without the places where its parts stood. */
function shape(expression: FilterExpression | null): unknown {
  if (expression === null) return null;
  if (expression.kind !== 'test') return [expression.kind, ...expression.parts.map(shape)];
  const { left, operator, values } = expression;
  return [left.text, operator, ...values.map(({ text }) => text)];
}

function refusal(text: string): FilterError {
  try {
    parseFilter(text);
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
  throw new Error(`“${text}” was read.`);
}

describe('a filter as sFlow-RT writes it', () => {
  it.each([
    ['ethernetprotocol!=2048,2054,34525', ['ethernetprotocol', '!=', '2048', '2054', '34525']],
    [
      '(ipflags=001|range:ipfragoffset:1=true)&first:stack:.:ip:ip6=ip',
      [
        'all',
        ['any', ['ipflags', '=', '001'], ['range:ipfragoffset:1', '=', 'true']],
        ['first:stack:.:ip:ip6', '=', 'ip'],
      ],
    ],
    [
      'ipprotocol=17&group:ipsource:ddos_protect=external&group:ipdestination:ddos_protect!=external,private,multicast',
      [
        'all',
        ['ipprotocol', '=', '17'],
        ['group:ipsource:ddos_protect', '=', 'external'],
        ['group:ipdestination:ddos_protect', '!=', 'external', 'private', 'multicast'],
      ],
    ],
    ['eq:bgpsourceas:bgpas=false', ['eq:bgpsourceas:bgpas', '=', 'false']],
    [
      'ibbt_offset!=null&direction=ingress&(ipecn=11|ip6ecn=11)',
      [
        'all',
        ['ibbt_offset', '!=', null],
        ['direction', '=', 'ingress'],
        ['any', ['ipecn', '=', '11'], ['ip6ecn', '=', '11']],
      ],
    ],
    ['link:inputifindex=null', ['link:inputifindex', '=', null]],
    ['tcpflags~.......1.', ['tcpflags', '~', '.......1.']],
    ['httpmimetype~image/.*', ['httpmimetype', '~', 'image/.*']],
    [
      'outputifindex!=discard&direction=ingress',
      ['all', ['outputifindex', '!=', 'discard'], ['direction', '=', 'ingress']],
    ],
    [
      'prefix:[uri:httpurl:path]:/:2="/metrics/json"',
      ['prefix:[uri:httpurl:path]:/:2', '=', '/metrics/json'],
    ],
    [
      String.raw`concat:\=:a:[prefix:b:&:1]!~(x|y[,)]){1,2}&vlan="a\"b\\c",null,"null"`,
      [
        'all',
        [String.raw`concat:\=:a:[prefix:b:&:1]`, '!~', '(x|y[,)]){1,2}'],
        ['vlan', '=', String.raw`a"b\c`, null, 'null'],
      ],
    ],
    ['  a = 1 , 2  &  ( ( b ~ c ) ) ', ['all', ['a', '=', '1', '2'], ['b', '~', 'c']]],
    [
      'a=1&(b=2&(c=3|(d=4|e=5)))',
      ['all', ['a', '=', '1'], ['b', '=', '2'], ['any', ['c', '=', '3'], ['d', '=', '4'], ['e', '=', '5']]],
    ],
  ])('%s', (text, expected) => {
    const expression = parseFilter(text);
    expect(shape(expression)).toEqual(expected);
    expect(shape(parseFilter(printFilter(expression)))).toEqual(expected);
  });

  it('says where each part stands', () => {
    const text = 'ipsource = 10.4.1.2 & (vlan!=1, 20|port=443)';
    const tests = testsOf(parseFilter(text));
    const cut = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
    expect(tests.map(cut)).toEqual(['ipsource = 10.4.1.2', 'vlan!=1, 20', 'port=443']);
    expect(tests.map(({ left }) => cut(left))).toEqual(['ipsource', 'vlan', 'port']);
    expect(tests.flatMap(({ values }) => values.map(cut))).toEqual(['10.4.1.2', '1', '20', '443']);
  });

  it('says nothing where it is empty', () => {
    expect(parseFilter(' \t')).toBeNull();
    expect(printFilter(null)).toBe('');
  });
});

describe('a filter that cannot be read', () => {
  it.each([
    ['ipsource', 8, 'The filter ends at position 9, where =, !=, ~ or !~ behind “ipsource” should follow.'],
    ['ipsource 10', 9, 'At position 10 stands “10” instead of =, !=, ~ or !~ behind “ipsource”.'],
    [
      'ipsource=',
      9,
      'A value is missing at position 10; write null for an absent key, or "" for an empty text.',
    ],
    ['a=1,,2', 4, 'A value is missing at position 5; write null for an absent key, or "" for an empty text.'],
    ['a=1&', 4, 'The filter ends at position 5, where a key, as in ipsource=10.4.1.2 should follow.'],
    ['=1', 0, 'At position 1 stands “=” instead of a key, as in ipsource=10.4.1.2.'],
    ['(a=1', 4, 'The filter ends at position 5, where “)” should follow.'],
    ['a=1)', 3, 'The parenthesis at position 4 closes none; take it away.'],
    ['a="1', 2, 'The quote at position 3 is not closed.'],
    ['a="1"2', 5, 'At position 6 stands “2” instead of “&”, “|” or the end.'],
    ['or:[a:b=1', 0, 'A bracket of “or:[a:b=1” at position 1 is not closed.'],
    ['a=(1)', 2, 'A value is missing at position 3; write null for an absent key, or "" for an empty text.'],
  ])('%s', (text, start, message) => {
    expect(refusal(text)).toMatchObject({ start, message });
  });

  it('is bounded in length and depth', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}a=1${')'.repeat(depth)}`;
    expect(shape(parseFilter(nested(64)))).toEqual(['a', '=', '1']);
    expect(refusal(nested(65)).message).toBe(
      'The parenthesis at position 65 is nested too deeply; 64 levels are read.',
    );
    expect(refusal('('.repeat(4096)).start).toBe(64);
    expect(refusal(`a=${'1'.repeat(MOST_FILTER_CHARACTERS)}`).message).toBe(
      'The filter has 4098 characters; at most 4096 are read.',
    );
    expect(parseFilter(`a=${'1'.repeat(MOST_FILTER_CHARACTERS - 2)}`)).not.toBeNull();
  });

  it('is refused by its own error and nothing else, whatever is typed', () => {
    const pieces = fc.constantFrom(
      ...'&|()=!~,"\\[]{}: \tnull vlan 1 .* “é\u{1f600}'.split(''),
      'ipsource',
      'null',
      '10.4.1.2',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        try {
          const printed = printFilter(parseFilter(text));
          expect(printFilter(parseFilter(printed))).toBe(printed);
        } catch (error) {
          if (!(error instanceof FilterError)) throw error;
          expect(error.start).toBeGreaterThanOrEqual(0);
          expect(error.start).toBeLessThanOrEqual(text.length);
          expect(error.end).toBeGreaterThanOrEqual(error.start);
          expect(error.message).toMatch(/^[A-Z][^\n]*\.$/);
        }
      }),
      { numRuns: 3000, seed: 28 },
    );
  });
});

describe('printing', () => {
  const none = { start: 0, end: 0 };
  const text = fc.string({ maxLength: 12, unit: fc.constantFrom(...'ab1.*&|(),"\\[]{} =!~:null'.split('')) });
  const left = fc.constantFrom(
    'vlan',
    'ipsource.1',
    'or:ipsource:ip6source',
    'prefix:[uri:httpurl:path]:/:2',
    '[a&b]',
  );
  const test: fc.Arbitrary<FilterExpression> = fc
    .record({
      left,
      operator: fc.constantFrom<FilterOperator>('=', '!=', '~', '!~'),
      values: fc.array(fc.option(text), { minLength: 1, maxLength: 3 }),
    })
    .map(({ left, operator, values }) => ({
      kind: 'test',
      left: { text: left, ...none },
      operator,
      // Only a key is absent: a pattern is always a text.
      values: values.map((value) => ({ text: operator.endsWith('~') ? (value ?? 'null') : value, ...none })),
      ...none,
    }));
  const { filter } = fc.letrec<{ filter: FilterExpression }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      test,
      fc
        .tuple(
          fc.constantFrom<'all' | 'any'>('all', 'any'),
          fc.array(tie('filter'), { minLength: 1, maxLength: 4 }),
        )
        .map(([kind, parts]) => group(kind, parts)),
    ),
  }));

  it('gives back what was read', () => {
    fc.assert(
      fc.property(filter, (expression) => {
        expect(shape(parseFilter(printFilter(expression)))).toEqual(shape(expression));
      }),
      { numRuns: 2000, seed: 28 },
    );
  });
});
