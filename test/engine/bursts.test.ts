/**
 * Large flows told from small ones, as the ACL example of sFlow-RT does: a threshold by flow at the 1 Gbit/s access
 * ports only; and as Weir's own preset does, by the speed of each link. In virtual time, with packets sampled at random.
 */
import { describe, expect, it } from 'vitest';
import { filterProblem } from '../../main/flows/filter.ts';
import { Random } from '../../main/sample-network/random.ts';
import type { EventChange } from '../../shared/model/event.ts';
import { ACCESS, leaf, OCTETS, RATE, STEP_MS, UPLINK } from './leaf.ts';

/** The threshold: 100 Mbit/s in octets. */
const LARGE = 100_000_000 / 8;

describe('bursts of 20 s every 40 s', () => {
  it('give one event each within 1.5 s, which ends with them; small flows and other ports give none', async () => {
    const at = leaf();
    const { definitions, thresholds } = at.analytics;
    const random = new Random(16);
    await definitions.put(
      'tcp',
      {
        keys: 'ipsource,ipdestination,tcpsourceport,tcpdestinationport',
        ...{ value: 'bytes', filter: 'direction=ingress', t: 1 },
      },
      'rest',
    );
    const threshold = { metric: 'tcp', value: LARGE, byFlow: true, timeout: 4 };
    await thresholds.put('tcp', { ...threshold, filter: { ifspeed: [1_000_000_000] } });

    const preset = thresholds.list().find(({ threshold: { name } }) => name === 'Large flows')!.threshold;
    await thresholds.put('Large flows', { ...preset, enabled: true, flapSeconds: 0 });
    const told: EventChange[] = [];
    at.analytics.events.listen((change) => told.push(change));

    const gap = (): number => -Math.log(1 - random.fraction());
    /** How many frames of a flow are sampled in a step: by chance, as many on average as are due. */
    const sampled = (octetsPerSecond: number): number => {
      const due = (octetsPerSecond * STEP_MS) / 1000 / OCTETS / RATE;
      let count = 0;
      for (let sum = gap(); sum < due; sum += gap()) count++;
      return count;
    };
    const beginnings: number[] = [];
    const startMs = at.now();
    // Off the beat of the clock, and a little more each time.
    const burstAt = (ms: number): number => {
      const round = Math.floor((ms - 10_300) / 40_000);
      const into = ms - 10_300 - round * 40_000 - 100 * round;
      return round >= 0 && round < 10 && into >= 0 && into < 20_000 ? round : -1;
    };
    let last = -1;
    while (at.now() - startMs < 420_000) {
      const ms = at.now() - startMs;
      if (ms % 20_000 === 0) {
        at.counters(ACCESS, 1e9);
        at.counters(UPLINK, 1e10);
      }
      const round = burstAt(ms);
      if (round >= 0 && round !== last) {
        beginnings.push(at.now());
        last = round;
      }
      const flow = { source: '10.1.0.1', sourcePort: 40_000 + round };
      // 90 % of the link; seen again where it leaves by the uplink, and where others come in by it.
      if (round >= 0) for (let n = sampled(0.9e9 / 8); n > 0; n--) at.frame(ACCESS, flow, true);
      if (round >= 0) for (let n = sampled(0.9e9 / 8); n > 0; n--) at.frame(UPLINK, flow, true);
      for (let n = sampled(4e9 / 8); n > 0; n--)
        at.frame(UPLINK, { source: '10.3.0.1', sourcePort: 50_000 }, false);
      for (let mouse = 0; mouse < 8; mouse++)
        for (let n = sampled(1e6); n > 0; n--)
          at.frame(ACCESS, { source: `10.1.1.${mouse}`, sourcePort: 60_000 + mouse }, true);
      at.step();
    }

    const asked = { thresholdIDs: ['tcp'], eventID: -1, maxEvents: 100, timeoutMs: 0 };
    const events = (await thresholds.handlers.events(asked)).reverse();
    expect(events.map(({ flowKey, agent, dataSource }) => [flowKey, agent, dataSource])).toEqual(
      beginnings.map((_, round) => [`10.1.0.1,10.2.0.1,${40_000 + round},5001`, '10.0.0.1', '1']),
    );
    expect(events).toHaveLength(10);
    for (const [round, event] of events.entries()) {
      const afterMs = event.timestamp - beginnings[round]!;
      expect(afterMs, `burst ${round}`).toBeGreaterThan(0);
      expect(afterMs, `burst ${round}`).toBeLessThanOrEqual(1500);
      // Over the burst, the fading of its rate, and the time it must stay below.
      const clearedAfterMs = event.clearedMs! - beginnings[round]! - 20_000;
      expect(clearedAfterMs, `burst ${round}`).toBeGreaterThanOrEqual(4000);
      expect(clearedAfterMs, `burst ${round}`).toBeLessThanOrEqual(9000);
    }
    expect(thresholds.list().find(({ threshold: { name } }) => name === 'tcp')).toMatchObject({
      standing: 0,
    });
    // As the handler of the example asks whether a flow has ended.
    expect(definitions.flowValue('10.0.0.1', '1', 'tcp', events[9]!.flowKey!) ?? 0).toBeLessThan(100);
    // For people: one event for each burst too, named and with its cause, at each threshold.
    for (const name of ['tcp', 'Large flows']) {
      const own = told.filter(({ event }) => event.name === name && event.dataSource === '1');
      const raised = own.filter(({ what }) => what === 'raised');
      expect(raised.map(({ event }) => event.flowKey)).toEqual(events.map(({ flowKey }) => flowKey));
      expect(own.filter(({ what }) => what === 'cleared')).toHaveLength(10);
      for (const [round, { event }] of raised.entries()) {
        expect(event.raisedMs - beginnings[round]!, `${name}, burst ${round}`).toBeLessThanOrEqual(1500);
        expect(event.causes[0]).toMatchObject({ key: event.flowKey });
        expect(event).toMatchObject({ agent: '10.0.0.1', interfaceName: 'if 1', kind: 'threshold' });
      }
    }
    const [first] = told.filter(({ event }) => event.name === 'Large flows' && event.dataSource === '1');
    expect(first!.event).toMatchObject({ unit: '%', level: 10, severity: 'info' });
    expect(first!.event.title).toMatch(
      /^10\.1\.0\.1, 10\.2\.0\.1, 40000, 5001 at 10\.0\.0\.1 if 1 is \d+\s% of the link, above 10\s%\.$/,
    );
    expect(first!.event.evidence.filter).toContain('&ipsource=10.1.0.1&');
    expect(filterProblem(first!.event.evidence.filter)).toBeNull();
    // The large flow of the uplink is one event that goes on.
    expect(told.filter(({ what, event }) => what === 'raised' && event.dataSource === '49')).toHaveLength(1);
    // What gave no event was there.
    const uplink = definitions.activeFlows({
      ...{ agents: 'ALL', name: 'tcp', maxFlows: 100, minValue: LARGE, aggMode: null },
    });
    expect(uplink.map(({ key, dataSource }) => [key, dataSource])).toEqual([
      ['10.3.0.1,10.2.0.1,50000,5001', '49'],
    ]);
  });
});
