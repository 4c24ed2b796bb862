/** Bursts of 20 s every 40 s in real time, over UDP through the whole program: one event each, soon, and cleared after. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { LARGE_FLOWS, largeFlow, startLeaf } from './leaf-sender.ts';
import { runHost, statusWhen, temporaryFolder } from './running.ts';

const BURSTS = 4;

it('each burst is one event within a second and a half, and cleared after it', async () => {
  const running = await runHost({ dataDirectory: temporaryFolder() });
  const { call } = running.client;
  const { listeners } = await statusWhen(running, 'live', ({ listeners: [one] }) => one?.state === 'open');
  const leaf = startLeaf(listeners[0]!.port);
  await call('live', 'definitions.put', ['tcp', LARGE_FLOWS, 'weir']);
  await call('live', 'thresholds.put', ['large', largeFlow(4)]);
  await pause(3000);
  const begun: number[] = [];
  for (let burst = 0; burst < BURSTS; burst++) {
    // Off the beat of the clock, each at another part of the second.
    await pause(137 * burst);
    begun.push(Date.now());
    leaf.burst = { octetsPerSecond: 0.9e9 / 8, sourcePort: 40_000 + burst };
    await pause(20_000);
    leaf.burst = { octetsPerSecond: 0, sourcePort: 0 };
    await pause(20_000);
  }
  const { events } = await call('live', 'events.list', [
    {
      ...{ fromMs: 0, toMs: Date.now() + 3_600_000, standing: null, acknowledged: null, bins: 1 },
      ...{
        severities: [],
        kinds: ['threshold'],
        names: ['large'],
        agents: [],
        text: '',
        limit: 100,
        offset: 0,
      },
    },
  ]);
  events.reverse();
  expect(events.map(({ flowKey }) => flowKey)).toEqual(
    begun.map((_, burst) => `10.1.0.1,10.2.0.1,${40_000 + burst},5001`),
  );
  const afterMs = events.map(({ raisedMs }, burst) => raisedMs - begun[burst]!);
  const clearedMs = events.map((event, burst) => event.clearedMs! - begun[burst]! - 20_000);
  console.log({ afterMs, clearedMs });
  for (const ms of afterMs) expect(ms).toBeLessThanOrEqual(1500);
  for (const ms of clearedMs) expect(ms).toBeGreaterThan(0);
}, 240_000);
