/**
 * Where counters or custom metrics were told, or fell silent, since this was last asked: whoever follows values reads
 * them again there and nowhere else. A data source is noted once however often it is told, so what waits is never
 * more than what is known.
 */
import type { Agent } from '../samples/agent.ts';
import { type DataSource, keyOfName } from './data-source.ts';
import { DueList } from './due-list.ts';

/** Past so many that wait, as when a network makes up data sources, everything is to be read again. */
const MOST_WAITING = 200_000;

/** A data source by its names. `key`: of its counters; -1 where it can have none. */
export type Spot = { agent: string; dataSource: string; key: number };

export class Told {
  readonly #sources = new Set<DataSource>();
  /** Names of data sources of which more is to be read than counters. */
  readonly #named = new Map<string, Set<string>>();
  /** Addresses of agents of which all is to be read again. */
  readonly #agents = new Set<string>();
  #isAll = false;
  readonly #silence = new DueList<DataSource>();
  /**
   * One sample says nothing of how often they come: how long such a data source may be silent is a matter of its agent,
   * and changes. Whether it was taken to be there.
   */
  readonly #single = new Map<DataSource, boolean>();

  /** The counters of a data source are others, or gone. */
  source(source: DataSource): void {
    this.#sources.add(source);
    if (this.#sources.size <= MOST_WAITING) return;
    this.#sources.clear();
    this.#isAll = true;
  }

  /** What is known of a data source is another, whether it has counters or not. */
  named(agent: Agent, dataSource: string): void {
    const names = this.#named.get(agent.address);
    if (names) names.add(dataSource);
    else this.#named.set(agent.address, new Set([dataSource]));
  }

  /** What an agent says of itself is another, which is said of all its data sources. */
  agent({ address }: Agent): void {
    this.#agents.add(address);
  }

  clear(): void {
    this.#isAll = false;
    this.#agents.clear();
    this.#sources.clear();
    this.#named.clear();
    this.#silence.clear();
    this.#single.clear();
  }

  /**
   * What was noted, each place once; from then on it is noted anew. Null where everything is to be read again. `usualMs`:
   * the polling interval of its agent, null where a data source is known no more; `all`: every place.
   */
  take(
    nowMs: number,
    usualMs: (source: DataSource) => number | null,
    all: () => Iterable<Spot>,
  ): Spot[] | null {
    for (let source = this.#silence.takeBefore(nowMs); source; source = this.#silence.takeBefore(nowMs))
      if (source.isThere(nowMs, 0)) this.#silence.add(source, Math.max(nowMs, source.silentMs(0)));
      else this.#sources.add(source);
    for (const [source, wasThere] of this.#single) {
      const usual = usualMs(source);
      if (usual === null || source.intervalMs > 0) this.#single.delete(source);
      if (usual === null || source.isThere(nowMs, usual) !== wasThere) this.#sources.add(source);
    }
    const spots = new Map<string, Spot>();
    const put = (spot: Spot): void => void spots.set(`${spot.agent} ${spot.dataSource}`, spot);
    for (const source of this.#sources) {
      const { agent, name: dataSource, key } = source;
      put({ agent: agent.address, dataSource, key });
      const usual = usualMs(source);
      if (usual === null) continue;
      const isThere = source.isThere(nowMs, usual);
      if (source.intervalMs === 0) this.#single.set(source, isThere);
      else if (isThere) this.#silence.add(source, Math.max(nowMs, source.silentMs(0)));
    }
    for (const [agent, names] of this.#named)
      for (const dataSource of names) put({ agent, dataSource, key: keyOfName(dataSource) });
    if (this.#agents.size > 0) for (const spot of all()) if (this.#agents.has(spot.agent)) put(spot);
    const isAll = this.#isAll;
    this.#isAll = false;
    this.#agents.clear();
    this.#sources.clear();
    this.#named.clear();
    return isAll ? null : [...spots.values()];
  }
}
