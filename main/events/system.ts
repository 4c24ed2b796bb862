/**
 * What Weir tells of by itself: agents that appear, fall silent, begin anew, change their sampling rate or lose
 * datagrams, and a disk that takes nothing more. It looks at the network about once a second; nothing is on the hot
 * path. What a flood of made-up agents could raise is bounded.
 */
import { formatCount, formatPercent } from '../../shared/format/rates.ts';
import { formatDuration } from '../../shared/format/time.ts';
import type { Severity, SystemEventName } from '../../shared/model/event.ts';
import type { Agent } from '../samples/agent.ts';
import type { Network } from '../samples/network.ts';
import type { EventDraft, Events } from './events.ts';

/** Silence before an agent is lost: thrice its longest pause, within these. */
const LEAST_SILENCE_MS = 60_000;
const MOST_SILENCE_MS = 900_000;
const MINUTE_MS = 60_000;
/** So many agents are remembered to have been told of. */
const MOST_TOLD_OF = 10_000;
/** New agents that are told of within ten minutes. */
const MOST_SEEN = 50;
const SEEN_WINDOW_MS = 600_000;
const LOSS_RAISES = 0.01;
const LEAST_LOST = 5;
const LOSS_CLEARS = 0.001;
const RATE_DIFFERS = 0.05;
const LEAST_RATE_SAMPLES = 10;
const FLAP_MS = 600_000;

type Watched = {
  lastSeenMs: number;
  longestPauseMs: number;
  datagrams: number;
  lost: number;
  /** Largest share of a minute, in per cent, while it loses. */
  worstLoss: number;
};
/** Stated rate of a data source: the one that holds, and the one of the last minute. */
type StatedRate = { settled: number; last: number };

export type SystemEventsOptions = {
  network: () => Network;
  events: Events;
  /** Why nothing is stored or recorded now; ''. */
  problem: () => string;
  /** Agents that are first heard so soon after the beginning were there before it: in a capture, nobody is new. */
  beginningMs?: number;
};

export class SystemEvents {
  readonly #options: SystemEventsOptions;
  #agents = new Map<Agent, Watched>();
  #rates = new Map<number, StatedRate>();
  #snapshot: Float64Array | null = null;
  #beganMs: number | null = null;
  /** Addresses of agents that were told of as new, also before Weir was started. */
  readonly #toldOf = new Set<string>();
  #nextMinuteMs = 0;
  #seen: number[] = [];

  constructor(options: SystemEventsOptions) {
    this.#options = options;
  }

  /** Forgets what was heard, as when a capture is played from its beginning. */
  restart(): void {
    this.#agents = new Map();
    this.#rates = new Map();
    this.#snapshot = null;
    this.#beganMs = null;
    this.#toldOf.clear();
    this.#nextMinuteMs = 0;
    this.#seen = [];
  }

  /** Whoever was told of as new in an earlier run is new no more. */
  async recall(): Promise<void> {
    const { events } = await this.#options.events.list({
      ...{ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, standing: null, acknowledged: null, bins: 1, offset: 0 },
      ...{ severities: [], kinds: ['system'], names: ['agent-seen'], agents: [], text: '' },
      limit: MOST_TOLD_OF,
    });
    for (const { agent } of events) this.#toldOf.add(agent);
  }

  restarted(agent: Agent, nowMs: number): void {
    if (!agent.isKnown) return;
    this.#once('agent-restarted', 'info', agent, `${nameOf(agent)} began anew: its uptime went back.`, nowMs);
  }

  /** About once a second of the workspace's time. */
  tick(nowMs: number): void {
    const network = this.#options.network();
    const isBeginning = this.#beganMs === null;
    this.#beganMs ??= nowMs;
    for (const agent of network.agents) this.#presence(agent, nowMs, isBeginning);
    this.#storage(nowMs);
    if (this.#nextMinuteMs === 0) this.#nextMinuteMs = nowMs + MINUTE_MS;
    if (nowMs < this.#nextMinuteMs) return;
    this.#nextMinuteMs = nowMs + MINUTE_MS;
    for (const [agent, watched] of this.#agents) {
      // Another one has its place.
      if (network.find(agent.address) !== agent) this.#forget(agent, network, nowMs);
      else this.#losses(agent, watched, nowMs);
    }
    this.#samplingRates(network, nowMs);
  }

  #presence(agent: Agent, nowMs: number, isBeginning: boolean): void {
    const { events } = this.#options;
    const known = this.#agents.get(agent);
    if (!known) {
      // What sent once and never again is nobody.
      if (!isBeginning && !agent.isKnown) return;
      const { datagrams, lost } = countsOf(agent);
      this.#agents.set(agent, {
        lastSeenMs: agent.lastSeenMs,
        longestPauseMs: 0,
        datagrams,
        lost,
        worstLoss: 0,
      });
      if (!isBeginning) this.#appeared(agent, nowMs);
      return;
    }
    if (agent.lastSeenMs !== known.lastSeenMs) {
      const lost = events.standingAt(placeOf('agent-lost', agent));
      if (lost !== null) events.clear(lost, nowMs);
      else known.longestPauseMs = Math.max(known.longestPauseMs * 0.999, agent.lastSeenMs - known.lastSeenMs);
      known.lastSeenMs = agent.lastSeenMs;
      return;
    }
    const silentMs = nowMs - agent.lastSeenMs;
    const mayMs = Math.min(MOST_SILENCE_MS, Math.max(LEAST_SILENCE_MS, 3 * known.longestPauseMs));
    if (silentMs < mayMs || !agent.isKnown || events.standingAt(placeOf('agent-lost', agent)) !== null)
      return;
    events.raise(
      {
        ...draftOf('agent-lost', 'warning', agent, nowMs, agent.lastSeenMs),
        title: `${nameOf(agent)} has sent nothing for ${formatDuration(Math.floor(silentMs / 1000) * 1000)}.`,
      },
      FLAP_MS,
    );
  }

  /** Nothing will come of an agent that nothing is known of any more. */
  #forget(agent: Agent, network: Network, nowMs: number): void {
    this.#agents.delete(agent);
    if (network.find(agent.address) !== null) return;
    for (const name of ['agent-lost', 'datagrams-lost'] as const) {
      const standing = this.#options.events.standingAt(placeOf(name, agent));
      if (standing !== null) this.#options.events.clear(standing, nowMs);
    }
  }

  #appeared(agent: Agent, nowMs: number): void {
    const { beginningMs = 0 } = this.#options;
    if (agent.firstSeenMs < this.#beganMs! + beginningMs || this.#toldOf.has(agent.address)) return;
    this.#seen = this.#seen.filter((timeMs) => nowMs - timeMs < SEEN_WINDOW_MS);
    if (this.#seen.length >= MOST_SEEN) return;
    this.#seen.push(nowMs);
    const more =
      this.#seen.length === MOST_SEEN ? ' Further new agents of the next minutes are not told of.' : '';
    if (this.#toldOf.size < MOST_TOLD_OF) this.#toldOf.add(agent.address);
    const title = `${nameOf(agent)} sends sFlow: it is a new agent.${more}`;
    this.#once('agent-seen', 'info', agent, title, agent.firstSeenMs);
  }

  #losses(agent: Agent, watched: Watched, nowMs: number): void {
    const { events } = this.#options;
    const { datagrams, lost } = countsOf(agent);
    const came = datagrams - watched.datagrams;
    const gone = lost - watched.lost;
    Object.assign(watched, { datagrams, lost });
    const share = gone > 0 ? gone / (came + gone) : 0;
    const standing = events.standingAt(placeOf('datagrams-lost', agent));
    if (standing !== null && share < LOSS_CLEARS) events.clear(standing, nowMs);
    else if (standing !== null) {
      watched.worstLoss = Math.max(watched.worstLoss, share * 100);
      events.update(standing, { timeMs: nowMs, value: share * 100, peak: watched.worstLoss });
    } else if (share >= LOSS_RAISES && gone >= LEAST_LOST) {
      watched.worstLoss = share * 100;
      events.raise(
        {
          ...draftOf('datagrams-lost', 'warning', agent, nowMs, nowMs - MINUTE_MS),
          title: `Of ${nameOf(agent)}, ${formatCount(gone)} of ${formatCount(came + gone)} datagrams did not arrive within a minute (${formatPercent(share)}).`,
          ...{ unit: '%', level: LOSS_RAISES * 100, value: share * 100 },
        },
        FLAP_MS,
      );
    }
  }

  /** A rate is another one once two minutes agree on it: the minute of the change holds samples of both. */
  #samplingRates(network: Network, nowMs: number): void {
    const { paths, health } = network;
    const since = this.#snapshot;
    this.#snapshot = health.snapshot();
    if (!since) return;
    for (const agent of this.#agents.keys()) {
      const sources = new Set(network.pathsOf(agent).map((path) => paths.sourceOf(path)));
      for (const source of sources) {
        const { samples, statedRate } = health.of(source, since);
        if (samples < LEAST_RATE_SAMPLES || statedRate <= 0) continue;
        const known = this.#rates.get(source);
        if (!known) {
          this.#rates.set(source, { settled: statedRate, last: statedRate });
          continue;
        }
        const isSteady = Math.abs(statedRate / known.last - 1) < 0.01;
        known.last = statedRate;
        if (!isSteady || Math.abs(statedRate / known.settled - 1) < RATE_DIFFERS) continue;
        const [from, to] = [known.settled, statedRate].map((rate) => formatCount(Math.round(rate)));
        known.settled = statedRate;
        const word = paths.dataSourceOfSource(source);
        const dataSource = word >>> 24 === 0 ? String(word) : `${word >>> 24}.${word & 0xff_ffff}`;
        const interfaceName = word >>> 24 === 0 ? agent.interfaceName(word) : '';
        const where = interfaceName ? `${nameOf(agent)} ${interfaceName}` : `${nameOf(agent)} ${dataSource}`;
        this.#options.events.once({
          ...draftOf('sampling-rate-changed', 'info', agent, nowMs),
          ...{ dataSource, interfaceName, value: statedRate },
          title: `${where} samples 1 in ${to} now, and 1 in ${from} before.`,
        });
      }
    }
  }

  #storage(nowMs: number): void {
    const { events, problem } = this.#options;
    const words = problem();
    const place = { kind: 'system', name: 'disk-full', agent: '', dataSource: '', flowKey: '' } as const;
    const standing = events.standingAt(place);
    if (words === '') {
      if (standing !== null) events.clear(standing, nowMs);
      return;
    }
    if (standing !== null) return;
    events.raise({ ...draftOf('disk-full', 'critical', null, nowMs), title: words }, FLAP_MS);
  }

  /** An action begins to fail, with the reason, or ('') works again. */
  actionFailing(action: string, problem: string, nowMs: number): void {
    const { events } = this.#options;
    const flowKey = action;
    const standing = events.standingAt({
      ...{ kind: 'system', name: 'action-failing', agent: '', dataSource: '', flowKey },
    });
    if (problem === '') {
      if (standing !== null) events.clear(standing, nowMs);
      return;
    }
    if (standing !== null) return;
    const title = `The action “${action}” fails: ${problem}`;
    events.raise({ ...draftOf('action-failing', 'warning', null, nowMs), flowKey, title }, FLAP_MS);
  }

  #once(name: SystemEventName, severity: Severity, agent: Agent, title: string, nowMs: number): void {
    this.#options.events.once({ ...draftOf(name, severity, agent, nowMs), title });
  }
}

const nameOf = (agent: Agent): string => agent.name || agent.address;

const placeOf = (name: SystemEventName, agent: Agent) =>
  ({ kind: 'system', name, agent: agent.address, dataSource: '', flowKey: '' }) as const;

function countsOf(agent: Agent): { datagrams: number; lost: number } {
  let [datagrams, lost] = [0, 0];
  for (const stream of agent.streams.values()) {
    datagrams += stream.datagrams;
    lost += stream.sequence.lost;
  }
  return { datagrams, lost };
}

function draftOf(
  name: SystemEventName,
  severity: Severity,
  agent: Agent | null,
  nowMs: number,
  fromMs = nowMs,
): Omit<EventDraft, 'title'> {
  const address = agent?.address ?? '';
  return {
    ...{ kind: 'system', name, severity, agent: address, agentName: agent?.name ?? '', raisedMs: nowMs },
    ...{ dataSource: '', interfaceName: '', flowKey: '', metric: '', unit: '', level: null, value: null },
    causes: [],
    evidence: { fromMs, toMs: nowMs, agent: address, filter: '' },
  };
}
