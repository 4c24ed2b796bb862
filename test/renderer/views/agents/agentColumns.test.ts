import { describe, expect, it } from 'vitest';
import { type AgentRow, agentColumns } from '../../../../renderer/views/agents/agentColumns.ts';

const counts = {
  datagrams: 2_929,
  octets: 3_400_000,
  lost: 12,
  reordered: 1,
  duplicates: 2,
  restarts: 3,
  interleaved: 1,
  flowSamples: 17_719,
  counterSamples: 780,
  discardSamples: 0,
  uptimeMs: 37 * 86_400_000 + 23 * 3_600_000 + 61_000,
  firstSeenMs: 0,
  lastSeenMs: Date.UTC(2015, 2, 13, 18, 55, 53),
};
const row: AgentRow = {
  counts,
  agent: {
    agent: '10.0.0.1',
    name: '',
    nameSource: 'none',
    senders: [],
    streams: [],
    interfaces: 52,
    dataSources: 6,
    sources: [],
    samplingRate: { least: 10_000, most: 20_000 },
    malformed: [],
    unknown: [],
    firstSeenMs: 0,
    lastSeenMs: 0,
    datagramsPerSecond: 4.9,
  },
};
const told = (id: string, one: AgentRow, nowMs: number | null = null) => {
  const column = agentColumns.find((candidate) => candidate.id === id)!;
  const parts = [column.share?.(one), column.figure(one, { nowMs, zone: 'utc' }), column.unit?.(one)];
  return parts
    .filter(Boolean)
    .join(' ')
    .replace(/\u2009/g, ' ');
};

describe('the columns of the agent table', () => {
  it('tell an agent', () => {
    expect(told('datagrams', row)).toBe('2 929');
    expect(told('rate', row)).toBe('4.90 /s');
    expect(told('lost', row)).toBe('0.4 % 12');
    expect(told('sampling', row)).toBe('1:10 000 – 20 000');
    expect(told('uptime', row)).toBe('37 d 23 h');
    expect(told('last', row)).toBe('18:55:53');
    expect(told('last', row, counts.lastSeenMs + 500)).toBe('now');
    expect(told('last', row, counts.lastSeenMs + 124_900)).toBe('2 min 4 s ago');
  });

  it('leave out for a stream what only its agent has', () => {
    const stream = { counts, agent: null };
    for (const id of ['rate', 'sampling', 'interfaces']) expect(told(id, stream)).toBe('');
    expect(told('datagrams', stream)).toBe('2 929');
  });

  it('all sort by a number', () => {
    for (const column of agentColumns) expect(Number.isFinite(column.sortBy(row)), column.id).toBe(true);
  });
});
