/** The other range beside the shown one, and the stretch of a rise. */
import { expect, it } from 'vitest';
import { lineTooltip, stackTooltip } from '../../../renderer/components/chart/tooltip.ts';
import { chartCsv } from '../../../renderer/export/chart-csv.ts';
import { courseModel } from '../../../renderer/views/explain/course.ts';
import { comparedQuestion, ghostOf } from '../../../renderer/views/top-n/difference.ts';
import { spikeAt } from '../../../renderer/views/top-n/spike.ts';
import { changesBetween, largestChanges } from '../../../shared/compare/changes.ts';
import type { FlowAnswer, FlowQuestion, FlowSums } from '../../../shared/model/question.ts';

/** Rows of two steps of a second each, by name. */
function answer(fromMs: number, rows: Record<string, [number, number]>, other: [number, number]): FlowAnswer {
  const sums = (list: [number, number][]): FlowSums => {
    const value = Float64Array.from(list, ([a, b]) => a + b);
    const half = value.map((one) => one / 100);
    const series = Float64Array.from(list.flat());
    return {
      ...{ value, frames: value, samples: value, halfWidth: half, series },
      ...{ seriesSamples: series, seriesHalfWidth: series.map((one) => one / 50) },
    };
  };
  const list = Object.values(rows);
  const total = [...list, other].reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
  return {
    ...{ interval: { fromMs, toMs: fromMs + 2000 }, stepMs: 1000, bucketCount: 2, keys: ['application'] },
    ...{ value: 'bytes', filter: '', merge: 'once', provenance: 'memory', keyTexts: Object.keys(rows) },
    ...{ countedAt: [], rows: sums(list), other: sums([other]), otherKeys: other[0] + other[1] > 0 ? 3 : 0 },
    ...{ total: sums([total as [number, number]]), received: new Float64Array(2), lost: new Float64Array(2) },
    ...{ unplaced: 0, samplingRate: { least: 1, most: 1 }, completeFromMs: fromMs, gaps: [] },
    completeToMs: fromMs + 2000,
  };
}

it('what one range does not show is bounded where its table was cut, and new or gone where it is whole', () => {
  const whole = answer(0, { a: [500, 500], b: [100, 100] }, [0, 0]);
  const cut = answer(10_000, { a: [500, 500], c: [90, 110], d: [40, 40] }, [5, 5]);
  const { rows, other, total } = changesBetween(whole, cut);
  const named = new Map(rows.map((row) => [row.keyTexts[0], row]));
  expect(named.get('c')).toMatchObject({ before: 0, during: 100, status: 'new' });
  expect(named.get('c')!.below).toBeUndefined();
  // It may be among the rest of the second range, where the smallest row has 40 a second.
  expect(named.get('b')).toMatchObject({
    before: 100,
    status: 'shrunk',
    below: { side: 'during', value: 40 },
  });
  const changed = rows.reduce((sum, { change }) => sum + change, other.change);
  expect(changed).toBeCloseTo(total.change);
  const short = largestChanges({ rows, other, total }, 2);
  expect(short.rows.map(({ keyTexts }) => keyTexts[0])).toEqual(
    rows.slice(0, 2).map((row) => row.keyTexts[0]),
  );
  expect(short.rows.reduce((sum, { change }) => sum + change, short.other.change)).toBeCloseTo(total.change);
});

it('many more rows are asked for than are shown, and never fewer', () => {
  const question = { limit: 10 } as FlowQuestion;
  expect(comparedQuestion(question).limit).toBeGreaterThan(100);
  expect(comparedQuestion({ ...question, limit: 900 } as FlowQuestion).limit).toBe(900);
});

it('the other range stands over the shown one, its total and each of its rows, and is told in the tooltip', () => {
  const before = answer(0, { a: [100, 300], b: [1, 1] }, [0, 0]);
  const during = answer(10_000, { a: [50, 60] }, [0, 0]);
  const ghost = ghostOf(before, during, { unit: 'bit/s', factor: 8 }, 'utc');
  expect([...ghost.total.values]).toEqual([808, 2408]);
  expect([...ghost.rows.get('a')!.values]).toEqual([800, 2400]);
  expect(ghost.rows.get('a')!.steps.fromMs[1]).toBe(11_000);
  const pause = { fromMs: 900, toMs: 2000, why: 'not kept' as const };
  const paused = ghostOf({ ...before, gaps: [pause] }, during, { unit: 'bit/s', factor: 8 }, 'utc');
  expect([...paused.total.values]).toEqual([808, Number.NaN]);
  // Explain lays the same two over each other: what is not known is no fall to nothing.
  const late = { ...during, gaps: [{ ...pause, fromMs: 11_000, toMs: 12_000 }] };
  const counting = { words: '', about: '' };
  const course = courseModel(before, late, { unit: 'bit/s', factor: 8 }, counting, 'utc');
  expect([...course.lines[1]!.values]).toEqual([400, Number.NaN]);
  expect(course.gaps).toHaveLength(1);
  const series = { id: 'a', label: 'a', colour: 's1' as const, ...bare([400, 480]) };
  const common = {
    ...{ interval: during.interval, counting: { words: '', about: '' }, unit: 'bit/s' as const },
    ...{ zone: 'utc' as const, highest: 1, gaps: [], loss: null, liveEdgeMs: null, highlight: null },
    ...{ emphasis: null, isolated: new Set<string>() },
  };
  const buckets = { startMs: 10_000, stepMs: 1000, count: 2, endMs: 12_000 };
  const stack = stackTooltip(
    { ...common, kind: 'stack', buckets, completeToMs: 12_000, series: [series], total: series, ghost },
    11_500,
  )!;
  expect(stack.before).toMatch(/^2\.4\d kbit\/s then, /);
  expect(stack.note).toBe('');
  expect(stack.lines[0]!.aside).toBe('then 2.40 kbit/s');
  const csv = chartCsv(
    { ...common, kind: 'stack', buckets, completeToMs: 12_000, series: [series], total: series, ghost },
    'utc',
  ).split('\r\n');
  expect(csv[0]).toMatch(/,Samples,"?Total then, .*\(bit\/s\)"?$/);
  expect(csv.slice(1, 3).map((row) => row.split(',').at(-1))).toEqual(['808', '2408']);
  const line = { ...series, steps: ghost.total.steps, fillingFrom: 2, filled: false, width: 1 };
  const lines = lineTooltip(
    { ...common, kind: 'lines', lines: [{ ...line, before: ghost.rows.get('a')! }], rules: [], fullScale: 0 },
    10_500,
  )!;
  expect(lines.lines[0]).toMatchObject({ value: '400 bit/s', aside: 'then 800 bit/s' });
});

const bare = (values: number[]) => ({
  values: Float64Array.from(values),
  halfWidths: new Float64Array(values.length),
  samples: new Float64Array(values.length),
});

const course = (values: number[]) => ({ startMs: 10_000, stepMs: 1000, values });

it('a spike is the stretch that is nearer to its moment than to what is usual', () => {
  const values = [10, 11, 10, 12, 90, 100, 80, 12, 10, 11];
  expect(spikeAt(course(values), 15_500)).toEqual({ fromMs: 14_000, toMs: 17_000 });
  // A dip is one too.
  expect(spikeAt(course([50, 50, 3, 2, 50, 50]), 12_100)).toEqual({ fromMs: 12_000, toMs: 14_000 });
  // Where nothing stands out, the step itself.
  expect(spikeAt(course([5, 5, 5, 5]), 11_000)).toEqual({ fromMs: 11_000, toMs: 12_000 });
  // Beside the range, its end.
  expect(spikeAt(course([5, 5, 9]), 99_000)).toEqual({ fromMs: 12_000, toMs: 13_000 });
});
