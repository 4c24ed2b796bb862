/**
 * What has been heard so far: agents (`agent.ts`) and the paths that samples took through them (`paths.ts`). All is
 * capped, because agent addresses and port numbers come from whoever sends datagrams; what a cap refuses is counted.
 * An agent that was heard for a while is known, and keeps its place whatever comes; one that was not gives it up once
 * it is silent.
 */
import type { AgentStatus, DataSourceStatus, Tally } from '../../shared/model/network.ts';
import { Agent, HEARD_NAMES, type Naming } from './agent.ts';
import { MAX_PATHS, Paths } from './paths.ts';
import { SourcesHealth } from './source-health.ts';
import { addTally, talliesOf } from './tally.ts';

export const MAX_AGENTS = 4096;
/** Places of agents in paths: those that are there, and those that left and are still in rows of the last hour. */
const MAX_PLACES = 4 * MAX_AGENTS;
const PLACE_RESTS_MS = 3600_000;
/** With so many agents, a new one must be heard twice to get a place: addresses that are made up seldom come again. */
const AGENTS_AT_ONCE = MAX_AGENTS / 2;
const KNOCKS = 65_536;
/** How long an agent must be silent to lose its place to another, where it is not known, and where it is. */
const SILENT_MS = 60_000;
const KNOWN_SILENT_MS = 86_400_000;
const MAX_WAYS_PER_AGENT = 65_536;
/** Ways that agents which are not known may take; the rest is for those that are. */
const WAYS_FOR_ALL = MAX_PATHS / 2;
const MOST_SOURCES_SHOWN = 512;

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
