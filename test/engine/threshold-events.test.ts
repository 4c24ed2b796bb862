/** What stood when Weir ended: it goes on as the same event where its place is still watched, and ended otherwise. */
import { describe, expect, it } from 'vitest';
import { documentsInMemory } from '../../main/engine/documents.ts';
import { ThresholdEvents } from '../../main/engine/threshold-events.ts';
import { Events } from '../../main/events/events.ts';
import { eventsInMemory } from '../../main/events/shelf.ts';
import type { Reading } from '../../main/thresholds/readings.ts';
import { Thresholds } from '../../main/thresholds/thresholds.ts';
import type { ThresholdInput } from '../../shared/model/threshold.ts';
import { eventOf } from '../events/made.ts';

const NOW = Date.UTC(2026, 2, 2, 12);
const reading = (over: Partial<Reading>): Reading => ({
  ...{ agent: '10.0.0.1', dataSource: '3', metric: 'ifinoctets', value: 0, updatedMs: NOW, speed: 0 },
  ...{ isOctets: true, flows: null },
  ...over,
});

async function again(standing: ReturnType<typeof eventOf>[], inputs: Record<string, ThresholdInput>) {
  let nowMs = NOW;
  const shelf = eventsInMemory();
  await shelf.write(standing);
  const documents = documentsInMemory();
  const events = new Events({ shelf, documents, nowMs: () => nowMs });
  const thresholdEvents = new ThresholdEvents({
    events,
    namesOf: () => ({ agentName: 'spine1', interfaceName: 'swp3' }),
    definitionOf: (name) =>
      name === 'pairs' ? { keys: ['ipsource'], value: 'bytes', filter: '', fs: ',' } : null,
    describe: (metric) =>
      metric === 'ifinoctets' ? { label: 'Octets in', unit: 'octets/s' } : { label: metric, unit: '%' },
    contributors: null,
  });
  const readings = new Map<string, Reading[]>();
  const thresholds = new Thresholds({
    ...{ documents, nowMs: () => nowMs, told: () => [], spots: () => [] },
    readings: (metric) => ({ isWhole: () => true, all: () => readings.get(metric) ?? [], read() {} }),
    changed: (change) => thresholdEvents.take(change),
  });
  for (const { threshold } of thresholds.list())
    await thresholds.put(threshold.name, { ...threshold, enabled: false });
  for (const [name, input] of Object.entries(inputs)) await thresholds.put(name, input);
  thresholdEvents.inherit(await events.start(), thresholds, nowMs);
  return {
    second(metric: string, ...all: Reading[]) {
      readings.set(metric, all);
      nowMs += 1000;
      thresholds.tick(nowMs);
      return nowMs;
    },
    standing: () => thresholds.list().reduce((sum, one) => sum + one.standing, 0),
    async events() {
      const { events: found } = await events.list({
        ...{ fromMs: 0, toMs: NOW * 2, standing: null, acknowledged: null, severities: [], kinds: [] },
        ...{ names: [], agents: [], text: '', limit: 100, offset: 0, bins: 1 },
      });
      return found.reverse();
    },
  };
}

const busy: ThresholdInput = { metric: 'ifinoctets', value: 1000, timeout: 10 };
/** As people read it: in bit/s. */
const stood = (over: Parameters<typeof eventOf>[0] = {}) =>
  eventOf({
    ...{ id: 7, metric: 'ifinoctets', unit: 'bit/s', level: 8000, value: 9600, peak: 12_000 },
    ...{ raisedMs: NOW - 600_000, updatedMs: NOW - 30_000 },
    ...over,
  });

describe('an event that stood when Weir ended', () => {
  it('goes on where its place is still beyond the level, with its number and its peak, in its unit', async () => {
    const at = await again([stood()], { busy });
    expect(at.standing()).toBe(1);
    at.second('ifinoctets', reading({ value: 1250 }));
    const [one, ...others] = await at.events();
    expect(others).toEqual([]);
    expect(one).toMatchObject({ id: 7, clearedMs: null, value: 10_000, peak: 12_000, level: 8000 });
    at.second('ifinoctets', reading({ value: 2000 }));
    expect((await at.events())[0]).toMatchObject({ id: 7, value: 16_000, peak: 16_000 });
  });

  it('ends when its place has been quiet for its timeout, from when it was last beyond', async () => {
    const at = await again([stood({ updatedMs: NOW - 5000 })], { busy });
    for (let second = 0; second < 4; second++) at.second('ifinoctets', reading({ value: 10 }));
    expect((await at.events())[0]!.clearedMs).toBeNull();
    at.second('ifinoctets', reading({ value: 10 }));
    expect((await at.events())[0]).toMatchObject({ id: 7, clearedMs: NOW + 5000 });
    expect(at.standing()).toBe(0);
    // The next one is another.
    at.second('ifinoctets', reading({ value: 5000 }));
    expect((await at.events()).map(({ id }) => id)).toEqual([7, 8]);
  });

  it('ended when it was last seen where Weir was away for long, or nobody watches its place any more', async () => {
    const long = stood({ id: 1, updatedMs: NOW - 301_000 });
    const gone = stood({ id: 2, name: 'deleted', dataSource: '4' });
    const off = stood({ id: 3, name: 'off', dataSource: '5' });
    const elsewhere = stood({ id: 4, name: 'there', dataSource: '6' });
    const system = eventOf({ id: 5, kind: 'system', name: 'disk-full', agent: '' });
    const at = await again([long, gone, off, elsewhere, system], {
      busy,
      off: { ...busy, enabled: false },
      there: { ...busy, overrides: [{ agent: '10.0.0.1', dataSource: '6', value: null }] },
    });
    expect((await at.events()).map(({ id, clearedMs }) => [id, clearedMs])).toEqual([
      [1, NOW - 301_000],
      [2, NOW - 30_000],
      [3, NOW - 30_000],
      [4, NOW - 30_000],
      // Of Weir itself somebody else speaks.
      [5, null],
    ]);
    expect(at.standing()).toBe(0);
  });

  it('of silence goes on until something is heard', async () => {
    const silence = eventOf({
      ...{ id: 9, name: 'quiet', metric: 'datagrams', dataSource: '', unit: 's', level: 90, value: 120 },
      ...{ peak: 120, raisedMs: NOW - 60_000, updatedMs: NOW - 1000 },
    });
    const at = await again([silence], {
      quiet: { metric: 'datagrams', kind: 'absence', value: 90, timeout: 0 },
    });
    const place = { dataSource: '', metric: 'datagrams', isOctets: false };
    at.second('datagrams');
    // From the beginning of the silence: 90 s before it was raised.
    expect((await at.events())[0]).toMatchObject({ id: 9, clearedMs: null, value: 151 });
    const heardMs = at.second('datagrams', reading({ ...place, value: 3, updatedMs: NOW + 2000 }));
    expect((await at.events())[0]).toMatchObject({ id: 9, clearedMs: heardMs });
  });

  it('of a flow is held by its flow, and shared by the places that see it', async () => {
    const flow = (value: number) => ({ key: 'a', value, updatedMs: NOW, values: [] });
    const at = await again(
      [
        stood({ name: 'pair', metric: 'pairs', flowKey: 'a' }),
        stood({ id: 8, name: 'pair', metric: 'pairs', flowKey: 'b' }),
      ],
      { pair: { metric: 'pairs', byFlow: true, value: 1000, timeout: 0 } },
    );
    at.second(
      'pairs',
      reading({ metric: 'pairs', flows: [flow(1500)] }),
      reading({ metric: 'pairs', dataSource: '4', flows: [flow(3000)] }),
    );
    expect(
      (await at.events()).map(({ id, flowKey, clearedMs }) => [id, flowKey, clearedMs !== null]),
    ).toEqual([
      [7, 'a', false],
      [8, 'b', true],
    ]);
    at.second('pairs', reading({ metric: 'pairs', dataSource: '4', flows: [flow(3000)] }));
    expect((await at.events())[0]!.clearedMs).toBeNull();
    at.second('pairs');
    expect((await at.events()).map(({ id, clearedMs }) => [id, clearedMs !== null])).toEqual([
      [7, true],
      [8, true],
    ]);
  });
});
