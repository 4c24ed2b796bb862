/**
 * Who has to go when a table is full: space-saving (Metwally et al. 2005) in batches (Anderson et al. 2017). A flow that
 * comes back may have had as much as the largest that was forgotten, so it comes in with that as credit, and flows are
 * compared by what they have plus their credit: what is forgotten is never more than that. So, whatever comes and in
 * whatever order, a flow is in the table that has more than one part in a quarter of the table's flows of all that was
 * added, and what is told of any flow is short by its credit at most.
 *
 * Flows stand in classes (data sources, paths) with an equal claim to half of the table: a flood at one port does not
 * drive out the flows of a quiet one. With s classes the part is one in a quarter of the table's flows over s, of what
 * was added to the class.
 */

/** Where less than this part of the table comes free, the classes are too many to be told apart. */
const LEAST_FREED = 1 / 8;

export class Crowd {
  #credit = new Float64Array(16);
  #creditOfAll = 0;

  /** What a flow that comes into a class may have had before. */
  creditOf(of: number): number {
    return Math.max(this.#creditOfAll, of < this.#credit.length ? this.#credit[of]! : 0);
  }

  scale(factor: number): void {
    for (let i = 0; i < this.#credit.length; i++) this.#credit[i]! *= factor;
    this.#creditOfAll *= factor;
  }

  /** What was forgotten is no longer of account. */
  clear(): void {
    this.#credit.fill(0);
    this.#creditOfAll = 0;
  }

  /**
   * One octet per flow, 1 for those to be kept: all of the classes with no more than their claim, and of each other
   * class the half that has most. Of those that have the same the younger stay: ids grow with age. `most`: what each
   * flow has, its credit included.
   */
  larger(most: Float64Array, size: number, classOf: (id: number) => number): Uint8Array {
    const keep = new Uint8Array(size);
    const classes = new Map<number, number>();
    for (let id = 0; id < size; id++) {
      const of = classOf(id);
      classes.set(of, (classes.get(of) ?? 0) + 1);
    }
    const claim = size / 2 / classes.size;
    const crowded = new Map<number, Int32Array>();
    for (const [of, count] of classes) if (count > claim) crowded.set(of, new Int32Array(count));
    const filled = new Map<number, number>();
    for (let id = 0; id < size; id++) {
      const of = classOf(id);
      const ids = crowded.get(of);
      if (!ids) keep[id] = 1;
      else {
        const at = filled.get(of) ?? 0;
        ids[at] = id;
        filled.set(of, at + 1);
      }
    }
    let freed = 0;
    for (const [of, ids] of crowded) {
      freed += ids.length >> 1;
      const credit = keepLarger(most, ids, keep);
      if (ids.length > 1) this.#setCredit(of, credit);
    }
    if (freed >= size * LEAST_FREED) return keep;
    keep.fill(0);
    this.#creditOfAll = keepLarger(
      most,
      Int32Array.from({ length: size }, (_, id) => id),
      keep,
    );
    return keep;
  }

  #setCredit(of: number, credit: number): void {
    if (of >= this.#credit.length) {
      const larger = new Float64Array(Math.max(of + 1, 2 * this.#credit.length));
      larger.set(this.#credit);
      this.#credit = larger;
    }
    this.#credit[of] = credit;
  }
}

/** Marks the larger half of some flows, ids ascending; returns what no forgotten one has more than. */
function keepLarger(most: Float64Array, ids: Int32Array, keep: Uint8Array): number {
  const sorted = new Float64Array(ids.length);
  for (let i = 0; i < ids.length; i++) sorted[i] = most[ids[i]!]!;
  sorted.sort();
  const middle = sorted[ids.length >> 1]!;
  let room = ids.length - (ids.length >> 1);
  for (let i = 0; i < ids.length; i++) if (most[ids[i]!]! > middle) room--;
  for (let i = ids.length - 1; i >= 0; i--) {
    const id = ids[i]!;
    if (most[id]! > middle || (most[id] === middle && room-- > 0)) keep[id] = 1;
  }
  return middle;
}
