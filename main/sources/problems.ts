/** Names of problems that more than one place speaks of: where they are counted, and where a user is told. */

/** A record or block of a capture that contradicts itself, or octets between records that are none. */
export const DAMAGED_RECORD = 'damaged capture record';
/** The capture was made with a length limit (snapshot length) below the packet's. */
export const CUT_BY_CAPTURE = 'packet cut off by the capture length';
/** A datagram of which some IP fragments are not in the capture. */
export const FRAGMENTS_MISSING = 'IP fragments without the rest';
