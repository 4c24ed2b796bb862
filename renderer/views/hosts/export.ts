/** What the Hosts screen exports: the table as it stands, and the charts of the open node. */
import type { Zone } from '../../../shared/format/time.ts';
import type { Interval } from '../../../shared/model/question.ts';
import { axisUnit } from '../../components/chart/draw.ts';
import type { ChartModel } from '../../components/chart/model.ts';
import { readPalette } from '../../components/chart/palette.ts';
import type { TableColumn } from '../../components/table/column.ts';
import { chartsCsv } from '../../export/chart-csv.ts';
import type { Exportable } from '../../export/exportable.ts';
import { rangeFact, workspaceFact } from '../../export/facts.ts';
import { type Picture, tablePart } from '../../export/picture.ts';
import { tableCsv, tableText } from '../../export/table-csv.ts';
import { hostFileColumns } from './columns.ts';
import type { HostRow } from './nodes.ts';

export type HostExport = {
  order: readonly HostRow[];
  columns: readonly TableColumn<HostRow>[];
  open: HostRow | null;
  charts: () => { title: string; model: ChartModel }[];
  interval: Interval;
  zone: Zone;
  windowPx: number;
  facts: readonly string[];
};

const CHART_HEIGHT = 200;

/** The exports of the screen as it is now. */
export function hostExport(what: HostExport): Exportable {
  const { order, columns, open, interval, zone } = what;
  const range = rangeFact(interval, zone);
  const width = Math.max(1260, Math.min(what.windowPx, 1600));
  const drawn = columns.filter(({ id }) => id !== 'spark');
  const picture = (
    title: string,
    facts: readonly string[],
    parts: Picture['parts'],
    widthPx: number,
  ): Picture => ({
    title,
    facts,
    width: widthPx,
    parts,
  });
  return {
    title: 'Hosts',
    interval,
    zone,
    tableCsv: () => tableCsv([...columns, ...hostFileColumns], order, interval, { zone }),
    tableText: () => tableText(columns, order),
    tablePicture: () =>
      picture(
        `Hosts, ${order.length}`,
        [range, ...what.facts],
        [tablePart(drawn, order, [], width, readPalette())],
        width,
      ),
    chart:
      open === null
        ? null
        : {
            title: open.name,
            csv: () => chartsCsv(what.charts(), zone),
            picture: () =>
              picture(
                open.name,
                [workspaceFact(), open.about, range].filter(Boolean),
                what.charts().map(({ title, model }) => ({
                  kind: 'chart',
                  model,
                  heading: [title, axisUnit(model), model.counting.words].filter(Boolean).join(', '),
                  height: CHART_HEIGHT,
                  legend:
                    model.kind === 'lines' && model.lines.length > 1
                      ? model.lines.map(({ label, colour }) => ({ label, colour, note: '' }))
                      : [],
                })),
                1100,
              ),
          },
  };
}
