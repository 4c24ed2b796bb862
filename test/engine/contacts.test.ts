/**
 * First contacts: the elephants of the container example (T17), and the blocklist of the ERSPAN example (T20), as a
 * definition and a threshold, in virtual time.
 */
import { describe, expect, it } from 'vitest';
import type { EventChange } from '../../shared/model/event.ts';
import { ACCESS, leaf, UPLINK } from './leaf.ts';

const STEPS_A_SECOND = 10;

function watched() {
  const at = leaf();
  const told: EventChange[] = [];
  at.analytics.events.listen((change) => told.push(change));
  return {
    ...at,
    told,
    raised: () => told.filter(({ what }) => what === 'raised').map(({ event }) => event),
    seconds(count: number, frames: () => void = () => {}) {
      for (let step = 0; step < count * STEPS_A_SECOND; step++) {
        frames();
        at.step();
      }
    },
  };
}

describe('the elephants of a script', () => {
  it('are its events, newest first, with all that it reads of them', async () => {
    const { analytics, seconds, frame, raised } = watched();
    await analytics.definitions.put('elephant', { keys: 'ipsource,ipdestination', value: 'bytes' }, 'rest');
    await analytics.thresholds.put('elephant_threshold', {
      ...{ metric: 'elephant', value: 10_000_000 / 8, byFlow: true, timeout: 1 },
    });
    seconds(5, () => frame(ACCESS, { source: '10.1.0.1', sourcePort: 1 }, true));
    const ask = () =>
      analytics.handlers.events({
        ...{ thresholdIDs: ['elephant_threshold'], eventID: -1, maxEvents: 10, timeoutMs: 60_000 },
      });
    expect(await ask()).toEqual([
      expect.objectContaining({
        ...{
          eventID: 1,
          timestamp: expect.any(Number),
          thresholdID: 'elephant_threshold',
          metric: 'elephant',
        },
        ...{ threshold: 1_250_000, value: expect.any(Number), agent: '10.0.0.1', dataSource: '1' },
        flowKey: '10.1.0.1,10.2.0.1',
      }),
    ]);
    expect(raised()).toMatchObject([{ unit: 'bit/s', level: 10_000_000, flowKey: '10.1.0.1,10.2.0.1' }]);
    // Presets that stand are none of a script's business.
    await analytics.thresholds.put('Large flows', {
      ...preset(analytics, 'Large flows'),
      value: 0.01,
      enabled: true,
    });
    seconds(3, () => frame(UPLINK, { source: '10.1.0.9', sourcePort: 1 }, false));
    const all = await analytics.handlers.events({
      thresholdIDs: [],
      eventID: -1,
      maxEvents: 10,
      timeoutMs: 0,
    });
    expect(new Set(all.map(({ thresholdID }) => thresholdID))).toEqual(new Set(['elephant_threshold']));
  });
});

const preset = (analytics: ReturnType<typeof leaf>['analytics'], name: string) =>
  analytics.thresholds.list().find(({ threshold }) => threshold.name === name)!.threshold;

describe('contacts with a blocklist', () => {
  it('are told once for each pair within a second, at the port and switch where they were seen', async () => {
    const { analytics, seconds, frame, raised, told } = watched();
    await analytics.handlers['groups.put']('blocklist', {
      scanners: ['203.0.113.0/24', '2001:db8:bad::/48'],
    });
    await analytics.thresholds.put('Blocklist contact', {
      ...preset(analytics, 'Blocklist contact'),
      enabled: true,
    });
    const other = () => frame(ACCESS, { source: '10.1.0.1', sourcePort: 1 }, true);
    seconds(5, other);
    expect(raised()).toEqual([]);
    const out = () => frame(ACCESS, { source: '10.1.0.7', sourcePort: 2, destination: '203.0.113.9' }, true);
    const again = () =>
      frame(UPLINK, { source: '10.1.0.7', sourcePort: 2, destination: '203.0.113.9' }, true);
    seconds(1, () => {
      other();
      out();
      again();
    });
    const back = () =>
      frame(UPLINK, { source: '203.0.113.44', sourcePort: 3, destination: '10.1.0.8' }, false);
    seconds(2, back);
    expect(
      raised().map(({ flowKey, agent, dataSource, severity }) => [flowKey, agent, dataSource, severity]),
    ).toEqual([
      ['10.1.0.7,203.0.113.9,scanners', '10.0.0.1', '1', 'critical'],
      ['203.0.113.44,10.1.0.8,scanners', '10.0.0.1', '49', 'critical'],
    ]);
    expect(raised()[0]!.title).toContain('was seen for the first time');
    // An hour later the same pair is no news.
    seconds(400);
    seconds(2, out);
    expect(raised()).toHaveLength(2);
    expect(told.filter(({ what }) => what === 'cleared')).toHaveLength(2);
  });
});

describe('new talkers', () => {
  it('are learned first, and what is new then is told', async () => {
    const { analytics, seconds, frame, raised } = watched();
    await analytics.thresholds.put('New talker', {
      ...preset(analytics, 'New talker'),
      enabled: true,
      learnMinutes: 1,
    });
    const old = () => frame(ACCESS, { source: '10.1.0.1', sourcePort: 1 }, true);
    seconds(30, old);
    const status = () =>
      analytics.thresholds.list().find(({ threshold: { name } }) => name === 'New talker')!;
    expect(status().learning).toMatch(/^Learning: whatever is heard in the next \d+ minutes/);
    seconds(40, old);
    seconds(2, () => {
      old();
      frame(ACCESS, { source: '10.1.0.2', sourcePort: 1 }, true);
    });
    expect(raised().map(({ flowKey }) => flowKey)).toEqual(['10.1.0.2']);
    expect(status().learning).toBe('');
  });
});
