/** Carries minutes that were stored as single rows (formats 1 to 3) over into blocks, each with all of its rows. */
import type Database from 'better-sqlite3';
import type { FlowRows, StoredPath } from '../../shared/model/store.ts';
import { packFlows } from './flow-block.ts';
import { SUMS } from './row-list.ts';

type Row = {
  path: number;
  words: Buffer | null;
  octets: number;
  frames: number;
  samples: number;
  octet_squares: number;
  frame_squares: number;
};
type PathRow = { id: number; agent: string; dataSource: number; input: number; output: number; mark: number };

export function moveMinutes(database: Database.Database): void {
  const paths = new Map<number, StoredPath>();
  for (const { id, mark, ...path } of database
    .prepare<[], PathRow>(
      'SELECT p.id, a.address AS agent, p.data_source AS dataSource, p.input, p.output, p.mark FROM path p JOIN agent a ON a.id = p.agent',
    )
    .iterate())
    paths.set(id, { ...path, mark: mark === 0 || mark === 1 ? mark : 2 });
  const definitions = database
    .prepare<[], { id: number; keys: string; key_words: number }>(
      'SELECT id, keys, key_words FROM definition',
    )
    .all();
  const minutesOf = database.prepare<[number], { minute: number }>(
    'SELECT DISTINCT minute FROM flow_minute WHERE definition = ?',
  );
  const rowsOf = database.prepare<[number, number], Row>(
    'SELECT m.path, k.words, m.octets, m.frames, m.samples, m.octet_squares, m.frame_squares FROM flow_minute m LEFT JOIN flow_key k ON k.id = m.key WHERE m.definition = ? AND m.minute = ? ORDER BY m.octets DESC',
  );
  const makeDefinition = database.prepare<[number, string]>(
    "INSERT INTO flow_definition (id, keys, filter) VALUES (?, ?, '')",
  );
  const put = database.prepare<[number, number, number, Buffer]>(
    'INSERT INTO flow_block (level, definition, start, rows, block) VALUES (1, ?, ?, ?, ?)',
  );
  for (const { id, keys, key_words: keyWords } of definitions) {
    makeDefinition.run(id, keys);
    for (const { minute } of minutesOf.all(id)) {
      const rows = flowRows(rowsOf.all(id, minute), keyWords, paths);
      put.run(id, minute, rows.pathOf.length, packFlows(rows));
    }
  }
  database.exec(`
    INSERT INTO arrival (level, start, agent, received, lost) SELECT 1, minute, agent, received, lost FROM arrival_minute;
    INSERT OR IGNORE INTO due SELECT l.value, b.start / l.value * l.value, b.definition
      FROM flow_block b, json_each('[5,60,1440]') l;
    INSERT OR IGNORE INTO due SELECT l.value, a.start / l.value * l.value, 0
      FROM arrival a, json_each('[5,60,1440]') l;
  `);
}

function flowRows(
  stored: readonly Row[],
  keyWords: number,
  known: ReadonlyMap<number, StoredPath>,
): FlowRows {
  const rows = stored.filter(({ path }) => known.has(path));
  const used = [...new Set(rows.map(({ path }) => path))];
  const words = new Uint32Array(rows.length * keyWords);
  const hasKey = new Uint8Array(rows.length);
  const sums = new Float64Array(rows.length * SUMS);
  for (const [i, row] of rows.entries()) {
    sums.set([row.octets, row.frames, row.samples, row.octet_squares, row.frame_squares], i * SUMS);
    if (row.words === null || row.words.length < keyWords * 4) continue;
    hasKey[i] = 1;
    for (let word = 0; word < keyWords; word++) words[i * keyWords + word] = row.words.readUInt32LE(word * 4);
  }
  return {
    keyWords,
    words,
    hasKey,
    sums,
    textWords: [],
    texts: [''],
    paths: used.map((path) => known.get(path)!),
    pathOf: Uint32Array.from(rows, ({ path }) => used.indexOf(path)),
  };
}
