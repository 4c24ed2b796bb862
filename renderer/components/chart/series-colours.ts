/**
 * Which key has which colour. Colours are handed out by rank at first sight, and a key keeps its colour for
 * as long as it is in view, however it moves in the ranking: a colour that changes its meaning is worse than
 * none. A colour that is free again goes to the next newcomer; where none is free, a newcomer among the first
 * ten takes it from the last row beyond them, so that the largest are never grey.
 */
import { SERIES_COLOURS, type SeriesColour } from './palette.ts';

export type SeriesColours = {
  /** Takes note of the keys in view, best rank first, and gives each its colour; null beyond ten. */
  assign(keys: readonly string[]): (SeriesColour | null)[];
  /** Another question: all colours are free again. */
  reset(): void;
};

/** Colours for the keys of one screen. */
export function useSeriesColours(): SeriesColours {
  let held = new Map<string, SeriesColour>();
  return {
    assign(keys) {
      const inView = new Set(keys);
      const next = new Map<string, SeriesColour>();
      for (const [key, colour] of held) if (inView.has(key)) next.set(key, colour);
      const taken = new Set(next.values());
      const free = SERIES_COLOURS.filter((colour) => !taken.has(colour));
      const lowly = keys.slice(SERIES_COLOURS.length).filter((key) => next.has(key));
      keys.forEach((key, rank) => {
        if (next.has(key)) return;
        const lender = free.length === 0 && rank < SERIES_COLOURS.length ? lowly.pop() : undefined;
        const colour = lender === undefined ? free.shift() : next.get(lender);
        if (lender !== undefined) next.delete(lender);
        if (colour !== undefined) next.set(key, colour);
      });
      held = next;
      return keys.map((key) => next.get(key) ?? null);
    },
    reset() {
      held = new Map();
    },
  };
}
