import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OTHER_TEXT, TextTable } from '../../main/flows/text-table.ts';

const encoder = new TextEncoder();
const numberOf = (table: TextTable, text: string): number => {
  // Not at the start of the buffer, as nothing is in a datagram.
  const octets = encoder.encode(`..${text}..`);
  return table.ofOctets(octets, 2, octets.length - 2);
};

describe('the table of texts', () => {
  it('gives equal texts equal numbers, and the text back', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 6 }), { maxLength: 200 }), (texts) => {
        const table = new TextTable();
        const numbers = new Map<string, number>();
        for (const text of [...texts, ...texts]) {
          const number = numberOf(table, text);
          const said = table.text(number);
          expect(numbers.get(said) ?? number).toBe(number);
          numbers.set(said, number);
          expect(table.ofText(said)).toBe(number);
        }
      }),
    );
  });

  it('takes spellings of one text for one: what is unsafe looks the same', () => {
    const table = new TextTable();
    expect(numberOf(table, 'a\u0000b')).toBe(numberOf(table, 'a\u0001b'));
    expect(table.text(numberOf(table, 'a\u0001b'))).toBe('a\ufffdb');
  });

  it('grows past its first size', () => {
    const table = new TextTable();
    const numbers = Array.from({ length: 5000 }, (_, i) => numberOf(table, `host-${i}.example.com`));
    expect(new Set(numbers).size).toBe(5000);
    expect(numbers.map((number) => table.text(number))[4321]).toBe('host-4321.example.com');
    expect(numberOf(table, 'host-17.example.com')).toBe(numbers[17]);
  });

  it('calls what is beyond its caps other, and keeps what it has', () => {
    const few = new TextTable({ capacity: 4 });
    const texts = ['a', 'b', 'c', 'd', 'e', 'f'].map((text) => few.text(numberOf(few, text)));
    expect(texts).toEqual(['a', 'b', 'c', OTHER_TEXT, OTHER_TEXT, OTHER_TEXT]);
    expect(few.text(few.ofText('g'))).toBe(OTHER_TEXT);
    expect(few.text(numberOf(few, 'b'))).toBe('b');
    const short = new TextTable({ octets: 10 });
    expect(['12345', '67890', 'x'].map((text) => short.text(numberOf(short, text)))).toEqual([
      '12345',
      '67890',
      OTHER_TEXT,
    ]);
  });

  it('looks at so much of a long text only', () => {
    const table = new TextTable();
    const long = 'x'.repeat(5000);
    expect(numberOf(table, `${long}a`)).toBe(numberOf(table, `${long}b`));
    expect(table.text(numberOf(table, long))).toMatch(/^x{1024}…$/);
    expect(numberOf(table, 'x'.repeat(1024))).not.toBe(numberOf(table, long));
  });
});
