/** How a value stands to a level of a threshold: whether it is beyond, how near it is, and from where on it matters. */
import type { Threshold } from '../../shared/model/threshold.ts';
import type { Levels } from './levels.ts';
import type { Place } from './place.ts';
import type { LeastAt } from './readings.ts';

/** Flows are many: one is remembered from this nearness on. */
export const LEAST_NEAR = 0.5;
/** A flow of just the least value is read, whatever its sum was rounded to. */
const A_LITTLE_LESS = 1 - 1e-9;

type Sided = Pick<Threshold, 'direction' | 'kind'>;

/** Whether a value is beyond a level, or further from it than another. */
export function isBeyond({ direction, kind }: Sided, value: number, level: number): boolean {
  return direction === 'above' || kind === 'absence' || kind === 'contact' ? value > level : value < level;
}

/** How near a value is to a level, 0 to 1; 1 where it is beyond. */
export function ratioOf(threshold: Sided, value: number, level: number): number {
  if (isBeyond(threshold, value, level)) return 1;
  const isAbove = threshold.direction === 'above' || threshold.kind === 'absence';
  const ratio = isAbove ? value / level : level / value;
  return Number.isFinite(ratio) ? Math.min(0.999, Math.max(0, ratio)) : 0;
}

/** How near a place is to being raised, 0 to 1: how close its value is, and for how long. */
export function nearnessOf(
  { minutes, holdSeconds, kind }: Threshold,
  place: Place,
  ratio: number,
  nowMs: number,
): number {
  if (place.raised) return 1;
  if (kind === 'contact') return 0;
  if (minutes) return Math.min(0.999, place.nearnessOfMinutes);
  if (holdSeconds === 0) return Math.min(0.999, ratio);
  const held = Number.isNaN(place.beyondSinceMs) ? 0 : (nowMs - place.beyondSinceMs) / (holdSeconds * 1000);
  return Math.min(0.999, 0.9 * ratio + 0.1 * Math.min(1, held));
}

/** What turns a value into per cent of a speed; NaN where that is not known. */
export const scaleOf = (isOctets: boolean, speed: number): number =>
  speed > 0 ? ((isOctets ? 8 : 1) * 100) / speed : Number.NaN;

/** The least value of a flow that could matter at a place; null where all could. */
export function leastOf({ byFlow, kind, direction, minutes, of }: Threshold, levels: Levels): LeastAt | null {
  if (!byFlow || minutes !== null || direction === 'below' || kind === 'absence') return null;
  return ({ agent, dataSource, isOctets, speed }) => {
    const { value, clear } = levels.at(agent, dataSource);
    if (value === null) return Number.POSITIVE_INFINITY;
    const scale = of === 'speed' ? scaleOf(isOctets, speed) : 1;
    return Number.isNaN(scale)
      ? Number.POSITIVE_INFINITY
      : (Math.min(value * LEAST_NEAR, clear) / scale) * A_LITTLE_LESS;
  };
}
