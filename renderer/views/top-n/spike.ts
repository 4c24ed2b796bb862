/** The stretch of a rise: around a moment, as long as the rate stays nearer to what it is there than to what is usual. */
import type { Interval } from '../../../shared/model/question.ts';

type Course = { startMs: number; stepMs: number; values: ArrayLike<number> };

/** The rise or dip that `timeMs` lies in, in whole steps; one step where the rate there is the usual one. */
export function spikeAt({ startMs, stepMs, values }: Course, timeMs: number): Interval {
  const count = values.length;
  const at = Math.min(count - 1, Math.max(0, Math.floor((timeMs - startMs) / stepMs)));
  const sorted = Array.from(values).sort((a, b) => a - b);
  const usual = sorted[count >> 1] ?? 0;
  const edge = (usual + values[at]!) / 2;
  const isInside = (index: number): boolean =>
    values[at]! === usual
      ? index === at
      : values[at]! > usual
        ? values[index]! > edge
        : values[index]! < edge;
  let [from, to] = [at, at + 1];
  while (from > 0 && isInside(from - 1)) from--;
  while (to < count && isInside(to)) to++;
  return { fromMs: startMs + from * stepMs, toMs: startMs + to * stepMs };
}
