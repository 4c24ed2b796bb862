/**
 * Questions about the past, answered by reading the recording again: any keys, value and filter, also ones made now.
 * What was read stays for a while, so that the next page, another limit or the same range a second later costs
 * little. It knows nothing of the network but what it reads and what it is told by `know`.
 */

import type { FlowDefinition } from '../../shared/model/definition.ts';
import type { HistoryApi, KnownToHistory } from '../../shared/model/history.ts';
import type { MetricSeries, MetricSeriesQuestion } from '../../shared/model/metric.ts';
import { type AtMoment, MOMENT_LEAD_MS } from '../../shared/model/moment.ts';
import type { CounterAnswer, FlowAnswer, FlowQuestion, Gap, Interval } from '../../shared/model/question.ts';
import type { RecordedRange } from '../../shared/model/recording.ts';
import type { DocumentShelf } from '../../shared/model/store.ts';
import { type Call, type Handlers, RpcError } from '../../shared/rpc.ts';
import { stepFor } from '../engine/choose-step.ts';
import { documentsInMemory } from '../engine/documents.ts';
import { alignedSpan, flowAnswer, type Span } from '../engine/flow-answer.ts';
import { WorkspaceKnowledge } from '../engine/knowledge.ts';
import { type ByPath, counterAnswer, interfaceStatuses } from '../engine/ports.ts';
import { countsOf, tableOfQuestion } from '../engine/table-for.ts';
import { FlowTable } from '../flows/table.ts';
import { exportPart, type ReadsElsewhere } from '../recording/read.ts';
import { Network } from '../samples/network.ts';
import { RecordedDatagrams } from './datagrams.ts';
import { MetricReading } from './metric-reading.ts';
import { RecordedMoment } from './moment.ts';
import { gapsIn, type RangeReader } from './range-reader.ts';
import { Reading, type ReadingOptions } from './reading.ts';

/** Readings that are kept to go on with. */
const KEPT = 8;
/** When the first part of an answer is sent, and how often then. */
const FIRST_PARTIAL_MS = 120;
const PARTIAL_EVERY_MS = 500;
/** A partial answer may take this part of the time at most. */
const MOST_PARTIAL = 0.08;
/** A past table has fewer buckets than a live one, and keeps more of each. */
const PAST_TABLE = { capacity: 1_000_000, rowsPerBucket: 20_000 };

/** A reading that is kept to go on with. */
type Kept = {
  readonly network: Network;
  readonly reader: RangeReader;
  /** What is older is not known. */
  readonly fromMs: number;
  forget(beforeMs: number): void;
};

export class History {
  readonly #elapsedMs: () => number;
  readonly #readElsewhere: ReadsElsewhere | undefined;
  readonly #readings = new Map<string, Kept>();
  readonly #datagrams: RecordedDatagrams;
  /** The moment that was asked about last. */
  #moment: RecordedMoment | null = null;
  #known: KnownToHistory = { agents: [], interfaces: [], documents: [] };
  /** What was told of agents and interfaces, for names. */
  #network = new Network();
  #knowledge: WorkspaceKnowledge;

  /** `elapsedMs` is a monotonic clock; `readElsewhere` may read blocks of long ranges. */
  constructor(elapsedMs: () => number, readElsewhere?: ReadsElsewhere) {
    this.#elapsedMs = elapsedMs;
    this.#readElsewhere = readElsewhere;
    this.#knowledge = this.#knowledgeOf(documentsInMemory());
    this.#datagrams = new RecordedDatagrams(() => this.#knowledge.context);
  }

  #knowledgeOf(documents: DocumentShelf): WorkspaceKnowledge {
    return new WorkspaceKnowledge({ network: () => this.#network, documents, changed() {} });
  }

  readonly handlers: Handlers<HistoryApi> = {
    know: async (known) => {
      const documentsChanged = JSON.stringify(known.documents) !== JSON.stringify(this.#known.documents);
      this.#known = known;
      for (const { network } of this.#readings.values()) this.#tell(network);
      this.#tell(this.#network);
      if (!documentsChanged) return null;
      const documents = documentsInMemory();
      for (const { kind, name, body } of known.documents) await documents.put(kind, name, body);
      const knowledge = this.#knowledgeOf(documents);
      await knowledge.start();
      this.#knowledge.stop();
      this.#knowledge = knowledge;
      this.#tell(this.#network);
      this.#moment?.stop();
      this.#moment = null;
      // What was read by other groups is another answer.
      this.#readings.clear();
      return null;
    },
    flows: (question, asked, range, call) => this.#flows(question, asked, range, call),
    interfaces: async (interval, range, call) => {
      const statuses = (seen: ByPath) => interfaceStatuses(seen, interval);
      return statuses(await this.#byPath(interval, range, null, call, statuses));
    },
    counters: async (question, interval, range, call) => {
      const answer = (seen: ByPath): CounterAnswer | null => {
        const agent = seen.network.find(question.agent);
        return agent && counterAnswer(seen, agent, question.ifIndex, interval);
      };
      const found = answer(await this.#byPath(interval, range, question.agent, call, answer));
      if (!found)
        throw new RpcError('missing', `Nothing was recorded of the agent ${question.agent} in this range.`);
      return found;
    },
    metricSeries: (question, definition, range, call) => this.#metric(question, definition, range, call),
    'datagrams.list': (question, range, call) => this.#datagrams.list(question, range, call),
    'datagrams.get': (id, filter, range) => this.#datagrams.get(id, filter, range),
    'datagrams.export': (question, range) => this.#datagrams.export(question, range),
    export: (interval, from, range) => exportPart(range, interval, from),
    'moment.agents': (range, atMs, call) =>
      this.#at(range, atMs, call, (moment) => byDatagrams(moment.agents())),
    'moment.health': (range, atMs, call) =>
      this.#at(range, atMs, call, async (moment) => {
        const interval = { fromMs: atMs - MOMENT_LEAD_MS, toMs: atMs };
        const seen = await this.#byPath(interval, range, null, call, () => null);
        return moment.health(interfaceStatuses(seen, interval));
      }),
    'moment.hosts': (range, atMs, call) =>
      this.#at(range, atMs, call, async ({ analytics }) => byDatagrams(await analytics.handlers.hosts())),
    'moment.metricDump': (range, atMs, agents, metrics, filter, call) =>
      this.#at(range, atMs, call, async ({ analytics }) =>
        byDatagrams(await analytics.handlers.metricDump(agents, metrics, filter)),
      ),
    'moment.locate': (range, atMs, text, limit, call) =>
      this.#at(range, atMs, call, ({ analytics }) => analytics.handlers.locate(text, limit)),
    'moment.names': (range, atMs, addresses, call) =>
      this.#at(range, atMs, call, ({ analytics }) =>
        addresses.map((address) => analytics.knowledge.knowledge.nameKept(address)),
      ),
  };

  #at<Answer>(
    range: RecordedRange,
    atMs: number,
    call: Call<Answer> | undefined,
    answer: (moment: RecordedMoment) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    const moment =
      this.#moment ?? new RecordedMoment(this.#known.documents, (network) => this.#tell(network));
    this.#moment = moment;
    return moment
      .at(atMs, range, call?.signal, () => answer(moment))
      .catch((error: unknown) => {
        // One that failed half-way answers nobody any more; the next question begins anew.
        const isCancelled = error instanceof RpcError && error.kind === 'cancelled';
        if (!isCancelled && this.#moment === moment) this.#moment = null;
        throw error;
      });
  }

  async #flows(
    question: FlowQuestion,
    asked: Interval,
    range: RecordedRange,
    call: Call<FlowAnswer> | undefined,
  ): Promise<FlowAnswer> {
    const stepMs = stepFor(question.stepMs, asked.toMs - asked.fromMs);
    const span = alignedSpan(asked, stepMs, stepMs);
    const { agent, ifIndex } = question.scope;
    const withoutTransit = question.merge === 'once' && agent === null && ifIndex === null;
    const { keys, filter } = question;
    const reading = this.#reading(
      JSON.stringify(['flows', keys, filter, countsOf(question), agent, withoutTransit, stepMs]),
      range,
      span.interval,
      () => {
        const table = tableOfQuestion(question, this.#knowledge.context, PAST_TABLE);
        const { fromMs } = span.interval;
        return new Reading({
          ...{ table, stepMs, fromMs, agent, counters: false, withoutTransit },
          readElsewhere: this.#readElsewhere,
        });
      },
    );
    const answer = () => answerOf(question, reading, span, range);
    await reading.readOn(range, call?.signal, this.#telling(call, answer));
    return answer();
  }

  /** Tells how far a reading is with what its answer is by then, the first time soon, then now and then. */
  #telling<Answer>(call: Call<Answer> | undefined, partial: () => Answer | null): (part: number) => void {
    let dueMs = this.#elapsedMs() + FIRST_PARTIAL_MS;
    return (part) => {
      const nowMs = this.#elapsedMs();
      if (nowMs < dueMs || part === 1) return;
      call?.progress(part, partial());
      const tookMs = this.#elapsedMs() - nowMs;
      dueMs = nowMs + Math.max(PARTIAL_EVERY_MS, tookMs / MOST_PARTIAL);
    };
  }

  async #byPath<Answer>(
    interval: Interval,
    range: RecordedRange,
    agent: string | null,
    call: Call<Answer> | undefined,
    partial: (found: ByPath) => Answer | null,
  ): Promise<ByPath> {
    // Fine enough to lay beside counters.
    const stepMs = Math.max(1000, Math.ceil((interval.toMs - interval.fromMs) / 3_600_000) * 1000);
    const make = (): ReadingOptions => ({
      ...{ table: new FlowTable([]), stepMs, agent, counters: true, withoutTransit: false },
      readElsewhere: this.#readElsewhere,
      fromMs: Math.floor(interval.fromMs / stepMs) * stepMs,
    });
    const reading = this.#reading(
      JSON.stringify(['paths', agent, stepMs]),
      range,
      interval,
      () => new Reading(make()),
    );
    const found = (): ByPath => ({
      ...{ network: reading.network, counters: reading.counters, provenance: 'recording' },
      paths: { table: reading.table, originMs: 0, stepMs },
      gaps: gapsOf(interval, range, reading.reader),
    });
    await reading.readOn(
      range,
      call?.signal,
      this.#telling(call, () => partial(found())),
    );
    return found();
  }

  async #metric(
    question: MetricSeriesQuestion & { interval: Interval },
    definition: FlowDefinition | null,
    range: RecordedRange,
    call: Call<MetricSeries> | undefined,
  ): Promise<MetricSeries> {
    const { agents, interval } = question;
    // An agent that is named by its address is read alone.
    const agent = this.#known.agents.some((known) => known.agent === agents) ? agents : null;
    const name = JSON.stringify(['metrics', definition, agent]);
    const make = (): MetricReading => {
      const { context, knowledge } = this.#knowledge;
      const portRole = (node: string, ifIndex: number) => this.#knowledge.portRole(node, ifIndex);
      return new MetricReading({
        ...{ definition, interval, agent, context, portRole, topology: () => knowledge.topology },
        readElsewhere: this.#readElsewhere,
      });
    };
    const reading = this.#reading(name, range, interval, make, (known) => known.holds(interval));
    const answer = (): MetricSeries => ({
      ...reading.series(question),
      gaps: gapsOf(interval, range, reading.reader),
    });
    try {
      await reading.readOn(range, call?.signal, this.#telling(call, answer));
    } catch (error) {
      // What is more than can be held is not held.
      if (error instanceof RpcError && error.kind === 'refused') this.#readings.delete(name);
      throw error;
    }
    reading.isReadTo(completeTo(interval, range));
    return answer();
  }

  /** The reading that can go on to a range, or a new one. Readings of one name are of one kind. */
  #reading<One extends Kept>(
    name: string,
    range: RecordedRange,
    interval: Interval,
    make: () => One,
    holds: (known: One) => boolean = () => true,
  ): One {
    const known = this.#readings.get(name) as One | undefined;
    this.#readings.delete(name);
    const goesOn =
      known !== undefined && known.fromMs <= interval.fromMs && known.reader.goesOnTo(range) && holds(known);
    const reading = goesOn ? known : make();
    if (!goesOn) this.#tell(reading.network);
    const lengthMs = interval.toMs - interval.fromMs;
    if (interval.fromMs - reading.fromMs > 2 * lengthMs) reading.forget(interval.fromMs - lengthMs);
    this.#readings.set(name, reading);
    for (const oldest of this.#readings.keys()) {
      if (this.#readings.size <= KEPT) break;
      this.#readings.delete(oldest);
    }
    return reading;
  }

  /** What was known of agents and interfaces goes before what is read of them. */
  #tell(network: Network): void {
    network.naming = this.#knowledge.naming;
    for (const { agent, name } of this.#known.agents)
      Object.assign(network.agentByText(agent, 0) ?? {}, { name });
    for (const { agent, ifIndex, name, speed } of this.#known.interfaces)
      Object.assign(network.find(agent)?.interface(ifIndex) ?? {}, { name, speed });
  }
}

function completeTo({ toMs }: Interval, { covered }: RecordedRange): number {
  return Math.min(toMs, covered.at(-1)?.toMs ?? toMs);
}

const byDatagrams = <T>(told: T): AtMoment<T> => ({ told, trendMinutes: null });

/** What is not known of an interval, as far as the recording has come. */
function gapsOf(interval: Interval, range: RecordedRange, { damaged }: RangeReader): Gap[] {
  return gapsIn({ ...interval, toMs: completeTo(interval, range) }, range.covered, damaged);
}

function answerOf(question: FlowQuestion, reading: Reading, span: Span, range: RecordedRange): FlowAnswer {
  const { table, network, arrivals } = reading;
  const { interval, fromBucket, toBucket, bucketCount } = span;
  const index = question.scope.agent === null ? null : (network.find(question.scope.agent)?.index ?? -1);
  const completeToMs = completeTo(interval, range);
  const gaps = gapsOf(interval, range, reading.reader);
  const [first] = gaps;
  return flowAnswer(question, table, network, span, {
    ...arrivals.answer(index, fromBucket, toBucket, 1, bucketCount),
    provenance: 'recording',
    completeFromMs: first && first.fromMs <= interval.fromMs ? first.toMs : interval.fromMs,
    gaps,
    completeToMs,
  });
}
