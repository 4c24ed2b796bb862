/**
 * The recording of a live workspace: every datagram that was heard, in pcap segments on disk, and what the threads
 * tell each other of it. Times are milliseconds since 1970 as the engine's clock had them, sizes are octets.
 */
import type { Interval } from './question.ts';

/** What a user decides. */
export type RecordingSettings = {
  enabled: boolean;
  /** What the recording may take on disk; null: 4 GiB, or a tenth of what was free when it was begun, the lesser. */
  budgetOctets: number | null;
};

export type RecordingStatus = {
  settings: RecordingSettings;
  folder: string;
  /** The budget in force. */
  budgetOctets: number;
  /** From the oldest datagram to the newest; null where nothing is recorded. */
  interval: Interval | null;
  segments: number;
  datagrams: number;
  /** On disk, compressed or not. */
  octets: number;
  /** What the disk takes per second at the rate of the last minutes, once compressed; 0 before it is known. */
  octetsPerSecond: number;
  /** How many days the budget holds at that rate; null before it is known. */
  days: number | null;
  /** Datagrams that were heard and could not be recorded since the start. */
  dropped: number;
  /** One plain sentence where recording does not work now, else ''. */
  problem: string;
  /** What happened to the recording that a user should know, else ''. */
  notice: string;
};

/** Whole records of a segment that are compressed, indexed and read together: about a mebibyte. */
export type RecordedBlock = {
  /** Where it begins in the uncompressed pcap, and its length there. The first block begins with the file's header. */
  at: number;
  octets: number;
  /** Where it lies in the file as it is stored. */
  storedAt: number;
  storedOctets: number;
  /** Where the marks of its samples lie; -1 where there are none. */
  marksAt: number;
  marksOctets: number;
  /** Least and greatest capture time, both inclusive: a clock that stepped back makes no block lie. */
  fromMs: number;
  toMs: number;
  datagrams: number;
};

/** One file of the recording. Sequence numbers grow in the order of arrival, whatever the clock did. */
export type RecordedSegment = {
  sequence: number;
  /** Without its folder and without '.pcap' or '.pcap.zst'. */
  name: string;
  compressed: boolean;
  /** Segments of one run follow each other without a break; the number is the time at which it began. */
  run: number;
  fromMs: number;
  toMs: number;
  datagrams: number;
  /** On disk. */
  octets: number;
  /** Agents heard in it, as text; null where there were too many to list. */
  agents: string[] | null;
  blocks: RecordedBlock[];
};

/** The octets of a block and the marks of its samples (the counts as they are stored; null where there are none). */
export type BlockOctets = { bytes: Uint8Array; marks: Uint8Array | null };

/** What tells the file of a segment. */
export type SegmentFile = Pick<RecordedSegment, 'sequence' | 'name' | 'compressed'>;

/** The calls of a thread that unpacks blocks for one that reads their samples. */
export type UnpackApi = {
  /** null where the block is damaged, or gone. */
  read: (folder: string, segment: SegmentFile, block: RecordedBlock) => BlockOctets | null;
};

/** What may be read of a range: the segments that overlap it, and the times at which recording went on. */
export type RecordedRange = {
  folder: string;
  segments: RecordedSegment[];
  /** Stretches without a break, oldest first; the last one ends now while recording goes on. */
  covered: Interval[];
};

/** Datagrams on their way from the engine to the recording; the layout is `main/recording/batch.ts`'s. */
export type DatagramBatch = {
  bytes: Uint8Array<ArrayBuffer>;
  datagrams: number;
  senders: string[];
  receiver: { address: string; port: number };
};

/** The calls of the recording, in the store's thread. */
export type RecorderApi = {
  'recording.append': (batch: DatagramBatch) => null;
  'recording.status': () => RecordingStatus;
  'recording.set': (settings: RecordingSettings) => RecordingStatus;
  'recording.deleteAll': () => RecordingStatus;
  /** The segments that overlap from ≤ t < to; `nowMs` is the time up to which recording goes on. */
  'recording.range': (interval: Interval, nowMs: number) => RecordedRange;
};

/** A part of a pcap file of a range; the first one begins with the file's header. */
export type RecordedPart = {
  bytes: Uint8Array;
  datagrams: number;
  /** Give it back for the next part; null where this was the last. */
  next: { sequence: number; at: number } | null;
  /** What could not be read, in plain sentences, else ''. */
  notice: string;
};

export type RecordingApi = {
  'recording.status': () => RecordingStatus;
  'recording.set': (settings: RecordingSettings) => RecordingStatus;
  'recording.deleteAll': () => RecordingStatus;
  /** The datagrams of a range as a pcap file, part by part. */
  'recording.export': (interval: Interval, from: RecordedPart['next']) => RecordedPart;
};
