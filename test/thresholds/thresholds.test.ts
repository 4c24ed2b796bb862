/** Thresholds as they are set, kept, read back and asked for. */
import { describe, expect, it } from 'vitest';
import { documentsInMemory } from '../../main/engine/documents.ts';
import { MOST_NUMBERED as MOST_EVENTS } from '../../main/flows/numbered.ts';
import type { SpotReader } from '../../main/metrics/metrics.ts';
import { Network } from '../../main/samples/network.ts';
import { type Reading, readingsOf } from '../../main/thresholds/readings.ts';
import { Thresholds } from '../../main/thresholds/thresholds.ts';
import { type EventsQuestion, THRESHOLD_DEFAULTS } from '../../shared/model/threshold.ts';

const question = (over: Partial<EventsQuestion> = {}): EventsQuestion => ({
  thresholdIDs: [],
  eventID: -1,
  maxEvents: 1000,
  timeoutMs: 0,
  ...over,
});

/** Without the presets. */
const own = (thresholds: Thresholds) => thresholds.list().filter(({ threshold }) => !threshold.preset);

function made(documents = documentsInMemory()) {
  let readings: Reading[] = [];
  let nowMs = 1000;
  const timers = new Map<number, () => void>();
  const thresholds = new Thresholds({
    documents,
    readings: () => ({ isWhole: () => true, all: () => readings, read() {} }),
    told: () => [],
    spots: () => [],
    nowMs: () => nowMs,
    later(run, afterMs) {
      timers.set(afterMs, run);
      return () => timers.delete(afterMs);
    },
  });
  return {
    thresholds,
    documents,
    timers,
    second(...values: number[]) {
      readings = values.map((value, index) => ({
        ...{ agent: '10.0.0.1', dataSource: String(index + 1), value, flows: null },
        ...{ metric: 'tcp', updatedMs: nowMs, speed: 0, isOctets: false },
      }));
      nowMs += 1000;
      thresholds.tick(nowMs);
    },
  };
}

describe('thresholds', () => {
  it('are read as people and scripts write them', async () => {
    const { thresholds } = made();
    expect(
      await thresholds.put('tcp', {
        metric: 'tcp',
        value: 1e8 / 8,
        byFlow: true,
        timeout: 4,
        filter: { ifspeed: [1000000000], host_name: 'xen*' },
      }),
    ).toEqual({
      ...THRESHOLD_DEFAULTS,
      preset: false,
      name: 'tcp',
      metric: 'tcp',
      value: 12_500_000,
      byFlow: true,
      timeout: 4,
      filter: { ifspeed: ['1000000000'], host_name: ['xen*'] },
    });
    expect(await thresholds.put('load', { metric: 'load_one', value: 0.01 })).toMatchObject({
      byFlow: false,
      timeout: 60,
      filter: {},
    });
  });

  it.each([
    [{ metric: 'x' }, /takes value: a number/],
    [{ value: 3 }, /takes metric: the name/],
    [{ metric: 'x', value: 'much' }, /takes value: a number/],
    [{ metric: 'x', value: Number.POSITIVE_INFINITY }, /takes value: a number/],
    [{ metric: 'x', value: 1, timeout: -1 }, /takes timeout: seconds/],
    [{ metric: 'x', value: 1, filter: { a: { b: 1 } } }, /takes filter: text metrics/],
    [
      { metric: 'x', value: 1, byflow: true },
      /no attribute “byflow”; it has metric, value, filter, byFlow, timeout, kind/,
    ],
    ['x', /must be an object/],
    [null, /must be an object/],
  ])('that are wrong are refused with what was expected: %j', async (input, sentence) => {
    const { thresholds } = made();
    await expect(thresholds.put('t', input)).rejects.toThrow(sentence);
    expect(own(thresholds)).toEqual([]);
  });

  it('last over a restart, and one that cannot be read is shown and stays', async () => {
    const { thresholds, documents } = made();
    await thresholds.put('busy', { metric: 'tcp', value: 10, timeout: 2 });
    await documents.put('threshold', 'newer', '{"metric":"tcp","value":1,"season":"spring"}');
    await documents.put('threshold', 'torn', '{"metric":');
    const again = made(documents);
    await again.thresholds.start();
    expect(own(again.thresholds).map(({ threshold, problem }) => [threshold.name, problem])).toEqual([
      ['busy', ''],
      ['newer', expect.stringMatching(/no attribute “season”; it has metric, value/)],
      ['torn', 'The threshold “torn” as it is kept is no JSON.'],
    ]);
    again.second(20);
    expect(await again.thresholds.handlers.events(question())).toHaveLength(1);
    expect((await documents.all('threshold')).size).toBe(3);
    await again.thresholds.delete('torn');
    expect([...(await documents.all('threshold')).keys()]).toEqual(['busy', 'newer']);
    await expect(again.thresholds.delete('torn')).rejects.toThrow('There is no threshold “torn”.');
  });

  it('said again as they are keep what stands; changed or deleted they clear it', async () => {
    const { thresholds, second } = made();
    await thresholds.put('busy', { metric: 'tcp', value: 10 });
    second(20);
    await thresholds.put('busy', { metric: 'tcp', value: 10 });
    second(20);
    expect(own(thresholds)[0]).toMatchObject({ standing: 1 });
    await thresholds.put('busy', { metric: 'tcp', value: 15 });
    second(20);
    const events = await thresholds.handlers.events(question());
    expect(events.map(({ eventID, clearedMs }) => [eventID, clearedMs])).toEqual([
      [2, null],
      [1, 3000],
    ]);
    await thresholds.delete('busy');
    expect((await thresholds.handlers.events(question()))[0]!.clearedMs).not.toBeNull();
  });
});

describe('events', () => {
  it('come newest first, by threshold, younger than a number, at most as many as asked for', async () => {
    const { thresholds, second } = made();
    await thresholds.put('a', { metric: 'tcp', value: 10, timeout: 0 });
    await thresholds.put('b', { metric: 'tcp', value: 30, timeout: 0 });
    second(20, 5);
    second(40, 20);
    const ids = async (over: Partial<EventsQuestion>) =>
      (await thresholds.handlers.events(question(over))).map(({ eventID }) => eventID);
    expect(await ids({})).toEqual([3, 2, 1]);
    expect(await ids({ thresholdIDs: ['b'] })).toEqual([3]);
    expect(await ids({ eventID: 1 })).toEqual([3, 2]);
    expect(await ids({ maxEvents: 1 })).toEqual([3]);
    expect(await ids({ eventID: 3 })).toEqual([]);
    // A script that outlived the program asks with a number of the run before.
    expect(await ids({ eventID: 900 })).toEqual([3, 2, 1]);
  });

  it('are waited for: the next one answers, or [] when the time is over', async () => {
    const { thresholds, second, timers } = made();
    await thresholds.put('a', { metric: 'tcp', value: 10, timeout: 0 });
    const next = thresholds.handlers.events(question({ timeoutMs: 60_000 }));
    const other = thresholds.handlers.events(question({ thresholdIDs: ['none'], timeoutMs: 30_000 }));
    second(5);
    second(20);
    expect((await next).map(({ eventID }) => eventID)).toEqual([1]);
    expect([...timers.keys()]).toEqual([30_000]);
    timers.get(30_000)!();
    expect(await other).toEqual([]);
    const left = thresholds.handlers.events(question({ eventID: 1, timeoutMs: 60_000 }));
    thresholds.stop();
    expect(await left).toEqual([]);
  });

  it('are bounded, and so is who waits', async () => {
    const { thresholds, second, timers } = made();
    await thresholds.put('a', { metric: 'tcp', value: 10, timeout: 0 });
    for (let round = 0; round < 2 * MOST_EVENTS + 5; round++) {
      second(20);
      second(0);
    }
    const kept = await thresholds.handlers.events(question({ maxEvents: 5000 }));
    expect([kept.length, kept[0]!.eventID, kept.at(-1)!.eventID]).toEqual([
      MOST_EVENTS,
      2 * MOST_EVENTS + 5,
      MOST_EVENTS + 6,
    ]);
    const waiting = Array.from({ length: 200 }, (_, index) =>
      thresholds.handlers.events(question({ thresholdIDs: ['never'], timeoutMs: 1000 + index })),
    );
    expect(timers.size).toBe(64);
    expect(await waiting[199]).toEqual([]);
    thresholds.stop();
    expect((await Promise.all(waiting)).flat()).toEqual([]);
  });
});

describe('readings', () => {
  const flow = { key: 'a,b', value: 7, updatedMs: 0, values: [] };
  const port = { agent: '10.0.0.1', name: 'tcp', value: 7, halfWidth: 1, updatedMs: 0, flows: [flow] };
  const source = {
    names: () => ['tcp'],
    watched: (name: string) => (name === 'tcp' ? { value: 'bytes' } : null),
    metrics: () => [
      { ...port, dataSource: '1' },
      { ...port, dataSource: '2' },
    ],
  };

  it('are a definition’s flows at the data sources that match, and numbers of any other metrics', () => {
    const network = new Network();
    const agent = network.agentByText('10.0.0.1', 5)!;
    agent.interface(2)!.speed = 1e9;
    agent.stream(0, 5).datagrams = 3;
    const asked: unknown[] = [];
    const reader: SpotReader = {
      passes: ({ dataSource }) => dataSource === '2',
      read({ dataSource }, name) {
        if (name === 'datagrams') return null;
        asked.push(`${name} at ${dataSource}`);
        return { agent, dataSource, value: 3, updatedMs: 4 };
      },
    };
    const spots = ['1', '2'].map((dataSource) => ({
      agent: '10.0.0.1',
      dataSource,
      key: Number(dataSource),
    }));
    const read = readingsOf({
      flows: source,
      metrics: {
        spots: () => spots,
        reader: (filter) => (Object.keys(filter).length > 0 ? reader : { ...reader, passes: () => true }),
      },
      network: () => network,
      unitOf: (metric) => (metric === 'ifinoctets' ? 'octets/s' : ''),
    });
    const all = (metric: string, filter = {}) => read(metric, filter).all(10);
    expect(all('tcp').map(({ speed, isOctets }) => [speed, isOctets])).toEqual([
      [0, true],
      [1e9, true],
    ]);
    expect(all('tcp', { ifspeed: ['1'] }).map(({ dataSource }) => dataSource)).toEqual(['2']);
    expect(all('load_one,ifinoctets', { ifspeed: ['1'] })).toEqual([
      {
        ...{ agent: '10.0.0.1', dataSource: '2', metric: 'load_one', value: 3, updatedMs: 4, speed: 1e9 },
        ...{ isOctets: false, flows: null },
      },
      {
        ...{ agent: '10.0.0.1', dataSource: '2', metric: 'ifinoctets', value: 3, updatedMs: 4, speed: 1e9 },
        ...{ isOctets: true, flows: null },
      },
    ]);
    expect(asked).toEqual(['load_one at 2', 'ifinoctets at 2']);
    expect(['tcp', 'datagrams', 'load_one'].map((metric) => read(metric, {}).isWhole())).toEqual([
      true,
      true,
      false,
    ]);
    expect(all('datagrams')).toMatchObject([{ agent: '10.0.0.1', dataSource: '', updatedMs: 5 }]);
  });
});
