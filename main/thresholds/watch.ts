/**
 * The state machine of one threshold. A place is raised when it is beyond its level (for `holdSeconds`, in `above` of
 * the last `window` minutes), once; it is cleared when it has been on the quiet side for `timeout` seconds without a
 * break, and only then may it be raised again; within `flapSeconds` after that it is the same event that goes on. A
 * place that is not heard of any more is beyond no level, but where silence is what is watched for.
 *
 * It can be shown all readings of a moment (`look`), or what was told since the last one (`take`, `lose`) and then that
 * time has passed (`pass`): that comes to the same, because a value holds until it is told anew. Places that are quiet
 * are touched only when something is told of them or they are due.
 *
 * Pure: time comes with the readings and never goes back. The number of places is bounded; what finds no room is
 * counted.
 */
import type { Threshold } from '../../shared/model/threshold.ts';
import type { FlowOfMetric } from '../flows/metric-source.ts';
import { DueList } from '../metrics/due-list.ts';
import type { Baseline } from './baseline.ts';
import { isBeyond, LEAST_NEAR, leastOf, nearnessOf, ratioOf, scaleOf } from './beyond.ts';
import type { Contacts } from './contacts.ts';
import { type Level, Levels } from './levels.ts';
import { Place, type Raised } from './place.ts';
import type { LeastAt, Reading } from './readings.ts';

/** Places of one threshold that stand at once. */
export const MOST_STANDING = 1000;
/** Places that are watched, raised or not. */
export const MOST_PLACES = 20_000;
/** What was silent for so long is not missed any more. */
const MISSED_MS = 7 * 86_400_000;

/** `again`: raised again within its flap time. */
export type PlaceChange = 'raised' | 'again' | 'updated' | 'cleared';
/** `flows`: those that were read at the data source; null where the metric is no flow definition, or by time alone. */
export type OnChange = (
  what: PlaceChange,
  place: Place,
  raised: Raised,
  flows: readonly FlowOfMetric[] | null,
) => void;

/** What thresholds of some kinds remember beside places. */
export type Memory = { baseline: Baseline | null; contacts: Contacts | null };

type Spot = Pick<Place, 'agent' | 'dataSource' | 'metric' | 'flowKey'>;

export class Watch {
  readonly threshold: Threshold;
  readonly memory: Memory;
  /** What was beyond its level at the last look and found no room. */
  unraised = 0;
  readonly #places = new Map<string, Place>();
  readonly #levels: Levels;
  /** Places that change by themselves: raised, beyond their level, or learned from. */
  readonly #restless = new Set<Place>();
  /** Quiet ones, by when time alone changes them. */
  readonly #due = new DueList<Place>();
  /** Beyond their level, and there was no room to watch them. */
  readonly #crowdedOut = new Set<string>();
  #standing = 0;
  #refused = 0;
  #lookMs = Number.NEGATIVE_INFINITY;

  constructor(threshold: Threshold, memory: Memory = { baseline: null, contacts: null }) {
    this.threshold = threshold;
    this.memory = memory;
    this.#levels = new Levels(threshold);
  }

  /** Events that stand. */
  get standing(): number {
    return this.#standing;
  }

  /** As they were decided last. */
  get places(): IterableIterator<Place> {
    return this.#places.values();
  }

  /** As they are at a time. */
  *placesAt(nowMs: number): Generator<Place> {
    for (const place of this.#places.values()) {
      if (place.decidedMs < nowMs && !this.#restless.has(place)) this.#settle(place, nowMs);
      yield place;
    }
  }

  /** Looks at all readings of one moment: what is not among them is not there. */
  look(readings: readonly Reading[], nowMs: number, tell: OnChange): void {
    const { byFlow } = this.threshold;
    this.#crowdedOut.clear();
    for (const reading of readings) {
      if (!byFlow) this.#see(reading, null, reading.value, nowMs, tell);
      else for (const { key, value } of reading.flows ?? []) this.#see(reading, key, value, nowMs, tell);
    }
    this.loseOthers(nowMs, tell);
    this.#looked(nowMs);
  }

  /** What was not told at a time is not there any more. */
  loseOthers(nowMs: number, tell: OnChange): void {
    for (const place of this.#places.values()) if (place.decidedMs !== nowMs) this.#lose(place, nowMs, tell);
  }

  /** A value was told: it holds until another is, or it is lost. */
  take(reading: Reading, nowMs: number, tell: OnChange): void {
    if (!this.#see(reading, null, reading.value, nowMs, tell))
      this.lose(reading, reading.metric, nowMs, tell);
  }

  /** Nothing is told of a metric at a data source, or nothing any more. */
  lose(
    { agent, dataSource }: Pick<Reading, 'agent' | 'dataSource'>,
    metric: string,
    nowMs: number,
    tell: OnChange,
  ): void {
    if (this.#places.size === 0) return;
    const key = this.#keyOf(agent, dataSource, metric, null);
    const place = this.#places.get(key);
    if (place?.isThere) this.#lose(place, nowMs, tell);
    if (this.#crowdedOut.size > 0) this.#crowdedOut.delete(key);
  }

  /**
   * Time has passed, and all that was told meanwhile was taken. Decides upon `most` places at once; false where more are
   * to be decided upon, at the same time.
   */
  pass(nowMs: number, tell: OnChange, most = Number.POSITIVE_INFINITY): boolean {
    let left = most;
    for (const place of this.#restless) {
      if (place.decidedMs === nowMs) continue;
      if (left-- <= 0) return false;
      this.#again(place, nowMs, tell);
    }
    for (let place = this.#due.takeBefore(nowMs); place; place = this.#due.takeBefore(nowMs))
      if (place.decidedMs === nowMs) this.#arrange(place, nowMs);
      else {
        this.#again(place, nowMs, tell);
        if (--left <= 0) return false;
      }
    this.#looked(nowMs);
    return true;
  }

  #looked(nowMs: number): void {
    this.#lookMs = nowMs;
    this.unraised = this.#refused + this.#crowdedOut.size;
    this.#refused = 0;
  }

  /** The least value of a flow that could matter at a place; null where all could. */
  get least(): LeastAt | null {
    return leastOf(this.threshold, this.#levels);
  }

  /** The threshold goes: what stands is cleared. */
  end(nowMs: number, tell: OnChange): void {
    for (const place of this.#places.values())
      if (place.raised) this.#clear(place, place.raised, nowMs, tell);
    this.#places.clear();
    this.#restless.clear();
    this.#due.clear();
    this.#crowdedOut.clear();
    this.#lookMs = Number.NEGATIVE_INFINITY;
  }

  /** An event that stood when Weir ended goes on; null where its place is not watched, or there is no room. */
  adopt(at: Spot, raised: Raised): Place | null {
    const { kind } = this.threshold;
    const level = this.#levels.at(at.agent, at.dataSource);
    if (level.value === null || this.#standing >= MOST_STANDING) return null;
    const key = this.#keyOf(at.agent, at.dataSource, at.metric, at.flowKey);
    if (this.#places.has(key)) return null;
    const place = new Place(key, at, this.threshold.minutes);
    Object.assign(place, {
      level: kind === 'baseline' ? raised.level : level.value,
      clearLevel: level.clear,
    });
    place.levelFrom = level.from;
    if (kind === 'baseline') place.clearLevel = raised.level;
    place.heardMs = kind === 'absence' ? raised.raisedMs - level.value * 1000 : raised.beyondMs;
    place.decidedMs = raised.beyondMs;
    place.raised = raised;
    this.#standing++;
    this.#places.set(key, place);
    this.#restless.add(place);
    return place;
  }

  #keyOf(agent: string, dataSource: string, metric: string, flowKey: string | null): string {
    return this.threshold.kind === 'contact'
      ? (flowKey ?? '')
      : `${agent}\n${dataSource}\n${metric}\n${flowKey ?? ''}`;
  }

  /** Takes what was read at a place. Returns whether there is a value that could be held against its level. */
  #see(reading: Reading, flowKey: string | null, told: number, nowMs: number, tell: OnChange): boolean {
    const { kind, of } = this.threshold;
    const { agent, dataSource, metric } = reading;
    const level = this.#levels.at(agent, dataSource);
    const value = of === 'speed' ? told * scaleOf(reading.isOctets, reading.speed) : told;
    if (Number.isNaN(value)) return false;
    const key = this.#keyOf(agent, dataSource, metric, flowKey);
    let place = this.#places.get(key);
    if (!place) {
      if (level.value === null) return true;
      if (flowKey !== null && ratioOf(this.threshold, value, level.value) < LEAST_NEAR) return true;
      if (this.#places.size >= MOST_PLACES) {
        if (kind !== 'absence' && isBeyond(this.threshold, value, level.value)) this.#crowdedOut.add(key);
        else this.#crowdedOut.delete(key);
        return true;
      }
      place = new Place(key, { agent, dataSource, metric, flowKey }, this.threshold.minutes);
      this.#places.set(key, place);
      this.#crowdedOut.delete(key);
    } else if (kind === 'contact' && place.decidedMs === nowMs) {
      // The same flow, seen at another data source.
      place.value = Math.max(place.value, value);
      if (place.raised && value > place.raised.peak) place.raised.peak = value;
      return true;
    }
    place.isThere = true;
    place.told = value;
    place.heardMs = Math.max(place.heardMs, reading.updatedMs);
    place.levelFrom = level.from;
    this.#setLevel(place, level, nowMs);
    this.#decide(place, reading.flows === null ? null : () => reading.flows, nowMs, tell);
    return true;
  }

  #lose(place: Place, nowMs: number, tell: OnChange): void {
    place.isThere = false;
    place.told = Number.NaN;
    this.#decide(place, null, nowMs, tell);
  }

  /** Nothing was told of a place: what it was told holds. */
  #again(place: Place, nowMs: number, tell: OnChange): void {
    if (this.threshold.kind === 'baseline' && place.isThere)
      this.#setLevel(place, this.#levels.at(place.agent, place.dataSource), nowMs);
    this.#decide(place, null, nowMs, tell);
  }

  #setLevel(place: Place, level: Level, nowMs: number): void {
    if (this.threshold.kind === 'baseline') this.#setUsual(place, level.value, nowMs);
    else {
      place.level = level.value;
      place.clearLevel = level.clear;
    }
  }

  /** The level of a baseline is the usual value and so many times its spread. */
  #setUsual(place: Place, times: number | null, nowMs: number): void {
    const { direction, value: own, clearValue } = this.threshold;
    const usual = this.memory.baseline?.look(place.key, place.told, nowMs) ?? null;
    if (usual === null || times === null) {
      place.level = null;
      return;
    }
    const sign = direction === 'above' ? 1 : -1;
    place.level = usual.middle + sign * times * usual.spread;
    place.clearLevel = usual.middle + sign * times * ((clearValue ?? own) / own) * usual.spread;
  }

  #valueOf(place: Place, nowMs: number): number {
    return this.threshold.kind === 'absence' ? (nowMs - place.heardMs) / 1000 : place.told;
  }

  /** `flows`: gives those that were read; null where there are none. */
  #decide(place: Place, flows: (() => Reading['flows']) | null, nowMs: number, tell: OnChange): void {
    const { kind, holdSeconds, minutes, timeout } = this.threshold;
    const value = this.#valueOf(place, nowMs);
    place.value = value;
    place.decidedMs = nowMs;
    const isNew = kind !== 'contact' || this.#isNewContact(place, value, nowMs);
    const ratio = place.level === null || !isNew ? 0 : ratioOf(this.threshold, value, place.level);
    const beyond = ratio >= 1;
    if (!beyond) place.beyondSinceMs = Number.NaN;
    else if (Number.isNaN(place.beyondSinceMs)) place.beyondSinceMs = nowMs;
    place.note(ratio, nowMs, this.#lookMs);
    const enough = minutes === null || place.minutesBeyond >= minutes.above;
    const { raised } = place;
    if (raised) {
      const holds =
        place.level !== null &&
        (isBeyond(this.threshold, value, place.clearLevel) || (minutes !== null && enough));
      if (holds) {
        raised.beyondMs = nowMs;
        // Held by its minutes alone, it may not be told any more.
        if (!Number.isNaN(value)) raised.value = value;
        if (isBeyond(this.threshold, value, raised.peak)) raised.peak = value;
        if (place.level !== null) raised.level = place.level;
        tell('updated', place, raised, null);
      } else if (nowMs - raised.beyondMs >= timeout * 1000 && nowMs !== raised.beyondMs)
        this.#clear(place, raised, nowMs, tell);
    } else if (beyond && enough && nowMs - place.beyondSinceMs >= holdSeconds * 1000)
      this.#raise(place, value, flows, nowMs, tell);
    place.nearness = nearnessOf(this.threshold, place, ratio, nowMs);
    this.#arrange(place, nowMs);
  }

  /** When it is to be decided again if nothing is told of it before. */
  #arrange(place: Place, nowMs: number): void {
    if (this.#isForgotten(place, nowMs)) {
      this.#places.delete(place.key);
      this.#restless.delete(place);
      this.#due.delete(place);
    } else if (place.raised || place.ratio >= 1 || this.memory.baseline?.knows(place.key))
      this.#restless.add(place);
    else {
      this.#restless.delete(place);
      const dueMs = this.#dueMs(place, nowMs);
      if (dueMs < Number.POSITIVE_INFINITY) this.#due.add(place, Math.max(nowMs, dueMs));
    }
  }

  #dueMs(place: Place, nowMs: number): number {
    const { kind, flapSeconds } = this.threshold;
    if (kind === 'absence') return place.heardMs + (place.level ?? 0) * 1000;
    if (place.isThere) return Number.POSITIVE_INFINITY;
    // Nothing of it is left once it was quiet for long enough.
    const flapMs = place.before ? place.before.clearedMs! + flapSeconds * 1000 : nowMs;
    return place.hasMinutes ? (Math.floor(nowMs / 60_000) + 1) * 60_000 : flapMs;
  }

  /** What a quiet place shows by now; nothing comes of it. */
  #settle(place: Place, nowMs: number): void {
    if (this.threshold.byFlow || place.level === null) return;
    const value = this.#valueOf(place, nowMs);
    const ratio = ratioOf(this.threshold, value, place.level);
    if (ratio >= 1) return;
    place.value = value;
    place.note(ratio, nowMs, this.#lookMs);
    place.nearness = nearnessOf(this.threshold, place, ratio, nowMs);
  }

  /** Whether a flow raises: it was not known, or it is what stands now. */
  #isNewContact(place: Place, value: number, nowMs: number): boolean {
    const { contacts } = this.memory;
    if (place.raised || contacts === null) return true;
    return !(place.level === null || value <= place.level) && contacts.isNew(place.flowKey ?? '', nowMs);
  }

  #raise(
    place: Place,
    value: number,
    flows: (() => Reading['flows']) | null,
    nowMs: number,
    tell: OnChange,
  ): void {
    if (this.#standing >= MOST_STANDING) {
      this.#refused++;
      return;
    }
    this.#standing++;
    const { flapSeconds } = this.threshold;
    const { before } = place;
    if (before && flapSeconds > 0 && nowMs - before.clearedMs! <= flapSeconds * 1000) {
      place.raised = before;
      Object.assign(before, { clearedMs: null, beyondMs: nowMs, value, level: place.level });
      if (isBeyond(this.threshold, value, before.peak)) before.peak = value;
      tell('again', place, before, null);
      return;
    }
    const level = place.level!;
    place.raised = { raisedMs: nowMs, beyondMs: nowMs, clearedMs: null, level, value, peak: value };
    if (this.threshold.kind === 'contact') this.memory.contacts?.know(place.flowKey ?? '', nowMs);
    tell('raised', place, place.raised, flows?.() ?? null);
  }

  #clear(place: Place, raised: Raised, nowMs: number, tell: OnChange): void {
    raised.clearedMs = nowMs;
    place.before = raised;
    place.raised = null;
    this.#standing--;
    tell('cleared', place, raised, null);
  }

  #isForgotten(place: Place, nowMs: number): boolean {
    if (place.raised) return false;
    const { kind, flapSeconds, byFlow } = this.threshold;
    if (place.before && nowMs - place.before.clearedMs! <= flapSeconds * 1000) return false;
    if (kind === 'absence') return nowMs - place.heardMs > MISSED_MS;
    if (place.hasMinutes) return false;
    return !place.isThere || (byFlow && place.nearness < LEAST_NEAR);
  }
}
