/** Trends as a window asks for them: sizes, retention, a backup, and SQL that can be stopped. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runHost, temporaryFolder } from './running.ts';

const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';

describe('the storage of a live workspace', () => {
  it('tells of itself, keeps its retention and makes backups', { timeout: 60_000 }, async () => {
    const { client } = await runHost({ dataDirectory: temporaryFolder() });
    expect(await client.call(null, 'storage.report', [])).toMatchObject({ retention: { 1: 7 }, problem: '' });
    const set = await client.call(null, 'storage.setRetention', [{ 1: 3, 5: 30, 60: 300, 1440: 3000 }]);
    expect(set.retention).toEqual({ 1: 3, 5: 30, 60: 300, 1440: 3000 });
    await expect(
      client.call(null, 'storage.setRetention', [{ 1: 30, 5: 3, 60: 300, 1440: 3000 }]),
    ).rejects.toThrow(/at least as long/);
    const { path } = await client.call(null, 'storage.backup', []);
    expect(existsSync(path)).toBe(true);
  });

  it('answers SQL from a process of its own, which can be stopped', { timeout: 60_000 }, async () => {
    const { client } = await runHost({ dataDirectory: temporaryFolder() });
    const asked = await client.call(null, 'sql.run', ['a', 'SELECT count(*) AS views FROM agents']);
    expect(asked).toMatchObject({ columns: ['views'], cells: [0], rows: 1 });
    const endless = client.call(null, 'sql.run', ['b', ENDLESS]);
    await client.call(null, 'sql.cancel', ['b']);
    expect(await endless).toMatchObject({ problem: 'The statement was cancelled.' });
    await client.call(null, 'sql.saved.put', ['mine', 'SELECT 1']);
    expect(await client.call(null, 'sql.saved.list', [])).toEqual([{ name: 'mine', text: 'SELECT 1' }]);
    await client.call(null, 'sql.saved.delete', ['mine']);
    expect(await client.call(null, 'sql.saved.list', [])).toEqual([]);
  });

  it('is said to be none where nothing is stored', async () => {
    const { client } = await runHost({ dataDirectory: null });
    expect(await client.call(null, 'storage.report', [])).toBeNull();
    await expect(client.call(null, 'sql.run', ['a', 'SELECT 1'])).rejects.toThrow(/stores nothing/);
  });
});
