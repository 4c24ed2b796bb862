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
  ThresholdInput,
  ThresholdPlace,
  ThresholdStatus,
  ThresholdsApi,
  UsualCourse,
} from '../../shared/model/threshold.ts';
import { type Call, type Handlers, RpcError } from '../../shared/rpc.ts';
import type { FlowOfMetric } from '../flows/metric-source.ts';
import type { Later } from '../flows/numbered.ts';
import { Baseline, type KeptBaseline } from './baseline.ts';
import { Contacts, type KeptContacts } from './contacts.ts';
import { readThreshold } from './definition.ts';
import { learningOf } from './learning.ts';
import type { Place, Raised } from './place.ts';
import { thresholdPresets } from './presets.ts';
import type { ReadingsOf } from './readings.ts';
import { type Followed, Rounds, type RoundsOptions } from './rounds.ts';
import { ScriptEvents } from './script-events.ts';
import { usualCourse } from './usual.ts';
import { type OnChange, type PlaceChange, Watch } from './watch.ts';

const SHELF = 'threshold';
const MEMORY_SHELF = 'threshold-memory';
const MOST_THRESHOLDS = 500;
const KEEP_EVERY_MS = 300_000;

/** What happened at a place of a threshold. `flows`: those that were read there; null where there are none. */
export type ThresholdChange = {
  what: PlaceChange;
  threshold: Threshold;
  place: Place;
  raised: Raised;
  flows: readonly FlowOfMetric[] | null;
  nowMs: number;
};

type PlaceNames = Pick<ThresholdPlace, 'agentName' | 'interfaceName' | 'interfaceAlias'>;

export type ThresholdsOptions = RoundsOptions & {
  documents: DocumentShelf;
  readings: ReadingsOf;
  /** The workspace's own time. */
  nowMs: () => number;
  /** Told of every change at a place, in its order. */
  changed?: (change: ThresholdChange) => void;
  /** Told when one begins to watch from now on. */
  began?: () => void;
  /** Names of agents and interfaces, for the list of places. */
  namesOf?: (agent: string, dataSource: string) => PlaceNames;
  /** What the values of a threshold are in. */
  unitOf?: (threshold: Threshold, metric: string) => MetricUnit | string;
  /** Runs a threshold over what is remembered. */
  rehearse?: (
    threshold: Threshold,
    fromMs: number,
    toMs: number,
    call?: Call<Rehearsal>,
  ) => Promise<Rehearsal>;
  later?: Later;
};

export class Thresholds {
  readonly #options: ThresholdsOptions;
  readonly #scriptEvents: ScriptEvents;
  readonly #rounds: Rounds;
  readonly #entries = new Map<string, Followed>();
  /** Kept and not readable: name → why. */
  readonly #unreadable = new Map<string, string>();
  #keptMs = Number.NEGATIVE_INFINITY;
  readonly handlers: Handlers<ThresholdsApi>;

  constructor(options: ThresholdsOptions) {
    this.#options = options;
    this.#scriptEvents = new ScriptEvents(options.later);
    this.#rounds = new Rounds(
      options,
      this.#entries,
      ({ threshold }, nowMs) => this.#teller(threshold, nowMs),
      (nowMs) => this.#ended(nowMs),
    );
    for (const [name, threshold] of thresholdPresets)
      this.#entries.set(name, this.#entry(this.#watch(threshold, null)));
    this.handlers = {
      'thresholds.list': () => this.list(),
      'thresholds.put': (name, input) => this.put(name, input),
      'thresholds.delete': (name) => this.delete(name),
      'thresholds.places': (name, limit) => this.places(name, limit),
      'thresholds.usual': (places, fromMs, toMs) => this.usual(places, fromMs, toMs),
      'thresholds.rehearse': (input, fromMs, toMs, call) => this.#rehearse(input, fromMs, toMs, call),
      events: (question) => this.#scriptEvents.ask(question),
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
    this.#scriptEvents.end();
    this.#keepMemories();
  }

  /**
   * What was heard so far is forgotten, as when a capture is played again: what stands is cleared, and scripts are told
   * of what comes from now on.
   */
  restart(): void {
    this.#rounds.drop();
    this.#scriptEvents.forget();
    for (const [name, { watch }] of this.#entries) {
      this.#end(watch);
      this.#entries.set(name, this.#entry(watch));
    }
  }

  /** Holds every threshold against what is now; about once a second. What takes long goes on in later turns. */
  tick(nowMs: number): void {
    this.#rounds.begin(nowMs);
  }

  #ended(nowMs: number): void {
    this.#scriptEvents.tell();
    if (nowMs - this.#keptMs < KEEP_EVERY_MS) return;
    if (Number.isFinite(this.#keptMs)) this.#keepMemories();
    this.#keptMs = nowMs;
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
        ...{
          agent: place.agent,
          dataSource: place.dataSource,
          agentName: '',
          interfaceName: '',
          interfaceAlias: '',
        },
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

  #entry(watch: Watch): Followed {
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
      this.#scriptEvents.take(change);
      this.#options.changed?.(change);
    };
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

  async #rehearse(
    input: ThresholdInput,
    fromMs: number,
    toMs: number,
    call?: Call<Rehearsal>,
  ): Promise<Rehearsal> {
    const threshold = readThreshold('rehearsed', input);
    const { rehearse } = this.#options;
    if (!rehearse) throw new RpcError('refused', 'Nothing is remembered here that it could be run over.');
    // A filter that cannot be read is refused as where it is saved.
    this.#options.readings(threshold.metric, threshold.filter);
    return rehearse(threshold, fromMs, toMs, call);
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
