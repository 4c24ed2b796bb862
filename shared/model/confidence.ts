/**
 * The one place where error bands are made. A sampled figure is a sum of weights (sampling rate × frame
 * length, or sampling rate); its variance is estimated by the sum of the squared weights, which for c samples
 * of equal rate gives the relative half-width 1.96·√((1 + cv²) / c), wider for few samples of very different
 * length. For a class within a known total the binomial form of "Packet Sampling Basics" (sFlow.org) applies.
 */

export const NORMAL_95 = 1.96;

/** From so many samples on the band covers the truth as often as it says; below there are too few to tell a width. */
export const LEAST_SAMPLES = 30;

/**
 * How much wider the band of few samples is for what their spread adds to the relative variance: where a tenth of the
 * frames brings most of the octets, samples that miss some of those tell too small a sum and too narrow a band at once.
 * Found by simulation (test/flows/coverage.test.ts); samples of equal weight are not concerned.
 */
const WIDER_FOR_SPREAD = 2.5;

/** Half-width of the 95 % band of a sum of so many weights, in the unit of the weights, from the sum of their squares. */
export function halfWidthOfSum(sumOfSquares: number, sum: number, samples: number): number {
  if (!(sum > 0 && samples > 0)) return NORMAL_95 * Math.sqrt(sumOfSquares);
  const spread = Math.max(0, sumOfSquares / (sum * sum) - 1 / samples);
  return NORMAL_95 * Math.sqrt(sumOfSquares) * (1 + WIDER_FOR_SPREAD * spread);
}

/** How many samples of equal size have a band of this half-width around a value; 0 where there is none. */
export function samplesOfBand(value: number, halfWidth: number): number {
  return value > 0 && halfWidth > 0 ? ((NORMAL_95 * value) / halfWidth) ** 2 : 0;
}

/**
 * Half-width of the 95 % band of the frames of a class: `total` frames passed, `samples` of them were taken,
 * `inClass` of those belong to the class. Unit: frames.
 */
export function halfWidthOfClass(total: number, samples: number, inClass: number): number {
  if (samples <= 0) return 0;
  const share = inClass / samples;
  return NORMAL_95 * total * Math.sqrt((share * (1 - share)) / samples);
}

/** Half-widths of the 95 % band from which a difference is no chance, at any number of ports. */
const BANDS_BEYOND_CHANCE = 2;
/** A share below which a difference of samples from counters is not worth a warning. */
const LEAST_DIFFERENCE = 0.1;

/**
 * Whether what samples say of a port differs from its counters by more than chance explains and by so much that
 * somebody should look. One port in twenty lies outside the 95 % band by chance alone.
 */
export function isBeyondChance({
  difference,
  halfWidth,
}: {
  difference: number;
  halfWidth: number;
}): boolean {
  const off = Math.abs(difference);
  return off > BANDS_BEYOND_CHANCE * halfWidth && off > LEAST_DIFFERENCE;
}

/** Half-width of the 95 % band of a sum or a difference of independent figures, in their unit, from their own half-widths. */
export function halfWidthOfDifference(...halfWidths: readonly number[]): number {
  return Math.hypot(...halfWidths);
}
