/** A rehearsal as a sentence and as a chart: what it would have raised, and where the level was. */
import { formatCount } from '../../../../shared/format/rates.ts';
import type { Zone } from '../../../../shared/format/time.ts';
import { formatMoment } from '../../../../shared/format/time.ts';
import type { Rehearsal } from '../../../../shared/model/threshold.ts';
import type { Line, LineModel, Mark, Unscaled } from '../../../components/chart/model.ts';
import { stepsEndingAt } from '../../metrics/series.ts';
import type { Measure } from '../measure.ts';

/** 'It would have been raised 3 times in the last 24 hours.' */
export function rehearsalSentence({ raised, more }: Rehearsal, when: string): string {
  const times = raised.length + more;
  if (times === 0) return `It would not have been raised ${when}.`;
  return `It would have been raised ${times === 1 ? 'once' : `${formatCount(times)} times`} ${when}.`;
}

/** The place with the most events, with its level and a mark for each event; null where nothing was read. */
export function rehearsalChart(
  { chart, raised, fromMs, toMs }: Rehearsal,
  context: { measure: Measure; zone: Zone; colour: Mark['colour'] },
): Unscaled<LineModel> | null {
  if (!chart || chart.timesMs.length === 0) return null;
  const { measure, zone, colour } = context;
  const steps = stepsEndingAt(chart.timesMs);
  const common = { steps, halfWidths: null, samples: null, fillingFrom: steps.length };
  const scaled = (values: Float64Array) => values.map((value) => value * measure.factor);
  const levels = scaled(chart.levels);
  const known = levels.filter((level) => Number.isFinite(level));
  const isConstant = known.length > 0 && known.every((level) => level === known[0]);
  const lines: Line[] = [
    {
      ...{ id: 'value', label: 'value', colour: 's1' },
      ...{ ...common, values: scaled(chart.values), filled: true, width: 1.5 },
    },
  ];
  if (!isConstant && known.length > 0)
    lines.push({
      ...{ id: 'level', label: 'level', colour },
      ...{ ...common, values: levels, filled: false, width: 1.25 },
    });
  const here = raised.filter(
    (one) =>
      one.metric === chart.metric &&
      one.agent === chart.agent &&
      one.dataSource === chart.dataSource &&
      one.flowKey === chart.flowKey,
  );
  const marks = here.flatMap((one, index): Mark[] => [
    {
      ...{ id: `raised ${index}`, timeMs: one.raisedMs, kind: 'raised', colour },
      label: `Raised ${formatMoment(one.raisedMs, zone)}`,
    },
    ...(one.clearedMs === null
      ? []
      : [
          {
            ...{ id: `cleared ${index}`, timeMs: one.clearedMs, kind: 'cleared' as const, colour },
            label: `Cleared ${formatMoment(one.clearedMs, zone)}`,
          },
        ]),
  ]);
  return {
    kind: 'lines',
    interval: { fromMs, toMs },
    counting: {
      words: 'as it was read',
      about: 'What the threshold would have read at this place, and the level that would have held there.',
    },
    unit: measure.unit,
    zone,
    gaps: [],
    loss: null,
    liveEdgeMs: null,
    highlight: null,
    emphasis: null,
    isolated: new Set(),
    lines,
    rules: isConstant ? [{ value: known[0]!, label: 'level', colour, dash: [4, 3] }] : [],
    fullScale: 0,
    marks,
  };
}
