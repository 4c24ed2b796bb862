/** What the Interfaces screen exports: the table as it stands, and the charts of the open port. */
import type { Zone } from '../../../shared/format/time.ts';
import type { Interval } from '../../../shared/model/question.ts';
import { axisUnit } from '../../components/chart/draw.ts';
import { type ChartModel, hasShareAxis } from '../../components/chart/model.ts';
import { readPalette } from '../../components/chart/palette.ts';
import { columnsFor } from '../../components/table/column.ts';
import { chartsCsv } from '../../export/chart-csv.ts';
import type { Exportable } from '../../export/exportable.ts';
import { rangeFact, workspaceFact } from '../../export/facts.ts';
import { type Picture, tablePart } from '../../export/picture.ts';
import { tableCsv, tableText } from '../../export/table-csv.ts';
import { exportOnlyColumns, interfaceColumns, interfaceFrameColumns, speedText } from './columns.ts';
import type { InterfaceRow } from './rows.ts';

export type InterfaceExport = {
  order: readonly InterfaceRow[];
  open: InterfaceRow | null;
  charts: () => { title: string; model: ChartModel }[];
  interval: Interval;
  zone: Zone;
  windowPx: number;
  state: 'up' | 'down' | 'all';
  columns: 'traffic' | 'frames';
  facts: readonly string[];
};

const LEAST_TABLE_PX = 1260;

/** The exports of the screen as it is now. */
export function interfaceExport(what: InterfaceExport): Exportable {
  const { order, open, interval, zone } = what;
  const range = rangeFact(interval, zone);
  const title = what.state === 'all' ? 'Interfaces' : `Interfaces ${what.state}`;
  const drawn = columnsFor(
    what.columns === 'traffic' ? interfaceColumns : interfaceFrameColumns,
    what.windowPx,
  );
  const width = Math.max(LEAST_TABLE_PX, Math.min(what.windowPx, 1600));
  return {
    title,
    interval,
    zone,
    tableCsv: () => tableCsv([...interfaceColumns, ...exportOnlyColumns], order, interval, { zone }),
    tableText: () => tableText(drawn, order),
    tablePicture: (): Picture => ({
      title: `${title}, ${order.length}`,
      facts: [
        range,
        ...what.facts,
        ...(what.columns === 'traffic' ? ['bars: average solid, peak pale'] : []),
      ],
      width,
      parts: [tablePart(drawn, order, [], width, readPalette())],
    }),
    chart:
      open === null
        ? null
        : {
            title: `${open.agentName} ${open.name}`,
            csv: () => chartsCsv(what.charts(), zone),
            picture: () => portPicture(what, open, range),
          },
  };
}

function portPicture(what: InterfaceExport, open: InterfaceRow, range: string): Picture {
  return {
    title: `${open.agentName} › ${open.name}`,
    facts: [
      workspaceFact(),
      `agent ${open.agent}, ifIndex ${open.ifIndex}, ${speedText(open.speed)}`,
      range,
      ...what.facts.slice(1),
    ],
    width: 1100,
    parts: what.charts().map(({ title, model }) => ({
      kind: 'chart',
      model,
      heading: `${title}, ${axisUnit(model)}, ${model.counting.words}${hasShareAxis(model) ? '; right: % of speed' : ''}`,
      height: 260,
      legend:
        model.kind === 'lines' && model.lines.length + model.rules.length > 1
          ? [
              ...model.lines.map(({ label, colour }) => ({ label, colour, note: '' })),
              ...model.rules.map(({ label, colour }) => ({
                label,
                colour,
                note: hasShareAxis(model) ? 'of the speed' : '',
              })),
            ]
          : [],
    })),
  };
}
