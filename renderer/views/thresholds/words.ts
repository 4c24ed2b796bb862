/** A threshold in words: what raises it, where it looks, how near it is. */
import { formatPercent, UNKNOWN } from '../../../shared/format/rates.ts';
import { safeText } from '../../../shared/format/text.ts';
import { formatDuration } from '../../../shared/format/time.ts';
import type { Severity } from '../../../shared/model/event.ts';
import type { Threshold } from '../../../shared/model/threshold.ts';
import type { ColourName } from '../../components/chart/palette.ts';
import { levelMeasure, levelText, type MeasureContext } from './measure.ts';

/** sFlowTrend's bar: marginal from 70 %, critical from 90 %. */
export const MARGINAL = 0.7;
export const CRITICAL = 0.9;

export type Tone = 'ok' | 'warn' | 'crit';

export function toneOf(nearness: number): Tone {
  if (nearness >= CRITICAL) return 'crit';
  return nearness >= MARGINAL ? 'warn' : 'ok';
}

/** Rounded down: 89.9 % is not yet 90. NaN is not known. */
export const nearnessText = (nearness: number): string =>
  Number.isNaN(nearness) ? UNKNOWN : formatPercent(Math.floor(nearness * 100) / 100);

export const SEVERITY_LABELS: Readonly<Record<Severity, string>> = {
  info: 'Info',
  warning: 'Warning',
  critical: 'Critical',
};
export const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];

/** The worst first, for sorting. */
export const severityRank = (severity: Severity): number => SEVERITIES.indexOf(severity);

export const severityColour = (
  severity: Severity,
): Extract<ColourName, 'crit-fill' | 'warn-fill' | 'accent'> =>
  severity === 'critical' ? 'crit-fill' : severity === 'warning' ? 'warn-fill' : 'accent';

/** How long it must be beyond: '2 of 10 min', 'for 10 s'; '' for at once. */
export function durationWords({ minutes, holdSeconds }: Pick<Threshold, 'minutes' | 'holdSeconds'>): string {
  if (minutes) return `${minutes.above} of ${minutes.window} min`;
  return holdSeconds > 0 ? `for ${formatDuration(holdSeconds * 1000)}` : '';
}

/** The level alone: '80 %', '3 × the usual spread', 'silent for 2 min', 'each above 1 kbit/s'. */
export function levelWords(threshold: Threshold, context: MeasureContext): string {
  const text = levelText(threshold.value, levelMeasure(threshold, context));
  switch (threshold.kind) {
    case 'absence':
      return `silent for ${text}`;
    case 'contact':
      return threshold.value > 0 ? `new, above ${text}` : 'each new one';
    case 'baseline':
      return `${threshold.direction === 'below' ? '−' : '+'} ${text} spread`;
    case 'level':
      return `${threshold.direction === 'below' ? '< ' : ''}${text}${threshold.of === 'speed' ? ' of speed' : ''}`;
  }
}

/** The rule in a few words, for a table: '80 %, 2 of 10 min'. */
export function ruleWords(threshold: Threshold, context: MeasureContext): string {
  return [levelWords(threshold, context), durationWords(threshold)].filter(Boolean).join(', ');
}

/** What raises it, in a sentence without its full stop. */
export function raiseWords(threshold: Threshold, context: MeasureContext): string {
  const text = levelText(threshold.value, levelMeasure(threshold, context));
  const beyond = threshold.direction === 'below' ? 'below' : 'above';
  const long = threshold.minutes
    ? ` in ${threshold.minutes.above} of the last ${threshold.minutes.window} minutes`
    : threshold.holdSeconds > 0
      ? ` for ${formatDuration(threshold.holdSeconds * 1000)} without a break`
      : '';
  switch (threshold.kind) {
    case 'absence':
      return `was heard and has been silent for ${text}`;
    case 'contact':
      return threshold.value > 0 ? `a new flow of at least ${text}` : 'each new flow, once';
    case 'baseline':
      return `${beyond} what is usual at that time by ${text} its usual spread${long}`;
    case 'level':
      return `${beyond} ${text}${threshold.of === 'speed' ? ' of the speed' : ''}${long}`;
  }
}

/** When it ends, in a sentence without its full stop. */
export function clearWords(threshold: Threshold, context: MeasureContext): string {
  if (threshold.kind === 'contact') return 'by itself';
  if (threshold.kind === 'absence') return 'heard again';
  const back = threshold.direction === 'below' ? 'at or above' : 'at or below';
  const level = threshold.clearValue ?? threshold.value;
  const text = levelText(level, levelMeasure(threshold, context));
  const where = threshold.kind === 'baseline' ? `back within ${text} its spread` : `${back} ${text}`;
  return threshold.timeout > 0 ? `${where} for ${formatDuration(threshold.timeout * 1000)}` : where;
}

/** Where it looks: its filter in words, else what a place of it is. */
export function scopeWords(threshold: Threshold, isFlow: boolean): string {
  const entries = Object.entries(threshold.filter);
  const parts = entries.map(([name, words]) => `${safeText(name, 60)} ${safeText(words.join(' or '), 80)}`);
  const each = threshold.byFlow || threshold.kind === 'contact' ? 'each flow' : '';
  if (parts.length > 0) return [each, ...parts].filter(Boolean).join(', ');
  return each || (isFlow ? 'all traffic' : 'everywhere');
}
