/** The state machine of a threshold, held against an oracle that looks at the whole history each time. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Raised } from '../../main/thresholds/place.ts';
import type { Reading } from '../../main/thresholds/readings.ts';
import { MOST_STANDING, Watch } from '../../main/thresholds/watch.ts';
import { THRESHOLD_DEFAULTS, type Threshold } from '../../shared/model/threshold.ts';

const LEVEL = 10;
const threshold = (over: Partial<Threshold> = {}): Threshold => ({
  ...{
    ...THRESHOLD_DEFAULTS,
    name: 'busy',
    metric: 'tcp',
    value: LEVEL,
    timeout: 0,
    overrides: [],
    preset: false,
  },
  ...over,
});

type Told = { what: string; flowKey: string | null; dataSource: string; raised: Raised; atMs: number };

/** A watch that is shown a list of readings at a time. */
function watched(over: Partial<Threshold> = {}) {
  const watch = new Watch(threshold(over));
  const told: Told[] = [];
  const look = (readings: Reading[], nowMs: number): void =>
    watch.look(readings, nowMs, (what, { flowKey, dataSource }, raised) => {
      if (what !== 'updated') told.push({ what, flowKey, dataSource, raised, atMs: nowMs });
    });
  /** What was raised, in its order, as it stands now. */
  const events = () => told.filter(({ what }) => what === 'raised');
  return { watch, told, events, look };
}

const at = (dataSource: string, value: number, keys: [string, number][] | null = null): Reading => ({
  ...{ agent: '10.0.0.1', dataSource, metric: 'tcp', value, updatedMs: 0, speed: 0, isOctets: true },
  flows: keys?.map(([key, flowValue]) => ({ key, value: flowValue, updatedMs: 0, values: [] })) ?? null,
});

/**
 * What must have happened to one place, told from its whole history: an event begins at a look above the level that
 * no event holds, and ends at the first look that is `timeout` after its last one above.
 */
function oracle(history: { timeMs: number; value: number | null }[], timeout: number) {
  const events: { raised: number; cleared: number | null; peak: number }[] = [];
  history.forEach(({ timeMs, value }, index) => {
    const open = events.at(-1)?.cleared === null ? events.at(-1)! : null;
    if (value !== null && value > LEVEL) {
      if (open) open.peak = Math.max(open.peak, value);
      else events.push({ raised: timeMs, cleared: null, peak: value });
    } else if (open) {
      const lastAbove = history
        .slice(0, index)
        .findLast((past) => past.value !== null && past.value > LEVEL)!;
      if (timeMs - lastAbove.timeMs >= timeout * 1000) open.cleared = timeMs;
    }
  });
  return events;
}

const value = fc.oneof(fc.constantFrom(0, LEVEL, LEVEL + 1, null), fc.integer({ min: 0, max: 20 }));
const history = fc.array(fc.record({ afterMs: fc.integer({ min: 1, max: 3000 }), a: value, b: value }), {
  minLength: 1,
  maxLength: 60,
});

describe('a threshold', () => {
  it('raises and clears as the oracle says, by data source and by flow', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(0, 1, 4, 10), fc.boolean(), (steps, timeout, byFlow) => {
        const { events, look } = watched({ timeout, byFlow });
        let timeMs = 0;
        const seen: { timeMs: number; a: number | null; b: number | null }[] = [];
        for (const { afterMs, a, b } of steps) {
          timeMs += afterMs;
          seen.push({ timeMs, a, b });
          const values = Object.entries({ a, b }).flatMap(([key, one]) => (one === null ? [] : [[key, one]]));
          look(
            byFlow
              ? [at('3', 0, values as [string, number][])]
              : values.map(([key, one]) => at(String(key), Number(one))),
            timeMs,
          );
        }
        for (const key of ['a', 'b'] as const) {
          const made = events()
            .filter((event) => (byFlow ? event.flowKey : event.dataSource) === key)
            .map(({ raised: { raisedMs, clearedMs, peak } }) => ({
              raised: raisedMs,
              cleared: clearedMs,
              peak,
            }));
          expect(made).toEqual(
            oracle(
              seen.map((moment) => ({ timeMs: moment.timeMs, value: moment[key] })),
              timeout,
            ),
          );
        }
      }),
    );
  });

  it('toggled each second for an hour raises no more often than its timeout lets it', () => {
    const { events, look } = watched({ timeout: 4 });
    for (let second = 0; second < 3600; second++) look([at('1', second % 2 ? 0 : 20)], second * 1000);
    expect(events()).toHaveLength(1);
    const loose = watched({ timeout: 1 });
    for (let second = 0; second < 3600; second++) loose.look([at('1', second % 2 ? 0 : 20)], second * 1000);
    expect(loose.events()).toHaveLength(1800);
  });

  it('has no level to cross where nothing is above it', () => {
    const { events, look, watch } = watched();
    look([at('1', LEVEL), at('2', Number.NaN), at('3', -5, [['x', 99]])], 1000);
    expect(events()).toEqual([]);
    expect(watch.standing).toBe(0);
  });

  it('counts what finds no room, and has room again after clearing', () => {
    const { events, look, watch } = watched({ byFlow: true });
    const keys = (from: number, count: number): [string, number][] =>
      Array.from({ length: count }, (_, index) => [`flow ${from + index}`, 20]);
    look([at('1', 20, keys(0, MOST_STANDING + 7))], 1000);
    expect([events().length, watch.standing, watch.unraised]).toEqual([MOST_STANDING, MOST_STANDING, 7]);
    look([], 2000);
    expect([watch.standing, watch.unraised]).toEqual([0, 0]);
    look([at('1', 20, keys(5000, 3))], 3000);
    expect(watch.standing).toBe(3);
  });

  it('clears what stands when it ends', () => {
    const { events, look, watch } = watched({ timeout: 600 });
    look([at('1', 20)], 1000);
    watch.end(1500, () => {});
    expect(events()[0]!.raised.clearedMs).toBe(1500);
  });
});
