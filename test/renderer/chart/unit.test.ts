import { describe, expect, it } from 'vitest';
import { axisScale, rateText } from '../../../renderer/components/chart/unit.ts';

describe('a figure in its unit', () => {
  it.each([
    [9.9e9, 'bit/s', '9.90 Gbit/s'],
    [1500, 'octets/s', '1.50 kB/s'],
    [69.99, '% of link', '69\u2009%'],
    [0.04, '%', '<\u20090.1\u2009%'],
    [2 ** 30, 'octets', '1.00 GiB'],
    [12, 'ms', '12.0 ms'],
    [1234.6, 'ms', '1.23 s'],
    [3700, 's', '3\u2009700 s'],
    [17850, 'count', '17\u2009850'],
    [1.5, '', '1.50'],
    [250_000, 'requests/s', '250 krequests/s'],
    [Number.NaN, 'octets', '–'],
    [Number.NaN, 'ms', '–'],
  ])('%d %s is %s', (value, unit, text) => {
    expect(rateText(value, unit)).toBe(text);
  });
});

describe('the unit of an axis', () => {
  it.each([
    [23e9, 'bit/s', 1e9, 'Gbit/s'],
    [3 * 2 ** 30, 'octets', 2 ** 30, 'GiB'],
    [40, 'ms', 1, 'ms'],
    [80, '% of link', 1, '% of link'],
    [900_000, 'count', 1, ''],
    [3e6, 'count', 1e6, 'M'],
  ])('%d %s', (highest, unit, divisor, spelled) => {
    expect(axisScale(highest, unit)).toEqual({ divisor, unit: spelled });
  });
});
