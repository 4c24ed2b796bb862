import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REORDER_WINDOW, SequenceTracker } from '../../main/samples/sequence.ts';

/** Feeds numbers at 1 s of agent time each, in the order given; the clock follows the number. */
function feed(numbers: readonly number[], firstUptimeMs = 100_000): SequenceTracker {
  const tracker = new SequenceTracker();
  for (const number of numbers) tracker.accept(number >>> 0, (firstUptimeMs + (number | 0) * 10) >>> 0);
  return tracker;
}

const counts = (tracker: SequenceTracker) => ({
  lost: tracker.lost,
  reordered: tracker.reordered,
  duplicates: tracker.duplicates,
  restarts: tracker.restarts,
});

describe('loss by sequence number', () => {
  it('counts nothing lost before the first datagram', () => {
    expect(counts(feed([5000]))).toEqual({ lost: 0, reordered: 0, duplicates: 0, restarts: 0 });
  });

  it('counts a gap at once and takes a late datagram off again', () => {
    expect(counts(feed([1, 2, 5]))).toEqual({ lost: 2, reordered: 0, duplicates: 0, restarts: 0 });
    expect(counts(feed([1, 2, 5, 3, 4]))).toEqual({ lost: 0, reordered: 2, duplicates: 0, restarts: 0 });
  });

  it('does not take off what was never counted: a datagram from before the first', () => {
    expect(counts(feed([10, 9, 8, 12]))).toEqual({ lost: 1, reordered: 2, duplicates: 0, restarts: 0 });
  });

  it('knows a duplicate', () => {
    expect(counts(feed([1, 2, 2, 1, 3]))).toEqual({ lost: 0, reordered: 0, duplicates: 2, restarts: 0 });
  });

  it('passes the wrap of the number and of the uptime without loss or restart', () => {
    const tracker = new SequenceTracker();
    const start = 0xffff_fff0;
    for (let i = 0; i < 64; i++) tracker.accept((start + i) >>> 0, (0xffff_fc00 + i * 100) >>> 0);
    expect(counts(tracker)).toEqual({ lost: 0, reordered: 0, duplicates: 0, restarts: 0 });
  });

  it('tells a restart from loss: number and uptime both fall', () => {
    const tracker = new SequenceTracker();
    for (let i = 0; i < 10; i++) tracker.accept(100_000 + i, 50_000_000 + i * 1000);
    expect(tracker.accept(1, 1500)).toBe('restart');
    expect(tracker.accept(2, 2500)).toBe('in order');
    expect(counts(tracker)).toEqual({ lost: 0, reordered: 0, duplicates: 0, restarts: 1 });
  });

  it('takes a restart whose numbers run into the old window for a restart, not for a duplicate', () => {
    const tracker = new SequenceTracker();
    for (let i = 1; i <= 5; i++) tracker.accept(i, 40_000_000 + i * 1000);
    expect(tracker.accept(1, 900)).toBe('restart');
  });

  it('knows two streams that are interleaved under one sub-agent, and counts no loss for the jumps', () => {
    for (const offset of [100, 5000, 499_000, 3_000_000, -5000]) {
      const tracker = new SequenceTracker();
      for (let i = 1; i <= 200; i++) {
        tracker.accept(10_000_000 + i, 60_000 + i * 100);
        if (i !== 50) tracker.accept(10_000_000 + offset + i, 60_000 + i * 100);
      }
      expect({ offset, lost: tracker.lost, restarts: tracker.restarts, streams: tracker.streams }).toEqual({
        offset,
        lost: 1,
        restarts: 0,
        streams: 2,
      });
      expect(tracker.reordered).toBeLessThanOrEqual(2);
    }
  });

  it('counts a long outage as loss: the old numbers never go on', () => {
    const tracker = new SequenceTracker();
    for (let i = 0; i < 100; i++) tracker.accept(1000 + i, 10_000 + i * 10);
    for (let i = 0; i < 1000; i++) tracker.accept(6000 + i, 70_000 + i * 10);
    expect({ lost: tracker.lost, streams: tracker.streams }).toEqual({ lost: 4900, streams: 1 });
  });

  it('agrees with counting what arrived, for any loss, reordering within the window and duplication', () => {
    const arrival = fc.record({
      lose: fc.boolean(),
      copies: fc.integer({ min: 1, max: 3 }),
      jitter: fc.integer({ min: 0, max: REORDER_WINDOW / 2 - 2 }),
    });
    fc.assert(
      fc.property(
        fc.array(arrival, { minLength: 2, maxLength: 300 }),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        (plan, first) => {
          const sent = plan.flatMap((one, index) =>
            one.lose && index > 0 && index < plan.length - 1
              ? []
              : Array.from({ length: one.copies }, () => ({ index, at: index + one.jitter })),
          );
          sent.sort((a, b) => a.at - b.at);
          const tracker = new SequenceTracker();
          let newest = Number.NEGATIVE_INFINITY;
          const heard = new Set<number>();
          let duplicates = 0;
          for (const { index } of sent) {
            if (heard.has(index)) duplicates++;
            heard.add(index);
            newest = Math.max(newest, index);
            tracker.accept((first + index) >>> 0, (5_000_000 + index * 10) >>> 0);
          }
          const from = sent[0]!.index;
          let missing = 0;
          for (let index = from; index <= newest; index++) if (!heard.has(index)) missing++;
          expect({ lost: tracker.lost, duplicates: tracker.duplicates, restarts: tracker.restarts }).toEqual({
            lost: missing,
            duplicates,
            restarts: 0,
          });
        },
      ),
    );
  });
});
