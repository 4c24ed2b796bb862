/**
 * The rows of flow blocks behind one another, as a reader or a roll-up takes them: each column is read from its block to
 * where it stays. The last block that can be read says how wide a key is; of others only the sums are taken. A block
 * that cannot be read leaves nothing.
 */
import type { FlowRows, StoredFlows, StoredPath } from '../../shared/model/store.ts';
import { DamagedBlock, MOST_ROWS, Unpacker } from './packed.ts';

export const FORMAT = 1;
export const SUMS = 5;
/** octets, frames, samples; then the squares. */
export const EXACT = 3;

export type FlowBlock = { start: number; rows: number; block: Uint8Array };

/** How wide a key is, and which of its words are places of texts. */
type Shape = { keyWords: number; textWords: number[] };

const USUAL_ROWS = 10_000;
/** Rows read before others get a turn: about a millisecond. */
const ROWS_AT_ONCE = 4000;

/**
 * The rows of blocks, in the order of their buckets; it yields now and then, so that a day need not be read at once.
 * `damaged` is called for each block that cannot be read.
 */
export function* rowsOf(blocks: readonly FlowBlock[], damaged: () => void): Generator<void, StoredFlows> {
  const sorted = [...blocks].sort((a, b) => a.start - b.start);
  const list = new RowList(shapeOf(sorted), rowsIn(sorted));
  let rows = 0;
  for (const one of sorted) {
    if (!list.add(one)) damaged();
    rows += one.rows;
    if (rows < ROWS_AT_ONCE) continue;
    rows = 0;
    yield;
  }
  return list.finish();
}

/** One block; throws DamagedBlock. */
export function unpackFlows(block: Uint8Array): FlowRows {
  const list = new RowList(readShape(new Unpacker(block)), 0);
  list.read(new Unpacker(block), 0);
  const { minuteOf: _, ...rows } = list.finish();
  return rows;
}

/** Blocks say how many rows they have; of what is listed for them no more is believed than one has as a rule. */
const rowsIn = (blocks: readonly FlowBlock[]): number =>
  blocks.reduce((sum, { rows }) => sum + Math.min(rows, USUAL_ROWS), 0);

function shapeOf(blocks: readonly FlowBlock[]): Shape {
  for (const { block } of blocks.toReversed()) {
    const shape = ifReadable(() => readShape(new Unpacker(block)));
    if (shape) return shape;
  }
  return { keyWords: 0, textWords: [] };
}

/** null where a block is damaged. */
function ifReadable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof DamagedBlock) return null;
    throw error;
  }
}

function readCount(from: Unpacker): number {
  if (from.number() !== FORMAT) throw new DamagedBlock('A block of the trends has an unknown format.');
  const count = from.number();
  if (count > MOST_ROWS) throw new DamagedBlock('A block of the trends says that it is too long.');
  return count;
}

function readShape(from: Unpacker): Shape {
  readCount(from);
  return { keyWords: from.number(), textWords: textsOf(from.text()).map(Number) };
}

class RowList {
  readonly #shape: Shape;
  readonly #names = new Names();
  #rows = 0;
  #pathOf: Uint32Array;
  #hasKey: Uint8Array;
  #words: Uint32Array;
  #sums: Float64Array;
  #minuteOf: Float64Array;

  constructor(shape: Shape, rows: number) {
    this.#shape = shape;
    this.#pathOf = new Uint32Array(rows);
    this.#hasKey = new Uint8Array(rows);
    this.#words = new Uint32Array(rows * shape.keyWords);
    this.#sums = new Float64Array(rows * SUMS);
    this.#minuteOf = new Float64Array(rows);
  }

  /** Adds a block; false where it is damaged. */
  add({ block, start }: FlowBlock): boolean {
    return ifReadable(() => this.read(new Unpacker(block), start)) ?? false;
  }

  /** Adds a block that is being unpacked. Throws DamagedBlock. */
  read(from: Unpacker, minute: number): true {
    const count = readCount(from);
    const keyWords = from.number();
    const textWords = textsOf(from.text()).map(Number);
    const texts = textsOf(from.text());
    const paths = readPaths(from);
    const at = this.#rows;
    this.#reserve(at + count);
    const { keyWords: wide, textWords: placesOfTexts } = this.#shape;
    const isAlike = keyWords === wide && textWords.join() === placesOfTexts.join();
    from.uint32Into(count, this.#pathOf, at, 1);
    for (let row = at; row < at + count; row++)
      if (this.#pathOf[row]! >= paths.length) throw new DamagedBlock('A block of the trends is damaged.');
    const hasKey = from.octets(count);
    for (let word = 0; word < keyWords; word++)
      if (isAlike) from.uint32Into(count, this.#words, at * wide + word, wide);
      else from.uint32(count);
    for (let sum = 0; sum < SUMS; sum++)
      if (sum < EXACT) from.float64Into(count, this.#sums, at * SUMS + sum, SUMS);
      else from.float32Into(count, this.#sums, at * SUMS + sum, SUMS);
    // All of it could be read: only now names are taken.
    const pathAt = paths.map((path) => this.#names.path(path));
    for (let row = at; row < at + count; row++) this.#pathOf[row] = pathAt[this.#pathOf[row]!]!;
    if (isAlike) {
      this.#hasKey.set(hasKey, at);
      if (placesOfTexts.length > 0) {
        const textAt = texts.map((text) => this.#names.text(text));
        for (let row = at; row < at + count; row++)
          for (const word of placesOfTexts)
            this.#words[row * wide + word] = textAt[this.#words[row * wide + word]!] ?? 0;
      }
    }
    this.#minuteOf.fill(minute, at, at + count);
    this.#rows = at + count;
    return true;
  }

  finish(): StoredFlows {
    const rows = this.#rows;
    const { keyWords, textWords } = this.#shape;
    const isFull = this.#pathOf.length === rows;
    // What is handed on goes to another thread with all of its memory.
    const column = <C extends Uint32Array | Uint8Array | Float64Array>(all: C, width: number): C =>
      isFull ? all : (all.slice(0, rows * width) as C);
    return {
      keyWords,
      textWords,
      paths: this.#names.paths,
      texts: this.#names.texts,
      pathOf: column(this.#pathOf, 1),
      hasKey: column(this.#hasKey, 1),
      words: column(this.#words, keyWords),
      sums: column(this.#sums, SUMS),
      minuteOf: column(this.#minuteOf, 1),
    };
  }

  /** A block that has more rows than were listed makes room for itself. */
  #reserve(needed: number): void {
    if (needed <= this.#pathOf.length) return;
    const rows = Math.max(needed, 1.5 * this.#pathOf.length) | 0;
    const larger = <C extends Uint32Array | Uint8Array | Float64Array>(all: C, made: C): C => {
      made.set(all);
      return made;
    };
    this.#pathOf = larger(this.#pathOf, new Uint32Array(rows));
    this.#hasKey = larger(this.#hasKey, new Uint8Array(rows));
    this.#words = larger(this.#words, new Uint32Array(rows * this.#shape.keyWords));
    this.#sums = larger(this.#sums, new Float64Array(rows * SUMS));
    this.#minuteOf = larger(this.#minuteOf, new Float64Array(rows));
  }
}

function readPaths(from: Unpacker): StoredPath[] {
  const agents = textsOf(from.text());
  const count = from.number();
  const agent = from.uint32(count);
  const dataSource = from.uint32(count);
  const input = from.uint32(count);
  const output = from.uint32(count);
  const mark = from.octets(count);
  return Array.from(agent, (index, i) => ({
    agent: agents[index] ?? 'unknown',
    dataSource: dataSource[i]!,
    input: input[i]!,
    output: output[i]!,
    mark: mark[i] === 0 || mark[i] === 1 ? mark[i] : 2,
  }));
}

function textsOf(json: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    value = null;
  }
  if (!Array.isArray(value)) throw new DamagedBlock('A block of the trends is damaged.');
  return value.map(String);
}

type Branches<Leaf> = Map<number, Leaf>;

/** Paths and texts of many blocks under one numbering. */
class Names {
  readonly paths: StoredPath[] = [];
  readonly texts: string[] = [''];
  /** By agent, data source and mark, input, output: numbers, as a name for each path would be text to be made. */
  readonly #pathAt = new Map<string, Branches<Branches<Branches<number>>>>();
  readonly #textAt = new Map<string, number>([['', 0]]);

  path(path: StoredPath): number {
    const ofAgent = branch(this.#pathAt, path.agent);
    const ofSource = branch(ofAgent, path.dataSource * 4 + path.mark);
    const ofInput = branch(ofSource, path.input);
    let at = ofInput.get(path.output);
    if (at === undefined) {
      at = this.paths.push(path) - 1;
      ofInput.set(path.output, at);
    }
    return at;
  }

  text(text: string): number {
    let at = this.#textAt.get(text);
    if (at === undefined) {
      at = this.texts.push(text) - 1;
      this.#textAt.set(text, at);
    }
    return at;
  }
}

function branch<Key, Leaf>(tree: Map<Key, Map<number, Leaf>>, key: Key): Map<number, Leaf> {
  let found = tree.get(key);
  if (!found) {
    found = new Map();
    tree.set(key, found);
  }
  return found;
}
