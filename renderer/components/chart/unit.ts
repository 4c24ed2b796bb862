/**
 * What a figure is counted in on a screen, and how it is written there: bits, frames or requests per second, a share,
 * memory, a time, a plain number. Shares carry no SI prefix and round down, because 69.9 % of a limit is not 70.
 */
import {
  type Figure,
  figureText,
  formatCount,
  formatMemory,
  formatPercent,
  formatRate,
  type Scale,
  scaleFor,
  THIN_SPACE,
} from '../../../shared/format/rates.ts';

/**
 * A unit without prefix, as `formatRate` takes it: 'bit/s', 'frame/s', 'ms', '' for plain numbers. Those with a writing
 * of their own: '%' and '% of link' (values in percent), 'octets' (memory, in powers of 1024), 's' and 'count' (in
 * full).
 */
export type RateUnit = string;

/** true for shares, whose values are in percent. */
export const isShare = (unit: RateUnit): boolean => unit === '%' || unit === '% of link';
const isFull = (unit: RateUnit): boolean => unit === 's' || unit === 'count';

/** How a unit is spelled behind a figure: octets and events per second in short, one frame as its unit. */
function spelled(unit: RateUnit): string {
  if (unit === 'octets/s') return 'B/s';
  if (unit === 'frames/s') return 'frame/s';
  return unit === '1/s' ? '/s' : unit;
}

/** A value as figure and unit; shares in percent. */
export function rateFigure(value: number, unit: RateUnit): Figure {
  if (isShare(unit)) {
    const text = formatPercent(value / 100, 'down');
    const end = `${THIN_SPACE}%`;
    return text.endsWith(end)
      ? { figure: text.slice(0, -end.length), unit: '%' }
      : { figure: text, unit: '' };
  }
  if (unit === 'octets') return formatMemory(value);
  if (isFull(unit)) {
    const isWhole = Number.isInteger(value) || Math.abs(value) >= 1000;
    const figure = isWhole ? formatCount(value) : formatRate(value, '').figure;
    return { figure, unit: unit === 's' && Number.isFinite(value) ? 's' : '' };
  }
  return formatRate(value, spelled(unit));
}

/** The same as running text. */
export function rateText(value: number, unit: RateUnit): string {
  return isShare(unit) ? formatPercent(value / 100, 'down') : figureText(rateFigure(value, unit));
}

const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** What an axis that reaches `highest` divides by, and the unit that its title then carries: 'Gbit/s', '% of link'. */
export function axisScale(highest: number, unit: RateUnit): Scale {
  if (isShare(unit) || unit === 's') return { divisor: 1, unit };
  if (unit === 'octets') {
    const power = Math.min(BINARY_UNITS.length - 1, Math.max(0, Math.floor(Math.log2(highest) / 10)));
    return { divisor: 1024 ** power, unit: BINARY_UNITS[power]! };
  }
  if (unit === 'count' && highest < 1e6) return { divisor: 1, unit: '' };
  return scaleFor(highest, unit === 'count' ? '' : spelled(unit));
}
