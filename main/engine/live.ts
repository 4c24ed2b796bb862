/**
 * The engine of the live workspace: sockets in, answers out. It keeps the last ten minutes second by second in
 * memory for every standing definition, and hands the open minute to the store each second, so that a crash
 * costs two seconds at most. Questions that reach behind memory are answered from the recording, and where that
 * has gone from the stored minutes.
 */
import type { ClickHousePastApi } from '../../shared/model/clickhouse.ts';
import type { HistoryApi } from '../../shared/model/history.ts';
import type { Tally } from '../../shared/model/network.ts';
import type { RecorderApi } from '../../shared/model/recording.ts';
import type { SecretApi } from '../../shared/model/secret.ts';
import type { StoreApi } from '../../shared/model/store.ts';
import type { ListenerSettings, WorkspaceId } from '../../shared/model/workspace.ts';
import { type Client, RpcError } from '../../shared/rpc.ts';
import type { Surroundings } from '../actions/kind.ts';
import { storedEvents } from '../events/shelf.ts';
import { explain } from '../explain/explain.ts';
import { filterProblem } from '../flows/filter.ts';
import { inspectedProblem } from '../inspect/filter.ts';
import { LiveInspector } from '../inspect/live.ts';
import { DatagramRing } from '../inspect/ring.ts';
import { GaugeReadings } from '../metrics/gauge-readings.ts';
import { MinuteReadings } from '../metrics/minute-readings.ts';
import { ServiceReadings } from '../metrics/service-readings.ts';
import { Arrivals } from '../samples/arrivals.ts';
import { NotedMarks } from '../samples/marks.ts';
import { Network } from '../samples/network.ts';
import { Placement, Placer } from '../samples/placement.ts';
import { SampleReader } from '../samples/reader.ts';
import { addTally, talliesOf } from '../samples/tally.ts';
import { classifyPayload } from '../sources/classify.ts';
import { ReceiveQueue } from '../sources/receive-queue.ts';
import {
  FOREIGN_PORTS,
  type ForeignWatch,
  type Listener,
  openListeners,
  type Sender,
  watchForeignFlows,
} from '../sources/udp.ts';
import { Analytics } from './analytics.ts';
import { EngineClock } from './clock.ts';
import { documentsInMemory, storedDocuments } from './documents.ts';
import { catalogOf, type Engine } from './engine.ts';
import { Forwarding } from './forwarding.ts';
import { KeptDefinitions, NOT_STORED } from './kept-definitions.ts';
import { liveAnswers } from './live-answers.ts';
import { MetricPast } from './metric-past.ts';
import { MinuteWriter } from './minute-writer.ts';
import { momentPast } from './moment-past.ts';
import { noRecording, progressOf, RecordedPast } from './recorded-past.ts';
import { secretsInMemory, storedSecrets } from './secrets.ts';
import { seenValues } from './seen-values.ts';
import { MEMORY_SECONDS, StandingTables } from './standing.ts';
import { StoredMoment } from './stored-moment.ts';
import { StoredPast } from './stored-past.ts';

const COUNTERS_IN_MEMORY_MS = 3600_000;
const NO_STORE = 'Nothing is recorded: this Weir was started without a data directory.';

export type LiveOptions = {
  id: WorkspaceId;
  listeners: ListenerSettings[];
  store: Client<StoreApi & RecorderApi & SecretApi & ClickHousePastApi, Record<string, never>> | null;
  /** The history thread, which reads the recording; started when it is first asked. */
  history?: () => Client<HistoryApi, Record<string, never>>;
  /** What actions need of whoever runs the engine; without it nothing is sent. */
  surroundings?: Omit<Surroundings, 'secrets'>;
  /** Why there is no store, where there is none. */
  storeProblem: string;
  changed: () => void;
  /** Told after listeners were set, so that the host can keep them. */
  listenersSet: (listeners: ListenerSettings[]) => void;
  wallMs: () => number;
  monotonicMs: () => number;
};

class UdpSender {
  address = '';
  text(): string {
    return this.address;
  }
}

export function liveEngine(options: LiveOptions): Engine {
  const { id, store, changed } = options;
  const clock = new EngineClock(options.wallMs, options.monotonicMs);
  const startedMs = clock.nowMs();
  const network = new Network({ replaces: true });
  const arrivals = new Arrivals();
  const placement = new Placement();
  const ring = new DatagramRing();
  const nowMs = (): number => clock.nowMs();
  const documents = store ? storedDocuments(store) : documentsInMemory();
  const secrets = store ? storedSecrets(store) : secretsInMemory();
  const analytics: Analytics = new Analytics({
    network,
    documents,
    nowMs,
    keepCountersMs: COUNTERS_IN_MEMORY_MS,
    asking: {
      heard: () => network.agents,
      secrets,
      wallMs: options.wallMs,
    },
    events: store ? storedEvents(store) : null,
    surroundings: options.surroundings ? { ...options.surroundings, secrets } : null,
    problem: () => writeProblem(),
    flows: (question) => answers.flows(question),
    nextTurn: setImmediate,
    ...(store ? { storedMetrics: (...asked) => store.call(null, 'metrics', asked) } : {}),
    // Whoever looks is told each second anyway.
    changed: () => {},
    definitionsChanged: (definitions) => standing.keep(kept.set(definitions)),
    storing: store
      ? (definition, isPreset) => kept.storing(definition, isPreset)
      : () => ({ trend: '', notStored: NOT_STORED.memory }),
  });
  const { context } = analytics;
  const kept: KeptDefinitions = new KeptDefinitions(context, documents, nowMs);
  const forwarding = new Forwarding(documents, () =>
    listeners.map((listener) => listener.status()).filter(({ state }) => state === 'open'),
  );
  const { counters } = analytics.metrics;
  const standing = new StandingTables({ network, placement, ring, minutes: store !== null, context, nowMs });
  const minuteReadings = new MinuteReadings(() => analytics.metrics.counters, startedMs, nowMs);
  const gaugeReadings = new GaugeReadings(() => analytics.metrics, startedMs);
  const serviceReadings = new ServiceReadings(() => analytics.metrics.counters, startedMs);
  const writer = store
    ? new MinuteWriter({
        store,
        network,
        arrivals,
        counters,
        tables: () => standing.stored,
        readings: {
          take: (isLast) => [
            ...minuteReadings.take(isLast),
            ...gaugeReadings.take(nowMs()),
            ...serviceReadings.take(nowMs(), isLast),
          ],
          takeLeftOut: () => minuteReadings.takeLeftOut(),
        },
        nowMs,
      })
    : null;
  const past =
    store && writer
      ? new StoredPast({
          ...{ store, writer, network, startedMs, nowMs },
          pausesOf: (question, interval) => kept.pausesOf(question, interval),
        })
      : null;
  const receiver = () => ({ address: settings[0]?.address ?? '', port: settings[0]?.port ?? 0 });
  const recorded =
    store && options.history
      ? new RecordedPast({
          ...{ recorder: store, history: options.history, network, receiver, documents, nowMs },
          knowledgeRevision: () => analytics.context.revision(),
        })
      : null;
  const answers = liveAnswers({ network, counters, arrivals, standing, past, recorded, startedMs, nowMs });
  const metricPast = new MetricPast({
    ...{ metrics: analytics.metrics, stored: past, recorded, nowMs },
    definitionOf: (name) => analytics.definitions.definitionOf(name),
  });
  const moments = momentPast({
    recorded,
    ...(store ? {} : { nothing: NO_STORE }),
    stored:
      store && writer
        ? new StoredMoment({
            ...{ store, network, metrics: analytics.metrics },
            levels: () => writer.status?.levels ?? [],
          })
        : null,
    nameNow: (address) => analytics.knowledge.knowledge.nameOf(address),
  });
  const foreign = new Map<string, number>();
  const foreignPorts = new Set<number>();
  let settings = options.listeners;
  let listeners: Listener[] = [];
  let watch: ForeignWatch | null = null;
  let timer: ReturnType<typeof setInterval> | null = null;
  const sender = new UdpSender();
  const inspector = new LiveInspector({
    ring,
    context,
    receiver,
  });
  const marks = new NotedMarks(new Placer(placement, true));

  const reader = new SampleReader(
    network,
    {
      flow(sample) {
        standing.add(sample);
        analytics.flow(sample);
      },
      request(sample) {
        standing.addRequest(sample);
        analytics.request(sample);
      },
      discarded(sample) {
        standing.addDiscarded(sample);
        analytics.discarded(sample);
      },
      counters(agent, stream, datagram, sample, timeMs) {
        const ifIndex = analytics.counters(agent, stream, datagram, sample, timeMs);
        if (ifIndex !== null) writer?.noteCounters(agent, ifIndex);
      },
      other: (...sample) => analytics.other(...sample),
      arrival: (agent, lost, timeMs) => arrivals.add(agent.index, Math.floor(timeMs / 1000), lost),
      restarted: (agent) => analytics.restarted(agent),
    },
    marks,
  );

  const queue = new ReceiveQueue<Sender>(receive, setImmediate, options.monotonicMs);

  function receive(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    timeMs: number,
    from: Sender,
  ): void {
    const looks = classifyPayload(view, start, end);
    if (looks !== 'sFlow') {
      addTally(foreign, looks, 1);
      addTally(network.refused, 'not sFlow', 1);
      return;
    }
    sender.address = from.address;
    forwarding.datagram(bytes, start, end, from.address);
    ring.push(bytes.subarray(start, end), timeMs, from.address, from.port);
    marks.begin();
    reader.read(bytes, view, start, end, timeMs, sender);
    recorded?.take(bytes, start, end, timeMs, from, marks);
    placement.learnWhenDue(timeMs, options.monotonicMs);
  }

  function arrive(bytes: Uint8Array, _timeMs: number, from: Sender): void {
    if (!queue.push(bytes, clock.nowMs(), from))
      addTally(network.refused, 'came faster than they could be read', 1);
  }

  async function listen(): Promise<void> {
    await Promise.all(listeners.map((listener) => listener.close()));
    listeners = await openListeners(settings, arrive, () => changed(), { now: () => 0 });
    await watch?.close();
    const own = new Set(settings.map(({ port }) => port));
    watch = await watchForeignFlows(
      (looks, port) => {
        addTally(foreign, looks === 'sFlow' ? `sFlow on port ${port}` : looks, 1);
        foreignPorts.add(port);
      },
      FOREIGN_PORTS.filter((port) => !own.has(port)),
    );
  }

  function tick(): void {
    const second = Math.floor(clock.nowMs() / 1000);
    standing.forget();
    arrivals.forget(
      Math.min(second - MEMORY_SECONDS, (writer?.oldestMinute ?? Number.POSITIVE_INFINITY) * 60),
    );
    analytics.tick(clock.nowMs());
    recorded?.flush();
    void writer?.write();
    changed();
  }

  /** Why what comes is not kept, where it should be. */
  const writeProblem = (): string =>
    writer?.problem || writer?.status?.problem || recorded?.status?.problem || '';

  const problemNow = (): string =>
    options.storeProblem || writeProblem() || writer?.status?.notice || recorded?.status?.notice || '';
  const foreignTallies = (): Tally[] => talliesOf(foreign);

  return {
    async start() {
      await kept.start();
      await analytics.start();
      if (past && writer) {
        try {
          await past.recall(() => standing.stored, arrivals);
        } catch (error) {
          writer.problem = error instanceof Error ? error.message : 'The store cannot be read.';
        }
      }
      await listen();
      await forwarding.start();
      timer = setInterval(tick, 1000);
      changed();
    },
    async stop() {
      if (timer) clearInterval(timer);
      await analytics.stop();
      await Promise.all(listeners.map((listener) => listener.close()));
      await watch?.close();
      queue.drain();
      await forwarding.stop();
      recorded?.flush();
      await writer?.finish();
    },
    status() {
      const nowMs = clock.nowMs();
      const storedFromMs = (past?.minutes?.first ?? Number.POSITIVE_INFINITY) * 60_000;
      const heardFromMs = network.firstMs || Number.POSITIVE_INFINITY;
      const recordedFromMs = recorded?.fromMs ?? Number.POSITIVE_INFINITY;
      const fromMs = Math.min(storedFromMs, recordedFromMs, heardFromMs);
      const open = listeners.map((listener) => listener.status());
      const port = open.find(({ state }) => state === 'open')?.port ?? settings[0]?.port ?? 0;
      return {
        id,
        kind: 'live' as const,
        title: `Live :${port}`,
        state: 'ready' as const,
        progress: 1,
        problem: problemNow(),
        interval: Number.isFinite(fromMs) ? { fromMs, toMs: nowMs } : null,
        whole: null,
        nowMs,
        startedMs,
        agents: network.agents.length,
        interfaces: network.interfaces,
        datagrams: network.datagrams,
        lost: network.lost,
        flowSamples: network.flowSamples,
        counterSamples: network.counterSamples,
        malformed: network.malformed(),
        listeners: open,
        diagnosis: {
          foreign: foreignTallies(),
          foreignPorts: [...foreignPorts],
          countersOnly: network.flowSamples === 0 && network.counterSamples > 0,
        },
        sampleNetwork: false,
        replay: null,
        databasePath: writer?.status?.path ?? '',
        databaseOctets: writer?.status?.octets ?? 0,
      };
    },
    catalog: catalogOf,
    agents() {
      const second = Math.floor(clock.nowMs() / 1000);
      const recent = new Map(arrivals.rowsOf(second - 10, second).map((row) => [row.agent, row.received]));
      return analytics.withCounterArrivals(network.status((agent) => (recent.get(agent.index) ?? 0) / 10));
    },
    interfaces: answers.interfaces,
    health: async () => analytics.health.report(await answers.interfaces(null), nowMs()),
    flows: answers.flows,
    explain: (question, call) => explain(answers.flows, question, call, analytics.context.services()),
    seenValues: (key, prefix, limit) => seenValues(answers.flows, key, prefix, limit, null),
    'filter.check': filterProblem,
    'datagrams.check': inspectedProblem,
    ...analytics.handlers,
    metricSeries: (question, call) => metricPast.series(question, call),
    ...forwarding.handlers,
    counters: answers.counters,
    async 'datagrams.list'(question, call) {
      const { interval } = question.filter;
      const past = recorded && inspector.reachesBehind(interval) ? await recorded.datagrams(interval) : null;
      return past
        ? past.history.call(null, 'datagrams.list', [question, past.range], call?.signal, progressOf(call))
        : inspector.list(question);
    },
    async 'datagrams.get'(id, filter) {
      const past = recorded && RecordedPast.isRecorded(id) ? await recorded.datagrams(null) : null;
      return past
        ? past.history.call(null, 'datagrams.get', [id, filter, past.range])
        : inspector.get(id, filter);
    },
    async 'datagrams.export'(question) {
      const { what } = question;
      const interval = 'ids' in what ? null : what.filter.interval;
      const isPast =
        'ids' in what ? what.ids.some(RecordedPast.isRecorded) : inspector.reachesBehind(interval);
      const past = recorded && isPast ? await recorded.datagrams(interval) : null;
      return past
        ? past.history.call(null, 'datagrams.export', [question, past.range])
        : inspector.export(question);
    },
    ...noRecording(NO_STORE),
    ...recorded?.handlers,
    ...moments,
    timeline: async () => ({
      recorded: (await recorded?.covered()) ?? [],
      stored: (await past?.covered()) ?? [],
    }),
    cancelOpening: () => null,
    async 'listeners.set'(asked) {
      if (asked.length > 16) throw new RpcError('refused', 'Weir listens on at most 16 ports.');
      settings = asked;
      options.listenersSet(asked);
      await listen();
      forwarding.portsChanged();
      changed();
      return listeners.map((listener) => listener.status());
    },
    'replay.set'() {
      throw new RpcError(
        'refused',
        'A live workspace goes on while each window travels through its past by itself; open a capture to play it.',
      );
    },
  };
}
