/**
 * Keeps the rows of a live table where they are: rows re-rank at most once per two seconds, and not at all
 * while someone points at them or has the focus there. A row that vanishes leaves its place to a newcomer.
 */

const LEAST_BETWEEN_MS = 2_000;

export type RankKeeper = {
  /** The order to show for the order that the figures call for. */
  order(wished: readonly string[], held: boolean, nowMs: number): string[];
  /** The next order is taken as it is: the user sorted, or asked something else. */
  reset(): void;
};

/** A keeper for one table. */
export function rankKeeper(): RankKeeper {
  let shown: string[] = [];
  let rankedMs = Number.NEGATIVE_INFINITY;
  return {
    order(wished, held, nowMs) {
      if (shown.length === 0 || (!held && nowMs - rankedMs >= LEAST_BETWEEN_MS)) {
        shown = [...wished];
        rankedMs = nowMs;
        return shown;
      }
      const wanted = new Set(wished);
      const known = new Set(shown);
      const newcomers = wished.filter((id) => !known.has(id));
      const next: string[] = [];
      for (const id of shown) {
        if (wanted.has(id)) next.push(id);
        else {
          const newcomer = newcomers.shift();
          if (newcomer !== undefined) next.push(newcomer);
        }
      }
      shown = [...next, ...newcomers];
      return shown;
    },
    reset() {
      shown = [];
    },
  };
}
