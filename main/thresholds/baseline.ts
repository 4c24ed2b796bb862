/**
 * What is usual at a place by time of day and week: for each hour of the local week, for each hour of any day, and at
 * all, a middle and a spread that are learned minute by minute. A reading far away moves them no further than a near
 * one would (Huber), so that one bad evening does not become usual; a change that stays is learned all the same,
 * because the spread grows until it is taken in.
 *
 * Bounded: so many places, 193 slots of three numbers each.
 */
const HOURS_OF_WEEK = 168;
const HOURS_OF_DAY = 24;
const SLOTS = HOURS_OF_WEEK + HOURS_OF_DAY + 1;
const EVER = SLOTS - 1;
const FIELDS = 3;
const MIDDLE = 0;
const SPREAD = 1;
const COUNT = 2;
export const MOST_USUAL_PLACES = 512;
/** Minutes that the slot of an hour, and that of all time, must have seen before they are asked. */
export const LEAST_MINUTES = 60;
export const LEAST_MINUTES_EVER = 360;
/** A slot looks back over about so many of its minutes: four weeks of an hour. */
const LOOKS_BACK = 240;
/** A reading counts as no further away than so many spreads: for the middle, and for the spread. */
const FURTHEST = 3;
const FURTHEST_SPREAD = 2;
/** A slot begins with what the next coarser one knows, as if it were so many minutes of its own. */
const INHERITED_MINUTES = 30;
/** Of the middle: what never changes still has room for a small change. */
const LEAST_SPREAD = 0.02;

export type Usual = { middle: number; spread: number };
/** Minute sums of a place that are not learned yet, and what was. */
type Learned = { slots: Float32Array; minute: number; sum: number; count: number };
export type KeptBaseline = [place: string, base64: string][];

export class Baseline {
  readonly #places = new Map<string, Learned>();
  readonly #hourOf: (timeMs: number) => { ofDay: number; ofWeek: number };
  changed = false;

  constructor(kept: KeptBaseline = [], hourOf = localHour) {
    this.#hourOf = hourOf;
    for (const [place, text] of kept.slice(0, MOST_USUAL_PLACES)) {
      const bytes = Buffer.from(text, 'base64');
      if (bytes.length !== SLOTS * FIELDS * 4) continue;
      const slots = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
      if (slots.every(Number.isFinite)) this.#places.set(place, { slots, minute: -1, sum: 0, count: 0 });
    }
  }

  get size(): number {
    return this.#places.size;
  }

  /** Whether it learns what is usual at a place. */
  knows(place: string): boolean {
    return this.#places.has(place);
  }

  /** Takes a reading, and says what is usual at its time; null where too little was seen, or there is no room. */
  look(place: string, value: number, nowMs: number): Usual | null {
    let learned = this.#places.get(place);
    if (!learned) {
      if (this.#places.size >= MOST_USUAL_PLACES) return null;
      learned = { slots: new Float32Array(SLOTS * FIELDS), minute: -1, sum: 0, count: 0 };
      this.#places.set(place, learned);
    }
    const minute = Math.floor(nowMs / 60_000);
    if (minute !== learned.minute) {
      if (learned.count > 0) this.#learn(learned);
      Object.assign(learned, { minute, sum: 0, count: 0 });
    }
    learned.sum += value;
    learned.count++;
    return this.#usual(learned.slots, nowMs);
  }

  /** What is usual at a place and time, without taking a reading. */
  usualAt(place: string, timeMs: number): Usual | null {
    const learned = this.#places.get(place);
    return learned ? this.#usual(learned.slots, timeMs) : null;
  }

  /** How many places have something usual by now, for telling how far the learning is. */
  ready(nowMs: number): number {
    let ready = 0;
    for (const { slots } of this.#places.values()) if (this.#usual(slots, nowMs)) ready++;
    return ready;
  }

  keep(): KeptBaseline {
    this.changed = false;
    return [...this.#places].map(([place, { slots }]) => [
      place,
      Buffer.from(slots.buffer).toString('base64'),
    ]);
  }

  #slots(timeMs: number): readonly [ofWeek: number, ofDay: number, ever: number] {
    const { ofDay, ofWeek } = this.#hourOf(timeMs);
    return [ofWeek, HOURS_OF_WEEK + ofDay, EVER];
  }

  #usual(slots: Float32Array, timeMs: number): Usual | null {
    for (const slot of this.#slots(timeMs)) {
      const at = slot * FIELDS;
      if (slots[at + COUNT]! < (slot === EVER ? LEAST_MINUTES_EVER : LEAST_MINUTES)) continue;
      const middle = slots[at + MIDDLE]!;
      return { middle, spread: Math.max(slots[at + SPREAD]!, LEAST_SPREAD * Math.abs(middle)) };
    }
    return null;
  }

  #learn({ slots, minute, sum, count }: Learned): void {
    const value = sum / count;
    this.changed = true;
    const own = this.#slots(minute * 60_000);
    for (const [i, slot] of own.entries()) {
      if (slots[slot * FIELDS + COUNT] === 0 && i + 1 < own.length) inherit(slots, slot, own[i + 1]!);
      learnIn(slots, slot * FIELDS, value);
    }
  }
}

/** So that a bad first hour is far from usual too. */
function inherit(slots: Float32Array, slot: number, from: number): void {
  const [at, coarser] = [slot * FIELDS, from * FIELDS];
  if (slots[coarser + COUNT]! < (from === EVER ? LEAST_MINUTES_EVER : LEAST_MINUTES)) return;
  slots[at + MIDDLE] = slots[coarser + MIDDLE]!;
  slots[at + SPREAD] = slots[coarser + SPREAD]!;
  slots[at + COUNT] = INHERITED_MINUTES;
}

function learnIn(slots: Float32Array, at: number, value: number): void {
  const seen = slots[at + COUNT]!;
  slots[at + COUNT] = Math.min(seen + 1, 1e6);
  if (seen === 0) {
    slots[at + MIDDLE] = value;
    return;
  }
  const away = value - slots[at + MIDDLE]!;
  const spread = slots[at + SPREAD]!;
  // The first few say how far apart readings are at all; what never moved takes a first step from its middle.
  const unit =
    seen < 5
      ? Number.POSITIVE_INFINITY
      : Math.max(spread, LEAST_SPREAD * Math.abs(slots[at + MIDDLE]!), 1e-9);
  const part = 1 / Math.min(seen + 1, LOOKS_BACK);
  slots[at + MIDDLE]! += part * Math.max(-FURTHEST * unit, Math.min(FURTHEST * unit, away));
  // The mean distance of a normal spread is 0.798 of its standard deviation.
  slots[at + SPREAD]! += part * (Math.min(FURTHEST_SPREAD * unit, Math.abs(away)) / 0.798 - spread);
}

function localHour(timeMs: number): { ofDay: number; ofWeek: number } {
  const date = new Date(timeMs);
  return { ofDay: date.getHours(), ofWeek: date.getDay() * 24 + date.getHours() };
}
