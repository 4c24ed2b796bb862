/**
 * Where events are kept: the store of a live workspace, or memory for a capture and for a Weir without a data
 * directory. Both answer the same question alike.
 */
import type { EventList, EventListQuestion, Severity, WeirEvent } from '../../shared/model/event.ts';
import { searchedText } from '../../shared/model/event-text.ts';
import type { StoreApi, StoredEvents } from '../../shared/model/store.ts';
import { type Client, RpcError } from '../../shared/rpc.ts';

export type EventShelf = {
  /** Those that stand, and the largest number ever given. */
  open(): Promise<StoredEvents>;
  /** Keeps events in place of those with their numbers; answers how many of all are to be acknowledged. */
  write(events: WeirEvent[]): Promise<number>;
  list(question: EventListQuestion): Promise<EventList>;
  /** Those of some numbers that are kept. */
  get(ids: number[]): Promise<WeirEvent[]>;
};

export function storedEvents(store: Client<StoreApi, Record<string, never>>): EventShelf {
  return {
    open: () => store.call(null, 'events.open', []),
    write: (events) => store.call(null, 'events.write', [events]),
    list: (question) => store.call(null, 'events.list', [question]),
    get: (ids) => store.call(null, 'events.get', [ids]),
  };
}

/** Whether somebody should look at it: what only informs waits for nobody. */
export const asksForAttention = ({ severity, acknowledgedMs }: WeirEvent): boolean =>
  severity !== 'info' && acknowledgedMs === null;

export const MOST_IN_MEMORY = 10_000;

/** Events that last as long as their engine; past the cap the oldest gives way. */
export function eventsInMemory(most = MOST_IN_MEMORY): EventShelf {
  const kept = new Map<number, WeirEvent>();
  let newest = 0;
  return {
    async open() {
      return { standing: [...kept.values()].filter(({ clearedMs }) => clearedMs === null), newest };
    },
    async write(events) {
      for (const event of events) {
        kept.set(event.id, event);
        newest = Math.max(newest, event.id);
        for (const oldest of kept.keys()) {
          if (kept.size <= most) break;
          kept.delete(oldest);
        }
      }
      let attention = 0;
      for (const event of kept.values()) if (asksForAttention(event)) attention++;
      return attention;
    },
    async list(question) {
      return listed([...kept.values()], question);
    },
    async get(ids) {
      return ids.flatMap((id) => kept.get(id) ?? []);
    },
  };
}

function listed(all: readonly WeirEvent[], question: EventListQuestion): EventList {
  const { fromMs, toMs, standing, acknowledged, severities, kinds, names, agents, bins } = question;
  const text = question.text.toLowerCase();
  const takes = <T>(list: readonly T[], one: T): boolean => list.length === 0 || list.includes(one);
  const matching = all.filter(
    (event) =>
      event.raisedMs < toMs &&
      (event.clearedMs === null || event.clearedMs >= fromMs) &&
      (standing === null || standing === (event.clearedMs === null)) &&
      (acknowledged === null || acknowledged === (event.acknowledgedMs !== null)) &&
      takes(severities, event.severity) &&
      takes(kinds, event.kind) &&
      takes(names, event.name) &&
      takes(agents, event.agent) &&
      (text === '' || searchedText(event).includes(text)),
  );
  const timeline: Record<Severity, number[]> = {
    info: new Array(bins).fill(0),
    warning: new Array(bins).fill(0),
    critical: new Array(bins).fill(0),
  };
  const byName: Record<string, number> = Object.create(null);
  for (const { raisedMs, severity, name } of matching) {
    byName[name] = (byName[name] ?? 0) + 1;
    if (raisedMs >= fromMs)
      timeline[severity][Math.min(bins - 1, Math.floor(((raisedMs - fromMs) * bins) / (toMs - fromMs)))]!++;
  }
  return {
    events: matching
      .sort((a, b) => b.id - a.id)
      .slice(question.offset, question.offset + question.limit)
      .map((event) => structuredClone(event)),
    total: matching.length,
    timeline,
    byName: { ...byName },
  };
}

/** Throws RpcError 'refused' where none is kept. */
export async function eventKept(shelf: EventShelf, id: number): Promise<WeirEvent> {
  const [event] = await shelf.get([id]);
  if (!event) throw new RpcError('refused', `The event ${id} is not kept any more.`);
  return event;
}
