/**
 * The inspector's questions about recorded time: the recording of a range is looked at as a capture is, datagram by
 * datagram. The id of a datagram tells its segment and its place in it.
 */
import type {
  DatagramDetail,
  DatagramExport,
  DatagramExportQuestion,
  DatagramFilter,
  DatagramList,
  DatagramListQuestion,
} from '../../shared/model/inspect.ts';
import type { Interval } from '../../shared/model/question.ts';
import type { RecordedRange } from '../../shared/model/recording.ts';
import { type Call, RpcError } from '../../shared/rpc.ts';
import type { FunctionContext } from '../flows/functions/context.ts';
import { CaptureInspector, type InspectedCapture } from '../inspect/capture.ts';
import { blocksOf, MarksAtHand, PLACES_PER_SEGMENT, readRecords } from '../recording/read.ts';
import { PacketReader } from '../sources/packet-reader.ts';
import { gapsIn, octetsOf } from './range-reader.ts';

const EVER: Interval = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

export class RecordedDatagrams {
  readonly #context: () => FunctionContext;
  /** The inspector of the range that was asked about last: its list serves the pages that follow. */
  #last: { name: string; inspector: CaptureInspector } | null = null;

  constructor(context: () => FunctionContext) {
    this.#context = context;
  }

  async list(
    question: DatagramListQuestion,
    range: RecordedRange,
    call?: Call<DatagramList>,
  ): Promise<DatagramList> {
    const { interval } = question.filter;
    const list = await this.#inspector(range, interval ?? EVER).list(question, call);
    if (interval === null) return list;
    const toMs = Math.min(interval.toMs, range.covered.at(-1)?.toMs ?? interval.toMs);
    return { ...list, gaps: gapsIn({ ...interval, toMs }, range.covered, []) };
  }

  /** Throws RpcError 'refused' where the datagram has made room for newer ones. */
  async get(id: number, filter: DatagramFilter | null, range: RecordedRange): Promise<DatagramDetail> {
    const inSegment = Math.floor(id / PLACES_PER_SEGMENT);
    if (!range.segments.some(({ sequence }) => sequence === inSegment))
      throw new RpcError('refused', 'This datagram is no longer recorded: newer ones have taken its place.');
    return this.#inspector(range, EVER).get(id, filter);
  }

  export(question: DatagramExportQuestion, range: RecordedRange): Promise<DatagramExport> {
    const interval = 'filter' in question.what ? question.what.filter.interval : null;
    return this.#inspector(range, interval ?? EVER).export(question);
  }

  #inspector(range: RecordedRange, available: Interval): CaptureInspector {
    const end = range.segments.at(-1);
    const name = JSON.stringify([available, range.segments.length, end?.sequence, end?.datagrams]);
    if (this.#last?.name === name) return this.#last.inspector;
    const options = { file: recordedFile(range), available: () => available, context: this.#context };
    const inspector = new CaptureInspector(options);
    this.#last = { name, inspector };
    return inspector;
  }
}

/** A range of the recording where a capture file is expected. */
function recordedFile(range: RecordedRange): InspectedCapture {
  return {
    async pass(sink, options = {}) {
      const offset = options.from?.recordOffset ?? 0;
      const sequence = Math.floor(offset / PLACES_PER_SEGMENT);
      const at = offset % PLACES_PER_SEGMENT;
      const packets = new PacketReader(sink);
      const atHand = new MarksAtHand();
      const octetsTotal = octetsOf(range);
      let octetsRead = 0;
      for await (const one of blocksOf(range, offset > 0 ? { sequence, at } : null)) {
        readRecords(one, one.segment.sequence === sequence ? at : 0, packets, atHand);
        octetsRead += one.block.octets;
        await sink.chunk?.({ octetsRead: Math.min(octetsRead, octetsTotal), octetsTotal });
        if (options.signal?.aborted) break;
      }
    },
  };
}
