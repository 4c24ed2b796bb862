/**
 * From an answer to the rows of the table and the series of the chart. Sums become rates by the time that is
 * covered: the whole of a bucket, or of the range as far as anything was heard in it.
 */
import { quantityOf } from '../../../shared/format/quantity.ts';
import { formatCount } from '../../../shared/format/rates.ts';
import { formatDuration, type Zone } from '../../../shared/format/time.ts';
import type { KnownName } from '../../../shared/model/knowledge.ts';
import type { FlowAnswer, FlowSums, Interval } from '../../../shared/model/question.ts';
import { type Buckets, bucketEndMs, bucketStartMs } from '../../components/chart/geometry.ts';
import type { Counting, StackModel, Unscaled } from '../../components/chart/model.ts';
import type { ColourName, SeriesColour } from '../../components/chart/palette.ts';
import { type Gap, type Series, silences, sumOf, unknownStretches } from '../../components/chart/stack.ts';
import type { RateUnit } from '../../components/chart/unit.ts';
import type { NameOf } from '../../stores/names.ts';
import { isAddress, keyText, rowLabel } from './keys.ts';

export type TopRow = {
  id: string;
  kind: 'key' | 'others' | 'total';
  /** One text per key, as shown; of "others" and "Total" the first is their name. */
  texts: readonly string[];
  /** What each is called where it is an address with a name, else null. */
  names: readonly (KnownName | null)[];
  /** The texts as the engine spells them. */
  raw: readonly string[];
  label: string;
  colour: ColourName | null;
  countedAt: string;
  /** In the unit of the screen. */
  average: number;
  peak: number;
  /** The mean over the steps in which there was any. */
  whileActive: number;
  /** What the question added up: octets, frames …; of a mean or an extreme that figure itself. */
  total: number;
  frames: number;
  /** Of the total of all rows. */
  share: number;
  /** Of the largest row, "others" included: how long its bar is. */
  bar: number;
  samples: number;
  /** 95 % half-width as a part of the value. */
  band: number;
  series: Series;
};

export type RowContext = {
  answer: FlowAnswer;
  /** What a figure of the engine (per second where it is a rate) is multiplied by to be in the unit of the screen. */
  factor: number;
  /** Whether figures are sums that are divided by time; else they are figures of each moment, as a mean is. */
  isRate: boolean;
  /** What can be known at all; null where that is not known. */
  extent: Interval | null;
};

export const OTHERS = '\u0000others';
export const TOTAL = '\u0000total';

/** The buckets of an answer; they end where it does, or where it is not complete yet. */
export function bucketsOf(answer: FlowAnswer): Buckets {
  const { interval, stepMs, bucketCount, completeToMs } = answer;
  const endMs = Math.max(interval.fromMs, Math.min(interval.toMs, completeToMs));
  return { startMs: interval.fromMs, stepMs, count: bucketCount, endMs };
}

/** Seconds of the range in which something could be heard: as far as there is a record, without its gaps. */
export function coveredSeconds(answer: FlowAnswer, extent: Interval | null): number {
  const fromMs = Math.max(answer.completeFromMs, extent?.fromMs ?? answer.interval.fromMs);
  const toMs = Math.min(answer.interval.toMs, Math.max(answer.completeToMs, fromMs));
  let silentMs = 0;
  for (const gap of silences(answer.received, bucketsOf(answer), answer.completeToMs, () => '')) {
    silentMs += Math.max(0, Math.min(gap.toMs, toMs) - Math.max(gap.fromMs, fromMs));
  }
  const heardMs = toMs - fromMs - silentMs;
  return heardMs > 0 ? heardMs / 1000 : (answer.interval.toMs - answer.interval.fromMs) / 1000;
}

function rowOf(
  sums: FlowSums,
  index: number,
  context: RowContext,
  names: Pick<TopRow, 'id' | 'kind' | 'texts' | 'names' | 'raw' | 'label' | 'countedAt'>,
): TopRow {
  const { answer, factor, isRate } = context;
  const buckets = bucketsOf(answer);
  const from = index * buckets.count;
  const seconds = (bucket: number) => (bucketEndMs(buckets, bucket) - bucketStartMs(buckets, bucket)) / 1000;
  // A step that the end of the range cuts to an instant would turn one sample into a spike.
  const least = buckets.stepMs / 2000;
  const rate = (sum: number, bucket: number) =>
    isRate ? (sum * factor) / Math.max(seconds(bucket), least) : sum * factor;
  const values = sums.series.subarray(from, from + buckets.count).map(rate);
  const halfWidths = sums.seriesHalfWidth.subarray(from, from + buckets.count).map(rate);
  const value = sums.value[index] ?? 0;
  const total = answer.total.value[0] ?? 0;
  const largest = Math.max(answer.rows.value[0] ?? 0, answer.other.value[0] ?? 0);
  // A step that is still filling, or cut short, is no peak, unless there is no other.
  const isFull = (bucket: number) =>
    bucketStartMs(buckets, bucket) + buckets.stepMs <= Math.min(answer.completeToMs, buckets.endMs);
  const anyFull = buckets.count > 0 && isFull(0);
  const isWhole = (bucket: number) => !anyFull || isFull(bucket);
  let [active, activeSum, peak] = [0, 0, 0];
  for (let bucket = 0; bucket < buckets.count; bucket++) {
    if (!(values[bucket]! > 0)) continue;
    active += Math.max(seconds(bucket), least);
    activeSum += values[bucket]! * Math.max(seconds(bucket), least);
    if (isWhole(bucket)) peak = Math.max(peak, values[bucket]!);
  }
  return {
    ...names,
    colour: null,
    average: (value * factor) / (isRate ? coveredSeconds(answer, context.extent) : 1),
    peak,
    whileActive: active > 0 ? activeSum / active : 0,
    total: value,
    frames: sums.frames[index] ?? Number.NaN,
    share: total > 0 ? value / total : 0,
    bar: largest > 0 ? value / largest : 0,
    samples: sums.samples[index] ?? 0,
    band: value > 0 ? (sums.halfWidth[index] ?? 0) / value : Number.NaN,
    series: {
      id: names.id,
      label: names.label,
      colour: 'other',
      values,
      halfWidths,
      samples: sums.seriesSamples.slice(from, from + buckets.count),
    },
  };
}

/** Names a row by its values, as the engine spells them. */
export const rowId = (raw: readonly string[]): string => raw.join('\u0001');

/** The addresses among the keys of an answer, as the engine spells them. */
export function addressesOf(answer: FlowAnswer): string[] {
  return answer.keyTexts.filter((text, at) => isAddress(answer.keys[at % answer.keys.length]!, text));
}

/**
 * The shown rows in the order of the answer, largest first. `nameOf` says what an address, as the engine spells it,
 * is called.
 */
export function keyRows(context: RowContext, nameOf: NameOf = () => null): TopRow[] {
  const { answer } = context;
  const width = answer.keys.length;
  return Array.from({ length: answer.rows.value.length }, (_, index) => {
    const raw = answer.keyTexts.slice(index * width, (index + 1) * width);
    const texts = raw.map((text, key) => keyText(answer.keys[key]!, text));
    const called = raw.map((text, key) => (isAddress(answer.keys[key]!, text) ? nameOf(text) : null));
    const label = rowLabel(answer.keys, texts, called);
    return rowOf(answer.rows, index, context, {
      id: rowId(raw),
      kind: 'key',
      texts,
      names: called,
      raw,
      label,
      countedAt: answer.countedAt[index] ?? '',
    });
  });
}

/** The last rows: "N others", where there are any, and the "Total", which of what is no sum is "All" of them together. */
export function footerRows(context: RowContext): TopRow[] {
  const { answer } = context;
  const named = (id: string, kind: 'others' | 'total', label: string) =>
    ({ id, kind, texts: [label], names: [], raw: [], label, countedAt: '' }) as const;
  const count = answer.otherKeys;
  const others = count === null ? 'others' : count === 1 ? '1 other' : `${formatCount(count)} others`;
  const rows: TopRow[] = [];
  if ((answer.other.samples[0] ?? 0) > 0) {
    rows.push({ ...rowOf(answer.other, 0, context, named(OTHERS, 'others', others)), colour: 'other' });
  }
  rows.push(rowOf(answer.total, 0, context, named(TOTAL, 'total', context.isRate ? 'Total' : 'All')));
  return rows;
}

/** Gives the rows their colours; a row without one is part of the grey until it is isolated. */
export function coloured(rows: readonly TopRow[], colours: readonly (SeriesColour | null)[]): TopRow[] {
  return rows.map((row, index) => ({ ...row, colour: colours[index] ?? null }));
}

export type ChartContext = {
  answer: FlowAnswer;
  unit: RateUnit;
  zone: Zone;
  isolated: ReadonlySet<string>;
  live: boolean;
  counting: Counting;
};

/** Whether nothing is known of a step of an answer: that is not the same as nothing heard. */
export function unknownSteps(answer: FlowAnswer): (step: number) => boolean {
  const { startMs, stepMs } = bucketsOf(answer);
  return (step) => {
    const [fromMs, toMs] = [startMs + step * stepMs, startMs + (step + 1) * stepMs];
    return (
      fromMs < answer.completeFromMs || answer.gaps.some((gap) => gap.fromMs <= fromMs && gap.toMs >= toMs)
    );
  };
}

/** Where there is nothing to draw, and why: nothing was heard, or this filter was not asked for yet. */
function gapsOf(answer: FlowAnswer, buckets: Buckets): Gap[] {
  const { interval, completeFromMs, completeToMs, received } = answer;
  const silent = silences(received, buckets, completeToMs, (ms) => `nothing heard, ${formatDuration(ms)}`);
  const known = withUnknown(silent, answer);
  if (answer.provenance === 'recording' || completeFromMs <= interval.fromMs) return known;
  const before = {
    fromMs: interval.fromMs,
    toMs: completeFromMs,
    label: `not kept for this filter, ${formatDuration(completeFromMs - interval.fromMs)}`,
  };
  return [before, ...known.filter(({ fromMs }) => fromMs >= completeFromMs)];
}

/** Silences, and what of the range is not in the recording; a silence that lies in such a stretch is not told twice. */
function withUnknown(silent: readonly Gap[], { gaps, stepMs }: FlowAnswer): Gap[] {
  // A break of less than a step is no gap that could be seen.
  const unknown = unknownStretches(gaps, stepMs);
  const told = (gap: Gap): boolean =>
    unknown.some(({ fromMs, toMs }) => gap.fromMs < toMs && gap.toMs > fromMs);
  return [...unknown, ...silent.filter((gap) => !told(gap))].sort((a, b) => a.fromMs - b.fromMs);
}

/** The chart of the rows: coloured ones from the bottom up in the given order, the grey rest on top. */
export function chartOf(
  rows: readonly TopRow[],
  footer: readonly TopRow[],
  context: ChartContext,
): Unscaled<StackModel> {
  const { answer, isolated } = context;
  const buckets = bucketsOf(answer);
  const own = (row: TopRow) => row.colour !== null || isolated.has(row.id);
  const series = rows
    .filter(own)
    .map((row) => ({ ...row.series, colour: row.colour ?? ('text-2' as const) }));
  const rest = [...rows.filter((row) => !own(row)), ...footer.filter((row) => row.kind === 'others')];
  // Means of several rows make no sum: what has no colour of its own is in the table alone.
  if (rest.length > 0 && quantityOf(answer.value).isRate) {
    const label = rest.length === 1 ? rest[0]!.label : restLabel(rest.length - 1, answer.otherKeys);
    const sum = sumOf(
      rest.map((row) => row.series),
      buckets.count,
    );
    series.push({ ...sum, id: OTHERS, label, colour: 'other' });
  }
  const total = footer.find((row) => row.kind === 'total')!.series;
  return {
    kind: 'stack',
    interval: answer.interval,
    counting: context.counting,
    unit: context.unit,
    zone: context.zone,
    gaps: gapsOf(answer, buckets),
    loss: { buckets, received: answer.received, lost: answer.lost },
    liveEdgeMs: context.live ? Math.min(answer.completeToMs, answer.interval.toMs) : null,
    highlight: null,
    emphasis: null,
    buckets,
    completeToMs: answer.completeToMs,
    series,
    total,
    isolated,
  };
}

const restLabel = (rows: number, others: number | null) =>
  others === null ? 'others' : `${formatCount(rows + others)} others`;
