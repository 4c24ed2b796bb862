/** What is promised of full tables, whatever comes: who is in, and how much may be missing of what is told. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Crowd } from '../../main/flows/crowd.ts';

type Entry = { key: number; of: number; has: number; credit: number };
type Added = { key: number; of: number; weight: number };

/** A table of a few flows, with the truth beside it. */
function run(added: readonly Added[], capacity: number) {
  const crowd = new Crowd();
  let table: Entry[] = [];
  const truth = new Map<number, Added>();
  for (const { key, of, weight } of added) {
    const name = key * 8 + of;
    const known = truth.get(name);
    truth.set(name, { key, of, weight: (known?.weight ?? 0) + weight });
    let entry = table.find((one) => one.key === key && one.of === of);
    if (!entry) {
      if (table.length === capacity) {
        const keep = crowd.larger(
          Float64Array.from(table, ({ has, credit }) => has + credit),
          capacity,
          (id) => table[id]!.of,
        );
        table = table.filter((_, id) => keep[id] === 1);
      }
      entry = { key, of, has: 0, credit: crowd.creditOf(of) };
      table.push(entry);
    }
    entry.has += weight;
  }
  return { crowd, table, truth: [...truth.values()] };
}

const weights = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 10_000 }));
const streams = fc.oneof(
  // Anything.
  fc.array(fc.record({ key: fc.nat(200), of: fc.nat(5), weight: weights }), { maxLength: 2000 }),
  // Keys that rotate, so that each comes back just after it was forgotten, and one that begins late.
  fc
    .record({ period: fc.integer({ min: 17, max: 80 }), weight: weights, length: fc.nat(3000) })
    .map(({ period, weight, length }) =>
      Array.from(
        { length },
        (_, i): Added => ({
          key: i > length / 2 && i % 7 === 0 ? 1000 : i % period,
          of: 0,
          weight: i % period < 16 ? weight : 1,
        }),
      ),
    ),
  // Keys that never come again, each with more than the one before.
  fc
    .record({ length: fc.nat(2000), of: fc.integer({ min: 1, max: 6 }) })
    .map(({ length, of }) =>
      Array.from({ length }, (_, i): Added => ({ key: 1001 + i, of: i % of, weight: i + 1 })),
    ),
);

describe('a full table', () => {
  const capacity = 32;

  it('tells no flow too large, and too small by its credit at most', () => {
    fc.assert(
      fc.property(streams, (added) => {
        const { crowd, table, truth } = run(added, capacity);
        expect(table.length).toBeLessThanOrEqual(capacity);
        for (const { key, of, weight } of truth) {
          const entry = table.find((one) => one.key === key && one.of === of);
          if (!entry) expect(weight).toBeLessThanOrEqual(crowd.creditOf(of));
          else {
            expect(entry.has).toBeLessThanOrEqual(weight);
            expect(entry.has + entry.credit).toBeGreaterThanOrEqual(weight);
          }
        }
      }),
    );
  });

  it('has every flow that is large among all, and among those of its own class', () => {
    fc.assert(
      fc.property(streams, (added) => {
        const { crowd, truth } = run(added, capacity);
        const classes = new Set(truth.map(({ of }) => of));
        if (classes.size * 2 > capacity / 4) return;
        for (const one of classes) {
          const sum = truth.reduce((total, { of, weight }) => total + (of === one ? weight : 0), 0);
          expect(crowd.creditOf(one)).toBeLessThanOrEqual((4 * classes.size * sum) / capacity);
        }
      }),
    );
  });

  it('leaves the flows of a quiet class alone when another is flooded', () => {
    const quiet = Array.from({ length: 5 }, (_, i): Added => ({ key: i, of: 1, weight: 1 }));
    const flood = Array.from({ length: 5000 }, (_, i): Added => ({ key: 10 + i, of: 0, weight: 1000 }));
    const { table } = run([...quiet, ...flood], capacity);
    expect(table.filter(({ of }) => of === 1).map(({ key, has }) => [key, has])).toEqual(
      [0, 1, 2, 3, 4].map((key) => [key, 1]),
    );
  });

  it('makes room where every flow is a class of its own', () => {
    const { table } = run(
      Array.from({ length: 500 }, (_, i): Added => ({ key: i, of: i, weight: 1 + (i % 3) })),
      capacity,
    );
    expect(table.length).toBeLessThanOrEqual(capacity);
  });
});
