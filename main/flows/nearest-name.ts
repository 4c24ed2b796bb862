/** What somebody may have meant who misspelled a name. */

/** Edits (a character put in, left out, changed, or two swapped) from one text to another, up to `most` + 1. */
function distance(from: string, to: string, most: number): number {
  if (Math.abs(from.length - to.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[to.length]!;
}

/** Longer texts are no misspelled names. */
const MOST_LENGTH = 64;

/** The known name nearest to one that is not known, the first of equals; null where none is near. */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (name.length > MOST_LENGTH) return null;
  const wanted = name.toLowerCase();
  let best: string | null = null;
  let least = Math.max(1, Math.min(3, Math.floor(wanted.length / 3)));
  for (const candidate of known) {
    const edits = distance(wanted, candidate, least);
    if (edits < least || (edits === least && best === null)) {
      best = candidate;
      least = edits;
    }
  }
  return best;
}
