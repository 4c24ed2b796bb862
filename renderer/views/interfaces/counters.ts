/** From the counters and samples of one port to the models of its two charts. */
import type { Zone } from '../../../shared/format/time.ts';
import { formatDuration } from '../../../shared/format/time.ts';
import type { CounterDescription } from '../../../shared/model/catalog.ts';
import type { CounterAnswer, FlowSeries, Interval } from '../../../shared/model/question.ts';
import type { Steps } from '../../components/chart/geometry.ts';
import type { Counting, Line, LineModel, Unscaled } from '../../components/chart/model.ts';
import { unknownStretches } from '../../components/chart/stack.ts';

export type PortDirection = 'in' | 'out';

/** The name of the rate that counts the octets of a direction. */
export const octetsRate = (direction: PortDirection) => (direction === 'in' ? 'ifinoctets' : 'ifoutoctets');

/** The steps of the counters: one per interval between two counter samples. */
export function counterSteps(answer: CounterAnswer): Steps {
  return { fromMs: answer.fromMs, toMs: answer.toMs, length: answer.fromMs.length };
}

/** Median length of the counter intervals, the one to name: 0 where there is none. */
export function pollingMs(answer: CounterAnswer): number {
  const lengths = Array.from(answer.fromMs, (from, index) => answer.toMs[index]! - from).sort(
    (a, b) => a - b,
  );
  const median = lengths[lengths.length >> 1] ?? 0;
  return Math.round(median / 1000) * 1000;
}

/** The flow estimate; where nothing was heard yet there is none, and not zero. */
function flowLine(flow: FlowSeries, { interval, gaps = [] }: CounterAnswer, knownFromMs: number): Line {
  const count = flow.octets.length;
  const fromMs = Float64Array.from({ length: count }, (_, index) => flow.startMs + index * flow.stepMs);
  const toMs = fromMs.map((from) => Math.min(from + flow.stepMs, interval.toMs));
  const isUnknown = (index: number) =>
    gaps.some((gap) => gap.fromMs <= fromMs[index]! && gap.toMs >= toMs[index]!);
  const rate = (octets: number, index: number) =>
    (octets * 8000) / Math.max(1, toMs[index]! - fromMs[index]!);
  return {
    id: 'flows',
    label: `flow estimate, ${formatDuration(flow.stepMs)}, ± 95 %`,
    colour: 's2',
    steps: { fromMs, toMs, length: count },
    values: flow.octets.map((octets, index) =>
      toMs[index]! <= knownFromMs || isUnknown(index) ? Number.NaN : rate(octets, index),
    ),
    halfWidths: flow.halfWidth.map(rate),
    samples: flow.samples,
    // The last bucket of a live range is still filling.
    fillingFrom: flow.startMs + count * flow.stepMs > interval.toMs ? count - 1 : count,
    filled: false,
    width: 1.25,
  };
}

const line = (answer: CounterAnswer, part: Pick<Line, 'id' | 'label' | 'colour' | 'values'>): Line => ({
  ...part,
  steps: counterSteps(answer),
  halfWidths: null,
  samples: null,
  fillingFrom: answer.fromMs.length,
  filled: true,
  width: 2,
});

export type ChartOptions = {
  zone: Zone;
  highlight: Interval | null;
  liveEdgeMs: number | null;
  /** When the first datagram of the workspace was heard. */
  knownFromMs: number;
};

const COUNTED: Counting = {
  words: 'counted by the switch',
  about: 'Every frame that passes this port, as its own counters tell; nothing is estimated.',
};
const COUNTED_AND_SAMPLED: Counting = {
  words: 'at this port',
  about:
    'The counters count every frame of this port. The flow estimate adds up its samples, each for as many frames as one was taken of.',
};

const common = (answer: CounterAnswer, options: ChartOptions) => ({
  kind: 'lines' as const,
  counting: COUNTED,
  interval: answer.interval,
  zone: options.zone,
  gaps: unknownStretches(answer.gaps ?? [], 1000),
  loss: null,
  liveEdgeMs: options.liveEdgeMs,
  highlight: options.highlight,
  emphasis: null,
  isolated: new Set<string>(),
});

/** Counters and flow estimate of one direction, with the 70 and 90 % of the speed. */
export function trafficChart(
  answer: CounterAnswer,
  direction: PortDirection,
  options: ChartOptions,
): Unscaled<LineModel> {
  const rate = answer.rates[octetsRate(direction)];
  const lines: Line[] = [];
  if (rate && answer.fromMs.length > 0) {
    const every = pollingMs(answer);
    const label = every > 0 ? `counters, ${formatDuration(every)}` : 'counters';
    lines.push(
      line(answer, { id: 'counters', label, colour: 's3', values: rate.map((octets) => octets * 8) }),
    );
  }
  const flow = direction === 'in' ? answer.flowIn : answer.flowOut;
  if (flow.samples.some((samples) => samples > 0)) lines.push(flowLine(flow, answer, options.knownFromMs));
  const { speed } = answer;
  const rules =
    speed > 0
      ? [
          { value: speed * 0.7, label: '70 %', colour: 'warn-fill' as const, dash: [2, 3] },
          { value: speed * 0.9, label: '90 %', colour: 'crit-fill' as const, dash: [2, 3] },
        ]
      : [];
  const counting = lines.some(({ halfWidths }) => halfWidths) ? COUNTED_AND_SAMPLED : COUNTED;
  return { ...common(answer, options), counting, unit: 'bit/s', lines, rules, fullScale: speed };
}

/** One counter over the range. */
export function counterChart(
  answer: CounterAnswer,
  counter: CounterDescription,
  options: ChartOptions,
): Unscaled<LineModel> {
  const rate = answer.rates[counter.name];
  const bad = /discard|error/.test(counter.name);
  const values = counter.unit === 'bit/s' ? rate?.map((octets) => octets * 8) : rate;
  const lines = values
    ? [line(answer, { id: counter.name, label: counter.label, colour: bad ? 'crit-fill' : 's1', values })]
    : [];
  const unit = counter.unit === '%' ? '%' : counter.unit === 'bit/s' ? 'bit/s' : 'frame/s';
  return { ...common(answer, options), unit, lines, rules: [], fullScale: 0 };
}

/** Which counter interval holds a moment; -1 where none does. */
export function intervalIndex(answer: CounterAnswer, timeMs: number): number {
  return answer.fromMs.findIndex((from, index) => timeMs >= from && timeMs < answer.toMs[index]!);
}

/** true where the port said nothing about this counter. */
export function isReported(answer: CounterAnswer, name: string): boolean {
  return answer.rates[name]?.some((value) => Number.isFinite(value)) ?? false;
}
