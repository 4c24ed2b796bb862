import { describe, expect, it } from 'vitest';
import { healthOf, lossShare, sumOfStreams } from '../../../../renderer/views/agents/agentHealth.ts';
import { sortedSources, sourceProblem, sourceTitle } from '../../../../renderer/views/agents/dataSource.ts';
import type { AgentStatus, StreamStatus } from '../../../../shared/model/network.ts';

const stream: StreamStatus = {
  subAgentId: 0,
  datagrams: 1_000,
  octets: 1_200_000,
  lost: 0,
  reordered: 0,
  duplicates: 0,
  restarts: 0,
  interleaved: 1,
  flowSamples: 5_000,
  counterSamples: 200,
  discardSamples: 0,
  uptimeMs: 60_000,
  firstSeenMs: 1_000,
  lastSeenMs: 100_000,
};
const agent = (changes: Partial<StreamStatus> = {}, more: Partial<AgentStatus> = {}): AgentStatus => ({
  agent: '10.0.0.1',
  name: 'leaf1',
  nameSource: 'agent',
  senders: ['10.0.0.1'],
  streams: [{ ...stream, ...changes }],
  interfaces: 52,
  dataSources: 6,
  sources: [],
  samplingRate: { least: 20_000, most: 20_000 },
  malformed: [],
  unknown: [],
  firstSeenMs: 1_000,
  lastSeenMs: 100_000,
  datagramsPerSecond: 5,
  ...more,
});
const words = (status: AgentStatus, nowMs: number | null = 100_500) => {
  const { tone, words: said } = healthOf(status, nowMs);
  return `${tone} ${said.replace(/\u2009/g, ' ')}`;
};

describe('the health of an agent', () => {
  it('says the worst that is wrong', () => {
    expect(words(agent())).toBe('ok Flows and counters');
    expect(words(agent(), 225_900)).toBe('crit Silent for 2 min 5 s');
    expect(words(agent({ flowSamples: 0 }))).toBe('warn Counters only');
    expect(words(agent({ lost: 4 }))).toBe('warn Loss 0.4 %');
    expect(words(agent({ lost: 100 }))).toBe('crit Loss 9.1 %');
    expect(words(agent({}, { malformed: [{ name: 'cut', count: 3 }] }))).toBe('warn 3 not readable');
    expect(words(agent({ counterSamples: 0 }))).toBe('warn Samples only');
    expect(words(agent({ counterSamples: 0, flowSamples: 0 }))).toBe('warn No samples');
  });

  it('tells an agent that samples otherwise than it says, or drops samples', () => {
    const source = {
      dataSourceClass: 0,
      dataSourceIndex: 52,
      name: 'leaf1 › swp50',
      samples: 10_000,
      lost: 0,
      dropped: 0,
      statedRate: 20_000,
      effectiveRate: 20_100,
    };
    expect(words(agent({}, { sources: [source] }))).toBe('ok Flows and counters');
    expect(words(agent({}, { sources: [{ ...source, effectiveRate: 40_000 }] }))).toBe(
      'warn Rate differs on 1',
    );
    // Ten samples can come by chance at half the rate.
    expect(words(agent({}, { sources: [{ ...source, samples: 10, effectiveRate: 30_000 }] }))).toBe(
      'ok Flows and counters',
    );
    expect(words(agent({}, { sources: [{ ...source, dropped: 7 }] }))).toBe('warn Drops samples');
    expect(sourceTitle(source)).toBe('swp50');
    const quiet = { ...source, samples: 1, effectiveRate: 0 };
    const bad = { ...source, samples: 5, lost: 5, effectiveRate: 0 };
    expect(sortedSources([quiet, source, bad])).toEqual([bad, source, quiet]);
    expect(sourceProblem(bad).replace(/\u2009/g, ' ')).toBe('5 samples (50 %) did not come.');
  });

  it('does not call a capture silent', () => {
    expect(words(agent(), null)).toBe('ok Flows and counters');
  });

  it('adds its streams up and takes the uptime of the one heard last', () => {
    const two = agent();
    two.streams.push({ ...stream, subAgentId: 1, lost: 10, uptimeMs: 5_000, lastSeenMs: 200_000 });
    expect(sumOfStreams(two)).toMatchObject({ datagrams: 2_000, lost: 10, interleaved: 2, uptimeMs: 5_000 });
    expect(lossShare(sumOfStreams(two))).toBeCloseTo(10 / 2_010);
    expect(lossShare({ lost: 0, datagrams: 0 })).toBe(0);
  });
});
