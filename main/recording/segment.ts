/**
 * What is known of a segment while it grows, record by record: its blocks, its span of time, its agents. The same
 * for one that is being written and for one that is read anew after a crash.
 */
import type { RecordedBlock, RecordedSegment } from '../../shared/model/recording.ts';
import { PCAP_HEADER_OCTETS } from '../sources/pcap.ts';
import { agentText } from './records.ts';

/** A block is ended by the record that brings it to this size. */
export const BLOCK_OCTETS = 1024 * 1024;
/** More agents than this are not listed one by one. */
const MOST_AGENTS = 1024;
/** 'WEIRMARK' and the run, before the marks of a segment that is not compressed. */
export const MARKS_HEADER_OCTETS = 16;

export class SegmentShape {
  readonly blocks: RecordedBlock[] = [];
  readonly #agents = new Set<number | string>();
  fromMs = Number.POSITIVE_INFINITY;
  toMs = Number.NEGATIVE_INFINITY;
  datagrams = 0;
  /** Where the next record and the next marks begin. */
  octets = PCAP_HEADER_OCTETS;
  marksOctets = MARKS_HEADER_OCTETS;

  /** Takes in one record and the octets of its marks; `marks` −1 where they are not known for the whole block. */
  add(recordOctets: number, timeMs: number, agent: number | string, marks: number): void {
    let block = this.blocks.at(-1);
    if (block === undefined || block.octets >= BLOCK_OCTETS || block.at + block.octets !== this.octets) {
      const at = block === undefined ? 0 : this.octets;
      const head = block === undefined ? PCAP_HEADER_OCTETS : 0;
      block = {
        ...{ at, octets: head, storedAt: at, storedOctets: head },
        ...{ marksAt: marks < 0 ? -1 : this.marksOctets, marksOctets: 0 },
        ...{ fromMs: timeMs, toMs: timeMs, datagrams: 0 },
      };
      // A first block after damage at the very beginning still begins with the header.
      if (at === 0) block.octets = this.octets;
      this.blocks.push(block);
    }
    block.octets += recordOctets;
    block.storedOctets = block.octets;
    block.datagrams++;
    block.fromMs = Math.min(block.fromMs, timeMs);
    block.toMs = Math.max(block.toMs, timeMs);
    this.fromMs = Math.min(this.fromMs, timeMs);
    this.toMs = Math.max(this.toMs, timeMs);
    this.octets += recordOctets;
    this.datagrams++;
    if (this.#agents.size <= MOST_AGENTS) this.#agents.add(agent);
    if (marks < 0) return;
    block.marksOctets += marks;
    this.marksOctets += marks;
  }

  /** Octets that could not be read lie before the next record. */
  skip(octets: number): void {
    this.octets += octets;
  }

  description(name: string, sequence: number, run: number): RecordedSegment {
    const { fromMs, toMs, datagrams, blocks } = this;
    return {
      ...{ sequence, name, run, fromMs, toMs, datagrams, compressed: false },
      octets: this.octets + this.marksOctets,
      agents: this.#agents.size > MOST_AGENTS ? null : Array.from(this.#agents, agentText),
      blocks,
    };
  }
}

/** 'weir-000012-20261128T105645Z': the order of arrival, and when it was begun. */
export function segmentName(sequence: number, timeMs: number): string {
  const when = new Date(timeMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return `weir-${String(sequence).padStart(6, '0')}-${when}`;
}

/** The sequence number in the name of a segment's file; null where it is none. */
export function sequenceOf(name: string): number | null {
  const match = /^weir-(\d{6,12})-\d{8}T\d{6}Z(?=\.|$)/.exec(name);
  return match ? Number(match[1]) : null;
}
