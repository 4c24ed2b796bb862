/**
 * One statement that a person typed, on a connection that can only read. What is no question is refused before it
 * runs; of a mistake the place in the text is found, because SQLite names the word and not where it stands.
 */
import type Database from 'better-sqlite3';
import { SQL_ROW_LIMIT, type SqlCell, type SqlResult } from '../../../shared/model/sql.ts';

/** Characters of all cells of an answer. */
const MOST_CHARACTERS = 8_000_000;
const MOST_CELL_CHARACTERS = 10_000;
/** Octets of a blob that are shown. */
const BLOB_OCTETS = 32;

type Problem = { problem: string; start: number; end: number };

/** Runs one statement; a mistake is an answer with its place, never a failure. */
export function runSql(database: Database.Database, text: string): SqlResult {
  const from = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - from);
  const word = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*([a-z]*)/i.exec(text);
  const first = word?.[1]?.toUpperCase() ?? '';
  const start = (word?.[0].length ?? 0) - first.length;
  const all = { start, end: start + first.length };
  if (first === '')
    return { problem: 'There is no statement; write one that begins with SELECT.', ...all, elapsedMs: 0 };
  if (!['SELECT', 'WITH', 'VALUES', 'EXPLAIN'].includes(first))
    return {
      problem: `The trends can only be read here: a statement begins with SELECT, WITH, VALUES or EXPLAIN, not with ${first}.`,
      ...all,
      elapsedMs: 0,
    };
  try {
    const statement = database.prepare<[], unknown[]>(text);
    if (!statement.reader || !statement.readonly)
      return {
        problem: 'The trends can only be read here; this statement would write.',
        ...all,
        elapsedMs: 0,
      };
    if (readsDocuments(database, text)) {
      const at = Math.max(0, wordAt(text, 'document'));
      return {
        problem: 'Documents can hold secrets and are not read here; the views hold the trends.',
        ...{ start: at, end: at + (wordAt(text, 'document') < 0 ? 0 : 'document'.length) },
        elapsedMs: 0,
      };
    }
    const columns = statement.columns().map(({ name }) => name);
    const cells: SqlCell[] = [];
    let rows = 0;
    let characters = 0;
    let cut = false;
    for (const row of statement.raw().iterate() as Iterable<unknown[]>) {
      if (rows >= SQL_ROW_LIMIT || characters > MOST_CHARACTERS) {
        cut = true;
        break;
      }
      for (const value of row) {
        const cell = cellOf(value);
        if (typeof cell === 'string') characters += cell.length;
        cells.push(cell);
      }
      rows++;
    }
    return { columns, cells, rows, cut, elapsedMs: elapsedMs() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ...placed(database, text, message), elapsedMs: elapsedMs() };
  }
}

/**
 * Whether a statement opens the table of documents or an index of it, by whatever name: SQLite's own program for it
 * names the pages where tables begin. EXPLAIN runs nothing.
 */
function readsDocuments(database: Database.Database, text: string): boolean {
  const roots = new Set(
    database
      .prepare<[], number>(`SELECT rootpage FROM main.sqlite_schema WHERE tbl_name = 'document'`)
      .pluck()
      .all(),
  );
  // What begins with EXPLAIN is no statement after another one, and reads nothing.
  if (/^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*explain\b/i.test(text)) return false;
  const program = database.prepare<[], { opcode: string; p2: number; p3: number }>(`EXPLAIN ${text}`).all();
  return program.some(
    ({ opcode, p2, p3 }) => /^(?:OpenRead|OpenWrite|ReopenIdx)$/.test(opcode) && p3 === 0 && roots.has(p2),
  );
}

function cellOf(value: unknown): SqlCell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value;
  if (typeof value === 'string')
    return value.length > MOST_CELL_CHARACTERS ? `${value.slice(0, MOST_CELL_CHARACTERS)}…` : value;
  if (Buffer.isBuffer(value)) {
    const hex = value.subarray(0, BLOB_OCTETS).toString('hex');
    return `x'${hex}${value.length > BLOB_OCTETS ? '…' : ''}' (${value.length} octets)`;
  }
  return String(value);
}

function placed(database: Database.Database, text: string, message: string): Problem {
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  if (/incomplete input/.test(message))
    return { problem: 'The statement ends too early.', start: text.length, end: text.length };
  const near = /^near "([\s\S]*)": syntax error$/.exec(message)?.[1];
  if (near !== undefined) {
    const at = firstWrong(database, text, near);
    return { problem: `“${near}” is not expected here.`, start: at, end: at + near.length };
  }
  const name = /: "?([\w.]+)"?$/.exec(message)?.[1]?.split('.').pop();
  const at = name === undefined ? -1 : wordAt(text, name);
  if (name !== undefined && at >= 0) return { problem: sentence, start: at, end: at + name.length };
  return { problem: sentence, start: 0, end: 0 };
}

/** Where the word stands that cannot be: what ends before it is only incomplete, what ends with it is wrong. */
function firstWrong(database: Database.Database, text: string, word: string): number {
  let at = text.indexOf(word);
  for (let next = at; next >= 0; next = text.indexOf(word, next + 1)) {
    at = next;
    try {
      // Something must follow, or the word might be the beginning of a longer one.
      database.prepare(`${text.slice(0, next + word.length)} `);
    } catch (error) {
      if (error instanceof Error && error.message === `near "${word}": syntax error`) return next;
    }
  }
  return Math.max(0, at);
}

/** Where a name stands outside of texts and remarks; -1 where it does not. */
function wordAt(text: string, name: string): number {
  const blank = (part: string): string => ' '.repeat(part.length);
  const bare = text.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, blank);
  return new RegExp(`\\b${name.replaceAll(/\W/g, '\\$&')}\\b`, 'i').exec(bare)?.index ?? -1;
}
