/**
 * What is kept of one value for each flow of an active table, in columns by the flow's number. Sums and means fade
 * with the table's weights (forward decay: what is new weighs more, and a reader divides by the weight of now);
 * extremes and numbers of different values are those of the last one to two spans of time, as they cannot fade.
 */
import { estimate, note, REGISTERS } from './distinct.ts';
import type { CompiledValue } from './value.ts';

export type Accumulator = {
  /** A sample of flow `id`: its number, its sampling rate, the table's weight of its time. */
  add(id: number, number: number, rate: number, weight: number, timeMs: number): void;
  /** Flows put together: one value of all of them. `fade` turns what was added up into a rate per second of now. */
  of(ids: readonly number[], fade: number, nowMs: number): number;
  /** Room for flows 0 … count - 1; new ones are empty. */
  grow(count: number): void;
  /** Flow `from` is now flow `to` ≤ from; columns behind the last of them are cleared by `keep`. */
  move(from: number, to: number): void;
  /** Only flows 0 … count - 1 are left. */
  keep(count: number): void;
  /** All weights are multiplied: the table has begun to count from another time. */
  scale(factor: number): void;
};

function grown(column: Float64Array<ArrayBuffer>, count: number): Float64Array<ArrayBuffer> {
  if (count <= column.length) return column;
  const larger = new Float64Array(Math.max(count, column.length * 2));
  larger.set(column);
  return larger;
}

class Rate implements Accumulator {
  #sum = new Float64Array(64);
  add(id: number, number: number, rate: number, weight: number): void {
    this.#sum[id]! += number * rate * weight;
  }
  of(ids: readonly number[], fade: number): number {
    let sum = 0;
    for (const id of ids) sum += this.#sum[id]!;
    return sum * fade;
  }
  grow(count: number): void {
    this.#sum = grown(this.#sum, count);
  }
  move(from: number, to: number): void {
    this.#sum[to] = this.#sum[from]!;
  }
  keep(count: number): void {
    this.#sum.fill(0, count);
  }
  scale(factor: number): void {
    for (let i = 0; i < this.#sum.length; i++) this.#sum[i]! *= factor;
  }
}

class Mean implements Accumulator {
  #sum = new Float64Array(64);
  #weight = new Float64Array(64);
  add(id: number, number: number, rate: number, weight: number): void {
    this.#sum[id]! += number * rate * weight;
    this.#weight[id]! += rate * weight;
  }
  of(ids: readonly number[]): number {
    let sum = 0;
    let weight = 0;
    for (const id of ids) {
      sum += this.#sum[id]!;
      weight += this.#weight[id]!;
    }
    return weight > 0 ? sum / weight : 0;
  }
  grow(count: number): void {
    this.#sum = grown(this.#sum, count);
    this.#weight = grown(this.#weight, count);
  }
  move(from: number, to: number): void {
    this.#sum[to] = this.#sum[from]!;
    this.#weight[to] = this.#weight[from]!;
  }
  keep(count: number): void {
    this.#sum.fill(0, count);
    this.#weight.fill(0, count);
  }
  scale(factor: number): void {
    for (let i = 0; i < this.#sum.length; i++) {
      this.#sum[i]! *= factor;
      this.#weight[i]! *= factor;
    }
  }
}

/** Which of two spans a time belongs to; a value lives through its own span and the next. */
class Spans {
  readonly #spanMs: number;
  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }
  of(timeMs: number): number {
    return Math.floor(timeMs / this.#spanMs);
  }
}

class Extreme implements Accumulator {
  readonly #spans: Spans;
  readonly #better: (a: number, b: number) => number;
  /** Of each flow: the span it was last noted in, the extreme of that one and of the one before. */
  #span: Float64Array<ArrayBuffer> = new Float64Array(64).fill(-1);
  #now = new Float64Array(64).fill(Number.NaN);
  #before = new Float64Array(64).fill(Number.NaN);

  constructor(spanMs: number, better: (a: number, b: number) => number) {
    this.#spans = new Spans(spanMs);
    this.#better = better;
  }
  add(id: number, number: number, _rate: number, _weight: number, timeMs: number): void {
    const span = this.#spans.of(timeMs);
    if (span > this.#span[id]!) {
      this.#before[id] = span === this.#span[id]! + 1 ? this.#now[id]! : Number.NaN;
      this.#now[id] = number;
      this.#span[id] = span;
    } else this.#now[id] = this.#pick(this.#now[id]!, number);
  }
  #pick(a: number, b: number): number {
    return Number.isNaN(a) ? b : Number.isNaN(b) ? a : this.#better(a, b);
  }
  of(ids: readonly number[], _fade: number, nowMs: number): number {
    const span = this.#spans.of(nowMs);
    let best = Number.NaN;
    for (const id of ids) {
      const age = span - this.#span[id]!;
      if (age <= 1) best = this.#pick(best, this.#now[id]!);
      if (age <= 0) best = this.#pick(best, this.#before[id]!);
    }
    return Number.isNaN(best) ? 0 : best;
  }
  grow(count: number): void {
    const from = this.#span.length;
    if (count <= from) return;
    this.#span = grown(this.#span, count).fill(-1, from);
    this.#now = grown(this.#now, count).fill(Number.NaN, from);
    this.#before = grown(this.#before, count).fill(Number.NaN, from);
  }
  move(from: number, to: number): void {
    this.#span[to] = this.#span[from]!;
    this.#now[to] = this.#now[from]!;
    this.#before[to] = this.#before[from]!;
  }
  keep(count: number): void {
    this.#span.fill(-1, count);
    this.#now.fill(Number.NaN, count);
    this.#before.fill(Number.NaN, count);
  }
  scale(): void {}
}

class Distinct implements Accumulator {
  readonly #spans: Spans;
  #span = new Float64Array(16).fill(-1);
  /** Two sketches of each flow: even spans and odd ones. */
  #registers = new Uint8Array(16 * 2 * REGISTERS);

  constructor(spanMs: number) {
    this.#spans = new Spans(spanMs);
  }
  #start(id: number, span: number): number {
    return (2 * id + (span & 1)) * REGISTERS;
  }
  add(id: number, hash: number, _rate: number, _weight: number, timeMs: number): void {
    const span = this.#spans.of(timeMs);
    const last = this.#span[id]!;
    if (span > last) {
      const own = this.#start(id, span);
      this.#registers.fill(0, own, own + REGISTERS);
      if (span > last + 1) {
        const other = this.#start(id, span + 1);
        this.#registers.fill(0, other, other + REGISTERS);
      }
      this.#span[id] = span;
    }
    note(this.#registers, this.#start(id, span), hash);
  }
  of(ids: readonly number[], _fade: number, nowMs: number): number {
    const span = this.#spans.of(nowMs);
    const starts: number[] = [];
    for (const id of ids) {
      const last = this.#span[id]!;
      if (span - last <= 1) starts.push(this.#start(id, last));
      if (span - last <= 0) starts.push(this.#start(id, last + 1));
    }
    return starts.length === 0 ? 0 : Math.round(estimate(this.#registers, starts));
  }
  grow(count: number): void {
    const from = this.#span.length;
    if (count <= from) return;
    this.#span = grown(this.#span, count).fill(-1, from);
    const registers = new Uint8Array(this.#span.length * 2 * REGISTERS);
    registers.set(this.#registers);
    this.#registers = registers;
  }
  move(from: number, to: number): void {
    this.#span[to] = this.#span[from]!;
    this.#registers.copyWithin(to * 2 * REGISTERS, from * 2 * REGISTERS, (from + 1) * 2 * REGISTERS);
  }
  keep(count: number): void {
    this.#span.fill(-1, count);
    this.#registers.fill(0, count * 2 * REGISTERS);
  }
  scale(): void {}
}

/** The accumulator of a value; `spanMs` is the time constant of its table. */
export function accumulatorOf({ aggregate }: CompiledValue, spanMs: number): Accumulator {
  if (aggregate === 'avg') return new Mean();
  if (aggregate === 'min') return new Extreme(spanMs, Math.min);
  if (aggregate === 'max') return new Extreme(spanMs, Math.max);
  return aggregate === 'count' ? new Distinct(spanMs) : new Rate();
}
