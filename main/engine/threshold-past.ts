/**
 * What a threshold can be rehearsed over: counters in memory, stored minutes where they go back further, and of flow
 * definitions the flows themselves, asked as every other question about the past: of memory, of the recording, or of a
 * capture. It says in a sentence which it was, and what it cannot show.
 */
import { quantityOf } from '../../shared/format/quantity.ts';
import { formatDuration } from '../../shared/format/time.ts';
import type { FlowDefinition } from '../../shared/model/definition.ts';
import type { FlowAnswer, FlowQuestion, Interval, Provenance } from '../../shared/model/question.ts';
import { TREND_LEVELS, type TrendLevel } from '../../shared/model/storage.ts';
import type { MetricSelection, StoredMetric } from '../../shared/model/store.ts';
import type { Threshold } from '../../shared/model/threshold.ts';
import type { AbortLike, Call } from '../../shared/rpc.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Network } from '../samples/network.ts';
import type { Past, PastSeries } from '../thresholds/rehearsal.ts';

const FROM: Record<Provenance, string> = {
  memory: 'memory',
  capture: 'the capture',
  recording: 'the recording',
  minutes: 'stored minutes',
  clickhouse: 'the ClickHouse server',
};

const MOST_FLOWS = 100;
const MOST_BUCKETS = 3600;
/** Ports whose flows are asked one by one. */
const MOST_PORTS = 16;
/** Readings of counters hold until the next, with room for one that was lost. */
const LOST_ONE = 2.5;
const MOST_MINUTES = 20_000;

export type Waiting = { signal: AbortLike; progress(part: number): void };

export type ThresholdPastOptions = {
  network: () => Network;
  metrics: Metrics;
  definitionOf: (name: string) => FlowDefinition | null;
  unitOf: (threshold: Threshold, metric: string) => string;
  /** How the engine answers a flow question. */
  flows: (question: FlowQuestion, call?: Call<FlowAnswer>) => FlowAnswer | Promise<FlowAnswer>;
  /** Whoever waits, told how far the reading is; given up, so is the reading. */
  waiting?: Waiting | undefined;
  /** Stored metrics; null where nothing is stored. */
  stored:
    | ((selection: MetricSelection, level: TrendLevel, from: number, to: number) => Promise<StoredMetric[]>)
    | null;
};

export async function thresholdPast(
  threshold: Threshold,
  interval: Interval,
  options: ThresholdPastOptions,
): Promise<Past> {
  const definition = options.definitionOf(threshold.metric);
  const unit = options.unitOf(threshold, threshold.metric.split(',')[0]!.trim());
  const past = definition
    ? await ofFlows(threshold, definition, interval, options)
    : await ofMetrics(threshold, interval, options);
  return { ...past, unit };
}

async function ofFlows(
  threshold: Threshold,
  definition: FlowDefinition,
  interval: Interval,
  { network, flows, waiting }: ThresholdPastOptions,
): Promise<Omit<Past, 'unit'>> {
  const { keys, value, filter, dropped, fs } = definition;
  const stepMs = Math.max(1000, Math.ceil((interval.toMs - interval.fromMs) / MOST_BUCKETS / 1000) * 1000);
  const quantity = quantityOf(value);
  const asked: Omit<FlowQuestion, 'scope' | 'merge'> = {
    ...{ keys, value, filter, dropped, interval, stepMs, limit: MOST_FLOWS },
  };
  const ports = threshold.of === 'speed' ? portsWithSpeed(network()) : null;
  const calls = partsOf(waiting, ports?.length ?? 1);
  const answers = ports
    ? await Promise.all(
        ports.map(async ({ agent, ifIndex, speed }, index) => ({
          ...{ agent, dataSource: String(ifIndex), speed },
          answer: await flows(
            { ...asked, scope: { agent, ifIndex, direction: 'in' }, merge: 'max' },
            calls?.[index],
          ),
        })),
      )
    : [
        {
          ...{ agent: '', dataSource: '', speed: 0 },
          answer: await flows(
            { ...asked, merge: 'max', scope: { agent: null, ifIndex: null, direction: 'both' } },
            calls?.[0],
          ),
        },
      ];
  const series: PastSeries[] = [];
  for (const { agent, dataSource, speed, answer } of answers) {
    const { bucketCount, rows, interval: covered, stepMs: width } = answer;
    const timesMs = Float64Array.from({ length: bucketCount }, (_, i) => covered.fromMs + (i + 1) * width);
    for (let row = 0; row < rows.value.length; row++) {
      const key = answer.keyTexts.slice(row * keys.length, (row + 1) * keys.length).join(fs);
      const values = rows.series.slice(row * bucketCount, (row + 1) * bucketCount);
      if (quantity.isRate) for (let i = 0; i < values.length; i++) values[i]! /= width / 1000;
      for (let i = 0; i < values.length; i++)
        if (!isKnown(answer, timesMs[i]! - width, timesMs[i]!)) values[i] = Number.NaN;
      series.push({
        ...{ agent, dataSource, speed, metric: definition.name, flowKey: key, timesMs, values },
        ...{ isOctets: quantity.total === 'octets', holdsMs: 1.5 * width },
      });
    }
  }
  const [first] = answers;
  const where = ports
    ? ` at ${ports.length} ports whose speed is known${ports.length === MOST_PORTS ? ' (more are not looked at)' : ''}`
    : ', each flow where most of it was seen';
  const source = first
    ? `Run over ${FROM[first.answer.provenance]}${sinceWords(first.answer)}, the ${MOST_FLOWS} largest flows${where}, in steps of ${formatDuration(first.answer.stepMs)}; the smoothing of the definition is left out.`
    : 'Nothing was run: the speed of no port is known.';
  return { series, stepMs: first?.answer.stepMs ?? 1000, source };
}

/** Whether anything is known of a bucket: what was not kept is no silence. */
function isKnown({ completeFromMs, completeToMs, gaps }: FlowAnswer, fromMs: number, toMs: number): boolean {
  return (
    toMs > completeFromMs &&
    fromMs < completeToMs &&
    !gaps.some((gap) => gap.fromMs <= fromMs && gap.toMs >= toMs)
  );
}

/** Where less than the range is known. */
function sinceWords({ interval, completeFromMs, completeToMs, stepMs, gaps }: FlowAnswer): string {
  const missingMs = completeFromMs - interval.fromMs;
  const since =
    missingMs > stepMs
      ? `, which knows the last ${formatDuration(Math.max(1000, Math.round((completeToMs - completeFromMs) / 1000) * 1000))}`
      : '';
  const isBroken = gaps.some(({ fromMs, toMs }) => fromMs > completeFromMs && toMs - fromMs >= stepMs);
  return `${since}${isBroken ? `${since ? ' with' : ' with its'} gaps` : ''}`;
}

/** A call for each of several questions, whose parts are put together. */
function partsOf(waiting: Waiting | undefined, count: number): Call<FlowAnswer>[] | null {
  if (!waiting) return null;
  const parts = new Float64Array(count);
  return Array.from({ length: count }, (_, index) => ({
    signal: waiting.signal,
    progress(part: number) {
      parts[index] = part;
      waiting.progress(parts.reduce((sum, one) => sum + one, 0) / count);
    },
  }));
}

function portsWithSpeed(network: Network): { agent: string; ifIndex: number; speed: number }[] {
  return network.agents
    .flatMap(({ address, dataSources, interfaces }) =>
      [...interfaces.values()]
        .filter(({ ifIndex, speed }) => speed > 0 && dataSources.has(ifIndex))
        .map(({ ifIndex, speed }) => ({ agent: address, ifIndex, speed })),
    )
    .slice(0, MOST_PORTS);
}

async function ofMetrics(
  threshold: Threshold,
  interval: Interval,
  { network, metrics, stored }: ThresholdPastOptions,
): Promise<Omit<Past, 'unit'>> {
  const names = threshold.metric.split(',').map((name) => name.trim());
  const { filter } = threshold;
  const inMemory = names.flatMap((metric) =>
    metrics.past(metric, filter, interval).map((known) => ({ metric, ...known })),
  );
  const heardFromMs = inMemory.reduce((least, { toMs }) => Math.min(least, toMs[0]!), interval.toMs);
  const speedAt = (agent: string, dataSource: string): number =>
    network().find(agent)?.interfaces.get(Number(dataSource))?.speed ?? 0;
  const level = TREND_LEVELS.find(
    (width) => (interval.toMs - interval.fromMs) / 60_000 / width <= MOST_MINUTES,
  )!;
  const minutes =
    stored && heardFromMs - interval.fromMs > 120_000
      ? await Promise.all(
          names.map((metric) =>
            stored(
              { agent: null, dataSource: null, metric },
              level,
              Math.floor(interval.fromMs / 60_000),
              Math.ceil(interval.toMs / 60_000),
            ),
          ),
        )
      : [];
  const kept = minutes.flat();
  const isOctets = (metric: string): boolean => /octets$/.test(metric);
  if (kept.length > 0) {
    // Text metrics are not stored: what matches now is taken for what matched then.
    const matching =
      Object.keys(filter).length === 0
        ? null
        : new Set(inMemory.map(({ agent, dataSource }) => `${agent} ${dataSource}`));
    const stepMs = level * 60_000;
    return {
      series: kept
        .filter(({ agent, dataSource }) => matching?.has(`${agent} ${dataSource}`) ?? true)
        .map(({ agent, dataSource, metric, minutes: starts, mean }) => ({
          ...{ agent, dataSource, metric, flowKey: null, speed: speedAt(agent, dataSource) },
          ...{ isOctets: isOctets(metric), values: mean, holdsMs: LOST_ONE * stepMs },
          timesMs: starts.map((minute) => minute * 60_000 + stepMs),
        })),
      stepMs,
      source: `Run over stored ${level === 1 ? 'minutes' : `trends of ${level} minutes`}; what is shorter is not seen${matching ? ', and the filter is held against what holds now' : ''}.`,
    };
  }
  return {
    series: inMemory.map(({ metric, agent, dataSource, fromMs, toMs, values }) => ({
      ...{ agent, dataSource, metric, flowKey: null, speed: speedAt(agent, dataSource) },
      ...{ isOctets: isOctets(metric), values, timesMs: toMs },
      holdsMs: Math.max(10_000, LOST_ONE * usual(fromMs, toMs)),
    })),
    stepMs: 1000,
    source:
      inMemory.length > 0
        ? `Run over the counters in memory, from ${formatDuration(Math.max(1000, interval.toMs - heardFromMs))} before the end of the range; nothing older is stored.`
        : 'Nothing is remembered of this metric in this range.',
  };
}

/** Middle length of intervals. */
function usual(fromMs: readonly number[], toMs: readonly number[]): number {
  const lengths = toMs.map((to, i) => to - fromMs[i]!).sort((a, b) => a - b);
  return lengths[lengths.length >> 1] ?? 0;
}
