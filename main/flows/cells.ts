/**
 * What an active table keeps of a flow, and where: its cells stand side by side, as a sample touches nearly all of them
 * and a table of many flows is larger than what a processor keeps at hand.
 */

/** Cells of each flow. */
export const CELLS = 8;
/** What a flow is ranked by, faded: its scaled sum, or where that is no sum, how many frames it stands for. */
export const WEIGHT = 0;
/** The squares of what was added to its weight. */
export const SQUARES = 1;
/** The part of the weight whose samples are counted once, and that whose samples tell what enters their switch. */
export const COUNTED_PART = 2;
export const ENTERED_PART = 3;
/** What it may have had before it came into the table, of its weight. */
export const CREDIT = 4;
/** Time of the last sample. */
export const LAST_MS = 5;
/** Where flows are recorded: when each began, 0 once it was recorded as ended, and its sum since. */
export const START_MS = 6;
export const SUM = 7;

export type Part = typeof COUNTED_PART | typeof ENTERED_PART;
