/**
 * Reads ranges of the recording, each block once: it goes on where it stopped, so that a range that follows the clock
 * costs what came since, and a question that was cancelled is not begun anew. The samples carry the marks that they
 * had when they were heard. What becomes of them is the sink's.
 */
import type { Gap, Interval } from '../../shared/model/question.ts';
import type { RecordedRange } from '../../shared/model/recording.ts';
import { type AbortLike, RpcError } from '../../shared/rpc.ts';
import { gapsBetween } from '../engine/gaps.ts';
import { MARKS_UNKNOWN } from '../recording/batch.ts';
import {
  blocksOf,
  MarksAtHand,
  PLACES_PER_SEGMENT,
  type Place,
  type ReadBlock,
  type ReadsElsewhere,
  readRecords,
  release,
} from '../recording/read.ts';
import { agentIn, packedAgent } from '../recording/records.ts';
import { GivenMarks, type Marker } from '../samples/marks.ts';
import { Network } from '../samples/network.ts';
import { Placement, Placer } from '../samples/placement.ts';
import { UNPLACED } from '../samples/placement-mark.ts';
import { SampleReader, type SampleSink } from '../samples/reader.ts';
import { type CaptureMeta, type DatagramReceiver, PacketReader } from '../sources/packet-reader.ts';

export type RangeReaderOptions = {
  network: Network;
  sink: SampleSink;
  /** Told of the time of each datagram before it is read. */
  passing?: (timeMs: number) => void;
  /** Only this agent's datagrams; null: all. */
  agent: string | null;
  /** Frames that nobody asks for, and which are not looked at. */
  without: 'transit' | 'frames' | null;
  readElsewhere?: ReadsElsewhere | undefined;
};

export class RangeReader {
  /** Blocks that could not be read. */
  readonly damaged: Gap[] = [];
  readonly #agent: string | null;
  readonly #needsMarks: boolean;
  readonly #marks: GivenMarks;
  readonly #atHand = new MarksAtHand();
  readonly #packets: PacketReader;
  readonly #readElsewhere: ReadsElsewhere | undefined;
  #position: Place | null = null;
  /** Blocks that were read, by segment and place. */
  readonly #read = new Set<number>();
  #turn: Promise<unknown> = Promise.resolve();
  readonly #hearing = new Set<(part: number) => void>();

  constructor({ network, sink, passing, agent, without, readElsewhere }: RangeReaderOptions) {
    this.#agent = agent;
    this.#readElsewhere = readElsewhere;
    this.#needsMarks = without !== 'frames';
    const marks = new GivenMarks(without === 'transit');
    this.#marks = marks;
    const reader = new SampleReader(network, sink, without === 'frames' ? NO_FRAMES : marks);
    const atHand = this.#atHand;
    const wanted = agent === null ? null : packedAgent(agent);
    this.#packets = new PacketReader({
      datagram(bytes, view, start, end, meta) {
        if (wanted !== null && agentIn(view, start, end) !== wanted) return;
        passing?.(meta.timeMs);
        marks.begin(atHand.bytes, atHand.at, atHand.count === MARKS_UNKNOWN ? -1 : atHand.count);
        reader.read(bytes, view, start, end, meta.timeMs, null);
      },
    });
  }

  /**
   * Reads what of a range it has not read yet; `read` is called after each block with the part that is done (0 to 1). One
   * caller at a time reads; the others wait, and hear meanwhile how far that one is. Rejects with RpcError 'cancelled'.
   */
  readOn(range: RecordedRange, signal: AbortLike | undefined, read: (part: number) => void): Promise<void> {
    const hear = (part: number): void => {
      if (!signal?.aborted) read(part);
    };
    this.#hearing.add(hear);
    const turn = this.#turn.then(() => this.#readOn(range, signal)).finally(() => this.#hearing.delete(hear));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Whether it can go on to all of a range: nothing of it lies unread before the place it has come to. */
  goesOnTo(range: RecordedRange): boolean {
    const position = this.#position;
    if (position === null) return true;
    return this.#wanted(range).segments.every(({ sequence, blocks }) =>
      blocks.every(
        ({ at }) => !isBefore({ sequence, at }, position) || this.#read.has(placeOf(sequence, at)),
      ),
    );
  }

  async #readOn(range: RecordedRange, signal: AbortLike | undefined): Promise<void> {
    const wanted = this.#wanted(range);
    if (this.#needsMarks && this.#marks.otherwise === null && lacksMarks(wanted))
      await this.#learn(wanted, signal);
    const total = octetsOf(wanted);
    let done = octetsOf(wanted, (place) => this.#read.has(place));
    for await (const one of blocksOf(wanted, this.#position, this.#readElsewhere)) {
      throwIfCancelled(signal);
      this.#take(one);
      release(one);
      done += one.block.octets;
      for (const hear of this.#hearing) hear(Math.min(1, done / total));
    }
  }

  #take(one: ReadBlock): void {
    const { segment, block, bytes } = one;
    const from = this.#position?.sequence === segment.sequence ? this.#position.at : 0;
    this.#read.add(placeOf(segment.sequence, block.at));
    if (bytes === null) this.damaged.push({ fromMs: block.fromMs, toMs: block.toMs + 1, why: 'damaged' });
    const at = readRecords(one, from, this.#packets, this.#atHand);
    this.#position = { sequence: segment.sequence, at };
  }

  /** Without the segments that hold nothing of the agent. */
  #wanted(range: RecordedRange): RecordedRange {
    const agent = this.#agent;
    if (agent === null) return range;
    const segments = range.segments.filter(({ agents }) => agents === null || agents.includes(agent));
    return { ...range, segments };
  }

  /** Where marks were lost, where packets enter is learned from the same datagrams, as for a capture. */
  async #learn(range: RecordedRange, signal: AbortLike | undefined): Promise<void> {
    const placement = new Placement();
    const reader = new SampleReader(new Network(), NOTHING, new Placer(placement, true));
    const packets = new PacketReader(receiverOf(reader));
    for await (const one of blocksOf(range, null)) {
      throwIfCancelled(signal);
      readRecords(one, 0, packets, this.#atHand);
      release(one);
    }
    placement.learn();
    this.#marks.otherwise = new Placer(placement, false);
  }
}

const NO_FRAMES: Marker = { mark: () => UNPLACED, passes: () => true };

const NOTHING: SampleSink = { flow() {}, counters() {}, arrival() {}, restarted() {} };

function receiverOf(reader: SampleReader): DatagramReceiver {
  return {
    datagram: (bytes: Uint8Array, view: DataView, start: number, end: number, meta: CaptureMeta) =>
      reader.read(bytes, view, start, end, meta.timeMs, null),
  };
}

function throwIfCancelled(signal: AbortLike | undefined): void {
  if (signal?.aborted) throw new RpcError('cancelled', 'The question was cancelled.');
}

const placeOf = (sequence: number, at: number): number => sequence * PLACES_PER_SEGMENT + at;

/** How much there is to read of a range, or of those of its blocks that count. */
export function octetsOf(
  { segments }: RecordedRange,
  counts: (place: number) => boolean = () => true,
): number {
  let octets = 0;
  for (const { sequence, blocks } of segments)
    for (const block of blocks) if (counts(placeOf(sequence, block.at))) octets += block.octets;
  return octets;
}

function isBefore(a: Place, b: Place): boolean {
  return a.sequence < b.sequence || (a.sequence === b.sequence && a.at < b.at);
}

function lacksMarks({ segments }: RecordedRange): boolean {
  return segments.some(({ blocks }) => blocks.some(({ marksAt }) => marksAt < 0));
}

/** The stretches of a range in which nothing was recorded, and what was recorded and cannot be read. */
export function gapsIn(interval: Interval, covered: readonly Interval[], damaged: readonly Gap[]): Gap[] {
  const gaps = gapsBetween(interval, covered, 'not recorded');
  const within = damaged.filter((gap) => gap.toMs > interval.fromMs && gap.fromMs < interval.toMs);
  return [...gaps, ...within].sort((a, b) => a.fromMs - b.fromMs);
}
