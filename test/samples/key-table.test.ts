import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyTable } from '../../main/samples/key-table.ts';

describe('a table of fixed-width keys', () => {
  it('gives equal keys equal ids in the order of first sight, as a Map does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 6, maxLength: 6 }), {
          maxLength: 3000,
        }),
        (width, keys) => {
          const table = new KeyTable(width, 100_000, 4);
          const model = new Map<string, number>();
          for (const key of keys) {
            const words = Uint32Array.from(key.slice(0, width), (word) => (word * 0x9e37_79b9) >>> 0);
            const text = words.join();
            const wanted = model.get(text) ?? model.size;
            model.set(text, wanted);
            expect(table.intern(words, 0)).toBe(wanted);
            expect([...table.words.subarray(wanted * width, wanted * width + width)]).toEqual([...words]);
          }
          expect(table.size).toBe(model.size);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says no beyond its cap and still knows the keys that it has', () => {
    const table = new KeyTable(1, 10);
    for (let i = 0; i < 10; i++) expect(table.intern(Uint32Array.of(i * 7), 0)).toBe(i);
    for (let i = 10; i < 1000; i++) expect(table.intern(Uint32Array.of(i * 7), 0)).toBe(-1);
    for (let i = 0; i < 10; i++) expect(table.intern(Uint32Array.of(i * 7), 0)).toBe(i);
  });

  it('has one key where keys have no words', () => {
    const table = new KeyTable(0, 10);
    expect([table.intern(new Uint32Array(1), 0), table.intern(new Uint32Array(1), 0), table.size]).toEqual([
      0, 0, 1,
    ]);
  });
});
