import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  figureText,
  formatBand,
  formatCount,
  formatMemory,
  formatOctets,
  formatPercent,
  formatRate,
  formatSamplingRate,
  formatTick,
  scaleFor,
} from '../../../shared/format/rates.ts';

/** Thin spaces as '_' so that the tables can be read. */
const plain = (text: string) => text.replaceAll('\u2009', '_');

describe('rates', () => {
  test.each([
    [9.9e9, 'bit/s', '9.90 Gbit/s'],
    [68.4e6, 'bit/s', '68.4 Mbit/s'],
    [705e6, 'bit/s', '705 Mbit/s'],
    [999.4, 'bit/s', '999 bit/s'],
    [999.5, 'bit/s', '1.00 kbit/s'],
    [999_499, 'bit/s', '999 kbit/s'],
    [999_500, 'bit/s', '1.00 Mbit/s'],
    [9.995, 'frame/s', '9.99 frame/s'],
    [99.95, 'frame/s', '100 frame/s'],
    [1e18, 'bit/s', '1.00 Ebit/s'],
    [0, 'ms', '0 ms'],
    [12.3, 'ms', '12.3 ms'],
    [0.0123, 'ms', '12.3 µs'],
    [0.9996, 'ms', '1.00 ms'],
    [-1500, 'ms', '−1.50 s'],
    [7_200_000, 'ms', '7_200 s'],
    [1234, '', '1.23 k'],
    [1.5e21, 'bit/s', '1_500 Ebit/s'],
    [0, 'bit/s', '0 bit/s'],
    [-0, 'bit/s', '0 bit/s'],
    [-2.5e3, 'bit/s', '\u22122.50 kbit/s'],
    [0.0123, '/s', '0.0123 /s'],
    [0.0004, '/s', '<_0.001 /s'],
    [Number.NaN, 'bit/s', '–'],
    [Number.POSITIVE_INFINITY, 'bit/s', '–'],
  ])('%d %s reads %s', (value, unit, text) => {
    expect(plain(figureText(formatRate(value, unit)))).toBe(text);
  });

  test.each([
    [0, '0 B'],
    [64, '64 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [64.5, '64.5 B'],
    [26.4e9, '26.4 GB'],
  ])('%d octets read %s', (octets, text) => {
    expect(figureText(formatOctets(octets))).toBe(text);
  });

  test('memory is binary', () => {
    expect(figureText(formatMemory(8 * 1024 * 1024))).toBe('8.00 MiB');
    expect(figureText(formatMemory(512))).toBe('512 B');
    expect(figureText(formatMemory(1023.9 * 1024))).toBe('1.00 MiB');
  });

  test('three figures never read 1000 or more before the last prefix, and stay within half a per cent', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 9e20, noNaN: true }), (value) => {
        const { figure, unit } = formatRate(value, '');
        const power = ['', 'k', 'M', 'G', 'T', 'P', 'E'].indexOf(unit);
        expect(power).toBeGreaterThanOrEqual(0);
        expect(Number(figure)).toBeLessThan(1000);
        expect(Math.abs(Number(figure) * 1000 ** power - value)).toBeLessThanOrEqual(value * 0.00501);
      }),
    );
  });

  test('a chart has one scale', () => {
    expect(scaleFor(23e9, 'bit/s')).toEqual({ divisor: 1e9, unit: 'Gbit/s' });
    expect(scaleFor(-23e3, 'bit/s')).toEqual({ divisor: 1e3, unit: 'kbit/s' });
    expect(scaleFor(0.2, 'frame/s')).toEqual({ divisor: 1, unit: 'frame/s' });
    expect(scaleFor(Number.NaN, 'frame/s')).toEqual({ divisor: 1, unit: 'frame/s' });
  });

  test.each([
    [20, 5, '20'],
    [0.5, 0.5, '0.5'],
    [1, 0.25, '1.00'],
    [2000, 500, '2_000'],
    [-5, 5, '\u22125'],
    [-0.0001, 0.5, '0.0'],
    [0.30000000000000004, 0.1, '0.3'],
    [Number.NaN, 1, '–'],
  ])('tick %d at steps of %d reads %s', (value, step, text) => {
    expect(plain(formatTick(value, step))).toBe(text);
  });
});

describe('counts and shares', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1_000'],
    [9333, '9_333'],
    [1234567, '1_234_567'],
    [-20000, '\u221220_000'],
    [-0.2, '0'],
    [1e21, '1_000_000_000_000_000_000_000'],
    [Number.NaN, '–'],
  ])('%d reads %s', (count, text) => {
    expect(plain(formatCount(count))).toBe(text);
  });

  test.each([
    [0, 'nearest', '0'],
    [0.12, 'nearest', '12_%'],
    [0.098, 'nearest', '9.8_%'],
    [0.0996, 'nearest', '10_%'],
    [0.0009, 'nearest', '<_0.1_%'],
    [0.001, 'nearest', '0.1_%'],
    [0.07, 'down', '7.0_%'],
    [0.699, 'down', '69_%'],
    [0.69999, 'down', '69_%'],
    [0.7, 'down', '70_%'],
    [0.0999, 'down', '9.9_%'],
    [12.5, 'nearest', '1_250_%'],
    [-0.032, 'nearest', '\u22123.2_%'],
    [-0.0001, 'nearest', '>_\u22120.1_%'],
    [Number.NaN, 'nearest', '–'],
  ] as const)('share %d (%s) reads %s', (share, rounding, text) => {
    expect(plain(formatPercent(share, rounding))).toBe(text);
  });

  test('bands', () => {
    expect(plain(formatBand(0.067))).toBe('±_6.7_%');
    expect(plain(formatBand(0.13, 200))).toBe('±_13_%');
    expect(formatBand(1)).toBe('few');
    expect(formatBand(Number.POSITIVE_INFINITY)).toBe('few');
    expect(formatBand(0.5, 1)).toBe('few');
    expect(formatBand(0.36, 29)).toBe('few');
    expect(plain(formatBand(0.36, 30))).toBe('±_36_%');
    expect(plain(formatBand(0, 1))).toBe('±_0');
    expect(formatBand(Number.NaN)).toBe('–');
  });

  test('sampling rate', () => {
    expect(plain(formatSamplingRate(20000))).toBe('1:20_000');
    expect(formatSamplingRate(0)).toBe('–');
  });
});
