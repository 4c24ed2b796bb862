/**
 * The list of interfaces: what the counters of each port say of a range, beside what the samples say of the
 * same range. The two are compared over the counters' own intervals (`metrics/agreement.ts`), because a counter
 * sample tells of the time since the one before and not of the seconds of the range.
 */
import { halfWidthOfSum } from '../../shared/model/confidence.ts';
import type { FrameRates, InterfaceStatus } from '../../shared/model/network.ts';
import type { CounterAnswer, FlowSeries, Gap, Interval, Provenance } from '../../shared/model/question.ts';
import type { TrendLevel } from '../../shared/model/storage.ts';
import { FRAME_SQUARES, FRAMES, OCTET_SQUARES, OCTETS, SAMPLES, SUMS } from '../flows/log.ts';
import { acceptedPaths, portPaths } from '../flows/scope.ts';
import type { FlowTable } from '../flows/table.ts';
import { agreementOf, FlowBuckets, OLDEST_COUNTERS_MS } from '../metrics/agreement.ts';
import type { CounterSeries } from '../metrics/counter-series.ts';
import { counterColumn, interfaceCounters } from '../metrics/counter-table.ts';
import type { Counters } from '../metrics/counters.ts';
import type { Agent, Interface } from '../samples/agent.ts';
import type { Network } from '../samples/network.ts';
import { knownSeconds } from './gaps.ts';

const SPARK_PARTS = 24;
const IN_OCTETS = counterColumn('ifinoctets');
const OUT_OCTETS = counterColumn('ifoutoctets');
const IN_DISCARDS = counterColumn('ifindiscards');
const OUT_DISCARDS = counterColumn('ifoutdiscards');
const IN_ERRORS = counterColumn('ifinerrors');
const OUT_ERRORS = counterColumn('ifouterrors');
const IN_FRAMES = {
  unicast: counterColumn('ifinucastpkts'),
  multicast: counterColumn('ifinmulticastpkts'),
  broadcast: counterColumn('ifinbroadcastpkts'),
};
const OUT_FRAMES = {
  unicast: counterColumn('ifoutucastpkts'),
  multicast: counterColumn('ifoutmulticastpkts'),
  broadcast: counterColumn('ifoutbroadcastpkts'),
};

/** A table without keys, and what its buckets mean: bucket b begins at originMs + b × stepMs. */
export type PathTable = { table: FlowTable; originMs: number; stepMs: number };

/** What is known of a range by port, and where from. */
export type ByPath = {
  network: Network;
  counters: Counters;
  paths: PathTable;
  provenance: Provenance;
  /** Width in minutes of the finest trend that it is from; absent where single samples told it. */
  trendMinutes?: TrendLevel;
  /** Stretches of the range of which nothing is known, apart from each other; absent where there can be none. */
  gaps?: Gap[];
};

/** What the paths of a port in one direction add up to: within the range, and beside the counters' own time. */
type Way = {
  octets: number;
  samples: number;
  squares: number;
  buckets: FlowBuckets;
  fromMs: number;
  toMs: number;
};

const way = (fromMs: number, toMs: number, stepMs: number): Way => ({
  ...{ octets: 0, samples: 0, squares: 0, fromMs, toMs },
  buckets: new FlowBuckets(stepMs),
});

/** Indices of the intervals of a series that lie in a range: those that end in it and begin in it. */
function intervalsIn(series: CounterSeries, interval: Interval): { first: number; end: number } {
  let first = 0;
  while (first < series.length && series.fromMs[first]! < interval.fromMs) first++;
  let end = first;
  while (end < series.length && series.toMs[end]! <= interval.toMs) end++;
  return { first, end };
}

function countersOf(series: CounterSeries | null, interval: Interval): InterfaceStatus['counters'] {
  if (!series) return null;
  const { first, end } = intervalsIn(series, interval);
  const mean = (column: number): { mean: number; peak: number } => {
    let grown = 0;
    let seconds = 0;
    let peak = 0;
    for (let i = first; i < end; i++) {
      const growth = series.at(i, column);
      if (Number.isNaN(growth)) continue;
      grown += growth;
      seconds += series.seconds[i]!;
      peak = Math.max(peak, growth / series.seconds[i]!);
    }
    return seconds > 0 ? { mean: grown / seconds, peak } : { mean: Number.NaN, peak: Number.NaN };
  };
  const count = (column: number): number => {
    let sum = 0;
    let known = false;
    for (let i = first; i < end; i++) {
      const growth = series.at(i, column);
      if (Number.isNaN(growth)) continue;
      known = true;
      sum += growth;
    }
    return known ? sum : Number.NaN;
  };
  const spark = (column: number): Float64Array => {
    const part = (interval.toMs - interval.fromMs) / SPARK_PARTS;
    return Float64Array.from({ length: SPARK_PARTS }, (_, index) => {
      const middle = interval.fromMs + (index + 0.5) * part;
      for (let i = first; i < end; i++) {
        if (series.fromMs[i]! <= middle && middle < series.toMs[i]!)
          return (series.at(i, column) * 8) / series.seconds[i]!;
      }
      return Number.NaN;
    });
  };
  const frames = (columns: typeof IN_FRAMES): FrameRates => ({
    unicast: mean(columns.unicast).mean,
    multicast: mean(columns.multicast).mean,
    broadcast: mean(columns.broadcast).mean,
  });
  const ins = mean(IN_OCTETS);
  const outs = mean(OUT_OCTETS);
  let polled = 0;
  for (let i = first; i < end; i++) polled += series.seconds[i]!;
  return {
    intervals: end - first,
    inBitsPerSecond: ins.mean * 8,
    outBitsPerSecond: outs.mean * 8,
    peakInBitsPerSecond: ins.peak * 8,
    peakOutBitsPerSecond: outs.peak * 8,
    inDiscards: count(IN_DISCARDS),
    outDiscards: count(OUT_DISCARDS),
    inErrors: count(IN_ERRORS),
    outErrors: count(OUT_ERRORS),
    inFrames: frames(IN_FRAMES),
    outFrames: frames(OUT_FRAMES),
    inSpark: spark(IN_OCTETS),
    outSpark: spark(OUT_OCTETS),
    pollingSeconds: end > first ? polled / (end - first) : Number.NaN,
  };
}

/** Adds up every path once, for all ports that it belongs to. */
function flowsOf(
  paths: PathTable,
  network: Network,
  ports: Map<string, { in: Way; out: Way }>,
  interval: Interval,
): void {
  const { table, originMs, stepMs } = paths;
  table.flush();
  const waysOfPath = new Map<number, Way[]>();
  for (const agent of network.agents) {
    for (const port of agent.interfaces.values()) {
      const ways = ports.get(placeOf(agent, port));
      if (!ways) continue;
      for (const direction of ['in', 'out'] as const) {
        for (const path of portPaths(network, agent, port.ifIndex, direction))
          waysOfPath.set(path, [...(waysOfPath.get(path) ?? []), ways[direction]]);
      }
    }
  }
  table.log.eachRun(
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    (bucket, { id, sums }, first, behind) => {
      const timeMs = originMs + bucket * stepMs;
      const inRange = timeMs >= interval.fromMs - stepMs / 2 && timeMs < interval.toMs;
      for (let row = first; row < behind; row++) {
        const found = waysOfPath.get(table.pathOf(id[row]!));
        if (!found) continue;
        const at = row * SUMS;
        const octets = sums[at + OCTETS]!;
        const samples = sums[at + SAMPLES]!;
        const squares = sums[at + OCTET_SQUARES]!;
        for (const one of found) {
          if (inRange) {
            one.octets += octets;
            one.samples += samples;
            one.squares += squares;
          }
          // Counters tell of some seconds ago.
          if (timeMs + stepMs <= one.fromMs - OLDEST_COUNTERS_MS || timeMs >= one.toMs + OLDEST_COUNTERS_MS)
            continue;
          one.buckets.add(timeMs, octets, sums[at + FRAMES]!, samples, squares, sums[at + FRAME_SQUARES]!);
        }
      }
    },
  );
}

const placeOf = (agent: Agent, port: Interface): string => `${agent.index}/${port.ifIndex}`;

function nameFields(agent: Agent, ifIndex: number): Pick<InterfaceStatus, 'name' | 'nameSource' | 'alias'> {
  const { name, source, alias } = agent.nameOfInterface(ifIndex);
  return { name, nameSource: source, alias };
}

/**
 * Every interface heard of, by agent and ifIndex. In gaps counters went on and nobody listened: those times are not laid
 * beside samples.
 */
export function interfaceStatuses(seen: ByPath, interval: Interval): InterfaceStatus[] {
  const { network, counters, paths, provenance, trendMinutes, gaps = [] } = seen;
  const ports = new Map<string, { in: Way; out: Way }>();
  for (const agent of network.agents) {
    for (const port of agent.interfaces.values()) {
      const series = counters.series(agent, port.ifIndex);
      const { first, end } = series ? intervalsIn(series, interval) : { first: 0, end: 0 };
      const fromMs = series && end > first ? series.fromMs[first]! : 0;
      const toMs = series && end > first ? series.toMs[end - 1]! : 0;
      const { stepMs } = paths;
      ports.set(placeOf(agent, port), { in: way(fromMs, toMs, stepMs), out: way(fromMs, toMs, stepMs) });
    }
  }
  flowsOf(paths, network, ports, interval);
  const seconds = knownSeconds(interval, gaps);
  // Of a minute beside a gap only a part may have been heard.
  const edgeMs = paths.stepMs > 1000 ? paths.stepMs : 0;
  const unheard = gaps.map(({ fromMs, toMs }) => ({ fromMs: fromMs - edgeMs, toMs: toMs + edgeMs }));
  return network.agents.flatMap((agent) =>
    [...agent.interfaces.values()]
      .sort((a, b) => a.ifIndex - b.ifIndex)
      .map((port) => {
        const ways = ports.get(placeOf(agent, port))!;
        const told = countersOf(counters.series(agent, port.ifIndex), interval);
        return {
          ...{ provenance, ...(trendMinutes === undefined ? {} : { trendMinutes }) },
          ...{ agent: agent.address, ifIndex: port.ifIndex },
          ...nameFields(agent, port.ifIndex),
          speed: agent.speedOf(port.ifIndex),
          adminUp: port.adminUp,
          operUp: port.operUp,
          counters: told,
          flows: {
            inSamples: ways.in.samples,
            outSamples: ways.out.samples,
            inBitsPerSecond: (ways.in.octets * 8) / seconds,
            outBitsPerSecond: (ways.out.octets * 8) / seconds,
            inHalfWidth: (halfWidthOfSum(ways.in.squares, ways.in.octets, ways.in.samples) * 8) / seconds,
            outHalfWidth: (halfWidthOfSum(ways.out.squares, ways.out.octets, ways.out.samples) * 8) / seconds,
          },
          agreement: agreementIn(counters.series(agent, port.ifIndex), interval, ways, unheard),
        };
      }),
  );
}

function agreementIn(
  series: CounterSeries | null,
  interval: Interval,
  ways: { in: Way; out: Way },
  unheard: readonly Interval[],
): InterfaceStatus['agreement'] {
  if (!series) return null;
  // What was counted within an interval may have passed a while before it.
  const skips = (i: number): boolean =>
    unheard.some(
      ({ fromMs, toMs }) => fromMs < series.toMs[i]! && toMs > series.fromMs[i]! - OLDEST_COUNTERS_MS,
    );
  const compared = { ...intervalsIn(series, interval), skips };
  return agreementOf(series, compared, { in: ways.in.buckets, out: ways.out.buckets });
}

/** The counters of one interface as rates, beside the flow estimate of the same port. */
export function counterAnswer(
  { network, counters, paths, provenance, gaps }: ByPath,
  agent: Agent,
  ifIndex: number,
  interval: Interval,
): CounterAnswer {
  const series = counters.series(agent, ifIndex);
  const indices: number[] = [];
  for (let i = 0; i < (series?.length ?? 0); i++) {
    if (series!.toMs[i]! > interval.fromMs && series!.fromMs[i]! < interval.toMs) indices.push(i);
  }
  const rates: Record<string, Float64Array> = {};
  for (const [column, counter] of interfaceCounters.entries()) {
    rates[counter.name] = Float64Array.from(indices, (i) => series!.at(i, column) / series!.seconds[i]!);
  }
  return {
    agent: agent.address,
    ifIndex,
    interval,
    fromMs: Float64Array.from(indices, (i) => series!.fromMs[i]!),
    toMs: Float64Array.from(indices, (i) => series!.toMs[i]!),
    rates,
    ...{ speed: agent.speedOf(ifIndex), provenance, ...(gaps ? { gaps } : {}) },
    flowIn: flowSeries(network, agent, ifIndex, 'in', interval, paths),
    flowOut: flowSeries(network, agent, ifIndex, 'out', interval, paths),
  };
}

/** Octets per bucket of one port in one direction. Buckets of the table become buckets of about 1/150 of the range. */
function flowSeries(
  network: Network,
  agent: Agent,
  ifIndex: number,
  direction: 'in' | 'out',
  interval: Interval,
  paths: PathTable,
): FlowSeries {
  const { table, originMs, stepMs } = paths;
  table.flush();
  const accepted = acceptedPaths(network, { agent: agent.address, ifIndex, direction });
  const perStep = Math.max(1, Math.round(coarse(interval) / stepMs));
  const fromBucket = Math.floor((interval.fromMs - originMs) / stepMs / perStep) * perStep;
  const toBucket = Math.ceil((interval.toMs - originMs) / stepMs);
  const count = Math.max(1, Math.ceil((toBucket - fromBucket) / perStep));
  const octets = new Float64Array(count);
  const samples = new Float64Array(count);
  const squares = new Float64Array(count);
  table.log.eachRun(fromBucket, toBucket, (bucket, { id, sums }, first, behind) => {
    const at = Math.floor((bucket - fromBucket) / perStep);
    for (let row = first; row < behind; row++) {
      if (accepted[table.pathOf(id[row]!)] !== 1) continue;
      octets[at]! += sums[row * SUMS + OCTETS]!;
      samples[at]! += sums[row * SUMS + SAMPLES]!;
      squares[at]! += sums[row * SUMS + OCTET_SQUARES]!;
    }
  });
  return {
    stepMs: perStep * stepMs,
    startMs: originMs + fromBucket * stepMs,
    octets,
    samples,
    halfWidth: squares.map((sum, at) => halfWidthOfSum(sum, octets[at]!, samples[at]!)),
  };
}

/** Steps of a flow estimate beside counters: 5 s up to ten minutes, then so that about 150 fit. */
function coarse(interval: Interval): number {
  const span = interval.toMs - interval.fromMs;
  return span <= 750_000 ? 5000 : Math.ceil(span / 150 / 5000) * 5000;
}
