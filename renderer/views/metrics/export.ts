/** What the Metrics screen exports: the table as it stands, and the charts. */
import type { Zone } from '../../../shared/format/time.ts';
import type { Interval } from '../../../shared/model/question.ts';
import { axisUnit } from '../../components/chart/draw.ts';
import type { ChartModel } from '../../components/chart/model.ts';
import { readPalette } from '../../components/chart/palette.ts';
import { columnsFor } from '../../components/table/column.ts';
import { chartCsv } from '../../export/chart-csv.ts';
import type { Exportable } from '../../export/exportable.ts';
import { rangeFact } from '../../export/facts.ts';
import { tablePart } from '../../export/picture.ts';
import { tableCsv, tableText } from '../../export/table-csv.ts';
import { metricColumns, metricFileColumns } from './columns.ts';
import type { MetricRow } from './rows.ts';

export type MetricExport = {
  order: readonly MetricRow[];
  charts: readonly ChartModel[];
  interval: Interval;
  zone: Zone;
  windowPx: number;
  facts: readonly string[];
};

/** A picture of a table has at most so many rows; the CSV has all. */
const MOST_DRAWN = 200;

/** The exports of the screen as it is now. */
export function metricExport(what: MetricExport): Exportable {
  const { order, charts, interval, zone, windowPx } = what;
  const range = rangeFact(interval, zone);
  const width = Math.max(1100, Math.min(windowPx, 1600));
  const columns = columnsFor(metricColumns, windowPx).filter(({ id }) => id !== 'swatch');
  const drawn = order.slice(0, MOST_DRAWN);
  const left = order.length - drawn.length;
  return {
    title: 'Metrics',
    interval,
    zone,
    tableCsv: () => tableCsv([...metricColumns, ...metricFileColumns], order, interval, { zone }),
    tableText: () => tableText(columns, order),
    tablePicture: () => ({
      title: `Metrics, ${drawn.length}${left > 0 ? ` of ${order.length}` : ''}`,
      facts: [...what.facts, range],
      width,
      parts: [tablePart(columns, drawn, [], width, readPalette())],
    }),
    chart:
      charts.length === 0
        ? null
        : {
            title: 'Metrics chart',
            csv: () => charts.map((model) => chartCsv(model, zone)).join('\r\n'),
            picture: () => ({
              title: 'Metrics',
              facts: [...what.facts, range],
              width: 1100,
              parts: charts.map((model) => ({
                kind: 'chart',
                model,
                heading: [axisUnit(model), model.counting.words].filter(Boolean).join(', '),
                height: 280,
                legend:
                  model.kind === 'lines'
                    ? model.lines.map(({ label, colour }) => ({ label, colour, note: '' }))
                    : [],
              })),
            }),
          },
  };
}
