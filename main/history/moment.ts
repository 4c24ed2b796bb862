/**
 * A workspace as it was at a moment: the analytics of the live engine run over what is recorded of the time before it,
 * and nothing later. A moment that follows within the lead is reached by reading on, as when the recording is played;
 * any other begins anew. What is learned here (agents, names, hosts, places) stays here.
 */

import { MOMENT_LEAD_MS } from '../../shared/model/moment.ts';
import type { AgentStatus, InterfaceStatus } from '../../shared/model/network.ts';
import type { RecordedRange } from '../../shared/model/recording.ts';
import type { StoredDocument } from '../../shared/model/store.ts';
import { type AbortLike, RpcError } from '../../shared/rpc.ts';
import { Analytics } from '../engine/analytics.ts';
import { CaptureSender } from '../engine/capture-passes.ts';
import { documentsInMemory } from '../engine/documents.ts';
import { NOT_STORED } from '../engine/kept-definitions.ts';
import { MARKS_UNKNOWN } from '../recording/batch.ts';
import { blocksOf, MarksAtHand, type Place, readRecords } from '../recording/read.ts';
import { Arrivals } from '../samples/arrivals.ts';
import { GivenMarks } from '../samples/marks.ts';
import { Network } from '../samples/network.ts';
import { Placement, Placer } from '../samples/placement.ts';
import { SampleReader } from '../samples/reader.ts';
import { type CaptureMeta, PacketReader } from '../sources/packet-reader.ts';

const UNREADABLE =
  'What was recorded of the minutes before this moment is damaged or gone; choose another moment.';
const TICK_MS = 1000;
/** Agents are said to send so many datagrams a second by the last so many seconds, as in the live engine. */
const RATE_SECONDS = 10;

/** A datagram that lies behind the moment, with the marks of its samples. */
type Coming = {
  bytes: Uint8Array<ArrayBuffer>;
  timeMs: number;
  sender: string;
  marks: Uint8Array<ArrayBuffer>;
  count: number;
};

export class RecordedMoment {
  readonly analytics: Analytics;
  readonly #tell: (network: Network) => void;
  readonly #started: Promise<void>;
  #atMs = Number.NEGATIVE_INFINITY;
  #arrivals = new Arrivals();
  #marks = new GivenMarks();
  readonly #atHand = new MarksAtHand();
  #reader: SampleReader;
  readonly #packets: PacketReader;
  #position: Place | null = null;
  #tickedMs = Number.NEGATIVE_INFINITY;
  #coming: Coming[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  /** `documents` are what the user made; `tell` gives a new network the names that were known before. */
  constructor(documents: readonly StoredDocument[], tell: (network: Network) => void) {
    this.#tell = tell;
    this.analytics = new Analytics({
      network: new Network(),
      documents: documentsInMemory(documents),
      nowMs: () => this.#atMs,
      keepCountersMs: MOMENT_LEAD_MS * 2,
      changed() {},
      provenance: 'recording',
      storing: () => ({ trend: '', notStored: NOT_STORED.capture }),
    });
    this.#reader = this.#begin();
    this.#started = this.analytics.start();
    const sender = new CaptureSender();
    this.#packets = new PacketReader({
      datagram: (bytes, view, start, end, meta) => this.#datagram(bytes, view, start, end, meta, sender),
    });
  }

  /**
   * What `answer` says once all of `range` up to the moment is known; one at a time. Rejects with RpcError 'cancelled', and
   * with 'missing' where nothing of it can be read.
   */
  at<Answer>(
    atMs: number,
    range: RecordedRange,
    signal: AbortLike | undefined,
    answer: () => Answer | Promise<Answer>,
  ): Promise<Answer> {
    const turn = this.#turn.then(async () => {
      // What nobody waits for any more must not begin the reading anew for those that come after it.
      if (signal?.aborted) throw new RpcError('cancelled', 'The question was cancelled.');
      await this.#goTo(atMs, range, signal);
      return answer();
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Agents that were heard; those that are only known from another time are none. */
  agents(): AgentStatus[] {
    const second = Math.floor(this.#atMs / 1000);
    const rows = this.#arrivals.rowsOf(second - RATE_SECONDS, second);
    const recent = new Map(rows.map(({ agent, received }) => [agent, received]));
    const { network } = this.analytics;
    const all = network.status((agent) => (recent.get(agent.index) ?? 0) / RATE_SECONDS);
    return this.analytics.withCounterArrivals(all.filter(({ streams }) => streams.length > 0));
  }

  health(interfaces: InterfaceStatus[]): ReturnType<Analytics['health']['report']> {
    const heard = new Set(this.agents().map(({ agent }) => agent));
    return this.analytics.health.report(interfaces, this.#atMs).filter(({ agent }) => heard.has(agent));
  }

  stop(): void {
    void this.analytics.stop();
  }

  #begin(): SampleReader {
    const { analytics } = this;
    const network = new Network();
    analytics.restart(network);
    this.#tell(network);
    network.naming = analytics.knowledge.naming;
    const arrivals = new Arrivals();
    const marks = new GivenMarks();
    // Where marks were lost, what is heard here has to do.
    marks.otherwise = new Placer(new Placement(), true);
    this.#arrivals = arrivals;
    this.#marks = marks;
    this.#position = null;
    this.#tickedMs = Number.NEGATIVE_INFINITY;
    this.#coming = [];
    return new SampleReader(
      network,
      {
        flow: (sample) => analytics.flow(sample),
        request: (sample) => analytics.request(sample),
        discarded: (sample) => analytics.discarded(sample),
        counters: (...sample) => void analytics.counters(...sample),
        other: (...sample) => analytics.other(...sample),
        arrival: (agent, lost, timeMs) => arrivals.add(agent.index, Math.floor(timeMs / 1000), lost),
        restarted: (agent) => analytics.restarted(agent),
      },
      marks,
    );
  }

  async #goTo(atMs: number, range: RecordedRange, signal: AbortLike | undefined): Promise<void> {
    await this.#started;
    if (atMs < this.#atMs || atMs - MOMENT_LEAD_MS > this.#atMs) this.#reader = this.#begin();
    this.#atMs = atMs;
    this.#feedComing();
    let readable = this.#position === null ? 0 : 1;
    let unreadable = 0;
    for await (const one of blocksOf(range, this.#position)) {
      if (signal?.aborted) throw new RpcError('cancelled', 'The question was cancelled.');
      if (one.bytes === null) unreadable++;
      else readable++;
      const { segment } = one;
      const from = this.#position?.sequence === segment.sequence ? this.#position.at : 0;
      const at = readRecords(one, from, this.#packets, this.#atHand);
      this.#position = { sequence: segment.sequence, at };
    }
    if (unreadable > 0 && readable === 0) throw new RpcError('missing', UNREADABLE);
    this.#tick(atMs);
    this.#arrivals.forget(Math.floor(atMs / 1000) - 2 * RATE_SECONDS);
  }

  #datagram(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    meta: CaptureMeta,
    sender: CaptureSender,
  ): void {
    const { timeMs } = meta;
    sender.bytes = bytes as Uint8Array<ArrayBuffer>;
    sender.meta = meta;
    const { bytes: marks, at, count } = this.#atHand;
    if (timeMs > this.#atMs) {
      const octets = count === MARKS_UNKNOWN ? 0 : (count + 3) >> 2;
      this.#coming.push({
        ...{ bytes: bytes.slice(start, end), timeMs, sender: sender.text(), count },
        marks: marks.slice(at, at + octets) as Uint8Array<ArrayBuffer>,
      });
      return;
    }
    this.#tick(timeMs);
    this.#marks.begin(marks, at, count === MARKS_UNKNOWN ? -1 : count);
    this.#reader.read(bytes, view, start, end, timeMs, sender);
  }

  #feedComing(): void {
    const coming = this.#coming;
    let fed = 0;
    for (; fed < coming.length && coming[fed]!.timeMs <= this.#atMs; fed++) {
      const { bytes, timeMs, sender, marks, count } = coming[fed]!;
      this.#tick(timeMs);
      this.#marks.begin(marks, 0, count === MARKS_UNKNOWN ? -1 : count);
      this.#reader.read(bytes, new DataView(bytes.buffer), 0, bytes.length, timeMs, { text: () => sender });
    }
    this.#coming = coming.slice(fed);
  }

  #tick(timeMs: number): void {
    if (timeMs < this.#tickedMs + TICK_MS) return;
    this.analytics.tick(timeMs);
    this.#tickedMs = timeMs;
  }
}
