/**
 * What becomes of two numbers of one key: an extreme is the better of them, everything else is added up. (A number of
 * different values is neither: see `distinct-figures.ts`.)
 */
import type { CompiledValue } from './value.ts';

export type Combine = (a: number, b: number) => number;

const EXTREMES: Readonly<Record<string, Combine>> = { min: Math.min, max: Math.max };

/** How the numbers of a value are put together; null where they are added up. */
export function combineOf(value: Pick<CompiledValue, 'aggregate'> | null): Combine | null {
  return value === null ? null : (EXTREMES[value.aggregate] ?? null);
}
