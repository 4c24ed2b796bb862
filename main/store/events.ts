/**
 * Events as rows: what they are found by in columns, the whole of each as JSON. The oldest that have ended go once
 * there are too many; one that stands never does.
 */
import type Database from 'better-sqlite3';
import type { EventList, EventListQuestion, Severity, WeirEvent } from '../../shared/model/event.ts';
import { searchedText } from '../../shared/model/event-text.ts';
import type { StoredEvents } from '../../shared/model/store.ts';

export const MOST_EVENTS = 100_000;
/** Deleted beyond the cap at once, so that not every write deletes one. */
const SLACK = 1000;

type Body = { body: string };
type Asked = Record<string, string | number | null>;

/** Both ends of the range as the memory of events has them; empty lists (`[]`) take all. */
const MATCHES = `
  raised_ms < :to AND (cleared_ms IS NULL OR cleared_ms >= :from)
  AND (:standing IS NULL OR (cleared_ms IS NULL) = :standing)
  AND (:acknowledged IS NULL OR acknowledged = :acknowledged)
  AND (:severities = '[]' OR severity IN (SELECT value FROM json_each(:severities)))
  AND (:kinds = '[]' OR kind IN (SELECT value FROM json_each(:kinds)))
  AND (:names = '[]' OR name IN (SELECT value FROM json_each(:names)))
  AND (:agents = '[]' OR agent IN (SELECT value FROM json_each(:agents)))
  AND (:text = '' OR instr(searched, :text) > 0)`;

export class StoredEventRows {
  readonly #database: Database.Database;
  readonly #most: number;
  readonly #statements;

  constructor(database: Database.Database, most = MOST_EVENTS) {
    this.#database = database;
    this.#most = most;
    this.#statements = prepare(database);
  }

  /** Those that stand, and the largest number ever given. */
  open(): StoredEvents {
    const { standing, newest } = this.#statements;
    return { standing: standing.all().flatMap(eventOf), newest: newest.get()?.id ?? 0 };
  }

  /**
   * Writes events in place of those with their numbers; answers how many of all are to be acknowledged. Throws where
   * the disk refuses; nothing is written then.
   */
  write(events: readonly WeirEvent[]): number {
    const { put, attention, count, forget } = this.#statements;
    if (events.length > 0)
      this.#database.transaction(() => {
        for (const event of events)
          put.run({
            ...{ id: event.id, kind: event.kind, name: event.name, severity: event.severity },
            ...{ agent: event.agent, raised_ms: event.raisedMs, cleared_ms: event.clearedMs },
            acknowledged: event.acknowledgedMs === null ? 0 : 1,
            searched: searchedText(event),
            body: JSON.stringify(event),
          });
        const many = count.get()!.count;
        if (many > this.#most + SLACK) forget.run(many - this.#most);
      })();
    return attention.get()!.count;
  }

  list(question: EventListQuestion): EventList {
    const { fromMs, toMs, standing, acknowledged, bins } = question;
    const asked: Asked = {
      ...{ from: fromMs, to: toMs, text: question.text.toLowerCase() },
      standing: standing === null ? null : Number(standing),
      acknowledged: acknowledged === null ? null : Number(acknowledged),
      severities: JSON.stringify(question.severities),
      kinds: JSON.stringify(question.kinds),
      names: JSON.stringify(question.names),
      agents: JSON.stringify(question.agents),
    };
    const { list, byName, timeline } = this.#statements;
    const counted: Record<Severity, number[]> = {
      info: new Array(bins).fill(0),
      warning: new Array(bins).fill(0),
      critical: new Array(bins).fill(0),
    };
    for (const { severity, bin, count } of timeline.all({ ...asked, bins }))
      counted[severity][Math.min(bins - 1, bin)]! += count;
    const names = byName.all(asked);
    return {
      events: list.all({ ...asked, limit: question.limit, offset: question.offset }).flatMap(eventOf),
      total: names.reduce((sum, { count }) => sum + count, 0),
      timeline: counted,
      byName: Object.fromEntries(names.map(({ name, count }) => [name, count])),
    };
  }

  get(ids: readonly number[]): WeirEvent[] {
    return this.#statements.get.all(JSON.stringify(ids)).flatMap(eventOf);
  }
}

function prepare(database: Database.Database) {
  return {
    standing: database.prepare<[], Body>('SELECT body FROM event WHERE cleared_ms IS NULL ORDER BY id'),
    newest: database.prepare<[], { id: number }>(
      "SELECT seq AS id FROM sqlite_sequence WHERE name = 'event'",
    ),
    put: database.prepare<[Record<string, string | number | null>]>(
      `INSERT OR REPLACE INTO event
         (id, kind, name, severity, agent, raised_ms, cleared_ms, acknowledged, searched, body)
       VALUES (:id, :kind, :name, :severity, :agent, :raised_ms, :cleared_ms, :acknowledged, :searched, :body)`,
    ),
    attention: database.prepare<[], { count: number }>(
      "SELECT count(*) AS count FROM event WHERE acknowledged = 0 AND severity <> 'info'",
    ),
    count: database.prepare<[], { count: number }>('SELECT count(*) AS count FROM event'),
    forget: database.prepare<[number]>(
      'DELETE FROM event WHERE id IN (SELECT id FROM event WHERE cleared_ms IS NOT NULL ORDER BY id LIMIT ?)',
    ),
    list: database.prepare<[Asked], Body>(
      `SELECT body FROM event WHERE ${MATCHES} ORDER BY id DESC LIMIT :limit OFFSET :offset`,
    ),
    byName: database.prepare<[Asked], { name: string; count: number }>(
      `SELECT name, count(*) AS count FROM event WHERE ${MATCHES} GROUP BY name`,
    ),
    timeline: database.prepare<[Asked], { severity: Severity; bin: number; count: number }>(
      `SELECT severity, CAST((raised_ms - :from) * :bins / (:to - :from) AS INTEGER) AS bin, count(*) AS count
       FROM event WHERE ${MATCHES} AND raised_ms >= :from GROUP BY severity, bin`,
    ),
    get: database.prepare<[string], Body>(
      'SELECT body FROM event WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id',
    ),
  };
}

/** A row that cannot be read is passed over: it hides none of the others. */
function eventOf({ body }: Body): WeirEvent[] {
  try {
    return [JSON.parse(body) as WeirEvent];
  } catch {
    return [];
  }
}
