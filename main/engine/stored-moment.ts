/**
 * A moment of the past of which only stored minutes are left: which agents were heard then and what of theirs was lost,
 * what metrics were on average, and which hosts told them. Each figure is of the newest bucket before the moment, within
 * the lead that a recorded moment has too. What single datagrams tell (texts, streams, health, where a host was) is gone.
 */

import type { HostNode, MetricFilter, MetricValue } from '../../shared/model/metric.ts';
import { type AtMoment, MOMENT_LEAD_MS } from '../../shared/model/moment.ts';
import type { AgentStatus } from '../../shared/model/network.ts';
import type { TrendLevel } from '../../shared/model/storage.ts';
import type { StoreApi, StoredArrivals, StoreStatus } from '../../shared/model/store.ts';
import { type AbortLike, type Client, RpcError } from '../../shared/rpc.ts';
import { type StoredMean, storedHosts } from '../metrics/host-tree.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Network } from '../samples/network.ts';
import { trendLevel } from './trend-level.ts';

const MINUTE_MS = 60_000;
/** Values in one answer, as for metrics of now. */
const MOST_VALUES = 500_000;

export type StoredMomentOptions = {
  store: Client<StoreApi, Record<string, never>>;
  network: Network;
  metrics: Metrics;
  levels: () => StoreStatus['levels'];
};

/** The buckets from which ≤ minute < to that are read, of one level. */
type Range = { level: TrendLevel; from: number; to: number };

export class StoredMoment {
  readonly #options: StoredMomentOptions;

  constructor(options: StoredMomentOptions) {
    this.#options = options;
  }

  /** Whether anything is stored of the minutes before a moment. */
  async knows(atMs: number): Promise<boolean> {
    return (await this.#arrivals(this.#range(atMs))).length > 0;
  }

  async agents(atMs: number): Promise<AtMoment<AgentStatus[]>> {
    const range = this.#range(atMs);
    const heard = Map.groupBy(await this.#arrivals(range), ({ agent }) => agent);
    const known = new Map(this.#options.network.status(() => 0).map((one) => [one.agent, one]));
    const told = [...heard].map(([agent, rows]) => agentOf(agent, known.get(agent), rows, range.level, atMs));
    return { told, trendMinutes: range.level };
  }

  async metricDump(
    atMs: number,
    agents: string,
    metrics: string,
    filter: MetricFilter,
    signal?: AbortLike,
  ): Promise<AtMoment<MetricValue[]>> {
    if (Object.keys(filter).length > 0)
      throw new RpcError(
        'refused',
        'Only sums of minutes are left of this moment, and no texts to filter by; leave the filter out.',
      );
    const selection = this.#options.metrics.select(agents);
    const meant = new Set(selection.agents);
    const asked = this.#options.metrics.named(metrics);
    const { level, means } = await this.#newest(atMs, signal, (address) => {
      const agent = this.#options.network.find(address);
      return agent !== null && meant.has(agent);
    });
    const told = means
      .filter(
        ({ agent, dataSource, metric }) =>
          selection.takes(this.#options.network.find(agent)!, dataSource) &&
          (asked === null ||
            asked.some(
              (one) => one.name === metric && (one.dataSource === '' || one.dataSource === dataSource),
            )),
      )
      .map(
        ({ agent, dataSource, metric, mean, toMs }): MetricValue => ({
          ...{ agent, dataSource, metricName: metric, metricValue: mean, lastUpdate: atMs - toMs },
        }),
      );
    return { told, trendMinutes: level };
  }

  async hosts(atMs: number, signal?: AbortLike): Promise<AtMoment<HostNode[]>> {
    const { level, means } = await this.#newest(atMs, signal, () => true);
    return {
      told: storedHosts(means, (agent) => this.#options.network.find(agent)?.name ?? ''),
      trendMinutes: level,
    };
  }

  /** The buckets that ended before the moment; the one that it lies in only where that is wider than the lead. */
  #range(atMs: number): Range {
    const first = Math.floor((atMs - MOMENT_LEAD_MS) / MINUTE_MS);
    const { level } = trendLevel(1, first, this.#options.levels());
    const bucketOf = (minute: number) => Math.floor(minute / level) * level;
    const from = bucketOf(first);
    return { level, from, to: Math.max(from + level, bucketOf(Math.floor(atMs / MINUTE_MS))) };
  }

  #arrivals({ level, from, to }: Range): Promise<StoredArrivals[]> {
    return this.#options.store.call(null, 'arrivals', [level, from, to]);
  }

  /** The newest mean of each metric before a moment, of the agents that are wanted, which are read one by one. */
  async #newest(
    atMs: number,
    signal: AbortLike | undefined,
    isWanted: (agent: string) => boolean,
  ): Promise<{ level: TrendLevel; means: StoredMean[] }> {
    const { store } = this.#options;
    const range = this.#range(atMs);
    const { level, from, to } = range;
    const heard = new Set((await this.#arrivals(range)).map(({ agent }) => agent));
    const means: StoredMean[] = [];
    for (const agent of heard) {
      if (!isWanted(agent)) continue;
      if (signal?.aborted) throw new RpcError('cancelled', 'The question was cancelled.');
      const selection = { agent, dataSource: null, metric: null };
      for (const { dataSource, metric, minutes, mean } of await store.call(null, 'metrics', [
        selection,
        level,
        from,
        to,
      ])) {
        const toMs = Math.min(atMs, (minutes.at(-1)! + level) * MINUTE_MS);
        means.push({ agent, dataSource, metric, mean: mean.at(-1)!, toMs });
      }
      if (means.length > MOST_VALUES)
        throw new RpcError('refused', `That is more than ${MOST_VALUES} values; name an agent or a metric.`);
    }
    return { level, means };
  }
}

/** An agent of which only arrivals are known; `rows` are those of the minutes before the moment. */
function agentOf(
  address: string,
  known: AgentStatus | undefined,
  rows: readonly StoredArrivals[],
  level: TrendLevel,
  atMs: number,
): AgentStatus {
  const ordered = [...rows].sort((a, b) => a.minute - b.minute);
  const newest = ordered.at(-1)!;
  const sum = (of: (row: StoredArrivals) => number): number => ordered.reduce((all, row) => all + of(row), 0);
  return {
    agent: address,
    name: known?.name ?? '',
    nameSource: known?.nameSource ?? 'none',
    interfaces: known?.interfaces ?? 0,
    ...{ senders: [], streams: [], dataSources: 0, sources: [], malformed: [], unknown: [] },
    samplingRate: { least: 0, most: 0 },
    firstSeenMs: ordered[0]!.minute * MINUTE_MS,
    lastSeenMs: Math.min(atMs, (newest.minute + level) * MINUTE_MS),
    datagramsPerSecond: newest.received / (level * 60),
    arrivals: { datagrams: sum(({ received }) => received), lost: sum(({ lost }) => lost) },
  };
}
