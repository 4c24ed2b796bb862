/** Whether an agent's stream is complete, in few words; and the sums over its streams. Pure. */
import { formatCount, formatPercent } from '../../../shared/format/rates.ts';
import { formatDuration } from '../../../shared/format/time.ts';
import type { AgentStatus, StreamStatus } from '../../../shared/model/network.ts';
import { rateDifference } from './dataSource.ts';

/** What is counted of a stream, or of all streams of an agent. */
export type Counts = Omit<StreamStatus, 'subAgentId'>;

export type Health = { tone: 'ok' | 'warn' | 'crit'; words: string; about: string };

/** For sorting: the worse, the higher. */
export function severityOf({ tone }: Health): number {
  return tone === 'crit' ? 2 : tone === 'warn' ? 1 : 0;
}

const silentAfterMs = 60_000;
const lossIsCriticalFrom = 0.01;

/** All streams of an agent as one: counts add up, the uptime is that of the stream heard last. */
export function sumOfStreams(agent: AgentStatus): Counts {
  if (agent.arrivals) return ofArrivals(agent, agent.arrivals);
  const sum: Counts = {
    datagrams: 0,
    octets: 0,
    lost: 0,
    reordered: 0,
    duplicates: 0,
    restarts: 0,
    interleaved: 0,
    flowSamples: 0,
    counterSamples: 0,
    discardSamples: 0,
    uptimeMs: 0,
    firstSeenMs: agent.firstSeenMs,
    lastSeenMs: agent.lastSeenMs,
  };
  let latest = Number.NEGATIVE_INFINITY;
  for (const stream of agent.streams) {
    sum.datagrams += stream.datagrams;
    sum.octets += stream.octets;
    sum.lost += stream.lost;
    sum.reordered += stream.reordered;
    sum.duplicates += stream.duplicates;
    sum.restarts += stream.restarts;
    sum.interleaved += stream.interleaved;
    sum.flowSamples += stream.flowSamples;
    sum.counterSamples += stream.counterSamples;
    sum.discardSamples += stream.discardSamples;
    if (stream.lastSeenMs > latest) {
      latest = stream.lastSeenMs;
      sum.uptimeMs = stream.uptimeMs;
    }
  }
  return sum;
}

/** What sums tell: how much arrived and what was lost of it, and nothing else. */
function ofArrivals(agent: AgentStatus, { datagrams, lost }: { datagrams: number; lost: number }): Counts {
  const unknown = Number.NaN;
  return {
    ...{ datagrams, lost, octets: unknown, reordered: unknown, duplicates: unknown, restarts: unknown },
    ...{ interleaved: unknown, flowSamples: unknown, counterSamples: unknown, discardSamples: unknown },
    ...{ uptimeMs: unknown, firstSeenMs: agent.firstSeenMs, lastSeenMs: agent.lastSeenMs },
  };
}

/** Lost among sent, 0 to 1. */
export function lossShare({ lost, datagrams }: Pick<Counts, 'lost' | 'datagrams'>): number {
  return lost === 0 ? 0 : lost / (lost + datagrams);
}

/** The worst that is wrong with an agent. `nowMs` is null where silence means nothing, as in a capture. */
export function healthOf(agent: AgentStatus, nowMs: number | null): Health {
  const sum = sumOfStreams(agent);
  const loss = lossShare(sum);
  const malformed = agent.malformed.reduce((all, { count }) => all + count, 0);
  const silentMs = nowMs === null ? 0 : nowMs - agent.lastSeenMs;
  if (silentMs >= silentAfterMs) {
    const span = formatDuration(Math.floor(silentMs / 1_000) * 1_000);
    return {
      tone: 'crit',
      words: `Silent for ${span}`,
      about: 'No datagram in this time. See if the agent and the way to it are up.',
    };
  }
  if (sum.flowSamples === 0 && sum.counterSamples > 0 && agent.interfaces === 0 && sum.lost === 0) {
    return {
      tone: 'ok',
      words: 'Host counters',
      about: 'It tells of a host and of what runs on it. It has no ports, so there is nothing to sample.',
    };
  }
  if (sum.flowSamples === 0 && sum.counterSamples > 0) {
    return {
      tone: 'warn',
      words: 'Counters only',
      about: 'Counters arrive, flow samples do not. Sampling is off on all its ports.',
    };
  }
  if (sum.lost > 0) {
    return {
      tone: loss >= lossIsCriticalFrom ? 'crit' : 'warn',
      words: `Loss ${formatPercent(loss)}`,
      about: `${formatCount(sum.lost)} datagrams are missing by sequence number. Estimates are that much too low.`,
    };
  }
  if (agent.arrivals)
    return {
      tone: 'ok',
      words: 'Nothing lost',
      about: 'Of this moment only sums are kept: how many datagrams arrived, and that none was missing.',
    };
  const dropped = agent.sources.reduce((all, source) => all + source.dropped, 0);
  const thinned = agent.sources.filter((source) => rateDifference(source) !== null).length;
  if (thinned > 0) {
    return {
      tone: 'warn',
      words: `Rate differs on ${formatCount(thinned)}`,
      about: 'Its samples come at another rate than it states. The data sources stand in the detail.',
    };
  }
  if (dropped > 0) {
    return {
      tone: 'warn',
      words: 'Drops samples',
      about: `${formatCount(dropped)} samples were dropped by the agent itself. Sample less often on its busiest ports.`,
    };
  }
  if (malformed > 0) {
    return {
      tone: 'warn',
      words: `${formatCount(malformed)} not readable`,
      about: 'Parts of its datagrams were passed over; the reasons stand in the detail.',
    };
  }
  if (sum.counterSamples === 0 && sum.flowSamples > 0) {
    return {
      tone: 'warn',
      words: 'Samples only',
      about:
        'Flow samples arrive, counters do not. Set a polling interval to compare them and to see utilisation.',
    };
  }
  if (sum.flowSamples === 0 && sum.discardSamples === 0) {
    return {
      tone: 'warn',
      words: 'No samples',
      about: 'Its datagrams hold neither flow samples nor counters.',
    };
  }
  return {
    tone: 'ok',
    words: 'Flows and counters',
    about: 'Both arrive, nothing is missing by sequence number.',
  };
}
