/**
 * What thresholds raise, as events for people: named, in the units that people read, with what it was made of. One
 * flow that is seen at several places is one event, which ends with the last of them.
 */
import { parseIpv4, parseIpv6 } from '../../shared/format/address.ts';
import { quantityOf } from '../../shared/format/quantity.ts';
import { figureText, formatPercent, formatRate } from '../../shared/format/rates.ts';
import type { Contributor, WeirEvent } from '../../shared/model/event.ts';
import type { MetricUnit } from '../../shared/model/metric.ts';
import type { Threshold } from '../../shared/model/threshold.ts';
import type { EventDraft, Events } from '../events/events.ts';
import { filterProblem } from '../flows/filter.ts';
import type { Place } from '../thresholds/place.ts';
import type { ThresholdChange, Thresholds } from '../thresholds/thresholds.ts';

export const MOST_CAUSES = 5;
/** Questions for causes that run at once. */
const MOST_ASKED = 4;
/** How long before it was raised its traffic is evidence too. */
const LEAD_MS = 10_000;
/** Weir may have been ended for so long, and what stood then goes on. */
const MOST_PAUSE_MS = 300_000;

/** What is known about a definition that a threshold goes by. */
export type WatchedDefinition = { keys: string[]; value: string; filter: string; fs: string };

export type ThresholdEventsOptions = {
  events: Events;
  namesOf: (agent: string, dataSource: string) => { agentName: string; interfaceName: string };
  /** Null where the metric is no flow definition. */
  definitionOf: (metric: string) => WatchedDefinition | null;
  describe: (metric: string) => { label: string; unit: MetricUnit };
  /** The largest contributors at a place about now, for metrics that are no flows; null where nobody can be asked. */
  contributors:
    | ((agent: string, dataSource: string, metric: string, nowMs: number) => Promise<Contributor[]>)
    | null;
};

/** An event and the places that hold it. */
type Shared = { id: number; places: Set<Place> };

export class ThresholdEvents {
  readonly #options: ThresholdEventsOptions;
  readonly #idOf = new WeakMap<Place, number>();
  /** Of flows that stand: threshold and flow → its event. */
  readonly #shared = new Map<string, Shared>();

  #asking = 0;

  constructor(options: ThresholdEventsOptions) {
    this.#options = options;
  }

  /** Events that stood when Weir ended go on where they can; the others ended when they were last seen. */
  inherit(standing: readonly WeirEvent[], thresholds: Thresholds, nowMs: number): void {
    const { events } = this.#options;
    for (const event of standing) {
      if (event.kind !== 'threshold') continue;
      const { id, agent, dataSource, metric, flowKey, raisedMs, updatedMs } = event;
      const factor = this.#scaleOf(metric, event.unit).factor;
      const [level, value, peak] = [event.level ?? 0, event.value ?? 0, event.peak ?? 0].map(
        (x) => x / factor,
      );
      const place =
        nowMs - updatedMs > MOST_PAUSE_MS
          ? null
          : thresholds.adopt(
              event.name,
              { agent, dataSource, metric, flowKey: flowKey === '' ? null : flowKey },
              { raisedMs, beyondMs: updatedMs, clearedMs: null, level: level!, value: value!, peak: peak! },
            );
      if (!place) events.clear(id, updatedMs);
      else this.#hold(event.name, place, id);
    }
  }

  restart(): void {
    this.#shared.clear();
  }

  /** Takes a change at a place. */
  take(change: ThresholdChange): void {
    const { what, threshold, place, nowMs } = change;
    if (what === 'raised') this.#raise(change);
    else {
      const id = this.#idOf.get(place);
      if (id === undefined) return;
      if (what === 'updated') this.#update(change, id);
      else if (what === 'again') this.#again(change, id);
      else if (this.#isLast(threshold.name, place)) this.#options.events.clear(id, nowMs);
    }
  }

  #raise(change: ThresholdChange): void {
    const { events } = this.#options;
    const { threshold, place } = change;
    const known = place.flowKey === null ? undefined : this.#shared.get(sharedKey(threshold.name, place));
    if (known && events.stands(known.id)) {
      this.#hold(threshold.name, place, known.id);
      return;
    }
    const id = events.raise(this.#draft(change));
    if (id === null) return;
    this.#hold(threshold.name, place, id);
    // Of silence there is nobody to name, and flows name themselves.
    if (change.flows === null && threshold.kind !== 'absence') void this.#explain(id, change);
  }

  /** Asks who it was, a few at a time; the event is told at once and says it a moment later. */
  async #explain(id: number, { place, nowMs }: ThresholdChange): Promise<void> {
    const { contributors, events } = this.#options;
    if (contributors === null || !/^\d+$/.test(place.dataSource) || this.#asking >= MOST_ASKED) return;
    this.#asking++;
    try {
      events.explain(id, await contributors(place.agent, place.dataSource, place.metric, nowMs));
    } catch {
      // An event without a cause is an event all the same.
    } finally {
      this.#asking--;
    }
  }

  #again({ threshold, place, raised, nowMs }: ThresholdChange, id: number): void {
    const { factor } = this.#scale(threshold, place.metric);
    const { events } = this.#options;
    if (!events.stands(id)) events.again(id, { timeMs: nowMs, value: raised.value * factor });
    this.#hold(threshold.name, place, id);
  }

  #update({ threshold, place, raised, nowMs }: ThresholdChange, id: number): void {
    const { factor } = this.#scale(threshold, place.metric);
    this.#options.events.update(id, {
      ...{
        timeMs: nowMs,
        value: raised.value * factor,
        peak: this.#peak(threshold, place, raised.peak) * factor,
      },
      level: raised.level * factor,
    });
  }

  /** The furthest over all places that hold an event. */
  #peak({ name, direction }: Threshold, place: Place, own: number): number {
    if (place.flowKey === null) return own;
    let peak = own;
    for (const { raised } of this.#shared.get(sharedKey(name, place))?.places ?? [])
      if (raised && (direction === 'above' ? raised.peak > peak : raised.peak < peak)) peak = raised.peak;
    return peak;
  }

  #hold(name: string, place: Place, id: number): void {
    this.#idOf.set(place, id);
    if (place.flowKey === null) return;
    const key = sharedKey(name, place);
    const known = this.#shared.get(key);
    if (known?.id === id) known.places.add(place);
    else this.#shared.set(key, { id, places: new Set([place]) });
  }

  /** Whether nothing else holds the event of a place that let it go. */
  #isLast(name: string, place: Place): boolean {
    if (place.flowKey === null) return true;
    const key = sharedKey(name, place);
    const shared = this.#shared.get(key);
    shared?.places.delete(place);
    if (shared && shared.places.size > 0) return false;
    this.#shared.delete(key);
    return true;
  }

  #draft({ threshold, place, raised, flows, nowMs }: ThresholdChange): EventDraft {
    const { namesOf, definitionOf } = this.#options;
    const { agent, dataSource, metric } = place;
    const { unit, factor } = this.#scale(threshold, metric);
    const definition = definitionOf(metric);
    const flowKey = place.flowKey ?? '';
    const names = namesOf(agent, dataSource);
    const causes = definition && flows ? causesOf(definition, flows, factor) : [];
    return {
      ...{ kind: 'threshold', name: threshold.name, severity: threshold.severity },
      title: this.#title(threshold, place, names),
      ...{ raisedMs: nowMs, agent, dataSource, ...names, flowKey, metric, unit, causes },
      ...{ level: raised.level * factor, value: raised.value * factor },
      evidence: {
        fromMs: nowMs - LEAD_MS - evidenceMs(threshold),
        ...{ toMs: nowMs, agent },
        filter: definition ? filterOf(definition, flowKey) : '',
      },
    };
  }

  #title(threshold: Threshold, place: Place, names: { agentName: string; interfaceName: string }): string {
    const { describe, definitionOf } = this.#options;
    const { unit, factor } = this.#scale(threshold, place.metric);
    const where = [names.agentName || place.agent, names.interfaceName].filter(Boolean).join(' ');
    const raised = place.raised!;
    const figure = (value: number): string => textOf(value * factor, unit);
    if (threshold.kind === 'absence')
      return `Nothing of ${describe(place.metric).label.toLowerCase()} was heard of ${where} for ${Math.round(raised.value)} s.`;
    const what = definitionOf(place.metric)
      ? place.flowKey
        ? place.flowKey.replaceAll(',', ', ')
        : place.metric
      : describe(place.metric).label;
    if (threshold.kind === 'contact') return `${what} was seen for the first time, at ${where}.`;
    const side = threshold.direction;
    const usual = threshold.kind === 'baseline' ? 'what is usual there at this time, up to ' : '';
    const link = threshold.of === 'speed' && place.flowKey !== null ? ' of the link' : '';
    return `${what} at ${where} is ${figure(raised.value)}${link}, ${side} ${usual}${figure(raised.level)}.`;
  }

  /** What the level and the values of a threshold are in. */
  ownUnit(threshold: Threshold, metric: string): string {
    const { unit, factor } = this.#scale(threshold, metric);
    return factor === 8 ? 'octets/s' : unit;
  }

  #scale({ of, kind }: Threshold, metric: string): { unit: string; factor: number } {
    if (kind === 'absence') return { unit: 's', factor: 1 };
    if (of === 'speed') return { unit: '%', factor: 1 };
    return this.#scaleOf(metric, '');
  }

  /** People read traffic in bits. */
  #scaleOf(metric: string, told: string): { unit: string; factor: number } {
    if (told === '%' || told === 's') return { unit: told, factor: 1 };
    const definition = this.#options.definitionOf(metric);
    if (definition) {
      const { unit, factor } = quantityOf(definition.value);
      return { unit, factor };
    }
    const { unit } = this.#options.describe(metric);
    return unit === 'octets/s' ? { unit: 'bit/s', factor: 8 } : { unit, factor: 1 };
  }
}

const sharedKey = (name: string, { flowKey }: Place): string => `${name}\n${flowKey}`;

const evidenceMs = ({ minutes, holdSeconds }: Threshold): number =>
  minutes ? minutes.window * 60_000 : holdSeconds * 1000;

function textOf(value: number, unit: string): string {
  return unit === '%' ? formatPercent(value / 100, 'down') : figureText(formatRate(value, unit));
}

function causesOf(
  { keys, value }: WatchedDefinition,
  flows: readonly { key: string; value: number }[],
  factor: number,
): Contributor[] {
  const isSum = quantityOf(value).isRate;
  const whole = flows.reduce((sum, flow) => sum + flow.value, 0);
  return flows.slice(0, MOST_CAUSES).map((flow) => ({
    ...{ keys: keys.join(','), key: flow.key, value: flow.value * factor },
    share: isSum && whole > 0 ? flow.value / whole : null,
  }));
}

/** The filter of a definition and the values of the flow's keys, in the filter language; what cannot be said in it is left out. */
function filterOf({ keys, filter, fs }: WatchedDefinition, flowKey: string): string {
  const values = flowKey === '' ? [] : flowKey.split(fs);
  const parts =
    values.length === keys.length
      ? keys.map((key, i) => testOf(key, values[i]!)).filter((part) => filterProblem(part) === null)
      : [];
  return [filter === '' ? '' : parts.length > 0 ? `(${filter})` : filter, ...parts].filter(Boolean).join('&');
}

/** `or:a:b` of plain keys is either of them; an address tells by itself which of two versions it is of. */
function testOf(key: string, value: string): string {
  const names = key.startsWith('or:') ? key.slice(3).split(':') : [];
  const isIpv6 = parseIpv6(value) !== null;
  const isAddress = isIpv6 || parseIpv4(value) !== null;
  const fitting = names.filter((name) => !isAddress || /^ip6/.test(name) === isIpv6);
  const isPlain = fitting.length > 0 && names.every((name) => /^\w+$/.test(name));
  const tests = (isPlain ? fitting : [key]).map((name) => `${name}=${quoted(value)}`);
  return tests.length === 1 ? tests[0]! : `(${tests.join('|')})`;
}

const quoted = (value: string): string => (/^[\w.:-]+$/.test(value) ? value : JSON.stringify(value));
