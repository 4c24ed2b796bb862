/**
 * The engine of a capture workspace: the file is its recording, and every question is a pass over it. The first
 * pass learns what there is (agents, interfaces, time, loss); later passes answer whatever was asked meanwhile,
 * all of it together, so that a screen of five charts reads the file once. Time is the capture's own.
 */
import { basename } from 'node:path';
import type { InterfaceStatus } from '../../shared/model/network.ts';
import type { CounterQuestion, FlowAnswer, FlowQuestion, Interval } from '../../shared/model/question.ts';
import type { StoredDocument } from '../../shared/model/store.ts';
import type { ReplayStatus, WorkspaceId, WorkspaceStatus } from '../../shared/model/workspace.ts';
import { RpcError } from '../../shared/rpc.ts';
import { explain } from '../explain/explain.ts';
import { filterProblem } from '../flows/filter.ts';
import { FlowTable } from '../flows/table.ts';
import { CaptureInspector } from '../inspect/capture.ts';
import { inspectedProblem } from '../inspect/filter.ts';
import { Counters } from '../metrics/counters.ts';
import { keptOf } from '../metrics/flow-seconds.ts';
import { Arrivals } from '../samples/arrivals.ts';
import { Network } from '../samples/network.ts';
import { CaptureFile } from '../sources/capture.ts';
import { Analytics } from './analytics.ts';
import { CapturePasses, type Learned, type Wanted } from './capture-passes.ts';
import { CapturePlayer } from './capture-player.ts';
import { stepFor } from './choose-step.ts';
import { documentsInMemory } from './documents.ts';
import { catalogOf, clip, type Engine } from './engine.ts';
import { flowAnswer } from './flow-answer.ts';
import { NOT_STORED } from './kept-definitions.ts';
import { momentPast } from './moment-past.ts';
import { type ByPath, counterAnswer, interfaceStatuses } from './ports.ts';
import { noRecording } from './recorded-past.ts';
import { Replay } from './replay.ts';
import { seenValues } from './seen-values.ts';
import { tableOfQuestion } from './table-for.ts';

const CACHED_ANSWERS = 24;
const OWN_RECORDING = 'A capture is its own recording; choose the live workspace.';

export type CaptureOptions = {
  id: WorkspaceId;
  path: string;
  title: string;
  /** What the user made that holds for captures too. */
  documents?: readonly StoredDocument[];
  changed: () => void;
};

export function captureEngine({ id, path, title, documents, changed }: CaptureOptions): Engine {
  let passes: CapturePasses | null = null;
  let state: WorkspaceStatus['state'] = 'opening';
  let progress = 0;
  let problem = '';
  let learned: Learned = { network: new Network(), counters: new Counters() };
  let whole: Interval | null = null;
  const replay = new Replay(() => performance.now(), changed);
  const startedMs = Date.now();
  const opening = new AbortController();
  const cache = new Map<string, Promise<unknown>>();
  let inspector: CaptureInspector | null = null;
  let player: CapturePlayer | null = null;
  /** Asked before it was known what is in the file: it is played from there once that is known. */
  let asked: ReplayStatus | null = null;
  /** How often something began to count from nothing. */
  let begun = 0;
  const analytics: Analytics = new Analytics({
    network: learned.network,
    documents: documentsInMemory(documents),
    nowMs: () => Math.min(replay.limitMs(), whole?.toMs ?? learned.network.lastMs),
    // The whole file is there to be asked of.
    keepCountersMs: Number.POSITIVE_INFINITY,
    provenance: 'capture',
    metricsKept: () => keptOf(whole ? whole.toMs - whole.fromMs : 0),
    flows: (question) => flows(question),
    namesOf: () => (replay.status() === null ? learned.network : analytics.network),
    changed,
    // What is begun while a capture is played begins there, as in a live network.
    began: () => {
      begun++;
      if (replay.status() === null) player?.follow(true);
    },
    storing: () => ({ trend: '', notStored: NOT_STORED.capture }),
  });

  const namesRevision = (): number => analytics.knowledge.knowledge.namesRevision;
  const ask = (wanted: Wanted): Promise<Learned> => passes!.ask(wanted);

  /** Answers that were made once, as long as they are among the newest. */
  function cached<T>(key: string, make: () => Promise<T>): Promise<T> {
    const place = `${replay.limitMs()} ${key}`;
    const known = cache.get(place) as Promise<T> | undefined;
    if (known) return known;
    const answer = make();
    cache.set(place, answer);
    answer.catch(() => cache.delete(place));
    if (cache.size > CACHED_ANSWERS) {
      const [oldest] = cache.keys();
      cache.delete(oldest!);
    }
    return answer;
  }

  /** All that may be asked of now: the capture, or as much of it as has been played. */
  function available(): Interval {
    if (whole === null) throw new RpcError('refused', `${title} is still being read.`);
    return { fromMs: whole.fromMs, toMs: Math.max(whole.fromMs + 1, Math.min(whole.toMs, replay.limitMs())) };
  }

  function setReplay(to: ReplayStatus | null): void {
    asked = whole ? null : to;
    if (!whole) return;
    if (to === null) replay.clear();
    else {
      const positionMs = Math.min(Math.max(to.positionMs, whole.fromMs), whole.toMs);
      replay.set({ ...to, positionMs }, whole.toMs);
    }
  }

  function intervalOf(asked: Interval | null): Interval {
    const all = available();
    return asked
      ? (clip(asked, all) ?? { fromMs: asked.fromMs, toMs: Math.max(asked.fromMs + 1, asked.toMs) })
      : all;
  }

  async function flows(question: FlowQuestion): Promise<FlowAnswer> {
    const interval = intervalOf(question.interval);
    const lengthMs = interval.toMs - interval.fromMs;
    const stepMs = stepFor(question.stepMs, lengthMs);
    // The last instant of a capture that ends on a step belongs to the step it ends.
    const bucketCount = Math.max(1, Math.ceil((lengthMs - 1) / stepMs));
    const table = tableOfQuestion(question, analytics.context);
    const arrivals = new Arrivals();
    const { network } = await ask({ interval, originMs: interval.fromMs, stepMs, table, arrivals });
    const agent = question.scope.agent === null ? null : (network.find(question.scope.agent)?.index ?? -1);
    const toBucket = Number.POSITIVE_INFINITY;
    const span = { interval, stepMs, bucketCount, fromBucket: 0, toBucket, bucketsPerStep: 1 };
    return flowAnswer(question, table, network, span, {
      ...arrivals.answer(agent, 0, toBucket, 1, bucketCount),
      provenance: 'capture',
      completeFromMs: interval.fromMs,
      completeToMs: interval.toMs,
    });
  }

  function answer(question: FlowQuestion): Promise<FlowAnswer> {
    const interval = intervalOf(question.interval);
    // Functions may know more than when they were asked before.
    const usesFunctions = [...question.keys, question.value, question.filter].some((text) =>
      text.includes(':'),
    );
    const revision = usesFunctions ? analytics.context.revision() : 0;
    return cached(`flows ${revision} ${namesRevision()} ${JSON.stringify({ ...question, interval })}`, () =>
      flows(question),
    );
  }

  /** The samples of an interval by path alone, in steps fine enough to lay beside counters. */
  async function byPath(interval: Interval): Promise<ByPath> {
    const stepMs = Math.max(1000, Math.ceil((interval.toMs - interval.fromMs) / 3_600_000) * 1000);
    const table = new FlowTable([]);
    const originMs = interval.fromMs;
    const { network, counters } = await ask({ interval, originMs, stepMs, table, arrivals: null });
    return { network, counters, paths: { table, originMs, stepMs }, provenance: 'capture' };
  }

  function interfaces(asked: Interval | null): Promise<InterfaceStatus[]> {
    const interval = intervalOf(asked);
    return cached(`interfaces ${namesRevision()} ${JSON.stringify(interval)}`, async () =>
      interfaceStatuses(await byPath(interval), interval),
    );
  }

  function inspect(): CaptureInspector {
    available();
    inspector ??= new CaptureInspector({
      file: passes!.file,
      available,
      context: () => analytics.context,
    });
    return inspector;
  }

  /** While a capture is played, what is known is what was known at that moment. */
  async function known(): Promise<Learned> {
    if (replay.status() === null || state === 'opening') return learned;
    return cached('known', () =>
      ask({ interval: { fromMs: 0, toMs: 0 }, originMs: 0, stepMs: 1000, table: null, arrivals: null }),
    );
  }

  /**
   * A call about what runs waits until that has come to the position that is played to, also where the call itself
   * made something begin, such as a preset.
   */
  function whenCaughtUp<Args extends unknown[], Answer>(call: (...args: Args) => Answer | Promise<Answer>) {
    return async (...args: Args): Promise<Answer> => {
      await player?.caughtUp();
      const before = begun;
      const first = await call(...args);
      if (begun === before) return first;
      await player?.caughtUp();
      return call(...args);
    };
  }
  const { handlers } = analytics;
  const upToDate = {
    'definitions.list': whenCaughtUp(handlers['definitions.list']),
    flowKeys: whenCaughtUp(handlers.flowKeys),
    activeFlows: whenCaughtUp(handlers.activeFlows),
    flowValue: whenCaughtUp(handlers.flowValue),
    'thresholds.list': whenCaughtUp(handlers['thresholds.list']),
    'thresholds.places': whenCaughtUp(handlers['thresholds.places']),
    'thresholds.usual': whenCaughtUp(handlers['thresholds.usual']),
    'thresholds.rehearse': whenCaughtUp(handlers['thresholds.rehearse']),
    'events.list': whenCaughtUp(handlers['events.list']),
    'events.get': whenCaughtUp(handlers['events.get']),
    'events.counts': whenCaughtUp(handlers['events.counts']),
    metricNames: whenCaughtUp(handlers.metricNames),
    metric: whenCaughtUp(handlers.metric),
    metricTable: whenCaughtUp(handlers.metricTable),
    metricDump: whenCaughtUp(handlers.metricDump),
    metricSeries: whenCaughtUp(handlers.metricSeries),
    hosts: whenCaughtUp(handlers.hosts),
    locate: whenCaughtUp(handlers.locate),
    'topology.match': whenCaughtUp(handlers['topology.match']),
    health: whenCaughtUp(async () => analytics.health.report(await interfaces(null), available().toMs)),
  };

  return {
    async start() {
      try {
        await analytics.start();
        passes = new CapturePasses(
          await CaptureFile.open(path),
          () => replay.limitMs(),
          analytics.knowledge.naming,
        );
        learned = await passes.first(analytics.knowledge, opening.signal, (part) => {
          progress = part;
          changed();
        });
        const { firstMs, lastMs } = learned.network;
        if (Number.isNaN(firstMs))
          throw new Error(
            `${basename(path)} holds no sFlow datagrams that can be read; record traffic to the collector’s UDP port.`,
          );
        whole = { fromMs: Math.floor(firstMs), toMs: Math.floor(lastMs) + 1 };
        state = opening.signal.aborted ? 'cancelled' : 'ready';
        if (opening.signal.aborted) replay.bound(lastMs);
        if (asked) setReplay(asked);
        player = new CapturePlayer({
          ...{ file: passes.file, placement: passes.placement, analytics },
          limitMs: () => replay.limitMs(),
        });
        player.follow(true);
      } catch (error) {
        state = opening.signal.aborted ? 'cancelled' : 'failed';
        problem = error instanceof Error ? error.message : `${title} cannot be read.`;
      }
      progress = 1;
      changed();
    },
    async stop() {
      opening.abort();
      replay.stop();
      player?.stop();
      await analytics.stop();
      passes?.stop(`${title} was closed.`);
    },
    async status() {
      const { network } = await known();
      return {
        id,
        kind: 'capture',
        title,
        state,
        progress,
        problem: problem || passes?.notice || '',
        interval: whole ? available() : null,
        whole,
        nowMs: whole ? available().toMs : Date.now(),
        startedMs,
        agents: network.agents.length,
        interfaces: network.interfaces,
        datagrams: network.datagrams,
        lost: network.lost,
        flowSamples: network.flowSamples,
        counterSamples: network.counterSamples,
        malformed: [...(passes?.problems ?? []), ...network.malformed()],
        listeners: [],
        diagnosis: {
          foreign: [],
          foreignPorts: [],
          countersOnly: network.flowSamples === 0 && network.counterSamples > 0,
        },
        sampleNetwork: false,
        replay: replay.status(),
        databasePath: '',
        databaseOctets: 0,
      };
    },
    catalog: catalogOf,
    async agents() {
      const { network } = await known();
      const seconds = Math.max(1, (network.lastMs - network.firstMs) / 1000);
      const statuses = network.status((agent) => {
        let datagrams = 0;
        for (const stream of agent.streams.values()) datagrams += stream.datagrams;
        return datagrams / seconds;
      });
      return analytics.withCounterArrivals(statuses);
    },
    interfaces,
    flows: answer,
    // Each of its questions is asked once; kept, they would push out the answers that screens ask for again.
    explain: (question, call) => explain(flows, question, call, analytics.context.services()),
    seenValues: (key, prefix, limit) => seenValues(answer, key, prefix, limit, null),
    'filter.check': filterProblem,
    'datagrams.check': inspectedProblem,
    ...analytics.handlers,
    ...upToDate,
    counters(question: CounterQuestion) {
      const interval = intervalOf(question.interval);
      return cached(`counters ${JSON.stringify({ ...question, interval })}`, async () => {
        const seen = await byPath(interval);
        const agent = seen.network.find(question.agent);
        if (!agent) throw new RpcError('missing', `No agent ${question.agent} is in ${title}.`);
        return counterAnswer(seen, agent, question.ifIndex, interval);
      });
    },
    'datagrams.list': async (question, call) => inspect().list(question, call),
    'datagrams.get': async (id, filter) => inspect().get(id, filter),
    'datagrams.export': async (question) => inspect().export(question),
    ...noRecording(OWN_RECORDING),
    ...momentPast({
      ...{ recorded: null, stored: null, nothing: OWN_RECORDING },
      nameNow: (address) => analytics.knowledge.knowledge.nameOf(address),
    }),
    timeline: () => ({ recorded: whole ? [whole] : [], stored: [] }),
    cancelOpening() {
      opening.abort();
      return null;
    },
    'listeners.set'() {
      throw new RpcError('refused', 'A capture listens to nothing; choose the live workspace.');
    },
    'forwarding.list': () => [],
    'forwarding.put'() {
      throw new RpcError(
        'refused',
        'A capture receives nothing that could be forwarded; choose the live workspace.',
      );
    },
    'forwarding.delete'() {
      throw new RpcError('refused', 'Nothing of a capture is forwarded.');
    },
    'replay.set'(to) {
      setReplay(to);
      player?.follow(false);
      changed();
      return null;
    },
  };
}
