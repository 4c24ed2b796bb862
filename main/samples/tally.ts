/** Counts by name whose number of names is bounded: names come from whoever sends datagrams. */
import type { Tally } from '../../shared/model/network.ts';

const MAX_TALLIES = 64;

/** Adds to a tally that cannot grow past its cap; what is beyond counts under 'other'. */
export function addTally(tally: Map<string, number>, name: string, count: number): void {
  const key = tally.has(name) || tally.size < MAX_TALLIES ? name : 'other';
  tally.set(key, (tally.get(key) ?? 0) + count);
}

/** Largest count first, then by name. */
export function talliesOf(tally: ReadonlyMap<string, number>): Tally[] {
  return [...tally]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}
