/**
 * Loss from sequence numbers, for one stream of datagrams (agent, sub-agent). A gap counts as lost at once; a
 * datagram that arrives late within the window is taken off again; one that was already heard is a duplicate.
 * A restart is told by sequence number and uptime both falling by more than the window (DESIGN.md), not by a
 * late datagram and not by the wrap of either number.
 *
 * Some agents number several streams under one sub-agent (a stack of switches, two processes). Their numbers
 * jump to and fro; once the number that was left goes on, the jump was no loss: it is taken back, and each
 * stream is followed on its own from then on.
 */

/** How far behind the newest a datagram may come and still be placed. */
export const REORDER_WINDOW = 64;
/** The agent's clock may step back this much between two datagrams without that being a restart. */
const UPTIME_SLACK_MS = 2_000;
/** A step forward larger than this is not believed as loss: the agent (or the stream) changed its numbering. */
const LARGEST_GAP = 1_000_000;
/** Streams followed under one sub-agent; more than a stack has members. */
const MOST_STREAMS = 8;
/** After a jump the old numbering is waited for this many datagrams. */
const LEFT_WAIT = 256;

export type Arrival = 'first' | 'in order' | 'gap' | 'late' | 'duplicate' | 'restart';

/** Where one numbering stands. Bit i of the window (low word first): newest - i was heard. */
type Track = { first: number; newest: number; uptimeMs: number; heardLow: number; heardHigh: number };

/** The numbering that a far jump left, and what the jump was taken for. */
type Left = { track: Track; gap: number; restart: boolean; waited: number };

const begin = (sequenceNumber: number, uptimeMs: number): Track => ({
  first: sequenceNumber,
  newest: sequenceNumber,
  uptimeMs,
  heardLow: 1,
  heardHigh: 0,
});

export class SequenceTracker {
  lost = 0;
  reordered = 0;
  duplicates = 0;
  restarts = 0;
  /** How `lost` changed by the last datagram: positive for a gap, negative for what was no loss after all. */
  lastLoss = 0;
  readonly #tracks: Track[] = [];
  #left: Left | null = null;

  /** How many numberings are interleaved; 1 as a rule. */
  get streams(): number {
    return this.#tracks.length;
  }

  /** Places a datagram. `duplicate` means that its samples were counted already. */
  accept(sequenceNumber: number, uptimeMs: number): Arrival {
    this.lastLoss = 0;
    if (this.#tracks.length === 0) {
      this.#tracks.push(begin(sequenceNumber, uptimeMs));
      return 'first';
    }
    if (this.#left && ++this.#left.waited > LEFT_WAIT) this.#left = null;
    const track = this.#nearest(sequenceNumber);
    const ahead = (sequenceNumber - track.newest) | 0;
    if (ahead > REORDER_WINDOW || ahead <= -REORDER_WINDOW) {
      const resumed = this.#resume(sequenceNumber, uptimeMs);
      if (resumed) return this.#place(resumed, sequenceNumber, uptimeMs);
    }
    return this.#place(track, sequenceNumber, uptimeMs);
  }

  #nearest(sequenceNumber: number): Track {
    let nearest = this.#tracks[0]!;
    if (this.#tracks.length === 1) return nearest;
    for (const track of this.#tracks) {
      if (Math.abs((sequenceNumber - track.newest) | 0) < Math.abs((sequenceNumber - nearest.newest) | 0))
        nearest = track;
    }
    return nearest;
  }

  /** The numbering that was left goes on: the jump away from it was neither loss nor restart. */
  #resume(sequenceNumber: number, uptimeMs: number): Track | null {
    const left = this.#left;
    if (!left || this.#tracks.length >= MOST_STREAMS) return null;
    const ahead = (sequenceNumber - left.track.newest) | 0;
    if (ahead <= 0 || ahead > REORDER_WINDOW || fell(left.track, uptimeMs)) return null;
    this.lost -= left.gap;
    this.lastLoss -= left.gap;
    if (left.restart) this.restarts--;
    this.#tracks.push(left.track);
    this.#left = null;
    return left.track;
  }

  #place(track: Track, sequenceNumber: number, uptimeMs: number): Arrival {
    const ahead = (sequenceNumber - track.newest) | 0;
    if (ahead > 0) {
      if (ahead > REORDER_WINDOW) {
        const restart = fell(track, uptimeMs) || ahead > LARGEST_GAP;
        this.#left = { track: { ...track }, gap: restart ? 0 : ahead - 1, restart, waited: 0 };
        if (restart) return this.#restart(track, sequenceNumber, uptimeMs);
      }
      shift(track, ahead);
      track.newest = sequenceNumber;
      track.uptimeMs = uptimeMs;
      if (ahead === 1) return 'in order';
      this.lastLoss += ahead - 1;
      this.lost += ahead - 1;
      return 'gap';
    }
    const behind = -ahead;
    if (behind < REORDER_WINDOW) {
      if (heard(track, behind)) {
        // The same number again with a clock that began anew is the first datagram of a restarted agent.
        if (fell(track, uptimeMs)) return this.#restart(track, sequenceNumber, uptimeMs);
        this.duplicates++;
        return 'duplicate';
      }
      mark(track, behind);
      this.reordered++;
      // Numbers below the first one heard were never counted as lost: nothing to take off for them.
      if (((sequenceNumber - track.first) | 0) > 0) {
        this.lost--;
        this.lastLoss--;
      }
      return 'late';
    }
    if (fell(track, uptimeMs)) return this.#restart(track, sequenceNumber, uptimeMs);
    // Far behind with a clock that ran on: too late to place, or a second numbering below this one, which shows
    // when it goes on. Its samples are new all the same.
    if (!this.#left)
      this.#left = { track: begin(sequenceNumber, uptimeMs), gap: 0, restart: false, waited: 0 };
    this.reordered++;
    return 'late';
  }

  #restart(track: Track, sequenceNumber: number, uptimeMs: number): Arrival {
    this.restarts++;
    Object.assign(track, begin(sequenceNumber, uptimeMs));
    return 'restart';
  }
}

/** Whether the agent's clock went back by more than reordering explains; its 49.7-day wrap does not count. */
function fell(track: Track, uptimeMs: number): boolean {
  const back = track.uptimeMs - uptimeMs;
  return back > UPTIME_SLACK_MS && back < 0xffff_ffff - 600_000;
}

function shift(track: Track, by: number): void {
  if (by >= 64) {
    track.heardHigh = 0;
    track.heardLow = 0;
  } else if (by >= 32) {
    track.heardHigh = (track.heardLow << (by - 32)) >>> 0;
    track.heardLow = 0;
  } else {
    track.heardHigh = ((track.heardHigh << by) | (track.heardLow >>> (32 - by))) >>> 0;
    track.heardLow = (track.heardLow << by) >>> 0;
  }
  track.heardLow |= 1;
}

function heard(track: Track, behind: number): boolean {
  return ((behind < 32 ? track.heardLow >>> behind : track.heardHigh >>> (behind - 32)) & 1) === 1;
}

function mark(track: Track, behind: number): void {
  if (behind < 32) track.heardLow |= 1 << behind;
  else track.heardHigh |= 1 << (behind - 32);
}
