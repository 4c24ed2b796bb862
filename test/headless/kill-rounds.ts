/** Kills at random moments under load, the store and the recording looked at after each. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { flowPresets } from '../../main/flows/presets.ts';
import {
  freePort,
  Running,
  recordedNumbers,
  SAMPLES,
  Sender,
  segmentFiles,
  storedMinutes,
} from './killed.ts';

/** Every definition whose minutes are stored and that counts all samples. */
export const definitions = ['', ...flowPresets.map(({ keys }) => keys.join(','))];

const LARGE = { maxBuffer: 1 << 29 };

export type KillReport = {
  kills: number;
  sent: number;
  recorded: number;
  /** Age of the oldest datagram that a kill lost though Weir listened, the worst of all kills, in milliseconds. */
  worstRecordingMs: number;
  worstStoreMs: number;
};

/** `moment`: how long after its start a Weir is killed, in milliseconds. Throws where anything is not as promised. */
export async function killAgainAndAgain(
  data: string,
  kills: number,
  moment: (round: number) => number,
): Promise<KillReport> {
  const port = await freePort();
  const sender = new Sender(port, 10);
  const report = { kills, sent: 0, recorded: 0, worstRecordingMs: 0, worstStoreMs: 0 };
  let storedBefore = 0;
  try {
    for (let round = 0; round < kills; round++) {
      const weir = await Running.start(data, port);
      const readyAt = sender.sentMs.length;
      await pause(moment(round));
      const killedMs = performance.now();
      await weir.kill();

      const { numbers, notices } = await recordedNumbers(data);
      expect(notices).toEqual([]);
      for (let i = 1; i < numbers.length; i++)
        if (numbers[i]! <= numbers[i - 1]!) throw new Error(`${numbers[i]} was recorded twice, or late`);
      const fromReady = numbers.filter((number) => number >= readyAt);
      const newest = fromReady.at(-1) ?? readyAt - 1;
      // Nothing between the first and the last: what a kill costs lies at the end.
      expect(fromReady).toHaveLength(newest - readyAt + 1);
      const lostMs = killedMs - (sender.sentMs[newest + 1] ?? killedMs);
      report.worstRecordingMs = Math.max(report.worstRecordingMs, lostMs);

      const database = new Database(join(data, 'weir.sqlite'));
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      database.close();
      const minutes = storedMinutes(data, definitions);
      for (const { minute, received, samples } of minutes)
        for (const keys of definitions)
          if (samples.get(keys) !== received * SAMPLES)
            throw new Error(
              `half a minute: ${minute} ${keys}: ${samples.get(keys)} of ${received * SAMPLES}`,
            );
      const stored = minutes.reduce((sum, one) => sum + one.received, 0);
      // What this run stored is a row of numbers that begins where it began to listen, or a little before.
      const newestStored = readyAt + (stored - storedBefore) - 1;
      const storeLostMs = killedMs - (sender.sentMs[newestStored + 1] ?? killedMs);
      report.worstStoreMs = Math.max(report.worstStoreMs, storeLostMs);
      storedBefore = stored;
    }
    const last = await Running.start(data, port);
    await last.end();
    report.recorded = (await recordedNumbers(data)).numbers.length;
    readableElsewhere(data, report.recorded);
  } finally {
    sender.close();
    report.sent = sender.sentMs.length - 1;
  }
  return report;
}

/** Each segment as other programs read it, where they are there: as many datagrams as Weir finds. */
function readableElsewhere(data: string, recorded: number): void {
  if ([['tcpdump'], ['zstd']].some(([name]) => spawnSync(name!, ['--version']).status !== 0)) return;
  let datagrams = 0;
  for (const path of segmentFiles(data)) {
    const plain = path.endsWith('.zst') ? execFileSync('zstd', ['-dc', path], LARGE) : readFileSync(path);
    const read = spawnSync('tcpdump', ['-n', '-r', '-'], { ...LARGE, input: plain });
    expect(read.status, `${path}: ${read.stderr.toString()}`).toBe(0);
    datagrams += read.stdout.toString().match(/ (sFlowv5|UDP), /g)?.length ?? 0;
  }
  expect(datagrams).toBe(recorded);
}
