/**
 * The recording read for one definition: through the same reader, tables and counters as the live engine.
 */
import type { RecordedRange } from '../../shared/model/recording.ts';
import type { AbortLike } from '../../shared/rpc.ts';
import type { FlowTable, Reads } from '../flows/table.ts';
import { Counters } from '../metrics/counters.ts';
import type { ReadsElsewhere } from '../recording/read.ts';
import { Arrivals } from '../samples/arrivals.ts';
import { Network } from '../samples/network.ts';
import type { Sample } from '../samples/sample.ts';
import { RangeReader } from './range-reader.ts';

export type ReadingOptions = {
  /** What is added up, in buckets of `stepMs` counted from 1970. */
  table: FlowTable;
  stepMs: number;
  /** Samples before this are read and not added up. */
  fromMs: number;
  /** Only this agent's datagrams; null: all. */
  agent: string | null;
  /** Whether counters are wanted too. */
  counters: boolean;
  /** Whether only frames that may count once in the whole network are wanted: those in transit are not looked at. */
  withoutTransit: boolean;
  readElsewhere?: ReadsElsewhere | undefined;
};

export class Reading {
  readonly table: FlowTable;
  readonly network = new Network();
  readonly counters = new Counters();
  readonly arrivals = new Arrivals();
  readonly reader: RangeReader;
  fromMs: number;
  readonly #stepMs: number;

  constructor(options: ReadingOptions) {
    const { table, stepMs, fromMs, agent, counters: wantsCounters, withoutTransit, readElsewhere } = options;
    this.#stepMs = stepMs;
    this.table = table;
    this.fromMs = fromMs;
    const { network, counters, arrivals } = this;
    const fill = (sample: Sample, kind: keyof Reads): void => {
      if (table.reads[kind] && sample.timeMs >= fromMs) table.add(sample, Math.floor(sample.timeMs / stepMs));
    };
    this.reader = new RangeReader({
      ...{ network, agent, without: withoutTransit ? 'transit' : null, readElsewhere },
      sink: {
        flow: (sample) => fill(sample, 'frames'),
        request: (sample) => fill(sample, 'requests'),
        discarded: (sample) => fill(sample, 'drops'),
        counters(...sample) {
          if (wantsCounters) counters.observe(...sample);
        },
        arrival(agent, lost, timeMs) {
          if (timeMs >= fromMs) arrivals.add(agent.index, Math.floor(timeMs / stepMs), lost);
        },
        restarted: (agent) => counters.restarted(agent),
      },
    });
  }

  /** Reads what of a range it has not read yet, as `RangeReader` does. */
  async readOn(
    range: RecordedRange,
    signal: AbortLike | undefined,
    read: (part: number) => void,
  ): Promise<void> {
    await this.reader.readOn(range, signal, read);
    this.table.flush();
  }

  /** Forgets what lies before a time, so that what follows the clock does not grow. */
  forget(beforeMs: number): void {
    const bucket = Math.floor(beforeMs / this.#stepMs);
    this.table.forget(bucket);
    this.arrivals.forget(bucket);
    this.fromMs = bucket * this.#stepMs;
  }
}
