/** How many events were raised when, by severity, as a stack of columns. */
import type { Zone } from '../../../shared/format/time.ts';
import type { EventList, Severity } from '../../../shared/model/event.ts';
import type { Interval } from '../../../shared/model/question.ts';
import type { StackModel, Unscaled } from '../../components/chart/model.ts';
import type { Series } from '../../components/chart/stack.ts';
import { SEVERITY_LABELS, severityColour } from '../thresholds/words.ts';

/** The worst lie at the bottom, where they are seen best. */
const FROM_BELOW: readonly Severity[] = ['critical', 'warning', 'info'];

/** The model of the histogram; counts have no error. */
export function timelineModel(
  timeline: EventList['timeline'],
  context: { interval: Interval; zone: Zone; liveEdgeMs: number | null },
): Unscaled<StackModel> {
  const { interval } = context;
  const count = Math.max(1, timeline.critical.length);
  const stepMs = (interval.toMs - interval.fromMs) / count;
  const zeros = new Float64Array(count);
  const series = FROM_BELOW.map(
    (severity): Series => ({
      id: severity,
      label: SEVERITY_LABELS[severity],
      colour: severityColour(severity),
      values: Float64Array.from({ length: count }, (_, index) => timeline[severity][index] ?? 0),
      halfWidths: zeros,
      samples: zeros,
    }),
  );
  const sums = zeros.map((_, index) => series.reduce((sum, { values }) => sum + values[index]!, 0));
  return {
    kind: 'stack',
    ...context,
    counting: { words: 'raised', about: 'How many events were raised in each part of the range.' },
    unit: 'count',
    gaps: [],
    loss: null,
    highlight: null,
    emphasis: null,
    buckets: { startMs: interval.fromMs, stepMs, count, endMs: interval.toMs },
    completeToMs: interval.toMs,
    series,
    total: { id: 'total', label: 'Total', colour: 'other', values: sums, halfWidths: zeros, samples: zeros },
    isolated: new Set(),
  };
}
