/** What the Explain screen exports: all contributors in one table, the patterns first, and the picture of both ranges. */

import { formatPercent } from '../../../shared/format/rates.ts';
import type { Zone } from '../../../shared/format/time.ts';
import type { Change, Explanation } from '../../../shared/model/explanation.ts';
import type { Interval } from '../../../shared/model/question.ts';
import { axisUnit } from '../../components/chart/draw.ts';
import type { ChartModel } from '../../components/chart/model.ts';
import { readPalette } from '../../components/chart/palette.ts';
import type { TableColumn } from '../../components/table/column.ts';
import { chartCsv } from '../../export/chart-csv.ts';
import type { Exportable } from '../../export/exportable.ts';
import { rangeFact, scopeFact } from '../../export/facts.ts';
import { type Picture, tablePart } from '../../export/picture.ts';
import { tableCsv, tableText } from '../../export/table-csv.ts';
import type { NameOf } from '../../stores/names.ts';
import { type Measure, patternText, rate, shareOf, signedRate, statusWords, valueText } from './words.ts';

const PICTURE_PX = 1120;

export type ChangeLine = Change & { by: string; value: string; share: number };

/** All that the screen tells, one line each. */
export function changeLines(explanation: Explanation, nameOf?: NameOf): ChangeLine[] {
  const line = (change: Change, by: string, value: string): ChangeLine => ({
    ...{ before: change.before, during: change.during, change: change.change },
    ...{ halfWidth: change.halfWidth, status: change.status, by, value },
    share: shareOf(change, explanation.total),
  });
  return [
    line(explanation.total, 'Total', 'all traffic'),
    ...explanation.patterns.map((pattern) => line(pattern, 'Pattern', patternText(pattern.values, nameOf))),
    ...explanation.dimensions.flatMap(({ label, keys, rows, other }) => [
      ...rows.map((row) => line(row, label, valueText(keys, row.keyTexts, nameOf))),
      // Nothing is left where the rows are all there is.
      ...(other.before === 0 && other.during === 0 ? [] : [line(other, label, 'others')]),
    ]),
  ];
}

export function changeColumns(measure: Measure): TableColumn<ChangeLine>[] {
  const text = (id: 'by' | 'value', label: string, width: number): TableColumn<ChangeLine> => ({
    ...{ id, label, width, align: 'left', grow: id === 'value' ? 1 : 0, text: (row) => row[id] },
    csv: { heading: label, type: 'text', cell: (row) => row[id] },
  });
  const figure = (
    id: 'before' | 'during' | 'change' | 'halfWidth',
    label: string,
  ): TableColumn<ChangeLine> => ({
    ...{ id, label, width: 104, align: 'right' },
    text: (row) => (id === 'change' ? signedRate(row[id], measure) : rate(row[id], measure)),
    csv: { heading: `${label} (${measure.unit})`, type: 'number', cell: (row) => row[id] * measure.factor },
  });
  return [
    ...[
      text('by', 'By', 128),
      text('value', 'Value', 240),
      figure('before', 'Before'),
      figure('during', 'Now'),
    ],
    ...[figure('change', 'Change'), figure('halfWidth', '95 % band')],
    {
      ...{ id: 'share', label: 'Share', width: 64, align: 'right', text: (row) => formatPercent(row.share) },
      csv: {
        heading: 'Share of the change',
        type: 'number',
        cell: (row) => (Number.isNaN(row.share) ? null : row.share),
      },
    },
    {
      ...{ id: 'status', label: 'Status', width: 104, align: 'left', text: (row) => statusWords[row.status] },
      csv: { heading: 'Status', type: 'text', cell: (row) => statusWords[row.status] },
    },
  ];
}

function comparedWith({ fromMs, toMs }: Interval): TableColumn<ChangeLine>[] {
  const time = (heading: string, timeMs: number): TableColumn<ChangeLine> => ({
    ...{ id: heading, label: heading, width: 0, align: 'left', text: () => '' },
    csv: { heading, type: 'time', cell: () => timeMs },
  });
  return [time('Before, from', fromMs), time('Before, to', toMs)];
}

export function explainExport(
  explanation: Explanation,
  sentence: string,
  measure: Measure,
  model: ChartModel | null,
  zone: Zone,
  nameOf?: NameOf,
): Exportable {
  const lines = changeLines(explanation, nameOf);
  const columns = changeColumns(measure);
  const { during, before } = explanation;
  const title = 'What changed';
  const facts = () => [
    sentence,
    scopeFact(),
    `${rangeFact(during, zone)} against ${rangeFact(before, zone)}`,
  ];
  const picture = (parts: Picture['parts']): Picture => ({ title, facts: facts(), width: PICTURE_PX, parts });
  const legend =
    model?.kind === 'lines' ? model.lines.map(({ label, colour }) => ({ label, colour, note: '' })) : [];
  return {
    ...{ title, interval: during, zone },
    // Both ranges stand in each row: “before” alone would not say when.
    tableCsv: () => tableCsv([...columns, ...comparedWith(before)], lines, during, { zone }),
    tableText: () => tableText(columns, lines),
    tablePicture: () => picture([tablePart(columns, lines, [], PICTURE_PX, readPalette())]),
    chart: model && {
      title: `${title} chart`,
      csv: () => chartCsv(model, zone),
      picture: () =>
        picture([
          {
            kind: 'chart',
            model,
            heading: [axisUnit(model), model.counting.words, 'both ranges'].filter(Boolean).join(', '),
            height: 320,
            legend,
          },
        ]),
    },
  };
}
