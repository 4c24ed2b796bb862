/**
 * Hands minutes to the store: the open one every second, so that a crash costs two seconds at most, and each
 * finished one once more with all that is kept of it. While the store cannot write, finished minutes wait in
 * memory, ten of them at most.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type {
  FlowMinute,
  MetricReadings,
  MinuteBatch,
  StoreApi,
  StoredCounters,
  StoredDefinition,
  StoreStatus,
} from '../../shared/model/store.ts';
import { type Client, RpcError } from '../../shared/rpc.ts';
import type { FlowTable } from '../flows/table.ts';
import type { Counters } from '../metrics/counters.ts';
import { type MinuteReadings, READINGS_AT_ONCE } from '../metrics/minute-readings.ts';
import type { Agent } from '../samples/agent.ts';
import type { Arrivals } from '../samples/arrivals.ts';
import type { Network } from '../samples/network.ts';
import { arrivalRows, flowMinute, interfacesAndAgents, recall } from './minutes.ts';

/** Turns that readings of metrics have each second, and at the end. */
const MOST_TURNS = 4;
const MOST_LAST_TURNS = 500;
/** Minutes that wait in memory while the store cannot write. */
const MINUTES_WAITING = 10;
/** Intervals of counters, and readings of metrics, that wait then. */
const ROWS_WAITING = 20_000;
/** Keys of a definition kept per minute while it is open, and when it is closed. */
const OPEN_MINUTE_KEYS = 200;
const CLOSED_MINUTE_KEYS = 1000;
/** Times that a minute is collected with turns for others in between, before it is collected without. */
const COLLECTED_WITH_TURNS = 3;
/** After so long of collecting others have their turn. */
const TURN_MS = 3;

/** `counts`: what stands in the place of octets, '' for octets. */
export type Stored = { names: readonly string[]; filter: string; counts: string; table: FlowTable };

/** What a table's minutes are stored under. */
export const definitionOf = ({ names, filter, counts }: Stored): StoredDefinition => ({
  keys: names.join(','),
  filter,
  counts,
});

export type MinuteWriterOptions = {
  store: Client<StoreApi, Record<string, never>>;
  network: Network;
  arrivals: Arrivals;
  counters: Counters;
  /** The definitions whose minutes are kept, as they are now. */
  tables: () => readonly Stored[];
  readings: Pick<MinuteReadings, 'take' | 'takeLeftOut'>;
  nowMs: () => number;
};

export class MinuteWriter {
  /** As the store last told it; null before it did. */
  status: StoreStatus | null = null;
  /** One plain sentence where the store cannot be reached, else ''. */
  problem = '';
  readonly #options: MinuteWriterOptions;
  #recall: (minute: number) => Promise<void> = async () => {};
  /** The last minute that an earlier run stored. */
  #storedBefore = Number.NEGATIVE_INFINITY;
  /** The first minute that has not been closed in the store. */
  #openMinute: number;
  #recalledMinute = Number.NEGATIVE_INFINITY;
  #oldestMinute: number;
  #writing: Promise<void> | null = null;
  /** Series that grew since the last writing. */
  readonly #grew: { agent: Agent; ifIndex: number }[] = [];
  /** Growth and readings that are not stored yet. */
  readonly #waiting: { counters: StoredCounters[]; metrics: MetricReadings[] } = {
    counters: [],
    metrics: [],
  };
  /** When the list of agents and interfaces was last stored, and how long it was. */
  #networkStored = { minute: 0, size: 0 };

  constructor(options: MinuteWriterOptions) {
    this.#options = options;
    this.#openMinute = Math.floor(options.nowMs() / 60_000);
    this.#oldestMinute = this.#openMinute;
  }

  /**
   * Goes on after an earlier run that stored minutes up to `storedBefore`. `recall` puts into memory what the store has
   * of a minute: one that both runs write to (the earlier one ended within it, or the clock was set back since) holds
   * both. The open one is taken up at once.
   */
  async resume(storedBefore: number, recall: (minute: number) => Promise<void>): Promise<void> {
    this.#storedBefore = storedBefore;
    this.#recall = recall;
    await this.#takeUp(this.#openMinute);
  }

  /**
   * The first minute that may not be stored whole yet. What was heard since is still needed, however far in the past it
   * lies after the clock was set forward.
   */
  get oldestMinute(): number {
    return this.#oldestMinute;
  }

  noteCounters(agent: Agent, ifIndex: number): void {
    this.#grew.push({ agent, ifIndex });
  }

  /** Writes what is not stored yet; a writing that is under way is what a second caller gets. */
  write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  /** The last writing, with whatever came while another was under way. */
  async finish(): Promise<void> {
    await this.#writing;
    await this.write();
    const { readings } = this.#options;
    for (let turn = 0; turn < MOST_LAST_TURNS; turn++) {
      const metrics = readings.take(true);
      if (metrics.length === 0 || !(await this.#send({ metrics }).catch(() => false))) return;
    }
  }

  async #send(part: Partial<MinuteBatch>): Promise<boolean> {
    const batch = { flows: [], arrivals: [], counters: [], agents: [], interfaces: [], metrics: [], ...part };
    this.status = await this.#options.store.call(null, 'write', [batch]);
    return this.status.problem === '';
  }

  async #writeAll(): Promise<void> {
    const { network, tables, nowMs } = this.#options;
    try {
      const nowMinute = Math.floor(nowMs() / 60_000);
      for (const minute of this.#minutesToWrite(nowMinute)) {
        const closed = minute < nowMinute;
        await this.#takeUp(minute);
        if (!(await this.#writeMinute(minute, closed ? CLOSED_MINUTE_KEYS : OPEN_MINUTE_KEYS))) return;
        if (!closed) continue;
        for (const { table } of tables()) table.minutes.delete(minute);
        this.#openMinute = minute + 1;
      }
      const size = network.agents.length + network.interfaces;
      const known = nowMinute === this.#networkStored.minute && size === this.#networkStored.size;
      if (!known && (await this.#send(interfacesAndAgents(network))))
        this.#networkStored = { minute: nowMinute, size };
    } catch (error) {
      this.problem =
        error instanceof RpcError && error.kind === 'closed'
          ? 'The store has stopped; what is on the screen goes on.'
          : 'Minutes could not be stored.';
    }
  }

  /**
   * Minutes that are not closed in the store, oldest first: the latest ones, and those before them that samples came
   * in, as before the clock was set forward. Of more than fit in memory the oldest are given up.
   */
  #minutesToWrite(nowMinute: number): number[] {
    const minutes = new Set<number>();
    for (let minute = Math.max(this.#openMinute, nowMinute - MINUTES_WAITING); minute <= nowMinute; minute++)
      minutes.add(minute);
    if (this.#openMinute <= nowMinute) minutes.add(this.#openMinute);
    const tables = this.#options.tables();
    for (const { table } of tables) {
      table.flush();
      for (const minute of table.minutes.keys())
        if (minute >= this.#openMinute && minute <= nowMinute) minutes.add(minute);
    }
    const kept = [...minutes].sort((a, b) => a - b).slice(-MINUTES_WAITING - 2);
    this.#oldestMinute = kept[0]!;
    for (const { table } of tables)
      for (const minute of table.minutes.keys()) if (minute < kept[0]!) table.minutes.delete(minute);
    return kept;
  }

  async #takeUp(minute: number): Promise<void> {
    if (minute > this.#storedBefore || minute <= this.#recalledMinute) return;
    await this.#recall(minute);
    this.#recalledMinute = minute;
  }

  /**
   * A minute is stored in one piece, so that a crash leaves none in which one definition knows more than another;
   * false where writing failed.
   */
  async #writeMinute(minute: number, limit: number): Promise<boolean> {
    const minuteRows = await this.#collect(minute, limit);
    const { counters, metrics } = this.#waiting;
    counters.push(...recall(this.#options.counters, this.#grew.splice(0)));
    const { readings } = this.#options;
    let taken = readings.take();
    metrics.push(...taken);
    const isStored = await this.#send({ ...minuteRows, counters, metrics, leftOut: readings.takeLeftOut() });
    // What the disk refused waits; of more than may wait the oldest goes.
    for (const rows of [counters, metrics])
      rows.splice(0, isStored ? rows.length : rows.length - ROWS_WAITING);
    for (let left = MOST_TURNS - 1; isStored && left > 0 && taken.length >= READINGS_AT_ONCE; left--) {
      taken = readings.take();
      if (!(await this.#send({ metrics: taken }))) return false;
    }
    return isStored;
  }

  /**
   * All that is kept of a minute as it is at one moment. What takes longer leaves the sockets their turns; where the
   * minute grew meanwhile it is collected once more, and the last time without a turn.
   */
  async #collect(minute: number, limit: number): Promise<Pick<MinuteBatch, 'flows' | 'arrivals'>> {
    const { network, tables, arrivals } = this.#options;
    for (let left = COLLECTED_WITH_TURNS; ; left--) {
      const collected = [...tables()];
      for (const { table } of collected) table.flush();
      const grownBefore = collected.map(({ table }) => table.minutes.get(minute)?.additions);
      const rows = arrivalRows(arrivals, network, minute);
      const flows: FlowMinute[] = [];
      let turnMs = performance.now();
      for (const one of collected) {
        if (left > 0 && performance.now() - turnMs > TURN_MS) {
          await turn();
          turnMs = performance.now();
        }
        const made = flowMinute(one.table, network, definitionOf(one), minute, limit);
        if (made) flows.push(made);
      }
      const isOneMoment = collected.every(
        ({ table }, i) => table.minutes.get(minute)?.additions === grownBefore[i],
      );
      if (isOneMoment) return { flows, arrivals: rows };
    }
  }
}
