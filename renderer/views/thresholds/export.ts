/** What the Thresholds screen exports: its list as it stands. */
import type { Zone } from '../../../shared/format/time.ts';
import type { Interval } from '../../../shared/model/question.ts';
import { readPalette } from '../../components/chart/palette.ts';
import { columnsFor } from '../../components/table/column.ts';
import type { Exportable } from '../../export/exportable.ts';
import { tablePart } from '../../export/picture.ts';
import { tableCsv, tableText } from '../../export/table-csv.ts';
import { type ThresholdRow, thresholdColumns, thresholdFileColumns } from './columns.ts';

/** The exports of the list as it is now; the moment is the range. */
export function thresholdExport(what: {
  order: readonly ThresholdRow[];
  interval: Interval;
  zone: Zone;
  windowPx: number;
}): Exportable {
  const { order, interval, zone } = what;
  const columns = columnsFor(thresholdColumns, what.windowPx);
  const width = Math.max(1000, Math.min(what.windowPx, 1600));
  return {
    title: 'Thresholds',
    interval,
    zone,
    tableCsv: () => tableCsv([...thresholdColumns, ...thresholdFileColumns], order, interval, { zone }),
    tableText: () => tableText(columns, order),
    tablePicture: () => ({
      title: `Thresholds, ${order.length}`,
      facts: [],
      width,
      parts: [tablePart(columns, order, [], width, readPalette())],
    }),
    chart: null,
  };
}
