/**
 * Counter samples to what is known of agents, interfaces, hosts and virtual nodes: names, speeds and states, and the
 * series from which every rate is made. What a network can name here is capped: an agent that was heard for a while
 * takes the place of one that was not, never the other way about, and what found no room is counted.
 */
import type { Agent, Stream } from '../samples/agent.ts';
import { addTally } from '../samples/tally.ts';
import type { CounterSample, Datagram } from '../sflow/sample.ts';
import { CounterSeries } from './counter-series.ts';
import { DataSource, INTERFACE, PHYSICAL_ENTITY, sourceKey } from './data-source.ts';
import { fieldText } from './field-text.ts';
import { planOf } from './metric-table.ts';
import { virtualCpu, virtualDescription } from './table/host.ts';
import { ifCountersPlan, portNamePlan } from './table/interface.ts';
import type { Told } from './told.ts';

const IF_COUNTERS_OCTETS = 88;
const HOST_DESCR = 2000;
const HOST_ADAPTERS = 2001;
const HOST_PARENT = 2002;
/** virt_cpu to virt_net_io: what only virtual nodes tell. */
const FIRST_VIRTUAL = 2101;
const LAST_VIRTUAL = 2104;
const MOST_ADAPTERS = 64;

/** libvirt's states in which a node has ended: shut down, shut off, crashed. */
const ENDED = new Set([4, 5, 6]);

const MOST_SOURCES = 131_072;
const MOST_SOURCES_PER_AGENT = 20_480;
/** An agent that has been heard for this long is known, and is not displaced by new ones. */
export const KNOWN_AFTER_MS = 300_000;
/** Intervals of records that are not of interfaces are kept this long, where anything is ever forgotten. */
const HISTORY_MS = 660_000;
/** Numbers in all intervals together; past this the oldest go first. 8 octets each. */
export const MOST_NUMBERS = 16_000_000;
/** Until an agent has shown how often it sends counters. */
const USUAL_INTERVAL_MS = 60_000;
/** A virtual node that ended is shown as gone for this long. */
const GONE_SHOWN_MS = 300_000;
const SWEEP_MS = 10_000;

/** What is known of one agent. */
export class AgentCounters {
  readonly agent: Agent;
  readonly sources = new Map<number, DataSource>();
  /** Series of if_counters by the ifIndex that the record names. */
  readonly ports = new Map<number, CounterSeries>();
  /** How often it sends counters, by the data source heard last. */
  usualMs = USUAL_INTERVAL_MS;

  constructor(agent: Agent) {
    this.agent = agent;
  }

  /** The host itself: the data source that describes the agent, or null. */
  get host(): DataSource | null {
    return this.#host;
  }
  #host: DataSource | null = null;

  noteHost(source: DataSource): void {
    this.#host ??= source;
  }

  #description = '';
  /** Takes how the host describes itself; whether it is another description. */
  describes(texts: readonly string[]): boolean {
    const before = this.#description;
    this.#description = texts.join('\n');
    return this.#description !== before;
  }

  forgetSource(source: DataSource): void {
    this.sources.delete(source.key);
    if (this.#host === source) {
      this.#host = null;
      this.#description = '';
    }
    for (const series of source.series)
      for (const [ifIndex, known] of this.ports) if (known === series) this.ports.delete(ifIndex);
  }
}

export class Counters {
  readonly agents = new Map<Agent, AgentCounters>();
  /** What found no room, by what it was. */
  readonly refused = new Map<string, number>();
  readonly #keepMs: number;
  readonly #told: Told | null;
  #sources = 0;
  #sweptMs = Number.NEGATIVE_INFINITY;
  /** Shortens what is kept where there is too much of it: 1 as a rule. */
  #share = 1;

  /** `keepMs`: how long the intervals of interfaces are kept; for ever where nothing is said. `told`: who follows. */
  constructor(keepMs = Number.POSITIVE_INFINITY, told: Told | null = null) {
    this.#keepMs = keepMs;
    this.#told = told;
  }

  /** Numbers in all intervals together. */
  get numbers(): number {
    let numbers = 0;
    for (const { sources } of this.agents.values())
      for (const { series } of sources.values()) for (const { rows } of series) numbers += rows.length;
    return numbers;
  }

  /** Forgets intervals that ended before a time. */
  forget(beforeMs: number): void {
    for (const { sources } of this.agents.values())
      for (const { series } of sources.values()) for (const one of series) one.forget(beforeMs);
  }

  /** Data sources of which something is kept. */
  get sources(): number {
    return this.#sources;
  }

  /** The intervals of one interface, or null where no counters were heard. */
  series(agent: Agent, ifIndex: number): CounterSeries | null {
    return this.agents.get(agent)?.ports.get(ifIndex) ?? null;
  }

  /** Takes one counter sample. Returns the interface whose series grew, or null. */
  observe(
    agent: Agent,
    stream: Stream,
    datagram: Datagram,
    sample: CounterSample,
    timeMs: number,
  ): number | null {
    const source = this.#source(agent, sample.dataSourceClass, sample.dataSourceIndex, timeMs);
    if (!source) return null;
    const known = this.agents.get(agent)!;
    source.arrived(sample.sequenceNumber, timeMs);
    if (source.intervalMs > 0) known.usualMs = source.intervalMs;
    const { records } = sample;
    const { view, bytes } = datagram;
    this.#noteKind(source, datagram, sample);
    let grew: number | null = null;
    for (let i = 0; i < records.count; i++) {
      const plan = planOf(records.tag[i]!, source.virtual);
      if (!plan) continue;
      const start = records.start[i]!;
      const end = records.end[i]!;
      if (plan === ifCountersPlan && end - start < IF_COUNTERS_OCTETS) continue;
      let series = source.find(plan);
      if (!series) {
        series = new CounterSeries(plan);
        source.series.push(series);
      } else if (series.updatedMs === timeMs && repeated(records.tag, i)) continue;
      const { sequenceNumber } = sample;
      const { uptimeMs } = datagram;
      const { subAgentId } = stream;
      const more = series.observe(bytes, view, start, end, sequenceNumber, uptimeMs, timeMs, subAgentId);
      if (plan === ifCountersPlan) {
        const ifIndex = this.#notePort(
          known,
          source,
          series,
          view.getUint32(start),
          view.getUint32(start + 20),
        );
        if (more) grew = ifIndex;
      } else if (plan === virtualCpu) source.ended = ENDED.has(series.value(0));
    }
    this.#noteNames(known, source, sample);
    this.#told?.source(source);
    return grew;
  }

  /** What the sample says of the source itself, before its records are read. */
  #noteKind(source: DataSource, { bytes, view }: Datagram, { records }: CounterSample): void {
    source.ended = false;
    for (let i = 0; i < records.count; i++) {
      const tag = records.tag[i]!;
      const start = records.start[i]!;
      const end = records.end[i]!;
      if (tag === HOST_PARENT && end - start >= 8) {
        source.parent = sourceKey(view.getUint32(start), view.getUint32(start + 4));
        source.virtual = true;
      } else if (tag >= FIRST_VIRTUAL && tag <= LAST_VIRTUAL) source.virtual = true;
      else if (tag === HOST_ADAPTERS) source.macs = adapters(bytes, view, start, end);
    }
  }

  /** Speed and state of a port; the ifIndex of its record. */
  #notePort(
    known: AgentCounters,
    source: DataSource,
    series: CounterSeries,
    ifIndex: number,
    status: number,
  ): number | null {
    const port = known.agent.interface(ifIndex);
    if (!port) return null;
    const isOwn = source.sourceClass === INTERFACE && source.index === ifIndex;
    if (!isOwn && port.speed !== series.speed) this.#told?.named(known.agent, String(ifIndex));
    port.speed = series.speed;
    port.adminUp = (status & 1) === 1;
    port.operUp = (status & 2) === 2;
    if (isOwn || !known.ports.has(ifIndex)) known.ports.set(ifIndex, series);
    return known.ports.get(ifIndex) === series ? ifIndex : null;
  }

  /** Names that agents and ports are shown by; a virtual node with another UUID is another one. */
  #noteNames(known: AgentCounters, source: DataSource, { records }: CounterSample): void {
    const { agent } = known;
    if (source.sourceClass === INTERFACE && records.find(portNamePlan.tag) >= 0) {
      const name = source.find(portNamePlan)?.text(0) ?? '';
      const counters = source.find(ifCountersPlan);
      const told = counters ? counters.latest[ifCountersPlan.columns.indexOf('ifIndex')]! : Number.NaN;
      const port = agent.interface(told > 0 ? told : source.index);
      if (port && name !== '') port.name = name;
    }
    if (records.find(HOST_DESCR) < 0) return;
    if (source.sourceClass === PHYSICAL_ENTITY && !source.virtual) {
      known.noteHost(source);
      const described = source.find(planOf(HOST_DESCR, false)!);
      agent.name = described?.text(0) || agent.name;
      // What is said of the host is said of all its data sources.
      if (described && known.describes(described.texts)) this.#told?.agent(agent);
    } else if (source.virtual) this.#noteIdentity(source);
  }

  #noteIdentity(source: DataSource): void {
    const uuid = source.find(virtualDescription)?.text(1) ?? '';
    if (source.identity !== '' && uuid !== source.identity) source.begin();
    source.identity = uuid;
  }

  #source(agent: Agent, sourceClass: number, index: number, timeMs: number): DataSource | null {
    let known = this.agents.get(agent);
    if (!known) {
      known = new AgentCounters(agent);
      this.agents.set(agent, known);
    }
    const key = sourceKey(sourceClass, index);
    const source = known.sources.get(key);
    if (source) return source;
    if (known.sources.size >= MOST_SOURCES_PER_AGENT) {
      addTally(agent.malformed, 'data sources beyond the table', 1);
      return null;
    }
    if (this.#sources >= MOST_SOURCES && !this.#makeRoom(agent, timeMs)) {
      addTally(this.refused, 'data sources beyond the table', 1);
      return null;
    }
    const made = new DataSource(agent, sourceClass, index, timeMs);
    known.sources.set(key, made);
    this.#sources++;
    return made;
  }

  /** Room for a known agent: the agent that was heard for the shortest time gives up all it has. */
  #makeRoom(agent: Agent, timeMs: number): boolean {
    if (timeMs - agent.firstSeenMs < KNOWN_AFTER_MS) return false;
    let least: AgentCounters | null = null;
    for (const one of this.agents.values()) {
      const { firstSeenMs, lastSeenMs } = one.agent;
      if (lastSeenMs - firstSeenMs >= KNOWN_AFTER_MS || one.sources.size === 0) continue;
      if (!least || lastSeenMs < least.agent.lastSeenMs) least = one;
    }
    if (!least) return false;
    this.forgetAgent(least.agent);
    return true;
  }

  /** Forgets all that was told by an agent. */
  forgetAgent(agent: Agent): void {
    const known = this.agents.get(agent);
    if (!known) return;
    if (this.#told) {
      for (const source of known.sources.values()) this.#told.source(source);
      this.#told.agent(agent);
    }
    this.#sources -= known.sources.size;
    this.agents.delete(agent);
  }

  /** Adds an interval that was stored before; in the order of time. */
  restore(
    agent: Agent,
    ifIndex: number,
    interval: { fromMs: number; toMs: number; seconds: number; growth: Float64Array },
  ): void {
    const source = this.#source(agent, INTERFACE, ifIndex, interval.toMs);
    if (!source) return;
    let series = source.find(ifCountersPlan);
    if (!series) {
      series = new CounterSeries(ifCountersPlan);
      source.series.push(series);
      this.agents.get(agent)!.ports.set(ifIndex, series);
    }
    series.add(interval.fromMs, interval.toMs, interval.seconds, interval.growth);
  }

  /** The agent began anew: every series of it starts from a new baseline. */
  restarted(agent: Agent): void {
    for (const source of this.agents.get(agent)?.sources.values() ?? []) source.restart();
  }

  /** Forgets what is too old, and data sources that are gone; every second is soon enough. */
  tick(nowMs: number): void {
    if (nowMs - this.#sweptMs < SWEEP_MS) return;
    this.#sweptMs = nowMs;
    let numbers = 0;
    for (const known of this.agents.values()) {
      for (const source of known.sources.values()) {
        for (const series of source.series) {
          const keepMs =
            series.plan === ifCountersPlan || !Number.isFinite(this.#keepMs) ? this.#keepMs : HISTORY_MS;
          series.forget(nowMs - keepMs * this.#share);
          numbers += series.rows.length;
        }
        const silentMs = nowMs - source.lastSeenMs;
        if (source.isThere(nowMs, known.usualMs) || silentMs < GONE_SHOWN_MS) continue;
        if (!source.virtual && source.series.some((series) => series.length > 0)) continue;
        if (known.host === source) this.#told?.agent(known.agent);
        known.forgetSource(source);
        this.#sources--;
      }
    }
    this.#share = Math.min(1, Math.max(0.02, (this.#share * MOST_NUMBERS * 0.9) / Math.max(1, numbers)));
  }
}

/** Whether a record of the same tag stands before the one at `index`. */
function repeated(tags: Uint32Array, index: number): boolean {
  for (let i = 0; i < index; i++) if (tags[i] === tags[index]) return true;
  return false;
}

/** MAC addresses of host_adapters: a list of {ifIndex, list of MACs of 8 octets each}. */
function adapters(bytes: Uint8Array, view: DataView, start: number, end: number): readonly string[] {
  const macs: string[] = [];
  if (end - start < 4) return macs;
  let left = view.getUint32(start);
  let at = start + 4;
  while (left-- > 0 && at + 8 <= end && macs.length < MOST_ADAPTERS) {
    const count = view.getUint32(at + 4);
    at += 8;
    for (let i = 0; i < count && at + 8 <= end && macs.length < MOST_ADAPTERS; i++, at += 8)
      macs.push(fieldText(bytes, view, at, end, { name: '', type: 'mac', length: 6, unit: '' }));
  }
  return macs;
}
