/** What lies in a recording's folder, and what of it belongs to a range of time. */
import { readdirSync } from 'node:fs';
import type { Interval } from '../../shared/model/question.ts';
import type { RecordedRange, RecordedSegment } from '../../shared/model/recording.ts';
import { sequenceOf } from './segment.ts';
import { findCompressed, readAnew } from './stored.ts';

export type FoundSegments = {
  /** In the order of arrival. */
  segments: RecordedSegment[];
  /** Names of segments in which no datagram was ever whole. */
  empty: string[];
  /** What could not be read, in plain sentences. */
  notices: string[];
  lastSequence: number;
};

/**
 * All segments of a folder; a compressed one goes before its plain form. `cuts`: torn ends are cut off the files,
 * which only their owner may do. Throws where the folder cannot be read; a file that cannot is told in the notices.
 */
export function findSegments(folder: string, cuts: boolean): FoundSegments {
  const compressed = new Set<string>();
  const names = new Set<string>();
  for (const file of readdirSync(folder)) {
    const match = /^(.+)\.pcap(\.zst)?$/.exec(file);
    if (!match || sequenceOf(file) === null) continue;
    names.add(match[1]!);
    if (match[2]) compressed.add(match[1]!);
  }
  const found: FoundSegments = { segments: [], empty: [], notices: [], lastSequence: 0 };
  for (const name of [...names].sort((a, b) => sequenceOf(a)! - sequenceOf(b)!)) {
    found.lastSequence = sequenceOf(name)!;
    try {
      const { segment, notice } = compressed.has(name)
        ? findCompressed(folder, name)
        : readAnew(folder, name, cuts);
      if (notice) found.notices.push(notice);
      if (segment.datagrams > 0) found.segments.push(segment);
      else if (!notice) found.empty.push(name);
    } catch {
      found.notices.push(`The recording’s file ${name}.pcap cannot be read; it was left as it is.`);
    }
  }
  return found;
}

/**
 * Of `segments`, what overlaps a range; and the stretches in which recording went on, over all of them. `goesOn` is
 * the run that is being recorded now.
 */
export function rangeOf(
  folder: string,
  segments: readonly RecordedSegment[],
  interval: Interval,
  goesOn: { run: number; nowMs: number } | null,
): RecordedRange {
  const overlaps = ({ fromMs, toMs }: Interval): boolean => toMs >= interval.fromMs && fromMs < interval.toMs;
  const runs = new Map<number, Interval>();
  for (const { run, fromMs, toMs } of segments) {
    const known = runs.get(run);
    if (!known) runs.set(run, { fromMs, toMs });
    else {
      known.fromMs = Math.min(known.fromMs, fromMs);
      known.toMs = Math.max(known.toMs, toMs);
    }
  }
  const current = goesOn && runs.get(goesOn.run);
  if (current) current.toMs = Math.max(current.toMs, goesOn.nowMs);
  return {
    folder,
    segments: segments
      .filter(overlaps)
      .map((segment) => ({ ...segment, blocks: segment.blocks.filter(overlaps) })),
    covered: [...runs.values()].sort((a, b) => a.fromMs - b.fromMs),
  };
}
