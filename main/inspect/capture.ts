/**
 * The inspector's questions to a capture. A list is one pass over the file, kept as columns for the pages that
 * follow; one datagram is read from its own place in the file; an export is a pass.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { formatIpv4Octets, formatIpv6 } from '../../shared/format/address.ts';
import type {
  DatagramDetail,
  DatagramExport,
  DatagramExportQuestion,
  DatagramFilter,
  DatagramList,
  DatagramListQuestion,
} from '../../shared/model/inspect.ts';
import type { Interval } from '../../shared/model/question.ts';
import { type Call, RpcError } from '../../shared/rpc.ts';
import type { FunctionContext } from '../flows/functions/context.ts';
import type { CaptureMeta, CaptureOptions, CaptureSink } from '../sources/capture.ts';
import { type DetailContext, detailOf, type Ends } from './detail.ts';
import { EVERYTHING, type Examiner, examinerFor, Names } from './examine.ts';
import { Export } from './export.ts';
import { Rows } from './rows.ts';

/** A capture on disk, or whatever else hands on the same datagrams in the same order each time. */
export type InspectedCapture = {
  pass(sink: CaptureSink, options?: CaptureOptions): Promise<unknown>;
};

export type CaptureInspectorOptions = {
  file: InspectedCapture;
  /** What may be asked of: the capture, or as much of it as has been played. */
  available: () => Interval;
  context: () => FunctionContext;
};

type Index = { rows: Rows; examiner: Examiner; sources: Names };
/** A list that is read, or was: `index` is what there is of it by now. */
type Listing = {
  index: Index;
  done: Promise<void>;
  /** Those who wait for it; when the last one no longer does, the reading ends. */
  waiting: Set<(part: number) => void>;
  stop: AbortController;
};

/** When what was found of a long list is told first, and how often then. */
const FIRST_PARTIAL_MS = 150;
const PARTIAL_EVERY_MS = 500;
/** Lists kept for further pages. */
const KEPT_LISTS = 2;
export class CaptureInspector {
  readonly #options: CaptureInspectorOptions;
  readonly #lists = new Map<string, Listing>();

  constructor(options: CaptureInspectorOptions) {
    this.#options = options;
  }

  /**
   * Rows in the order of the file; a long reading tells what it has found by then. Throws RpcError 'refused' where the
   * filter cannot be understood, 'cancelled' where nobody waits any more.
   */
  async list(question: DatagramListQuestion, call?: Call<DatagramList>): Promise<DatagramList> {
    const listing = this.#listing(question.filter);
    let dueMs = performance.now() + FIRST_PARTIAL_MS;
    const tell = (part: number): void => {
      const nowMs = performance.now();
      if (nowMs < dueMs) return;
      call?.progress(part, this.#answer(question, listing.index));
      dueMs = nowMs + Math.max(PARTIAL_EVERY_MS, (performance.now() - nowMs) * 10);
    };
    const leave = (): void => {
      listing.waiting.delete(tell);
      if (listing.waiting.size === 0) listing.stop.abort();
    };
    listing.waiting.add(tell);
    call?.signal.addEventListener('abort', leave);
    try {
      await listing.done;
    } finally {
      listing.waiting.delete(tell);
      call?.signal.removeEventListener('abort', leave);
    }
    return this.#answer(question, listing.index);
  }

  #answer({ filter, offset, limit }: DatagramListQuestion, { rows, examiner, sources }: Index): DatagramList {
    const interval = filter.interval ?? this.#options.available();
    return {
      ...rows.answer({
        ...{ from: 0, to: rows.count, only: filter.only },
        ...{ offset, limit, newestFirst: false, interval },
      }),
      beyond: rows.beyond,
      examined: examiner.examined,
      agents: examiner.agents.texts,
      sources: sources.texts,
      records: examiner.records(),
      ring: null,
    };
  }

  #listing(filter: DatagramFilter): Listing {
    const limitMs = this.#options.available().toMs;
    const key = JSON.stringify([{ ...filter, only: 'all' }, limitMs]);
    const known = this.#lists.get(key);
    if (known && !known.stop.signal.aborted) {
      this.#lists.delete(key);
      this.#lists.set(key, known);
      return known;
    }
    const made = this.#read(filter, limitMs);
    this.#lists.set(key, made);
    made.done.catch(() => {
      if (this.#lists.get(key) === made) this.#lists.delete(key);
    });
    for (const oldest of this.#lists.keys()) {
      if (this.#lists.size <= KEPT_LISTS) break;
      this.#lists.delete(oldest);
    }
    return made;
  }

  #read(filter: DatagramFilter, limitMs: number): Listing {
    const examiner = this.#examiner(filter, false);
    const rows = new Rows();
    const sources = new Names();
    const waiting: Listing['waiting'] = new Set();
    const stop = new AbortController();
    const read = async (): Promise<void> => {
      await this.#options.file.pass(
        {
          datagram(bytes, view, start, end, meta) {
            if (meta.timeMs >= limitMs) return;
            if (!examiner.read(bytes, view, start, end, meta.timeMs)) return;
            rows.push(
              examiner.facts,
              meta.recordOffset,
              meta.index + 1,
              sourceIndex(sources, bytes, view, meta),
            );
          },
          chunk({ octetsRead, octetsTotal }) {
            if (octetsTotal !== null && octetsRead < octetsTotal)
              for (const tell of waiting) tell(octetsRead / octetsTotal);
            return nextTurn();
          },
        },
        { signal: stop.signal },
      );
      if (stop.signal.aborted) throw new RpcError('cancelled', 'The question was cancelled.');
    };
    return { index: { rows, examiner, sources }, done: read(), waiting, stop };
  }

  #examiner(filter: DatagramFilter, keepFound: boolean): Examiner {
    return examinerFor({ filter, context: this.#options.context(), keepFound });
  }

  /** One datagram whole, and which samples the filter means. Throws RpcError 'refused' where the capture has none at this place. */
  async get(id: number, filter: DatagramFilter | null): Promise<DatagramDetail> {
    const context = { filter, context: this.#options.context() };
    // A datagram that came in fragments is put together only by reading from before its first.
    const found = (await this.#find(id, id, context)) ?? (await this.#find(id, 0, context));
    if (found === null) throw new RpcError('refused', 'The capture has no datagram at this place.');
    return found;
  }

  async #find(id: number, from: number, context: DetailContext): Promise<DatagramDetail | null> {
    let found: DatagramDetail | null = null;
    const stop = new AbortController();
    await this.#options.file.pass(
      {
        datagram(bytes, _view, start, end, meta) {
          if (meta.recordOffset < id) return;
          stop.abort();
          if (found !== null || meta.recordOffset !== id) return;
          const { timeMs, truncated } = meta;
          found = detailOf({ id, timeMs, truncated }, bytes.slice(start, end), endsOf(bytes, meta), context);
        },
      },
      { from: { recordOffset: from }, signal: stop.signal },
    );
    return found;
  }

  /** The chosen datagrams, or those of a filter, as a pcap file. Throws RpcError 'refused' for a filter it cannot read. */
  async export({ what, form }: DatagramExportQuestion): Promise<DatagramExport> {
    const ids = 'ids' in what ? new Set(what.ids) : null;
    const limitMs = this.#options.available().toMs;
    const examiner = this.#examiner('filter' in what ? what.filter : EVERYTHING, form === 'headers');
    const made = new Export(form);
    let left = ids?.size ?? 0;
    const stop = new AbortController();
    const first = ids ? Math.min(...ids) : 0;
    if (ids?.size === 0) return made.finish();
    await this.#options.file.pass(
      {
        datagram(bytes, view, start, end, meta) {
          if (ids ? !ids.has(meta.recordOffset) : meta.timeMs >= limitMs) return;
          if (!examiner.read(bytes, view, start, end, meta.timeMs) || !examiner.wanted) return;
          made.add(bytes, start, end, meta.timeMs, () => endsOf(bytes, meta), examiner.headers);
          if (ids && --left === 0) stop.abort();
        },
        chunk: () => nextTurn(),
      },
      ids ? { from: { recordOffset: first }, signal: stop.signal } : {},
    );
    return made.finish();
  }
}

function sourceIndex(sources: Names, bytes: Uint8Array, view: DataView, meta: CaptureMeta): number {
  if (meta.sourceIp < 0) return sources.indexOf('', () => 'unknown');
  if (meta.sourceType === 4)
    return sources.indexOf(view.getUint32(meta.sourceIp), () => formatIpv4Octets(bytes, meta.sourceIp));
  const text = formatIpv6(bytes, meta.sourceIp);
  return sources.indexOf(text, () => text);
}

function endsOf(bytes: Uint8Array, meta: CaptureMeta): Ends {
  const text = (offset: number): string => {
    if (offset < 0) return '';
    return meta.sourceType === 4 ? formatIpv4Octets(bytes, offset) : formatIpv6(bytes, offset);
  };
  return {
    from: { address: text(meta.sourceIp), port: meta.sourcePort },
    to: { address: text(meta.destinationIp), port: meta.destinationPort },
  };
}
