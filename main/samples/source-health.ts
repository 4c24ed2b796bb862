/**
 * What the sequence numbers and pools of a data source say about its sampling: how many of its samples came,
 * how many frames the agent says it watched for them, and so at what rate it really samples. An agent that
 * states 1-in-1000 and samples 1-in-2000 (overload, a rounding to powers of two) makes every figure half of the
 * truth, and nothing else shows it. How the frames between samples vary says whether they are picked at random.
 */

/** Numbers per data source. */
const FIELDS = 13;
const SEQUENCE = 0;
const POOL = 1;
const DROPS = 2;
const RECEIVED = 3;
const EXPECTED = 4;
const POOL_GROWTH = 5;
const DROP_GROWTH = 6;
const RATE_SUM = 7;
const LATE = 8;
const DUPLICATES = 9;
/** Gaps of the pool between samples that follow each other: how many, their sum and that of their squares. */
const GAPS = 10;
const GAP_SUM = 11;
const GAP_SQUARES = 12;

/** A sequence number this far behind is a data source that began anew, not a late sample. */
const RESTART_DISTANCE = 1000;
/** Fewer samples than this say nothing about a rate. */
const LEAST_SAMPLES = 30;
/** Fewer gaps than this say nothing about chance. */
const LEAST_GAPS = 200;

export type SourceHealth = {
  samples: number;
  /** Samples that were made and did not come, by sequence number. */
  lost: number;
  /** Samples that the agent itself could not make or send. */
  dropped: number;
  /** Samples that came after a later one, and samples heard twice. */
  late: number;
  duplicates: number;
  /** Mean 1-in-N stated; 0 where there are no samples. */
  statedRate: number;
  /** Frames of the pool per sample; 0 where the pool says nothing (too few samples, or it stands still). */
  effectiveRate: number;
  /**
   * Standard deviation by mean of the frames from sample to sample: 1 where each frame has the same chance, 0.58 where
   * 1 to 2N are skipped, 0 where they are counted or the pool is worked out from the rate. null where it says nothing.
   */
  gapVariation: number | null;
};

export class SourcesHealth {
  #fields = new Float64Array(64 * FIELDS);
  #seen = new Uint8Array(64);

  /** Takes one flow sample of a data source (its dense id). */
  observe(
    source: number,
    sequenceNumber: number,
    samplePool: number,
    drops: number,
    samplingRate: number,
  ): void {
    if (source >= this.#seen.length) this.#grow(source);
    const fields = this.#fields;
    const at = source * FIELDS;
    fields[at + RECEIVED]! += 1;
    fields[at + RATE_SUM]! += samplingRate;
    if (this.#seen[source] === 1) {
      const ahead = (sequenceNumber - fields[at + SEQUENCE]!) | 0;
      if (ahead <= 0 && ahead > -RESTART_DISTANCE) {
        // It was expected already.
        fields[at + (ahead === 0 ? DUPLICATES : LATE)]! += 1;
        return;
      }
      if (ahead > 0 && ahead < RESTART_DISTANCE * 1000) {
        fields[at + EXPECTED]! += ahead;
        const gap = (samplePool - fields[at + POOL]!) >>> 0;
        fields[at + POOL_GROWTH]! += gap;
        if (ahead === 1) {
          fields[at + GAPS]! += 1;
          fields[at + GAP_SUM]! += gap;
          fields[at + GAP_SQUARES]! += gap * gap;
        }
        fields[at + DROP_GROWTH]! += (drops - fields[at + DROPS]!) >>> 0;
      }
    }
    this.#seen[source] = 1;
    fields[at + SEQUENCE] = sequenceNumber;
    fields[at + POOL] = samplePool;
    fields[at + DROPS] = drops;
  }

  /** The agent began anew: its numbers have no past. */
  restart(source: number): void {
    if (source < this.#seen.length) this.#seen[source] = 0;
  }

  /** Another source has this id now. */
  forget(source: number): void {
    this.restart(source);
    this.#fields.fill(0, source * FIELDS, (source + 1) * FIELDS);
  }

  /** All that was counted until now, to be taken off later: see `of`. */
  snapshot(): Float64Array {
    return this.#fields.slice();
  }

  /** What is known of a source, since a snapshot where one is given. */
  of(source: number, since: Float64Array | null = null): SourceHealth {
    const at = source * FIELDS;
    const field = (index: number): number => (this.#fields[at + index] ?? 0) - (since?.[at + index] ?? 0);
    const samples = field(RECEIVED);
    const expected = field(EXPECTED);
    const growth = field(POOL_GROWTH);
    const duplicates = field(DUPLICATES);
    const gaps = field(GAPS);
    const meanGap = gaps > 0 ? field(GAP_SUM) / gaps : 0;
    const gapVariance = gaps > 0 ? Math.max(0, field(GAP_SQUARES) / gaps - meanGap ** 2) : 0;
    const baseline = !((since?.[at + RECEIVED] ?? 0) > 0);
    return {
      samples,
      // The first sample is the baseline and was expected by nobody; one heard twice fills no gap.
      lost: expected > 0 ? Math.max(0, expected - (samples - duplicates - (baseline ? 1 : 0))) : 0,
      late: field(LATE),
      duplicates,
      dropped: field(DROP_GROWTH),
      statedRate: samples > 0 ? field(RATE_SUM) / samples : 0,
      effectiveRate: expected >= LEAST_SAMPLES && growth > 0 ? growth / expected : 0,
      gapVariation: gaps >= LEAST_GAPS && meanGap > 0 ? Math.sqrt(gapVariance) / meanGap : null,
    };
  }

  #grow(source: number): void {
    const length = Math.max(source + 1, this.#seen.length * 2);
    const seen = new Uint8Array(length);
    seen.set(this.#seen);
    this.#seen = seen;
    const fields = new Float64Array(length * FIELDS);
    fields.set(this.#fields);
    this.#fields = fields;
  }
}
