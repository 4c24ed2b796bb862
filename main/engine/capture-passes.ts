/**
 * Passes over a capture: the file is read once for all that waits at that moment, so that a screen of five charts
 * reads it once. Each pass learns the network anew; where packets enter it is learned by the first and used by all.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { formatIpv4Octets, formatIpv6 } from '../../shared/format/address.ts';
import type { Tally } from '../../shared/model/network.ts';
import type { Interval } from '../../shared/model/question.ts';
import { RpcError } from '../../shared/rpc.ts';
import type { FlowTable, Reads } from '../flows/table.ts';
import { Counters } from '../metrics/counters.ts';
import type { Naming } from '../samples/agent.ts';
import type { Arrivals } from '../samples/arrivals.ts';
import { Network } from '../samples/network.ts';
import { Placement, Placer } from '../samples/placement.ts';
import { SampleReader } from '../samples/reader.ts';
import type { Sample } from '../samples/sample.ts';
import type { CaptureFile, CaptureMeta } from '../sources/capture.ts';
import type { WorkspaceKnowledge } from './knowledge.ts';

/** What one pass has learned when it ends. */
export type Learned = { network: Network; counters: Counters };

/** Something to fill by the next pass: samples of an interval into a table. */
export type Wanted = {
  interval: Interval;
  originMs: number;
  stepMs: number;
  table: FlowTable | null;
  arrivals: Arrivals | null;
};
type Waiting = Wanted & { resolve(learned: Learned): void; reject(error: unknown): void };

/** One sender object for all datagrams: it makes text of the addresses of the last one. */
export class CaptureSender {
  bytes = new Uint8Array(0);
  meta: CaptureMeta | null = null;
  text(): string {
    const { bytes, meta } = this;
    if (!meta || meta.sourceIp < 0) return 'unknown';
    return meta.sourceType === 4 ? formatIpv4Octets(bytes, meta.sourceIp) : formatIpv6(bytes, meta.sourceIp);
  }
}

export class CapturePasses {
  readonly file: CaptureFile;
  readonly placement = new Placement();
  /** What could not be read of the file, and what a user should know of it; as of the last pass. */
  problems: Tally[] = [];
  notice = '';
  readonly #limitMs: () => number;
  readonly #naming: Naming;
  #waiting: Waiting[] = [];
  #passing = false;
  #stopped = false;

  /** Passes that are asked for see nothing of what is later than `limitMs`. */
  constructor(file: CaptureFile, limitMs: () => number, naming: Naming) {
    this.file = file;
    this.#naming = naming;
    this.#limitMs = limitMs;
  }

  /** The first pass: what there is, where packets enter, and what the samples tell beside themselves. */
  async first(
    knowledge: WorkspaceKnowledge,
    signal: AbortSignal,
    report: (part: number) => void,
  ): Promise<Learned> {
    const learned = await this.#pass([], Number.POSITIVE_INFINITY, knowledge, signal, report);
    this.placement.learn();
    return learned;
  }

  /** Fills what is wanted by the next pass. Whatever else is asked in this turn rides along. */
  ask(wanted: Wanted): Promise<Learned> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...wanted, resolve, reject });
      void this.#run();
    });
  }

  stop(why: string): void {
    this.#stopped = true;
    for (const one of this.#waiting) one.reject(new RpcError('closed', why));
    this.#waiting = [];
  }

  async #run(): Promise<void> {
    if (this.#passing || this.#stopped) return;
    this.#passing = true;
    await nextTurn();
    while (this.#waiting.length > 0 && !this.#stopped) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const result = await this.#pass(batch, this.#limitMs(), null, null, () => {});
        for (const one of batch) one.resolve(result);
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
    }
    this.#passing = false;
  }

  /** Reads the file once, into every table that waits, or to learn from it. */
  async #pass(
    wanted: readonly Wanted[],
    limitMs: number,
    knowledge: WorkspaceKnowledge | null,
    signal: AbortSignal | null,
    report: (part: number) => void,
  ): Promise<Learned> {
    const network = new Network();
    network.naming = this.#naming;
    const counters = new Counters();
    const within = (want: Wanted, timeMs: number): boolean =>
      timeMs >= want.interval.fromMs && timeMs < want.interval.toMs;
    const bucketOf = (want: Wanted, timeMs: number): number =>
      Math.floor((timeMs - want.originMs) / want.stepMs);
    const fill = (sample: Sample, kind: keyof Reads): void => {
      const { timeMs } = sample;
      for (const want of wanted)
        if (want.table?.reads[kind] && within(want, timeMs)) want.table.add(sample, bucketOf(want, timeMs));
    };
    const reader = new SampleReader(
      network,
      {
        flow(sample) {
          fill(sample, 'frames');
          knowledge?.flow(sample);
        },
        request: (sample) => fill(sample, 'requests'),
        discarded: (sample) => fill(sample, 'drops'),
        counters(agent, stream, datagram, sample, timeMs) {
          counters.observe(agent, stream, datagram, sample, timeMs);
          knowledge?.counters(agent, datagram, sample);
        },
        arrival(agent, lost, timeMs) {
          for (const want of wanted)
            if (want.arrivals !== null && within(want, timeMs))
              want.arrivals.add(agent.index, bucketOf(want, timeMs), lost);
        },
        restarted: (agent) => counters.restarted(agent),
      },
      new Placer(this.placement, knowledge !== null),
    );
    const sender = new CaptureSender();
    const summary = await this.file.pass(
      {
        datagram(bytes, view, start, end, meta) {
          const { timeMs } = meta;
          if (timeMs > limitMs) return;
          sender.bytes = bytes as Uint8Array<ArrayBuffer>;
          sender.meta = meta;
          reader.read(bytes, view, start, end, timeMs, sender);
        },
        async chunk({ octetsRead, octetsTotal }) {
          report(octetsTotal ? octetsRead / octetsTotal : 0);
          await nextTurn();
        },
      },
      signal ? { signal } : {},
    );
    this.problems = summary.problems;
    this.notice = summary.notice;
    return { network, counters };
  }
}
