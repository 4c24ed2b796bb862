/**
 * Several buckets of one flow definition added up for the next coarser level, where the largest keys are kept and the
 * rest by path stays exact.
 */
import type { FlowRows, StoredFlows, StoredPath } from '../../shared/model/store.ts';
import { SUMS } from './row-list.ts';

/** Rows added up before others get a turn: about a millisecond. */
const ROWS_AT_ONCE = 2000;

/**
 * The sums of rows by path and key: the `limit` largest, and per path what is left, exactly. It yields now and then,
 * so that a day of hours need not be added up at once.
 */
export function* rollUp(all: StoredFlows, limit: number): Generator<void, FlowRows> {
  const { keyWords } = all;
  const count = all.pathOf.length;
  // A key on a path as octets, to be told apart by a Map.
  const line = new Uint32Array(keyWords + 1);
  const octets = Buffer.from(line.buffer);
  const slotOf = new Map<string, number>();
  const firstRow: number[] = [];
  const sums: number[] = [];
  const rest = new Map<number, Float64Array>();
  const add = (into: number[] | Float64Array, at: number, row: number): void => {
    for (let i = 0; i < SUMS; i++) into[at + i]! += all.sums[row * SUMS + i]!;
  };
  const addRest = (path: number, from: ArrayLike<number>, at: number): void => {
    const into = rest.get(path) ?? new Float64Array(SUMS);
    for (let i = 0; i < SUMS; i++) into[i]! += from[at + i]!;
    rest.set(path, into);
  };
  for (let row = 0; row < count; row++) {
    if (row % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) yield;
    const path = all.pathOf[row]!;
    if (all.hasKey[row] === 0) {
      addRest(path, all.sums, row * SUMS);
      continue;
    }
    line[0] = path;
    for (let word = 0; word < keyWords; word++) line[word + 1] = all.words[row * keyWords + word]!;
    const name = octets.toString('latin1');
    let slot = slotOf.get(name);
    if (slot === undefined) {
      slot = firstRow.push(row) - 1;
      slotOf.set(name, slot);
      sums.push(0, 0, 0, 0, 0);
    }
    add(sums, slot * SUMS, row);
  }
  yield;
  const byOctets = Array.from(firstRow, (_, slot) => slot).sort((a, b) => sums[b * SUMS]! - sums[a * SUMS]!);
  const kept = byOctets.slice(0, limit);
  for (const slot of byOctets.slice(limit)) addRest(all.pathOf[firstRow[slot]!]!, sums, slot * SUMS);

  const used = new Map<number, number>();
  const paths: StoredPath[] = [];
  const pathAt = (path: number): number => {
    let at = used.get(path);
    if (at === undefined) {
      at = paths.push(all.paths[path]!) - 1;
      used.set(path, at);
    }
    return at;
  };
  const usedTexts = new Map<number, number>([[0, 0]]);
  const texts = [''];
  const textAt = (text: number): number => {
    let at = usedTexts.get(text);
    if (at === undefined) {
      at = texts.push(all.texts[text]!) - 1;
      usedTexts.set(text, at);
    }
    return at;
  };
  const rows = kept.length + rest.size;
  const answer: FlowRows = {
    keyWords,
    textWords: all.textWords,
    paths,
    texts,
    pathOf: new Uint32Array(rows),
    hasKey: new Uint8Array(rows),
    words: new Uint32Array(rows * keyWords),
    sums: new Float64Array(rows * SUMS),
  };
  for (const [row, slot] of kept.entries()) {
    const from = firstRow[slot]!;
    answer.pathOf[row] = pathAt(all.pathOf[from]!);
    answer.hasKey[row] = 1;
    answer.words.set(all.words.subarray(from * keyWords, (from + 1) * keyWords), row * keyWords);
    for (const word of all.textWords)
      answer.words[row * keyWords + word] = textAt(all.words[from * keyWords + word]!);
    for (let i = 0; i < SUMS; i++) answer.sums[row * SUMS + i] = sums[slot * SUMS + i]!;
  }
  let row = kept.length;
  for (const [path, left] of rest) {
    answer.pathOf[row] = pathAt(path);
    answer.sums.set(left, row * SUMS);
    row++;
  }
  return answer;
}
