/** What the settings of the recording say in words, and an export of it piece by piece. */
import { figureText, formatCount, formatOctets } from '../../../shared/format/rates.ts';
import type { RecordingStatus } from '../../../shared/model/recording.ts';

const GIBIBYTE = 1024 ** 3;

/** Budgets that may be picked; null is Weir's own choice. */
export const budgets: { value: string; label: string }[] = [
  { value: 'auto', label: 'Automatic' },
  ...[1, 4, 16, 64, 256].map((gibibytes) => ({
    value: String(gibibytes * GIBIBYTE),
    label: `${gibibytes} GiB`,
  })),
];

/** '3.2 days', '5 hours'. */
export function daysWords(days: number): string {
  if (days < 2) return `${(days * 24).toFixed(days * 24 < 10 ? 1 : 0)} hours`;
  if (days < 100) return `${days.toFixed(days < 10 ? 1 : 0)} days`;
  return days < 3650 ? `${(days / 365.25).toFixed(1)} years` : 'more than ten years';
}

/** What a budget buys: 'holds 3.2 days at the present rate'. */
export function previewWords({ days, budgetOctets, octetsPerSecond }: RecordingStatus): string {
  if (days === null) return `${figureText(formatOctets(budgetOctets))} on disk`;
  const perDay = figureText(formatOctets(octetsPerSecond * 86_400));
  return `${figureText(formatOctets(budgetOctets))} hold ${daysWords(days)} at the present rate (${perDay} a day)`;
}

export function holdsWords({ datagrams, octets }: RecordingStatus): string {
  return `${formatCount(datagrams)} datagrams, ${figureText(formatOctets(octets))}`;
}
