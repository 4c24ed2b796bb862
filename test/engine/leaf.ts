/** A leaf switch with an access port of 1 Gbit/s and an uplink of 10; by itself, or heard by the analytics of a workspace in virtual time. */
import { Analytics } from '../../main/engine/analytics.ts';
import { documentsInMemory } from '../../main/engine/documents.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { type SampleDescription, writeDatagram } from '../../main/sflow/write.ts';
import { frameOf, type Made } from '../samples/traffic.ts';

export const ACCESS = 1;
export const UPLINK = 49;
export const RATE = 1000;
export const OCTETS = 1518;
export const STEP_MS = 100;

/** What the switch samples and counts, put into datagrams when it is asked for them. */
export function leafSwitch(now: () => number) {
  let sequenceNumber = 0;
  let samples: SampleDescription[] = [];
  const numbered = { [ACCESS]: 0, [UPLINK]: 0 };
  return {
    counters(ifIndex: number, ifSpeed: number) {
      samples.push({
        kind: 'counters_sample',
        ...{ sequenceNumber: now() % 1e6, dataSourceIndex: ifIndex },
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
      made: Pick<Made, 'source' | 'sourcePort'> & Partial<Pick<Made, 'destination'>>,
      inwards: boolean,
    ) {
      const number = ++numbered[dataSource];
      const frame: Made = {
        ...{ timeMs: now(), agent: '10.0.0.1', dataSource, rate: RATE, octets: OCTETS, protocol: 6 },
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
    /** All since the last time, at most seven samples in each. */
    datagrams(): Uint8Array[] {
      const made: Uint8Array[] = [];
      for (let at = 0; at < samples.length; at += 7)
        made.push(
          writeDatagram({
            ...{ agent: '10.0.0.1', sequenceNumber: ++sequenceNumber, uptimeMs: now() % 1e9 },
            samples: samples.slice(at, at + 7),
          }),
        );
      samples = [];
      return made;
    },
  };
}

export function leaf() {
  let nowMs = Date.UTC(2026, 0, 5, 12);
  const { datagrams, ...samples } = leafSwitch(() => nowMs);
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
  return {
    analytics,
    now: () => nowMs,
    ...samples,
    /** Sends what was sampled; the clock ticks once a second. */
    step() {
      for (const octets of datagrams())
        reader.read(octets, new DataView(octets.buffer), 0, octets.length, nowMs, null);
      nowMs += STEP_MS;
      if (nowMs % 1000 === 0) analytics.tick(nowMs);
    },
  };
}
