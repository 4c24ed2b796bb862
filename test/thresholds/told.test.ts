/** Thresholds that follow what counters and scripts tell, held against reading everything anew each second. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentsInMemory } from '../../main/engine/documents.ts';
import { Metrics } from '../../main/metrics/metrics.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { type RecordDescription, writeDatagram } from '../../main/sflow/write.ts';
import { readingsOf } from '../../main/thresholds/readings.ts';
import { Thresholds } from '../../main/thresholds/thresholds.ts';
import { type OnChange, Watch } from '../../main/thresholds/watch.ts';
import type { ThresholdInput } from '../../shared/model/threshold.ts';

const OWN: Record<string, ThresholdInput> = {
  busy: { metric: 'ifinutilization,ifoututilization', value: 50, timeout: 5, flapSeconds: 30 },
  often: { metric: 'ifinoctets', value: 5e8, minutes: { above: 2, window: 3 }, timeout: 20 },
  held: { metric: 'ifinoctets', of: 'speed', value: 50, holdSeconds: 30, timeout: 0 },
  silent: { metric: 'ifinoctets', kind: 'absence', value: 25, timeout: 0 },
  web: { metric: 'load_one,gauge', value: 5, filter: { host_name: 'web*' }, timeout: 0 },
  custom: { metric: 'gauge', value: 5, filter: { ifspeed: ['10000000000'] }, timeout: 0 },
};

/** Two agents with three ports and a host each. */
function heard() {
  let nowMs = 1_000_000;
  const network = new Network();
  const metrics = new Metrics({
    ...{ network: () => network, keepCountersMs: 600_000, flows: null, topology: () => null },
    nowMs: () => nowMs,
  });
  const reader = new SampleReader(network, {
    flow() {},
    counters: (...sample) => void metrics.observe(...sample),
    arrival() {},
    restarted: (agent) => metrics.restarted(agent),
  });
  const octets = new Map<string, bigint>();
  let sequenceNumber = 0;
  const send = (agent: string, dataSourceClass: number, index: number, records: RecordDescription[]) => {
    const sample = { kind: 'counters_sample' as const, sequenceNumber: ++sequenceNumber };
    const bytes = writeDatagram({
      ...{ agent, sequenceNumber, uptimeMs: nowMs },
      samples: [{ ...sample, dataSourceClass, dataSourceIndex: index, records }],
    });
    reader.read(bytes, new DataView(bytes.buffer), 0, bytes.length, nowMs, null);
  };
  return {
    network,
    metrics,
    wait: (ms: number): number => {
      nowMs += ms;
      return nowMs;
    },
    /** Counters of a port that has carried so much since it was told last. */
    port(agent: string, ifIndex: number, megabytes: number, gigabits: number) {
      const key = `${agent} ${ifIndex}`;
      const total = (octets.get(key) ?? 0n) + BigInt(megabytes) * 1_000_000n;
      octets.set(key, total);
      const ifSpeed = BigInt(gigabits) * 1_000_000_000n;
      const fields = { ifIndex, ifType: 6, ifSpeed, ifDirection: 1, ifStatus: 3, ifInOctets: total };
      send(agent, 0, ifIndex, [{ name: 'if_counters', fields }]);
    },
    host(agent: string, hostname: string, load_one: number) {
      send(agent, 2, 1, [
        { name: 'host_descr', fields: { hostname, os_name: 2 } },
        { name: 'host_cpu', fields: { load_one, cpu_num: 4 } },
      ]);
    },
    gauge(agent: string, dataSource: string, value: number | string) {
      if (network.find(agent)) metrics.customMetrics([{ agent, dataSource, name: 'gauge', value }]);
    },
  };
}

const agent = fc.constantFrom('10.0.0.1', '10.0.0.2');
const port = fc.integer({ min: 1, max: 3 });
const happening = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('port'), agent, port, fc.integer({ min: 0, max: 40_000 })) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('host'), agent, port, fc.integer({ min: 0, max: 9 })) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('gauge'), agent, port, fc.integer({ min: 0, max: 9 })) },
);
const moments = fc.array(
  fc.record({
    afterMs: fc.constantFrom(1000, 1000, 5000, 15_000, 70_000, 200_000),
    what: fc.array(happening, { maxLength: 8 }),
  }),
  { minLength: 1, maxLength: 80 },
);

describe('thresholds that follow what is told', () => {
  it('raise and clear what reading everything anew would, at the same moments', async () => {
    await fc.assert(
      fc.asyncProperty(moments, fc.boolean(), async (steps, inTurns) => {
        const world = heard();
        const { network, metrics } = world;
        const readings = readingsOf({
          flows: { names: () => [], metrics: () => [], watched: () => null },
          ...{ metrics, network: () => network },
          unitOf: (metric) => (metric === 'ifinoctets' ? 'octets/s' : ''),
        });
        const turns: (() => void)[] = [];
        const seen: [string[], string[]] = [[], []];
        let now: [string[], string[]] = [[], []];
        const thresholds = new Thresholds({
          ...{ documents: documentsInMemory(), readings, nowMs: () => 0 },
          ...{ told: (timeMs) => metrics.told(timeMs), spots: () => metrics.spots() },
          changed: ({ what, threshold, place, raised }) =>
            now[1].push(
              `${threshold.name} ${what} ${place.agent} ${place.dataSource} ${place.metric} ${JSON.stringify(raised)}`,
            ),
          ...(inTurns ? { nextTurn: (run: () => void) => void turns.push(run) } : {}),
        });
        const anew: { watch: Watch; all: ReturnType<typeof readings>; tell: OnChange }[] = [];
        for (const { threshold } of thresholds.list())
          await thresholds.put(threshold.name, { ...threshold, enabled: false });
        for (const [name, input] of Object.entries(OWN)) {
          const threshold = await thresholds.put(name, input);
          anew.push({
            watch: new Watch(threshold),
            all: readings(threshold.metric, threshold.filter),
            tell: (what, place, raised) =>
              now[0].push(
                `${name} ${what} ${place.agent} ${place.dataSource} ${place.metric} ${JSON.stringify(raised)}`,
              ),
          });
        }
        for (const { afterMs, what } of steps) {
          const timeMs = world.wait(afterMs);
          for (const [kind, at, ifIndex, number] of what) {
            if (kind === 'port') world.port(at, ifIndex, number, ifIndex === 1 ? 1 : 10);
            else if (kind === 'host') world.host(at, ifIndex === 1 ? 'db1' : `web${ifIndex}`, number);
            else world.gauge(at, String(ifIndex), number === 0 ? 'none' : number);
          }
          metrics.tick(timeMs);
          now = [[], []];
          for (const { watch, all, tell } of anew) watch.look(all.all(timeMs), timeMs, tell);
          thresholds.tick(timeMs);
          for (let turn = turns.shift(); turn; turn = turns.shift()) turn();
          for (const [i, list] of now.entries()) seen[i]!.push(...list.toSorted());
        }
        expect(seen[1]).toEqual(seen[0]);
      }),
      { numRuns: 120 },
    );
  });

  it('lets others have their turn, and has looked at everything in the end', async () => {
    const world = heard();
    const { network, metrics } = world;
    for (let poll = 0; poll < 2; poll++) {
      for (let ifIndex = 1; ifIndex <= 1500; ifIndex++) world.port('10.0.0.1', ifIndex, poll * 100, 1);
      world.wait(1000);
    }
    const turns: (() => void)[] = [];
    const thresholds = new Thresholds({
      ...{ documents: documentsInMemory(), nowMs: () => 0 },
      readings: readingsOf({
        flows: { names: () => [], metrics: () => [], watched: () => null },
        ...{ metrics, network: () => network, unitOf: () => '' },
      }),
      ...{ told: (timeMs) => metrics.told(timeMs), spots: () => metrics.spots() },
      nextTurn: (run) => void turns.push(run),
    });
    await thresholds.put('busy', { metric: 'ifinutilization', value: 50 });
    const standing = () => thresholds.list().find(({ threshold }) => threshold.name === 'busy')!;
    const nowMs = world.wait(1000);
    metrics.tick(nowMs);
    thresholds.tick(nowMs);
    expect(standing().standing).toBe(0);
    let count = 0;
    for (let turn = turns.shift(); turn; turn = turns.shift(), count++) turn();
    expect(count).toBeGreaterThan(3);
    expect([standing().standing, standing().unraised]).toEqual([1000, 500]);
  });
});
