/**
 * How many datagrams arrived and how many were lost, per agent and bucket: what the loss strip under a chart
 * is drawn from. A datagram that comes late takes its loss back from the bucket that counted it.
 */

/** A datagram that comes late is not later than this many rows. */
const MOST_LOOKED_AT = 1024;

type Row = { bucket: number; agent: number; received: number; lost: number };

export class Arrivals {
  #rows: Row[] = [];
  /** Index of the newest row of each agent. */
  readonly #newest = new Map<number, Row>();

  /** Counts one datagram, and how many before it were lost (negative: it had been counted as lost). */
  add(agent: number, bucket: number, lost: number): void {
    let row = this.#newest.get(agent);
    if (!row || row.bucket !== bucket) {
      row = { bucket, agent, received: 0, lost: 0 };
      this.#newest.set(agent, row);
      this.#rows.push(row);
    }
    row.received++;
    if (lost >= 0) row.lost += lost;
    else this.#takeBack(agent, -lost);
  }

  /** Puts back what was counted before a restart. */
  restore(agent: number, bucket: number, received: number, lost: number): void {
    this.#rows.push({ bucket, agent, received, lost });
  }

  /** Newest rows first: what was counted as lost and was not, or came after all. */
  #takeBack(agent: number, lost: number): void {
    let left = lost;
    for (
      let index = this.#rows.length - 1, seen = 0;
      left > 0 && index >= 0 && seen < MOST_LOOKED_AT;
      index--, seen++
    ) {
      const row = this.#rows[index]!;
      if (row.agent !== agent || row.lost <= 0) continue;
      const taken = Math.min(left, row.lost);
      row.lost -= taken;
      left -= taken;
    }
  }

  /** Received and lost per bucket of an answer. `agent` null: all. */
  answer(
    agent: number | null,
    fromBucket: number,
    toBucket: number,
    bucketsPerStep: number,
    bucketCount: number,
  ): { received: Float64Array; lost: Float64Array } {
    const received = new Float64Array(bucketCount);
    const lost = new Float64Array(bucketCount);
    for (const row of this.#rows) {
      if (row.bucket < fromBucket || row.bucket >= toBucket || (agent !== null && row.agent !== agent))
        continue;
      const at = Math.min(bucketCount - 1, Math.floor((row.bucket - fromBucket) / bucketsPerStep));
      received[at]! += row.received;
      lost[at]! += row.lost;
    }
    return { received, lost };
  }

  /** Rows of one bucket, for storing. */
  rowsOf(fromBucket: number, toBucket: number): { agent: number; received: number; lost: number }[] {
    const sums = new Map<number, { agent: number; received: number; lost: number }>();
    for (const row of this.#rows) {
      if (row.bucket < fromBucket || row.bucket >= toBucket) continue;
      const sum = sums.get(row.agent) ?? { agent: row.agent, received: 0, lost: 0 };
      sum.received += row.received;
      sum.lost += row.lost;
      sums.set(row.agent, sum);
    }
    return [...sums.values()];
  }

  forget(bucket: number): void {
    if (this.#rows.length > 0 && this.#rows[0]!.bucket < bucket - 60)
      this.#rows = this.#rows.filter((row) => row.bucket >= bucket);
  }
}
