/** The top of many numbers without sorting all of them: a heap of the best so far. */

/** Indices of the `limit` largest values that are more than `above`, largest first; ties by index. */
export function largest(values: Float64Array, count: number, limit: number, above = 0): number[] {
  const heap: number[] = [];
  const below = (a: number, b: number): boolean =>
    values[a]! < values[b]! || (values[a] === values[b] && a > b);
  const sink = (from: number): void => {
    let at = from;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && below(heap[child]!, heap[least]!)) least = child;
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  };
  for (let index = 0; index < count; index++) {
    if (!(values[index]! > above)) continue;
    if (heap.length < limit) {
      heap.push(index);
      if (heap.length === limit) for (let at = (limit >> 1) - 1; at >= 0; at--) sink(at);
    } else if (below(heap[0]!, index)) {
      heap[0] = index;
      sink(0);
    }
  }
  return heap.sort((a, b) => values[b]! - values[a]! || a - b);
}
