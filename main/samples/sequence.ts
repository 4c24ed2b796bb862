/**
 * Loss from sequence numbers, for one stream of datagrams (agent, sub-agent). A gap counts as lost at once; a
 * datagram that arrives late within the window is taken off again; one that was already heard is a duplicate.
 * A restart is told by sequence number and uptime both falling by more than the window (DESIGN.md), not by a
 * late datagram and not by the wrap of either number.
 */

/** How far behind the newest a datagram may come and still be placed. */
export const REORDER_WINDOW = 64;
/** The agent's clock may step back this much between two datagrams without that being a restart. */
const UPTIME_SLACK_MS = 2_000;
/** A step forward larger than this is not believed as loss: the agent (or the stream) changed its numbering. */
const LARGEST_GAP = 1_000_000;

export type Arrival = 'first' | 'in order' | 'gap' | 'late' | 'duplicate' | 'restart';

export class SequenceTracker {
  lost = 0;
  reordered = 0;
  duplicates = 0;
  restarts = 0;
  /** How `lost` changed by the last datagram: positive for a gap, -1 for a late arrival. */
  lastLoss = 0;
  #started = false;
  #first = 0;
  #newest = 0;
  #newestUptimeMs = 0;
  /** Bit i of the window: newest - i was heard. */
  #heardLow = 0;
  #heardHigh = 0;

  /** Places a datagram. `duplicate` means that its samples were counted already. */
  accept(sequenceNumber: number, uptimeMs: number): Arrival {
    this.lastLoss = 0;
    if (!this.#started) {
      this.#begin(sequenceNumber, uptimeMs);
      return 'first';
    }
    const ahead = (sequenceNumber - this.#newest) | 0;
    if (ahead > 0) {
      const uptimeFell = this.#fell(uptimeMs);
      if (ahead > REORDER_WINDOW && (uptimeFell || ahead > LARGEST_GAP))
        return this.#restart(sequenceNumber, uptimeMs);
      this.#shift(ahead);
      this.#newest = sequenceNumber;
      this.#newestUptimeMs = uptimeMs;
      if (ahead === 1) return 'in order';
      this.lastLoss = ahead - 1;
      this.lost += this.lastLoss;
      return 'gap';
    }
    const behind = -ahead;
    if (behind < REORDER_WINDOW) {
      if (this.#heard(behind)) {
        // The same number again with a clock that began anew is the first datagram of a restarted agent.
        if (this.#fell(uptimeMs)) return this.#restart(sequenceNumber, uptimeMs);
        this.duplicates++;
        return 'duplicate';
      }
      this.#mark(behind);
      this.reordered++;
      // Numbers below the first one heard were never counted as lost: nothing to take off for them.
      if (((sequenceNumber - this.#first) | 0) > 0) {
        this.lost--;
        this.lastLoss = -1;
      }
      return 'late';
    }
    if (this.#fell(uptimeMs)) return this.#restart(sequenceNumber, uptimeMs);
    // Far behind with a clock that ran on: too late to place. Its samples are new all the same.
    this.reordered++;
    return 'late';
  }

  #begin(sequenceNumber: number, uptimeMs: number): void {
    this.#started = true;
    this.#first = sequenceNumber;
    this.#newest = sequenceNumber;
    this.#newestUptimeMs = uptimeMs;
    this.#heardLow = 1;
    this.#heardHigh = 0;
  }

  #restart(sequenceNumber: number, uptimeMs: number): Arrival {
    this.restarts++;
    this.#begin(sequenceNumber, uptimeMs);
    return 'restart';
  }

  /** Whether the agent's clock went back by more than reordering explains; its 49.7-day wrap does not count. */
  #fell(uptimeMs: number): boolean {
    const back = this.#newestUptimeMs - uptimeMs;
    return back > UPTIME_SLACK_MS && back < 0xffff_ffff - 600_000;
  }

  #shift(by: number): void {
    if (by >= 64) {
      this.#heardHigh = 0;
      this.#heardLow = 0;
    } else if (by >= 32) {
      this.#heardHigh = (this.#heardLow << (by - 32)) >>> 0;
      this.#heardLow = 0;
    } else {
      this.#heardHigh = ((this.#heardHigh << by) | (this.#heardLow >>> (32 - by))) >>> 0;
      this.#heardLow = (this.#heardLow << by) >>> 0;
    }
    this.#heardLow |= 1;
  }

  #heard(behind: number): boolean {
    return behind < 32
      ? ((this.#heardLow >>> behind) & 1) === 1
      : ((this.#heardHigh >>> (behind - 32)) & 1) === 1;
  }

  #mark(behind: number): void {
    if (behind < 32) this.#heardLow |= 1 << behind;
    else this.#heardHigh |= 1 << (behind - 32);
  }
}
