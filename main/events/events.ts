/**
 * The events of a workspace: raised, updated and cleared as one row each, with what people did to them. Whoever raises
 * one keeps its number. Those that stand are in memory; all are on the shelf, which is written within a second of
 * what matters and now and then of the rest.
 *
 * Listeners are told in order, each a copy, and may not block: one that throws is passed over. None is told of what is
 * muted, snoozed or acknowledged, until that ends; of the end of what it was told it is told always, so that what was
 * done can be undone.
 */
import * as v from 'valibot';
import type {
  Contributor,
  EventChange,
  EventCounts,
  EventList,
  EventListQuestion,
  EventsApi,
  Mute,
  Severity,
  WeirEvent,
} from '../../shared/model/event.ts';
import type { DocumentShelf, StoredEvents } from '../../shared/model/store.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import { concerns, holdsAt, muteSchema } from './mutes.ts';
import { type EventShelf, eventKept, eventsInMemory } from './shelf.ts';

const MUTE_SHELF = 'mute';
const MOST_MUTES = 200;
/** Events that stand at once; what is beyond is counted and not raised. */
export const MOST_STANDING = 5000;
/** Of one name within a minute; what is beyond goes on as the newest of that name. */
export const MOST_RAISED_A_MINUTE = 120;
/** How often what goes on is written and told. */
const UPDATE_EVERY_MS = 10_000;
/** Changes that wait for the shelf. */
const MOST_WAITING = 20_000;
const LONGEST_NOTE = 2000;

/** An event as whoever raises it tells it. */
export type EventDraft = Omit<
  WeirEvent,
  | 'id'
  | 'updatedMs'
  | 'clearedMs'
  | 'peak'
  | 'repeats'
  | 'acknowledgedMs'
  | 'note'
  | 'snoozedUntilMs'
  | 'mutedBy'
>;

/** What an event is about: one stands of each at a time. */
export type EventPlace = Pick<WeirEvent, 'kind' | 'name' | 'agent' | 'dataSource' | 'flowKey'>;

export type EventsOptions = {
  shelf: EventShelf;
  documents: DocumentShelf;
  /** The workspace's own time. */
  nowMs: () => number;
};

/** An event that stands, or that has just ended, and who was told of it. */
type Live = { event: WeirEvent; told: boolean; reminded: boolean; tellDueMs: number; writtenMs: number };

export class Events {
  readonly #options: EventsOptions;
  readonly #standing = new Map<number, Live>();
  /** Ended not long ago: they may go on. */
  readonly #ended = new Map<number, Live>();
  readonly #mutes = new Map<string, Mute>();
  readonly #listeners = new Set<(change: EventChange) => void>();
  /** To be written, the newest state of each. */
  readonly #waiting = new Map<number, WeirEvent>();
  /** Those of both by what they are about. */
  readonly #byPlace = new Map<string, number>();
  #raisedOf = new Map<string, { minute: number; count: number; newest: number }>();
  #newest = 0;
  #version = 0;
  #attention = 0;
  #writing: Promise<void> = Promise.resolve();
  /** Events that were not raised because too many stood. */
  unraised = 0;
  readonly handlers: Handlers<EventsApi>;

  constructor(options: EventsOptions) {
    this.#options = options;
    this.handlers = {
      'events.list': (question) => this.list(question),
      'events.get': (id) => this.get(id),
      'events.counts': () => this.counts(),
      'events.acknowledge': (ids, note) => this.acknowledge(ids, note),
      'events.snooze': (ids, untilMs) => this.snooze(ids, untilMs),
      'mutes.list': () => [...this.#mutes.values()],
      'mutes.put': (mute) => this.putMute(mute),
      'mutes.delete': (name) => this.deleteMute(name),
    };
  }

  /**
   * Reads what is kept; answers what stood when Weir ended. Where the store cannot be read, nothing of it is touched,
   * and the events of this run are in memory.
   */
  async start(): Promise<WeirEvent[]> {
    const { shelf, documents, nowMs } = this.#options;
    for (const [name, body] of await documents.all(MUTE_SHELF)) {
      const mute = v.safeParse(muteSchema, parsed(body));
      if (mute.success && mute.output.name === name) this.#mutes.set(name, mute.output);
    }
    let { standing, newest }: StoredEvents = { standing: [], newest: 0 };
    try {
      ({ standing, newest } = await shelf.open());
      this.#attention = await shelf.write([]);
    } catch {
      this.#options.shelf = eventsInMemory();
    }
    this.#newest = Math.max(this.#newest, newest);
    for (const event of standing) {
      this.#byPlace.set(placeKey(event), event.id);
      this.#standing.set(event.id, {
        ...{ event, told: true, reminded: false },
        ...{ tellDueMs: nowMs() + UPDATE_EVERY_MS, writtenMs: nowMs() },
      });
    }
    this.#version++;
    return standing.map((event) => ({ ...event }));
  }

  /** Writes what waits. */
  async stop(): Promise<void> {
    this.#listeners.clear();
    for (const { event } of this.#standing.values()) this.#toWrite(event);
    await this.#write();
  }

  /** Forgets all, as when a capture is played from its beginning; numbers go on. */
  restart(shelf: EventShelf): void {
    this.#options.shelf = shelf;
    this.#standing.clear();
    this.#ended.clear();
    this.#waiting.clear();
    this.#raisedOf.clear();
    this.#byPlace.clear();
    this.#attention = 0;
    this.#version++;
  }

  /** Told of every change from now on; the function that is returned ends it. */
  listen(listener: (change: EventChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Raises an event; null where too many stand. Past the rate of its name the newest of that name goes on, and so
   * does one about the same that ended no longer than `flapMs` ago.
   */
  raise(draft: EventDraft, flapMs = 0): number | null {
    const nowMs = draft.raisedMs;
    const before = flapMs > 0 ? this.#byPlace.get(placeKey(draft)) : undefined;
    if (before !== undefined && nowMs - (this.#ended.get(before)?.event.clearedMs ?? nowMs) <= flapMs) {
      this.again(before, { value: draft.value, timeMs: nowMs });
      return before;
    }
    const minute = Math.floor(nowMs / 60_000);
    const rate = this.#raisedOf.get(draft.name);
    if (rate && rate.minute === minute && rate.count >= MOST_RAISED_A_MINUTE) {
      this.again(rate.newest, { value: draft.value, timeMs: nowMs });
      return null;
    }
    if (this.#standing.size >= MOST_STANDING) {
      this.unraised++;
      return null;
    }
    const id = ++this.#newest;
    if (this.#raisedOf.size > 2000) this.#raisedOf.clear();
    this.#raisedOf.set(draft.name, {
      ...{ minute, newest: id },
      count: rate?.minute === minute ? rate.count + 1 : 1,
    });
    const event: WeirEvent = {
      ...draft,
      ...{ id, updatedMs: nowMs, clearedMs: null, peak: draft.value, repeats: 0 },
      ...{ acknowledgedMs: null, note: '', snoozedUntilMs: null, mutedBy: '' },
    };
    event.mutedBy = this.#muteOf(event, nowMs);
    const live: Live = {
      event,
      told: false,
      reminded: false,
      tellDueMs: nowMs + UPDATE_EVERY_MS,
      writtenMs: 0,
    };
    this.#standing.set(id, live);
    this.#byPlace.set(placeKey(event), id);
    this.#changed(event);
    if (event.mutedBy === '') this.#tell(live, 'raised');
    return id;
  }

  /** Raises what is over at once. */
  once(draft: EventDraft): void {
    const id = this.raise(draft);
    if (id !== null) this.clear(id, draft.raisedMs);
  }

  /** The event that stands about something, or null. */
  standingAt(place: EventPlace): number | null {
    const id = this.#byPlace.get(placeKey(place));
    return id !== undefined && this.#standing.has(id) ? id : null;
  }

  /** It goes on: its value now, and the value furthest beyond. */
  update(
    id: number,
    at: { timeMs: number; value: number | null; peak: number | null; level?: number | null },
  ): void {
    const live = this.#standing.get(id);
    if (!live) return;
    const { event } = live;
    event.updatedMs = at.timeMs;
    event.value = at.value;
    event.peak = at.peak;
    if (at.level !== undefined) event.level = at.level;
    event.evidence.toMs = Math.max(event.evidence.toMs, at.timeMs);
    if (at.timeMs >= live.writtenMs + UPDATE_EVERY_MS) {
      live.writtenMs = at.timeMs;
      this.#changed(event);
    }
  }

  /** What it was made of, found out after it was raised. */
  explain(id: number, causes: Contributor[]): void {
    const { event } = this.#standing.get(id) ?? this.#ended.get(id) ?? {};
    if (!event || causes.length === 0) return;
    event.causes = causes;
    this.#changed(event);
  }

  /** Raised again soon after its end, or once more while it stands: the same event goes on. */
  again(id: number, { timeMs, value }: { timeMs: number; value: number | null }): boolean {
    const live = this.#standing.get(id) ?? this.#ended.get(id);
    if (!live) return false;
    const { event } = live;
    this.#ended.delete(id);
    this.#standing.set(id, live);
    event.repeats++;
    event.clearedMs = null;
    event.updatedMs = timeMs;
    if (value !== null) event.value = value;
    event.evidence.toMs = Math.max(event.evidence.toMs, timeMs);
    live.tellDueMs = Math.min(live.tellDueMs, timeMs);
    this.#changed(event);
    return true;
  }

  clear(id: number, timeMs: number): void {
    const live = this.#standing.get(id);
    if (!live) return;
    const { event } = live;
    event.clearedMs = timeMs;
    event.evidence.toMs = Math.max(event.evidence.toMs, timeMs);
    this.#standing.delete(id);
    this.#ended.set(id, live);
    if (this.#ended.size > MOST_STANDING) {
      const [oldest] = this.#ended.values();
      const { event: gone } = oldest!;
      this.#ended.delete(gone.id);
      if (this.#byPlace.get(placeKey(gone)) === gone.id) this.#byPlace.delete(placeKey(gone));
    }
    this.#changed(event);
    if (live.told) this.#tell(live, 'cleared');
  }

  /** Whether an event stands. */
  stands(id: number): boolean {
    return this.#standing.has(id);
  }

  /** About once a second: tells what is due, and writes what waits. */
  tick(nowMs: number): void {
    for (const live of this.#standing.values()) {
      const { event } = live;
      const mutedBy = this.#muteOf(event, nowMs);
      if (mutedBy !== event.mutedBy) {
        event.mutedBy = mutedBy;
        this.#changed(event);
      }
      if (event.snoozedUntilMs !== null && event.snoozedUntilMs <= nowMs) {
        event.snoozedUntilMs = null;
        live.reminded = true;
        this.#changed(event);
      }
      if (!isOpen(event)) continue;
      if (!live.told || live.reminded) this.#tell(live, 'raised');
      else if (nowMs >= live.tellDueMs) this.#tell(live, 'updated');
      else continue;
      live.tellDueMs = nowMs + UPDATE_EVERY_MS;
    }
    if (this.#waiting.size > 0) void this.#write();
  }

  async list(question: EventListQuestion): Promise<EventList> {
    const { fromMs, toMs } = question;
    if (!(toMs > fromMs)) throw new RpcError('refused', 'A range ends after it begins.');
    await this.#write();
    return this.#withLive(await this.#options.shelf.list(question));
  }

  async get(id: number): Promise<WeirEvent> {
    const live = this.#standing.get(id);
    if (live) return structuredClone(live.event);
    await this.#write();
    return eventKept(this.#options.shelf, id);
  }

  counts(): EventCounts {
    const standing: Record<Severity, number> = { info: 0, warning: 0, critical: 0 };
    for (const { event } of this.#standing.values()) standing[event.severity]++;
    return { standing, unacknowledged: this.#attention, version: this.#version };
  }

  async acknowledge(ids: number[], note: string | null): Promise<null> {
    const nowMs = this.#options.nowMs();
    await this.#change(ids, (event) => {
      event.acknowledgedMs = note === null ? null : nowMs;
      event.note = note === null ? '' : note.slice(0, LONGEST_NOTE);
    });
    return null;
  }

  async snooze(ids: number[], untilMs: number | null): Promise<null> {
    const nowMs = this.#options.nowMs();
    await this.#change(ids, (event) => {
      event.snoozedUntilMs = untilMs !== null && untilMs > nowMs ? untilMs : null;
    });
    return null;
  }

  async putMute(input: unknown): Promise<Mute> {
    const checked = v.safeParse(muteSchema, input);
    if (!checked.success)
      throw new RpcError(
        'refused',
        `The mute cannot be used: ${checked.issues[0].message} (at ${v.getDotPath(checked.issues[0]) ?? 'itself'}).`,
      );
    const mute = checked.output;
    if (!this.#mutes.has(mute.name) && this.#mutes.size >= MOST_MUTES)
      throw new RpcError('refused', `There are ${MOST_MUTES} mutes already; delete one first.`);
    await this.#options.documents.put(MUTE_SHELF, mute.name, JSON.stringify(mute));
    this.#mutes.set(mute.name, mute);
    this.#version++;
    return mute;
  }

  async deleteMute(name: string): Promise<null> {
    if (!this.#mutes.has(name)) throw new RpcError('missing', `There is no mute “${name}”.`);
    await this.#options.documents.delete(MUTE_SHELF, name);
    this.#mutes.delete(name);
    this.#version++;
    return null;
  }

  /** What people do to events, whether they stand or not. Refused where one is not kept. */
  async #change(ids: number[], change: (event: WeirEvent) => void): Promise<void> {
    await this.#write();
    const past = ids.filter((id) => !this.#standing.has(id) && !this.#ended.has(id));
    const kept = await this.#options.shelf.get(past);
    if (kept.length < new Set(past).size)
      throw new RpcError('refused', 'One of these events is not kept any more.');
    for (const id of ids) {
      const event =
        (this.#standing.get(id) ?? this.#ended.get(id))?.event ?? kept.find((one) => one.id === id)!;
      change(event);
      this.#changed(event);
    }
    await this.#write();
  }

  /** What is in memory is younger than what is on the shelf. */
  #withLive(list: EventList): EventList {
    return {
      ...list,
      events: list.events.map((event) => {
        const live = this.#standing.get(event.id);
        return live ? structuredClone(live.event) : event;
      }),
    };
  }

  #muteOf(event: WeirEvent, nowMs: number): string {
    for (const mute of this.#mutes.values())
      if (concerns(mute, event) && holdsAt(mute, nowMs)) return mute.name;
    return '';
  }

  #tell(live: Live, what: EventChange['what']): void {
    live.told = true;
    live.reminded = false;
    for (const listener of this.#listeners) {
      try {
        listener({ what, event: structuredClone(live.event) });
      } catch {
        // A listener answers for itself.
      }
    }
  }

  #changed(event: WeirEvent): void {
    this.#version++;
    this.#toWrite(event);
  }

  #toWrite(event: WeirEvent): void {
    this.#waiting.delete(event.id);
    this.#waiting.set(event.id, event);
    if (this.#waiting.size <= MOST_WAITING) return;
    const [oldest] = this.#waiting.keys();
    this.#waiting.delete(oldest!);
  }

  /** Writes what waits; what the shelf refuses waits on. */
  #write(): Promise<void> {
    if (this.#waiting.size === 0) return this.#writing;
    this.#writing = this.#writing.then(async () => {
      const events = [...this.#waiting.values()].map((event) => structuredClone(event));
      if (events.length === 0) return;
      const { shelf } = this.#options;
      this.#waiting.clear();
      try {
        this.#attention = await shelf.write(events);
      } catch {
        if (shelf !== this.#options.shelf) return;
        for (const event of events)
          if (!this.#waiting.has(event.id)) this.#toWrite(this.#standing.get(event.id)?.event ?? event);
      }
    });
    return this.#writing;
  }
}

const placeKey = ({ kind, name, agent, dataSource, flowKey }: EventPlace): string =>
  [kind, name, agent, dataSource, flowKey].join('\n');

/** Whether actions may be told of it. */
const isOpen = ({ mutedBy, snoozedUntilMs, acknowledgedMs }: WeirEvent): boolean =>
  mutedBy === '' && snoozedUntilMs === null && acknowledgedMs === null;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
