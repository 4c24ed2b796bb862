/** What a stretch of time can be compared with. Pure: the stretch is given. */
import type { Interval } from '../../shared/model/question.ts';

const DAY_MS = 86_400_000;

export type ReferenceId = 'previous' | 'yesterday' | 'last-week' | 'own';

/** The comparisons by name; `own` is a moment that the user typed. */
export const referenceOptions: readonly { value: ReferenceId; label: string }[] = [
  { value: 'previous', label: 'the time before' },
  { value: 'yesterday', label: 'the day before' },
  { value: 'last-week', label: 'the week before' },
  { value: 'own', label: 'own range…' },
];

/** The stretch to compare with; `own` is used where the user chose one. Not before `earliestMs`, where that is known. */
export function referenceOf(
  id: ReferenceId,
  during: Interval,
  own: Interval | null,
  earliestMs: number | null,
): Interval | null {
  const lengthMs = during.toMs - during.fromMs;
  const back = id === 'yesterday' ? DAY_MS : id === 'last-week' ? 7 * DAY_MS : lengthMs;
  const wished = id === 'own' ? own : { fromMs: during.fromMs - back, toMs: during.fromMs - back + lengthMs };
  if (!wished) return null;
  const fromMs = Math.max(wished.fromMs, earliestMs ?? wished.fromMs);
  return wished.toMs - fromMs >= 1000 ? { fromMs, toMs: wished.toMs } : null;
}
