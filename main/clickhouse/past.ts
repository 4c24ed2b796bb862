/**
 * Flows of a time that has gone from here, asked of the server by SQL: summed up there into buckets, with the largest
 * keys of each and the exact rest of each path, in the form that the local store gives.
 */
import type { StoredArrivals, StoredDefinition, StoredFlows, StoredPath } from '../../shared/model/store.ts';
import { counting, identifier, quoted } from './schema.ts';
import type { Server } from './server.ts';

/** Keys on their paths that come of each bucket; what others had is its rest. */
const KEYS_PER_BUCKET = 1000;
const SUMS = 5;

type PathCells = [agent: string, dataSource: number, input: number, output: number, mark: number];
type SumCells = [octets: number, frames: number, samples: number, octetSquares: number, frameSquares: number];
type KeyRow = [
  bucket: number,
  ...path: PathCells,
  words: number[],
  textWords: number[],
  texts: string[],
  ...sums: SumCells,
];
type RestRow = [bucket: number, ...path: PathCells, ...sums: SumCells];

const PATH = 'agent, data_source, input, output, mark';
const SUM = 'sum(octets) AS o, sum(frames), sum(samples), sum(octet_squares), sum(frame_squares)';
/** A definition that was made wider under the same spelling has keys of another width: they are rest. */
const KNOWN_KEY = 'has_key = 1';

export async function farFlows(
  server: Server,
  database: string,
  source: string,
  { keys, filter, counts }: StoredDefinition,
  stepMinutes: number,
  from: number,
  to: number,
): Promise<StoredFlows> {
  const where = `${counting(database, source, from, to)} AND definition = ${quoted(keys)} AND filter = ${quoted(filter)} AND counts = ${quoted(counts)}`;
  const bucket = `intDiv(minute, ${stepMinutes}) * ${stepMinutes} AS bucket`;
  const table = `${identifier(database)}.weir_flow`;
  const keyRows = await server.query<KeyRow>(
    `SELECT ${bucket}, ${PATH}, words, text_words, texts, ${SUM} FROM ${table} WHERE ${where} AND ${KNOWN_KEY} GROUP BY bucket, ${PATH}, words, text_words, texts ORDER BY bucket, o DESC LIMIT ${KEYS_PER_BUCKET} BY bucket`,
  );
  const wholeRows = await server.query<RestRow>(
    `SELECT ${bucket}, ${PATH}, ${SUM} FROM ${table} WHERE ${where} GROUP BY bucket, ${PATH}`,
  );
  return sideBySide(keyRows, wholeRows);
}

export async function farArrivals(
  server: Server,
  database: string,
  source: string,
  stepMinutes: number,
  from: number,
  to: number,
): Promise<StoredArrivals[]> {
  const rows = await server.query<[number, string, number | string, number | string]>(
    `SELECT intDiv(minute, ${stepMinutes}) * ${stepMinutes} AS bucket, agent, sum(received), sum(lost) FROM ${identifier(database)}.weir_arrival WHERE ${counting(database, source, from, to)} GROUP BY bucket, agent`,
  );
  return rows.map(([minute, agent, received, lost]) => ({
    minute: Number(minute),
    agent,
    received: Number(received),
    lost: Number(lost),
  }));
}

/** First and last minute that the server has; null where it has none. */
export async function farMinutes(
  server: Server,
  database: string,
  source: string,
): Promise<{ first: number; last: number } | null> {
  const [row] = await server.query<[number, number, number | string]>(
    `SELECT min(minute), max(minute), count() FROM ${identifier(database)}.weir_minute WHERE source = ${quoted(source)}`,
  );
  return row && Number(row[2]) > 0 ? { first: Number(row[0]), last: Number(row[1]) } : null;
}

/** Rows of keys, and of each bucket and path what they leave of the whole. */
function sideBySide(keyRows: readonly KeyRow[], wholeRows: readonly RestRow[]): StoredFlows {
  const keyWords = Math.max(0, ...keyRows.map((row) => row[6].length));
  const textWords = keyRows.find((row) => row[6].length === keyWords)?.[7] ?? [];
  const known = keyRows.filter((row) => row[6].length === keyWords && row[7].join() === textWords.join());
  const nameOf = (row: KeyRow | RestRow): string => JSON.stringify(row.slice(0, 6));
  const rest = new Map(
    wholeRows.map((row) => [nameOf(row), { row, left: row.slice(6).map(Number) as number[] }]),
  );
  for (const row of known) {
    const left = rest.get(nameOf(row))?.left;
    if (left) for (let i = 0; i < SUMS; i++) left[i]! -= Number(row[9 + i]);
  }
  const others = [...rest.values()].filter(({ left }) => left[2]! > 0.5);
  const count = known.length + others.length;
  const paths: StoredPath[] = [];
  const placeOf = new Map<string, number>();
  const texts = [''];
  const textAt = new Map([['', 0]]);
  const flows: StoredFlows = {
    ...{ keyWords, textWords, texts, paths },
    pathOf: new Uint32Array(count),
    hasKey: new Uint8Array(count),
    words: new Uint32Array(count * keyWords),
    sums: new Float64Array(count * SUMS),
    minuteOf: new Float64Array(count),
  };
  const put = (at: number, row: KeyRow | RestRow, sums: readonly number[]): void => {
    const cells = row.slice(1, 6) as PathCells;
    const name = JSON.stringify(cells);
    let place = placeOf.get(name);
    if (place === undefined) {
      const [agent, dataSource, input, output, mark] = cells;
      place = paths.push({ agent, dataSource, input, output, mark: mark === 0 || mark === 1 ? mark : 2 }) - 1;
      placeOf.set(name, place);
    }
    flows.pathOf[at] = place;
    flows.minuteOf[at] = Number(row[0]);
    // What two sums of floats leave of nothing is not less than nothing.
    flows.sums.set(
      sums.map((value) => Math.max(0, value)),
      at * SUMS,
    );
  };
  for (const [at, row] of known.entries()) {
    put(at, row, (row.slice(9) as SumCells).map(Number));
    flows.hasKey[at] = 1;
    flows.words.set(row[6], at * keyWords);
    for (const [i, word] of textWords.entries()) {
      const text = row[8][i] ?? '';
      let place = textAt.get(text);
      if (place === undefined) {
        place = texts.push(text) - 1;
        textAt.set(text, place);
      }
      flows.words[at * keyWords + word] = place;
    }
  }
  for (const [i, { row, left }] of others.entries()) put(known.length + i, row, left);
  return flows;
}
