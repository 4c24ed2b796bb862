/**
 * An agent as it was heard: its streams, data sources and interfaces, each with a cap, and what they are called. Names
 * are asked for when they are shown, as they may come from elsewhere than from samples.
 */
import type { InterfaceName, NameSource } from '../../shared/model/interface-name.ts';
import { SequenceTracker } from './sequence.ts';
import { addTally } from './tally.ts';

/** An agent that was heard for this long is known. */
const KNOWN_AFTER_MS = 300_000;
const MAX_STREAMS_PER_AGENT = 256;
const MAX_INTERFACES_PER_AGENT = 16_384;
const MAX_SOURCES_PER_AGENT = 20_480;
const MAX_SENDERS = 8;

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
