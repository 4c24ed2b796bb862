/** What the Top N screen exports: what is on it, in its order, with all that a reader of the report must know. */

import { termsOf } from '../../../shared/filter/terms.ts';
import { formatCount } from '../../../shared/format/rates.ts';
import { safeText } from '../../../shared/format/text.ts';
import { formatDuration, type Zone } from '../../../shared/format/time.ts';
import type { FlowKeyDescription } from '../../../shared/model/catalog.ts';
import { axisUnit } from '../../components/chart/draw.ts';
import type { ChartModel } from '../../components/chart/model.ts';
import { readPalette } from '../../components/chart/palette.ts';
import { isolate } from '../../components/chart/stack.ts';
import { rateText } from '../../components/chart/unit.ts';
import { plainTerm } from '../../components/filter-words.ts';
import { columnsFor, type TableColumn } from '../../components/table/column.ts';
import { chartCsv } from '../../export/chart-csv.ts';
import type { Exportable } from '../../export/exportable.ts';
import { rangeFact, scopeFact } from '../../export/facts.ts';
import { type Picture, tablePart, tableWidth } from '../../export/picture.ts';
import { tableCsv, tableText } from '../../export/table-csv.ts';
import { useScope } from '../../stores/scope.ts';
import { nameColumns, namedColumns } from './columns.ts';
import { termWords } from './filter.ts';
import { lossOf, ruleOf, samplingOf, unplacedOf } from './quality.ts';
import { OTHERS, type TopRow } from './rows.ts';
import type { TopN } from './use-top-n.ts';

const LEAST_PICTURE_PX = 960;
const LONGEST_FILTER_TITLE = 80;

/** A column that only a file has. */
const framesColumn: TableColumn<TopRow> = {
  id: 'frames',
  label: 'Frames',
  width: 0,
  align: 'right',
  text: (row) => formatCount(row.frames),
  csv: { heading: 'Frames', type: 'number', cell: (row) => row.frames },
};

export type TopExport = {
  top: TopN;
  /** The rows in the order on the screen. */
  order: readonly TopRow[];
  windowPx: number;
  /** The chart as it is drawn now; null where none is. */
  model: ChartModel | null;
  zone: Zone;
};

/** ' where port = 443 and not vlan = 20', '' without a filter; a long one is told beside the title only. */
function filterTitle(filter: string, descriptions: readonly FlowKeyDescription[]): string {
  if (filter === '') return '';
  const words = termsOf(filter).map((term) => plainTerm(termWords(term, descriptions)));
  const title = ` where ${words.join(' and ')}`;
  return title.length > LONGEST_FILTER_TITLE ? ', filtered' : title;
}

/** The exports of the screen as it is now. */
export function topExport({ top, order, windowPx, model, zone }: TopExport): Exportable {
  const { answer, columns, footer, shownSubject: subject, unit, chart } = top;
  const scope = useScope();
  const shown = answer.value!;
  const { interval } = shown;
  const isolated = chart.value?.isolated ?? new Set<string>();
  const isChosen = (row: TopRow) => isolated.size === 0 || isolated.has(row.id);
  const rows = order.filter(isChosen);
  const last = footer.value.filter((row) => row.kind === 'total' || isChosen(row));
  const plural = subject.value?.plural ?? 'rows';
  const title = `Top ${order.length} ${plural}${isolated.size > 0 ? `, ${rows.length} isolated` : ''}${filterTitle(shown.filter, top.catalog.value?.keys ?? [])}`;
  const visible = namedColumns(columnsFor(columns.value, windowPx), rows);
  const width = tableWidth(visible, Math.max(LEAST_PICTURE_PX, Math.min(windowPx - 164, 1600)));
  const sampling = samplingOf(shown);
  const unplaced = unplacedOf(shown);
  const about = [
    scopeFact(),
    rangeFact(interval, zone),
    ...(shown.filter ? [`only ${safeText(shown.filter)}`] : []),
    ruleOf(shown, scope.ifIndex !== null),
    `loss ${lossOf(shown).figure} datagrams`,
    ...(unplaced ? [`not placed ${unplaced}`] : []),
    ...(sampling ? [`sampled ${sampling}`] : []),
    `${formatDuration(shown.stepMs)} steps`,
  ];
  const picture = (parts: Picture['parts']): Picture => ({ title, facts: about, width, parts });

  function chartPicture(drawn: ChartModel): Picture {
    const series =
      drawn.kind === 'stack'
        ? isolate(drawn.series, drawn.isolated)
        : drawn.lines.filter(({ id }) => isolated.size === 0 || isolated.has(id));
    const averages = new Map([...rows, ...last].map((row) => [row.id, row.average]));
    const grey = footer.value.find((row) => row.kind === 'others');
    const legend = series.map(({ id, label, colour }) => {
      const average = id === OTHERS && label !== grey?.label ? undefined : averages.get(id);
      return { label, colour, note: average === undefined ? '' : rateText(average, unit.value) };
    });
    const error = drawn.kind === 'stack' ? 'marks: 95 % band of the total' : 'tint: 95 % band of each';
    const heading = `${axisUnit(drawn)} by ${subject.value?.singular ?? 'row'}, ${error}; legend: average over the range`;
    return picture([{ kind: 'chart', model: drawn, heading, height: 360, legend }]);
  }

  return {
    title,
    interval,
    zone,
    tableCsv: () => {
      const named = nameColumns(shown.keys, rows, top.catalog.value?.keys ?? []);
      return tableCsv([...columns.value, framesColumn, ...named], [...rows, ...last], interval, { zone });
    },
    tableText: () => tableText(visible, [...rows, ...last]),
    tablePicture: () => picture([tablePart(visible, rows, last, width, readPalette())]),
    chart:
      model === null
        ? null
        : { title: `${title} chart`, csv: () => chartCsv(model, zone), picture: () => chartPicture(model) },
  };
}
