/** Events from their raise to their end, on the shelf of memory and on that of the store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { documentsInMemory } from '../../main/engine/documents.ts';
import { type EventDraft, Events, MOST_RAISED_A_MINUTE } from '../../main/events/events.ts';
import { holdsAt } from '../../main/events/mutes.ts';
import { type EventShelf, eventsInMemory } from '../../main/events/shelf.ts';
import { Store } from '../../main/store/store.ts';
import type { EventListQuestion, Mute, WeirEvent } from '../../shared/model/event.ts';

const START = Date.UTC(2026, 2, 2, 12);
const SECOND = 1000;

const draft = (over: Partial<EventDraft> = {}): EventDraft => ({
  ...{ kind: 'threshold', name: 'busy', severity: 'warning', title: 'Port 3 is busy.', raisedMs: START },
  ...{ agent: '10.0.0.1', agentName: 'spine1', dataSource: '3', interfaceName: 'swp3', flowKey: '' },
  ...{ metric: 'ifinutilization', unit: '%', level: 80, value: 90, causes: [] },
  evidence: { fromMs: START - 10 * SECOND, toMs: START, agent: '10.0.0.1', filter: '' },
  ...over,
});

const question = (over: Partial<EventListQuestion> = {}): EventListQuestion => ({
  ...{ fromMs: 0, toMs: START * 2, standing: null, acknowledged: null, severities: [], kinds: [] },
  ...{ names: [], agents: [], text: '', limit: 100, offset: 0, bins: 10 },
  ...over,
});

async function made(shelf: EventShelf = eventsInMemory(), documents = documentsInMemory()) {
  let nowMs = START;
  const events = new Events({ shelf, documents, nowMs: () => nowMs });
  const stood = await events.start();
  const told: string[] = [];
  events.listen(({ what, event }) => told.push(`${what} ${event.id}`));
  return {
    ...{ events, told, shelf, documents, stood },
    at(seconds: number): number {
      nowMs = START + seconds * SECOND;
      events.tick(nowMs);
      return nowMs;
    },
  };
}

const mute = (over: Partial<Mute> = {}): Mute => ({
  ...{ name: 'work', thresholds: [], agents: [], dataSources: [], when: { kind: 'always' }, note: '' },
  ...over,
});

describe('an event', () => {
  it('is one row from its raise to its end, with its peak and its repeats; every change is told once, in order', async () => {
    const { events, told, at } = await made();
    const id = events.raise(draft())!;
    at(1);
    events.update(id, { timeMs: at(5), value: 99, peak: 99 });
    events.clear(id, at(9));
    expect(events.again(id, { timeMs: at(12), value: 85 })).toBe(true);
    at(13);
    events.clear(id, at(20));
    const [event] = (await events.list(question())).events;
    expect(event).toMatchObject({
      ...{ id: 1, raisedMs: START, updatedMs: START + 12_000, clearedMs: START + 20_000 },
      ...{ value: 85, peak: 99, repeats: 1, evidence: { toMs: START + 20_000 } },
    });
    expect(told).toEqual(['raised 1', 'cleared 1', 'updated 1', 'cleared 1']);
    expect(events.counts()).toMatchObject({ standing: { warning: 0 }, unacknowledged: 1 });
  });

  it('about the same goes on within its flap time', async () => {
    const { events, at } = await made();
    const id = events.raise(draft(), 60_000)!;
    events.clear(id, at(10));
    expect(events.raise(draft({ raisedMs: at(60) }), 60_000)).toBe(id);
    expect(events.standingAt(draft())).toBe(id);
    events.clear(id, at(70));
    expect(events.raise(draft({ raisedMs: at(200) }), 60_000)).toBe(id + 1);
  });

  it('raised a thousand times a minute is as many rows as its rate lets be; toggled for an hour too', async () => {
    const { events, at } = await made();
    for (let i = 0; i < 1000; i++) events.raise(draft({ dataSource: String(i) }));
    expect(events.counts().standing.warning).toBe(MOST_RAISED_A_MINUTE);
    const other = await made();
    for (let second = 0; second < 3600; second += 2) {
      const id = other.events.raise(draft({ raisedMs: other.at(second) }), 60_000)!;
      other.events.clear(id, other.at(second + 1));
    }
    expect((await other.events.list(question())).total).toBe(1);
    expect(at(3600)).toBeGreaterThan(START);
  });

  it('is acknowledged with a note, and the acknowledgement taken back, also when it is over', async () => {
    const { events, at } = await made();
    const id = events.raise(draft())!;
    events.clear(id, at(5));
    await events.acknowledge([id], 'Backup');
    expect(await events.get(id)).toMatchObject({ acknowledgedMs: START + 5000, note: 'Backup' });
    expect(events.counts().unacknowledged).toBe(0);
    expect((await events.list(question({ acknowledged: false }))).total).toBe(0);
    await events.acknowledge([id], null);
    expect(await events.get(id)).toMatchObject({ acknowledgedMs: null, note: '' });
    await expect(events.acknowledge([99], '')).rejects.toThrow('not kept any more');
  });
});

describe('who listens', () => {
  it('is told of nothing muted until the mute ends, and of every end of what was told', async () => {
    const { events, told, at } = await made();
    const first = events.raise(draft())!;
    await events.putMute(
      mute({ agents: ['10.0.0.1'], when: { kind: 'once', fromMs: START, toMs: START + 60_000 } }),
    );
    const second = events.raise(draft({ dataSource: '4', raisedMs: at(1) }))!;
    const third = events.raise(draft({ dataSource: '5', raisedMs: at(2) }))!;
    const other = events.raise(draft({ agent: '10.0.0.2', raisedMs: at(3) }))!;
    expect(await events.get(second)).toMatchObject({ mutedBy: 'work' });
    events.clear(first, at(10));
    events.clear(second, at(11));
    at(59);
    const news = () => told.filter((one) => !one.startsWith('updated'));
    expect(news()).toEqual([`raised ${first}`, `raised ${other}`, `cleared ${first}`]);
    at(61);
    expect(news().slice(3)).toEqual([`raised ${third}`]);
  });

  it('is reminded of what stands when its snooze ends', async () => {
    const { events, told, at } = await made();
    const id = events.raise(draft())!;
    await events.snooze([id], START + 100_000);
    at(50);
    at(99);
    expect(told).toEqual(['raised 1']);
    at(100);
    expect(told).toEqual(['raised 1', 'raised 1']);
    expect(await events.get(id)).toMatchObject({ snoozedUntilMs: null });
  });

  it('that throws is passed over', async () => {
    const { events, told } = await made();
    events.listen(() => {
      throw new Error('no');
    });
    events.raise(draft());
    expect(told).toEqual(['raised 1']);
  });
});

describe('mutes', () => {
  it('hold by the local week, over midnight for the day on which they begin', () => {
    const weekly = (days: number[], fromMinute: number, toMinute: number) =>
      mute({ when: { kind: 'weekly', days, fromMinute, toMinute } });
    const at = (day: number, minute: number) => ({ day, minute });
    expect(holdsAt(weekly([1], 60, 120), 0, at(1, 60))).toBe(true);
    expect(holdsAt(weekly([1], 60, 120), 0, at(1, 120))).toBe(false);
    expect(holdsAt(weekly([6], 1380, 60), 0, at(0, 59))).toBe(true);
    expect(holdsAt(weekly([6], 1380, 60), 0, at(6, 59))).toBe(false);
    expect(holdsAt(weekly([3], 0, 0), 0, at(3, 700))).toBe(true);
  });

  it('last over a restart, and are refused by a sentence', async () => {
    const { events, documents } = await made();
    await events.putMute(mute());
    const again = await made(eventsInMemory(), documents);
    expect(await again.events.handlers['mutes.list']()).toEqual([mute()]);
    await again.events.deleteMute('work');
    await expect(again.events.deleteMute('work')).rejects.toThrow('There is no mute “work”.');
    await expect(events.putMute(mute({ when: { kind: 'once', fromMs: 5, toMs: 5 } }))).rejects.toThrow(
      'A mute ends after it begins',
    );
  });
});

describe('the shelves', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  const opened = (folder = mkdtempSync(join(tmpdir(), 'weir-events-'))) => {
    folders.push(folder);
    const store = new Store(folder, START);
    const shelf: EventShelf = {
      open: async () => store.events.open(),
      write: async (events) => store.events.write(events),
      list: async (asked) => store.events.list(asked),
      get: async (ids) => store.events.get(ids),
    };
    return { folder, store, shelf };
  };

  it('answer every question alike, hostile texts too', async () => {
    const texts = ['', 'busy', '<b>"; DROP TABLE event; --', 'Ünïcode %_', '=1+1', "o'k\n"];
    const time = fc.integer({ min: 0, max: 1000 });
    const event = fc.record({
      ...{ raisedMs: time, lasts: fc.option(fc.integer({ min: 0, max: 300 })) },
      ...{
        severity: fc.constantFrom('info', 'warning', 'critical'),
        kind: fc.constantFrom('threshold', 'system'),
      },
      ...{
        name: fc.constantFrom(...texts),
        agent: fc.constantFrom('10.0.0.1', '10.0.0.2'),
        title: fc.constantFrom(...texts),
      },
      acknowledged: fc.boolean(),
    });
    const some = <T>(...values: T[]) => fc.uniqueArray(fc.constantFrom(...values), { maxLength: 2 });
    const asked = fc.record({
      ...{ fromMs: fc.integer({ min: 0, max: 500 }), toMs: fc.integer({ min: 501, max: 1300 }) },
      ...{ standing: fc.option(fc.boolean()), acknowledged: fc.option(fc.boolean()) },
      ...{ severities: some('info', 'warning', 'critical'), kinds: some('threshold', 'system') },
      ...{
        names: some(...texts),
        agents: some('10.0.0.1', '10.0.0.9'),
        text: fc.constantFrom(...texts, 'BUSY', '10.0'),
      },
      ...{
        limit: fc.integer({ min: 0, max: 5 }),
        offset: fc.integer({ min: 0, max: 3 }),
        bins: fc.integer({ min: 1, max: 7 }),
      },
    });
    const { store, shelf } = opened();
    const memory = eventsInMemory();
    let id = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 6 }),
        fc.array(asked, { minLength: 1, maxLength: 4 }),
        async (more, questions) => {
          const events = more.map(({ lasts, acknowledged, raisedMs, ...one }): WeirEvent => {
            id++;
            return {
              ...draft({ ...(one as Partial<EventDraft>), raisedMs }),
              ...{ id, updatedMs: raisedMs, clearedMs: lasts === null ? null : raisedMs + lasts },
              ...{ peak: 90, repeats: 0, acknowledgedMs: acknowledged ? 1 : null, note: '' },
              ...{ snoozedUntilMs: null, mutedBy: '' },
            };
          });
          expect(await shelf.write(events)).toBe(await memory.write(events));
          for (const one of questions)
            expect(await shelf.list(one as EventListQuestion)).toEqual(
              await memory.list(one as EventListQuestion),
            );
        },
      ),
      { numRuns: 60 },
    );
    expect((await shelf.open()).standing.map((one) => one.id)).toEqual(
      (await memory.open()).standing.map((one) => one.id).sort((a, b) => a - b),
    );
    store.close();
  });

  it('give no number twice, and say what stood when Weir was killed', async () => {
    const { folder, store, shelf } = opened();
    const { events, at } = await made(shelf);
    events.clear(events.raise(draft())!, at(1));
    events.raise(draft({ dataSource: '4' }));
    at(2);
    // A kill: nothing is stopped, and what was written within a second is there.
    await events.list(question());
    store.close();
    const after = opened(folder);
    const again = await made(after.shelf);
    expect(again.stood.map(({ id, dataSource }) => [id, dataSource])).toEqual([[2, '4']]);
    expect(again.events.raise(draft({ dataSource: '5' }))).toBe(3);
    expect(again.events.counts().standing.warning).toBe(2);
    await again.events.stop();
    after.store.close();
  });

  it('that cannot be read are left alone: this run has its own', async () => {
    const broken: EventShelf = {
      ...eventsInMemory(),
      open: () => Promise.reject(new Error('damaged')),
      write: () => {
        throw new Error('must not be written');
      },
    };
    const { events } = await made(broken);
    events.raise(draft());
    expect((await events.list(question())).total).toBe(1);
  });
});
