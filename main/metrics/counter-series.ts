/**
 * One record of one data source over time: what its newest sample says, and the intervals between its samples, with
 * the growth of every counter over each and how long it was by the agent's own clock. A counter that is not reported,
 * was cleared, or has no baseline is `NaN` for that interval; no rate is ever made up.
 */
import { fieldText } from './field-text.ts';
import { F32, F64, I32, type Plan, U32, U64 } from './line.ts';

const UNKNOWN_32 = 0xffff_ffff;
/** A pause longer than this is a gap, not an interval: nothing is known of what happened in it. */
const LONGEST_INTERVAL_MS = 6 * 3600_000;
/** An agent's clock that stands behind for longer than this, by arrival, began anew and did not come late. */
const LATEST_ARRIVAL_MS = 60_000;
const TWO_TO_32 = 0x1_0000_0000;

export class CounterSeries {
  readonly plan: Plan;
  /** Columns of a row: the counters of the plan, then its levels. */
  readonly width: number;
  /** Wall (or capture) times that label the intervals. */
  fromMs: number[] = [];
  toMs: number[] = [];
  /** Length by the agent's clock. */
  seconds: number[] = [];
  /** Row-major: interval i, column c stands at i * width + c. Growth of a counter, value of a level. */
  rows: number[] = [];
  /** How many intervals were there before the first of these, and are forgotten. */
  forgotten = 0;
  /** The row of the newest sample; growth is NaN where it has no baseline. */
  readonly latest: Float64Array;
  /** The time that the growth in `latest` took. */
  latestSeconds = Number.NaN;
  /** Arrival of the newest sample. */
  updatedMs = Number.NaN;
  /** Text of each line of the plan that has one, else ''. */
  readonly texts: string[];
  /** Counters as the newest sample had them, high and low words. */
  readonly #raw: Uint32Array;
  readonly #now: Uint32Array;
  readonly #speedColumn: number;
  #hasBaseline = false;
  #uptimeMs = 0;
  #sequenceNumber = 0;
  #subAgentId = 0;
  /** The octets that the texts were made of. */
  #textOctets = new Uint8Array(0);

  constructor(plan: Plan) {
    this.plan = plan;
    this.width = plan.columns.length;
    this.latest = new Float64Array(this.width).fill(Number.NaN);
    this.texts = plan.texts.length > 0 ? new Array<string>(plan.lines.length).fill('') : [];
    this.#raw = new Uint32Array(plan.counters.length * 2);
    this.#now = new Uint32Array(plan.counters.length * 2);
    this.#speedColumn = plan.columns.indexOf('ifSpeed');
  }

  get length(): number {
    return this.toMs.length;
  }

  /** bit/s; 0 where not reported. */
  get speed(): number {
    const speed = this.#speedColumn < 0 ? 0 : this.latest[this.#speedColumn]!;
    return Number.isNaN(speed) ? 0 : speed;
  }

  /** A column of one interval. */
  at(interval: number, column: number): number {
    return this.rows[interval * this.width + column]!;
  }

  /** The newest value of a line of the plan; NaN where it is not known. */
  value(line: number): number {
    return this.plan.valueOf(line, this.latest, 0, this.latestSeconds);
  }

  /** The text of a line of the plan; '' where it is not known. */
  text(line: number): string {
    return this.plan.lines[line]!.textField === '' ? this.plan.nameOf(line, this.latest) : this.texts[line]!;
  }

  /** The agent began anew: the next sample is a baseline. */
  restart(): void {
    this.#hasBaseline = false;
  }

  /** What was heard belongs to another; the newest sample is the first. */
  begin(): void {
    this.latest.fill(Number.NaN, 0, this.plan.counters.length);
    this.latestSeconds = Number.NaN;
    this.forgotten += this.length;
    this.fromMs = [];
    this.toMs = [];
    this.seconds = [];
    this.rows = [];
  }

  /**
   * Takes the record at start ≤ o < end. Returns whether an interval was added (not for the first sample, nor for a
   * sample that was heard before).
   */
  observe(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    sequenceNumber: number,
    uptimeMs: number,
    timeMs: number,
    subAgentId = 0,
  ): boolean {
    // Another sub-agent has another clock and other sequence numbers.
    if (subAgentId !== this.#subAgentId) this.#hasBaseline = false;
    let first = !this.#hasBaseline;
    if (!first && sequenceNumber === this.#sequenceNumber && uptimeMs === this.#uptimeMs) return false;
    const agentMs = (uptimeMs - this.#uptimeMs) >>> 0;
    if (!first && agentMs > 0x8000_0000) {
      // A sample that came late would run the agent's clock backwards; the newer baseline stays.
      if (timeMs - this.updatedMs < LATEST_ARRIVAL_MS) return false;
      first = true;
    }
    // An agent that does not run its uptime is timed by arrival.
    const elapsedMs = agentMs > 0 ? agentMs : timeMs - this.updatedMs;
    const counted = !first && elapsedMs > 0 && elapsedMs <= LONGEST_INTERVAL_MS;
    const fromMs = this.updatedMs;
    this.plan.locate(view, start, end);
    this.#readLevels(view, start, end);
    this.#readCounters(view, start, end, counted ? elapsedMs / 1000 : Number.NaN);
    if (this.texts.length > 0) this.#readTexts(bytes, view, start, end);
    this.#hasBaseline = true;
    this.#uptimeMs = uptimeMs;
    this.#sequenceNumber = sequenceNumber;
    this.#subAgentId = subAgentId;
    this.updatedMs = timeMs;
    this.latestSeconds = counted ? elapsedMs / 1000 : Number.NaN;
    if (!counted) return false;
    if (this.width > 0) this.add(fromMs, timeMs, this.latestSeconds, this.latest);
    return true;
  }

  #readLevels(view: DataView, start: number, end: number): void {
    const { types, offsets, unknown, counters } = this.plan;
    for (let column = counters.length; column < this.width; column++) {
      const value = numberAt(view, types[column]!, start + offsets[column]!, end, offsets[column]!);
      this.latest[column] = value === unknown[column] ? Number.NaN : value;
    }
  }

  /** Growth since the baseline, over `seconds` (NaN: there is none); the counters are the next baseline. */
  #readCounters(view: DataView, start: number, end: number, seconds: number): void {
    const { types, offsets, octets, counters } = this.plan;
    const raw = this.#raw;
    const now = this.#now;
    for (let column = 0; column < counters.length; column++) {
      const at = start + offsets[column]!;
      const wide = types[column] === U64;
      let high = wide ? UNKNOWN_32 : 0;
      let low = UNKNOWN_32;
      if (offsets[column]! >= 0 && at + (wide ? 8 : 4) <= end) {
        high = wide ? view.getUint32(at) : 0;
        low = view.getUint32(wide ? at + 4 : at);
      }
      now[column * 2] = high;
      now[column * 2 + 1] = low;
      let growth = Number.NaN;
      if (seconds > 0) {
        const most = this.#most(octets[column] === 1, seconds);
        growth = wide
          ? grown64(raw[column * 2]!, raw[column * 2 + 1]!, high, low, most)
          : grown32(raw[column * 2 + 1]!, low, most);
      }
      this.latest[column] = growth;
    }
    raw.set(now);
  }

  /** Texts are made only where their octets changed. */
  #readTexts(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const known = this.#textOctets;
    let same = known.length === end - start;
    for (let i = 0; same && i < known.length; i++) same = known[i] === bytes[start + i];
    if (same) return;
    this.#textOctets = bytes.slice(start, end);
    for (const [column, { field, lines }] of this.plan.texts.entries()) {
      const at = this.plan.textOffset(column);
      const said = at < 0 ? '' : fieldText(bytes, view, start + at, end, field);
      for (const line of lines) {
        const { textOf } = this.plan.lines[line]!;
        this.texts[line] = said === '' ? '' : textOf ? (textOf(said) ?? '') : said;
      }
    }
  }

  /** Adds an interval with the growth of every counter; a row that is shorter knows nothing of the rest. */
  add(fromMs: number, toMs: number, seconds: number, row: ArrayLike<number>): void {
    this.fromMs.push(fromMs);
    this.toMs.push(toMs);
    this.seconds.push(seconds);
    for (let column = 0; column < this.width; column++) this.rows.push(row[column] ?? Number.NaN);
  }

  /** The most that the port can carry in a time; without a speed half the range of 32 bits is believed. */
  #most(octets: boolean, seconds: number): number {
    const speed = this.speed;
    if (speed <= 0) return 0x8000_0000;
    const octetsPerSecond = speed / 8;
    // The shortest frame takes 84 octets of the line (64 + preamble + gap).
    return (octets ? octetsPerSecond : octetsPerSecond / 84) * seconds * 1.5 + 1000;
  }

  /** Forgets the intervals that ended before a time. */
  forget(beforeMs: number): void {
    let gone = 0;
    while (gone < this.toMs.length && this.toMs[gone]! < beforeMs) gone++;
    // Moving is only worth it for many.
    if (gone < 64 && gone < this.toMs.length) return;
    this.forgotten += gone;
    this.fromMs.splice(0, gone);
    this.toMs.splice(0, gone);
    this.seconds.splice(0, gone);
    this.rows.splice(0, gone * this.width);
  }
}

function numberAt(view: DataView, type: number, at: number, end: number, offset: number): number {
  const size = type === U64 || type === F64 ? 8 : 4;
  if (offset < 0 || at + size > end) return Number.NaN;
  switch (type) {
    case U32:
      return view.getUint32(at);
    case I32:
      return view.getInt32(at);
    case U64:
      return view.getUint32(at) * TWO_TO_32 + view.getUint32(at + 4);
    case F32:
      return view.getFloat32(at);
    default:
      return view.getFloat64(at);
  }
}

/**
 * How much a counter of 32 bits grew. A fall is a wrap only where the result is one that the port can carry, at most
 * `most`; else the counter was cleared: `NaN`. All ones mean that it is not reported.
 */
export function grown32(before: number, after: number, most: number): number {
  if (before === UNKNOWN_32 || after === UNKNOWN_32) return Number.NaN;
  if (after >= before) return after - before;
  const wrapped = after + TWO_TO_32 - before;
  return wrapped <= most ? wrapped : Number.NaN;
}

/**
 * How much a counter of 64 bits grew, exact up to 2^53, whatever it stands at. A fall is a counter that was cleared,
 * or one that is kept in 32 bits and wrapped there.
 */
export function grown64(
  beforeHigh: number,
  beforeLow: number,
  afterHigh: number,
  afterLow: number,
  most: number,
): number {
  if (beforeHigh === UNKNOWN_32 && beforeLow === UNKNOWN_32) return Number.NaN;
  if (afterHigh === UNKNOWN_32 && afterLow === UNKNOWN_32) return Number.NaN;
  const growth = (afterHigh - beforeHigh) * TWO_TO_32 + (afterLow - beforeLow);
  if (growth >= 0) return growth;
  if (beforeHigh !== 0) return Number.NaN;
  const wrapped = growth + TWO_TO_32;
  return wrapped <= most ? wrapped : Number.NaN;
}
