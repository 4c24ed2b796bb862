/**
 * Agent health: the checks of every agent, continuously. What passes on the hot path is noted (`notes.ts`), figures are
 * those of the last five to ten minutes (`window.ts`), and words are made when somebody asks (`checks.ts`).
 */
import type { AgentHealth, HealthCheck, HealthState } from '../../../shared/model/health.ts';
import type { InterfaceStatus } from '../../../shared/model/network.ts';
import type { Agent } from '../../samples/agent.ts';
import type { Network } from '../../samples/network.ts';
import type { Sample } from '../../samples/sample.ts';
import type { CounterSample } from '../../sflow/sample.ts';
import type { Counters } from '../counters.ts';
import type { DataSource } from '../data-source.ts';
import * as checks from './checks.ts';
import { AgentNotes } from './notes.ts';
import { Window } from './window.ts';

/** Checks of one kind about single data sources that are listed of an agent. */
const MOST_LISTED = 100;
/** What each kind of trouble takes off the score, once. */
const TAKEN_OFF: Record<HealthState, number> = { crit: 40, warn: 15, ok: 0, waiting: 0, absent: 5 };
const BY_SEVERITY: readonly HealthState[] = ['crit', 'warn', 'absent', 'ok', 'waiting'];

export type HealthOptions = {
  network: () => Network;
  counters: () => Counters;
  /** Whether figures are those of the last minutes (live), or of all that was heard (a capture). */
  rolls: boolean;
};

export class Health {
  readonly #options: HealthOptions;
  #notes = new Map<Agent, AgentNotes>();
  #window = new Window();
  /** The agent of the last sample: samples of one come together. */
  #last: AgentNotes | null = null;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  /** Forgets all that was heard. */
  restart(): void {
    this.#notes = new Map();
    this.#window = new Window();
    this.#last = null;
  }

  flow(sample: Sample): void {
    this.#notesOf(sample.agent!).flow(sample);
  }

  discarded(sample: Sample): void {
    this.#notesOf(sample.agent!).drops = true;
  }

  counters(agent: Agent, sample: CounterSample): void {
    this.#notesOf(agent).counters(sample);
  }

  restarted(agent: Agent): void {
    this.#window.restarted(agent);
  }

  tick(nowMs: number): void {
    const { network, rolls } = this.#options;
    this.#window.tick(network(), this.#sources(), nowMs, rolls);
    // Agents whose place was taken.
    if (this.#notes.size > network().agents.length + 64)
      for (const agent of this.#notes.keys())
        if (network().find(agent.address) !== agent) this.#notes.delete(agent);
  }

  /** The health of every agent. `interfaces`: of the last minutes, with their agreement. */
  report(interfaces: readonly InterfaceStatus[], nowMs: number): AgentHealth[] {
    const ofAgent = new Map<string, InterfaceStatus[]>();
    for (const port of interfaces) {
      const list = ofAgent.get(port.agent);
      if (list) list.push(port);
      else ofAgent.set(port.agent, [port]);
    }
    return this.#options.network().agents.map((agent) => {
      const found = this.#checksOf(agent, ofAgent.get(agent.address) ?? [], nowMs);
      return { agent: agent.address, checks: found, ...verdict(found) };
    });
  }

  #checksOf(agent: Agent, ports: readonly InterfaceStatus[], nowMs: number): HealthCheck[] {
    const { rolls, network, counters } = this.#options;
    const notes = this.#notesOf(agent);
    const window = this.#window;
    const streams = [...agent.streams.values()];
    const { paths, health } = network();
    const dense = new Set(
      network()
        .pathsOf(agent)
        .map((path) => paths.sourceOf(path)),
    );
    const flows = [...dense].map((source) => ({
      name: dataSourceName(paths.dataSourceOfSource(source)),
      health: health.of(source, window.sources),
    }));
    const polled = [...(counters().agents.get(agent)?.sources.values() ?? [])].map((source) => ({
      name: source.name,
      intervalMs: source.intervalMs,
      counts: window.counters(source),
    }));
    return [
      checks.presence(agent.lastSeenMs, rolls ? nowMs : null),
      checks.datagrams(streams.map((stream) => window.stream(stream))),
      checks.flowSamples(flows),
      ...checks.samplingRates(flows).slice(0, MOST_LISTED),
      checks.randomness(flows),
      checks.counterSamples(polled),
      ...checks.againstCounters('octets', ports).slice(0, MOST_LISTED),
      ...checks.againstCounters('frames', ports).slice(0, MOST_LISTED),
      checks.frameLengths(notes),
      checks.clock(streams.flatMap((stream) => window.clock(stream) ?? [])),
      checks.portInformation(notes),
      checks.features(notes),
    ];
  }

  #notesOf(agent: Agent): AgentNotes {
    if (this.#last?.agent === agent) return this.#last;
    let notes = this.#notes.get(agent);
    if (!notes) {
      notes = new AgentNotes(agent);
      this.#notes.set(agent, notes);
    }
    this.#last = notes;
    return notes;
  }

  *#sources(): Generator<DataSource> {
    for (const known of this.#options.counters().agents.values()) yield* known.sources.values();
  }
}

const dataSourceName = (word: number): string =>
  word >>> 24 === 0 ? String(word) : `${word >>> 24}.${word & 0xff_ffff}`;

/** Score and worst state: each kind of trouble counts once, however many ports have it. */
function verdict(found: readonly HealthCheck[]): { score: number | null; state: HealthState } {
  const worst = new Map<string, HealthState>();
  for (const { id, state } of found) {
    const known = worst.get(id);
    if (!known || BY_SEVERITY.indexOf(state) < BY_SEVERITY.indexOf(known)) worst.set(id, state);
  }
  const states = [...worst].filter(([id]) => id !== 'features').map(([, state]) => state);
  const told = states.filter((state) => state !== 'waiting');
  // That it sends, and in sequence, is known of every agent.
  if (told.length <= 2 && told.every((state) => state === 'ok')) return { score: null, state: 'waiting' };
  const score = Math.max(
    0,
    states.reduce((left, state) => left - TAKEN_OFF[state], 100),
  );
  return { score, state: BY_SEVERITY.find((state) => states.includes(state)) ?? 'waiting' };
}
