/** 100 × `kill -9` at random moments under load: no damage, no half minute, at most two seconds lost. */
import { expect, it } from 'vitest';
import { killAgainAndAgain } from './kill-rounds.ts';
import { temporaryFolder } from './running.ts';

it('a hundred kills cost two seconds each at most, and nothing else', async () => {
  let random = 0x5eed;
  const report = await killAgainAndAgain(temporaryFolder(), 100, () => {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    return (random / 2 ** 32) * 3500;
  });
  console.log(report);
  expect(report.worstRecordingMs).toBeLessThanOrEqual(2000);
  expect(report.worstStoreMs).toBeLessThanOrEqual(2000);
});
