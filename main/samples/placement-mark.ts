/**
 * What a sample says of a packet that several switches may have sampled: counted (its sender enters the heard
 * network here), transit (it was heard nearer to its sender), or unplaced (nobody can tell yet). The mark is
 * part of a sample's path, so that every row made of samples keeps it.
 */

export const COUNTED = 0;
export const TRANSIT = 1;
export const UNPLACED = 2;

export type Mark = typeof COUNTED | typeof TRANSIT | typeof UNPLACED;

/** A path id is the number of the way shifted by this, with the mark in the bits below. */
export const MARK_BITS = 2;
export const MARK_MASK = (1 << MARK_BITS) - 1;
