/**
 * The ways that samples took: (agent, data source, input, output), as dense numbers, and the paths: a way with
 * the mark of its sample (see placement-mark.ts) in the lowest bits, so that a flow table carries both in one
 * word. Way 0 stands for everything beyond the cap.
 */
import { KeyTable } from './key-table.ts';
import { MARK_BITS, MARK_MASK, type Mark } from './placement-mark.ts';

export const MAX_PATHS = 262_144;

export class Paths {
  readonly #ways = new KeyTable(4, MAX_PATHS, 256);
  readonly #sources = new KeyTable(2, MAX_PATHS, 256);
  readonly #scratch = new Uint32Array(4);
  /** Data source of each way; grows with the ways. */
  #sourceOfWay = new Uint32Array(256);

  constructor() {
    this.#scratch.fill(0xffff_ffff);
    this.#ways.intern(this.#scratch, 0);
    this.#sources.intern(this.#scratch, 0);
  }

  get ways(): number {
    return this.#ways.size;
  }

  /** One more than the largest path id. */
  get size(): number {
    return this.#ways.size << MARK_BITS;
  }

  /** The path of a way whose samples count; that of all the others where it is new and none may be added. */
  intern(agent: number, dataSource: number, input: number, output: number, mayAdd = true): number {
    const scratch = this.#scratch;
    scratch[0] = agent;
    scratch[1] = dataSource;
    scratch[2] = input;
    scratch[3] = output;
    const before = this.#ways.size;
    const way = this.#ways.intern(scratch, 0, mayAdd);
    if (way < 0) return 0;
    if (way === before) {
      if (way >= this.#sourceOfWay.length) {
        const larger = new Uint32Array(this.#sourceOfWay.length * 2);
        larger.set(this.#sourceOfWay);
        this.#sourceOfWay = larger;
      }
      this.#sourceOfWay[way] = Math.max(0, this.#sources.intern(scratch, 0));
    }
    return way << MARK_BITS;
  }

  /** The path with the same way and another mark. */
  marked(path: number, mark: Mark): number {
    return (path & ~MARK_MASK) | mark;
  }
  markOf(path: number): Mark {
    return (path & MARK_MASK) as Mark;
  }
  agentOf(path: number): number {
    return this.#ways.words[(path >> MARK_BITS) * 4]!;
  }
  /** Class in the top octet, index below. */
  dataSourceOf(path: number): number {
    return this.#ways.words[(path >> MARK_BITS) * 4 + 1]!;
  }
  inputOf(path: number): number {
    return this.#ways.words[(path >> MARK_BITS) * 4 + 2]!;
  }
  outputOf(path: number): number {
    return this.#ways.words[(path >> MARK_BITS) * 4 + 3]!;
  }
  /** Dense id of (agent, data source). */
  sourceOf(path: number): number {
    return this.#sourceOfWay[path >> MARK_BITS]!;
  }
  get sources(): number {
    return this.#sources.size;
  }
  agentOfSource(source: number): number {
    return this.#sources.words[source * 2]!;
  }
  dataSourceOfSource(source: number): number {
    return this.#sources.words[source * 2 + 1]!;
  }
}
