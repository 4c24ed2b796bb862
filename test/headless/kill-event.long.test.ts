/** An event that stands while Weir is killed is the same row afterwards, and its clear is told to whom its raise was. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { anAction } from '../actions/made.ts';
import { httpSink } from '../actions/sinks.ts';
import { freePort, Running } from './killed.ts';
import { startLeaf } from './leaf-sender.ts';
import { runHost, temporaryFolder } from './running.ts';

const everything = {
  ...{ fromMs: 0, toMs: Date.UTC(2100, 0, 1), standing: null, acknowledged: null, bins: 1 },
  ...{ severities: [], kinds: [], names: ['large'], agents: [], text: '', limit: 10, offset: 0 },
};

it('a standing event outlives a kill as one row, and its clear reaches the action that was told of it', async () => {
  const data = temporaryFolder();
  const port = await freePort();
  const sink = await httpSink();
  const first = await runHost({ dataDirectory: data });
  await first.client.call('live', 'definitions.put', [
    'tcp',
    { keys: 'ipsource,ipdestination', value: 'bytes', t: 1 },
    'weir',
  ]);
  const threshold = { metric: 'tcp', value: 12_500_000, byFlow: true, timeout: 1 };
  await first.client.call('live', 'thresholds.put', ['large', threshold]);
  await first.client.call('live', 'actions.put', [
    anAction(
      'webhook',
      { method: 'POST', url: `${sink.url}/{{what}}/{{id}}`, private: true, body: '' },
      { events: { kinds: ['threshold'], severities: [], names: ['large'], agents: [] } },
    ),
  ]);
  await first.stop();

  const weir = await Running.start(data, port);
  const leaf = startLeaf(port);
  leaf.burst = { octetsPerSecond: 0.9e9 / 8, sourcePort: 40_000 };
  const [raised] = await sink.until(1);
  const id = /^\/raised\/(\d+)$/.exec(raised!.url)![1]!;
  const database = new Database(join(data, 'weir.sqlite'), { readonly: true });
  const kept = database.prepare(`SELECT body FROM document WHERE kind = 'action-state'`).pluck();
  // What is kept is written every second or two.
  while (!String(kept.get() ?? '').includes(`[${id}]`)) await pause(50);
  database.close();
  await weir.kill();

  const again = await runHost({ dataDirectory: data, listeners: [{ address: '127.0.0.1', port }] });
  const { events } = await again.client.call('live', 'events.list', [everything]);
  expect(events.map((event) => [String(event.id), event.clearedMs])).toEqual([[id, null]]);
  leaf.burst = { octetsPerSecond: 0, sourcePort: 0 };
  const told = (await sink.until(2)).map(({ url }) => url);
  expect(told).toEqual([`/raised/${id}`, `/cleared/${id}`]);
  const after = await again.client.call('live', 'events.list', [everything]);
  expect(after.events).toHaveLength(1);
  expect(after.events[0]!.clearedMs).not.toBeNull();
}, 60_000);
