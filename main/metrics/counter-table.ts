/**
 * The counters of if_counters (sFlow version 5, section 5.4, structure 0:1), one line each: where it lies in
 * the record, how wide it is, and what its rate is called, as sFlow-RT spells it.
 */

import { ifCountersOffsets } from '../sflow/fields.ts';

export type InterfaceCounter = { name: string; offset: number; bits: 32 | 64; counts: 'octets' | 'frames' };

export const interfaceCounters = [
  { name: 'ifinoctets', offset: ifCountersOffsets.ifInOctets, bits: 64, counts: 'octets' },
  { name: 'ifinucastpkts', offset: ifCountersOffsets.ifInUcastPkts, bits: 32, counts: 'frames' },
  { name: 'ifinmulticastpkts', offset: ifCountersOffsets.ifInMulticastPkts, bits: 32, counts: 'frames' },
  { name: 'ifinbroadcastpkts', offset: ifCountersOffsets.ifInBroadcastPkts, bits: 32, counts: 'frames' },
  { name: 'ifindiscards', offset: ifCountersOffsets.ifInDiscards, bits: 32, counts: 'frames' },
  { name: 'ifinerrors', offset: ifCountersOffsets.ifInErrors, bits: 32, counts: 'frames' },
  { name: 'ifinunknownprotos', offset: ifCountersOffsets.ifInUnknownProtos, bits: 32, counts: 'frames' },
  { name: 'ifoutoctets', offset: ifCountersOffsets.ifOutOctets, bits: 64, counts: 'octets' },
  { name: 'ifoutucastpkts', offset: ifCountersOffsets.ifOutUcastPkts, bits: 32, counts: 'frames' },
  { name: 'ifoutmulticastpkts', offset: ifCountersOffsets.ifOutMulticastPkts, bits: 32, counts: 'frames' },
  { name: 'ifoutbroadcastpkts', offset: ifCountersOffsets.ifOutBroadcastPkts, bits: 32, counts: 'frames' },
  { name: 'ifoutdiscards', offset: ifCountersOffsets.ifOutDiscards, bits: 32, counts: 'frames' },
  { name: 'ifouterrors', offset: ifCountersOffsets.ifOutErrors, bits: 32, counts: 'frames' },
] as const satisfies readonly InterfaceCounter[];

export type CounterName = (typeof interfaceCounters)[number]['name'];

/** Column of a counter in a `CounterSeries`. */
export function counterColumn(name: CounterName): number {
  return interfaceCounters.findIndex((counter) => counter.name === name);
}
