/**
 * The engine of the live workspace: sockets in, answers out. It keeps the last ten minutes second by second in
 * memory for every standing definition, and hands the open minute to the store each second, so that a crash
 * costs two seconds at most. Questions that reach behind memory are answered from the stored minutes.
 */
import type { Tally } from '../../shared/model/network.ts';
import type { CounterQuestion, FlowAnswer, FlowQuestion, Interval } from '../../shared/model/question.ts';
import type { StoreApi, StoreStatus } from '../../shared/model/store.ts';
import type { ListenerSettings, WorkspaceId } from '../../shared/model/workspace.ts';
import { type Client, RpcError } from '../../shared/rpc.ts';
import { namesOf } from '../flows/answer.ts';
import { filterProblem } from '../flows/filter.ts';
import { flowPresets } from '../flows/presets.ts';
import { FlowTable } from '../flows/table.ts';
import { LiveInspector } from '../inspect/live.ts';
import { DatagramRing } from '../inspect/ring.ts';
import { Counters } from '../metrics/counters.ts';
import { Arrivals } from '../samples/arrivals.ts';
import { addTally, Network, talliesOf } from '../samples/network.ts';
import { Placement, Placer } from '../samples/placement.ts';
import { SampleReader } from '../samples/reader.ts';
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
import { filterFor, tableFor } from './capture.ts';
import { stepFor } from './choose-step.ts';
import { EngineClock } from './clock.ts';
import { catalogOf, type Engine } from './engine.ts';
import { alignedSpan, flowAnswer } from './flow-answer.ts';
import { MinuteWriter, type Stored } from './minute-writer.ts';
import { restore, restoreCounters } from './minutes.ts';
import { fillFromRing } from './newest.ts';
import { counterAnswer, interfaceStatuses, type PathTable } from './ports.ts';

/** Seconds kept in memory: ten minutes, and the minute that is being written. */
const MEMORY_SECONDS = 660;
const COUNTERS_IN_MEMORY_MS = 3600_000;
/** A definition that nobody has asked for is dropped for a newer one past this many beside the presets. */
const MOST_EXTRA_TABLES = 8;
/** A second keeps its 1,500 largest keys one by one; minutes are summed before that limit. */
const LIVE_TABLE = { capacity: 400_000, rowsPerBucket: 1500 };

export type LiveOptions = {
  id: WorkspaceId;
  listeners: ListenerSettings[];
  store: Client<StoreApi, Record<string, never>> | null;
  /** Why there is no store, where there is none. */
  storeProblem: string;
  changed: () => void;
  /** Told after listeners were set, so that the host can keep them. */
  listenersSet: (listeners: ListenerSettings[]) => void;
  wallMs: () => number;
  monotonicMs: () => number;
};

type Standing = {
  names: readonly string[];
  filter: string;
  table: FlowTable;
  askedMs: number;
  preset: boolean;
  /** From when on it holds all samples: those from before are lost to it. */
  completeFromMs: number;
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
  const network = new Network();
  const counters = new Counters();
  const arrivals = new Arrivals();
  const placement = new Placement();
  const paths = new FlowTable([], { ...LIVE_TABLE, minutes: store !== null });
  const kept = (names: readonly string[], table: FlowTable): Standing => ({
    ...{ names, filter: '', table, askedMs: 0, preset: true },
    completeFromMs: Number.NEGATIVE_INFINITY,
  });
  const standing: Standing[] = flowPresets.map(({ keys }) =>
    kept(keys, new FlowTable(keys, { ...LIVE_TABLE, minutes: store !== null })),
  );
  const stored: readonly Stored[] = [{ names: [], table: paths }, ...standing];
  const writer = store
    ? new MinuteWriter({
        store,
        network,
        arrivals,
        counters,
        tables: [...stored],
        nowMs: () => clock.nowMs(),
      })
    : null;
  const storedMinutes = (): StoreStatus['minutes'] => writer?.status?.minutes ?? null;
  /** Definitions that are being filled from the newest datagrams. */
  const filling = new Map<string, Promise<Standing>>();
  const foreign = new Map<string, number>();
  const foreignPorts = new Set<number>();
  let settings = options.listeners;
  let listeners: Listener[] = [];
  let watch: ForeignWatch | null = null;
  let timer: ReturnType<typeof setInterval> | null = null;
  const sender = new UdpSender();
  const ring = new DatagramRing();
  const inspector = new LiveInspector({
    ring,
    names: namesOf(network),
    receiver: () => ({ address: settings[0]?.address ?? '', port: settings[0]?.port ?? 0 }),
  });

  const reader = new SampleReader(
    network,
    {
      flow(sample) {
        const second = Math.floor(sample.timeMs / 1000);
        paths.add(sample, second);
        for (const one of standing) one.table.add(sample, second);
      },
      counters(agent, stream, datagram, sample, timeMs) {
        const ifIndex = counters.observe(agent, stream, datagram, sample, timeMs);
        if (ifIndex !== null) writer?.noteCounters(agent, ifIndex);
      },
      arrival: (agent, lost, timeMs) => arrivals.add(agent.index, Math.floor(timeMs / 1000), lost),
      restarted: (agent) => counters.restarted(agent),
    },
    new Placer(placement, true),
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
    ring.push(bytes.subarray(start, end), timeMs, from.address, from.port);
    reader.read(bytes, view, start, end, timeMs, sender);
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
    paths.forget(second - MEMORY_SECONDS);
    for (const one of standing) one.table.forget(second - MEMORY_SECONDS);
    arrivals.forget(second - MEMORY_SECONDS);
    counters.forget(clock.nowMs() - COUNTERS_IN_MEMORY_MS);
    void writer?.write();
    changed();
  }

  /** The table of a definition; one that nobody asked for before begins with the newest datagrams. */
  function standingFor({ keys, filter }: Pick<FlowQuestion, 'keys' | 'filter'>): Promise<Standing> {
    const name = JSON.stringify([keys, filter]);
    const found =
      keys.length === 0 && filter === ''
        ? kept(keys, paths)
        : standing.find((one) => one.filter === filter && one.names.join() === keys.join());
    if (found) {
      found.askedMs = clock.nowMs();
      return Promise.resolve(found);
    }
    const known = filling.get(name);
    if (known) return known;
    const table = tableFor(keys, filterFor(filter, namesOf(network)), LIVE_TABLE);
    const made = new Promise<Standing>((resolve, reject) => {
      fillFromRing(
        ring,
        table,
        network,
        placement,
        clock.nowMs() - MEMORY_SECONDS * 1000,
        (completeFromMs) => {
          const extra = standing.filter((one) => !one.preset).sort((a, b) => a.askedMs - b.askedMs);
          if (extra.length >= MOST_EXTRA_TABLES) standing.splice(standing.indexOf(extra[0]!), 1);
          const one = { names: keys, filter, table, askedMs: clock.nowMs(), preset: false, completeFromMs };
          standing.push(one);
          resolve(one);
        },
      ).catch(reject);
    }).finally(() => filling.delete(name));
    filling.set(name, made);
    return made;
  }

  /** From when on an answer out of a table is complete. */
  function completeFrom({ preset, completeFromMs }: Standing, interval: Interval): number {
    if (preset) return interval.fromMs;
    const memoryFromMs = clock.nowMs() - (MEMORY_SECONDS - 30) * 1000;
    // Minutes of an earlier run are known of, but not by this definition.
    const minutes = storedMinutes();
    const ranBefore = minutes !== null && minutes.first < Math.floor(startedMs / 60_000);
    const runFromMs = ranBefore ? startedMs : Number.NEGATIVE_INFINITY;
    const heardBefore = network.firstMs < memoryFromMs ? memoryFromMs : Number.NEGATIVE_INFINITY;
    return Math.max(interval.fromMs, completeFromMs, runFromMs, heardBefore);
  }

  /**
   * Whether a question must be answered from stored minutes: it begins before memory does, and minutes from
   * before that are stored. The minute in which the engine started is whole in memory.
   */
  function needsMinutes(interval: Interval): boolean {
    const memoryFromMs = Math.max(
      Math.floor(startedMs / 60_000) * 60_000,
      clock.nowMs() - (MEMORY_SECONDS - 30) * 1000,
    );
    const stored = storedMinutes();
    if (!stored || interval.fromMs >= memoryFromMs) return false;
    const lastBefore = Math.min(stored.last + 1, memoryFromMs / 60_000) * 60_000;
    return (
      stored.first * 60_000 < memoryFromMs &&
      lastBefore > interval.fromMs &&
      stored.first * 60_000 < interval.toMs
    );
  }

  function intervalOf(asked: Interval | null): Interval {
    const nowMs = Math.ceil(clock.nowMs() / 1000) * 1000;
    return asked ?? { fromMs: nowMs - 600_000, toMs: nowMs };
  }

  async function flows(question: FlowQuestion): Promise<FlowAnswer> {
    const asked = intervalOf(question.interval);
    if (question.filter === '' && needsMinutes(asked)) return flowsFromMinutes(question, asked);
    const definition = await standingFor(question);
    // Whole steps of the clock, so that a picture that moves shows the same buckets again.
    const span = alignedSpan(asked, stepFor(question.stepMs, asked.toMs - asked.fromMs), 1000);
    const completeFromMs = completeFrom(definition, span.interval);
    if (completeFromMs >= span.interval.toMs)
      throw new RpcError(
        'refused',
        'This range lies before what was kept for this filter, ten minutes at most; choose a later one or remove the filter.',
      );
    const { agent } = question.scope;
    const index = agent === null ? null : (network.find(agent)?.index ?? -1);
    return flowAnswer(question, definition.table, network, span, {
      ...arrivals.answer(index, span.fromBucket, span.toBucket, span.bucketsPerStep, span.bucketCount),
      provenance: 'memory',
      completeFromMs,
      completeToMs: Math.min(span.interval.toMs, clock.nowMs()),
    });
  }

  async function flowsFromMinutes(question: FlowQuestion, asked: Interval): Promise<FlowAnswer> {
    const step = Math.ceil(stepFor(question.stepMs, asked.toMs - asked.fromMs) / 60_000) * 60_000;
    const span = alignedSpan(asked, step, 60_000);
    const { fromBucket, toBucket } = span;
    const definition = question.keys.join(',');
    const minutes = await store!.call(null, 'flows', [definition, fromBucket, toBucket]);
    if (minutes === null)
      throw new RpcError(
        'refused',
        `No minutes were stored by ${definition}; choose a range within the last ten minutes.`,
      );
    const table = tableFor(question.keys, null);
    restore(minutes, table, network, clock.nowMs());
    const received = new Float64Array(span.bucketCount);
    const lost = new Float64Array(span.bucketCount);
    for (const row of await store!.call(null, 'arrivals', [fromBucket, toBucket])) {
      if (question.scope.agent !== null && row.agent !== question.scope.agent) continue;
      const at = Math.floor((row.minute - fromBucket) / span.bucketsPerStep);
      received[at]! += row.received;
      lost[at]! += row.lost;
    }
    return flowAnswer(question, table, network, span, {
      received,
      lost,
      provenance: 'minutes',
      completeFromMs: span.interval.fromMs,
      completeToMs: Math.min(span.interval.toMs, clock.nowMs()),
    });
  }

  /** The samples by path, from memory or from stored minutes, as the range asks. */
  async function byPath(interval: Interval): Promise<{ paths: PathTable; counters: Counters }> {
    if (!needsMinutes(interval)) return { paths: { table: paths, originMs: 0, stepMs: 1000 }, counters };
    const table = new FlowTable([]);
    const stored = await store!.call(null, 'flows', [
      '',
      Math.floor(interval.fromMs / 60_000),
      Math.ceil(interval.toMs / 60_000),
    ]);
    if (stored) restore(stored, table, network, clock.nowMs());
    const past = new Counters();
    restoreCounters(
      past,
      network,
      await store!.call(null, 'counters', [interval.fromMs, interval.toMs + 60_000]),
      clock.nowMs(),
    );
    return { paths: { table, originMs: 0, stepMs: 60_000 }, counters: past };
  }

  /** What an earlier run told of the network, and what this minute held before a restart. */
  async function recallEarlierRun(from: NonNullable<typeof store>, into: MinuteWriter): Promise<void> {
    const status = await from.call(null, 'status', []);
    into.status = status;
    const known = await from.call(null, 'network', []);
    const heardMs = status.minutes ? status.minutes.last * 60_000 : startedMs;
    for (const { agent, name } of known.agents)
      Object.assign(network.agentByText(agent, heardMs) ?? {}, { name });
    for (const { agent, ifIndex, name, speed } of known.interfaces)
      Object.assign(network.find(agent)?.interface(ifIndex) ?? {}, { name, speed });
    // The minute is written whole, not in part: what it held before the restart belongs to it.
    const minute = into.openMinute;
    for (const { names, table } of stored) {
      const flows = await from.call(null, 'flows', [names.join(','), minute, minute + 1]);
      if (flows) restore(flows, table, network, startedMs, 60);
    }
    for (const row of await from.call(null, 'arrivals', [minute, minute + 1]))
      arrivals.restore(network.find(row.agent)?.index ?? -1, minute * 60, row.received, row.lost);
  }

  const problemNow = (): string =>
    options.storeProblem || writer?.problem || writer?.status?.problem || writer?.status?.notice || '';
  const foreignTallies = (): Tally[] => talliesOf(foreign);

  return {
    async start() {
      if (store && writer) {
        try {
          await recallEarlierRun(store, writer);
        } catch (error) {
          writer.problem = error instanceof Error ? error.message : 'The store cannot be read.';
        }
      }
      await listen();
      timer = setInterval(tick, 1000);
      changed();
    },
    async stop() {
      if (timer) clearInterval(timer);
      await Promise.all(listeners.map((listener) => listener.close()));
      await watch?.close();
      queue.drain();
      await writer?.finish();
    },
    status() {
      const nowMs = clock.nowMs();
      const storedFromMs = (storedMinutes()?.first ?? Number.POSITIVE_INFINITY) * 60_000;
      const fromMs = Math.min(storedFromMs, network.firstMs || Number.POSITIVE_INFINITY);
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
      return network.status((agent) => (recent.get(agent.index) ?? 0) / 10);
    },
    async interfaces(asked) {
      const interval = intervalOf(asked);
      const past = await byPath(interval);
      return interfaceStatuses(network, past.counters, past.paths, interval);
    },
    flows,
    'filter.check': filterProblem,
    async counters(question: CounterQuestion) {
      const interval = intervalOf(question.interval);
      const agent = network.find(question.agent);
      if (!agent) throw new RpcError('refused', `Nothing has been heard of the agent ${question.agent}.`);
      const past = await byPath(interval);
      return counterAnswer(network, past.counters, agent, question.ifIndex, interval, past.paths);
    },
    'datagrams.list': (question) => inspector.list(question),
    'datagrams.get': (id, filter) => inspector.get(id, filter),
    'datagrams.export': (question) => inspector.export(question),
    cancelOpening: () => null,
    async 'listeners.set'(asked) {
      if (asked.length > 16) throw new RpcError('refused', 'Weir listens on at most 16 ports.');
      settings = asked;
      options.listenersSet(asked);
      await listen();
      changed();
      return listeners.map((listener) => listener.status());
    },
    'replay.set'() {
      throw new RpcError('refused', 'The live workspace is not played; open a capture for that.');
    },
  };
}
