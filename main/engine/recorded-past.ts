/**
 * The recording as the live engine sees it: datagrams are handed over as they come, and questions about a time that
 * lies behind memory go, with a list of what is recorded of it, to the history thread.
 */
import type { FlowDefinition } from '../../shared/model/definition.ts';
import {
  COUNTER_LEAD_MS,
  COUNTER_TRAIL_MS,
  type HistoryApi,
  LEAD_MS,
  metricLeadMs,
  metricTrailMs,
} from '../../shared/model/history.ts';
import { KNOWLEDGE_SHELVES } from '../../shared/model/knowledge.ts';
import type { MetricSeries, MetricSeriesQuestion } from '../../shared/model/metric.ts';
import { MOMENT_LEAD_MS } from '../../shared/model/moment.ts';
import type { InterfaceStatus } from '../../shared/model/network.ts';
import type {
  CounterAnswer,
  CounterQuestion,
  FlowAnswer,
  FlowQuestion,
  Interval,
} from '../../shared/model/question.ts';
import type {
  RecordedRange,
  RecorderApi,
  RecordingApi,
  RecordingStatus,
} from '../../shared/model/recording.ts';
import type { DocumentShelf, StoredDocument } from '../../shared/model/store.ts';
import { type Call, type Client, type Handlers, RpcError } from '../../shared/rpc.ts';
import { BatchFeed } from '../recording/batch.ts';
import type { NotedMarks } from '../samples/marks.ts';
import type { Network } from '../samples/network.ts';
import { interfacesAndAgents } from './minutes.ts';

type NoEvents = Record<string, never>;

export type RecordedPastOptions = {
  recorder: Client<RecorderApi, NoEvents>;
  /** The history thread, started when it is first needed. */
  history: () => Client<HistoryApi, NoEvents>;
  network: Network;
  /** Where the datagrams are received, for the headers in the recording. */
  receiver: () => { address: string; port: number };
  documents: DocumentShelf;
  /** Grows when what keys and filters know may have changed. */
  knowledgeRevision: () => number;
  nowMs: () => number;
};

const EVER: Interval = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
/** Between the calls of `flush`, what came before this is handed over by what comes: a busy second is lost in part only. */
const HAND_OVER_MS = 500;
/** The status is asked for so often. */
const STATUS_EVERY_MS = 3000;
/** Ids of recorded datagrams begin here; those of the ring lie below. */
const LEAST_RECORDED_ID = 2 ** 32;

export class RecordedPast {
  /** As it was last told. */
  status: RecordingStatus | null = null;
  readonly #options: RecordedPastOptions;
  readonly #feed: BatchFeed;
  #statusAtMs = Number.NEGATIVE_INFINITY;
  #handedOverMs = Number.NEGATIVE_INFINITY;
  /** The history thread that was told of so many agents and interfaces. */
  #told: {
    client: Client<HistoryApi, NoEvents>;
    size: number;
    revision: number;
    done: Promise<void>;
  } | null = null;

  constructor(options: RecordedPastOptions) {
    this.#options = options;
    this.#feed = new BatchFeed(
      (batch) =>
        options.recorder.call(null, 'recording.append', [batch], undefined, {
          transfer: [batch.bytes.buffer],
        }),
      options.receiver,
    );
  }

  /** When the recording begins; +∞ where nothing is recorded. */
  get fromMs(): number {
    return this.status?.interval?.fromMs ?? Number.POSITIVE_INFINITY;
  }

  /** Takes a datagram (start ≤ o < end) with the marks that its samples were given. */
  take(
    bytes: Uint8Array,
    start: number,
    end: number,
    timeMs: number,
    from: { address: string; port: number },
    marks: NotedMarks,
  ): void {
    if (timeMs - this.#handedOverMs >= HAND_OVER_MS) {
      this.#handedOverMs = timeMs;
      this.#feed.flush();
    }
    this.#feed.push(bytes, start, end, timeMs, from.address, from.port, marks);
  }

  /** Hands over what has come; called once a second. */
  flush(): void {
    this.#feed.flush();
    const nowMs = this.#options.nowMs();
    if (nowMs - this.#statusAtMs < STATUS_EVERY_MS) return;
    this.#statusAtMs = nowMs;
    this.#options.recorder.call(null, 'recording.status', []).then(
      (status) => {
        this.status = this.#withOwn(status);
      },
      () => {},
    );
  }

  /** With what did not even reach the recording. */
  #withOwn(status: RecordingStatus): RecordingStatus {
    return { ...status, dropped: status.dropped + this.#feed.dropped };
  }

  /** What is recorded of a range, all that has come until now included; null where that is nothing. */
  async #range(interval: Interval): Promise<RecordedRange | null> {
    this.#feed.flush();
    const { recorder, nowMs } = this.#options;
    const range = await recorder.call(null, 'recording.range', [interval, nowMs()]).catch(() => null);
    return range && range.segments.length > 0 ? range : null;
  }

  /** The history thread, told what is known now. */
  async #history(): Promise<Client<HistoryApi, NoEvents>> {
    const { history, network, knowledgeRevision } = this.#options;
    const client = history();
    const size = network.agents.length + network.interfaces;
    const revision = knowledgeRevision();
    const known = this.#told;
    if (known?.client !== client || known.size !== size || known.revision !== revision)
      this.#told = { client, size, revision, done: this.#tell(client) };
    const telling = this.#told!;
    try {
      await telling.done;
    } catch (error) {
      // It is told anew with the next question, instead of failing all of them.
      if (this.#told === telling) this.#told = null;
      told(error);
    }
    return client;
  }

  async #tell(client: Client<HistoryApi, NoEvents>): Promise<void> {
    const { network, documents } = this.#options;
    const kept: StoredDocument[] = [];
    for (const kind of KNOWLEDGE_SHELVES)
      for (const [name, body] of await documents.all(kind)) kept.push({ kind, name, body });
    await client.call(null, 'know', [{ ...interfacesAndAgents(network), documents: kept }]);
  }

  /** What answers a question that needs so much of the time before it and behind it; null where something else knows as much. */
  async #whatIsRecorded(
    asked: Interval,
    leadMs: number,
    unlessFromMs: number,
    trailMs = 0,
  ): Promise<{ history: Client<HistoryApi, NoEvents>; range: RecordedRange } | null> {
    const range = await this.#range({ fromMs: asked.fromMs - leadMs, toMs: asked.toMs + trailMs });
    if (range === null || recordedFrom(range, asked) >= unlessFromMs) return null;
    return { history: await this.#history(), range };
  }

  /**
   * The answer of a flow question from the recording; null where nothing of its range is recorded, or where
   * recording began no earlier than `unlessFromMs`: then something else knows as much.
   */
  async flows(
    question: FlowQuestion,
    asked: Interval,
    unlessFromMs: number,
    call: Call<FlowAnswer> | undefined,
  ): Promise<FlowAnswer | null> {
    const known = await this.#whatIsRecorded(asked, LEAD_MS, unlessFromMs);
    if (known === null) return null;
    const { history, range } = known;
    const asking = history.call(null, 'flows', [question, asked, range], call?.signal, progressOf(call));
    return asking.catch(told);
  }

  /** The same for interfaces. */
  async interfaces(
    interval: Interval,
    unlessFromMs: number,
    call: Call<InterfaceStatus[]> | undefined,
  ): Promise<InterfaceStatus[] | null> {
    const known = await this.#whatIsRecorded(interval, COUNTER_LEAD_MS, unlessFromMs);
    if (known === null) return null;
    const { history, range } = known;
    const asking = history.call(null, 'interfaces', [interval, range], call?.signal, progressOf(call));
    return asking.catch(told);
  }

  /** The same for the counters of an interface. */
  async counters(
    question: CounterQuestion,
    interval: Interval,
    unlessFromMs: number,
    call: Call<CounterAnswer> | undefined,
  ): Promise<CounterAnswer | null> {
    const known = await this.#whatIsRecorded(interval, COUNTER_LEAD_MS, unlessFromMs, COUNTER_TRAIL_MS);
    if (known === null) return null;
    const { history, range } = known;
    const asking = history.call(
      null,
      'counters',
      [question, interval, range],
      call?.signal,
      progressOf(call),
    );
    return asking.catch(told);
  }

  /** The same for a metric, which is of a flow definition or else of counters. */
  async metricSeries(
    question: MetricSeriesQuestion & { interval: Interval },
    definition: FlowDefinition | null,
    unlessFromMs: number,
    call: Call<MetricSeries> | undefined,
  ): Promise<MetricSeries | null> {
    const [leadMs, trailMs] = [metricLeadMs(definition), metricTrailMs(definition)];
    const known = await this.#whatIsRecorded(question.interval, leadMs, unlessFromMs, trailMs);
    if (known === null) return null;
    const { history, range } = known;
    const asking = history.call(
      null,
      'metricSeries',
      [question, definition, range],
      call?.signal,
      progressOf(call),
    );
    return asking.catch(told);
  }

  /** A client and a range for the inspector's questions about recorded time; null where nothing is recorded of it. */
  async datagrams(
    interval: Interval | null,
  ): Promise<{ history: Client<HistoryApi, NoEvents>; range: RecordedRange } | null> {
    const range = await this.#range(interval ?? EVER);
    return range && { history: await this.#history(), range };
  }

  /** The times at which recording went on and of which something is left, oldest first. */
  async covered(): Promise<Interval[]> {
    const { recorder, nowMs } = this.#options;
    const nothing = { fromMs: 0, toMs: 1 };
    return (await recorder.call(null, 'recording.range', [nothing, nowMs()])).covered;
  }

  /**
   * What the history thread says of a moment, from what is recorded of the time before it; null where that is nothing.
   */
  async before<Answer>(
    atMs: number,
    ask: (history: Client<HistoryApi, NoEvents>, range: RecordedRange) => Promise<Answer>,
  ): Promise<Answer | null> {
    // What health compares of ports needs counters from before the lead.
    const range = await this.#range({ fromMs: atMs - MOMENT_LEAD_MS - COUNTER_LEAD_MS, toMs: atMs + 1 });
    return range && ask(await this.#history(), range).catch(told);
  }

  /** Whether the id of a datagram is one of the recording's. */
  static isRecorded(id: number): boolean {
    return id >= LEAST_RECORDED_ID;
  }

  readonly handlers: Handlers<RecordingApi> = {
    'recording.status': async () =>
      this.#now(await this.#options.recorder.call(null, 'recording.status', [])),
    'recording.set': async (settings) =>
      this.#now(await this.#options.recorder.call(null, 'recording.set', [settings])),
    'recording.deleteAll': async () => {
      this.#feed.flush();
      return this.#now(await this.#options.recorder.call(null, 'recording.deleteAll', []));
    },
    'recording.export': async (interval, from, call) => {
      const range = await this.#range(interval);
      if (range === null)
        throw new RpcError('refused', 'Nothing is recorded of this range; choose one that is.');
      const history = await this.#history();
      return history.call(null, 'export', [interval, from, range], call?.signal);
    },
  };

  #now(status: RecordingStatus): RecordingStatus {
    this.status = this.#withOwn(status);
    return this.status;
  }
}

/** The handlers of a workspace that records nothing. */
export function noRecording(why: string): Handlers<RecordingApi> {
  const refuse = (): never => {
    throw new RpcError('refused', why);
  };
  return {
    'recording.status': refuse,
    'recording.set': refuse,
    'recording.deleteAll': refuse,
    'recording.export': refuse,
  };
}

/** Hands on what a call is told of its progress. */
export function progressOf<T>(call: Call<T> | undefined): { onProgress: Call<T>['progress'] } | undefined {
  return call && { onProgress: (part, partial) => call.progress(part, partial) };
}

/** A history thread that ended is no lost connection of the window. */
function told(error: unknown): never {
  if (error instanceof RpcError && error.kind === 'closed')
    throw new RpcError(
      'refused',
      'The recording could not be read to the end of this range; ask again, or choose a shorter one.',
    );
  throw error;
}

/** The first moment of a range at which recording went on. */
function recordedFrom({ covered }: RecordedRange, { fromMs, toMs }: Interval): number {
  const first = covered.find((stretch) => stretch.toMs > fromMs && stretch.fromMs < toMs);
  return first ? Math.max(first.fromMs, fromMs) : Number.POSITIVE_INFINITY;
}
