/**
 * A definition that nobody asked for before begins with the newest datagrams, which the inspector keeps: the chart
 * of a filter has its last minutes at once. They are read as a capture would be, by a network of their own, and
 * their samples are then given the paths that they had when they came.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FlowTable, Reads } from '../flows/table.ts';
import type { DatagramRing } from '../inspect/ring.ts';
import { Network } from '../samples/network.ts';
import { type Placement, Placer } from '../samples/placement.ts';
import { SampleReader } from '../samples/reader.ts';
import type { Sample } from '../samples/sample.ts';

/** Datagrams read before others get a turn: a few milliseconds. */
const AT_A_TIME = 250;

/**
 * Reads all that the ring holds into a table of seconds, from `sinceMs` on, and calls `done` in the same turn in
 * which nothing is left to read, so that what arrives next can go to the table itself. Answers from which time on
 * the table is complete: minus infinity where the ring still holds everything that ever arrived.
 */
export async function fillFromRing(
  ring: DatagramRing,
  table: FlowTable,
  network: Network,
  placement: Placement,
  sinceMs: number,
  done: (completeFromMs: number) => void,
): Promise<void> {
  const past = new Network();
  /** Paths of the live network by those of `past`. */
  const paths: number[] = [];
  const add = (sample: Sample, kind: keyof Reads): void => {
    if (!table.reads[kind]) return;
    const known = past.paths;
    const { path } = sample;
    const agent = network.find(sample.agent!.address);
    if (agent === null) return;
    paths[path] ??= network.paths.marked(
      network.paths.intern(agent.index, known.dataSourceOf(path), known.inputOf(path), known.outputOf(path)),
      known.markOf(path),
    );
    sample.agent = agent;
    sample.path = paths[path]!;
    table.add(sample, Math.floor(sample.timeMs / 1000));
  };
  const reader = new SampleReader(
    past,
    {
      flow: (sample) => add(sample, 'frames'),
      request: (sample) => add(sample, 'requests'),
      discarded: (sample) => add(sample, 'drops'),
      counters() {},
      arrival() {},
      restarted() {},
    },
    new Placer(placement, false),
  );
  let completeFromMs =
    ring.first === 0 ? Number.NEGATIVE_INFINITY : wholeSecondAfter(ring.timeMs(ring.first));
  let id = ring.first;
  for (let read = 1; id < ring.next; read++) {
    if (ring.timeMs(id) >= sinceMs)
      reader.read(ring.bytes, ring.view, ring.start(id), ring.end(id), ring.timeMs(id), null);
    id++;
    if (read % AT_A_TIME !== 0) continue;
    await nextTurn();
    // What arrived faster than this reads has pushed out what was to be read next.
    if (id >= ring.first) continue;
    id = ring.first;
    completeFromMs = wholeSecondAfter(ring.timeMs(id));
  }
  done(completeFromMs);
}

/** The second in which the oldest datagram lies may be there in part only. */
const wholeSecondAfter = (timeMs: number): number => Math.floor(timeMs / 1000 + 1) * 1000;
