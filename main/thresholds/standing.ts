/**
 * The state machine of one threshold. A place is a data source, or one flow at one. A place is raised when it is
 * above the level, once; it is cleared when it has been at or below the level for `timeout` seconds without a
 * break, and only then may it be raised again. A place that is not heard of any more is below every level.
 *
 * Pure: time comes with the readings. The number of places is bounded; what finds no room is counted.
 */
import type { TopKey } from '../../shared/model/metric.ts';
import type { Threshold, ThresholdEvent } from '../../shared/model/threshold.ts';
import type { Reading } from './readings.ts';

/** Places of one threshold that stand at once. */
export const MOST_STANDING = 1000;
/** Keys that an event keeps. */
const MOST_TOP_KEYS = 20;

type Place = { event: ThresholdEvent; lastAboveMs: number };

export class Standing {
  readonly threshold: Threshold;
  /** What was above the level at the last look and found no room. */
  unraised = 0;
  readonly #places = new Map<string, Place>();

  constructor(threshold: Threshold) {
    this.threshold = threshold;
  }

  get size(): number {
    return this.#places.size;
  }

  /** Looks at all readings of one moment; `raise` numbers and keeps a new event. Times never go back. */
  look(
    readings: readonly Reading[],
    nowMs: number,
    raise: (event: Omit<ThresholdEvent, 'eventID'>) => ThresholdEvent,
  ): void {
    const { value: level, byFlow, timeout } = this.threshold;
    this.unraised = 0;
    for (const reading of readings) {
      if (!byFlow) {
        if (reading.value > level) this.#above(reading, null, nowMs, raise);
        continue;
      }
      for (const flow of reading.flows ?? []) {
        if (flow.value > level) this.#above(reading, flow, nowMs, raise);
      }
    }
    for (const [key, { event, lastAboveMs }] of this.#places) {
      if (lastAboveMs === nowMs || nowMs - lastAboveMs < timeout * 1000) continue;
      event.clearedMs = nowMs;
      this.#places.delete(key);
    }
  }

  /** The threshold goes: what stands is cleared. */
  end(nowMs: number): void {
    for (const { event } of this.#places.values()) event.clearedMs = nowMs;
    this.#places.clear();
  }

  #above(
    reading: Reading,
    flow: NonNullable<Reading['flows']>[number] | null,
    nowMs: number,
    raise: (event: Omit<ThresholdEvent, 'eventID'>) => ThresholdEvent,
  ): void {
    const value = flow?.value ?? reading.value;
    const key = JSON.stringify([reading.agent, reading.dataSource, flow?.key ?? null]);
    const known = this.#places.get(key);
    if (known) {
      known.lastAboveMs = nowMs;
      if (value > known.event.peak) known.event.peak = value;
      return;
    }
    if (this.#places.size >= MOST_STANDING) {
      this.unraised++;
      return;
    }
    const event = raise({
      timestamp: nowMs,
      thresholdID: this.threshold.name,
      metric: this.threshold.metric,
      threshold: this.threshold.value,
      value,
      agent: reading.agent,
      dataSource: reading.dataSource,
      ...(flow ? { flowKey: flow.key } : {}),
      ...(flow && flow.values.length > 0 ? { values: [...flow.values] } : {}),
      ...(reading.flows ? { topKeys: topKeysOf(reading.flows, nowMs) } : {}),
      clearedMs: null,
      peak: value,
    });
    this.#places.set(key, { event, lastAboveMs: nowMs });
  }
}

function topKeysOf(flows: NonNullable<Reading['flows']>, nowMs: number): TopKey[] {
  return flows
    .slice(0, MOST_TOP_KEYS)
    .map(({ key, value, updatedMs }) => ({ key, value, lastUpdate: Math.max(0, nowMs - updatedMs) }));
}
