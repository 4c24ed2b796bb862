/** The log of a flow table against rows in a plain list. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlowLog, SUMS } from '../../main/flows/log.ts';

type Row = { bucket: number; id: number; value: number };
type Step = { bucket: number; rows: number; kept: number; forgetsBefore: number | null };

const steps = fc.array(
  fc.record({
    bucket: fc.integer({ min: -3, max: 6 }),
    rows: fc.constantFrom(1, 3, 4095, 4096, 5000),
    kept: fc.constantFrom(0, 1, 2, 4095, 4096, 5000),
    forgetsBefore: fc.option(fc.integer({ min: -3, max: 6 }), { freq: 4 }),
  }),
  { minLength: 1, maxLength: 6 },
);

/** Rows of the log in their order, of buckets from ≤ b < to. */
function rowsOf(log: FlowLog, from: number, to: number): Row[] {
  const rows: Row[] = [];
  log.eachRun(from, to, (bucket, { id, sums }, first, behind) => {
    for (let row = first; row < behind; row++) rows.push({ bucket, id: id[row]!, value: sums[row * SUMS]! });
  });
  return rows;
}

/** Does the steps in a log and in a list; what a log forgets are whole chunks, so the list is cut to what is left. */
function run(all: readonly Step[]): { log: FlowLog; rows: Row[] } {
  const log = new FlowLog();
  let rows: Row[] = [];
  let next = 0;
  for (const { bucket, rows: count, kept, forgetsBefore } of all) {
    const from = log.end;
    for (let i = 0; i < count; i++) {
      const chunk = log.append(bucket);
      chunk.id[chunk.rows - 1] = next;
      // A row that was cut off leaves nothing to the next.
      chunk.sums[(chunk.rows - 1) * SUMS]! += next + 0.5;
      if (i < kept) rows.push({ bucket, id: next, value: next + 0.5 });
      next++;
    }
    log.truncate(from + Math.min(kept, count));
    if (forgetsBefore === null) continue;
    log.forget(forgetsBefore);
    const left = rowsOf(log, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    const ids = new Set(left.map(({ id }) => id));
    expect(rows.every((row) => row.bucket < forgetsBefore || ids.has(row.id))).toBe(true);
    rows = rows.filter(({ id }) => ids.has(id));
  }
  return { log, rows };
}

describe('the log of a flow table', () => {
  it('has each row once, in its bucket, in order, whatever was cut off and forgotten', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: -3, max: 6 }), (all, from) => {
        const { log, rows } = run(all);
        expect(log.rows).toBe(rows.length);
        expect(rowsOf(log, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toEqual(rows);
        expect(rowsOf(log, from, from + 2)).toEqual(
          rows.filter(({ bucket }) => bucket >= from && bucket < from + 2),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('renames ids, and puts those together that are forgotten, by bucket and path', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { log, rows } = run(all);
        const isKept = (id: number): boolean => id % 3 === 0;
        const merges = log.rename((id) => (isKept(id) ? id * 2 : -1 - (id % 5)));
        expect(merges).toBe(rows.some(({ id }) => !isKept(id)));
        const found = rowsOf(log, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
        expect(found.filter(({ id }) => id >= 0)).toEqual(
          rows.filter(({ id }) => isKept(id)).map((row) => ({ ...row, id: row.id * 2 })),
        );
        const others = new Map<string, number>();
        for (const { bucket, id, value } of rows) {
          if (isKept(id)) continue;
          const name = `${bucket} ${-1 - (id % 5)}`;
          others.set(name, (others.get(name) ?? 0) + value);
        }
        const merged = found.filter(({ id }) => id < 0);
        expect(new Map(merged.map(({ bucket, id, value }) => [`${bucket} ${id}`, value]))).toEqual(others);
        expect(merged.length).toBe(others.size);
      }),
      { numRuns: 30 },
    );
  });
});
