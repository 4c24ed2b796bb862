import { describe, expect, it } from 'vitest';
import { firstSpan, knownAt, lineOf, spansFor, stretchesOn } from '../../../renderer/frame/transport/line.ts';

const hourMs = 3_600_000;
const whole = { fromMs: 0, toMs: 48 * hourMs };

describe('the line one travels along', () => {
  it('shows a span up to now, and stays where it is while the position is on it', () => {
    expect(spansFor(whole)).toEqual([hourMs / 6, hourMs, 6 * hourMs, 24 * hourMs, 0]);
    const newest = lineOf(whole, hourMs, 47.5 * hourMs, null);
    expect(newest).toEqual({ fromMs: 47 * hourMs, toMs: 48 * hourMs });
    const earlier = lineOf(whole, hourMs, 20 * hourMs, newest);
    expect(earlier).toEqual({ fromMs: 19.5 * hourMs, toMs: 20.5 * hourMs });
    expect(lineOf(whole, hourMs, 20.4 * hourMs, earlier)).toBe(earlier);
    expect(lineOf(whole, hourMs, 21 * hourMs, earlier)).not.toEqual(earlier);
    expect(lineOf(whole, 0, 21 * hourMs, earlier)).toEqual(whole);
    expect(lineOf(whole, hourMs, 0, earlier)).toEqual({ fromMs: 0, toMs: hourMs });
  });

  it('begins with what is recorded', () => {
    expect(firstSpan(whole, [{ fromMs: 43 * hourMs, toMs: 48 * hourMs }])).toBe(6 * hourMs);
    expect(firstSpan(whole, [])).toBe(24 * hourMs);
    expect(firstSpan({ fromMs: 0, toMs: hourMs / 2 }, [])).toBe(0);
  });

  it('shows what is kept of it, and breaks that can be seen', () => {
    const timeline = {
      recorded: [
        { fromMs: 46 * hourMs, toMs: 47 * hourMs },
        { fromMs: 47 * hourMs + 1000, toMs: 47.5 * hourMs },
      ],
      stored: [{ fromMs: 0, toMs: 24 * hourMs }],
    };
    expect(stretchesOn({ fromMs: 44 * hourMs, toMs: 48 * hourMs }, timeline)).toEqual([
      { kind: 'recorded', from: 0.5, to: 0.875 },
    ]);
    expect(stretchesOn(whole, timeline)[0]).toEqual({ kind: 'stored', from: 0, to: 0.5 });
    expect(knownAt(46.5 * hourMs, timeline)).toBe('recorded');
    expect(knownAt(hourMs, timeline)).toBe('stored');
    expect(knownAt(30 * hourMs, timeline)).toBeNull();
  });
});
