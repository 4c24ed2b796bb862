import { describe, expect, it } from 'vitest';
import {
  agentChecks,
  portCounts,
  portFindings,
  statusOf,
} from '../../../../renderer/views/agents/healthChecks.ts';
import {
  advisedRate,
  detectionMs,
  samplingAdvice,
} from '../../../../renderer/views/agents/samplingAdvice.ts';
import type { AgentHealth, HealthCheck } from '../../../../shared/model/health.ts';

const check = (part: Partial<HealthCheck>): HealthCheck => ({
  id: 'sequence',
  label: 'Sequence numbers',
  state: 'ok',
  finding: 'Nothing is missing.',
  remedy: '',
  dataSource: null,
  ...part,
});
const health = (checks: HealthCheck[]): AgentHealth => ({
  agent: '10.0.0.1',
  score: 80,
  state: 'warn',
  checks,
});
const fine = { tone: 'ok', words: 'Flows and counters', about: '' } as const;

describe('the checks of an agent', () => {
  const all = health([
    check({}),
    check({ id: 'features', state: 'absent' }),
    check({ id: 'clock', state: 'crit' }),
    check({ id: 'octets', label: 'Octets', state: 'warn', dataSource: '4', finding: 'Too few.' }),
    check({ id: 'octets', label: 'Octets', state: 'warn', dataSource: '5' }),
    check({ id: 'rate', state: 'ok', dataSource: '6' }),
  ]);
  it('come worst first; at ports only what is wrong is listed', () => {
    expect(agentChecks(all).map(({ id }) => id)).toEqual(['clock', 'sequence', 'features']);
    expect(portFindings(all, (source) => `swp${source}`).map(({ title }) => title)).toEqual(['swp4', 'swp5']);
    expect(portCounts(all)).toEqual({ checked: 3, fine: 1 });
  });
  it('make the status, unless the stream itself says something worse', () => {
    expect(statusOf(fine, all)).toMatchObject({ tone: 'crit', words: 'Sequence numbers' });
    expect(statusOf(fine, health(all.checks.filter(({ id }) => id !== 'clock')))).toMatchObject({
      tone: 'warn',
      words: 'Octets on 2 ports',
    });
    expect(statusOf(fine, health([check({})]))).toBe(fine);
    expect(statusOf(fine, undefined)).toBe(fine);
    const silent = { tone: 'crit', words: 'Silent for 2 min', about: '' } as const;
    expect(statusOf(silent, all)).toBe(silent);
  });
});

describe('the sampling adviser', () => {
  it.each([
    [1e9, 1_000],
    [10e9, 10_000],
    [40e9, 40_000],
    [100e9, 100_000],
    [10e6, 100],
    [0, null],
  ])('a port of %d bit/s: 1 in %s', (speed, rate) => expect(advisedRate(speed)).toBe(rate));
  it('says how long a large flow stays unseen, and what would be better', () => {
    expect(detectionMs(50_000, 10_000)).toBe(5_000);
    expect(samplingAdvice(50_000, 10e9)).toMatchObject({ kind: 'finer', rate: 10_000 });
    expect(samplingAdvice(50_000, 10e9)!.words).toContain('about 5 s');
    expect(samplingAdvice(1_000, 100e9)).toMatchObject({ kind: 'coarser', rate: 100_000 });
    expect(samplingAdvice(20_000, 10e9)).toBeNull();
    expect(samplingAdvice(0, 10e9)).toBeNull();
    expect(samplingAdvice(400, 0)).toBeNull();
  });
});
