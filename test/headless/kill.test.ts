/** What happens to a Weir in a process of its own: `kill -9`, a second one on its data, a system clock that steps. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { definitions, killAgainAndAgain } from './kill-rounds.ts';
import { freePort, Running, recordedNumbers, SAMPLES, Sender, storedMinutes } from './killed.ts';
import { temporaryFolder } from './running.ts';

it('a Weir that is killed under load leaves whole minutes and readable segments', {
  timeout: 120_000,
}, async () => {
  const moments = [1300, 150];
  const report = await killAgainAndAgain(temporaryFolder(), moments.length, (round) => moments[round]!);
  expect(report.recorded).toBeGreaterThan(200);
});

const faketime = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find(existsSync);

it.skipIf(faketime === undefined)(
  'a second Weir is refused, and a system clock that steps forth and back costs no minute',
  { timeout: 120_000 },
  async () => {
    const data = temporaryFolder();
    const port = await freePort();
    const clock = join(temporaryFolder(), 'clock');
    const set = (offset: string): void => writeFileSync(clock, `${offset}\n`);
    set('+0');
    const weir = await Running.start(data, port, {
      LD_PRELOAD: faketime!,
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
    await expect(Running.start(data, await freePort())).rejects.toThrow(
      /Another Weir uses the data directory/,
    );
    const sender = new Sender(port, 2);
    for (const offset of ['+0', '+3600s', '+0', '+10y', '-3600s']) {
      set(offset);
      await pause(700);
    }
    sender.close();
    await pause(100);
    await weir.end();
    const { numbers, notices } = await recordedNumbers(data);
    expect(notices).toEqual([]);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.length).toBeGreaterThan(300);
    const minutes = storedMinutes(data, definitions);
    expect(minutes.reduce((sum, { received }) => sum + received, 0)).toBe(numbers.length);
    // The clock was followed forward, once by an hour and once by ten years, and never back.
    expect(minutes.length).toBeGreaterThanOrEqual(3);
    for (const { received, samples } of minutes)
      for (const keys of definitions) expect(samples.get(keys)).toBe(received * SAMPLES);
  },
);
