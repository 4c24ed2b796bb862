/** The state machine of a threshold, held against an oracle that looks at the whole history each time. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Baseline } from '../../main/thresholds/baseline.ts';
import { Contacts, MOST_CONTACTS } from '../../main/thresholds/contacts.ts';
import type { Raised } from '../../main/thresholds/place.ts';
import type { Reading } from '../../main/thresholds/readings.ts';
import { MOST_STANDING, type OnChange, Watch } from '../../main/thresholds/watch.ts';
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

/** As {@link oracle}, of everything that a level can have, looking at the whole history each time. */
function whole(
  history: readonly { timeMs: number; value: number | null }[],
  { timeout, clearValue, holdSeconds, minutes, flapSeconds, direction }: Threshold,
) {
  const sign = direction === 'above' ? 1 : -1;
  const beyond = (value: number | null, level: number): boolean =>
    value !== null && sign * (value - level) > 0;
  const events: { raised: number; cleared: number | null; peak: number; repeats: number }[] = [];
  let lastHeldMs = 0;
  history.forEach(({ timeMs, value }, index) => {
    const past = history.slice(0, index + 1);
    const minute = Math.floor(timeMs / 60_000);
    const bad = new Set(
      past.filter((one) => beyond(one.value, LEVEL)).map((one) => Math.floor(one.timeMs / 60_000)),
    );
    const inWindow = [...bad].filter((one) => one > minute - (minutes?.window ?? 0)).length;
    const enough = minutes === null || inWindow >= minutes.above;
    const lastGood = past.findLastIndex((one) => !beyond(one.value, LEVEL));
    const since = past[lastGood + 1]?.timeMs;
    const open = events.at(-1)?.cleared === null ? events.at(-1)! : null;
    if (open) {
      if (beyond(value, clearValue ?? LEVEL) || (minutes !== null && enough)) {
        lastHeldMs = timeMs;
        if (value !== null && beyond(value, open.peak)) open.peak = value;
      } else if (timeMs - lastHeldMs >= timeout * 1000) open.cleared = timeMs;
    } else if (beyond(value, LEVEL) && enough && timeMs - since! >= holdSeconds * 1000) {
      const before = events.at(-1);
      if (before && flapSeconds > 0 && timeMs - before.cleared! <= flapSeconds * 1000) {
        before.cleared = null;
        before.repeats++;
        if (beyond(value, before.peak)) before.peak = value!;
      } else events.push({ raised: timeMs, cleared: null, peak: value!, repeats: 0 });
      lastHeldMs = timeMs;
    }
  });
  return events;
}

const form = fc.record({
  timeout: fc.constantFrom(0, 1, 30, 90),
  clearValue: fc.constantFrom(null, 5),
  holdSeconds: fc.constantFrom(0, 20, 60),
  minutes: fc.constantFrom(null, { above: 1, window: 1 }, { above: 2, window: 3 }, { above: 3, window: 5 }),
  flapSeconds: fc.constantFrom(0, 60, 300),
});

describe('a threshold with everything that it can have', () => {
  it('raises, goes on and clears as the oracle says, in both directions; told in order, one clear for each raise', () => {
    const steps = fc.array(fc.record({ afterMs: fc.integer({ min: 1000, max: 40_000 }), value }), {
      minLength: 1,
      maxLength: 80,
    });
    fc.assert(
      fc.property(steps, form, fc.boolean(), (made, given, isAbove) => {
        const over: Partial<Threshold> = isAbove
          ? given
          : { ...given, direction: 'below', clearValue: given.clearValue === null ? null : 15 };
        const { told, look, watch } = watched(over);
        let timeMs = 0;
        const seen: { timeMs: number; value: number | null }[] = [];
        for (const { afterMs, value: one } of made) {
          timeMs += afterMs;
          seen.push({ timeMs, value: one });
          look(one === null ? [] : [at('a', one)], timeMs);
        }
        const events = whole(seen, watch.threshold);
        const raised = [...new Set(told.map((one) => one.raised))];
        expect(
          raised.map((one) => ({
            ...{ raised: one.raisedMs, cleared: one.clearedMs, peak: one.peak },
            repeats: told.filter(({ what, raised: of }) => what === 'again' && of === one).length,
          })),
        ).toEqual(events);
        for (const one of raised) {
          const words = told.filter((change) => change.raised === one).map(({ what }) => what);
          expect(words.join(' ')).toMatch(/^raised( cleared again)*( cleared)?$/);
        }
        for (const place of watch.places) {
          expect(place.nearness).toBeGreaterThanOrEqual(0);
          expect(place.nearness === 1).toBe(place.raised !== null);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('toggled each second for an hour is one event that goes on', () => {
    const { told, look } = watched({ timeout: 0, flapSeconds: 60 });
    for (let second = 0; second < 3600; second++) look([at('1', second % 2 ? 0 : 20)], second * 1000);
    expect(told.filter(({ what }) => what === 'raised')).toHaveLength(1);
  });

  it('is nearer the longer and the closer it is: four of the last ten minutes at the level are the whole bar', () => {
    const { watch, look } = watched({ minutes: { above: 4, window: 10 } });
    const near: number[] = [];
    for (let minute = 0; minute < 5; minute++) {
      look([at('1', minute < 2 ? 8 : 11)], minute * 60_000);
      near.push([...watch.places][0]!.nearness);
    }
    const rounded = near.map((one) => Number(one.toFixed(3)));
    expect(rounded).toEqual([0.2, 0.4, 0.65, 0.9, 0.95]);
    look([at('1', 11)], 300_000);
    expect([...watch.places][0]!.nearness).toBe(1);
  });

  it('takes the level of the data source before that of the agent before its own; null is not watched', () => {
    const { events, look } = watched({
      overrides: [
        { agent: '10.0.0.1', dataSource: '', value: 30 },
        { agent: '10.0.0.1', dataSource: '2', value: 5 },
        { agent: '10.0.0.1', dataSource: '3', value: null },
      ],
    });
    const elsewhere = { ...at('9', 20), agent: '10.0.0.2' };
    look([at('1', 20), at('2', 20), at('3', 2000), elsewhere], 1000);
    expect(events().map(({ dataSource, raised: { level } }) => [dataSource, level])).toEqual([
      ['2', 5],
      ['9', 10],
    ]);
  });

  it('of the speed turns octets to bits, and passes over what has no speed', () => {
    const { events, look } = watched({ of: 'speed' });
    const port = (dataSource: string, speed: number, isOctets: boolean) => ({
      ...at(dataSource, 20e6),
      ...{ speed, isOctets },
    });
    look([port('1', 1e9, true), port('2', 1e9, false), port('3', 0, true)], 1000);
    expect(events().map(({ dataSource, raised: { value: one } }) => [dataSource, one])).toEqual([['1', 16]]);
  });
});

describe('what is told now and then', () => {
  const told = fc.array(
    fc.record({
      afterMs: fc.constantFrom(1000, 1000, 1000, 7000, 20_000),
      // undefined: nothing is told; null: it is not there any more.
      values: fc.array(fc.oneof(fc.constant(undefined), value), { minLength: 3, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 120 },
  );
  const kind = fc.constantFrom<Partial<Threshold>>(
    {},
    { direction: 'below' },
    { kind: 'absence', value: 15, clearValue: null },
    { kind: 'baseline', value: 2, clearValue: null },
    { of: 'speed', overrides: [{ agent: '10.0.0.1', dataSource: '2', value: 3 }] },
  );

  it('comes to the same events as looking at everything each second, and to the same nearness', () => {
    fc.assert(
      fc.property(told, form, kind, (steps, given, over) => {
        const of: Partial<Threshold> = { ...given, ...over };
        if (over.direction === 'below' && given.clearValue !== null) of.clearValue = 15;
        const baseline = () => (over.kind === 'baseline' ? new Baseline() : null);
        const whole = new Watch(threshold(of), { baseline: baseline(), contacts: null });
        const following = new Watch(threshold(of), { baseline: baseline(), contacts: null });
        const seen: [string[], string[]] = [[], []];
        const teller =
          (list: string[]): OnChange =>
          (what, { dataSource }, raised) =>
            list.push(`${dataSource} ${what} ${JSON.stringify(raised)}`);
        const held = new Map<string, Reading>();
        let timeMs = 0;
        for (const { afterMs, values } of steps) {
          timeMs += afterMs;
          const lists: [string[], string[]] = [[], []];
          for (const [i, one] of values.entries()) {
            if (one === undefined) continue;
            const reading = { ...at(String(i), one ?? 0), updatedMs: timeMs, speed: i === 0 ? 0 : 1000 };
            if (one === null) {
              held.delete(String(i));
              following.lose(reading, 'tcp', timeMs, teller(lists[1]));
            } else {
              held.set(String(i), reading);
              following.take(reading, timeMs, teller(lists[1]));
            }
          }
          whole.look([...held.values()], timeMs, teller(lists[0]));
          // In as many parts as there are places.
          while (!following.pass(timeMs, teller(lists[1]), 1));
          for (const [i, list] of lists.entries()) seen[i]!.push(...list.toSorted());
          const near = (watch: Watch) =>
            [...watch.placesAt(timeMs)]
              // One that is gone is forgotten sooner or a little later.
              .filter(({ isThere, nearness }) => isThere || nearness > 0)
              .map(({ dataSource, nearness, value: one }) => [dataSource, nearness.toFixed(6), one])
              .toSorted();
          expect(near(following)).toEqual(near(whole));
          expect([following.standing, following.unraised]).toEqual([whole.standing, whole.unraised]);
        }
        expect(seen[1]).toEqual(seen[0]);
      }),
      { numRuns: 400 },
    );
  });
});

describe('silence', () => {
  it('is raised once nothing was heard for so long, and ends when something is', () => {
    const { told, look } = watched({ kind: 'absence', value: 60 });
    const heard = (updatedMs: number) => [{ ...at('1', 3), updatedMs }];
    look(heard(1000), 1000);
    for (let second = 2; second < 200; second++) look(second < 100 ? heard(1000) : [], second * 1000);
    look(heard(200_000), 200_000);
    expect(told.map(({ what, atMs }) => [what, atMs])).toEqual([
      ['raised', 62_000],
      ['cleared', 200_000],
    ]);
    // What was never heard is not missed.
    const other = watched({ kind: 'absence', value: 60 });
    for (let second = 0; second < 500; second++) other.look([], second * 1000);
    expect(other.told).toEqual([]);
  });
});

describe('contacts', () => {
  const contact = (over: Partial<Threshold> = {}) => {
    const contacts = new Contacts(over.learnMinutes ?? 0);
    const own = threshold({ kind: 'contact', byFlow: true, value: 0, ...over });
    const watch = new Watch(own, { baseline: null, contacts });
    const told: string[] = [];
    return {
      contacts,
      told,
      look: (nowMs: number, ...readings: Reading[]) =>
        watch.look(readings, nowMs, (what, { flowKey, dataSource }) => {
          if (what !== 'updated') told.push(`${what} ${flowKey} at ${dataSource}`);
        }),
    };
  };

  it('are told once each, wherever they are seen, and never again', () => {
    const { look, told } = contact();
    look(1000, at('1', 5, [['a,b', 5]]), at('2', 9, [['a,b', 9]]));
    look(2000);
    look(3000, at('2', 9, [['a,b', 9]]), at('2', 9, [['c,d', 9]]));
    look(4000);
    look(5000, at('1', 9, [['c,d', 9]]));
    expect(told).toEqual(['raised a,b at 1', 'cleared a,b at 1', 'raised c,d at 2', 'cleared c,d at 2']);
  });

  it('that are seen while it learns are known, over a restart too', () => {
    const { look, told, contacts } = contact({ learnMinutes: 10 });
    look(1000, at('1', 5, [['a,b', 5]]));
    expect(contacts.learnsUntilMs(2000)).toBe(601_000);
    look(602_000, at('1', 5, [['a,b', 5]]), at('1', 5, [['e,f', 5]]));
    expect(told).toEqual(['raised e,f at 1']);
    const again = new Contacts(10, JSON.parse(JSON.stringify(contacts.keep())));
    expect([again.isNew('a,b', 700_000), again.isNew('e,f', 700_000), again.isNew('x,y', 700_000)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('are bounded: what was not seen for longest is forgotten', () => {
    const contacts = new Contacts(0);
    for (let i = 0; i <= MOST_CONTACTS; i++) contacts.know(`flow ${i}`, i);
    expect([contacts.isNew('flow 0', 1e6), contacts.isNew(`flow ${MOST_CONTACTS}`, 1e6)]).toEqual([
      true,
      false,
    ]);
    expect(contacts.keep().known).toHaveLength(MOST_CONTACTS);
  });
});
