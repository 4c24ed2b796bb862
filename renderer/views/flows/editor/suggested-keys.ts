/**
 * Keys that go with those that are chosen: what other definitions put beside them, those that share most first. No list
 * of its own, so a site's own definitions teach it.
 */

/** At most `most` keys that are not chosen yet, best first. `lists` are the keys of known definitions and views. */
export function suggestedKeys(
  chosen: readonly string[],
  lists: readonly (readonly string[])[],
  most: number,
): string[] {
  const weights = new Map<string, number>();
  for (const list of lists) {
    const shared = list.filter((key) => chosen.includes(key)).length;
    for (const key of list) {
      if (chosen.includes(key)) continue;
      // What stands beside a chosen key outweighs what is merely common.
      weights.set(key, (weights.get(key) ?? 0) + 1 + shared * 10);
    }
  }
  return [...weights]
    .toSorted(([one, a], [other, b]) => b - a || one.length - other.length || one.localeCompare(other))
    .slice(0, most)
    .map(([key]) => key);
}
