import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  columnsFor,
  compareValues,
  gridTracks,
  leastWidth,
} from '../../../renderer/components/table/column.ts';
import { rankKeeper } from '../../../renderer/components/table/rank-keeper.ts';
import { sparkPath } from '../../../renderer/components/table/spark.ts';

describe('the order of rows', () => {
  it('changes at most once per two seconds', () => {
    const keeper = rankKeeper();
    expect(keeper.order(['a', 'b'], false, 0)).toEqual(['a', 'b']);
    expect(keeper.order(['b', 'a'], false, 1_999)).toEqual(['a', 'b']);
    expect(keeper.order(['b', 'a'], false, 2_000)).toEqual(['b', 'a']);
  });
  it('does not change while someone is in the table', () => {
    const keeper = rankKeeper();
    keeper.order(['a', 'b'], false, 0);
    expect(keeper.order(['b', 'a'], true, 60_000)).toEqual(['a', 'b']);
  });
  it('gives the place of a row that vanished to a newcomer', () => {
    const keeper = rankKeeper();
    keeper.order(['a', 'b', 'c'], false, 0);
    expect(keeper.order(['d', 'a', 'c', 'e'], true, 10)).toEqual(['a', 'd', 'c', 'e']);
    expect(keeper.order(['a'], true, 20)).toEqual(['a']);
  });
  it('is the wished one after a reset', () => {
    const keeper = rankKeeper();
    keeper.order(['a', 'b'], false, 0);
    keeper.reset();
    expect(keeper.order(['b', 'a'], true, 1)).toEqual(['b', 'a']);
  });
  it('always holds exactly the wished rows', () => {
    const rows = fc.uniqueArray(fc.integer({ min: 0, max: 12 }).map(String), { maxLength: 10 });
    fc.assert(
      fc.property(fc.array(fc.tuple(rows, fc.boolean()), { maxLength: 10 }), (steps) => {
        const keeper = rankKeeper();
        for (const [index, [wished, held]] of steps.entries())
          expect([...keeper.order(wished, held, index * 900)].sort()).toEqual([...wished].sort());
      }),
    );
  });
});

describe('columns', () => {
  it('sort numbers by size with unknown last, names as people do', () => {
    expect([3, Number.NaN, 1].sort(compareValues)).toEqual([Number.NaN, 1, 3]);
    expect(['swp10', 'swp2', 'Swp1'].sort(compareValues)).toEqual(['Swp1', 'swp2', 'swp10']);
  });
  it('share what room is left, and make room in a narrow window', () => {
    const column = { label: '', align: 'left', text: () => '', csv: null } as const;
    const columns = [
      { ...column, id: 'a', width: 30 },
      { ...column, id: 'b', width: 100, grow: 1 },
      { ...column, id: 'c', width: 80, leastWindowPx: 1400 },
    ];
    expect(gridTracks(columns)).toBe('30px minmax(100px, 1fr) 80px');
    expect(leastWidth(columns)).toBe(210);
    expect(columnsFor(columns, 1280).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(columnsFor(columns, 1400)).toHaveLength(3);
  });
});

describe('a sparkline', () => {
  it('steps along its values, and little is not nothing', () => {
    expect(sparkPath([0, 5, 10], 10, 30, 10).line).toBe('M0 10H10V5H20V0H30');
    expect(sparkPath([0.001], 10, 10, 10).line).toBe('M0 9H10');
  });
  it('is interrupted where nothing is known', () => {
    expect(sparkPath([1, Number.NaN, 1], 1, 30, 10)).toEqual({
      line: 'M0 0H10M20 0H30',
      area: 'M0 10V0H10V10ZM20 10V0H30V10Z',
    });
    expect(sparkPath([], 1, 30, 10)).toEqual({ line: '', area: '' });
  });
});
