/** Bucket widths that a person reads easily, and the choice of one for a range. */

const SECONDS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
];
const MOST_BUCKETS = 150;
/** No answer has more buckets than this, whatever step was asked for. */
export const BUCKET_LIMIT = 20_000;

/** The least of the usual steps that divides a span into at most about 150 buckets. Milliseconds. */
export function chooseStep(spanMs: number): number {
  for (const seconds of SECONDS) if (spanMs <= seconds * 1000 * MOST_BUCKETS) return seconds * 1000;
  return Math.ceil(spanMs / MOST_BUCKETS / 86_400_000) * 86_400_000;
}

/** The step of a question: the one asked for where it is sensible, else one that fits. */
export function stepFor(askedMs: number | null, spanMs: number): number {
  const step = askedMs !== null && askedMs >= 1000 ? Math.round(askedMs / 1000) * 1000 : chooseStep(spanMs);
  return spanMs / step > BUCKET_LIMIT ? chooseStep(spanMs) : step;
}
