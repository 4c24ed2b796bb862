/**
 * Who answers a question of the live workspace. Memory, the recording, the stored minutes and a server elsewhere each know
 * a part of the past; the one that reaches back furthest into the asked range answers, and of those that reach back alike
 * the one that knows most: memory and recording every sample, the others sums of minutes.
 */
import { readValue } from '../../shared/format/quantity.ts';
import type { InterfaceStatus } from '../../shared/model/network.ts';
import type {
  CounterAnswer,
  CounterQuestion,
  FlowAnswer,
  FlowQuestion,
  Interval,
} from '../../shared/model/question.ts';
import { type Call, RpcError } from '../../shared/rpc.ts';
import type { Counters } from '../metrics/counters.ts';
import type { Arrivals } from '../samples/arrivals.ts';
import type { Network } from '../samples/network.ts';
import { stepFor } from './choose-step.ts';
import { alignedSpan, flowAnswer } from './flow-answer.ts';
import { gapsBetween } from './gaps.ts';
import { type ByPath, counterAnswer, interfaceStatuses } from './ports.ts';
import type { RecordedPast } from './recorded-past.ts';
import { MEMORY_SECONDS, type StandingTables } from './standing.ts';
import type { StoredPast } from './stored-past.ts';
import type { Counted } from './table-for.ts';

const EVERY_PATH: Counted = { keys: [], filter: '', value: 'bytes' };
/** A range that is not named. */
const USUAL_MS = 600_000;

export type LiveAnswersOptions = {
  network: Network;
  counters: Counters;
  arrivals: Arrivals;
  standing: StandingTables;
  /** The stored minutes and the server elsewhere; null without a store. */
  past: StoredPast | null;
  recorded: RecordedPast | null;
  startedMs: number;
  nowMs: () => number;
};

export type LiveAnswers = {
  flows(question: FlowQuestion, call?: Call<FlowAnswer>): Promise<FlowAnswer>;
  interfaces(asked: Interval | null, call?: Call<InterfaceStatus[]>): Promise<InterfaceStatus[]>;
  counters(question: CounterQuestion, call?: Call<CounterAnswer>): Promise<CounterAnswer>;
};

/** Why a range that nothing is recorded of has no answer. */
function notKept({ value }: FlowQuestion): string {
  const { aggregate } = readValue(value);
  const addsUp = aggregate === 'rate' || aggregate === 'avg';
  const why = addsUp
    ? 'and no minutes of this question were stored'
    : `and “${value}” cannot be added up over minutes`;
  const then = addsUp
    ? 'save it as a flow definition, whose minutes are kept from then on'
    : 'let Weir record for longer';
  return `The packets of this range are no longer recorded, ${why}; choose the last ten minutes, or ${then}.`;
}

export function liveAnswers(options: LiveAnswersOptions): LiveAnswers {
  const { network, arrivals, standing, past, recorded, startedMs, nowMs } = options;

  function intervalOf(asked: Interval | null): Interval {
    const toMs = Math.ceil(nowMs() / 1000) * 1000;
    return asked ?? { fromMs: toMs - USUAL_MS, toMs };
  }

  /** Memory holds no sample from before this. */
  const memoryFromMs = (): number => Math.max(startedMs, nowMs() - (MEMORY_SECONDS - 30) * 1000);

  const recordedFromMs = (): number => recorded?.fromMs ?? Number.POSITIVE_INFINITY;

  /** From when on minutes that a question can be answered from are stored; infinite where memory does. */
  async function storedFromMs(interval: Interval, question: Counted): Promise<number> {
    return past?.isNeededFor(interval) ? past.firstMs(question) : Number.POSITIVE_INFINITY;
  }

  /** From when on something here knows of a range; the server elsewhere is asked for what is older. */
  const hereFromMs = (storedMs: number): number => Math.min(storedMs, recordedFromMs(), memoryFromMs());

  /** A recording that begins here or later in a range knows no more of it than memory or the stored minutes do. */
  const unlessFrom = (interval: Interval, storedMs: number): number =>
    Math.min(Math.max(storedMs, interval.fromMs) + 60_000, memoryFromMs());

  async function flows(question: FlowQuestion, call?: Call<FlowAnswer>): Promise<FlowAnswer> {
    const asked = intervalOf(question.interval);
    const storedMs = await storedFromMs(asked, question);
    const far = await past?.far(question, asked, hereFromMs(storedMs));
    if (far) return far;
    if (recorded && asked.fromMs < memoryFromMs()) {
      const answer = await recorded.flows(question, asked, unlessFrom(asked, storedMs), call);
      if (answer) return answer;
    }
    const stored = storedMs < asked.toMs ? await past!.flows(question, asked, storedMs) : null;
    if (stored) return stored;
    const definition = await standing.of(question);
    // Whole steps of the clock, so that a picture that moves shows the same buckets again.
    const span = alignedSpan(asked, stepFor(question.stepMs, asked.toMs - asked.fromMs), 1000);
    const completeFromMs = standing.completeFrom(
      definition,
      span.interval,
      past?.ranBefore ? startedMs : Number.NEGATIVE_INFINITY,
    );
    // What a new definition has missed is on disk.
    if (recorded && completeFromMs > span.interval.fromMs) {
      const answer = await recorded.flows(question, asked, completeFromMs, call);
      if (answer) return answer;
    }
    if (completeFromMs >= span.interval.toMs) throw new RpcError('refused', notKept(question));
    const { agent } = question.scope;
    const index = agent === null ? null : (network.find(agent)?.index ?? -1);
    return flowAnswer(question, definition.table, network, span, {
      ...arrivals.answer(index, span.fromBucket, span.toBucket, span.bucketsPerStep, span.bucketCount),
      provenance: 'memory',
      completeFromMs,
      completeToMs: Math.min(span.interval.toMs, nowMs()),
    });
  }

  /** What memory or the stored minutes know by port, as the range asks. */
  function byPath(interval: Interval, port: CounterQuestion | null): Promise<ByPath> | ByPath {
    if (past?.isNeededFor(interval)) return past.byPath(interval, port);
    const paths = { table: standing.paths, originMs: 0, stepMs: 1000 };
    const heard = { fromMs: Math.max(memoryFromMs(), network.firstMs), toMs: nowMs() };
    const gaps = gapsBetween(
      { ...interval, toMs: Math.min(interval.toMs, heard.toMs) },
      [heard],
      'not heard',
    );
    return { network, counters: options.counters, paths, provenance: 'memory', gaps };
  }

  async function interfaces(
    asked: Interval | null,
    call?: Call<InterfaceStatus[]>,
  ): Promise<InterfaceStatus[]> {
    const interval = intervalOf(asked);
    const storedMs = await storedFromMs(interval, EVERY_PATH);
    const far = await past?.farByPath(interval, null, hereFromMs(storedMs));
    if (far) return interfaceStatuses(far, interval);
    if (recorded && interval.fromMs < memoryFromMs()) {
      const answer = await recorded.interfaces(interval, unlessFrom(interval, storedMs), call);
      if (answer) return answer;
    }
    return interfaceStatuses(await byPath(interval, null), interval);
  }

  async function counters(question: CounterQuestion, call?: Call<CounterAnswer>): Promise<CounterAnswer> {
    const interval = intervalOf(question.interval);
    const storedMs = await storedFromMs(interval, EVERY_PATH);
    const far = await past?.farByPath(interval, question, hereFromMs(storedMs));
    const farAgent = far && network.find(question.agent);
    if (farAgent) return counterAnswer(far, farAgent, question.ifIndex, interval);
    if (recorded && interval.fromMs < memoryFromMs()) {
      const answer = await recorded.counters(question, interval, unlessFrom(interval, storedMs), call);
      if (answer) return answer;
    }
    const agent = network.find(question.agent);
    if (!agent) throw new RpcError('missing', `Nothing has been heard of the agent ${question.agent}.`);
    return counterAnswer(await byPath(interval, question), agent, question.ifIndex, interval);
  }

  return { flows, interfaces, counters };
}
