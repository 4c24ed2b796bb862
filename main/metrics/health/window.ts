/**
 * Figures of the last minutes out of counts that only grow: what stood five to ten minutes ago is kept, and taken off.
 * A capture is looked at as a whole; there nothing is taken off.
 */
import type { Agent, Stream } from '../../samples/agent.ts';
import type { Network } from '../../samples/network.ts';
import type { DataSource } from '../data-source.ts';

export type StreamCounts = {
  datagrams: number;
  lost: number;
  late: number;
  duplicates: number;
  restarts: number;
  uptimeMs: number;
  timeMs: number;
};
export type CounterCounts = { samples: number; lost: number; late: number; duplicates: number };

type Snapshot = {
  timeMs: number;
  streams: Map<Stream, StreamCounts>;
  sources: Float64Array;
  counters: Map<DataSource, CounterCounts>;
};

const ROTATE_MS = 300_000;

export const countsOf = (stream: Stream): StreamCounts => ({
  datagrams: stream.datagrams,
  lost: stream.sequence.lost,
  late: stream.sequence.reordered,
  duplicates: stream.sequence.duplicates,
  restarts: stream.sequence.restarts,
  uptimeMs: stream.uptimeMs,
  timeMs: stream.lastSeenMs,
});

export const counterCountsOf = ({ samples, lost, late, duplicates }: DataSource): CounterCounts => ({
  samples,
  lost,
  late,
  duplicates,
});

export class Window {
  /** What is taken off, and what will be. */
  #before: Snapshot | null = null;
  #next: Snapshot | null = null;
  /** Of each stream the clock that it had when it was first looked at. */
  readonly #clocks = new Map<Stream, StreamCounts>();

  /** Looks at what there is; every second is often enough. `rolls`: whether old figures are taken off. */
  tick(network: Network, sources: Iterable<DataSource>, nowMs: number, rolls: boolean): void {
    for (const agent of network.agents) {
      for (const stream of agent.streams.values()) {
        const known = this.#clocks.get(stream);
        if (!known || known.restarts !== stream.sequence.restarts) this.#clocks.set(stream, countsOf(stream));
      }
    }
    if (!rolls) return;
    if (this.#next && nowMs - this.#next.timeMs < ROTATE_MS && nowMs >= this.#next.timeMs) return;
    this.#before = this.#next;
    this.#next = take(network, sources, nowMs);
    // A clock is compared over an hour at most, so that its drift is that of now.
    for (const [stream, { timeMs }] of this.#clocks)
      if (nowMs - timeMs > 3600_000) this.#clocks.delete(stream);
  }

  stream(stream: Stream): StreamCounts {
    const now = countsOf(stream);
    const before = this.#before?.streams.get(stream);
    if (!before) return now;
    return {
      datagrams: now.datagrams - before.datagrams,
      lost: Math.max(0, now.lost - before.lost),
      late: now.late - before.late,
      duplicates: now.duplicates - before.duplicates,
      restarts: now.restarts - before.restarts,
      uptimeMs: now.uptimeMs,
      timeMs: now.timeMs,
    };
  }

  counters(source: DataSource): CounterCounts {
    const now = counterCountsOf(source);
    const before = this.#before?.counters.get(source);
    if (!before || before.samples > now.samples) return now;
    return {
      samples: now.samples - before.samples,
      lost: Math.max(0, now.lost - before.lost),
      late: now.late - before.late,
      duplicates: now.duplicates - before.duplicates,
    };
  }

  /** Counts of flow samples that are taken off; see `SourcesHealth.of`. */
  get sources(): Float64Array | null {
    return this.#before?.sources ?? null;
  }

  /** How long an agent's clock ran and how long it was by arrival, since it was first looked at; null: not yet. */
  clock(stream: Stream): { agentMs: number; arrivalMs: number } | null {
    const first = this.#clocks.get(stream);
    if (!first) return null;
    return { agentMs: (stream.uptimeMs - first.uptimeMs) >>> 0, arrivalMs: stream.lastSeenMs - first.timeMs };
  }

  /** The agent began anew: its numbers have no past. */
  restarted(agent: Agent): void {
    for (const stream of agent.streams.values()) {
      this.#before?.streams.delete(stream);
      this.#next?.streams.delete(stream);
    }
  }
}

function take(network: Network, sources: Iterable<DataSource>, timeMs: number): Snapshot {
  const streams = new Map<Stream, StreamCounts>();
  for (const agent of network.agents)
    for (const stream of agent.streams.values()) streams.set(stream, countsOf(stream));
  const counters = new Map<DataSource, CounterCounts>();
  for (const source of sources) counters.set(source, counterCountsOf(source));
  return { timeMs, streams, sources: network.health.snapshot(), counters };
}
