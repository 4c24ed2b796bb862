/**
 * A data source of an agent as its counter samples describe it: a port, the host itself, a virtual node, an
 * application. It holds one series per record, and knows whether it is still there.
 */
import type { Agent } from '../samples/agent.ts';
import type { CounterSeries } from './counter-series.ts';
import type { Plan } from './line.ts';

/** Classes of data sources (sflow_version_5.txt, sflow_host.txt). */
export const INTERFACE = 0;
export const PHYSICAL_ENTITY = 2;
export const LOGICAL_ENTITY = 3;

/** Polling intervals without a word, after which a data source is taken for gone. */
const SILENT_INTERVALS = 3;
const SHORTEST_SILENCE_MS = 10_000;

export class DataSource {
  readonly agent: Agent;
  readonly sourceClass: number;
  readonly index: number;
  /** As sFlow-RT writes it: '4', '3.80'. */
  readonly name: string;
  readonly series: CounterSeries[] = [];
  /** Whether it is a virtual node, by its class or by a record that only those send. */
  virtual: boolean;
  firstSeenMs: number;
  lastSeenMs: number;
  /** Mean time between its counter samples; 0 until there were two. */
  intervalMs = 0;
  /** Counter samples heard, missing by sequence number, come late, and heard twice. */
  samples = 0;
  lost = 0;
  late = 0;
  duplicates = 0;
  /** Its last sample said that it ended. */
  ended = false;
  /** Data source that it runs on (0:2002), by its key; -1 where none was named. */
  parent = -1;
  /** MAC addresses of its adapters (0:2001), upper-case hexadecimal. */
  macs: readonly string[] = [];
  /** UUID of the virtual node; '' where none was told. */
  identity = '';
  #sequenceNumber = 0;

  constructor(agent: Agent, sourceClass: number, index: number, timeMs: number) {
    this.agent = agent;
    this.sourceClass = sourceClass;
    this.index = index;
    this.name = sourceClass === INTERFACE ? String(index) : `${sourceClass}.${index}`;
    this.virtual = sourceClass === LOGICAL_ENTITY;
    this.firstSeenMs = timeMs;
    this.lastSeenMs = timeMs;
  }

  get key(): number {
    return sourceKey(this.sourceClass, this.index);
  }

  /** The series of a plan, or null. */
  find(plan: Plan): CounterSeries | null {
    for (const series of this.series) if (series.plan === plan) return series;
    return null;
  }

  /** Counts a sample by its sequence number. */
  arrived(sequenceNumber: number, timeMs: number): void {
    if (this.samples > 0) {
      const ahead = (sequenceNumber - this.#sequenceNumber) | 0;
      if (ahead === 0) this.duplicates++;
      else if (ahead < 0 && ahead > -64) {
        this.late++;
        if (this.lost > 0) this.lost--;
      } else if (ahead > 1 && ahead < 100_000) this.lost += ahead - 1;
      if (ahead !== 0) {
        const gapMs = (timeMs - this.lastSeenMs) / Math.max(1, ahead < 1000 ? ahead : 1);
        if (gapMs > 0) this.intervalMs = this.intervalMs === 0 ? gapMs : this.intervalMs * 0.7 + gapMs * 0.3;
      }
      if (ahead > 0 || ahead <= -64) this.#sequenceNumber = sequenceNumber;
    } else this.#sequenceNumber = sequenceNumber;
    this.samples++;
    this.lastSeenMs = timeMs;
  }

  /** The agent began anew: every next sample is a baseline. */
  restart(): void {
    this.samples = 0;
    for (const series of this.series) series.restart();
  }

  /** Another node took this data source over: nothing of the one before it is its own. */
  begin(): void {
    for (const series of this.series) series.begin();
  }

  /** Whether it has something to say at a time. `usualMs`: the polling interval of its agent. */
  isThere(nowMs: number, usualMs: number): boolean {
    return !this.ended && nowMs <= this.silentMs(usualMs);
  }

  /** Until when it is taken to be there if nothing is heard of it. */
  silentMs(usualMs: number): number {
    const intervalMs = this.intervalMs > 0 ? this.intervalMs : usualMs;
    return this.lastSeenMs + Math.max(SHORTEST_SILENCE_MS, SILENT_INTERVALS * intervalMs);
  }
}

/** One number for class and index; classes beyond those that exist share one. */
export function sourceKey(sourceClass: number, index: number): number {
  return Math.min(sourceClass, 255) * 0x1_0000_0000 + index;
}

/** '3.80' for a key. */
export function sourceName(key: number): string {
  const sourceClass = Math.floor(key / 0x1_0000_0000);
  const index = key % 0x1_0000_0000;
  return sourceClass === INTERFACE ? String(index) : `${sourceClass}.${index}`;
}

/** The key of '4' or '3.80'; -1 where it is neither. */
export function keyOfName(name: string): number {
  const parts = /^(?:(\d{1,3})\.)?(\d{1,10})$/.exec(name);
  return parts ? sourceKey(Number(parts[1] ?? 0), Number(parts[2])) : -1;
}
