/**
 * A live workspace on a real disk that fills up, and under a clock that steps: what is on the screen goes on, nothing
 * that was stored is deleted, overwritten or counted twice, and writing resumes by itself.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { FlowAnswer } from '../../shared/model/question.ts';
import { datagramOf, recordedNumbers, SAMPLES, storedMinutes } from '../headless/killed.ts';
import { temporaryFolder } from '../headless/running.ts';
import { type LiveWorkspace, liveWorkspace } from '../history/workspace.ts';

const NOON = Date.UTC(2026, 4, 5, 12);
const HOUR = 3600_000;
const definitions = ['', 'application'];

let workspace: LiveWorkspace | null = null;
const unmount: string[] = [];
afterEach(async () => {
  await workspace?.stop();
  workspace = null;
  for (const folder of unmount.splice(0)) spawnSync('umount', [folder]);
});

/** A disk of its own; null where this user may not mount one. */
function smallDisk(mebibytes: number): string | null {
  const folder = temporaryFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder]);
  if (mounted.status !== 0) return null;
  unmount.push(folder);
  return folder;
}

/** Takes what room is left on a disk. */
function fill(folder: string): string {
  const path = join(folder, 'ballast');
  const file = openSync(path, 'w');
  const octets = new Uint8Array(64 * 1024);
  for (let size = octets.length; size >= 1; size = size >> 4)
    try {
      for (;;) writeSync(file, octets, 0, size);
    } catch {
      // Smaller pieces may still fit.
    }
  closeSync(file);
  return path;
}

let number = 1;
const some = (count: number): Uint8Array[] => Array.from({ length: count }, () => datagramOf(number++));
const sizes = (folder: string): Map<string, number> =>
  new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => [
      name,
      statSync(join(folder, name)).size,
    ]),
  );

const lastMinutes = (live: LiveWorkspace): Promise<FlowAnswer> | FlowAnswer =>
  live.engine.flows({
    keys: ['application'],
    value: 'frames',
    scope: { agent: null, ifIndex: null, direction: 'both' },
    filter: '',
    merge: 'sum',
    interval: { fromMs: live.clock.nowMs - 120_000, toMs: live.clock.nowMs },
    stepMs: null,
    limit: 5,
  });
const ofStored = (data: string): { received: number; samples: number }[] =>
  storedMinutes(data, definitions).map(({ received, samples }) => {
    expect(new Set(samples.values()).size).toBe(1);
    return { received, samples: samples.get('')! };
  });
const sum = (minutes: readonly { received: number }[]): number =>
  minutes.reduce((total, { received }) => total + received, 0);

describe('a disk that fills up', () => {
  it('stops the writing and not the watching, deletes nothing, says so, and is written to again when there is room', {
    timeout: 60_000,
  }, async (test) => {
    const disk = smallDisk(24);
    if (disk === null) return test.skip('this user may not mount a disk');
    const data = join(disk, 'data');
    mkdirSync(data);
    number = 1;
    workspace = await liveWorkspace(data, NOON);
    const live = workspace;
    for (let second = 0; second < 10; second++) {
      await live.send(some(40));
      await live.second();
    }
    const before = sizes(data);
    const ballast = fill(disk);
    // Two minutes of it: the minute that begins now is closed while nothing can be written.
    for (let second = 0; second < 120; second++) {
      await live.send(some(5));
      await live.second();
    }
    const full = await live.engine.status();
    expect(full.problem).toMatch(/is full/);
    expect(full.datagrams).toBe(1000);
    const answer = await lastMinutes(live);
    expect(answer.provenance).toBe('memory');
    expect(answer.total.samples[0]).toBe(120 * 5 * SAMPLES);
    const recording = live.recorder.status();
    expect(recording.problem).toMatch(/is full; nothing is recorded until there is room/);
    expect(recording.dropped).toBeGreaterThan(400);
    for (const [name, size] of before)
      if (/\.pcap$|weir\.sqlite$/.test(name))
        expect(sizes(data).get(name), name).toBeGreaterThanOrEqual(size);

    rmSync(ballast);
    for (let second = 0; second < 5; second++) {
      await live.send(some(5));
      await live.second();
    }
    expect((await live.engine.status()).problem).toBe('');
    expect(live.recorder.status().problem).toBe('');
    await live.stop();
    workspace = null;
    // What waited in memory is stored: not a datagram is missing in the trends, and each of their minutes is whole.
    const minutes = ofStored(data);
    expect(sum(minutes)).toBe(1025);
    for (const { received, samples } of minutes) expect(samples).toBe(received * SAMPLES);
    const { numbers, notices } = await recordedNumbers(data);
    expect(notices).toEqual([]);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.length + recording.dropped).toBe(1025);
  });
});

describe('a clock that steps', () => {
  it.each([
    ['an hour forward', [HOUR]],
    ['an hour back', [-HOUR]],
    ['forward an hour and back again', [HOUR, -HOUR]],
    ['ten years forward and back again', [10 * 365 * 24 * HOUR, -10 * 365 * 24 * HOUR]],
    ['eight hours of sleep', [8 * HOUR]],
  ])('%s neither overwrites nor doubles a stored minute', async (_, steps) => {
    const data = temporaryFolder();
    number = 1;
    workspace = await liveWorkspace(data, NOON);
    const live = workspace;
    const forAMinute = async (): Promise<void> => {
      for (let second = 0; second < 70; second += 5) {
        await live.send(some(10));
        for (let i = 0; i < 5; i++) await live.second();
      }
    };
    await forAMinute();
    for (const step of steps) {
      // What came after the last writing and before the step belongs to the time before it.
      await live.send(some(10));
      live.clock.nowMs += step;
      await forAMinute();
    }
    await live.stop();
    workspace = null;
    const minutes = ofStored(data);
    expect(sum(minutes)).toBe(number - 1);
    for (const { received, samples } of minutes) expect(samples).toBe(received * SAMPLES);
  });

  it('that was set back while Weir was closed: a minute that both runs heard holds both', async () => {
    const data = temporaryFolder();
    number = 1;
    for (const fromMs of [NOON, NOON + 30_000, NOON - HOUR, NOON + 60_000]) {
      workspace = await liveWorkspace(data, fromMs);
      for (let second = 0; second < 75; second += 5) {
        await workspace.send(some(10));
        for (let i = 0; i < 5; i++) await workspace.second();
      }
      await workspace.stop();
      workspace = null;
    }
    const minutes = ofStored(data);
    expect(sum(minutes)).toBe(number - 1);
    for (const { received, samples } of minutes) expect(samples).toBe(received * SAMPLES);
  });
});
