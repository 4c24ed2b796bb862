/**
 * The counters of if_counters (sFlow version 5, section 5.4, structure 0:1), one line each: where it lies in
 * the record, how wide it is, and what its rate is called, as sFlow-RT spells it.
 */

export type InterfaceCounter = { name: string; offset: number; bits: 32 | 64; counts: 'octets' | 'frames' };

export const interfaceCounters = [
  { name: 'ifinoctets', offset: 24, bits: 64, counts: 'octets' },
  { name: 'ifinucastpkts', offset: 32, bits: 32, counts: 'frames' },
  { name: 'ifinmulticastpkts', offset: 36, bits: 32, counts: 'frames' },
  { name: 'ifinbroadcastpkts', offset: 40, bits: 32, counts: 'frames' },
  { name: 'ifindiscards', offset: 44, bits: 32, counts: 'frames' },
  { name: 'ifinerrors', offset: 48, bits: 32, counts: 'frames' },
  { name: 'ifinunknownprotos', offset: 52, bits: 32, counts: 'frames' },
  { name: 'ifoutoctets', offset: 56, bits: 64, counts: 'octets' },
  { name: 'ifoutucastpkts', offset: 64, bits: 32, counts: 'frames' },
  { name: 'ifoutmulticastpkts', offset: 68, bits: 32, counts: 'frames' },
  { name: 'ifoutbroadcastpkts', offset: 72, bits: 32, counts: 'frames' },
  { name: 'ifoutdiscards', offset: 76, bits: 32, counts: 'frames' },
  { name: 'ifouterrors', offset: 80, bits: 32, counts: 'frames' },
] as const satisfies readonly InterfaceCounter[];

export type CounterName = (typeof interfaceCounters)[number]['name'];

/** Column of a counter in a `CounterSeries`. */
export function counterColumn(name: CounterName): number {
  return interfaceCounters.findIndex((counter) => counter.name === name);
}
