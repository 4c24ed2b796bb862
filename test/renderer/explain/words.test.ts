/** A change in words and figures, what it is compared with, and the shapes of two ranges. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referenceOf } from '../../../renderer/stores/references.ts';
import { comparisonWords } from '../../../renderer/views/explain/course.ts';
import { explainExport } from '../../../renderer/views/explain/export.ts';
import { explanationWords, patternText } from '../../../renderer/views/explain/words.ts';
import { changeBetween } from '../../../shared/compare/changes.ts';
import { compareCourses } from '../../../shared/compare/shape.ts';
import type { Change, Explanation } from '../../../shared/model/explanation.ts';

const BITS = { unit: 'bit/s', factor: 8 };
const change = (before: number, during: number, halfWidth: number): Change =>
  changeBetween({ value: before, halfWidth: 0 }, { value: during, halfWidth });
const value = (key: string, ...texts: string[]) => ({ keys: [key], texts });
const explanation = (total: Change, patterns: Explanation['patterns'] = []): Explanation => ({
  ...{ during: { fromMs: 60_000, toMs: 120_000 }, before: { fromMs: 0, toMs: 60_000 }, value: 'bytes' },
  ...{ provenance: { during: 'memory', before: 'memory' }, samples: { during: 9, before: 9 } },
  ...{ total, dimensions: [], fields: [], patterns, problems: [] },
});

describe('the sentence', () => {
  it('names the cause with its share, where it enters and that it is new', () => {
    const pattern = {
      ...change(0, 356.5e6, 10e6),
      values: [
        value('ipsource', '10.0.0.1'),
        value('ipdestination', '10.0.0.4'),
        value('application', '6:5001'),
        { keys: ['agent', 'ifname:inputifindex'], texts: ['leaf1', 'swp1'] },
        null,
        null,
      ],
    };
    expect(
      explanationWords(explanation(change(100e6, 487.5e6, 12e6), [pattern]), BITS).replaceAll('\u2009', ' '),
    ).toBe(
      'Traffic rose by 3.10 Gbit/s ± 96.0 Mbit/s, from 800 Mbit/s to 3.90 Gbit/s. 92 % of the rise is 10.0.0.1 → 10.0.0.4 iperf, entering at leaf1 › swp1; new in this range.',
    );
    expect(
      patternText([null, value('ipdestination', '10.0.0.4'), null, null, value('vlan', '9'), null]),
    ).toBe('to 10.0.0.4, in VLAN 9');
  });

  it('says of a change within its band that it may be chance', () => {
    expect(explanationWords(explanation(change(100, 110, 20)), BITS)).toContain('it may be chance');
    expect(explanationWords(explanation(change(0, 0, 0)), BITS)).toBe('Nothing was heard in either range.');
  });
});

it('a range is compared with the one before it, a day or a week earlier, or one’s own, as far as there is data', () => {
  const during = { fromMs: 1_000_000_000, toMs: 1_000_060_000 };
  expect(referenceOf('previous', during, null, null)).toEqual({ fromMs: 999_940_000, toMs: 1_000_000_000 });
  expect(referenceOf('yesterday', during, null, null)).toEqual({ fromMs: 913_600_000, toMs: 913_660_000 });
  expect(referenceOf('last-week', during, null, null)!.fromMs).toBe(1_000_000_000 - 7 * 86_400_000);
  expect(referenceOf('own', during, null, null)).toBeNull();
  expect(referenceOf('previous', during, null, 999_990_000)).toEqual({
    fromMs: 999_990_000,
    toMs: 1_000_000_000,
  });
  expect(referenceOf('previous', during, null, 1_000_000_000)).toBeNull();
});

describe('two weeks laid on each other', () => {
  const HOUR = 3_600_000;
  const utcHour = (timeMs: number) => new Date(timeMs).getUTCHours();
  /** Traffic of a week that is highest at 20:00, and by day where people stay at home. */
  const week = (startMs: number, peak: number, atHome: boolean) => ({
    ...{ startMs, stepMs: HOUR },
    rates: Array.from({ length: 168 }, (_, index) => {
      const hour = index % 24;
      if (hour === 20) return peak;
      return peak * (atHome && hour >= 9 && hour < 17 ? 0.8 : 0.5);
    }),
  });

  it('tell the difference of their peaks and of the shape of the day', () => {
    const found = compareCourses(week(0, 5e9, false), week(168 * HOUR, 6.25e9, true), utcHour);
    expect(found.by).toBe('hour');
    expect(found.most!.from).toBeGreaterThanOrEqual(9);
    expect(found.most!.from).toBeLessThan(17);
    const words = comparisonWords(found, BITS, 'utc').replaceAll('\u2009', ' ');
    expect(words).toContain('Peak 50.0 Gbit/s');
    expect(words).toContain('+10.0 Gbit/s (25 %)');
    expect(words).toMatch(/differs most between \d+:00 and \d+:00/);
  });

  it('are alike where one is the other times a number', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 8, maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (rates, times) => {
          const one = { startMs: 0, stepMs: 1000, rates };
          const other = { ...one, rates: rates.map((rate) => rate * times) };
          expect(compareCourses(one, other, utcHour).most).toBeNull();
        },
      ),
    );
  });
});

it('the exported table says when before was, and has no line of what is left where nothing is', () => {
  const total = change(100, 300, 20);
  const dimension = (other: Change) => ({
    ...{
      id: 'sources',
      label: 'Source',
      keys: ['ipsource'],
      rows: [{ ...total, keyTexts: ['=cmd'] }],
      other,
    },
  });
  const told = {
    ...explanation(total),
    dimensions: [dimension(change(0, 0, 0)), dimension(change(1, 1, 1))],
  };
  const lines = explainExport(told, '', BITS, null, 'utc').tableCsv().trim().split('\r\n');
  expect(lines[0]).toMatch(/,Status,"Before, from","Before, to",From,To$/);
  expect(lines[1]).toMatch(
    /^Total,all traffic,800,2400,1600,160,1,grown,1970-01-01T00:00:00.000\+00:00,1970-01-01T00:01:00.000\+00:00,1970-01-01T00:01:00/,
  );
  // What a spreadsheet would run is text; only the rest that is something has a line.
  expect(lines.slice(2).map((line) => line.split(',').slice(0, 2))).toEqual([
    ['Source', "'=cmd"],
    ['Source', "'=cmd"],
    ['Source', 'others'],
  ]);
});
