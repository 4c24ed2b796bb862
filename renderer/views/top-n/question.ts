/** From what is chosen on the screen to what the engine is asked. */

import { quantityOf, readValue, valueWords } from '../../../shared/format/quantity.ts';
import type { FlowKeyDescription } from '../../../shared/model/catalog.ts';
import type { FlowQuestion, FlowValue, Interval, MergeRule, Scope } from '../../../shared/model/question.ts';
import type { RateUnit } from '../../components/chart/unit.ts';
import type { Limit } from './choices.ts';
import { keyLabel } from './keys.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Steps that a clock has, so that buckets begin on round times where the range does. */
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE_MS),
  ...[1, 2, 3, 6, 12, 24].map((count) => count * HOUR_MS),
];
/** More buckets than this are too thin to be told apart; one more for a range that is not quite round. */
const MOST_BUCKETS = 121;

/** The width of a bucket for a range of this length. */
export function stepFor(rangeMs: number): number {
  const longest = STEPS_MS[STEPS_MS.length - 1]!;
  return (
    STEPS_MS.find((step) => rangeMs / step <= MOST_BUCKETS) ??
    Math.ceil(rangeMs / MOST_BUCKETS / longest) * longest
  );
}

/**
 * The interval to ask for. A range that follows the clock is moved to whole steps, so that the picture moves
 * by whole steps and a bucket never changes what it holds; any other is asked for as it is.
 */
export function intervalToAsk(interval: Interval, stepMs: number, follows: boolean): Interval {
  if (!follows) return interval;
  const length = interval.toMs - interval.fromMs;
  const toMs = Math.ceil(interval.toMs / stepMs) * stepMs;
  return { fromMs: toMs - Math.ceil(length / stepMs) * stepMs, toMs };
}

export type Chosen = {
  keys: readonly string[];
  /** What is added up, as a definition writes it. */
  value: FlowValue;
  /** Discarded packets instead of flow samples. */
  dropped: boolean;
  limit: Limit;
  /** In the filter language; '' for all traffic. */
  filter: string;
  merge: MergeRule;
  scope: Scope;
  /** What is to be shown; null for everything there is. */
  interval: Interval | null;
  /** Everything there is, where that is known. */
  extent: Interval | null;
  /** Whether the interval follows the clock. */
  follows: boolean;
};

/** The question for a choice. */
export function questionFor(chosen: Chosen): FlowQuestion {
  const range = chosen.interval ?? chosen.extent;
  const stepMs = range ? stepFor(range.toMs - range.fromMs) : null;
  return {
    keys: chosen.keys,
    value: chosen.value,
    ...(chosen.dropped ? { dropped: true } : {}),
    scope: chosen.scope,
    filter: chosen.filter,
    merge: chosen.merge,
    interval:
      chosen.interval && stepMs ? intervalToAsk(chosen.interval, stepMs, chosen.follows) : chosen.interval,
    stepMs,
    limit: chosen.limit,
  };
}

/** How the figures of a value are shown: in which unit, and what an engine's figure is multiplied by. */
export type Shown = { unit: RateUnit; factor: number; isRate: boolean; hasBand: boolean };

/** What a chart of something else than a rate is of, in words: 'Largest queue depth'; '' for a rate. */
export function whatIsTold(value: string, descriptions: readonly FlowKeyDescription[]): string {
  const { aggregate, key } = readValue(value);
  if (aggregate === 'rate') return '';
  const words = valueWords(value, keyLabel(key, descriptions));
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** How a value is shown; octets as the share of a link where its speed in bit/s is given. */
export function shownAs(value: string, linkBitsPerSecond = 0): Shown {
  const { unit, factor, isRate, hasBand } = quantityOf(value);
  // Of what samples have themselves, a plain number is told in full.
  const isNumber = unit === '' && ['min', 'max', 'count'].includes(readValue(value).aggregate);
  if (linkBitsPerSecond > 0 && unit === 'bit/s')
    return { unit: '% of link', factor: (factor * 100) / linkBitsPerSecond, isRate, hasBand };
  return { unit: isNumber ? 'count' : unit, factor, isRate, hasBand };
}
