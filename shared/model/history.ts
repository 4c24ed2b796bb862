/** The calls of the history thread, which answers the live engine's questions about the past from its recording. */
import type { FlowDefinition } from './definition.ts';
import type {
  DatagramDetail,
  DatagramExport,
  DatagramExportQuestion,
  DatagramFilter,
  DatagramList,
  DatagramListQuestion,
} from './inspect.ts';
import type { MetricSeries, MetricSeriesQuestion } from './metric.ts';
import type { MomentApi } from './moment.ts';
import type { InterfaceStatus } from './network.ts';
import type { CounterAnswer, CounterQuestion, FlowAnswer, FlowQuestion, Interval } from './question.ts';
import type { RecordedPart, RecordedRange } from './recording.ts';
import type { StoredAgent, StoredDocument, StoredInterface } from './store.ts';

/** A range is begun to be read this long before, so that sequences and counters are known when it begins. */
export const LEAD_MS = 5000;
export const COUNTER_LEAD_MS = 150_000;
/** Counters are read for so much longer: the interval in which a range ends is told after it. */
export const COUNTER_TRAIL_MS = 60_000;
/** What a smoothed value has forgotten of the time before: so many time constants. */
const CONSTANTS = 20;

export const metricTrailMs = (definition: FlowDefinition | null): number =>
  definition === null ? COUNTER_TRAIL_MS : 0;

/** How long before a range a metric is begun to be read: its counters, and what its definition smooths. */
export const metricLeadMs = (definition: FlowDefinition | null): number =>
  Math.max(COUNTER_LEAD_MS, Math.min(600_000, (definition?.t ?? 0) * CONSTANTS * 1000));

/** Names of agents and interfaces, and what the user made of which keys and filters speak. */
export type KnownToHistory = {
  agents: StoredAgent[];
  interfaces: StoredInterface[];
  documents: StoredDocument[];
};

/** Each with what is recorded of the time before the moment. */
export type RecordedMomentApi = {
  [Call in keyof MomentApi]: (
    range: RecordedRange,
    ...asked: Parameters<MomentApi[Call]>
  ) => ReturnType<MomentApi[Call]>;
};

export type HistoryApi = RecordedMomentApi & {
  /** What is known beside the recording; said again when there is more. */
  know: (known: KnownToHistory) => null;
  /** `asked` is the range in time; `range` is what is recorded from LEAD_MS before it on. */
  flows: (question: FlowQuestion, asked: Interval, range: RecordedRange) => FlowAnswer;
  interfaces: (interval: Interval, range: RecordedRange) => InterfaceStatus[];
  counters: (question: CounterQuestion, interval: Interval, range: RecordedRange) => CounterAnswer;
  /** `definition` is what the metric is of, where it is no counter. */
  metricSeries: (
    question: MetricSeriesQuestion & { interval: Interval },
    definition: FlowDefinition | null,
    range: RecordedRange,
  ) => MetricSeries;
  'datagrams.list': (question: DatagramListQuestion, range: RecordedRange) => DatagramList;
  'datagrams.get': (id: number, filter: DatagramFilter | null, range: RecordedRange) => DatagramDetail;
  'datagrams.export': (question: DatagramExportQuestion, range: RecordedRange) => DatagramExport;
  export: (interval: Interval, from: RecordedPart['next'], range: RecordedRange) => RecordedPart;
};
