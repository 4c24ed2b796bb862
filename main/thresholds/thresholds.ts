/**
 * The thresholds of a workspace: the presets and those kept on its shelf, held at every tick against what was told since
 * the last one, and what they raised as scripts ask for it. One that is kept and cannot be read any more stays on the
 * shelf and is listed with its problem. Whoever keeps events is told of every change at a place.
 */
import type { MetricUnit } from '../../shared/model/metric.ts';
import type { DocumentShelf } from '../../shared/model/store.ts';
import type {
  MetricPlace,
  Rehearsal,
  Threshold,
  ThresholdEvent,
  ThresholdInput,
  ThresholdPlace,
  ThresholdStatus,
  ThresholdsApi,
  UsualCourse,
} from '../../shared/model/threshold.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import type { FlowOfMetric } from '../flows/metric-source.ts';
import { type Later, Numbered } from '../flows/numbered.ts';
import type { Spot } from '../metrics/told.ts';
import { Baseline, type KeptBaseline } from './baseline.ts';
import { Contacts, type KeptContacts } from './contacts.ts';
import { readThreshold } from './definition.ts';
import { learningOf } from './learning.ts';
import type { Place, Raised } from './place.ts';
import { thresholdPresets } from './presets.ts';
import type { Readings, ReadingsOf } from './readings.ts';
import { usualCourse } from './usual.ts';
import { type OnChange, type PlaceChange, Watch } from './watch.ts';

const SHELF = 'threshold';
const MEMORY_SHELF = 'threshold-memory';
const MOST_THRESHOLDS = 500;
const KEEP_EVERY_MS = 300_000;
/** Keys that an event keeps. */
const MOST_TOP_KEYS = 20;
/** Data sources that are read before others have their turn. */
const READ_AT_ONCE = 500;

/** What happened at a place of a threshold. `flows`: those that were read there; null where there are none. */
export type ThresholdChange = {
  what: PlaceChange;
  threshold: Threshold;
  place: Place;
  raised: Raised;
  flows: readonly FlowOfMetric[] | null;
  nowMs: number;
};

export type ThresholdsOptions = {
  documents: DocumentShelf;
  readings: ReadingsOf;
  /** Where something was told, or fell silent, since this was last asked; null where that may be anywhere. */
  told: (nowMs: number) => Spot[] | null;
  /** Every place that tells anything. */
  spots: () => Iterable<Spot>;
  /** The workspace's own time. */
  nowMs: () => number;
  /** Told of every change at a place, in its order. */
  changed?: (change: ThresholdChange) => void;
  /** Told when one begins to watch from now on. */
  began?: () => void;
  /** Names of agents and interfaces, for the list of places. */
  namesOf?: (agent: string, dataSource: string) => { agentName: string; interfaceName: string };
  /** What the values of a threshold are in. */
  unitOf?: (threshold: Threshold, metric: string) => MetricUnit | string;
  /** Runs a threshold over what is remembered. */
  rehearse?: (threshold: Threshold, fromMs: number, toMs: number) => Promise<Rehearsal>;
  later?: Later;
  /** Goes on after others had their turn; absent: a tick does all of its work at once. */
  nextTurn?: (run: () => void) => void;
};

/** `readings`: null where they cannot be read. `isFollowed`: what was told up to the last tick was taken. */
type Entry = { watch: Watch; readings: Readings | null; isFollowed: boolean; problem: string };

export class Thresholds {
  readonly #options: ThresholdsOptions;
  readonly #events: Numbered<ThresholdEvent>;
  readonly #entries = new Map<string, Entry>();
  /** Kept and not readable: name → why. */
  readonly #unreadable = new Map<string, string>();
  /** What scripts are told of a place that stands, or stood last. */
  readonly #eventOf = new WeakMap<Raised, ThresholdEvent>();
  #keptMs: number;
  /** What is left of the last tick; null where nothing is. */
  #round: Generator<void> | null = null;
  #read = 0;
  readonly handlers: Handlers<ThresholdsApi>;

  constructor(options: ThresholdsOptions) {
    this.#options = options;
    this.#keptMs = Number.NEGATIVE_INFINITY;
    this.#events = new Numbered(({ eventID }) => eventID, options.later);
    for (const [name, threshold] of thresholdPresets)
      this.#entries.set(name, this.#entry(this.#watch(threshold, null)));
    this.handlers = {
      'thresholds.list': () => this.list(),
      'thresholds.put': (name, input) => this.put(name, input),
      'thresholds.delete': (name) => this.delete(name),
      'thresholds.places': (name, limit) => this.places(name, limit),
      'thresholds.usual': (places, fromMs, toMs) => this.usual(places, fromMs, toMs),
      'thresholds.rehearse': (input, fromMs, toMs) => this.#rehearse(input, fromMs, toMs),
      events: ({ thresholdIDs, eventID, maxEvents, timeoutMs }) =>
        this.#events.ask({
          ...{ after: eventID, most: maxEvents, timeoutMs },
          takes: (event) => thresholdIDs.length === 0 || thresholdIDs.includes(event.thresholdID),
        }),
    };
  }

  /** Reads what is kept. */
  async start(): Promise<void> {
    const { documents } = this.#options;
    const memories = await documents.all(MEMORY_SHELF);
    for (const [name, threshold] of thresholdPresets)
      this.#entries.set(name, this.#entry(this.#watch(threshold, memories.get(name) ?? null)));
    for (const [name, body] of await documents.all(SHELF)) {
      try {
        const threshold = readThreshold(name, JSON.parse(body), thresholdPresets.has(name));
        this.#entries.set(name, this.#entry(this.#watch(threshold, memories.get(name) ?? null)));
      } catch (error) {
        this.#entries.delete(name);
        this.#unreadable.set(
          name,
          error instanceof RpcError ? error.message : `The threshold “${name}” as it is kept is no JSON.`,
        );
      }
    }
    // Definitions that are watched run from the beginning.
    for (const { watch, readings } of this.#entries.values())
      if (watch.threshold.enabled) readings?.isWhole();
  }

  /** Nobody is answered any more; what was learned is kept. */
  stop(): void {
    this.#events.end();
    this.#keepMemories();
  }

  /**
   * What was heard so far is forgotten, as when a capture is played again: what stands is cleared, and scripts are told
   * of what comes from now on.
   */
  restart(): void {
    this.#round = null;
    this.#events.forget();
    for (const [name, { watch }] of this.#entries) {
      this.#end(watch);
      this.#entries.set(name, this.#entry(watch));
    }
  }

  /** Holds every threshold against what is now; about once a second. What takes long goes on in later turns. */
  tick(nowMs: number): void {
    this.#round ??= this.#hold(nowMs);
    this.#goOn();
  }

  #goOn(): void {
    const { nextTurn } = this.#options;
    const round = this.#round;
    if (!round) return;
    while (!round.next().done) {
      if (!nextTurn) continue;
      nextTurn(() => {
        if (this.#round === round) this.#goOn();
      });
      return;
    }
    this.#round = null;
  }

  /** Pauses whenever others are to have their turn. */
  *#hold(nowMs: number): Generator<void> {
    const spots = this.#options.told(nowMs);
    for (const [name, entry] of [...this.#entries]) {
      if (!entry.watch.threshold.enabled || !entry.readings || this.#entries.get(name) !== entry) continue;
      yield* this.#holdOne(name, entry, entry.readings, spots, nowMs);
      if (this.#isLong()) yield;
    }
    this.#events.tell();
    if (!(nowMs - this.#keptMs < KEEP_EVERY_MS)) {
      if (Number.isFinite(this.#keptMs)) this.#keepMemories();
      this.#keptMs = nowMs;
    }
  }

  *#holdOne(
    name: string,
    entry: Entry,
    readings: Readings,
    told: readonly Spot[] | null,
    nowMs: number,
  ): Generator<void> {
    const { watch } = entry;
    const tell = this.#teller(watch.threshold, nowMs);
    if (readings.isWhole()) {
      entry.isFollowed = false;
      const all = readings.all(nowMs, watch.least);
      watch.look(all, nowMs, tell);
      this.#read += all.length;
      return;
    }
    const spots = entry.isFollowed ? told : null;
    for (const spot of spots ?? this.#options.spots()) {
      readings.read(spot, nowMs, (metric, reading) => {
        if (reading) watch.take(reading, nowMs, tell);
        else watch.lose(spot, metric, nowMs, tell);
      });
      this.#read++;
      if (!this.#isLong()) continue;
      yield;
      if (this.#entries.get(name) !== entry) return;
    }
    if (!spots) watch.loseOthers(nowMs, tell);
    entry.isFollowed = true;
    watch.pass(nowMs, tell);
  }

  /** Whether so much was read that others are to have their turn. */
  #isLong(): boolean {
    if (this.#read < READ_AT_ONCE) return false;
    this.#read = 0;
    return true;
  }

  list(): ThresholdStatus[] {
    const nowMs = this.#options.nowMs();
    const usable = [...this.#entries.values()].map(
      ({ watch, problem }): ThresholdStatus => ({
        threshold: watch.threshold,
        standing: watch.standing,
        unraised: watch.unraised,
        nearness: nearest(watch, nowMs),
        learning: watch.threshold.enabled ? learningOf(watch, nowMs) : '',
        problem,
      }),
    );
    const unreadable = [...this.#unreadable].map(
      ([name, problem]): ThresholdStatus => ({
        threshold: { ...UNREADABLE, name, preset: thresholdPresets.has(name) },
        ...{ standing: 0, unraised: 0, nearness: 0, learning: '', problem },
      }),
    );
    return [...usable, ...unreadable].sort((a, b) => (a.threshold.name < b.threshold.name ? -1 : 1));
  }

  /** Sets one; the same again changes nothing, so that a script may say it each time it starts. */
  async put(name: string, input: unknown): Promise<Threshold> {
    const threshold = readThreshold(name, input, thresholdPresets.has(name));
    const before = this.#entries.get(name)?.watch;
    const own = this.#entries.size - thresholdPresets.size;
    if (!before && own >= MOST_THRESHOLDS)
      throw new RpcError('refused', `There are ${MOST_THRESHOLDS} thresholds already; delete one first.`);
    // A filter that cannot be read is refused where it was asked for.
    const readings = this.#options.readings(threshold.metric, threshold.filter);
    if (threshold.enabled) readings.isWhole();
    const { name: _, preset: __, ...body } = threshold;
    await this.#options.documents.put(SHELF, name, JSON.stringify(body));
    this.#unreadable.delete(name);
    if (before && JSON.stringify(before.threshold) === JSON.stringify(threshold)) return threshold;
    this.#replace(name, threshold);
    return threshold;
  }

  /** A preset is set back. Refused where there is none of that name. */
  async delete(name: string): Promise<null> {
    const { documents } = this.#options;
    if (!this.#entries.has(name) && !this.#unreadable.has(name))
      throw new RpcError('missing', `There is no threshold “${name}”.`);
    await documents.delete(SHELF, name);
    const preset = thresholdPresets.get(name);
    this.#unreadable.delete(name);
    if (preset) this.#replace(name, preset);
    else {
      const { watch } = this.#entries.get(name) ?? {};
      if (watch) this.#end(watch);
      this.#entries.delete(name);
      await documents.delete(MEMORY_SHELF, name);
    }
    return null;
  }

  /** Places of one, or ('') of all, the nearest to being raised first. */
  places(name: string, limit: number): ThresholdPlace[] {
    const { namesOf, unitOf } = this.#options;
    const nowMs = this.#options.nowMs();
    const found: { watch: Watch; place: Place }[] = [];
    for (const [own, { watch }] of this.#entries)
      if ((name === '' || own === name) && watch.threshold.enabled)
        for (const place of watch.placesAt(nowMs)) found.push({ watch, place });
    return found
      .sort((a, b) => b.place.nearness - a.place.nearness || b.place.value - a.place.value)
      .slice(0, limit)
      .map(({ watch: { threshold }, place }) => ({
        ...{ threshold: threshold.name, metric: place.metric },
        ...{ agent: place.agent, dataSource: place.dataSource, agentName: '', interfaceName: '' },
        ...namesOf?.(place.agent, place.dataSource),
        flowKey: place.flowKey ?? '',
        value: Number.isNaN(place.value) ? null : place.value,
        unit: unitOf?.(threshold, place.metric) ?? '',
        ...{ level: place.level, levelFrom: place.levelFrom, nearness: place.nearness },
        standing: place.raised !== null,
      }));
  }

  /** What is usual at places where a baseline watches them, hour by hour; of long ranges the newest hours. */
  usual(places: readonly MetricPlace[], fromMs: number, toMs: number): UsualCourse[] {
    return places.flatMap((place) => {
      for (const { watch } of this.#entries.values()) {
        const course = watch.threshold.enabled ? usualCourse(watch, place, fromMs, toMs) : null;
        if (course) return [course];
      }
      return [];
    });
  }

  /** An event that stood when Weir ended goes on; null where its threshold or place is watched no more. */
  adopt(
    name: string,
    at: Pick<Place, 'agent' | 'dataSource' | 'metric' | 'flowKey'>,
    raised: Raised,
  ): Place | null {
    const { watch } = this.#entries.get(name) ?? {};
    return watch?.threshold.enabled ? watch.adopt(at, raised) : null;
  }

  #entry(watch: Watch): Entry {
    const { metric, filter } = watch.threshold;
    try {
      const readings = this.#options.readings(metric, filter);
      return { watch, readings, isFollowed: false, problem: '' };
    } catch (error) {
      // A filter whose pattern cannot be read, as of one that an older Weir kept.
      const problem = error instanceof Error ? error.message : String(error);
      return { watch, readings: null, isFollowed: false, problem };
    }
  }

  #watch(threshold: Threshold, memory: string | null): Watch {
    const { kind, learnMinutes } = threshold;
    const kept = memory === null ? null : parsed(memory);
    return new Watch(threshold, {
      baseline: kind === 'baseline' ? new Baseline(Array.isArray(kept) ? (kept as KeptBaseline) : []) : null,
      contacts:
        kind === 'contact'
          ? new Contacts(learnMinutes, kept && !Array.isArray(kept) ? (kept as KeptContacts) : null)
          : null,
    });
  }

  /** What was learned stays where the threshold goes on to watch the same. */
  #replace(name: string, threshold: Threshold): void {
    const before = this.#entries.get(name)?.watch;
    if (before) this.#end(before);
    const { kind, metric, learnMinutes } = threshold;
    const isAlike =
      before?.threshold.kind === kind &&
      before.threshold.metric === metric &&
      before.threshold.of === threshold.of &&
      before.threshold.learnMinutes === learnMinutes;
    const watch = isAlike ? new Watch(threshold, before.memory) : this.#watch(threshold, null);
    this.#entries.set(name, this.#entry(watch));
    if (threshold.enabled) this.#options.began?.();
  }

  #end(watch: Watch): void {
    const nowMs = this.#options.nowMs();
    watch.end(nowMs, this.#teller(watch.threshold, nowMs));
  }

  #teller(threshold: Threshold, nowMs: number): OnChange {
    return (what, place, raised, flows) => {
      const change: ThresholdChange = { what, threshold, place, raised, flows, nowMs };
      if (!threshold.preset) this.#tellScripts(change);
      this.#options.changed?.(change);
    };
  }

  /** Scripts of sFlow-RT know nothing of presets: what these raise is not among the events they ask for. */
  #tellScripts({ what, threshold, place, raised, flows, nowMs }: ThresholdChange): void {
    const known = this.#eventOf.get(raised);
    if (known) {
      known.clearedMs = raised.clearedMs;
      known.peak = raised.peak;
    } else if (what === 'raised') {
      const flow = flows?.find(({ key }) => key === place.flowKey);
      this.#eventOf.set(
        raised,
        this.#events.add((eventID) => ({
          ...{ eventID, timestamp: nowMs, thresholdID: threshold.name, metric: place.metric },
          ...{
            threshold: raised.level,
            value: raised.value,
            agent: place.agent,
            dataSource: place.dataSource,
          },
          ...(place.flowKey === null ? {} : { flowKey: place.flowKey }),
          ...(flow && flow.values.length > 0 ? { values: [...flow.values] } : {}),
          ...(flows ? { topKeys: topKeysOf(flows, nowMs) } : {}),
          ...{ clearedMs: null, peak: raised.peak },
        })),
      );
    }
  }

  #keepMemories(): void {
    const keep = (name: string, memory: KeptBaseline | KeptContacts): void => {
      // What cannot be kept is learned anew; the store tells of a full disk.
      this.#options.documents.put(MEMORY_SHELF, name, JSON.stringify(memory)).catch(() => {});
    };
    for (const [name, { watch }] of this.#entries) {
      const { baseline, contacts } = watch.memory;
      if (baseline?.changed) keep(name, baseline.keep());
      if (contacts?.changed) keep(name, contacts.keep());
    }
  }

  async #rehearse(input: ThresholdInput, fromMs: number, toMs: number): Promise<Rehearsal> {
    const threshold = readThreshold('rehearsed', input);
    const { rehearse } = this.#options;
    if (!rehearse) throw new RpcError('refused', 'Nothing is remembered here that it could be run over.');
    // A filter that cannot be read is refused as where it is saved.
    this.#options.readings(threshold.metric, threshold.filter);
    return rehearse(threshold, fromMs, toMs);
  }
}

const UNREADABLE: Omit<Threshold, 'name'> = (({ name: _, ...rest }) => rest)(
  readThreshold('unreadable', { metric: 'none', value: 0, timeout: 0, enabled: false }),
);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function nearest(watch: Watch, nowMs: number): number {
  let most = 0;
  for (const { nearness } of watch.placesAt(nowMs)) if (nearness > most) most = nearness;
  return most;
}

function topKeysOf(flows: readonly FlowOfMetric[], nowMs: number) {
  return flows
    .slice(0, MOST_TOP_KEYS)
    .map(({ key, value, updatedMs }) => ({ key, value, lastUpdate: Math.max(0, nowMs - updatedMs) }));
}
