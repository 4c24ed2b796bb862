/** Datagrams of versions 2 and 4, put together word by word as RFC 3176 and sflowtool have them. */
import { tcpHeader } from './fixtures.ts';

type Part = number | Uint8Array | string;

/** Words, octets (padded) and strings (with their length, padded). */
export function words(...parts: Part[]): Uint8Array {
  const octets: number[] = [];
  const pad = () => {
    while (octets.length % 4 !== 0) octets.push(0);
  };
  for (const part of parts) {
    if (typeof part === 'number')
      octets.push(part >>> 24, (part >>> 16) & 255, (part >>> 8) & 255, part & 255);
    else if (typeof part === 'string') {
      octets.push(...words(part.length), ...new TextEncoder().encode(part));
      pad();
    } else {
      octets.push(...part);
      pad();
    }
  }
  return Uint8Array.from(octets);
}

const address = [1, 0x0a000005];

/** Flow sample: a sampled header and all five extended records. */
export function legacyFlowSample(version: 2 | 4): Uint8Array {
  const gateway = version === 2 ? [2, 64501, 64502] : [1, 2, 2, 64501, 64502, 1, 0x00010002, 100];
  return words(
    1,
    ...[11, 0x00000007, 512, 4096, 1, 7, 0x80000003],
    ...[1, 1, 1518, tcpHeader.length, tcpHeader],
    5,
    ...[1, 10, 0, 20, 0],
    ...[2, 1, 0x0a0000fe, 24, 16],
    ...[3, 64500, 64496, 64497, ...gateway],
    ...[4, 'alice', 'bob'],
    ...[5, 1, '/index.html'],
  );
}

const ifCounterWords = [7, 6, 2, 0x540be400, 1, 3, 0, 1000, 1, 2, 3, 4, 5, 6, 0, 2000, 7, 8, 9, 10, 11, 0];

/** Counter sample of an Ethernet port (version 2 of the counters). */
export const legacyCountersSample: Uint8Array = words(
  2,
  ...[12, 0x00000007, 30, 2],
  ...ifCounterWords,
  ...Array.from({ length: 13 }, (_, i) => 100 + i),
);

export const legacyVlanSample: Uint8Array = words(2, 13, 0x01000064, 30, 7, 100, 0, 5000, 1, 2, 3, 4);

/** Flow sample without a header: the fields of an IPv4 packet. */
export const legacyIpv4Sample: Uint8Array = words(
  ...[1, 14, 7, 512, 8192, 0, 7, 8],
  ...[2, 100, 17, 0x0a000001, 0x0a000002, 53, 5353, 0, 0],
  0,
);

export function legacyDatagram(version: 2 | 4, samples: Uint8Array[]): Uint8Array {
  return words(version, ...address, 99, 60_000, samples.length, ...samples);
}

export const legacyOctets: Uint8Array[] = ([2, 4] as const).map((version) =>
  legacyDatagram(version, [
    legacyFlowSample(version),
    legacyCountersSample,
    legacyVlanSample,
    legacyIpv4Sample,
  ]),
);
