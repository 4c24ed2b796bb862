import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  formatClock,
  formatDate,
  formatDuration,
  formatInterval,
  formatIso,
  formatMoment,
  timeTicks,
} from '../../../shared/format/time.ts';

const AT = Date.UTC(2015, 2, 13, 18, 52, 2);
const zoneBefore = process.env.TZ;

describe('moments', () => {
  test('clock', () => {
    expect(formatClock(AT, 'utc', 'minute')).toBe('18:52');
    expect(formatClock(AT, 'utc')).toBe('18:52:02');
    expect(formatClock(AT + 924.066, 'utc', 'millisecond')).toBe('18:52:02.924');
    expect(formatClock(AT + 924.066, 'utc', 'microsecond')).toBe('18:52:02.924066');
    expect(formatClock(Number.NaN, 'utc')).toBe('–');
    expect(formatClock(1e20, 'utc')).toBe('–');
  });

  test('microseconds survive the way through a double', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2_000_000_000 }),
        fc.integer({ min: 0, max: 999_999 }),
        (s, us) => {
          const text = formatClock(s * 1000 + us / 1000, 'utc', 'microsecond');
          expect(text.slice(9)).toBe(String(us).padStart(6, '0'));
        },
      ),
    );
  });

  test('intervals', () => {
    expect(formatInterval(AT, AT + 30_000, 'utc')).toBe('18:52:02 – 18:52:32');
    expect(formatInterval(AT - 2000, AT + 58_000, 'utc')).toBe('18:52 – 18:53');
    expect(formatInterval(AT, AT + 86_400_000, 'utc')).toBe('2015-03-13 18:52:02 – 2015-03-14 18:52:02');
    expect(formatInterval(AT, AT + 200, 'utc')).toBe('18:52:02.000 – 18:52:02.200');
    expect(formatInterval(Number.NaN, AT, 'utc')).toBe('–');
  });

  test('dates and ISO', () => {
    expect(formatDate(AT, 'utc')).toBe('2015-03-13');
    expect(formatMoment(AT, 'utc')).toBe('2015-03-13 18:52:02');
    expect(formatIso(AT + 0.5, 'utc')).toBe('2015-03-13T18:52:02.000+00:00');
    expect(formatIso(Number.NaN, 'utc')).toBe('');
  });

  test.each([
    [95_000, '1 min 35 s'],
    [139_985_000, '1 d 14 h 53 min 5 s'],
    [3_600_000, '1 h'],
    [59_700, '1 min'],
    [250, '250 ms'],
    [999.7, '1 s'],
    [2500, '2.5 s'],
    [9990, '10 s'],
    [0, '0'],
    [0.2, '< 1 ms'],
    [-95_000, '−1 min 35 s'],
    [Number.NaN, '–'],
  ])('%d ms reads %s', (duration, text) => {
    expect(formatDuration(duration)).toBe(text);
  });
});

describe('ticks', () => {
  test('steps of a clock, labels of the step, date at midnight', () => {
    const five = timeTicks(AT, AT + 300_000, 1200, 'utc');
    expect(five.stepMs).toBe(30_000);
    expect(five.ticks[0]).toEqual({ timeMs: AT + 28_000, label: '18:52:30' });
    const day = timeTicks(AT, AT + 86_400_000, 800, 'utc');
    expect(day.stepMs).toBe(2 * 3_600_000);
    expect(day.ticks.map((tick) => tick.label)).toContain('2015-03-14');
    expect(day.ticks[0]!.label).toBe('20:00');
  });

  test('an empty or backward range has no ticks', () => {
    expect(timeTicks(AT, AT, 800, 'utc').ticks).toEqual([]);
    expect(timeTicks(AT, AT - 1, 800, 'utc').ticks).toEqual([]);
    expect(timeTicks(Number.NaN, AT, 800, 'utc').ticks).toEqual([]);
    expect(timeTicks(AT, AT + 1000, 0, 'utc').ticks).toEqual([]);
  });

  test('any range: ticks in range, evenly apart, at least 60 px, never more than fit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 10_000, max: 1e11 }),
        fc.integer({ min: 100, max: 4000 }),
        (from, length, width) => {
          const { stepMs, ticks } = timeTicks(from, from + length, width, 'utc');
          expect(ticks.length).toBeLessThanOrEqual(width / 60 + 1);
          for (const [index, tick] of ticks.entries()) {
            expect(tick.timeMs).toBeGreaterThanOrEqual(from);
            expect(tick.timeMs).toBeLessThan(from + length);
            if (index > 0) expect(tick.timeMs - ticks[index - 1]!.timeMs).toBe(stepMs);
          }
        },
      ),
    );
  });

  describe('across summer time', () => {
    beforeAll(() => {
      process.env.TZ = 'Europe/Berlin';
    });
    afterAll(() => {
      if (zoneBefore === undefined) delete process.env.TZ;
      else process.env.TZ = zoneBefore;
    });

    test('labels stay on round hours, the missing hour has none', () => {
      const from = Date.UTC(2026, 2, 28, 23);
      const { ticks } = timeTicks(from, from + 8 * 3_600_000, 800, 'local');
      expect(ticks.map((tick) => tick.label)).toEqual([
        '2026-03-29',
        '01:00',
        '03:00',
        '04:00',
        '05:00',
        '06:00',
        '07:00',
        '08:00',
      ]);
      const week = timeTicks(from, from + 86_400_000, 240, 'local');
      expect(week.ticks.map((tick) => tick.label)).toEqual([
        '2026-03-29',
        '06:00',
        '12:00',
        '18:00',
        '2026-03-30',
      ]);
    });

    test('offset of the moment, not of today', () => {
      expect(formatIso(Date.UTC(2026, 0, 1), 'local')).toBe('2026-01-01T01:00:00.000+01:00');
      expect(formatIso(Date.UTC(2026, 6, 1), 'local')).toBe('2026-07-01T02:00:00.000+02:00');
    });
  });
});
