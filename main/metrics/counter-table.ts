/**
 * The counters of if_counters (sFlow version 5, section 5.4, structure 0:1) in the order in which intervals keep and
 * minutes store them: the first columns of the interface's plan.
 */
import { ifCountersPlan } from './table/interface.ts';

export type InterfaceCounter = { name: string; label: string; counts: 'octets' | 'frames' };

export const interfaceCounters: readonly InterfaceCounter[] = ifCountersPlan.lines
  .slice(0, ifCountersPlan.counters.length)
  .map(({ name, label, unit }) => ({ name, label, counts: unit === 'octets/s' ? 'octets' : 'frames' }));

/** Column of a counter in the `CounterSeries` of an interface. */
export function counterColumn(name: string): number {
  return interfaceCounters.findIndex((counter) => counter.name === name);
}
