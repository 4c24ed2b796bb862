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
  #caughtUp = false;
  readonly #waiting: (() => void)[] = [];
  /** Ends the sleep of a run that waits for its position. */
  #wake: () => void = () => {};

  constructor(options: CapturePlayerOptions) {
    this.#options = options;
  }

  /** The position was set, or what runs has changed: goes on from where it is, or from the start of the file. */
  follow(fromStart: boolean): void {
    this.#caughtUp = false;
    if (fromStart || this.#run === null || this.#options.limitMs() < this.#fedMs) {
      this.#run?.abort();
      this.#run = new AbortController();
      void this.#play(this.#run.signal);
    }
    this.#wake();
  }

  /** Resolves once everything up to the position has been fed. */
  caughtUp(): Promise<void> {
    if (this.#caughtUp || this.#run === null) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  stop(): void {
    this.#run?.abort();
    this.#run = null;
    this.#wake();
    this.#tellCaughtUp();
  }

  #tellCaughtUp(): void {
    this.#caughtUp = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
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
        this.#tellCaughtUp();
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
    if (!signal.aborted) this.#tellCaughtUp();
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
