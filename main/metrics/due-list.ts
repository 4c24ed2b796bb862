/**
 * What is to be looked at again at a time, the earliest first. A thing stands in it once: said to be due earlier it moves,
 * said to be due later it comes when it was first due, and whoever takes it says anew. Nothing is walked over but what
 * is due.
 */
export class DueList<T extends object> {
  /** The time at which each is taken. */
  readonly #dueMs = new Map<T, number>();
  /** A binary heap of times and things; what moved stands in it twice, and the later one is passed over. */
  readonly #heap: { timeMs: number; thing: T }[] = [];

  add(thing: T, timeMs: number): void {
    const known = this.#dueMs.get(thing);
    if (known !== undefined && known <= timeMs) return;
    this.#dueMs.set(thing, timeMs);
    this.#heap.push({ timeMs, thing });
    this.#rise(this.#heap.length - 1);
  }

  delete(thing: T): void {
    this.#dueMs.delete(thing);
  }

  clear(): void {
    this.#dueMs.clear();
    this.#heap.length = 0;
  }

  /** Takes out the earliest that was due before a time; null where nothing was. */
  takeBefore(timeMs: number): T | null {
    const heap = this.#heap;
    while (heap.length > 0 && heap[0]!.timeMs < timeMs) {
      const first = heap[0]!;
      const last = heap.pop()!;
      if (heap.length > 0) {
        heap[0] = last;
        this.#sink();
      }
      if (this.#dueMs.get(first.thing) !== first.timeMs) continue;
      this.#dueMs.delete(first.thing);
      return first.thing;
    }
    return null;
  }

  #rise(from: number): void {
    const heap = this.#heap;
    for (let at = from; at > 0; ) {
      const above = (at - 1) >> 1;
      if (heap[above]!.timeMs <= heap[at]!.timeMs) return;
      [heap[above], heap[at]] = [heap[at]!, heap[above]!];
      at = above;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let at = 0; ; ) {
      let least = at;
      for (const below of [2 * at + 1, 2 * at + 2])
        if (below < heap.length && heap[below]!.timeMs < heap[least]!.timeMs) least = below;
      if (least === at) return;
      [heap[least], heap[at]] = [heap[at]!, heap[least]!];
      at = least;
    }
  }
}
