/** Statistics against the plainest way to have them, and the two forms of patterns. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGlob, matcherOf } from '../../main/metrics/pattern.ts';
import { placeOf, statisticOf } from '../../main/metrics/statistics.ts';
import { STATISTICS, type Statistic } from '../../shared/model/metric.ts';

const numbers = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 40 });
function near(value: number | string | null, wanted: number): void {
  expect(Math.abs((value as number) - wanted)).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(wanted)));
}

/** The value below which a part of the values lies, by walking along the line through the sorted points. */
function walked(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  let place = part * (sorted.length - 1);
  let at = 0;
  while (place >= 1) {
    place--;
    at++;
  }
  return place === 0 ? sorted[at]! : sorted[at]! * (1 - place) + sorted[at + 1]! * place;
}

describe('statistics of numbers', () => {
  const oracle: Record<Exclude<Statistic, 'any'>, (values: number[]) => number> = {
    max: (values) => values.toSorted((a, b) => b - a)[0]!,
    min: (values) => values.toSorted((a, b) => a - b)[0]!,
    sum: (values) => values.reduce((a, b) => a + b),
    avg: (values) => values.reduce((a, b) => a + b) / values.length,
    var: (values) => {
      let all = 0;
      for (const one of values) for (const other of values) all += (one - other) ** 2;
      return all / (2 * values.length ** 2);
    },
    sdev: (values) => Math.sqrt(oracle.var(values)),
    med: (values) => walked(values, 0.5),
    q1: (values) => walked(values, 0.25),
    q2: (values) => walked(values, 0.5),
    q3: (values) => walked(values, 0.75),
    iqr: (values) => walked(values, 0.75) - walked(values, 0.25),
  };
  for (const [name, wanted] of Object.entries(oracle) as [
    Exclude<Statistic, 'any'>,
    (v: number[]) => number,
  ][])
    it(name, () => {
      fc.assert(
        fc.property(numbers, (values) => {
          near(statisticOf(name, values), wanted(values));
        }),
      );
    });

  it('any is one of them, and max, min and any say where they stand', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        expect(values).toContain(statisticOf('any', values));
        for (const name of ['max', 'min', 'any'] as const)
          expect(values[placeOf(name, values)]).toBe(statisticOf(name, values));
      }),
    );
  });

  it('of one value are that value, or nothing between', () => {
    for (const name of STATISTICS)
      expect(statisticOf(name, [7])).toBe(['var', 'sdev', 'iqr'].includes(name) ? 0 : 7);
    for (const name of STATISTICS) expect(statisticOf(name, [])).toBeNull();
  });

  it('have the quartiles that a spreadsheet has', () => {
    const values = [7, 15, 36, 39, 40, 41];
    expect(['q1', 'med', 'q3', 'iqr'].map((name) => statisticOf(name as Statistic, values))).toEqual([
      20.25, 37.5, 39.75, 19.5,
    ]);
  });

  it('of texts are ordered, and have no value where numbers are needed', () => {
    const texts = ['linux', 'windows', 'aix', 'linux'];
    expect(Object.fromEntries(STATISTICS.map((name) => [name, statisticOf(name, texts)]))).toEqual({
      ...{ max: 'windows', min: 'aix', any: 'linux', med: 'linux', q1: 'aix', q2: 'linux', q3: 'linux' },
      ...{ sum: null, avg: null, var: null, sdev: null, iqr: null },
    });
  });
});

describe('a pattern', () => {
  const table: [string, string, boolean][] = [
    ['*web.*', 'my-web.7', true],
    ['*web.*', 'my-webs', false],
    ['xenserver*', 'xenserver12', true],
    ['xenserver*', 'my xenserver', false],
    ['apache\\.*', 'apache.16.17w67u9157wlri7trd854x6q0', true],
    ['apache\\.*', 'apache2.16.17w67u9157wlri7trd854x6q0', false],
    ['apache.*', 'apache2', true],
    ['web[0-9]+', 'web12', true],
    ['web[0-9]+', 'web12x', false],
    ['(a|b)*', 'abab', true],
    ['a*b', 'a-long-b', true],
    ['linux', 'linux', true],
    ['linux', 'linux2', false],
  ];
  for (const [pattern, value, wanted] of table)
    it(`${pattern} ${wanted ? 'accepts' : 'does not accept'} ${value}`, () =>
      expect(matcherOf('name', [pattern])(value)).toBe(wanted));

  it('compares numbers as numbers', () => {
    expect([2, 10_000_000_000].map(matcherOf('cpu_num', ['2', '1e10']))).toEqual([true, true]);
    expect(matcherOf('cpu_num', ['3'])(2)).toBe(false);
  });

  it('takes its own time and no more, and is refused in words', () => {
    const evil = matcherOf('name', ['(a+)+x']);
    expect(evil(`${'a'.repeat(5000)}!`)).toBe(false);
    expect(() => matcherOf('name', ['('])).toThrow(/no regular expression/);
    expect(() => matcherOf('name', ['(a{1000}){1000}'])).toThrow(/no regular expression|repetitions/);
    expect(() => matcherOf('name', ['.'.repeat(300)])).toThrow(/longer than/);
    expect(() => matcherOf('name', new Array(300).fill('a'))).toThrow(/more than/);
  });

  it('never throws but in words, whatever it is and whatever it meets', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, value) => {
        try {
          expect(typeof matcherOf('name', [pattern])(value)).toBe('boolean');
          expect(matcherOf('name', [pattern])(pattern)).toBe(true);
        } catch (error) {
          expect((error as Error).message).toMatch(/^(A|The) pattern/);
        }
        isGlob(pattern);
      }),
    );
  });
});
