/**
 * What a workspace works out of its samples as they come: flow definitions, metrics, thresholds, and what is known
 * beside the samples. The live engine and the capture engine run it alike; each hands it the samples and the time,
 * the wall's or the capture's. It owns its parts and speaks for them: `handlers` answer their calls.
 */

import type { ActionsApi } from '../../shared/model/action.ts';
import type { FlowDefinition, FlowsApi } from '../../shared/model/definition.ts';
import type { EventsApi } from '../../shared/model/event.ts';
import type { KnowledgeApi } from '../../shared/model/knowledge.ts';
import type { LocationsApi } from '../../shared/model/location.ts';
import type { MetricsApi, MetricUnit } from '../../shared/model/metric.ts';
import type { AgentStatus } from '../../shared/model/network.ts';
import type { Provenance } from '../../shared/model/question.ts';
import type { DocumentShelf } from '../../shared/model/store.ts';
import type { Threshold, ThresholdsApi } from '../../shared/model/threshold.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import { Actions } from '../actions/actions.ts';
import type { Surroundings } from '../actions/kind.ts';
import { Events } from '../events/events.ts';
import { type EventShelf, eventsInMemory } from '../events/shelf.ts';
import { SystemEvents } from '../events/system.ts';
import type { AskFlows } from '../explain/explain.ts';
import { FlowDefinitions, type StoringOf } from '../flows/definitions.ts';
import type { FunctionContext } from '../flows/functions/context.ts';
import type { SecondsKept } from '../metrics/flow-seconds.ts';
import { Health } from '../metrics/health/health.ts';
import { metricCatalog } from '../metrics/metric-table.ts';
import { Metrics } from '../metrics/metrics.ts';
import type { Agent, Stream } from '../samples/agent.ts';
import type { Network } from '../samples/network.ts';
import type { Sample } from '../samples/sample.ts';
import type { CounterSample, Datagram } from '../sflow/sample.ts';
import { datagramsMetric, readingsOf } from '../thresholds/readings.ts';
import { rehearse } from '../thresholds/rehearsal.ts';
import { Thresholds } from '../thresholds/thresholds.ts';
import { contributorsAt } from './contributors.ts';
import { HostLocations } from './host-locations.ts';
import { WorkspaceKnowledge, type WorkspaceKnowledgeOptions } from './knowledge.ts';
import { ThresholdEvents } from './threshold-events.ts';
import { type ThresholdPastOptions, thresholdPast } from './threshold-past.ts';

/** Whoever sends within it was sending before the capture began: counters come every half minute. */
const CAPTURE_BEGINNING_MS = 60_000;

export type AnalyticsOptions = {
  network: Network;
  /** Where what the user made is kept. */
  documents: DocumentShelf;
  /** The workspace's own time. */
  nowMs: () => number;
  /** How long counters of interfaces are kept. */
  keepCountersMs: number;
  /** The network whose names keys are shown with, where it is another one. */
  namesOf?: () => Network;
  /** How agents are asked for names; absent where nobody is. */
  asking?: WorkspaceKnowledgeOptions['asking'];
  /** Told when an answer that was given may be another now. */
  changed: () => void;
  /** Where events are kept; null: in memory, for as long as the analytics run. */
  events?: EventShelf | null;
  /** What actions need of whoever runs the engine; null: nothing is sent, as from a capture. */
  surroundings?: Surroundings | null;
  /** Why nothing is stored or recorded now, in a sentence; '' as a rule. */
  problem?: () => string;
  /** How the engine answers a flow question, for rehearsals. */
  flows?: AskFlows;
  /** Where what it hears comes from: memory, where nothing else is said. */
  provenance?: Provenance;
  /** How many values of flow definitions and custom metrics are kept, where it is not about ten minutes of them. */
  metricsKept?: () => SecondsKept;
  /** Stored metrics; absent where nothing is stored. */
  storedMetrics?: ThresholdPastOptions['stored'];
  /** Goes on with long work after others had their turn; absent where a tick does all of it at once. */
  nextTurn?: (run: () => void) => void;
  /** Told when something begins to count from nothing, such as a new definition. */
  began?: () => void;
  /** Told of the definitions that run, after each change of them; presets are not among them. */
  definitionsChanged?: (definitions: FlowDefinition[]) => void;
  /** What a definition is called among the stored trends, or why it is not there. */
  storing: StoringOf;
};

/** The calls that the parts answer; `seenValues` asks samples and is the engine's own. */
export type AnalyticsApi = KnowledgeApi &
  LocationsApi &
  MetricsApi &
  Omit<FlowsApi, 'seenValues'> &
  ThresholdsApi &
  EventsApi &
  ActionsApi;

export class Analytics {
  /** Another one after `restart`: parts ask for it each time. */
  network: Network;
  readonly knowledge: WorkspaceKnowledge;
  readonly locations: HostLocations;
  readonly definitions: FlowDefinitions;
  readonly thresholds: Thresholds;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly events: Events;
  readonly actions: Actions;
  readonly #isKept: boolean;
  readonly #thresholdEvents: ThresholdEvents;
  readonly #systemEvents: SystemEvents;
  readonly #nowMs: () => number;
  readonly handlers: Handlers<AnalyticsApi>;

  constructor({
    network,
    documents,
    nowMs,
    keepCountersMs,
    namesOf,
    asking,
    changed,
    events = null,
    surroundings = null,
    problem = () => '',
    flows,
    provenance = 'memory',
    metricsKept,
    storedMetrics = null,
    nextTurn,
    began = () => {},
    definitionsChanged = () => {},
    storing,
  }: AnalyticsOptions) {
    this.network = network;
    this.#nowMs = nowMs;
    this.#isKept = events !== null;
    const currentNetwork = (): Network => this.network;
    this.knowledge = new WorkspaceKnowledge({
      network: namesOf ?? currentNetwork,
      ...{ documents, changed },
      ...(asking ? { asking } : {}),
    });
    network.naming = this.knowledge.naming;
    this.locations = new HostLocations(currentNetwork, this.knowledge.knowledge);
    this.definitions = new FlowDefinitions({
      network: currentNetwork,
      documents,
      context: this.context,
      nowMs,
      knowsTopology: () => Object.keys(this.knowledge.knowledge.topology.nodes ?? {}).length > 0,
      portRole: (agent, ifIndex) => this.knowledge.portRole(agent, ifIndex),
      ...{ began, storing },
      changed: definitionsChanged,
    });
    this.metrics = new Metrics({
      network: currentNetwork,
      keepCountersMs,
      flows: this.definitions,
      topology: () => this.knowledge.knowledge.topology,
      ...{ nowMs, provenance },
      ...(metricsKept ? { kept: metricsKept } : {}),
    });
    this.health = new Health({
      network: currentNetwork,
      counters: () => this.metrics.counters,
      rolls: Number.isFinite(keepCountersMs),
    });
    this.events = new Events({ shelf: events ?? eventsInMemory(), documents, nowMs });
    const placeNames = (address: string, dataSource: string) => {
      const agent = (namesOf ?? currentNetwork)().find(address);
      return {
        agentName: agent?.name ?? '',
        interfaceName: agent && /^\d+$/.test(dataSource) ? agent.interfaceName(Number(dataSource)) : '',
      };
    };
    const aliasOf = (address: string, dataSource: string) =>
      (/^\d+$/.test(dataSource) &&
        (namesOf ?? currentNetwork)().find(address)?.nameOfInterface(Number(dataSource)).alias) ||
      '';
    this.#thresholdEvents = new ThresholdEvents({
      ...{ events: this.events, namesOf: placeNames, describe: describeMetric },
      definitionOf: (name) => this.definitions.definitionOf(name),
      // A capture would be read once more for each.
      contributors:
        flows && events
          ? (agent, dataSource, metric, timeMs) =>
              contributorsAt(flows, agent, Number(dataSource), metric, timeMs)
          : null,
    });
    this.#systemEvents = new SystemEvents({
      ...{ network: currentNetwork, events: this.events, problem },
      beginningMs: this.#isKept ? 0 : CAPTURE_BEGINNING_MS,
    });
    this.actions = new Actions({
      ...{ documents, nowMs, surroundings },
      nameOf: (address) => this.knowledge.knowledge.nameOf(address)?.name ?? null,
      eventOf: (id) => this.events.get(id),
      failing: (action, why) => this.#systemEvents.actionFailing(action, why, nowMs()),
    });
    this.events.listen((change) => this.actions.told(change));
    this.thresholds = new Thresholds({
      ...{ documents, nowMs, began },
      namesOf: (agent, source) => ({ ...placeNames(agent, source), interfaceAlias: aliasOf(agent, source) }),
      readings: readingsOf({
        ...{ flows: this.definitions, metrics: this.metrics, network: currentNetwork },
        unitOf: (metric) => describeMetric(metric).unit,
      }),
      unitOf: (threshold, metric) => this.#thresholdEvents.ownUnit(threshold, metric),
      rehearse: async (threshold, fromMs, toMs, call) => {
        const unitOf = (one: Threshold, metric: string) => this.#thresholdEvents.ownUnit(one, metric);
        const past = await thresholdPast(
          threshold,
          { fromMs, toMs },
          {
            ...{ network: namesOf ?? currentNetwork, metrics: this.metrics, unitOf, stored: storedMetrics },
            definitionOf: (name) => this.definitions.definitionOf(name),
            flows:
              flows ??
              (() => {
                throw new RpcError('refused', 'Flows of the past cannot be asked of here.');
              }),
            waiting: call && { signal: call.signal, progress: (part) => call.progress(part, null) },
          },
        );
        return rehearse(threshold, past, fromMs, toMs);
      },
      told: (timeMs) => this.metrics.told(timeMs),
      spots: () => this.metrics.spots(),
      changed: (change) => this.#thresholdEvents.take(change),
      ...(nextTurn ? { nextTurn } : {}),
    });
    this.handlers = {
      ...this.knowledge.handlers,
      ...this.locations.handlers,
      ...this.definitions.handlers,
      ...this.metrics.handlers,
      metricCatalog: () => catalog,
      ...this.thresholds.handlers,
      ...this.events.handlers,
      ...this.actions.handlers,
    };
  }

  /** What keys and filters are compiled with. */
  get context(): FunctionContext {
    return this.knowledge.context;
  }

  /** Agents with how their counter samples came. */
  withCounterArrivals(agents: AgentStatus[]): AgentStatus[] {
    return agents.map((status) => {
      const agent = this.network.find(status.agent);
      const sources = agent ? [...(this.metrics.counters.agents.get(agent)?.sources.values() ?? [])] : [];
      const sum = (of: 'lost' | 'late' | 'duplicates'): number =>
        sources.reduce((total, source) => total + source[of], 0);
      return {
        ...status,
        counterArrivals: {
          dataSources: sources.length,
          ...{ lost: sum('lost'), late: sum('late'), duplicates: sum('duplicates') },
        },
      };
    });
  }

  /** Reads what was kept. */
  async start(): Promise<void> {
    await this.knowledge.start();
    await this.definitions.start();
    await this.thresholds.start();
    await this.actions.start();
    this.#thresholdEvents.inherit(await this.events.start(), this.thresholds, this.#nowMs());
    await this.#systemEvents.recall();
  }

  /** Nobody is answered any more; resolves when what is to be kept is. */
  async stop(): Promise<void> {
    this.knowledge.stop();
    this.definitions.stop();
    this.thresholds.stop();
    await this.actions.stop();
    await this.events.stop();
  }

  /** Forgets all that was heard, as when a capture is played from its beginning; what the user made stays. */
  restart(network: Network): void {
    this.network = network;
    network.naming = this.knowledge.naming;
    this.locations.locations.restart(network);
    this.definitions.restart();
    this.thresholds.restart();
    if (!this.#isKept) this.events.restart(eventsInMemory());
    this.#thresholdEvents.restart();
    this.#systemEvents.restart();
    this.metrics.restart();
    this.health.restart();
  }

  flow(sample: Sample): void {
    this.knowledge.flow(sample);
    this.locations.locations.flow(sample);
    this.definitions.frame(sample);
    this.health.flow(sample);
  }

  request(sample: Sample): void {
    this.definitions.request(sample);
  }

  discarded(sample: Sample): void {
    this.definitions.discarded(sample);
    this.health.discarded(sample);
  }

  /** Returns the interface whose counters grew, or null. */
  counters(
    agent: Agent,
    stream: Stream,
    datagram: Datagram,
    sample: CounterSample,
    timeMs: number,
  ): number | null {
    this.knowledge.counters(agent, datagram, sample);
    this.health.counters(agent, sample);
    return this.metrics.observe(agent, stream, datagram, sample, timeMs);
  }

  /** A sample that is neither of a flow nor of counters; its octets are start ≤ o < end. */
  other(agent: Agent, datagram: Datagram, tag: number, start: number, end: number, timeMs: number): void {
    this.metrics.otherSample(agent, datagram, tag, start, end, timeMs);
  }

  restarted(agent: Agent): void {
    this.metrics.restarted(agent);
    this.health.restarted(agent);
    this.#systemEvents.restarted(agent, agent.lastSeenMs);
  }

  /** About once a second of the workspace's time. */
  tick(nowMs: number): void {
    this.definitions.tick(nowMs);
    this.metrics.tick(nowMs);
    this.thresholds.tick(nowMs);
    this.#systemEvents.tick(nowMs);
    this.events.tick(nowMs);
    this.actions.tick(nowMs);
    this.knowledge.tick();
    this.health.tick(nowMs);
  }
}

const catalog = [...metricCatalog(), datagramsMetric];
const descriptions = new Map(catalog.map((metric) => [metric.name, metric]));

/** A metric in words; one that is in no table by its name. */
function describeMetric(name: string): { label: string; unit: MetricUnit } {
  return descriptions.get(name) ?? { label: name, unit: '' };
}
