/**
 * Small made-up networks for tests of the placement: flows with their hops in, samples out, and beside them what
 * the samples say at the true place of entry. Sampling is by chance from a seed; the truth compared with is that
 * of the very samples taken, so a difference is one of placement and not of sampling.
 */

import { Random } from '../../main/sample-network/random.ts';
import { Network } from '../../main/samples/network.ts';
import { Placement, Placer } from '../../main/samples/placement.ts';
import { type Mark, UNPLACED } from '../../main/samples/placement-mark.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { writeDatagram } from '../../main/sflow/write.ts';
import { ethernet, ipv4, ipv6, tcp } from '../packet/frames.ts';

/** How an agent takes samples: as frames come in, as they leave, both, or as one device without ports. */
export type Sampling = 'in' | 'out' | 'both' | 'device';

export type Hop = {
  agent: string;
  input: number;
  output: number;
  /** Routers that the packet passed inside the network before it came in here. */
  routed: number;
};

export type Flow = {
  source: string;
  destination: string;
  /** TTL as the packet comes in at the first hop. */
  ttl?: number;
  sourceMac?: string;
  /** No IP in it: the MAC address is all there is. */
  plain?: boolean;
  /** Frames at 1,000 octets; one in 400 is sampled. */
  frames: number;
  hops: Hop[];
};

const RATE = 400;
const OCTETS = 1000;

export type Taken = {
  timeMs: number;
  source: string;
  isEntry: boolean;
  hop: Hop;
  dataSource: number;
  header: Uint8Array;
};

/** The samples that the agents take, in the order of their times; agents sample as frames come in if not told. */
export function samplesOf(
  flows: readonly Flow[],
  sampling: Record<string, Sampling> = {},
  seed = 1,
  lengthMs = 60_000,
): Taken[] {
  const random = new Random(seed);
  const taken: Taken[] = [];
  let port = 1024;
  for (const flow of flows) {
    port = port < 60_000 ? port + 1 : 1024;
    for (const [index, hop] of flow.hops.entries()) {
      const mode = sampling[hop.agent] ?? 'in';
      const ways =
        mode === 'both'
          ? [hop.input, hop.output]
          : [mode === 'in' ? hop.input : mode === 'out' ? hop.output : 0];
      for (const [way, dataSource] of ways.entries()) {
        let header: Uint8Array | null = null;
        for (let count = random.round(poisson(flow.frames / RATE, random)); count > 0; count--) {
          header ??= frameOf(flow, hop, port);
          taken.push({
            timeMs: random.below(lengthMs),
            source: flow.source,
            isEntry: index === 0 && way === 0,
            hop,
            dataSource,
            header,
          });
        }
      }
    }
  }
  return taken.sort((a, b) => a.timeMs - b.timeMs);
}

function poisson(mean: number, random: Random): number {
  let count = 0;
  for (let left = mean + Math.log(random.fraction() || 1e-12); left > 0; count++)
    left += Math.log(random.fraction() || 1e-12);
  return count;
}

function frameOf(
  { source, destination, sourceMac, plain, ttl = 64 }: Flow,
  hop: Hop,
  port: number,
): Uint8Array {
  const link = { source: hop.routed > 0 ? '02:00:00:00:ff:01' : (sourceMac ?? '02:00:00:00:00:99') };
  if (plain) return ethernet({ ...link, type: 0x88b5 }, new Uint8Array(46));
  const inner = tcp({ sourcePort: port, destinationPort: 443 });
  const left = ttl - hop.routed;
  return source.includes(':')
    ? ethernet(link, ipv6({ source, destination, hopLimit: left, nextHeader: 6 }, inner))
    : ethernet(link, ipv4({ source, destination, ttl: left, protocol: 6 }, inner));
}

function datagramOf({ hop, dataSource: dataSourceIndex, header }: Taken, sequenceNumber: number): Uint8Array {
  return writeDatagram({
    agent: hop.agent,
    sequenceNumber,
    uptimeMs: sequenceNumber * 10,
    samples: [
      {
        kind: 'flow_sample',
        sequenceNumber,
        dataSourceIndex,
        samplingRate: RATE,
        samplePool: sequenceNumber * RATE,
        input: hop.input,
        output: hop.output,
        records: [
          { name: 'sampled_header', fields: { protocol: 1, frame_length: OCTETS, stripped: 4, header } },
        ],
      },
    ],
  });
}

/** What was counted and what really came in, of everything and by source; octets. */
export type Compared = {
  counted: number;
  truth: number;
  /** Share of the value that is neither counted nor in transit. */
  unplaced: number;
  sources: Map<string, { counted: number; truth: number }>;
};

/** Reads samples by a placement, teaching it where told to, and compares. */
export function compare(
  taken: readonly Taken[],
  placement: Placement,
  learns: boolean,
  eachMs?: (timeMs: number) => void,
): Compared {
  const result: Compared = { counted: 0, truth: 0, unplaced: 0, sources: new Map() };
  const network = new Network();
  let mark = UNPLACED as Mark;
  const sequences = new Map<string, number>();
  const sink = { counters() {}, arrival() {}, restarted() {} };
  const reader = new SampleReader(
    network,
    {
      ...sink,
      flow(sample) {
        mark = network.paths.markOf(sample.path);
      },
    },
    new Placer(placement, learns),
  );
  for (const one of taken) {
    const { timeMs, source, isEntry } = one;
    const sequence = (sequences.get(one.hop.agent) ?? 0) + 1;
    sequences.set(one.hop.agent, sequence);
    const octets = datagramOf(one, sequence);
    const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
    reader.read(octets, view, 0, octets.length, timeMs, null);
    eachMs?.(timeMs);
    const known = result.sources.get(source) ?? { counted: 0, truth: 0 };
    result.sources.set(source, known);
    if (isEntry) known.truth += OCTETS * RATE;
    if (mark === 0) known.counted += OCTETS * RATE;
    if (mark === UNPLACED) result.unplaced += OCTETS * RATE;
  }
  for (const { counted, truth } of result.sources.values()) {
    result.counted += counted;
    result.truth += truth;
  }
  result.unplaced /= result.counted + result.unplaced || 1;
  return result;
}

/** Learns from all samples first, as an opened capture does, and then compares. */
export function placed(flows: readonly Flow[], sampling: Record<string, Sampling> = {}, seed = 1): Compared {
  const taken = samplesOf(flows, sampling, seed);
  const placement = new Placement();
  compare(taken, placement, true);
  placement.learn();
  return compare(taken, placement, false);
}

/** The sources above a share of all traffic whose figure is off by more than `most`, in words. */
export function offBy(result: Compared, most = 0.02, share = 0.01): string[] {
  return [...result.sources].flatMap(([source, { counted, truth }]) =>
    Math.max(truth, counted) > share * result.truth && Math.abs(counted / truth - 1) > most
      ? [`${source}: ${((counted / truth - 1) * 100).toFixed(1)} %`]
      : [],
  );
}
