/**
 * What thresholds raise, as scripts of sFlow-RT ask for it: numbered, with the largest keys of the moment. They know
 * nothing of presets: what these raise is not among the events they ask for.
 */
import type { EventsQuestion, ThresholdEvent } from '../../shared/model/threshold.ts';
import type { FlowOfMetric } from '../flows/metric-source.ts';
import { type Later, Numbered } from '../flows/numbered.ts';
import type { Raised } from './place.ts';
import type { ThresholdChange } from './thresholds.ts';

/** Keys that an event keeps. */
const MOST_TOP_KEYS = 20;

export class ScriptEvents {
  readonly #events: Numbered<ThresholdEvent>;
  /** What is told of a place that stands, or stood last. */
  readonly #eventOf = new WeakMap<Raised, ThresholdEvent>();

  constructor(later?: Later) {
    this.#events = new Numbered(({ eventID }) => eventID, later);
  }

  ask({ thresholdIDs, eventID, maxEvents, timeoutMs }: EventsQuestion) {
    return this.#events.ask({
      ...{ after: eventID, most: maxEvents, timeoutMs },
      takes: (event) => thresholdIDs.length === 0 || thresholdIDs.includes(event.thresholdID),
    });
  }

  take({ what, threshold, place, raised, flows, nowMs }: ThresholdChange): void {
    if (threshold.preset) return;
    const known = this.#eventOf.get(raised);
    if (known) {
      known.clearedMs = raised.clearedMs;
      known.peak = raised.peak;
      return;
    }
    if (what !== 'raised') return;
    const flow = flows?.find(({ key }) => key === place.flowKey);
    this.#eventOf.set(
      raised,
      this.#events.add((eventID) => ({
        ...{ eventID, timestamp: nowMs, thresholdID: threshold.name, metric: place.metric },
        ...{ threshold: raised.level, value: raised.value },
        ...{ agent: place.agent, dataSource: place.dataSource },
        ...(place.flowKey === null ? {} : { flowKey: place.flowKey }),
        ...(flow && flow.values.length > 0 ? { values: [...flow.values] } : {}),
        ...(flows ? { topKeys: topKeysOf(flows, nowMs) } : {}),
        ...{ clearedMs: null, peak: raised.peak },
      })),
    );
  }

  /** Answers those who wait. */
  tell(): void {
    this.#events.tell();
  }

  /** What was told belongs to another time. */
  forget(): void {
    this.#events.forget();
  }

  /** Nobody waits any longer. */
  end(): void {
    this.#events.end();
  }
}

function topKeysOf(flows: readonly FlowOfMetric[], nowMs: number) {
  return flows
    .slice(0, MOST_TOP_KEYS)
    .map(({ key, value, updatedMs }) => ({ key, value, lastUpdate: Math.max(0, nowMs - updatedMs) }));
}
