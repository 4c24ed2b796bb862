/**
 * What the value of a definition counts, for axes, headings and exports: its unit, what an engine's figure is
 * multiplied by to be in it, and whether figures add up over time. A value is a numeric flow key, alone or behind one of
 * the prefixes `rate:` `avg:` `min:` `max:` `count:`. Alone it is its sum, as a rate; of a time, which says nothing as
 * a sum (`duration`, `tcprtt`), its mean.
 */

export type Aggregate = 'rate' | 'avg' | 'min' | 'max' | 'count';

export type Quantity = {
  /** Without SI prefix: 'bit/s', 'frame/s', 'ms', 'B'; '' for a plain number. */
  unit: string;
  /** From the engine's figure (octets, microseconds; per second where it is a rate) to the unit. */
  factor: number;
  /** A sum that is divided by time, or a figure of its own at each moment: a mean, an extreme, a number of different values. */
  isRate: boolean;
  /** Whether a 95 % band can be told; not where packets that were not sampled may have anything. */
  hasBand: boolean;
  /** What the sum over a range counts; '' where a sum says nothing. */
  total: '' | 'octets' | 'frames' | 'requests' | 'number';
};

const AGGREGATES: readonly Aggregate[] = ['rate', 'avg', 'min', 'max', 'count'];

const OCTETS = /^(ip6?|udp|req_|resp_)?bytes$|^stripped$|^queuedepth$|^tcppathmtu$/;
/** In microseconds. */
const MICROSECONDS = /^duration$|^tcprtt/;
/** In nanoseconds. */
const NANOSECONDS = /^transitdelay$/;

/** What a key alone stands for: a sum as a rate, or of a time the mean. */
function aggregateOf(key: string): Aggregate {
  return measureOf(key).unit === 'ms' ? 'avg' : 'rate';
}

/** A value apart: 'max:tcprtt' is the largest tcprtt; a key alone is its sum as a rate, or of a time its mean. */
export function readValue(value: string): { aggregate: Aggregate; key: string } {
  const at = value.indexOf(':');
  const aggregate = AGGREGATES.find((one) => one === value.slice(0, at));
  return aggregate ? { aggregate, key: value.slice(at + 1) } : { aggregate: aggregateOf(value), key: value };
}

/** The shortest text of a value: what a key alone stands for needs no prefix. */
export function writeValue(aggregate: Aggregate, key: string): string {
  return aggregate === aggregateOf(key) ? key : `${aggregate}:${key}`;
}

/** A value as it is written shortest: two that say the same are then the same text. */
export function shortValue(value: string): string {
  const { aggregate, key } = readValue(value);
  return writeValue(aggregate, key);
}

function measureOf(key: string): { unit: string; factor: number } {
  const base = key.replace(/\.\d+$/, '');
  if (OCTETS.test(base)) return { unit: 'B', factor: 1 };
  if (MICROSECONDS.test(base)) return { unit: 'ms', factor: 1e-3 };
  if (NANOSECONDS.test(base)) return { unit: 'ms', factor: 1e-6 };
  return { unit: '', factor: 1 };
}

/** What a value counts. One that cannot be read counts plain numbers. */
export function quantityOf(value: string): Quantity {
  const { aggregate, key } = readValue(value);
  if (aggregate === 'count') return { unit: '', factor: 1, isRate: false, hasBand: false, total: '' };
  const measure = measureOf(key);
  if (aggregate !== 'rate') return { ...measure, isRate: false, hasBand: aggregate === 'avg', total: '' };
  return { ...rateOf(key, measure), isRate: true, hasBand: true };
}

function rateOf(
  key: string,
  measure: { unit: string; factor: number },
): Pick<Quantity, 'unit' | 'factor' | 'total'> {
  if (key === 'bps') return { unit: 'bit/s', factor: 1, total: '' };
  if (key === 'frames' || key === 'fps') return { unit: 'frame/s', factor: 1, total: 'frames' };
  if (key === 'requests') return { unit: 'request/s', factor: 1, total: 'requests' };
  if (measure.unit === 'B') return { unit: 'bit/s', factor: 8, total: 'octets' };
  if (measure.unit === '') return { unit: '/s', factor: 1, total: 'number' };
  return { unit: `${measure.unit}/s`, factor: measure.factor, total: '' };
}

const AGGREGATE_WORDS: Readonly<Record<Aggregate, string>> = {
  rate: '',
  avg: 'mean ',
  min: 'least ',
  max: 'largest ',
  count: 'different values of ',
};

const COLUMN_WORDS: Readonly<Record<Aggregate, string>> = {
  rate: 'Average',
  avg: 'Mean',
  min: 'Least',
  max: 'Largest',
  count: 'Different',
};

/** What heads a column of the figures of a value over a range: 'Average', 'Largest'. */
export const valueHeading = (value: string): string => COLUMN_WORDS[readValue(value).aggregate];

/** A value in words, for headings: 'mean tcprtt'; `label` is what people call its key. */
export function valueWords(value: string, label: string): string {
  return `${AGGREGATE_WORDS[readValue(value).aggregate]}${label}`;
}
