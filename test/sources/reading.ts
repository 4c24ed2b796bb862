/** Reads a capture made in a test and keeps what came of it. */
import { type CaptureOptions, type CaptureSummary, readCapture } from '../../main/sources/capture.ts';
import { CaptureError } from '../../main/sources/input.ts';
import { inChunks, sequenceOf } from './builder.ts';

export type Seen = {
  sequence: number;
  octets: number;
  timeMs: number;
  sourceType: 4 | 6;
  source: number[];
  sourcePort: number;
  destinationPort: number;
  recordOffset: number;
  index: number;
  truncated: boolean;
};

export type Reading = { seen: Seen[]; summary: CaptureSummary | null; error: CaptureError | null };

/** Reads to the end; a CaptureError is kept, anything else is thrown. */
export async function reading(
  source: Uint8Array | string,
  options: CaptureOptions = {},
  chunkOctets?: number,
): Promise<Reading> {
  const seen: Seen[] = [];
  const sink = {
    datagram: (
      ...[bytes, view, start, end, meta]: Parameters<Parameters<typeof readCapture>[1]['datagram']>
    ) => {
      if (view.buffer !== bytes.buffer) throw new Error('view and bytes are of different memory');
      seen.push({
        sequence: sequenceOf(bytes, start),
        octets: end - start,
        timeMs: meta.timeMs,
        sourceType: meta.sourceType,
        source: [...bytes.subarray(meta.sourceIp, meta.sourceIp + (meta.sourceType === 4 ? 4 : 16))],
        sourcePort: meta.sourcePort,
        destinationPort: meta.destinationPort,
        recordOffset: meta.recordOffset,
        index: meta.index,
        truncated: meta.truncated,
      });
    },
  };
  try {
    const from = typeof source === 'string' ? source : inChunks(source, chunkOctets);
    return { seen, summary: await readCapture(from, sink, options), error: null };
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return { seen, summary: null, error };
  }
}

export function sequences({ seen }: Reading): number[] {
  return seen.map((one) => one.sequence);
}

export function countOf(tallies: { name: string; count: number }[] | undefined, name: string): number {
  return tallies?.find((tally) => tally.name === name)?.count ?? 0;
}
