/**
 * A day of a live workspace, second by second of its own time: memory stays flat, and the database is as large as was
 * predicted when half of the day was over. WEIR_SOAK_HOURS makes it shorter.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { SampleNetwork } from '../../main/sample-network/network.ts';
import { temporaryFolder } from '../headless/running.ts';
import { liveWorkspace } from '../history/workspace.ts';

const HOURS = Number(process.env.WEIR_SOAK_HOURS ?? 24);
const MEBIBYTE = 1024 * 1024;
const startMs = Date.UTC(2026, 4, 5);

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Growth per entry of a row of figures, by least squares. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  for (const [i, value] of values.entries()) {
    above += (i - middle) * (value - mean);
    below += (i - middle) ** 2;
  }
  return above / below;
}

it(`${HOURS} hours leave memory flat and the database as large as it was predicted`, async () => {
  const workspace = await liveWorkspace(temporaryFolder(), startMs, { automaticOctets: 256 * MEBIBYTE });
  const { store, clock } = workspace;
  store.setRetention({ 1: 1, 5: 1, 60: 1, 1440: 1 });
  const network = new SampleNetwork({ seed: 5, agents: 4, ratePerSecond: 20, startMs });
  /** MiB in use, each hour. */
  const used: number[] = [];
  let predicted = 0;
  for (let second = 1; second <= HOURS * 3600; second++) {
    const sent = Array.from(network.step(startMs + second * 1000), ({ datagram }) => datagram);
    await workspace.send(sent);
    await workspace.second();
    if (second % 60 === 0) while (store.upkeep(clock.nowMs));
    if (second % 3600 !== 0) continue;
    // What buffers held is given back some turns after they were collected.
    for (let turn = 0; turn < 4; turn++) {
      collectGarbage();
      await new Promise((done) => setTimeout(done, 20));
    }
    const { heapUsed, external } = process.memoryUsage();
    used.push((heapUsed + external) / MEBIBYTE);
    const { octets, predictedOctets } = store.report();
    if (used.length === Math.floor(HOURS / 2)) predicted = predictedOctets ?? 0;
    console.log(
      `hour ${used.length}: ${used.at(-1)!.toFixed(1)} MiB in use, rss ${(process.memoryUsage().rss / MEBIBYTE).toFixed(0)}, database ${(octets / MEBIBYTE).toFixed(1)} of ${((predictedOctets ?? 0) / MEBIBYTE).toFixed(1)} MiB predicted`,
    );
  }
  const { octets } = store.report();
  await workspace.stop();
  expect(slope(used.slice(2))).toBeLessThan(1);
  if (HOURS < 24) return;
  expect(Math.abs(octets - predicted) / predicted).toBeLessThan(0.1);
});
