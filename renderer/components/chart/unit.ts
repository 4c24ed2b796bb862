/**
 * What a figure is counted in on a screen: bits, frames or requests per second, milliseconds, a plain number, or the
 * share of a link. Shares carry no SI prefix and round down, because 69.9 % of a limit is not 70.
 */
import {
  type Figure,
  figureText,
  formatPercent,
  formatRate,
  THIN_SPACE,
} from '../../../shared/format/rates.ts';

/** A unit without prefix, as `formatRate` takes it: 'bit/s', 'frame/s', 'ms', '' for plain numbers; or '%'. */
export type RateUnit = string;

/** A rate as figure and unit. Of '%', the value is in percent. */
export function rateFigure(value: number, unit: RateUnit): Figure {
  if (unit !== '%') return formatRate(value, unit);
  const text = formatPercent(value / 100, 'down');
  const end = `${THIN_SPACE}%`;
  return text.endsWith(end) ? { figure: text.slice(0, -end.length), unit: '%' } : { figure: text, unit: '' };
}

/** The same as running text. */
export function rateText(value: number, unit: RateUnit): string {
  return unit === '%' ? formatPercent(value / 100, 'down') : figureText(formatRate(value, unit));
}
