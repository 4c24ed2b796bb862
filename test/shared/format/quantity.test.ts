/** Units of values: what an axis says, and by what a figure is multiplied. */
import { describe, expect, it } from 'vitest';
import {
  quantityOf,
  readValue,
  shortValue,
  valueWords,
  writeValue,
} from '../../../shared/format/quantity.ts';

describe('what a value counts', () => {
  it.each([
    ['bytes', 'bit/s', 8, true, 'octets'],
    ['rate:bytes', 'bit/s', 8, true, 'octets'],
    ['ip6bytes.1', 'bit/s', 8, true, 'octets'],
    ['frames', 'frame/s', 1, true, 'frames'],
    ['requests', 'request/s', 1, true, 'requests'],
    ['avg:bytes', 'B', 1, false, ''],
    ['avg:duration', 'ms', 1e-3, false, ''],
    ['max:tcprttsdev', 'ms', 1e-3, false, ''],
    ['min:transitdelay', 'ms', 1e-6, false, ''],
    ['duration', 'ms', 1e-3, false, ''],
    ['rate:duration', 'ms/s', 1e-3, true, ''],
    ['count:ipsource', '', 1, false, ''],
    ['avg:ipttl', '', 1, false, ''],
    ['tcpwindow', '/s', 1, true, 'number'],
    ['', '/s', 1, true, 'number'],
  ])('%s', (value, unit, factor, isRate, total) => {
    expect(quantityOf(value)).toMatchObject({ unit, factor, isRate, total });
    expect(quantityOf(value).hasBand).toBe(!/^(min|max|count):/.test(value));
  });

  it('is read, written and said', () => {
    expect(readValue('avg:or:tcprtt:duration')).toEqual({ aggregate: 'avg', key: 'or:tcprtt:duration' });
    expect(readValue('or:tcprtt:duration')).toEqual({ aggregate: 'rate', key: 'or:tcprtt:duration' });
    expect(readValue('tcprtt')).toEqual({ aggregate: 'avg', key: 'tcprtt' });
    expect(writeValue('rate', 'bytes')).toBe('bytes');
    expect(writeValue('avg', 'bytes')).toBe('avg:bytes');
    expect(writeValue('avg', 'duration')).toBe('duration');
    expect(writeValue('rate', 'duration')).toBe('rate:duration');
    expect(writeValue('count', 'ipsource')).toBe('count:ipsource');
    expect(valueWords('avg:tcprtt', 'round-trip time')).toBe('mean round-trip time');
    expect(valueWords('bytes', 'bytes')).toBe('bytes');
    expect(['rate:bytes', 'avg:duration', 'max:bytes'].map(shortValue)).toEqual([
      'bytes',
      'duration',
      'max:bytes',
    ]);
  });
});
