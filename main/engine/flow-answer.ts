/**
 * One answer from one table, whichever engine asks: the table's rows, what arrived and was lost, the rule that
 * was used, and how complete it is.
 */
import type { FlowAnswer, FlowQuestion, Gap, Interval, Provenance } from '../../shared/model/question.ts';
import { answerFrom } from '../flows/answer.ts';
import type { FlowTable } from '../flows/table.ts';
import type { Network } from '../samples/network.ts';

/** `fromBucket` ≤ b < `toBucket` are the table's buckets that count; `bucketsPerStep` of them make a step. */
export type Span = {
  interval: Interval;
  stepMs: number;
  bucketCount: number;
  fromBucket: number;
  toBucket: number;
  bucketsPerStep: number;
};

/** The span of a range in whole steps of the clock, for a table whose buckets are `bucketMs` wide from 1970 on. */
export function alignedSpan(asked: Interval, stepMs: number, bucketMs: number): Span {
  const interval = {
    fromMs: Math.floor(asked.fromMs / stepMs) * stepMs,
    toMs: Math.ceil(asked.toMs / stepMs) * stepMs,
  };
  return {
    interval,
    stepMs,
    bucketCount: (interval.toMs - interval.fromMs) / stepMs,
    fromBucket: interval.fromMs / bucketMs,
    toBucket: interval.toMs / bucketMs,
    bucketsPerStep: stepMs / bucketMs,
  };
}

/** What the table does not know: where it came from, what was lost meanwhile, from when to when it is complete. */
export type Surroundings = Pick<FlowAnswer, 'received' | 'lost' | 'completeFromMs' | 'completeToMs'> & {
  provenance: Provenance;
  /** None where it is not said. */
  gaps?: Gap[];
};

export function flowAnswer(
  question: FlowQuestion,
  table: FlowTable,
  network: Network,
  span: Span,
  surroundings: Surroundings,
): FlowAnswer {
  const { interval, stepMs, bucketCount } = span;
  const { keys, value, filter, merge, scope, limit } = question;
  return {
    interval,
    stepMs,
    bucketCount,
    keys,
    value,
    filter,
    // Each frame crosses a port once: a port's question needs no rule.
    merge: scope.ifIndex === null ? merge : 'sum',
    ...answerFrom(table, network, { ...span, value, merge, scope, limit }),
    samplingRate: network.samplingRate(scope.agent),
    gaps: [],
    ...surroundings,
  };
}
