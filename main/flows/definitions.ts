/**
 * The flow definitions of a workspace: kept on its shelf, fed with every sample, asked by name. Changing one leaves all
 * others as they are. One that is kept and cannot be read any more stays on the shelf and is listed with its problem.
 * Presets cost nothing until somebody asks for their flows, and stop when nobody has for a while.
 */
import type {
  ActiveFlow,
  ActiveFlowsQuestion,
  AgentSelection,
  DefinitionInput,
  DefinitionProblem,
  DefinitionStatus,
  FlowDefinition,
  FlowRecord,
  FlowsApi,
} from '../../shared/model/definition.ts';
import type { DocumentShelf } from '../../shared/model/store.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import type { Network } from '../samples/network.ts';
import type { Sample } from '../samples/sample.ts';
import { type Origin, readDefinition } from './definition.ts';
import { definitionPresets } from './definition-presets.ts';
import type { FunctionContext } from './functions/context.ts';
import { mergeFlows, type PortRole } from './merge.ts';
import type { FlowMetric, FlowMetricSource, LeastOf } from './metric-source.ts';
import { metricsOfFlows } from './metrics-of-flows.ts';
import { type Later, Numbered } from './numbered.ts';
import { countAlike, RunningDefinition } from './running.ts';
import { Entries } from './scope.ts';
import { SeenKeys } from './seen-keys.ts';

const SHELF = 'flow-definition';
const MOST_DEFINITIONS = 200;
const PRESET_RUNS_MS = 300_000;

/** What a definition is called among the stored trends, or why it is not there. */
export type StoringOf = (
  definition: FlowDefinition,
  isPreset: boolean,
) => Pick<DefinitionStatus, 'trend' | 'notStored'>;

export type FlowDefinitionsOptions = {
  documents: DocumentShelf;
  network: () => Network;
  context: FunctionContext;
  nowMs: () => number;
  /** Whether a topology is known: `edge` and `core` need one. */
  knowsTopology: () => boolean;
  /** Whether a port faces hosts or another node; null where the topology does not know its agent. */
  portRole: PortRole;
  /** Told when a definition begins to count from nothing. */
  began?: () => void;
  /** Told of the definitions that run, after each change of them; presets are not among them. */
  changed?: (definitions: FlowDefinition[]) => void;
  storing?: StoringOf;
  later?: Later;
};

type Unreadable = { definition: FlowDefinition; origin: Origin; problem: string };

const absent = (name: string): RpcError => new RpcError('missing', `There is no flow definition “${name}”.`);

export class FlowDefinitions implements FlowMetricSource {
  readonly #options: FlowDefinitionsOptions;
  readonly #records: Numbered<FlowRecord>;
  readonly #running = new Map<string, RunningDefinition>();
  readonly #unreadable = new Map<string, Unreadable>();
  readonly #seenKeys = new SeenKeys();
  readonly #entries: Entries;
  /** The running ones by what they read. */
  #ofFrames: RunningDefinition[] = [];
  #ofRequests: RunningDefinition[] = [];
  #ofDrops: RunningDefinition[] = [];
  readonly handlers: Handlers<Omit<FlowsApi, 'seenValues'>>;

  constructor(options: FlowDefinitionsOptions) {
    this.#options = options;
    this.#entries = new Entries(options.network);
    this.#records = new Numbered(({ flowID }) => flowID, options.later);
    this.handlers = {
      'definitions.list': () => this.list(),
      'definitions.put': (name, input, origin) => this.put(name, input, origin),
      'definitions.delete': (name) => this.delete(name),
      'definitions.check': (name, input) => this.check(name, input),
      flowKeys: () => this.flowKeys(),
      activeFlows: (question) => this.activeFlows(question),
      flowValue: (agent, dataSource, name, key) => this.flowValue(agent, dataSource, name, key),
      flowRecords: ({ names, flowID, maxFlows, timeoutMs }) =>
        this.#records.ask({
          ...{ after: flowID, most: maxFlows, timeoutMs },
          takes: ({ name }) => names.length === 0 || names.includes(name),
        }),
    };
  }

  /** Reads what is kept. */
  async start(): Promise<void> {
    for (const [name, body] of await this.#options.documents.all(SHELF)) this.#read(name, body);
    this.#arrange();
    this.#tell();
  }

  #read(name: string, body: string): void {
    let kept: unknown;
    try {
      kept = JSON.parse(body);
    } catch {
      kept = null;
    }
    const whole = typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {};
    const { origin: said, ...input } = whole;
    const origin = said === 'rest' ? 'rest' : 'weir';
    const { definition, problems } = readDefinition(name, input, origin, this.#options.context);
    const problem =
      kept === null
        ? `The definition “${name}” as it is kept is no JSON; put it anew or delete it.`
        : (problems[0]?.message ?? '');
    if (problem) this.#unreadable.set(name, { definition, origin, problem });
    else this.#run(definition, origin);
  }

  stop(): void {
    this.#records.end();
  }

  /** Forgets all that was heard. */
  restart(): void {
    this.#seenKeys.restart();
    for (const running of this.#running.values()) running.restart();
  }

  frame(sample: Sample): void {
    this.#seenKeys.look(sample);
    this.#entries.see(sample.path);
    const list = this.#ofFrames;
    for (let i = 0; i < list.length; i++) list[i]!.active.add(sample);
  }

  request(sample: Sample): void {
    this.#seenKeys.look(sample);
    this.#entries.see(sample.path);
    const list = this.#ofRequests;
    for (let i = 0; i < list.length; i++) list[i]!.active.add(sample);
  }

  discarded(sample: Sample): void {
    this.#seenKeys.look(sample);
    this.#entries.see(sample.path);
    const list = this.#ofDrops;
    for (let i = 0; i < list.length; i++) list[i]!.active.add(sample);
  }

  /** About once a second of the workspace's time. */
  tick(nowMs: number): void {
    this.#entries.refresh();
    for (const [name, running] of this.#running) {
      if (running.origin === 'preset' && nowMs - running.askedMs > PRESET_RUNS_MS) {
        this.#running.delete(name);
        this.#arrange();
      } else running.tick(nowMs);
    }
    this.#records.tell();
  }

  #run(definition: FlowDefinition, origin: Origin): RunningDefinition {
    const { context, network } = this.#options;
    const running = new RunningDefinition(definition, origin, context, {
      network,
      records: this.#records,
      names: context.names,
      entries: this.#entries,
    });
    this.#running.set(definition.name, running);
    return running;
  }

  #arrange(): void {
    const all = [...this.#running.values()];
    this.#ofDrops = all.filter(({ definition }) => definition.dropped);
    const rest = all.filter(({ definition }) => !definition.dropped);
    this.#ofFrames = rest;
    this.#ofRequests = rest.filter(({ compiled }) => compiled.readsRequests);
  }

  #tell(): void {
    const own = [...this.#running.values()].filter(({ origin }) => origin !== 'preset');
    this.#options.changed?.(own.map(({ definition }) => definition));
  }

  list(): DefinitionStatus[] {
    const { storing } = this.#options;
    return this.#list().map((status) => {
      if (status.problem !== '' || !storing) return status;
      return { ...status, ...storing(status.definition, status.origin === 'preset') };
    });
  }

  #list(): DefinitionStatus[] {
    const nowMs = this.#options.nowMs();
    const own = [...this.#running.values()]
      .filter(({ origin }) => origin !== 'preset')
      .map((running) => running.status(nowMs));
    const unreadable = [...this.#unreadable.values()].map(
      ({ definition, origin, problem }): DefinitionStatus => ({
        ...idle(definition, origin),
        problem,
      }),
    );
    const presets = definitionPresets
      .filter(({ definition: { name } }) => !this.#isOwn(name))
      .map(({ definition, group, label }): DefinitionStatus => {
        const running = this.#running.get(definition.name);
        return { ...(running?.status(nowMs) ?? idle(definition, 'preset')), group, label };
      });
    return [
      ...[...own, ...unreadable].sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1)),
      ...presets,
    ];
  }

  #isOwn(name: string): boolean {
    const running = this.#running.get(name);
    return (running !== undefined && running.origin !== 'preset') || this.#unreadable.has(name);
  }

  check(name: string, input: DefinitionInput): DefinitionProblem[] {
    return readDefinition(name, input, 'weir', this.#options.context).problems;
  }

  /** Sets one; the same again changes nothing, so that a script may say it each time it starts. */
  async put(name: string, input: DefinitionInput, origin: 'weir' | 'rest'): Promise<FlowDefinition> {
    const { documents, context } = this.#options;
    const { definition, problems } = readDefinition(name, input, origin, context);
    if (problems.length > 0) throw new RpcError('refused', problems[0]!.message);
    const own = [...this.#running.values()].filter((running) => running.origin !== 'preset').length;
    if (!this.#isOwn(name) && own >= MOST_DEFINITIONS)
      throw new RpcError(
        'refused',
        `There are ${MOST_DEFINITIONS} flow definitions already; delete one first.`,
      );
    const { name: _, ...body } = definition;
    await documents.put(SHELF, name, JSON.stringify({ ...body, origin }));
    this.#unreadable.delete(name);
    const before = this.#running.get(name);
    if (before && countAlike(before.definition, definition)) before.become(definition, origin);
    else {
      this.#run(definition, origin);
      this.#arrange();
      this.#options.began?.();
    }
    this.#tell();
    return definition;
  }

  async delete(name: string): Promise<null> {
    if (!this.#isOwn(name))
      throw presetNamed(name)
        ? new RpcError('refused', `“${name}” ships with Weir and cannot be deleted.`)
        : absent(name);
    await this.#options.documents.delete(SHELF, name);
    this.#unreadable.delete(name);
    this.#running.delete(name);
    this.#arrange();
    this.#tell();
    return null;
  }

  flowKeys(): Record<string, number> {
    return this.#seenKeys.since(this.#options.nowMs());
  }

  /** The definition of a name, begun where it is a preset that nobody asked for lately. */
  #named(name: string): RunningDefinition {
    const known = this.#running.get(name);
    const preset = known ? null : presetNamed(name);
    if (!known && !preset) {
      const unreadable = this.#unreadable.get(name);
      throw unreadable ? new RpcError('refused', unreadable.problem) : absent(name);
    }
    const running = known ?? this.#run(preset!.definition, 'preset');
    running.askedMs = this.#options.nowMs();
    if (!known) {
      this.#arrange();
      this.#options.began?.();
    }
    return running;
  }

  activeFlows({ agents, name, maxFlows, minValue, aggMode }: ActiveFlowsQuestion): ActiveFlow[] {
    const { network, context, nowMs, knowsTopology, portRole } = this.#options;
    const { active, definition } = this.#named(name);
    const merge = aggMode ?? definition.aggMode;
    const needsTopology = merge === 'edge' || merge === 'core';
    if (needsTopology && !knowsTopology())
      throw new RpcError(
        'refused',
        `The rule “${merge}” needs a topology, and none is set; set one, or ask with max, sum or once.`,
      );
    return mergeFlows(active, network(), context.names, {
      ...{ merge, n: definition.n, maxFlows, minValue, fs: definition.fs, nowMs: nowMs() },
      takesAgent: this.#agentFilter(agents),
      isOneAgent: agents !== 'ALL' && !agents.includes(';'),
      portRole,
    });
  }

  /** Whether an agent, by its number, is among those selected. */
  #agentFilter(agents: AgentSelection): (agent: number) => boolean {
    if (agents === 'ALL') return () => true;
    const wanted = agents.split(';').map((agent) => agent.trim());
    const known = this.#options.network().agents;
    const taken = new Set(
      known
        .filter(({ address, name }) => wanted.includes(address) || (name !== '' && wanted.includes(name)))
        .map(({ index }) => index),
    );
    return (agent) => taken.has(agent);
  }

  flowValue(agent: string, dataSource: string | null, name: string, key: string): number | null {
    const flow = this.metrics(name, agent)
      .filter((metric) => dataSource === null || metric.dataSource === dataSource)
      .flatMap(({ flows }) => flows.filter((one) => one.key === key))
      .reduce((most, { value }) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    return flow === Number.NEGATIVE_INFINITY ? null : flow;
  }

  /** A definition by its name, whether it runs or not; null where there is none that can be used. */
  definitionOf(name: string): FlowDefinition | null {
    const running = this.#running.get(name);
    if (running) return running.definition;
    return this.#unreadable.has(name) ? null : (presetNamed(name)?.definition ?? null);
  }

  /** A definition that a threshold watches: a preset runs for as long as it is. Null where there is none that can. */
  watched(name: string): { value: string } | null {
    if (!this.#running.has(name) && (!presetNamed(name) || this.#unreadable.has(name))) return null;
    const running = this.#named(name);
    running.watchedMs = this.#options.nowMs();
    return { value: running.definition.value };
  }

  /** Presets are among them while a threshold watches them. */
  names(): string[] {
    const sinceMs = this.#options.nowMs() - PRESET_RUNS_MS;
    return [...this.#running]
      .filter(([, { origin, watchedMs }]) => origin !== 'preset' || watchedMs >= sinceMs)
      .map(([name]) => name);
  }

  metrics(
    name: string,
    agent: string | null,
    nowMs = this.#options.nowMs(),
    least: LeastOf | null = null,
  ): FlowMetric[] {
    const running = this.#running.get(name);
    if (!running) return [];
    const { network, context } = this.#options;
    const takes = this.#agentFilter(agent ?? 'ALL');
    return metricsOfFlows(running, { network: network(), names: context.names, takes, nowMs, least });
  }
}

const presetNamed = (name: string) =>
  definitionPresets.find(({ definition }) => definition.name === name) ?? null;

function idle(definition: FlowDefinition, origin: Origin): DefinitionStatus {
  return {
    definition,
    origin,
    group: '',
    label: '',
    lastSeenMs: null,
    flows: 0,
    samplesPerSecond: 0,
    problem: '',
    ...{ trend: '', notStored: '' },
  };
}
