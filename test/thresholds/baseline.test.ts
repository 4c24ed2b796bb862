/** What is usual, learned from made-up weeks. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../main/sample-network/random.ts';
import { Baseline, LEAST_MINUTES_EVER, MOST_USUAL_PLACES } from '../../main/thresholds/baseline.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** In UTC, so that the test does not depend on where it runs; 1970 began on a Thursday. */
const hourOf = (timeMs: number) => {
  const ofDay = Math.floor(timeMs / HOUR) % 24;
  return { ofDay, ofWeek: ((Math.floor(timeMs / DAY) + 4) % 7) * 24 + ofDay };
};
const isWeekend = (timeMs: number): boolean => hourOf(timeMs).ofWeek < 24 || hourOf(timeMs).ofWeek >= 144;

/** 100 at night, 1000 by day, 100 at weekends, with some chance. */
function traffic(timeMs: number, random: Random): number {
  const { ofDay } = hourOf(timeMs);
  const mean = ofDay >= 8 && ofDay < 18 && !isWeekend(timeMs) ? 1000 : 100;
  return mean * (0.9 + 0.2 * random.fraction());
}

function learned(days: number, change: (timeMs: number, value: number) => number = (_, value) => value) {
  const baseline = new Baseline([], hourOf);
  const random = new Random(7);
  for (let timeMs = 0; timeMs < days * DAY; timeMs += MINUTE)
    baseline.look('a', change(timeMs, traffic(timeMs, random)), timeMs);
  return baseline;
}

describe('what is usual', () => {
  it('is told by the hour of the week, once a week was seen', () => {
    const baseline = learned(35);
    // Monday, day 39, at noon; the Saturday before; Monday at night.
    const [noon, weekend, night] = [39 * DAY + 12 * HOUR, 37 * DAY + 12 * HOUR, 39 * DAY + 3 * HOUR].map(
      (timeMs) => baseline.usualAt('a', timeMs)!,
    );
    expect(noon!.middle).toBeGreaterThan(900);
    expect(noon!.middle).toBeLessThan(1050);
    for (const one of [weekend!, night!]) {
      expect(one.middle).toBeGreaterThan(90);
      expect(one.middle).toBeLessThan(200);
    }
    // A standard deviation of even chance in ±10 % is 5.8 %.
    expect(noon!.spread / noon!.middle).toBeGreaterThan(0.03);
    expect(noon!.spread / noon!.middle).toBeLessThan(0.25);
  });

  it('is not told before enough was seen', () => {
    const baseline = new Baseline([], hourOf);
    for (let minute = 0; minute <= LEAST_MINUTES_EVER; minute++)
      expect(baseline.look('a', 5, minute * MINUTE), `minute ${minute}`).toSatisfy((usual: unknown) =>
        // The first hour of a day has sixty minutes before the hour itself does.
        minute < LEAST_MINUTES_EVER ? usual === null : usual !== null,
      );
    expect(baseline.ready(LEAST_MINUTES_EVER * MINUTE)).toBe(1);
  });

  it('is moved little by one bad hour, and is another after two weeks of another kind', () => {
    const noon = 18 * DAY + 12 * HOUR;
    const bad = learned(15, (timeMs, value) =>
      timeMs >= 4 * DAY + 12 * HOUR && timeMs < 4 * DAY + 13 * HOUR ? 100_000 : value,
    );
    // Mondays are days 4 and 11.
    expect(bad.usualAt('a', noon)!.middle).toBeLessThan(3000);
    const changed = learned(60, (timeMs, value) => (timeMs > 14 * DAY ? value * 5 : value));
    expect(changed.usualAt('a', 60 * DAY + 12 * HOUR)!.middle).toBeGreaterThan(3000);
  });

  it('is kept as it is, and what is kept and torn is learned anew', () => {
    const baseline = learned(8);
    const kept = JSON.parse(JSON.stringify(baseline.keep()));
    const again = new Baseline(kept, hourOf);
    expect(again.usualAt('a', 18 * DAY)).toEqual(baseline.usualAt('a', 18 * DAY));
    expect(new Baseline([['a', 'AAAA']], hourOf).size).toBe(0);
  });

  it('has room for so many places', () => {
    const baseline = new Baseline([], hourOf);
    for (let i = 0; i < MOST_USUAL_PLACES + 10; i++) baseline.look(`place ${i}`, 1, 0);
    expect(baseline.size).toBe(MOST_USUAL_PLACES);
  });
});
