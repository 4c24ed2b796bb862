/**
 * The intervals between the counter samples of one interface: how much each counter grew, and over how long by
 * the agent's own clock. A counter that is not reported, was cleared, or has no baseline is `NaN` for that
 * interval; no rate is ever made up.
 */
import { interfaceCounters } from './counter-table.ts';

const COLUMNS = interfaceCounters.length;
const UNKNOWN_32 = 0xffff_ffff;
const UNKNOWN_64 = 0xffff_ffff_ffff_ffffn;
/** A pause longer than this is a gap, not an interval: nothing is known of what happened in it. */
const LONGEST_INTERVAL_MS = 6 * 3600_000;

export class CounterSeries {
  /** Wall (or capture) times that label the intervals. */
  fromMs: number[] = [];
  toMs: number[] = [];
  /** Length by the agent's clock. */
  seconds: number[] = [];
  /** Row-major: interval i, counter c stands at i * COLUMNS + c. */
  growth: number[] = [];
  /** bit/s; 0 where not reported. */
  speed = 0;
  #raw: (number | bigint)[] = [];
  #uptimeMs = 0;
  #timeMs = 0;
  #sequenceNumber = 0;

  get length(): number {
    return this.toMs.length;
  }

  /** The growth of one counter in one interval. */
  at(interval: number, column: number): number {
    return this.growth[interval * COLUMNS + column]!;
  }

  /** The agent began anew: the next sample is a baseline. */
  restart(): void {
    this.#raw = [];
  }

  /**
   * Takes the if_counters record at `offset`. Returns whether an interval was added (not for the first sample,
   * nor for a sample that was heard before).
   */
  observe(view: DataView, offset: number, sequenceNumber: number, uptimeMs: number, timeMs: number): boolean {
    const raw: (number | bigint)[] = interfaceCounters.map((counter) =>
      counter.bits === 64
        ? view.getBigUint64(offset + counter.offset)
        : view.getUint32(offset + counter.offset),
    );
    const first = this.#raw.length === 0;
    if (!first && sequenceNumber === this.#sequenceNumber && uptimeMs === this.#uptimeMs) return false;
    const agentMs = (uptimeMs - this.#uptimeMs) >>> 0;
    // A sample that came late would run the agent's clock backwards; the newer baseline stays.
    if (!first && agentMs > 0x8000_0000) return false;
    // An agent that does not run its uptime is timed by arrival.
    const elapsedMs = agentMs > 0 ? agentMs : timeMs - this.#timeMs;
    const known = this.#raw;
    const fromMs = this.#timeMs;
    this.#raw = raw;
    this.#uptimeMs = uptimeMs;
    this.#timeMs = timeMs;
    this.#sequenceNumber = sequenceNumber;
    if (first || elapsedMs <= 0 || elapsedMs > LONGEST_INTERVAL_MS) return false;
    const growth = interfaceCounters.map((counter, column) =>
      grown(known[column]!, raw[column]!, this.#most(counter.counts === 'octets', elapsedMs / 1000)),
    );
    this.add(fromMs, timeMs, elapsedMs / 1000, growth);
    return true;
  }

  /** Adds an interval with the growth of every counter. */
  add(fromMs: number, toMs: number, seconds: number, growth: ArrayLike<number>): void {
    this.fromMs.push(fromMs);
    this.toMs.push(toMs);
    this.seconds.push(seconds);
    for (let column = 0; column < COLUMNS; column++) this.growth.push(growth[column] ?? Number.NaN);
  }

  /** The most that the port can carry in a time; without a speed half the range of 32 bits is believed. */
  #most(octets: boolean, seconds: number): number {
    if (this.speed <= 0) return 0x8000_0000;
    const octetsPerSecond = this.speed / 8;
    // The shortest frame takes 84 octets of the line (64 + preamble + gap).
    return (octets ? octetsPerSecond : octetsPerSecond / 84) * seconds * 1.5 + 1000;
  }

  /** Forgets the intervals that ended before a time. */
  forget(beforeMs: number): void {
    let gone = 0;
    while (gone < this.toMs.length && this.toMs[gone]! < beforeMs) gone++;
    // Moving is only worth it for many.
    if (gone < 64) return;
    this.fromMs.splice(0, gone);
    this.toMs.splice(0, gone);
    this.seconds.splice(0, gone);
    this.growth.splice(0, gone * COLUMNS);
  }
}

/**
 * How much a counter grew. A fall is a wrap of 32 bits only where the result is one that the port can carry
 * (agents that keep 32 bits in a 64-bit field wrap there too); else the counter was cleared: `NaN`.
 */
export function grown(before: number | bigint, after: number | bigint, most: number): number {
  if (typeof before === 'bigint' || typeof after === 'bigint') {
    const was = BigInt(before);
    const is = BigInt(after);
    if (was === UNKNOWN_64 || is === UNKNOWN_64) return Number.NaN;
    if (is >= was) return Number(is - was);
    if (was >> 32n !== 0n) return Number.NaN;
    const wrapped = Number(is + 0x1_0000_0000n - was);
    return wrapped <= most ? wrapped : Number.NaN;
  }
  if (before === UNKNOWN_32 || after === UNKNOWN_32) return Number.NaN;
  if (after >= before) return after - before;
  const wrapped = after + 0x1_0000_0000 - before;
  return wrapped <= most ? wrapped : Number.NaN;
}
