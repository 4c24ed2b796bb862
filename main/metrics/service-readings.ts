/**
 * Virtual nodes as readings of minutes for the store, rolled up by service: containers come and go under names that are
 * never used again, and a series for each would fill the store. Of all instances of a service at a host there is one series
 * per metric, with the least, the most and the mean of their readings, and `vir_instances`, how many there were. It is
 * put together when a minute is over, a bounded number of nodes a turn.
 */
import type { MetricReadings } from '../../shared/model/store.ts';
import type { Counters } from './counters.ts';
import type { DataSource } from './data-source.ts';
import { linesOf } from './metric-table.ts';

/** Nodes looked at, and readings handed over, in one turn. */
const NODES_AT_ONCE = 200;
const READINGS_AT_ONCE = 1000;
/** Services told apart at a host in a minute; the others are one. */
const MOST_SERVICES = 256;
const MINUTE_MS = 60_000;
/** After a pause no more minutes are made up for than are surely remembered. */
const MOST_BEHIND = 10;

/** How orchestrators name instances: Swarm's `web.3.TASK`, a pod's `web-REPLICASET-POD`, Nomad's `web-UUID`, Compose's `web-1`. */
const INSTANCES = [
  /^(.+)\.\d+\.[a-z0-9]{25}$/,
  /^(.+)-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/,
  /^(.+)-[a-z0-9]{6,10}-[a-z0-9]{5}$/,
  /^(.+)[-_]\d{1,4}$/,
];
const IDENTIFIER = /^[a-f0-9]{12,}$/;

/** The service that a node is an instance of, by its name: 'apache.16.17w67u9157wlri7trd854x6q0' is 'apache'. */
export function serviceOf(name: string): string {
  if (name === '' || IDENTIFIER.test(name)) return 'unnamed';
  for (const pattern of INSTANCES) {
    const service = pattern.exec(name)?.[1];
    if (service !== undefined) return service;
  }
  return name;
}

/** The data source that the store knows a service by. */
export const serviceSource = (service: string): string => `service:${service.slice(0, 200)}`;

/** What a virtual node calls itself; '' where it has not said. */
export function nodeName(source: DataSource): string {
  for (const series of source.series)
    for (const [line, { name, kind }] of series.plan.lines.entries())
      if (kind === 'text' && name === 'vir_host_name') return series.text(line);
  return '';
}

export class ServiceReadings {
  readonly #counters: () => Counters;
  readonly #startedMs: number;
  /** The minute that is put together next. */
  #minute: number;
  #walk: Iterator<DataSource, void> | null = null;
  #sums = new Map<string, MetricReadings>();
  #services = new Map<string, Set<string>>();
  #ready: MetricReadings[] = [];

  /** Intervals that ended by `startedMs` were stored by an earlier run. */
  constructor(counters: () => Counters, startedMs: number) {
    this.#counters = counters;
    this.#startedMs = startedMs;
    this.#minute = Math.floor(startedMs / MINUTE_MS);
  }

  /** Readings of minutes that are over by `nowMs`, or (`isLast`) of the one that is open as well, in turns. */
  take(nowMs: number, isLast = false): MetricReadings[] {
    const end = Math.floor(nowMs / MINUTE_MS) + (isLast ? 1 : 0);
    this.#minute = Math.max(this.#minute, end - MOST_BEHIND);
    // At the end nothing waits for a turn.
    for (let nodes = 0; this.#minute < end && (isLast || nodes < NODES_AT_ONCE); nodes++) {
      this.#walk ??= this.#nodes();
      const next = this.#walk.next();
      if (next.done) this.#close();
      else this.#add(next.value);
    }
    return this.#ready.splice(0, READINGS_AT_ONCE);
  }

  *#nodes(): Generator<DataSource, void> {
    for (const { sources } of this.#counters().agents.values())
      for (const source of sources.values()) if (source.virtual) yield source;
  }

  #close(): void {
    for (const reading of this.#sums.values()) this.#ready.push(reading);
    this.#sums = new Map();
    this.#services = new Map();
    this.#walk = null;
    this.#minute++;
  }

  #add(source: DataSource): void {
    const agent = source.agent.address;
    const fromMs = Math.max(this.#minute * MINUTE_MS, this.#startedMs + 1);
    const toMs = (this.#minute + 1) * MINUTE_MS;
    let dataSource = '';
    for (const series of source.series) {
      const { plan } = series;
      let first = series.length;
      while (first > 0 && series.toMs[first - 1]! >= fromMs) first--;
      let behind = first;
      while (behind < series.length && series.toMs[behind]! < toMs) behind++;
      if (first === behind) continue;
      if (dataSource === '') {
        dataSource = serviceSource(this.#serviceAt(agent, serviceOf(nodeName(source))));
        this.#count(agent, dataSource);
      }
      for (const [line, { name, kind }] of plan.lines.entries()) {
        if (kind === 'text') continue;
        // Of records that tell the same metric the first one is read, as for every other answer.
        if (linesOf(name).find((one) => source.find(one.plan))?.plan !== plan) continue;
        for (let i = first; i < behind; i++) {
          const value = plan.valueOf(line, series.rows, i * series.width, series.seconds[i]!);
          if (Number.isFinite(value)) this.#put(agent, dataSource, name, value);
        }
      }
    }
  }

  #serviceAt(agent: string, service: string): string {
    const known = this.#services.get(agent) ?? new Set();
    this.#services.set(agent, known);
    if (known.has(service)) return service;
    if (known.size >= MOST_SERVICES) return 'others';
    known.add(service);
    return service;
  }

  /** One instance more. */
  #count(agent: string, dataSource: string): void {
    const reading = this.#readingOf(agent, dataSource, 'vir_instances');
    reading.least = reading.most = reading.sum = reading.last = (reading.count === 0 ? 0 : reading.last) + 1;
    reading.count = 1;
  }

  #put(agent: string, dataSource: string, metric: string, value: number): void {
    const reading = this.#readingOf(agent, dataSource, metric);
    reading.least = Math.min(reading.least, value);
    reading.most = Math.max(reading.most, value);
    reading.sum += value;
    reading.count++;
    reading.last = value;
  }

  #readingOf(agent: string, dataSource: string, metric: string): MetricReadings {
    const name = `${agent}\n${dataSource}\n${metric}`;
    const known = this.#sums.get(name);
    if (known) return known;
    const made: MetricReadings = {
      ...{ agent, dataSource, metric, minute: this.#minute },
      ...{ least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY, sum: 0, count: 0, last: 0 },
    };
    this.#sums.set(name, made);
    return made;
  }
}
