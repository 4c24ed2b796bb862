/** Made-up sampled traffic, and an engine that answers flow questions about it by adding up. */
import { emptySums } from '../../main/flows/figures.ts';
import { halfWidthOfSum } from '../../shared/model/confidence.ts';
import type { FlowAnswer, FlowQuestion } from '../../shared/model/question.ts';

export type Packet = {
  timeMs: number;
  source: string;
  destination: string;
  application: string;
  port: string;
  vlan: string;
  octets: number;
};

export const SAMPLING_RATE = 100;

const subnetOf = (address: string): string => `${address.split('.').slice(0, 3).join('.')}.0/24`;

/** What a packet says of a key. */
function textOf(packet: Packet, key: string): string {
  if (key.startsWith('or:[mask:ipsource')) return subnetOf(packet.source);
  if (key.startsWith('or:[mask:ipdestination')) return subnetOf(packet.destination);
  if (key.startsWith('or:ipsource')) return packet.source;
  if (key.startsWith('or:ipdestination')) return packet.destination;
  if (key === 'application') return packet.application;
  if (key === 'agent') return 'leaf1';
  if (key === 'ifname:inputifindex') return packet.port;
  if (key === 'vlan') return packet.vlan;
  return '';
}

/** Answers as an engine does: the largest rows, and the exact rest. */
export function engineOf(packets: readonly Packet[]) {
  return async (question: FlowQuestion): Promise<FlowAnswer> => {
    const interval = question.interval!;
    const groups = new Map<string, { texts: string[]; value: number; squares: number; samples: number }>();
    for (const packet of packets) {
      if (packet.timeMs < interval.fromMs || packet.timeMs >= interval.toMs) continue;
      const texts = question.keys.map((key) => textOf(packet, key));
      const group = groups.get(texts.join()) ?? { texts, value: 0, squares: 0, samples: 0 };
      groups.set(texts.join(), group);
      group.value += packet.octets * SAMPLING_RATE;
      group.squares += SAMPLING_RATE * (SAMPLING_RATE - 1) * packet.octets ** 2;
      group.samples++;
    }
    const sorted = [...groups.values()].toSorted((a, b) => b.value - a.value);
    const sums = (parts: readonly (typeof sorted)[]) => {
      const made = emptySums(parts.length, 0);
      for (const [row, part] of parts.entries()) {
        for (const one of part) {
          made.value[row]! += one.value;
          made.samples[row]! += one.samples;
          made.halfWidth[row]! += one.squares;
        }
        made.halfWidth[row] = halfWidthOfSum(made.halfWidth[row]!, made.value[row]!, made.samples[row]!);
      }
      return made;
    };
    const shown = sorted.slice(0, question.limit);
    const rest = sorted.slice(question.limit);
    return {
      ...{ interval, stepMs: 1000, bucketCount: 0, keys: question.keys, value: question.value, filter: '' },
      ...{ merge: question.merge, provenance: 'capture', keyTexts: shown.flatMap(({ texts }) => texts) },
      ...{
        countedAt: [],
        rows: sums(shown.map((one) => [one])),
        other: sums([rest]),
        otherKeys: rest.length,
      },
      ...{ total: sums([sorted]), received: new Float64Array(), lost: new Float64Array(), unplaced: 0 },
      samplingRate: { least: SAMPLING_RATE, most: SAMPLING_RATE },
      ...{ completeFromMs: interval.fromMs, completeToMs: interval.toMs, gaps: [] },
    };
  };
}

export const BEFORE = { fromMs: 0, toMs: 60_000 };
export const DURING = { fromMs: 60_000, toMs: 90_000 };

/** A repeatable source of numbers from 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)]!;

/** Unchanging traffic between forty hosts of four subnets. */
export function background(seed: number, fromMs: number, toMs: number, perSecond = 40): Packet[] {
  const random = randomFrom(seed);
  const count = Math.round(((toMs - fromMs) / 1000) * perSecond);
  const host = () => `10.${Math.floor(random() * 4)}.0.${1 + Math.floor(random() * 10)}`;
  return Array.from({ length: count }, () => ({
    timeMs: fromMs + Math.floor(random() * (toMs - fromMs)),
    source: host(),
    destination: host(),
    application: pick(['6:443', '6:80', '17:53', '6:22'], random),
    port: pick(['swp1', 'swp2', 'swp3', 'swp4'], random),
    vlan: pick(['10', '20', '30'], random),
    octets: 600 + Math.floor(random() * 400),
  }));
}

/** More traffic during the later stretch, with these in common. */
export function planted(seed: number, common: Partial<Packet>, perSecond = 60): Packet[] {
  return background(seed, DURING.fromMs, DURING.toMs, perSecond).map((packet) => ({ ...packet, ...common }));
}
