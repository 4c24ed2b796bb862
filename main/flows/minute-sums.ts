/**
 * The sums of one minute by id, filled as the buckets of the minute are written, so that handing the open
 * minute to the store each second costs its keys and not its rows.
 */

const SUMS = 5;

export class MinuteSums {
  /** Ids in the order of first sight. */
  ids = new Int32Array(256);
  size = 0;
  /** How often something was added: whoever reads in parts sees by it whether the minute grew meanwhile. */
  additions = 0;
  /** Octets, frames, samples, octets², frames² of slot i at i × 5. */
  sums = new Float64Array(256 * SUMS);
  /** Samples of a path whose key is not told apart. */
  readonly others = new Map<number, Float64Array>();
  /** Slot + 1 of each id. */
  #slotOf = new Int32Array(1024);

  add(id: number, from: Float64Array, at: number): void {
    this.additions++;
    if (id >= this.#slotOf.length) {
      const larger = new Int32Array(Math.max(id + 1, this.#slotOf.length * 2));
      larger.set(this.#slotOf);
      this.#slotOf = larger;
    }
    let slot = this.#slotOf[id]! - 1;
    if (slot < 0) {
      slot = this.size++;
      if (slot === this.ids.length) this.#grow();
      this.ids[slot] = id;
      this.#slotOf[id] = slot + 1;
    }
    for (let i = 0; i < SUMS; i++) this.sums[slot * SUMS + i]! += from[at + i]!;
  }

  addOther(path: number, from: Float64Array, at: number): void {
    this.additions++;
    const known = this.others.get(path) ?? new Float64Array(SUMS);
    for (let i = 0; i < SUMS; i++) known[i]! += from[at + i]!;
    this.others.set(path, known);
  }

  /** The table was made anew: every id has another number, or is forgotten, and then stands for the path -1 - id. */
  rename(freshOf: (id: number) => number): void {
    this.#slotOf = new Int32Array(1024);
    const { ids, sums, size } = this;
    this.ids = new Int32Array(ids.length);
    this.sums = new Float64Array(sums.length);
    this.size = 0;
    for (let slot = 0; slot < size; slot++) {
      const id = freshOf(ids[slot]!);
      if (id < 0) this.addOther(-1 - id, sums, slot * SUMS);
      else this.add(id, sums, slot * SUMS);
    }
  }

  #grow(): void {
    const ids = new Int32Array(this.ids.length * 2);
    ids.set(this.ids);
    this.ids = ids;
    const sums = new Float64Array(this.sums.length * 2);
    sums.set(this.sums);
    this.sums = sums;
  }
}
