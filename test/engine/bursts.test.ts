/**
 * Large flows told from small ones, as the ACL example of sFlow-RT does: a threshold by flow at the 1 Gbit/s access
 * ports only. In virtual time, with packets sampled at random.
 */
import { describe, expect, it } from 'vitest';
import { Analytics } from '../../main/engine/analytics.ts';
import { documentsInMemory } from '../../main/engine/documents.ts';
import { Random } from '../../main/sample-network/random.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { type SampleDescription, writeDatagram } from '../../main/sflow/write.ts';
import { frameOf, type Made } from '../samples/traffic.ts';

const ACCESS = 1;
const UPLINK = 49;
const RATE = 1000;
const OCTETS = 1518;
const STEP_MS = 100;
/** The threshold: 100 Mbit/s in octets. */
const LARGE = 100_000_000 / 8;

function leaf() {
  let nowMs = Date.UTC(2026, 0, 5, 12);
  const network = new Network();
  const analytics = new Analytics({
    network,
    documents: documentsInMemory(),
    nowMs: () => nowMs,
    keepCountersMs: 600_000,
    changed() {},
    storing: () => ({ trend: '', notStored: '' }),
  });
  const reader = new SampleReader(network, {
    flow: (sample) => analytics.flow(sample),
    counters: (...sample) => void analytics.counters(...sample),
    arrival() {},
    restarted: (agent) => analytics.restarted(agent),
  });
  let sequenceNumber = 0;
  let samples: SampleDescription[] = [];
  const numbered = { [ACCESS]: 0, [UPLINK]: 0 };
  return {
    analytics,
    now: () => nowMs,
    counters(ifIndex: number, ifSpeed: number) {
      samples.push({
        kind: 'counters_sample',
        ...{ sequenceNumber: nowMs % 1e6, dataSourceIndex: ifIndex },
        records: [
          {
            name: 'if_counters',
            fields: {
              ...{ ifIndex, ifType: 6, ifSpeed: BigInt(ifSpeed), ifDirection: 1, ifStatus: 3 },
              ...{ ifInOctets: 0n, ifOutOctets: 0n },
            },
          },
        ],
      });
    },
    /** A sampled frame, at the data source of a port. */
    frame(
      dataSource: typeof ACCESS | typeof UPLINK,
      made: Pick<Made, 'source' | 'sourcePort'>,
      inwards: boolean,
    ) {
      const number = ++numbered[dataSource];
      const frame: Made = {
        ...{ timeMs: nowMs, agent: '10.0.0.1', dataSource, rate: RATE, octets: OCTETS, protocol: 6 },
        ...{ input: inwards ? ACCESS : UPLINK, output: inwards ? UPLINK : ACCESS },
        ...{ destination: '10.2.0.1', destinationPort: 5001, ...made },
      };
      samples.push({
        kind: 'flow_sample',
        ...{ sequenceNumber: number, dataSourceIndex: dataSource, samplingRate: RATE },
        ...{ samplePool: number * RATE, input: frame.input, output: frame.output },
        records: [
          {
            name: 'sampled_header',
            fields: { protocol: 1, frame_length: OCTETS, stripped: 4, header: frameOf(frame) },
          },
        ],
      });
    },
    /** Sends what was sampled; the clock ticks once a second. */
    step() {
      for (let at = 0; at < samples.length; at += 7) {
        const octets = writeDatagram({
          ...{ agent: '10.0.0.1', sequenceNumber: ++sequenceNumber, uptimeMs: nowMs % 1e9 },
          samples: samples.slice(at, at + 7),
        });
        reader.read(octets, new DataView(octets.buffer), 0, octets.length, nowMs, null);
      }
      samples = [];
      nowMs += STEP_MS;
      if (nowMs % 1000 === 0) analytics.tick(nowMs);
    },
  };
}

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
    // What gave no event was there.
    const uplink = definitions.activeFlows({
      ...{ agents: 'ALL', name: 'tcp', maxFlows: 100, minValue: LARGE, aggMode: null },
    });
    expect(uplink.map(({ key, dataSource }) => [key, dataSource])).toEqual([
      ['10.3.0.1,10.2.0.1,50000,5001', '49'],
    ]);
  });
});
