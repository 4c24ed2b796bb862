/**
 * Takes over what can still be read of a damaged database: what users made, events, and the trends. Each table is read from
 * its beginning up to the damage and from its end down to it; what the new database has already stays as it is. The
 * damaged file is only read.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { WeirEvent } from '../../shared/model/event.ts';
import type { SalvageReport } from '../../shared/model/storage.ts';
import { unpackFlows } from './row-list.ts';

/** More than all numbers that events are ever given. */
const BELOW_ALL = 2 ** 40;

/** Rows taken over in one transaction. */
const ROWS_AT_ONCE = 50;

type Cell = string | number | Buffer | null;
type Row = Record<string, Cell>;
/** A table in the order that it is read by; `take` gives the row to insert, or null where it is not worth it. */
type Source = { select: string; order: string; insert: string; take(row: Row): Cell[] | null };

/** Rows taken over and, in `problem`, one sentence where not all could be. Never rejects. */
export async function salvage(database: Database.Database, folder: string): Promise<SalvageReport> {
  const report: SalvageReport = { blocks: 0, documents: 0, events: 0, problem: '' };
  const path = join(folder, 'weir.sqlite');
  if (folder === '' || !existsSync(path))
    return { ...report, problem: 'No damaged database was moved aside at this start.' };
  let damaged: Database.Database;
  try {
    damaged = new Database(path, { readonly: true });
  } catch {
    return { ...report, problem: `Nothing of ${path} can be read.` };
  }
  try {
    let whole = await takeOver(damaged, database, documents, () => report.documents++);
    if (hasEvents(damaged))
      whole = (await takeOver(damaged, database, events, () => report.events++)) && whole;
    for (const source of trends(database, hasCounts(damaged)))
      whole = (await takeOver(damaged, database, source, () => report.blocks++)) && whole;
    if (!whole)
      report.problem =
        report.blocks + report.documents + report.events === 0
          ? `Nothing of ${path} can be read.`
          : 'A part of it cannot be read; what could be read was taken over.';
  } finally {
    damaged.close();
  }
  return report;
}

const documents: Source = {
  select: 'SELECT kind, name, body FROM document',
  order: 'kind, name',
  insert: 'INSERT OR IGNORE INTO document (kind, name, body) VALUES (?, ?, ?)',
  take: ({ kind, name, body }) => [kind!, name!, body!],
};

/**
 * Numbers of events are given anew already, and none is given twice: those taken over keep their order below zero. Who
 * raised one that stood then knows nothing of it any more, so it ended when it was last seen.
 */
const events: Source = {
  select:
    'SELECT id, kind, name, severity, agent, raised_ms, cleared_ms, acknowledged, searched, body FROM event',
  order: 'id',
  insert:
    'INSERT OR IGNORE INTO event (id, kind, name, severity, agent, raised_ms, cleared_ms, acknowledged, searched, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  take(row) {
    try {
      const event = JSON.parse(String(row.body)) as WeirEvent;
      const id = Number(row.id) < 0 ? Number(row.id) : Number(row.id) - BELOW_ALL;
      const clearedMs = event.clearedMs ?? event.updatedMs;
      const { kind, name, severity, agent, raised_ms, acknowledged, searched } = row;
      return [
        ...[id, kind!, name!, severity!, agent!, raised_ms!, clearedMs, acknowledged!, searched!],
        JSON.stringify({ ...event, id, clearedMs }),
      ];
    } catch {
      return null;
    }
  },
};

/** Whether the format has events; of one that cannot be asked they are tried. */
function hasEvents(damaged: Database.Database): boolean {
  try {
    return damaged.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'event'").get() !== undefined;
  } catch {
    return true;
  }
}

/** Whether the format is one in which definitions say what they count; one that cannot be asked is taken to be. */
function hasCounts(damaged: Database.Database): boolean {
  try {
    return (
      damaged.prepare("SELECT 1 FROM pragma_table_info('flow_definition') WHERE name = 'counts'").get() !==
      undefined
    );
  } catch {
    return true;
  }
}

/** Trends by the names of what they are about: numbers of the damaged database mean nothing here. */
function trends(database: Database.Database, hasCounts: boolean): Source[] {
  const definition = database.prepare<[Cell, Cell, Cell]>(
    'INSERT OR IGNORE INTO flow_definition (keys, filter, counts) VALUES (?, ?, ?)',
  );
  const agent = database.prepare<[Cell]>('INSERT OR IGNORE INTO agent (address) VALUES (?)');
  const series = database.prepare<[Cell, Cell, Cell, Cell, Cell]>(
    'INSERT OR IGNORE INTO metric_series (agent, data_source, metric, first, last) VALUES (?, ?, ?, ?, ?)',
  );
  return [
    {
      select: `SELECT b.level, d.keys, d.filter, ${hasCounts ? 'd.counts' : "'' AS counts"}, b.start, b.rows, b.block FROM flow_block b JOIN flow_definition d ON d.id = b.definition`,
      order: 'b.level, b.definition, b.start',
      insert:
        'INSERT OR IGNORE INTO flow_block (level, definition, start, rows, block) VALUES (?, (SELECT id FROM flow_definition WHERE keys = ? AND filter = ? AND counts = ?), ?, ?, ?)',
      take({ level, keys, filter, counts, start, rows, block }) {
        try {
          unpackFlows(block as Buffer);
        } catch {
          return null;
        }
        definition.run(keys!, filter!, counts!);
        return [level!, keys!, filter!, counts!, start!, rows!, block!];
      },
    },
    {
      select:
        'SELECT r.level, r.start, a.address, r.received, r.lost FROM arrival r JOIN agent a ON a.id = r.agent',
      order: 'r.level, r.start, r.agent',
      insert: 'INSERT OR IGNORE INTO arrival VALUES (?, ?, (SELECT id FROM agent WHERE address = ?), ?, ?)',
      take({ level, start, address, received, lost }) {
        agent.run(address!);
        return [level!, start!, address!, received!, lost!];
      },
    },
    {
      select:
        'SELECT s.metric, s.agent, s.data_source, s.first, s.last, b.level, b.start, b.block FROM metric_block b JOIN metric_series s ON s.id = b.series',
      order: 'b.level, b.start, b.series',
      insert:
        'INSERT OR IGNORE INTO metric_block (series, level, start, block) VALUES ((SELECT id FROM metric_series WHERE metric = ? AND agent = ? AND data_source = ?), ?, ?, ?)',
      take(row) {
        series.run(row.agent!, row.data_source!, row.metric!, row.first!, row.last!);
        return [row.metric!, row.agent!, row.data_source!, row.level!, row.start!, row.block!];
      },
    },
  ];
}

/** From both ends up to the damage; false where there is some. */
async function takeOver(
  damaged: Database.Database,
  database: Database.Database,
  { select, order, insert, take }: Source,
  taken: () => void,
): Promise<boolean> {
  const put = database.prepare<Cell[]>(insert);
  let left = 0;
  const backwards = order.replaceAll(/(,|$)/g, ' DESC$1');
  for (const direction of [order, backwards]) {
    let statement: Database.Statement<[], Row>;
    let whole = false;
    try {
      statement = damaged.prepare<[], Row>(`${select} ORDER BY ${direction}`);
      const rows = statement.iterate();
      while (!whole) {
        const slice: Row[] = [];
        try {
          while (slice.length < ROWS_AT_ONCE && !whole) {
            const next = rows.next();
            if (next.done) whole = true;
            else slice.push(next.value);
          }
        } finally {
          database.transaction(() => {
            for (const row of slice) {
              const cells = take(row);
              if (cells === null) left++;
              else if (put.run(...cells).changes > 0) taken();
            }
          })();
        }
        await setImmediate();
      }
      return left === 0;
    } catch {
      // Here it is damaged: the rest is read from the other end.
    }
  }
  return false;
}
