/** One action's line: rate limit, quiet hours, tries again, and clears that are owed. */
import { describe, expect, it } from 'vitest';
import { Failure, type Message } from '../../main/actions/kind.ts';
import { Line } from '../../main/actions/line.ts';
import type { Action, Attempt } from '../../shared/model/action.ts';
import { anAction, anEvent, NOON_MS, settle } from './made.ts';

function aLine(changes: Partial<Action> = {}) {
  const clock = { nowMs: NOON_MS };
  const sent: Message[] = [];
  const attempts: Attempt[] = [];
  const failing: string[] = [];
  let problem: Failure | null = null;
  const line = new Line({
    action: anAction('notify', {}, changes),
    nowMs: () => clock.nowMs,
    send(message) {
      sent.push(message);
      return problem ? Promise.reject(problem) : Promise.resolve('ok');
    },
    record: (attempt) => attempts.push(attempt),
    failing: (what) => failing.push(what),
  });
  return {
    ...{ line, clock, sent, attempts, failing },
    fail(what: Failure | null) {
      problem = what;
    },
    async seconds(count: number, each: (second: number) => void = () => {}) {
      for (let second = 0; second < count; second++) {
        clock.nowMs += 1000;
        each(second);
        line.tick(clock.nowMs);
        await settle();
      }
    },
  };
}

describe('an action', () => {
  it('sends no more than its limit when something flaps each second of an hour, and leaves nothing standing', async () => {
    const { line, clock, sent, seconds } = aLine({ rateLimit: { most: 10, perSeconds: 60 } });
    const standing = new Set<number>();
    await seconds(3600, (second) => {
      const event = anEvent({ id: 1 + Math.floor(second / 2) });
      if (second % 2 === 0) line.raised(event, clock.nowMs);
      else line.cleared(event, clock.nowMs);
    });
    expect(sent.length).toBeLessThanOrEqual(600);
    expect(sent.length).toBeGreaterThan(500);
    for (let from = 0; from < sent.length; from++) {
      const within = sent.filter(({ atMs }) => atMs >= sent[from]!.atMs && atMs < sent[from]!.atMs + 60_000);
      expect(within.length).toBeLessThanOrEqual(10);
    }
    await seconds(120);
    for (const { what, event } of sent) {
      if (what === 'raised') standing.add(event.id);
      else standing.delete(event.id);
    }
    expect(standing).toEqual(new Set());
    expect(line.waiting).toBe(0);
    // What was left out is told with the next that goes out.
    const told = sent.reduce((sum, { untold }) => sum + untold, 0);
    expect(line.limited).toBe(1800 - sent.filter(({ what }) => what === 'raised').length);
    expect(told).toBeLessThanOrEqual(line.limited);
    expect(told).toBeGreaterThan(line.limited - 60);
  });

  it('is tried again after 5, 30 and 120 seconds, then given up, and said to be failing once', async () => {
    const { line, clock, sent, attempts, failing, seconds, fail } = aLine();
    fail(new Failure('Nothing listens there.', true));
    line.raised(anEvent(), clock.nowMs);
    await settle();
    await seconds(400);
    expect(sent.map(({ atMs }) => (atMs - NOON_MS) / 1000)).toEqual([0, 5, 35, 155]);
    expect(attempts.map(({ result }) => result)).toEqual(['again', 'again', 'again', 'failed']);
    expect(failing).toEqual(['Nothing listens there.']);
    fail(null);
    line.raised(anEvent({ id: 8 }), clock.nowMs);
    await settle();
    expect(failing).toEqual(['Nothing listens there.', '']);
    expect(line).toMatchObject({ done: 1, failed: 1, waiting: 0 });
  });

  it('gives up at once what cannot go better, and goes on with the next', async () => {
    const { line, clock, attempts, failing, fail } = aLine();
    fail(new Failure('HTTP 400.'));
    line.raised(anEvent(), clock.nowMs);
    line.raised(anEvent({ id: 8 }), clock.nowMs);
    for (let turn = 0; turn < 4; turn++) await settle();
    expect(attempts.map(({ result, eventId }) => [result, eventId])).toEqual([
      ['failed', 7],
      ['failed', 8],
    ]);
    expect(failing).toEqual(['HTTP 400.']);
  });

  it('keeps a bounded line while its target is away', async () => {
    const { line, clock, fail, attempts } = aLine({ rateLimit: { most: 1000, perSeconds: 1 } });
    fail(new Failure('away', true));
    for (let id = 1; id <= 5000; id++) line.raised(anEvent({ id }), clock.nowMs);
    await settle();
    expect(line.waiting).toBe(200);
    expect(line.failed).toBe(4800);
    expect(attempts.at(-1)).toMatchObject({ result: 'again' });
  });

  it('takes back what was raised, in order, and only that', async () => {
    const { line, clock, sent, seconds } = aLine();
    line.cleared(anEvent({ id: 1 }), clock.nowMs);
    line.raised(anEvent({ id: 2 }), clock.nowMs);
    line.cleared(anEvent({ id: 2 }), clock.nowMs);
    line.cleared(anEvent({ id: 2 }), clock.nowMs);
    await seconds(3);
    expect(sent.map(({ what, event }) => [what, event.id])).toEqual([
      ['raised', 2],
      ['cleared', 2],
    ]);
  });

  it('takes back what may have been done although it seemed to fail', async () => {
    const { line, clock, sent, seconds, fail } = aLine();
    fail(new Failure('There was no answer within 5 seconds.', true));
    line.raised(anEvent(), clock.nowMs);
    await settle();
    line.cleared(anEvent(), clock.nowMs);
    fail(null);
    await seconds(10);
    expect(sent.map(({ what }) => what)).toEqual(['raised', 'raised', 'cleared']);
  });

  it('is silent in quiet hours, and sends the clear that it owes after them', async () => {
    const local = new Date(NOON_MS);
    const minute = local.getHours() * 60 + local.getMinutes();
    const { line, clock, sent, attempts, seconds } = aLine({
      quiet: { fromMinute: (minute + 1) % 1440, toMinute: (minute + 3) % 1440 },
    });
    line.raised(anEvent({ id: 1 }), clock.nowMs);
    await seconds(90);
    line.cleared(anEvent({ id: 1 }), clock.nowMs);
    line.raised(anEvent({ id: 2 }), clock.nowMs);
    await seconds(30);
    expect(sent).toHaveLength(1);
    expect(attempts.at(-1)).toMatchObject({ result: 'quiet', eventId: 2 });
    await seconds(70);
    expect(sent.map(({ what, event, untold }) => [what, event.id, untold])).toEqual([
      ['raised', 1, 0],
      ['cleared', 1, 1],
    ]);
  });

  it('hears the events that it asks for, and never of itself', async () => {
    const { line, clock, sent } = aLine({
      events: { kinds: [], severities: ['critical'], names: [], agents: ['leaf1'] },
    });
    line.raised(anEvent({ severity: 'warning' }), clock.nowMs);
    line.raised(anEvent({ severity: 'critical', agentName: 'leaf2', agent: '192.0.2.2' }), clock.nowMs);
    line.raised(anEvent({ id: 3, severity: 'critical' }), clock.nowMs);
    await settle();
    expect(sent.map(({ event }) => event.id)).toEqual([3]);
    const all = aLine();
    const failing = anEvent({ kind: 'system', name: 'action-failing', flowKey: 'my notify' });
    all.line.raised(failing, clock.nowMs);
    all.line.raised({ ...failing, id: 9, flowKey: 'another' }, clock.nowMs);
    await settle();
    expect(all.sent.map(({ event }) => event.id)).toEqual([9]);
  });
});
