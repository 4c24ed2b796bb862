/**
 * How a figure is written for people. Charts, tables, the command line and alerts all render through here, so
 * one value reads the same everywhere: three significant figures, SI prefixes for rates and traffic, binary
 * ones for memory only, a thin space for thousands, U+2212 for minus, '0' for zero and '–' for unknown.
 * CSV does not pass through here: it carries full precision (see csv.ts).
 */
import { LEAST_SAMPLES } from '../model/confidence.ts';

/** Between groups of three digits and before a percent sign. */
export const THIN_SPACE = '\u2009';
/** U+2212, as wide as a plus sign. */
export const MINUS = '\u2212';
/** What stands where a figure is not known. */
export const UNKNOWN = '\u2013';

/** A figure and its unit apart, because a table gives the unit a slot of its own. */
export type Figure = { figure: string; unit: string };

/** What an axis divides by, and the unit that its title then carries. */
export type Scale = { divisor: number; unit: string };

/**
 * Units that take no SI prefix as they grow, because people count on in another unit: 1,200 ms is 1.20 s. From the
 * smallest up, each with how many of the unit it holds.
 */
const LADDERS: Readonly<Record<string, readonly Scale[]>> = {
  ms: [
    { divisor: 0.001, unit: 'µs' },
    { divisor: 1, unit: 'ms' },
    { divisor: 1000, unit: 's' },
  ],
};

const SI_PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const BINARY_PREFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

/** From here on three figures round up to 1000. */
const NEXT_PREFIX_FROM = 999.5;
/** Below this a figure is written as a bound: its digits would say nothing. */
const LEAST_WRITTEN = 0.001;

/** Three significant figures of a magnitude below 999.5. */
function threeFigures(magnitude: number): string {
  if (magnitude === 0) return '0';
  return magnitude < LEAST_WRITTEN ? `<${THIN_SPACE}${LEAST_WRITTEN}` : magnitude.toPrecision(3);
}

/** Divides by `base` until three figures fit. `exact` writes a whole number below 1,000 as it is ('64'). */
function prefixed(
  value: number,
  base: 1000 | 1024,
  prefixes: readonly string[],
  unit: string,
  exact: boolean,
): Figure {
  if (!Number.isFinite(value)) return { figure: UNKNOWN, unit: '' };
  const sign = value < 0 ? MINUS : '';
  let magnitude = Math.abs(value);
  if (exact && Number.isInteger(magnitude) && magnitude < 1000) return { figure: sign + magnitude, unit };
  let index = 0;
  while (magnitude >= NEXT_PREFIX_FROM && index < prefixes.length - 1) {
    magnitude /= base;
    index++;
  }
  const figure =
    magnitude >= NEXT_PREFIX_FROM
      ? groupThousands(BigInt(Math.round(magnitude)).toString())
      : threeFigures(magnitude);
  return { figure: sign + figure, unit: prefixes[index] + unit };
}

function groupThousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

/**
 * A rate in three significant figures with an SI prefix: `formatRate(9.9e9, 'bit/s')` is '9.90', 'Gbit/s'.
 * `unit` is the unit without prefix ('bit/s', 'frame/s', '/s'; '' for a plain number); milliseconds become µs or s.
 * NaN and infinities are '–' without a unit.
 */
export function formatRate(perSecond: number, unit: string): Figure {
  const rung = rungFor(perSecond, unit);
  if (!rung) return prefixed(perSecond, 1000, SI_PREFIXES, unit, false);
  return prefixed(perSecond / rung.divisor, 1000, [''], rung.unit, false);
}

/** The unit of a ladder in which a value reads best; null where the unit is on none, or the value tells nothing. */
function rungFor(value: number, unit: string): Scale | null {
  const ladder = LADDERS[unit];
  const magnitude = Math.abs(value);
  if (!ladder || !(magnitude > 0) || !Number.isFinite(magnitude)) return null;
  return ladder.findLast(({ divisor }) => magnitude / divisor >= NEXT_PREFIX_FROM / 1000) ?? ladder[0]!;
}

/** Traffic in octets with SI prefixes: '26.4', 'GB'. A whole number below 1,000 is written exactly: '64', 'B'. */
export function formatOctets(octets: number): Figure {
  return prefixed(octets, 1000, SI_PREFIXES, 'B', true);
}

/** Memory and buffers in octets with binary prefixes: '8.00', 'MiB'. Never for traffic. */
export function formatMemory(octets: number): Figure {
  return prefixed(octets, 1024, BINARY_PREFIXES, 'B', true);
}

/** A figure as running text: '9.90 Gbit/s', or '–' alone. */
export function figureText(figure: Figure): string {
  return figure.unit === '' ? figure.figure : `${figure.figure} ${figure.unit}`;
}

/**
 * The one scale that all values of a chart share: `scaleFor(23e9, 'bit/s')` divides by 1e9, 'Gbit/s'. The
 * largest magnitude then reads below 1000; below 1, zero and unknown keep the plain unit.
 */
export function scaleFor(maxValue: number, unit: string): Scale {
  const rung = rungFor(maxValue, unit);
  if (rung) return rung;
  const magnitude = Math.abs(maxValue);
  let divisor = 1;
  let index = 0;
  if (Number.isFinite(magnitude)) {
    while (magnitude / divisor >= NEXT_PREFIX_FROM && index < SI_PREFIXES.length - 1) {
      divisor *= 1000;
      index++;
    }
  }
  return { divisor, unit: SI_PREFIXES[index] + unit };
}

/** How many decimals a step such as 0.25 has; at most nine. */
function decimalsOf(step: number): number {
  if (!(step > 0) || !Number.isFinite(step)) return 0;
  for (let decimals = 0; decimals < 9; decimals++) {
    const shifted = step * 10 ** decimals;
    if (Math.abs(shifted - Math.round(shifted)) < 1e-6 * shifted) return decimals;
  }
  return 9;
}

/** A tick of an axis, already divided by its scale, with the decimals that `step` needs: '0.5', '20', '−5'. */
export function formatTick(value: number, step: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  const decimals = decimalsOf(step);
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split('.') as [string, string | undefined];
  const text = fraction === undefined ? groupThousands(whole) : `${groupThousands(whole)}.${fraction}`;
  return value < 0 && Number(text.replaceAll(THIN_SPACE, '')) !== 0 ? MINUS + text : text;
}

/** A count in full, rounded to a whole number, thin space for thousands from 1 000 on. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return UNKNOWN;
  const magnitude = Math.round(Math.abs(count));
  const digits = BigInt(magnitude).toString();
  return (count < 0 && magnitude !== 0 ? MINUS : '') + groupThousands(digits);
}

/**
 * A share (0.12 is 12 %) as '12 %', one decimal below 10, '< 0.1 %' instead of a rounded 0, '0' for none.
 * `rounding` 'down' is for shares of a limit: 69.9 % of it has not reached 70.
 */
export function formatPercent(share: number, rounding: 'nearest' | 'down' = 'nearest'): string {
  if (!Number.isFinite(share)) return UNKNOWN;
  if (share === 0) return '0';
  const percent = Math.abs(share) * 100;
  const sign = share < 0 ? MINUS : '';
  if (percent < 0.1 - 1e-9) return `${share < 0 ? '>' : '<'}${THIN_SPACE}${sign}0.1${THIN_SPACE}%`;
  const tenths = roundBy(percent * 10, rounding);
  const figure = tenths < 100 ? (tenths / 10).toFixed(1) : groupThousands(String(roundBy(percent, rounding)));
  return `${sign}${figure}${THIN_SPACE}%`;
}

/** The small allowance is for values such as 0.07 × 100, which binary fractions put just below 7. */
function roundBy(value: number, rounding: 'nearest' | 'down'): number {
  return rounding === 'down' ? Math.floor(value + 1e-9) : Math.round(value);
}

/**
 * The 95 % band of a sampled figure from its relative half-width (0.067): '± 6.7 %'. From ±100 % on, and for
 * fewer than thirty samples, no width can honestly be told: 'few'. A figure without a band is '–'; one of which nothing
 * was left out has no error, whatever the number of its samples.
 */
export function formatBand(relativeHalfWidth: number, samples = Number.POSITIVE_INFINITY): string {
  if (Number.isNaN(relativeHalfWidth)) return UNKNOWN;
  if (relativeHalfWidth >= 1 || (relativeHalfWidth > 0 && samples < LEAST_SAMPLES)) return 'few';
  return `±${THIN_SPACE}${formatPercent(relativeHalfWidth)}`;
}

/** '1:20 000'; '–' where no rate is known. */
export function formatSamplingRate(oneIn: number): string {
  return oneIn > 0 && Number.isFinite(oneIn) ? `1:${formatCount(oneIn)}` : UNKNOWN;
}
