/** Time as engines see it: a clock that is set back, a capture that is played, the width of a bucket. */
import { describe, expect, it } from 'vitest';
import { BUCKET_LIMIT, chooseStep, stepFor } from '../../main/engine/choose-step.ts';
import { EngineClock } from '../../main/engine/clock.ts';
import { Replay } from '../../main/engine/replay.ts';

describe('the clock of a live engine', () => {
  const at = (): { wall: number; monotonic: number; clock: EngineClock; pass(ms: number): number } => {
    const state = {
      wall: 1_000_000,
      monotonic: 5000,
      clock: null as unknown as EngineClock,
      pass: (_: number) => 0,
    };
    state.clock = new EngineClock(
      () => state.wall,
      () => state.monotonic,
    );
    state.pass = (ms) => {
      state.wall += ms;
      state.monotonic += ms;
      return state.clock.nowMs();
    };
    return state;
  };

  it('follows the wall', () => {
    const state = at();
    expect([state.pass(1000), state.pass(500)]).toEqual([1_001_000, 1_001_500]);
  });

  it('never runs backwards: a clock set back an hour is run past, second by second', () => {
    const state = at();
    state.pass(1000);
    state.wall -= 3_600_000;
    const seen = Array.from({ length: 100 }, () => state.pass(1000));
    expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => 1_002_000 + i * 1000));
  });

  it('waits for the wall where it was set back a little', () => {
    const state = at();
    state.pass(1000);
    state.wall -= 800;
    expect([state.pass(300), state.pass(300), state.pass(300)]).toEqual([1_001_000, 1_001_000, 1_001_100]);
  });

  it('follows a step forward at once, and leaves the gap', () => {
    const state = at();
    state.wall += 8 * 3_600_000;
    expect(state.pass(0)).toBe(1_000_000 + 8 * 3_600_000);
  });
});

describe('a capture that is played', () => {
  it('moves at its speed by whole seconds, holds, and stands still at its end', () => {
    let monotonic = 0;
    const replay = new Replay(
      () => monotonic,
      () => {},
    );
    expect([replay.limitMs(), replay.status()]).toEqual([Number.POSITIVE_INFINITY, null]);
    replay.set({ positionMs: 10_000, speed: 10, paused: false }, 100_000);
    monotonic = 250;
    expect(replay.limitMs()).toBe(12_000);
    replay.set({ positionMs: 12_000, speed: 10, paused: true }, 100_000);
    monotonic = 5000;
    expect(replay.status()).toEqual({ positionMs: 12_000, speed: 10, paused: true });
    replay.set({ positionMs: 12_000, speed: 1e9, paused: false }, 100_000);
    monotonic = 6000;
    expect(replay.status()).toEqual({ positionMs: 100_000, speed: 1000, paused: true });
    replay.clear();
    expect(replay.limitMs()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the width of a bucket', () => {
  it('is one that reads easily and gives at most 150 of them', () => {
    for (let spanMs = 1000; spanMs < 400 * 86_400_000; spanMs *= 1.37) {
      const step = chooseStep(spanMs);
      expect(spanMs / step).toBeLessThanOrEqual(150);
      expect(step % 1000).toBe(0);
    }
    expect([chooseStep(60_000), chooseStep(600_000), chooseStep(3_600_000), chooseStep(86_400_000)]).toEqual([
      1000, 5000, 30_000, 600_000,
    ]);
  });

  it('is what was asked for, unless that would be too many', () => {
    expect(stepFor(2000, 60_000)).toBe(2000);
    expect(stepFor(1000, 7 * 86_400_000) * BUCKET_LIMIT).toBeGreaterThanOrEqual(7 * 86_400_000);
    expect(stepFor(null, 600_000)).toBe(5000);
  });
});
