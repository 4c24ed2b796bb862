/**
 * What has been heard so far: agents, their streams, data sources, interfaces, and the paths that samples
 * took through them. Everything here is capped, because agent addresses and port numbers come from whoever
 * sends datagrams; what a cap refuses is counted. An agent that was heard for a while is known, and keeps its place
 * whatever comes; one that was not gives it up once it is silent.
 */
import type { InterfaceName, NameSource } from '../../shared/model/interface-name.ts';
import type { AgentStatus, DataSourceStatus, Tally } from '../../shared/model/network.ts';
import { KeyTable } from './key-table.ts';
import { MARK_BITS, MARK_MASK, type Mark } from './placement-mark.ts';
import { SequenceTracker } from './sequence.ts';
import { SourcesHealth } from './source-health.ts';

export const MAX_AGENTS = 4096;
/** Places of agents in paths: those that are there, and those that left and are still in rows of the last hour. */
const MAX_PLACES = 4 * MAX_AGENTS;
const PLACE_RESTS_MS = 3600_000;
/** With so many agents, a new one must be heard twice to get a place: addresses that are made up seldom come again. */
const AGENTS_AT_ONCE = MAX_AGENTS / 2;
const KNOCKS = 65_536;
/** An agent that was heard for this long is known. */
const KNOWN_AFTER_MS = 300_000;
/** How long an agent must be silent to lose its place to another, where it is not known, and where it is. */
const SILENT_MS = 60_000;
const KNOWN_SILENT_MS = 86_400_000;
const MAX_STREAMS_PER_AGENT = 256;
const MAX_INTERFACES_PER_AGENT = 16_384;
const MAX_SOURCES_PER_AGENT = 20_480;
const MAX_WAYS_PER_AGENT = 65_536;
const MAX_SENDERS = 8;
const MAX_TALLIES = 64;
const MAX_PATHS = 262_144;
/** Ways that agents which are not known may take; the rest is for those that are. */
const WAYS_FOR_ALL = MAX_PATHS / 2;
const MOST_SOURCES_SHOWN = 512;

/** An interface field of a sample whose value is no ifIndex: format << 30 | value. Format 0 is an ifIndex. */
export const INTERFACE_INTERNAL = 0x3fff_ffff;

/** What agents and interfaces are called; `heard` is what their samples say, '' where they say nothing. */
export type Naming = {
  /** '' where the agent has no name. */
  agent(address: string, heard: string): { name: string; source: NameSource };
  interface(agent: string, ifIndex: number, heard: string): InterfaceName;
  /** bit/s, 0 where nothing but samples tells it. */
  speed(agent: string, ifIndex: number): number;
};

/** Names as samples have them, where nothing else is known. */
export const HEARD_NAMES: Naming = {
  agent: (_address, heard) => ({ name: heard, source: heard === '' ? 'none' : 'agent' }),
  interface: (_agent, ifIndex, heard) => ({
    name: heard || `if ${ifIndex}`,
    source: heard === '' ? 'none' : 'agent',
    alias: '',
  }),
  speed: () => 0,
};

/** One sequence of datagrams: an agent and one of its sub-agents. */
export class Stream {
  readonly subAgentId: number;
  readonly sequence = new SequenceTracker();
  datagrams = 0;
  octets = 0;
  flowSamples = 0;
  counterSamples = 0;
  discardSamples = 0;
  uptimeMs = 0;
  firstSeenMs: number;
  lastSeenMs: number;

  constructor(subAgentId: number, timeMs: number) {
    this.subAgentId = subAgentId;
    this.firstSeenMs = timeMs;
    this.lastSeenMs = timeMs;
  }
}

/** An interface as its counters describe it. Rates are the business of `metrics`. */
export class Interface {
  readonly ifIndex: number;
  /** What samples call it (port_name); what to show is {@link Agent.interfaceName}. */
  name = '';
  /** bit/s, 0 where not reported. */
  speed = 0;
  adminUp: boolean | null = null;
  operUp: boolean | null = null;

  constructor(ifIndex: number) {
    this.ifIndex = ifIndex;
  }
}

export class Agent {
  readonly index: number;
  readonly address: string;
  /** Its IPv4 address as a number, where it is one; else -1. */
  v4 = -1;
  /** What its samples call it (host_descr); what to show is {@link Agent.shownName}. */
  name = '';
  readonly senders = new Set<string>();
  readonly streams = new Map<number, Stream>();
  readonly interfaces = new Map<number, Interface>();
  readonly dataSources = new Set<number>();
  readonly malformed = new Map<string, number>();
  readonly unknown = new Map<string, number>();
  samplingRateLeast = 0;
  samplingRateMost = 0;
  /** Ways that its samples took. */
  ways = 0;
  firstSeenMs: number;
  lastSeenMs: number;
  /** What sub-agents beyond the cap share, so that they do not spoil the sequence of one that is known. */
  #furtherStreams: Stream | null = null;
  readonly #naming: () => Naming;

  constructor(index: number, address: string, timeMs: number, naming: () => Naming = () => HEARD_NAMES) {
    this.index = index;
    this.address = address;
    this.#naming = naming;
    this.firstSeenMs = timeMs;
    this.lastSeenMs = timeMs;
  }

  /** Whether it was heard for long enough to be no passing fancy. */
  get isKnown(): boolean {
    return this.lastSeenMs - this.firstSeenMs >= KNOWN_AFTER_MS;
  }

  noteDataSource(dataSource: number): void {
    if (this.dataSources.size < MAX_SOURCES_PER_AGENT) this.dataSources.add(dataSource);
  }

  /** The stream of a sub-agent; past the cap all further sub-agents share one. */
  stream(subAgentId: number, timeMs: number): Stream {
    let stream = this.streams.get(subAgentId);
    if (stream) return stream;
    if (this.streams.size >= MAX_STREAMS_PER_AGENT) {
      addTally(this.malformed, 'sub-agents beyond the table', 1);
      this.#furtherStreams ??= new Stream(subAgentId, timeMs);
      return this.#furtherStreams;
    }
    stream = new Stream(subAgentId, timeMs);
    this.streams.set(subAgentId, stream);
    return stream;
  }

  /** The interface with this ifIndex, made where it is new; null past the cap or where it is no ifIndex. */
  interface(ifIndex: number): Interface | null {
    const known = this.interfaces.get(ifIndex);
    if (known) return known;
    if (ifIndex <= 0 || ifIndex >= INTERFACE_INTERNAL || this.interfaces.size >= MAX_INTERFACES_PER_AGENT)
      return null;
    const made = new Interface(ifIndex);
    this.interfaces.set(ifIndex, made);
    return made;
  }

  /** The name to show; '' where it has none. */
  get shownName(): string {
    return this.nameAndSource().name;
  }
  nameAndSource(): ReturnType<Naming['agent']> {
    return this.#naming().agent(this.address, this.name);
  }

  /** The name to show; 'if 52' where there is none. */
  interfaceName(ifIndex: number): string {
    return this.nameOfInterface(ifIndex).name;
  }
  nameOfInterface(ifIndex: number): InterfaceName {
    return this.#naming().interface(this.address, ifIndex, this.interfaces.get(ifIndex)?.name ?? '');
  }

  /** bit/s: what its counters say, else what is known beside them; 0 where nothing is. */
  speedOf(ifIndex: number): number {
    return this.interfaces.get(ifIndex)?.speed || this.#naming().speed(this.address, ifIndex);
  }

  noteSender(sender: string): void {
    if (this.senders.size < MAX_SENDERS) this.senders.add(sender);
  }

  noteSamplingRate(rate: number): void {
    if (this.samplingRateLeast === 0 || rate < this.samplingRateLeast) this.samplingRateLeast = rate;
    if (rate > this.samplingRateMost) this.samplingRateMost = rate;
  }
}

/** Adds to a tally that cannot grow past its cap; what is beyond counts under 'other'. */
export function addTally(tally: Map<string, number>, name: string, count: number): void {
  const key = tally.has(name) || tally.size < MAX_TALLIES ? name : 'other';
  tally.set(key, (tally.get(key) ?? 0) + count);
}

/** Largest count first, then by name. */
export function talliesOf(tally: ReadonlyMap<string, number>): Tally[] {
  return [...tally]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

/**
 * The ways that samples took: (agent, data source, input, output), as dense numbers, and the paths: a way with
 * the mark of its sample (see placement-mark.ts) in the lowest bits, so that a flow table carries both in one
 * word. Way 0 stands for everything beyond the cap.
 */
export class Paths {
  readonly #ways = new KeyTable(4, MAX_PATHS, 256);
  readonly #sources = new KeyTable(2, MAX_PATHS, 256);
  readonly #scratch = new Uint32Array(4);
  /** Data source of each way; grows with the ways. */
  #sourceOfWay = new Uint32Array(256);

  constructor() {
    this.#scratch.fill(0xffff_ffff);
    this.#ways.intern(this.#scratch, 0);
    this.#sources.intern(this.#scratch, 0);
  }

  get ways(): number {
    return this.#ways.size;
  }

  /** One more than the largest path id. */
  get size(): number {
    return this.#ways.size << MARK_BITS;
  }

  /** The path of a way whose samples count; that of all the others where it is new and none may be added. */
  intern(agent: number, dataSource: number, input: number, output: number, mayAdd = true): number {
    const scratch = this.#scratch;
    scratch[0] = agent;
    scratch[1] = dataSource;
    scratch[2] = input;
    scratch[3] = output;
    const before = this.#ways.size;
    const way = this.#ways.intern(scratch, 0, mayAdd);
    if (way < 0) return 0;
    if (way === before) {
      if (way >= this.#sourceOfWay.length) {
        const larger = new Uint32Array(this.#sourceOfWay.length * 2);
        larger.set(this.#sourceOfWay);
        this.#sourceOfWay = larger;
      }
      this.#sourceOfWay[way] = Math.max(0, this.#sources.intern(scratch, 0));
    }
    return way << MARK_BITS;
  }

  /** The path with the same way and another mark. */
  marked(path: number, mark: Mark): number {
    return (path & ~MARK_MASK) | mark;
  }
  markOf(path: number): Mark {
    return (path & MARK_MASK) as Mark;
  }
  agentOf(path: number): number {
    return this.#ways.words[(path >> MARK_BITS) * 4]!;
  }
  /** Class in the top octet, index below. */
  dataSourceOf(path: number): number {
    return this.#ways.words[(path >> MARK_BITS) * 4 + 1]!;
  }
  inputOf(path: number): number {
    return this.#ways.words[(path >> MARK_BITS) * 4 + 2]!;
  }
  outputOf(path: number): number {
    return this.#ways.words[(path >> MARK_BITS) * 4 + 3]!;
  }
  /** Dense id of (agent, data source). */
  sourceOf(path: number): number {
    return this.#sourceOfWay[path >> MARK_BITS]!;
  }
  get sources(): number {
    return this.#sources.size;
  }
  agentOfSource(source: number): number {
    return this.#sources.words[source * 2]!;
  }
  dataSourceOfSource(source: number): number {
    return this.#sources.words[source * 2 + 1]!;
  }
}

export class Network {
  /** Who names its agents and interfaces. */
  naming: Naming = HEARD_NAMES;
  /** Those that have a place now, in the order of first sight. */
  readonly agents: Agent[] = [];
  readonly #replaces: boolean;
  /** Agents by the index that paths know them by; those that left, until another takes it. */
  readonly #places: Agent[] = [];
  readonly #left: { index: number; timeMs: number }[] = [];
  /** Addresses that were heard once, by hash: the newest of each place. */
  #knocked: Uint32Array | null = null;
  /** Before this time no agent can lose its place. */
  #noRoomBeforeMs = Number.NEGATIVE_INFINITY;
  readonly paths = new Paths();
  readonly health = new SourcesHealth();
  /** Datagrams of agents beyond the cap, and datagrams that name no agent at all. */
  readonly refused = new Map<string, number>();
  datagrams = 0;
  flowSamples = 0;
  counterSamples = 0;
  discardSamples = 0;
  /** Time of the first and last datagram; `NaN` before there is one. */
  firstMs = Number.NaN;
  lastMs = Number.NaN;
  readonly #pathsOfAgent = new Map<number, number[]>();
  /** Paths up to this one are in the lists above. */
  #listed = 0;
  readonly #byV4 = new Map<number, Agent>();
  readonly #byText = new Map<string, Agent>();

  /**
   * `replaces`: whether agents that are silent give their place to new ones, as in a live network, which runs for
   * months and keeps no rows that are older than an hour.
   */
  constructor({ replaces = false } = {}) {
    this.#replaces = replaces;
  }

  /** The agent that paths know by an index. */
  at(index: number): Agent | undefined {
    return this.#places[index];
  }

  /** The agent with an IPv4 address, by its 32 bits; null past the cap. */
  agentV4(address: number, timeMs: number): Agent | null {
    const known = this.#byV4.get(address);
    if (known) return known;
    const text = `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
    const agent = this.agentByText(text, timeMs);
    if (agent) {
      agent.v4 = address;
      this.#byV4.set(address, agent);
    }
    return agent;
  }

  /** The agent with an address as text, made where it is new; null past the cap. */
  agentByText(text: string, timeMs: number): Agent | null {
    const known = this.#byText.get(text);
    if (known) return known;
    if (this.#replaces && this.agents.length >= AGENTS_AT_ONCE && !this.#knocksAgain(text)) return null;
    const full = this.agents.length >= MAX_AGENTS;
    if (full && !(this.#replaces && this.#hasPlace(timeMs) && this.#makeRoom(timeMs))) return null;
    const index = this.#takePlace(timeMs);
    const agent = new Agent(index, text, timeMs, () => this.naming);
    this.#places[index] = agent;
    this.agents.push(agent);
    this.#byText.set(text, agent);
    return agent;
  }

  /** Whether an address was heard before, as far as that is remembered. */
  #knocksAgain(text: string): boolean {
    this.#knocked ??= new Uint32Array(KNOCKS);
    let hash = 0x811c9dc5;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = (hash ^ (hash >>> 15)) >>> 0;
    const place = hash % KNOCKS;
    if (this.#knocked[place] === hash) return true;
    this.#knocked[place] = hash;
    return false;
  }

  /** The agent that is silent for longest leaves, if it may. */
  #makeRoom(timeMs: number): boolean {
    if (timeMs < this.#noRoomBeforeMs) return false;
    let first: Agent | null = null;
    let firstMs = Number.POSITIVE_INFINITY;
    for (const agent of this.agents) {
      const mayLeaveMs = agent.lastSeenMs + (agent.isKnown ? KNOWN_SILENT_MS : SILENT_MS);
      if (mayLeaveMs >= firstMs) continue;
      first = agent;
      firstMs = mayLeaveMs;
    }
    if (!first || firstMs > timeMs) {
      this.#noRoomBeforeMs = firstMs;
      return false;
    }
    this.agents.splice(this.agents.indexOf(first), 1);
    this.#byText.delete(first.address);
    if (first.v4 >= 0) this.#byV4.delete(first.v4);
    this.#left.push({ index: first.index, timeMs });
    addTally(this.refused, 'agents forgotten for new ones', 1);
    return true;
  }

  /** Whether there is an index that no row knows. */
  #hasPlace(timeMs: number): boolean {
    return this.#places.length < MAX_PLACES || timeMs - (this.#left[0]?.timeMs ?? timeMs) >= PLACE_RESTS_MS;
  }

  #takePlace(timeMs: number): number {
    const [oldest] = this.#left;
    if (!oldest || timeMs - oldest.timeMs < PLACE_RESTS_MS) return this.#places.length;
    this.#left.shift();
    for (const path of this.#pathsOfAgent.get(oldest.index) ?? [])
      this.health.forget(this.paths.sourceOf(path));
    return oldest.index;
  }

  /** The path of a sample. What an agent that is not known, or one agent alone, may take of them is bounded. */
  pathOf(agent: Agent, dataSource: number, input: number, output: number): number {
    const before = this.paths.ways;
    const mayAdd = agent.ways < MAX_WAYS_PER_AGENT && (before < WAYS_FOR_ALL || agent.isKnown);
    const path = this.paths.intern(agent.index, dataSource, input, output, mayAdd);
    if (this.paths.ways > before) agent.ways++;
    return path;
  }

  find(address: string): Agent | null {
    return this.#byText.get(address) ?? null;
  }

  get interfaces(): number {
    let count = 0;
    for (const agent of this.agents) count += agent.interfaces.size;
    return count;
  }

  get lost(): number {
    let lost = 0;
    for (const agent of this.agents)
      for (const stream of agent.streams.values()) lost += stream.sequence.lost;
    return lost;
  }

  /** Everything that could not be read, over all agents. */
  malformed(): Tally[] {
    const all = new Map(this.refused);
    for (const agent of this.agents) for (const [name, count] of agent.malformed) addTally(all, name, count);
    return talliesOf(all);
  }

  /** Smallest and largest sampling rate heard of one agent, or of all. */
  samplingRate(address: string | null): { least: number; most: number } {
    let least = 0;
    let most = 0;
    for (const agent of this.agents) {
      if ((address !== null && agent.address !== address) || agent.samplingRateLeast === 0) continue;
      if (least === 0 || agent.samplingRateLeast < least) least = agent.samplingRateLeast;
      if (agent.samplingRateMost > most) most = agent.samplingRateMost;
    }
    return { least, most };
  }

  /** The paths of one agent's samples. */
  pathsOf(agent: Agent): readonly number[] {
    for (; this.#listed < this.paths.size; this.#listed++) {
      const index = this.paths.agentOf(this.#listed);
      const list = this.#pathsOfAgent.get(index);
      if (list) list.push(this.#listed);
      else this.#pathsOfAgent.set(index, [this.#listed]);
    }
    return this.#pathsOfAgent.get(agent.index) ?? [];
  }

  /** 'leaf1 › swp1', or the data source in numbers where it is no interface. */
  sourceText(source: number): string {
    const agent = this.at(this.paths.agentOfSource(source));
    if (!agent) return '';
    const dataSource = this.paths.dataSourceOfSource(source);
    const host = agent.shownName || agent.address;
    const index = dataSource & 0xff_ffff;
    if (dataSource >>> 24 !== 0) return `${host} › ${dataSource >>> 24}.${index}`;
    return index === 0 ? `${host} › whole device` : `${host} › ${agent.interfaceName(index)}`;
  }

  /** The data sources of an agent that sent flow samples, and how well their numbers fit. */
  #sourcesOf(agent: Agent): DataSourceStatus[] {
    const ids = new Set(this.pathsOf(agent).map((path) => this.paths.sourceOf(path)));
    return [...ids].slice(0, MOST_SOURCES_SHOWN).map((source) => {
      const dataSource = this.paths.dataSourceOfSource(source);
      return {
        dataSourceClass: dataSource >>> 24,
        dataSourceIndex: dataSource & 0xff_ffff,
        name: this.sourceText(source),
        ...this.health.of(source),
      };
    });
  }

  /** The agent began anew: the numbers of its data sources have no past. */
  restarted(agent: Agent): void {
    for (const path of this.pathsOf(agent)) this.health.restart(this.paths.sourceOf(path));
  }

  status(datagramsPerSecond: (agent: Agent) => number): AgentStatus[] {
    return this.agents.map((agent) => ({
      agent: agent.address,
      name: agent.shownName,
      nameSource: agent.nameAndSource().source,
      senders: [...agent.senders],
      streams: [...agent.streams.values()].map((stream) => ({
        subAgentId: stream.subAgentId,
        datagrams: stream.datagrams,
        octets: stream.octets,
        lost: stream.sequence.lost,
        reordered: stream.sequence.reordered,
        duplicates: stream.sequence.duplicates,
        restarts: stream.sequence.restarts,
        interleaved: stream.sequence.streams,
        flowSamples: stream.flowSamples,
        counterSamples: stream.counterSamples,
        discardSamples: stream.discardSamples,
        uptimeMs: stream.uptimeMs,
        firstSeenMs: stream.firstSeenMs,
        lastSeenMs: stream.lastSeenMs,
      })),
      interfaces: agent.interfaces.size,
      dataSources: agent.dataSources.size,
      sources: this.#sourcesOf(agent),
      samplingRate: { least: agent.samplingRateLeast, most: agent.samplingRateMost },
      malformed: talliesOf(agent.malformed),
      unknown: talliesOf(agent.unknown),
      firstSeenMs: agent.firstSeenMs,
      lastSeenMs: agent.lastSeenMs,
      datagramsPerSecond: datagramsPerSecond(agent),
    }));
  }
}
