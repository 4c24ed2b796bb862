/** The figures behind a chart as CSV: one row per step, one column per series, in the unit of the heading. */
import { type CsvCell, type CsvColumn, csvText } from '../../shared/format/csv.ts';
import type { Zone } from '../../shared/format/time.ts';
import { bucketEndMs, bucketStartMs } from '../components/chart/geometry.ts';
import type { ChartModel, Line, StackModel } from '../components/chart/model.ts';
import { isolate } from '../components/chart/stack.ts';

/** Several charts in one file, one below the other; what each is of stands in each row, as its lines may be called alike. */
export const chartsCsv = (charts: readonly { title: string; model: ChartModel }[], zone: Zone): string =>
  charts
    .map(({ title, model }) =>
      model.kind === 'stack' ? stackCsv(model, zone) : linesCsv(model.lines, model, zone, title),
    )
    .join('\r\n');

/** Time, each shown series, and for a stack its total with error and what was lost. */
export function chartCsv(model: ChartModel, zone: Zone): string {
  return model.kind === 'stack' ? stackCsv(model, zone) : linesCsv(model.lines, model, zone);
}

function stackCsv(model: StackModel, zone: Zone): string {
  const { buckets, loss, total, unit } = model;
  const series = isolate(model.series, model.isolated);
  const { ghost } = model;
  // Of the step that began as long after the beginning of the other range.
  const then = new Map(
    ghost && Array.from(ghost.total.steps.fromMs, (fromMs, at) => [fromMs, ghost.total.values[at]!]),
  );
  const columns: CsvColumn[] = [
    { heading: 'From', type: 'time' },
    { heading: 'To', type: 'time' },
    ...series.map(({ label }) => ({ heading: label, unit, type: 'number' as const })),
    { heading: 'Total', unit, type: 'number' },
    { heading: 'Total, 95 % half-width', unit, type: 'number' },
    { heading: 'Samples', type: 'number' },
    ...(ghost ? [{ heading: `Total then, ${ghost.when}`, unit, type: 'number' as const }] : []),
    ...(loss ? [{ heading: 'Datagrams lost', type: 'number' as const }] : []),
  ];
  const rows = Array.from({ length: buckets.count }, (_, index): CsvCell[] => [
    bucketStartMs(buckets, index),
    bucketEndMs(buckets, index),
    ...series.map(({ values }) => values[index]!),
    total.values[index]!,
    total.halfWidths[index]!,
    total.samples[index]!,
    ...(ghost ? [then.get(bucketStartMs(buckets, index)) ?? null] : []),
    ...(loss ? [loss.lost[index]!] : []),
  ]);
  return csvText(columns, rows, { zone });
}

/**
 * Lines may have steps of their own, so each step is a row of its own, with the time that it is of. What is usual
 * follows the line that it lies under.
 */
function linesCsv(lines: readonly Line[], model: ChartModel, zone: Zone, chart?: string): string {
  const shown = lines
    .filter(({ id }) => model.isolated.size === 0 || model.isolated.has(id))
    .flatMap((line) => [line, ...(line.usual ? [{ ...line.usual, label: `${line.label}, usual` }] : [])]);
  const columns: CsvColumn[] = [
    ...(chart === undefined ? [] : [{ heading: 'Chart', type: 'text' as const }]),
    { heading: 'Series', type: 'text' },
    { heading: 'From', type: 'time' },
    { heading: 'To', type: 'time' },
    { heading: 'Value', unit: model.unit, type: 'number' },
    { heading: '95 % half-width', unit: model.unit, type: 'number' },
    { heading: 'Samples', type: 'number' },
  ];
  const rows = shown.flatMap((line) =>
    Array.from({ length: line.steps.length }, (_, index): CsvCell[] => [
      ...(chart === undefined ? [] : [chart]),
      line.label,
      line.steps.fromMs[index]! - (line.laterByMs ?? 0),
      line.steps.toMs[index]! - (line.laterByMs ?? 0),
      line.values[index]!,
      line.halfWidths?.[index] ?? null,
      line.samples?.[index] ?? null,
    ]),
  );
  return csvText(columns, rows, { zone });
}
