/** What the Events screen exports: the list as it stands, and its timeline. */
import { formatDuration, type Zone } from '../../../shared/format/time.ts';
import type { Interval } from '../../../shared/model/question.ts';
import type { ChartModel } from '../../components/chart/model.ts';
import { readPalette } from '../../components/chart/palette.ts';
import { columnsFor } from '../../components/table/column.ts';
import { chartCsv } from '../../export/chart-csv.ts';
import type { Exportable } from '../../export/exportable.ts';
import { rangeFact } from '../../export/facts.ts';
import { tablePart } from '../../export/picture.ts';
import { tableCsv, tableText } from '../../export/table-csv.ts';
import { type EventRow, eventColumns, eventFileColumns } from './columns.ts';

/** A picture of a table has at most so many rows; the CSV has all. */
const MOST_DRAWN = 200;

/** The exports of the list as it is now; heads of groups are not rows of a file. */
export function eventExport(what: {
  order: readonly EventRow[];
  interval: Interval;
  zone: Zone;
  windowPx: number;
  facts: readonly string[];
  timeline: ChartModel | null;
}): Exportable {
  const { interval, zone, timeline } = what;
  const order = what.order.filter(({ event }) => event !== null);
  const columns = columnsFor(eventColumns, what.windowPx).filter(({ id }) => id !== 'select');
  const width = Math.max(1100, Math.min(what.windowPx, 1600));
  const drawn = order.slice(0, MOST_DRAWN);
  const range = rangeFact(interval, zone);
  // In a picture a severity is a word, which needs more room than its mark.
  const pictured = columns.map((one) =>
    one.id === 'severity' ? { ...one, label: 'Severity', width: 64 } : one,
  );
  return {
    title: 'Events',
    interval,
    zone,
    tableCsv: () => tableCsv([...eventColumns, ...eventFileColumns], order, interval, { zone }),
    tableText: () => tableText(columns, order),
    tablePicture: () => ({
      title: `Events, ${drawn.length}${order.length > drawn.length ? ` of ${order.length}` : ''}`,
      facts: [...what.facts, range],
      width,
      parts: [tablePart(pictured, drawn, [], width, readPalette())],
    }),
    chart: timeline && {
      title: 'Events raised',
      csv: () => chartCsv(timeline, zone),
      picture: () => ({
        title: 'Events over time',
        facts: [...what.facts, range],
        width: 1100,
        parts: [
          {
            kind: 'chart',
            model: timeline,
            heading:
              timeline.kind === 'stack'
                ? `events raised, ${formatDuration(timeline.buckets.stepMs)} steps`
                : 'events raised',
            height: 200,
            legend:
              timeline.kind === 'stack'
                ? timeline.series.map(({ label, colour }) => ({ label, colour, note: '' }))
                : [],
          },
        ],
      }),
    },
  };
}
