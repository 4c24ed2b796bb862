import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMoment, rangePresets, rangeWords, startOfDay } from '../../../renderer/frame/scope/ranges.ts';
import { formatMoment } from '../../../shared/format/time.ts';

const dayMs = 86_400_000;
const noonMs = Date.UTC(2015, 2, 13, 12);

describe('moments that a user types', () => {
  it('reads what the window writes, in either zone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_102_444_800 }),
        fc.constantFrom('utc' as const, 'local' as const),
        (second, zone) => {
          const text = formatMoment(second * 1_000, zone);
          const read = parseMoment(text, zone, noonMs);
          expect(read).not.toBeNull();
          // An hour that summer time repeats has two readings of the same text.
          expect(formatMoment(read!, zone)).toBe(text);
        },
      ),
    );
  });

  it('puts a bare time on the day shown', () => {
    expect(parseMoment('18:52', 'utc', noonMs)).toBe(Date.UTC(2015, 2, 13, 18, 52));
    expect(parseMoment(' 18:52:02.5 ', 'utc', noonMs)).toBe(Date.UTC(2015, 2, 13, 18, 52, 2, 500));
    expect(parseMoment('2015-03-14', 'utc', noonMs)).toBe(Date.UTC(2015, 2, 14));
  });

  it('refuses what is no moment', () => {
    for (const text of [
      '',
      '  ',
      '24:00',
      '12:60',
      '12',
      '2015-02-31',
      '2015-13-01 10:00',
      'noon',
      '12:00:00 x',
    ]) {
      expect(parseMoment(text, 'utc', noonMs), text).toBeNull();
    }
  });
});

describe('ranges to pick', () => {
  it('offers days and weeks for a live workspace only', () => {
    const presets = rangePresets(false, noonMs, null, 'utc');
    expect(presets.map(({ label }) => label)).toEqual([
      'Last 1 min',
      'Last 5 min',
      'Last 10 min',
      'Last 1 h',
      'Last 6 h',
      'Last 12 h',
      'Last 24 h',
      'Today',
      'Yesterday',
      'This week',
      'Last week',
    ]);
    const today = startOfDay(noonMs, 'utc');
    expect(presets.find(({ id }) => id === 'yesterday')!.range).toEqual({
      ...{ kind: 'between', fromMs: today - dayMs, toMs: today },
    });
    // Weeks begin on Mondays.
    const week = presets.at(-2)!.range as { fromMs: number };
    expect(new Date(week.fromMs).getUTCDay()).toBe(1);
    expect(presets.at(-1)!.range).toEqual({
      ...{ kind: 'between', fromMs: week.fromMs - 7 * dayMs, toMs: week.fromMs },
    });
  });

  it('offers a capture what is shorter than itself, and all of it', () => {
    const extent = { fromMs: noonMs, toMs: noonMs + 400_000 };
    expect(rangePresets(true, extent.toMs, extent, 'utc').map(({ label }) => label)).toEqual([
      'Last 1 min',
      'Last 5 min',
      'Whole capture',
    ]);
  });

  it('names a range, and tells its times in a form that does not change from second to second', () => {
    const words = (toMs: number) =>
      rangeWords({ kind: 'last', ms: 300_000 }, { fromMs: toMs - 300_000, toMs }, null, false, 'utc');
    expect(words(noonMs)).toEqual({ name: 'Last 5 min', times: '11:55:00 – 12:00:00' });
    expect(words(noonMs + 1_000).times.length).toBe(words(noonMs).times.length);
    const fixed = { kind: 'between' as const, fromMs: noonMs - dayMs, toMs: noonMs };
    expect(rangeWords(fixed, fixed, null, false, 'utc')).toEqual({
      name: '2015-03-12 12:00 – 2015-03-13 12:00',
      times: '',
    });
    const extent = { fromMs: noonMs, toMs: noonMs + 60_000 };
    expect(rangeWords({ kind: 'all' }, null, extent, true, 'utc')).toEqual({
      name: 'Whole capture',
      times: '12:00:00 – 12:01:00',
    });
  });
});
