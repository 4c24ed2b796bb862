/** The columns of a sender at a port, shared by what fills them for each sample and what learns from them. */

/** Columns of a pair: samples, frames, routers passed (a majority vote: value and votes), mark or BY_ROLE. */
export const PAIR_COLUMNS = 5;
export const PAIR_SAMPLES = 0;
export const PAIR_FRAMES = 1;
export const PAIR_HOPS = 2;
export const PAIR_VOTES = 3;
export const PAIR_MARK = 4;
/** The mark of a pair that goes by the role of its port. */
export const BY_ROLE = 3;
