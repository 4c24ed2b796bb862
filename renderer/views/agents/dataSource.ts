/** What is to be said of one data source of an agent: whether it samples at the rate it states. Pure. */
import { formatCount, formatPercent, formatSamplingRate } from '../../../shared/format/rates.ts';
import type { DataSourceStatus } from '../../../shared/model/network.ts';

const tolerated = 0.1;
/** Samples are taken at random, so their number is: within this many standard deviations it proves nothing. */
const deviations = 3;

/** The effective rate over the stated one, less one; null where it cannot be told or proves nothing. */
export function rateDifference({ samples, statedRate, effectiveRate }: DataSourceStatus): number | null {
  if (statedRate <= 0 || effectiveRate <= 0 || samples <= 0) return null;
  const difference = effectiveRate / statedRate - 1;
  return Math.abs(difference) > Math.max(tolerated, deviations / Math.sqrt(samples)) ? difference : null;
}

/** The interface alone, as the agent's name stands above the list. */
export function sourceTitle({ name }: DataSourceStatus): string {
  return name.split(' › ').at(-1) ?? name;
}

/** One sentence where something is wrong with a data source, else ''. */
export function sourceProblem(source: DataSourceStatus): string {
  const said: string[] = [];
  if (rateDifference(source) !== null) {
    said.push(`Really ${formatSamplingRate(Math.round(source.effectiveRate))}: it drops or thins samples.`);
  }
  if (source.dropped > 0) said.push(`${formatCount(source.dropped)} samples dropped by the agent.`);
  if (source.lost > 0) {
    const share = formatPercent(source.lost / (source.lost + source.samples));
    said.push(`${formatCount(source.lost)} samples (${share}) did not come.`);
  }
  return said.join(' ');
}

/** Those with something wrong first, then the busiest. */
export function sortedSources(sources: readonly DataSourceStatus[]): DataSourceStatus[] {
  const isBad = (source: DataSourceStatus) => Number(sourceProblem(source) !== '');
  return [...sources].sort((a, b) => isBad(b) - isBad(a) || b.samples - a.samples);
}
