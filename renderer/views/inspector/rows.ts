/** A row of the list of datagrams: its columns as text. */
import { formatCount, UNKNOWN } from '../../../shared/format/rates.ts';
import { formatClock, type Zone } from '../../../shared/format/time.ts';
import type { DatagramList } from '../../../shared/model/inspect.ts';

export type DatagramRow = {
  id: number;
  number: string;
  /** Up to the second, and the part behind it: microseconds of a capture, milliseconds of what arrives here. */
  time: string;
  fraction: string;
  agent: string;
  source: string;
  subAgent: string;
  sequence: string;
  octets: string;
  samples: string;
  lost: string;
  lossTone: 'none' | 'lost' | 'late';
  contents: string;
  /** 'eth.ip.tcp' of the first sampled header. */
  stack: string;
  hasProblem: boolean;
  hasUnknown: boolean;
};

/** Row `index` of the page. */
export function datagramRow(list: DatagramList, index: number, zone: Zone): DatagramRow {
  const time = formatClock(list.timeMs[index]!, zone, list.ring ? 'millisecond' : 'microsecond');
  const samples =
    list.flowSamples[index]! +
    list.counterSamples[index]! +
    list.discardedPackets[index]! +
    list.otherSamples[index]!;
  const lost = list.lost[index]!;
  return {
    id: list.id[index]!,
    number: String(list.number[index]!),
    time: time.slice(0, 8),
    fraction: time.slice(8),
    agent: list.agents[list.agent[index]!] ?? UNKNOWN,
    source: list.sources[list.source[index]!] ?? UNKNOWN,
    subAgent: String(list.subAgentId[index]!),
    sequence: String(list.sequenceNumber[index]!),
    octets: formatCount(list.octets[index]!),
    samples: formatCount(samples),
    lost: lost === -2 ? 'again' : lost === -1 ? 'late' : formatCount(lost),
    lossTone: lost > 0 ? 'lost' : lost < 0 ? 'late' : 'none',
    contents: contentsOf(list, index),
    stack: list.stacks[list.stack[index]!] ?? '',
    hasProblem: list.problems[index]! > 0,
    hasUnknown: list.unknown[index]! > 0,
  };
}

function contentsOf(list: DatagramList, index: number): string {
  const parts: readonly (readonly [number, string])[] = [
    [list.flowSamples[index]!, 'flow'],
    [list.counterSamples[index]!, 'counter'],
    [list.discardedPackets[index]!, 'discarded'],
    [list.otherSamples[index]!, 'other'],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
  return said.length > 0 ? said.join(', ') : 'no samples';
}
