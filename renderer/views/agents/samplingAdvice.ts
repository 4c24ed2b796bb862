/**
 * Which sampling rate a port should have. The rule: one frame in as many as the port has Mbit/s (1:1 000 at 1 Gbit/s,
 * 1:10 000 at 10 Gbit/s, 1:40 000 at 40, 1:100 000 at 100), so that a flow of a tenth of the link is found within
 * about a second, at any speed. Pure.
 */
import { formatSamplingRate } from '../../../shared/format/rates.ts';
import { formatDuration } from '../../../shared/format/time.ts';

const LEAST_RATE = 100;
/** Within this factor of the rule a rate is as good as it. */
const CLOSE = 2;

/** 1 in N for a port of this speed; null where the speed is not known. */
export function advisedRate(bitsPerSecond: number): number | null {
  if (!(bitsPerSecond > 0)) return null;
  return Math.max(LEAST_RATE, Math.round(bitsPerSecond / 1e6));
}

/** How long until a flow of a tenth of the link is found, in milliseconds: a second at the advised rate. */
export const detectionMs = (statedRate: number, advised: number): number => (statedRate / advised) * 1000;

export type Advice = { kind: 'finer' | 'coarser'; rate: number; words: string };

/** What to change about the sampling of a port; null where it is as it should be, or where that cannot be told. */
export function samplingAdvice(statedRate: number, bitsPerSecond: number): Advice | null {
  const advised = advisedRate(bitsPerSecond);
  if (advised === null || !(statedRate > 0)) return null;
  if (statedRate > advised * CLOSE) {
    const seconds = Math.round(detectionMs(statedRate, advised) / 1000) * 1000;
    return {
      kind: 'finer',
      rate: advised,
      words: `${formatSamplingRate(advised)} would find a flow of a tenth of the link within 1 s; now it takes about ${formatDuration(seconds)}.`,
    };
  }
  if (statedRate * CLOSE < advised) {
    return {
      kind: 'coarser',
      rate: advised,
      words: `${formatSamplingRate(advised)} is enough to find a flow of a tenth of the link within 1 s, and spares the switch.`,
    };
  }
  return null;
}
