/**
 * The thresholds of a workspace: kept on its shelf, held against the readings at every tick, and what they raised.
 * One that is kept and cannot be read any more stays on the shelf and is listed with its problem.
 */
import type {
  Threshold,
  ThresholdEvent,
  ThresholdStatus,
  ThresholdsApi,
} from '../../shared/model/threshold.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import { type Later, Numbered } from '../flows/numbered.ts';
import { readThreshold } from './definition.ts';
import type { Readings } from './readings.ts';
import { Standing } from './standing.ts';

const SHELF = 'threshold';
const MOST_THRESHOLDS = 500;

/** The part of a workspace's documents that is needed here. */
export type Shelf = {
  all(kind: string): Promise<Map<string, string>>;
  put(kind: string, name: string, body: string): Promise<void>;
  delete(kind: string, name: string): Promise<void>;
};

export type ThresholdsOptions = {
  documents: Shelf;
  readings: Readings;
  /** The workspace's own time. */
  nowMs: () => number;
  later?: Later;
};

export class Thresholds {
  readonly #options: ThresholdsOptions;
  readonly #events: Numbered<ThresholdEvent>;
  readonly #standing = new Map<string, Standing>();
  /** Kept and not readable: name → why. */
  readonly #unreadable = new Map<string, string>();
  readonly handlers: Handlers<ThresholdsApi>;

  constructor(options: ThresholdsOptions) {
    this.#options = options;
    this.#events = new Numbered(({ eventID }) => eventID, options.later);
    this.handlers = {
      'thresholds.list': () => this.list(),
      'thresholds.put': (name, input) => this.put(name, input),
      'thresholds.delete': (name) => this.delete(name),
      events: ({ thresholdIDs, eventID, maxEvents, timeoutMs }) =>
        this.#events.ask({
          ...{ after: eventID, most: maxEvents, timeoutMs },
          takes: (event) => thresholdIDs.length === 0 || thresholdIDs.includes(event.thresholdID),
        }),
    };
  }

  /** Reads what is kept. */
  async start(): Promise<void> {
    for (const [name, body] of await this.#options.documents.all(SHELF)) {
      try {
        this.#standing.set(name, new Standing(readThreshold(name, JSON.parse(body))));
      } catch (error) {
        this.#unreadable.set(
          name,
          error instanceof RpcError ? error.message : `The threshold “${name}” as it is kept is no JSON.`,
        );
      }
    }
  }

  stop(): void {
    this.#events.end();
  }

  /** What was heard so far is forgotten, as when a capture is played again: what stands is cleared. */
  restart(): void {
    for (const standing of this.#standing.values()) standing.end(this.#options.nowMs());
  }

  /** Holds every threshold against what is now; about once a second. */
  tick(nowMs: number): void {
    for (const standing of this.#standing.values()) {
      const { metric, filter } = standing.threshold;
      standing.look(this.#options.readings(metric, filter), nowMs, (event) =>
        this.#events.add((eventID) => ({ eventID, ...event })),
      );
    }
    this.#events.tell();
  }

  list(): ThresholdStatus[] {
    const usable = [...this.#standing.values()].map(
      ({ threshold, size, unraised }): ThresholdStatus => ({
        threshold,
        standing: size,
        unraised,
        problem: '',
      }),
    );
    const unreadable = [...this.#unreadable].map(
      ([name, problem]): ThresholdStatus => ({
        threshold: { name, metric: '', value: 0, filter: {}, byFlow: false, timeout: 0 },
        ...{ standing: 0, unraised: 0, problem },
      }),
    );
    return [...usable, ...unreadable].sort((a, b) => (a.threshold.name < b.threshold.name ? -1 : 1));
  }

  /** Sets one; the same again changes nothing, so that a script may say it each time it starts. */
  async put(name: string, input: unknown): Promise<Threshold> {
    const threshold = readThreshold(name, input);
    const before = this.#standing.get(name);
    if (!before && this.#standing.size >= MOST_THRESHOLDS)
      throw new RpcError('refused', `There are ${MOST_THRESHOLDS} thresholds already; delete one first.`);
    const { name: _, ...body } = threshold;
    await this.#options.documents.put(SHELF, name, JSON.stringify(body));
    this.#unreadable.delete(name);
    if (before && JSON.stringify(before.threshold) === JSON.stringify(threshold)) return threshold;
    before?.end(this.#options.nowMs());
    this.#standing.set(name, new Standing(threshold));
    return threshold;
  }

  async delete(name: string): Promise<null> {
    if (!this.#standing.has(name) && !this.#unreadable.has(name))
      throw new RpcError('refused', `There is no threshold “${name}”.`);
    await this.#options.documents.delete(SHELF, name);
    this.#standing.get(name)?.end(this.#options.nowMs());
    this.#standing.delete(name);
    this.#unreadable.delete(name);
    return null;
  }
}
