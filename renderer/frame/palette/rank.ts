/** Which entries of the palette fit what was typed, best first. Pure. */

export type Rankable = { label: string; hint?: string; group: string; alias?: string };

export type Ranked<E> = { entry: E /** Parts of the label, every second one matched. */; parts: string[] };

/**
 * How well a word fits: start of the label, start of a word in it, anywhere in it, elsewhere. Higher is better,
 * 0 is not at all.
 */
function fitOf(entry: Rankable, word: string): number {
  const label = entry.label.toLowerCase();
  const at = label.indexOf(word);
  if (at === 0) return 4;
  if (at > 0) return /[\s›/._:-]/.test(label[at - 1] ?? '') ? 3 : 2;
  const elsewhere = `${entry.hint ?? ''} ${entry.alias ?? ''}`.toLowerCase();
  return elsewhere.includes(word) ? 1 : 0;
}

/** The label cut into parts: unmatched, matched, unmatched, … */
export function matchedParts(label: string, words: readonly string[]): string[] {
  const lower = label.toLowerCase();
  const marked = new Array<boolean>(label.length).fill(false);
  // Lower case of some letters is longer than they are; then nothing is marked.
  if (lower.length === label.length) {
    for (const word of words) {
      const at = lower.indexOf(word);
      if (at >= 0) marked.fill(true, at, at + word.length);
    }
  }
  const parts: string[] = [];
  let part = '';
  let partMatched = false;
  for (const [index, isMatched] of marked.entries()) {
    if (isMatched !== partMatched) {
      parts.push(part);
      part = '';
      partMatched = isMatched;
    }
    part += label[index];
  }
  parts.push(part);
  return parts;
}

/**
 * Entries that hold every typed word, the best fitting group first and at most `perGroup` of each; the order
 * given breaks ties. What begins with `>` asks for the group 'Do' only. With nothing typed all fit.
 */
export function rank<E extends Rankable>(
  entries: readonly E[],
  typed: string,
  perGroup: number,
): Ranked<E>[] {
  const commandsOnly = typed.trimStart().startsWith('>');
  const words = typed.replace('>', ' ').toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, { best: number; found: { score: number; entry: E }[] }>();
  for (const entry of entries) {
    if (commandsOnly && entry.group !== 'Do') continue;
    let score = words.length === 0 ? 1 : 0;
    for (const word of words) {
      const one = fitOf(entry, word);
      if (one === 0) {
        score = 0;
        break;
      }
      score += one;
    }
    if (score === 0) continue;
    const group = groups.get(entry.group) ?? { best: 0, found: [] };
    groups.set(entry.group, group);
    group.best = Math.max(group.best, score);
    group.found.push({ score, entry });
  }
  return [...groups.values()]
    .sort((a, b) => b.best - a.best)
    .flatMap(({ found }) => found.sort((a, b) => b.score - a.score).slice(0, perGroup))
    .map(({ entry }) => ({ entry, parts: matchedParts(entry.label, words) }));
}
