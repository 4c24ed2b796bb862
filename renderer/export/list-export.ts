/** What a screen exports that is one list without a chart: the list as it stands. */
import type { Zone } from '../../shared/format/time.ts';
import type { Interval } from '../../shared/model/question.ts';
import { readPalette } from '../components/chart/palette.ts';
import { columnsFor, type TableColumn } from '../components/table/column.ts';
import type { Exportable } from './exportable.ts';
import { rangeFact, workspaceFact } from './facts.ts';
import { tablePart } from './picture.ts';
import { tableCsv, tableText } from './table-csv.ts';

/** The exports of the list as it is now; `fileColumns` stand in the CSV only. */
export function listExport<Row>(what: {
  title: string;
  order: readonly Row[];
  columns: readonly TableColumn<Row>[];
  fileColumns: readonly TableColumn<Row>[];
  interval: Interval;
  zone: Zone;
  windowPx: number;
}): Exportable {
  const { title, order, interval, zone } = what;
  const columns = columnsFor(what.columns, what.windowPx);
  const width = Math.max(1000, Math.min(what.windowPx, 1600));
  return {
    ...{ title, interval, zone, chart: null },
    tableCsv: () => tableCsv([...what.columns, ...what.fileColumns], order, interval, { zone }),
    tableText: () => tableText(columns, order),
    tablePicture: () => ({
      title: `${title}, ${order.length}`,
      facts: [workspaceFact(), rangeFact(interval, zone)],
      width,
      parts: [tablePart(columns, order, [], width, readPalette())],
    }),
  };
}
