/**
 * Runs the analytics of a capture on the capture's own time. Nothing later than the position that is played to has
 * happened yet: datagrams beyond it wait, in the order of the file, until the position has moved on; a position
 * further back begins anew from the start of the file. A capture that is not played is run to its end.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Network } from '../samples/network.ts';
import { type Placement, Placer } from '../samples/placement.ts';
import { SampleReader } from '../samples/reader.ts';
import type { CaptureFile } from '../sources/capture.ts';
import type { Analytics } from './analytics.ts';
import { CaptureSender } from './capture-passes.ts';

/** How often a position that moves is looked at. */
const LOOK_EVERY_MS = 100;
const TICK_MS = 1000;

export type CapturePlayerOptions = {
  file: CaptureFile;
  placement: Placement;
  analytics: Analytics;
  /** The position: what is later has not happened yet. */
  limitMs: () => number;
};

/** A datagram that has not happened yet, and who sent it. */
type Coming = { bytes: Uint8Array<ArrayBuffer>; timeMs: number; sender: string };

export class CapturePlayer {
  readonly #options: CapturePlayerOptions;
  #run: AbortController | null = null;
  /** The newest time that was fed. */
  #fedMs = Number.NEGATIVE_INFINITY;
  /** Everything up to here has been fed. */
  #reachedMs = Number.NEGATIVE_INFINITY;
  #waiting: { wantedMs: number; resolve: () => void }[] = [];
  /** Ends the sleep of a run that waits for its position. */
  #wake: () => void = () => {};

  constructor(options: CapturePlayerOptions) {
    this.#options = options;
  }

  /** The position was set, or what runs has changed: goes on from where it is, or from the start of the file. */
  follow(fromStart: boolean): void {
    const limitMs = this.#options.limitMs();
    // Who waits for a position that was left again gets the one it was left for.
    for (const one of this.#waiting) one.wantedMs = Math.min(one.wantedMs, limitMs);
    if (fromStart || this.#run === null || limitMs < this.#fedMs) {
      this.#reachedMs = Number.NEGATIVE_INFINITY;
      this.#run?.abort();
      this.#run = new AbortController();
      void this.#play(this.#run.signal);
    }
    this.#wake();
  }

  /**
   * Resolves once everything has been fed up to where the position is when this is called; while it moves on, however
   * fast, an answer is not older than its question.
   */
  caughtUp(): Promise<void> {
    const wantedMs = this.#options.limitMs();
    if (this.#run === null || wantedMs <= this.#reachedMs) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push({ wantedMs, resolve });
      this.#wake();
    });
  }

  stop(): void {
    this.#run?.abort();
    this.#run = null;
    this.#wake();
    this.#reached(Number.POSITIVE_INFINITY);
  }

  #reached(timeMs: number): void {
    this.#reachedMs = timeMs;
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ wantedMs }) => wantedMs > timeMs);
    for (const { wantedMs, resolve } of waiting) if (wantedMs <= timeMs) resolve();
  }

  async #play(signal: AbortSignal): Promise<void> {
    const { file, placement, analytics, limitMs } = this.#options;
    const network = new Network();
    analytics.restart(network);
    this.#fedMs = Number.NEGATIVE_INFINITY;
    const reader = new SampleReader(
      network,
      {
        flow: (sample) => analytics.flow(sample),
        request: (sample) => analytics.request(sample),
        discarded: (sample) => analytics.discarded(sample),
        counters: (...sample) => void analytics.counters(...sample),
        other: (...sample) => analytics.other(...sample),
        arrival() {},
        restarted: (agent) => analytics.restarted(agent),
      },
      new Placer(placement, false),
    );
    const sender = new CaptureSender();
    let tickedMs = Number.NEGATIVE_INFINITY;
    const tick = (timeMs: number): void => {
      if (timeMs < tickedMs + TICK_MS) return;
      analytics.tick(timeMs);
      tickedMs = timeMs;
    };
    const happen = (timeMs: number): void => {
      tick(timeMs);
      this.#fedMs = Math.max(this.#fedMs, timeMs);
    };
    const coming: Coming[] = [];
    /** Feeds what has happened by now of what was read; waits until all of it has. */
    const drain = async (): Promise<void> => {
      let fed = 0;
      while (!signal.aborted && fed < coming.length) {
        const { bytes, timeMs, sender } = coming[fed]!;
        const limit = limitMs();
        if (timeMs <= limit) {
          happen(timeMs);
          reader.read(bytes, new DataView(bytes.buffer), 0, bytes.length, timeMs, { text: () => sender });
          fed++;
          continue;
        }
        tick(limit);
        this.#reached(limit);
        await this.#sleep();
      }
      coming.length = 0;
    };
    try {
      await file.pass(
        {
          datagram: (bytes, view, start, end, meta) => {
            const { timeMs } = meta;
            sender.bytes = bytes as Uint8Array<ArrayBuffer>;
            sender.meta = meta;
            if (coming.length === 0 && timeMs <= limitMs()) {
              happen(timeMs);
              reader.read(bytes, view, start, end, timeMs, sender);
            } else coming.push({ bytes: bytes.slice(start, end), timeMs, sender: sender.text() });
          },
          chunk: async () => {
            await nextTurn();
            await drain();
          },
        },
        { signal },
      );
      await drain();
      if (signal.aborted) return;
      analytics.tick(this.#fedMs);
    } catch {
      // What cannot be read of the file is told by the passes that answer questions.
    }
    if (!signal.aborted) this.#reached(Number.POSITIVE_INFINITY);
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_EVERY_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
