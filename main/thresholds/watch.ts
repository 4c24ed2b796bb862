/**
 * The state machine of one threshold. A place is raised when it is beyond its level (for `holdSeconds`, in `above` of
 * the last `window` minutes), once; it is cleared when it has been on the quiet side for `timeout` seconds without a
 * break, and only then may it be raised again; within `flapSeconds` after that it is the same event that goes on. A
 * place that is not heard of any more is beyond no level, but where silence is what is watched for.
 *
 * Pure: time comes with the readings and never goes back. The number of places is bounded; what finds no room is
 * counted.
 */
import type { Threshold } from '../../shared/model/threshold.ts';
import type { Baseline } from './baseline.ts';
import type { Contacts } from './contacts.ts';
import { Levels } from './levels.ts';
import { Place, type Raised } from './place.ts';
import type { Reading } from './readings.ts';

/** Places of one threshold that stand at once. */
export const MOST_STANDING = 1000;
/** Places that are watched, raised or not. */
export const MOST_PLACES = 20_000;
/** Flows are many: one is remembered from this nearness on. */
const LEAST_NEAR = 0.5;
/** What was silent for so long is not missed any more. */
const MISSED_MS = 7 * 86_400_000;

/** `again`: raised again within its flap time. */
export type PlaceChange = 'raised' | 'again' | 'updated' | 'cleared';
export type OnChange = (what: PlaceChange, place: Place, raised: Raised, reading: Reading | null) => void;

/** What thresholds of some kinds remember beside places. */
export type Memory = { baseline: Baseline | null; contacts: Contacts | null };

export class Watch {
  readonly threshold: Threshold;
  readonly memory: Memory;
  /** What was beyond its level at the last look and found no room. */
  unraised = 0;
  readonly #places = new Map<string, Place>();
  readonly #levels: Levels;
  #standing = 0;

  constructor(threshold: Threshold, memory: Memory = { baseline: null, contacts: null }) {
    this.threshold = threshold;
    this.memory = memory;
    this.#levels = new Levels(threshold);
  }

  /** Events that stand. */
  get standing(): number {
    return this.#standing;
  }

  get places(): IterableIterator<Place> {
    return this.#places.values();
  }

  /** Looks at all readings of one moment. */
  look(readings: readonly Reading[], nowMs: number, tell: OnChange): void {
    const { byFlow } = this.threshold;
    this.unraised = 0;
    for (const reading of readings) {
      if (!byFlow) this.#see(reading, null, reading.value, nowMs, tell);
      else for (const { key, value } of reading.flows ?? []) this.#see(reading, key, value, nowMs, tell);
    }
    for (const [key, place] of this.#places) {
      if (place.readMs !== nowMs) this.#decide(place, Number.NaN, null, nowMs, tell);
      if (this.#isForgotten(place, nowMs)) this.#places.delete(key);
    }
  }

  /** The threshold goes: what stands is cleared. */
  end(nowMs: number, tell: OnChange): void {
    for (const place of this.#places.values())
      if (place.raised) this.#clear(place, place.raised, nowMs, tell);
    this.#places.clear();
  }

  /** An event that stood when Weir ended goes on; null where its place is not watched, or there is no room. */
  adopt(at: Pick<Place, 'agent' | 'dataSource' | 'metric' | 'flowKey'>, raised: Raised): Place | null {
    const { kind } = this.threshold;
    const level = this.#levels.at(at.agent, at.dataSource);
    if (level.value === null || this.#standing >= MOST_STANDING) return null;
    const key = this.#keyOf(at.agent, at.dataSource, at.metric, at.flowKey);
    if (this.#places.has(key)) return null;
    const place = this.#newPlace(at.agent, at.dataSource, at.metric, at.flowKey);
    Object.assign(place, {
      level: kind === 'baseline' ? raised.level : level.value,
      clearLevel: level.clear,
    });
    place.levelFrom = level.from;
    if (kind === 'baseline') place.clearLevel = raised.level;
    place.heardMs = kind === 'absence' ? raised.raisedMs - level.value * 1000 : raised.beyondMs;
    place.readMs = raised.beyondMs;
    place.raised = raised;
    this.#standing++;
    this.#places.set(key, place);
    return place;
  }

  #keyOf(agent: string, dataSource: string, metric: string, flowKey: string | null): string {
    return this.threshold.kind === 'contact'
      ? (flowKey ?? '')
      : `${agent}\n${dataSource}\n${metric}\n${flowKey ?? ''}`;
  }

  #newPlace(agent: string, dataSource: string, metric: string, flowKey: string | null): Place {
    return new Place(agent, dataSource, metric, flowKey, this.threshold.minutes);
  }

  #see(reading: Reading, flowKey: string | null, told: number, nowMs: number, tell: OnChange): void {
    const { kind, of } = this.threshold;
    const { agent, dataSource, metric } = reading;
    const level = this.#levels.at(agent, dataSource);
    let value = told;
    if (of === 'speed') {
      if (!(reading.speed > 0)) return;
      value = (told * (reading.isOctets ? 8 : 1) * 100) / reading.speed;
    }
    if (Number.isNaN(value)) return;
    const key = this.#keyOf(agent, dataSource, metric, flowKey);
    let place = this.#places.get(key);
    if (!place) {
      if (level.value === null) return;
      if (flowKey !== null && this.#ratio(value, level.value) < LEAST_NEAR) return;
      if (this.#places.size >= MOST_PLACES) {
        if (kind !== 'absence' && this.#isBeyond(value, level.value)) this.unraised++;
        return;
      }
      place = this.#newPlace(agent, dataSource, metric, flowKey);
      this.#places.set(key, place);
    } else if (kind === 'contact' && place.readMs === nowMs) {
      // The same flow, seen at another data source.
      place.value = Math.max(place.value, value);
      if (place.raised && value > place.raised.peak) place.raised.peak = value;
      return;
    }
    place.readMs = nowMs;
    place.heardMs = Math.max(place.heardMs, reading.updatedMs);
    place.levelFrom = level.from;
    if (kind === 'baseline') this.#setUsual(place, key, value, level.value, nowMs);
    else {
      place.level = level.value;
      place.clearLevel = level.clear;
    }
    this.#decide(place, value, reading, nowMs, tell);
  }

  /** The level of a baseline is the usual value and so many times its spread. */
  #setUsual(place: Place, key: string, value: number, times: number | null, nowMs: number): void {
    const { direction, value: own, clearValue } = this.threshold;
    const usual = this.memory.baseline?.look(key, value, nowMs) ?? null;
    if (usual === null || times === null) {
      place.level = null;
      return;
    }
    const sign = direction === 'above' ? 1 : -1;
    place.level = usual.middle + sign * times * usual.spread;
    place.clearLevel = usual.middle + sign * times * ((clearValue ?? own) / own) * usual.spread;
  }

  #isBeyond(value: number, level: number): boolean {
    return this.threshold.direction === 'above' ||
      this.threshold.kind === 'absence' ||
      this.threshold.kind === 'contact'
      ? value > level
      : value < level;
  }

  /** How near a value is to a level, 0 to 1; 1 where it is beyond. */
  #ratio(value: number, level: number): number {
    if (this.#isBeyond(value, level)) return 1;
    const isAbove = this.threshold.direction === 'above' || this.threshold.kind === 'absence';
    const ratio = isAbove ? value / level : level / value;
    return Number.isFinite(ratio) ? Math.min(0.999, Math.max(0, ratio)) : 0;
  }

  #decide(place: Place, read: number, reading: Reading | null, nowMs: number, tell: OnChange): void {
    const { kind, holdSeconds, minutes, timeout } = this.threshold;
    const value = kind === 'absence' ? (nowMs - place.heardMs) / 1000 : read;
    place.value = value;
    const isNew = kind !== 'contact' || this.#isNewContact(place, value, nowMs);
    const ratio = place.level === null || !isNew ? 0 : this.#ratio(value, place.level);
    const beyond = ratio >= 1;
    if (!beyond) place.beyondSinceMs = Number.NaN;
    else if (Number.isNaN(place.beyondSinceMs)) place.beyondSinceMs = nowMs;
    place.noteMinute(nowMs, ratio);
    const enough = minutes === null || place.minutesBeyond >= minutes.above;
    const { raised } = place;
    if (raised) {
      const holds =
        place.level !== null && (this.#isBeyond(value, place.clearLevel) || (minutes !== null && enough));
      if (holds) {
        raised.beyondMs = nowMs;
        raised.value = value;
        if (this.#isFurther(value, raised.peak)) raised.peak = value;
        if (place.level !== null) raised.level = place.level;
        tell('updated', place, raised, reading);
      } else if (nowMs - raised.beyondMs >= timeout * 1000 && nowMs !== raised.beyondMs)
        this.#clear(place, raised, nowMs, tell);
    } else if (beyond && enough && nowMs - place.beyondSinceMs >= holdSeconds * 1000)
      this.#raise(place, value, reading, nowMs, tell);
    place.nearness = this.#nearness(place, ratio, nowMs);
  }

  #isFurther(value: number, peak: number): boolean {
    return this.#isBeyond(value, peak);
  }

  /** Whether a flow raises: it was not known, or it is what stands now. */
  #isNewContact(place: Place, value: number, nowMs: number): boolean {
    const { contacts } = this.memory;
    if (place.raised || contacts === null) return true;
    return !(place.level === null || value <= place.level) && contacts.isNew(place.flowKey ?? '', nowMs);
  }

  #raise(place: Place, value: number, reading: Reading | null, nowMs: number, tell: OnChange): void {
    if (this.#standing >= MOST_STANDING) {
      this.unraised++;
      return;
    }
    this.#standing++;
    const { flapSeconds } = this.threshold;
    const { before } = place;
    if (before && flapSeconds > 0 && nowMs - before.clearedMs! <= flapSeconds * 1000) {
      place.raised = before;
      Object.assign(before, { clearedMs: null, beyondMs: nowMs, value, level: place.level });
      if (this.#isFurther(value, before.peak)) before.peak = value;
      tell('again', place, before, reading);
      return;
    }
    const level = place.level!;
    place.raised = { raisedMs: nowMs, beyondMs: nowMs, clearedMs: null, level, value, peak: value };
    if (this.threshold.kind === 'contact') this.memory.contacts?.know(place.flowKey ?? '', nowMs);
    tell('raised', place, place.raised, reading);
  }

  #clear(place: Place, raised: Raised, nowMs: number, tell: OnChange): void {
    raised.clearedMs = nowMs;
    place.before = raised;
    place.raised = null;
    this.#standing--;
    tell('cleared', place, raised, null);
  }

  #nearness(place: Place, ratio: number, nowMs: number): number {
    if (place.raised) return 1;
    const { minutes, holdSeconds, kind } = this.threshold;
    if (kind === 'contact') return 0;
    if (minutes) return Math.min(0.999, place.nearnessOfMinutes);
    if (holdSeconds === 0) return Math.min(0.999, ratio);
    const held = Number.isNaN(place.beyondSinceMs) ? 0 : (nowMs - place.beyondSinceMs) / (holdSeconds * 1000);
    return Math.min(0.999, 0.9 * ratio + 0.1 * Math.min(1, held));
  }

  #isForgotten(place: Place, nowMs: number): boolean {
    if (place.raised) return false;
    const { kind, flapSeconds, byFlow } = this.threshold;
    if (place.before && nowMs - place.before.clearedMs! <= flapSeconds * 1000) return false;
    if (kind === 'absence') return nowMs - place.heardMs > MISSED_MS;
    if (place.hasMinutes && place.readMs !== nowMs) return false;
    return place.readMs !== nowMs || (byFlow && place.nearness < LEAST_NEAR && !place.hasMinutes);
  }
}
