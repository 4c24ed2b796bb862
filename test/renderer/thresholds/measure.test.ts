import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelText, type Measure, readLevel } from '../../../renderer/views/thresholds/measure.ts';

const traffic: Measure = { unit: 'bit/s', factor: 8 };
const figureOf = (text: string, measure: Measure) => readLevel(text, measure).value;

describe('a level as it is typed', () => {
  it('is read with its unit into what the engine counts', () => {
    expect(figureOf('10 Mbit/s', traffic)).toBe(1_250_000);
    expect(figureOf('10M', traffic)).toBe(1_250_000);
    expect(figureOf('1,5 Gb/s', traffic)).toBe(187_500_000);
    expect(figureOf('1.25 MB/s', traffic)).toBe(1_250_000);
    expect(figureOf('10 000', traffic)).toBe(1_250);
    expect(figureOf('80 %', { unit: '%', factor: 1 })).toBe(80);
    expect(figureOf('2 min', { unit: 's', factor: 1 })).toBe(120);
    expect(figureOf('5 kframe/s', { unit: 'frames/s', factor: 1 })).toBe(5_000);
    expect(figureOf('512 MiB', { unit: 'octets', factor: 1 })).toBe(512 * 1024 ** 2);
  });

  it('is refused in a sentence that shows how it is written', () => {
    expect(readLevel('', traffic).problem).toBe(
      'A level is a number with or without its unit, as in 10 Mbit/s.',
    );
    expect(readLevel('10 apples', traffic).problem).toBe(
      '“apples” is no unit of this; write it as in 10 Mbit/s.',
    );
    expect(readLevel('10 Mbit/s', { unit: '%', factor: 1 }).value).toBeNull();
    expect(readLevel('1e999', traffic).problem).toContain('too large');
  });

  it('is read back as it is shown', () => {
    const measures: Measure[] = [
      traffic,
      { unit: '%', factor: 1 },
      { unit: 'frames/s', factor: 1 },
      { unit: '×', factor: 1 },
      { unit: '', factor: 1 },
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...measures),
        fc.integer({ min: 0, max: 1_000_000_000 }),
        (measure, value) => {
          expect(figureOf(levelText(value, measure), measure)).toBeCloseTo(
            value,
            6 - Math.ceil(Math.log10(value + 1)),
          );
        },
      ),
    );
  });

  it('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('bit/s', '%', 's', '', '1/s', 'a(b'), (text, unit) => {
        const { value, problem } = readLevel(text, { unit, factor: 1 });
        expect(value === null).toBe(problem !== '');
      }),
    );
  });
});
