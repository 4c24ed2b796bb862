/** What the SQL console offers while one types, and what it makes of an answer. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sqlSchema } from '../../../main/store/sql/schema.ts';
import { columnKinds, pictureOf, type SqlTable } from '../../../renderer/views/sql/chart.ts';
import { completeSql } from '../../../renderer/views/sql/complete.ts';

/** What is offered at the bar. */
function offered(marked: string, asked = false): string[] {
  const at = marked.indexOf('|');
  const found = completeSql(marked.replace('|', ''), at, sqlSchema, asked);
  return found?.items.map(({ text }) => text) ?? [];
}

describe('completion', () => {
  it('offers views after FROM, columns of the views that are named, and words', () => {
    expect(offered('SELECT * FROM |')).toEqual(sqlSchema.views.map(({ name }) => name));
    expect(offered('SELECT * FROM flows_mi|')).toEqual(['flows_minute']);
    expect(offered('SELECT oct| FROM flows_minute')).toEqual(['octets']);
    expect(offered('SELECT rec| FROM flows_minute')).toEqual([]);
    expect(offered('SELECT f.| FROM flows_minute AS f JOIN agents a')).toContain('key5');
    expect(offered('SELECT a.na| FROM flows_minute f JOIN agents a')).toEqual(['name']);
    expect(offered('SELECT x.| FROM flows_minute f')).toEqual([]);
    expect(offered('sel|')).toEqual(['SELECT']);
    expect(offered('SELECT ord|')).toContain('ORDER BY');
    expect(offered('SELECT strf|')).toEqual(['strftime(']);
    // A part of a name that follows its joint does too.
    expect(offered('SELECT source| FROM flows_minute')).toContain('data_source');
    expect(offered('SELECT |')).toEqual([]);
    expect(offered('SELECT |', true)).toContain('sum(');
  });

  it('offers nothing in texts and remarks, and takes the place of the whole word', () => {
    for (const inside of ["WHERE key = 'sel|", 'SELECT 1 -- sel|', '/* sel|', 'SELECT "sel|'])
      expect(offered(inside)).toEqual([]);
    expect(offered("SELECT 'it''s' , oct| FROM flows_day")).toEqual(['octets']);
    expect(completeSql('SELECT octe FROM flows_day', 9, sqlSchema)).toMatchObject({ start: 7, end: 11 });
  });

  it('never fails, and never reaches outside of the statement', () => {
    const part = fc.constantFrom(
      'SELECT ',
      'FROM ',
      'flows_minute',
      ' f',
      '.',
      ',',
      "'",
      '--',
      '\n',
      '/*',
      '"',
      'x',
    );
    fc.assert(
      fc.property(fc.array(part), fc.nat(), (parts, at) => {
        const text = parts.join('');
        const cursor = at % (text.length + 1);
        const found = completeSql(text, cursor, sqlSchema);
        if (!found) return;
        expect(found.start).toBeLessThanOrEqual(cursor);
        expect(found.end).toBeGreaterThanOrEqual(cursor);
        expect(found.end).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

const table = (columns: string[], ...rows: SqlTable['cells'][]): SqlTable => ({
  ...{ columns, cells: rows.flat(), rows: rows.length, cut: false, elapsedMs: 1 },
});

describe('the picture of an answer', () => {
  it('has a line per figure over time', () => {
    const picture = pictureOf(
      table(['time', 'a', 'b'], ['2026-03-01T12:01:00Z', 3, null], ['2026-03-01T12:00:00Z', 1, 2]),
      null,
    );
    expect(picture).toMatchObject({ kind: 'lines', left: 0 });
    if (picture?.kind !== 'lines') return;
    expect(picture.lines.map(({ label }) => label)).toEqual(['a', 'b']);
    expect([...picture.lines[0]!.timesMs]).toEqual([Date.UTC(2026, 2, 1, 12), Date.UTC(2026, 2, 1, 12, 1)]);
    expect([...picture.lines[0]!.values]).toEqual([1, 3]);
    expect([...picture.lines[1]!.values]).toEqual([2, Number.NaN]);
  });

  it('has a line per text where rows have one, the largest ten', () => {
    const rows = Array.from({ length: 12 }, (_, index) => ['2026-03-01', `host ${index}`, index]);
    const picture = pictureOf(table(['day', 'host', 'octets'], ...rows), null);
    expect(picture).toMatchObject({ kind: 'lines', left: 2 });
    if (picture?.kind === 'lines') expect(picture.lines[0]!.label).toBe('host 11');
  });

  it('has bars by text, in the order of the rows, and nothing where nothing can be drawn', () => {
    const hosts = table(['host', 'port', 'octets', 'samples'], ['a', null, 5, 1], ['b', null, 9, 2]);
    expect(pictureOf(hosts, null)).toEqual({
      kind: 'bars',
      bars: [
        { label: 'a', value: 5 },
        { label: 'b', value: 9 },
      ],
      left: 0,
    });
    expect(pictureOf(hosts, 3)).toMatchObject({ bars: [{ value: 1 }, { value: 2 }] });
    expect(columnKinds(hosts)).toEqual({ times: [], figures: [2, 3], texts: [0] });
    expect(pictureOf(table(['name'], ['x']), null)).toBeNull();
    expect(pictureOf(table(['n'], [1]), null)).toBeNull();
    expect(pictureOf(table(['n']), null)).toBeNull();
  });
});
