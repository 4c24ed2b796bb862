/** Copies, and what can be saved of damage. */
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backUpFile } from '../../main/store/backup.ts';
import { Store } from '../../main/store/store.ts';
import type { MinuteBatch } from '../../shared/model/store.ts';
import { eventOf } from '../events/made.ts';

const NOON = Date.UTC(2026, 2, 1, 12) / 60_000;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'weir-backup-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const definition = { keys: 'ipsource', filter: '', counts: '' };
function batchOf(minute: number, rows: number): MinuteBatch {
  return {
    flows: [
      {
        ...{ definition, minute, keyWords: 1, textWords: [], texts: [''] },
        paths: [{ agent: '10.0.0.1', dataSource: 3, input: 3, output: 4, mark: 0 }],
        pathOf: new Uint32Array(rows),
        hasKey: new Uint8Array(rows).fill(1),
        words: Uint32Array.from({ length: rows }, (_, i) => Math.imul(i + minute, 0x9e37_79b9) >>> 0),
        sums: Float64Array.from({ length: rows * 5 }, (_, i) => (i * 7919) % 100_003),
      },
    ],
    arrivals: [{ minute, agent: '10.0.0.1', received: 1, lost: 0 }],
    ...{ counters: [], agents: [], interfaces: [], metrics: [] },
  };
}
const minutesIn = (store: Store): number[] => [
  ...new Set(store.flows(definition, 1, NOON, NOON + 10_000)!.minuteOf),
];

describe('a backup', () => {
  it('is whole while minutes go on being written, from within and from another process', async () => {
    const store = new Store(directory, NOON * 60_000);
    for (let minute = 0; minute < 60; minute++) store.write(batchOf(NOON + minute, 500));
    const target = join(directory, 'backups', 'a.sqlite');
    const copying = store.backup(target);
    for (let minute = 60; minute < 70; minute++) {
      store.write(batchOf(NOON + minute, 500));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await copying).toEqual({ path: target, octets: statSync(target).size });
    await backUpFile(join(directory, 'weir.sqlite'), join(directory, 'b.sqlite'));
    await expect(store.backup(target)).rejects.toThrow(/is there already/);
    store.close();
    expect(readdirSync(join(directory, 'backups'))).toEqual(['a.sqlite']);
    for (const path of [target, join(directory, 'b.sqlite')]) {
      const copy = new Database(path, { readonly: true });
      expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
      const blocks = copy.prepare<[], number>('SELECT count(*) FROM flow_block').pluck().get()!;
      const arrivals = copy.prepare<[], number>('SELECT count(*) FROM arrival').pluck().get()!;
      expect(blocks).toBe(arrivals);
      expect(blocks).toBeGreaterThanOrEqual(60);
      copy.close();
    }
  });

  it('that cannot be made says why and leaves nothing', async () => {
    await expect(backUpFile(join(directory, 'weir.sqlite'), join(directory, 'c'))).rejects.toThrow(
      /no database/,
    );
    const store = new Store(directory, NOON * 60_000);
    await expect(store.backup(join(directory, 'weir.sqlite', 'c'))).rejects.toThrow(/could not be written/);
    store.close();
  });
});

describe('salvage', () => {
  it('takes what is readable on both sides of the damage, and the documents', async () => {
    const store = new Store(directory, NOON * 60_000);
    store.documents.put({ kind: 'definition', name: 'mine', body: '{}' });
    store.events.write([
      eventOf({ id: 1, raisedMs: 1000, updatedMs: 2000, clearedMs: 3000 }),
      eventOf({ id: 2, raisedMs: 4000, updatedMs: 5000 }),
    ]);
    for (let minute = 0; minute < 200; minute++) store.write(batchOf(NOON + minute, 400));
    store.close();
    const path = join(directory, 'weir.sqlite');
    const file = openSync(path, 'r+');
    const page = Math.floor(statSync(path).size / 4096 / 2);
    writeSync(file, new Uint8Array(4096 * 4).fill(0xff), 0, 4096 * 4, page * 4096);
    closeSync(file);
    const again = new Store(directory, NOON * 60_000);
    expect(again.report().movedAside).toContain('corrupt-');
    again.events.write([eventOf({ id: 1, raisedMs: 9000, updatedMs: 9000, name: 'new' })]);
    const saved = await again.salvage();
    expect(saved).toMatchObject({
      documents: 1,
      events: 2,
      problem: expect.stringMatching(/could be read was taken over/),
    });
    expect(again.documents.all('definition')).toHaveLength(1);
    // Their numbers are of no event of now, and what stood has ended: nobody holds it any more.
    const { events } = again.events.list({
      ...{ fromMs: 0, toMs: 10_000, standing: null, acknowledged: null, severities: [], kinds: [] },
      ...{ names: [], agents: [], text: '', limit: 10, offset: 0, bins: 1 },
    });
    expect(events.map(({ name, raisedMs, clearedMs }) => [name, raisedMs, clearedMs])).toEqual([
      ['new', 9000, null],
      ['busy', 4000, 5000],
      ['busy', 1000, 3000],
    ]);
    expect(again.events.get(events.map(({ id }) => id))).toHaveLength(3);
    expect(again.events.open()).toMatchObject({ newest: 1, standing: [{ name: 'new' }] });
    expect((await again.salvage()).events).toBe(0);
    const minutes = minutesIn(again).length;
    expect(minutes).toBeGreaterThan(100);
    expect(minutes).toBeLessThan(200);
    again.close();
  });

  it('says so where there is nothing to take', async () => {
    const store = new Store(directory, NOON * 60_000);
    expect((await store.salvage()).problem).toMatch(/No damaged database/);
    store.close();
  });
});
