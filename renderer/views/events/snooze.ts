/** For how long an event is to be quiet. */
import { Clock } from '@lucide/vue';
import type { MenuEntry } from '../../components/Menu.vue';

const HOUR_MS = 3_600_000;
const LENGTHS: readonly [label: string, ms: number][] = [
  ['15 minutes', HOUR_MS / 4],
  ['1 hour', HOUR_MS],
  ['4 hours', 4 * HOUR_MS],
  ['1 day', 24 * HOUR_MS],
  ['1 week', 7 * 24 * HOUR_MS],
];
export const USUAL_SNOOZE_MS = HOUR_MS;

/** The menu; `isSnoozed` adds the end of it. */
export function snoozeEntries(isSnoozed: boolean, run: (ms: number | null) => void): MenuEntry[] {
  return [
    ...LENGTHS.map(([label, ms]) => ({
      id: label,
      label,
      icon: Clock,
      shortcut: ms === USUAL_SNOOZE_MS ? 's' : undefined,
      run: () => run(ms),
    })),
    ...(isSnoozed ? [{ id: 'end', label: 'End the snooze', rule: true, run: () => run(null) }] : []),
  ];
}
