/**
 * A live workspace as it was at a moment that is recorded: what is otherwise told of now. Figures over a range need no
 * call of their own, as their questions name the range.
 */
import type { AgentHealth } from './health.ts';
import type { KnownName } from './knowledge.ts';
import type { LocateAnswer } from './location.ts';
import type { HostNode, MetricFilter, MetricValue } from './metric.ts';
import type { AgentStatus } from './network.ts';
import type { Interval } from './question.ts';
import type { TrendLevel } from './storage.ts';

/** What is known at a moment is what was heard in this time before it, or since it was played from an earlier one. */
export const MOMENT_LEAD_MS = 300_000;

/**
 * What was told of a moment. `trendMinutes` is the width of the stored trend that told it, as sums and means, where the
 * datagrams have gone; null: single datagrams did.
 */
export type AtMoment<T> = { told: T; trendMinutes: TrendLevel | null };

export type MomentApi = {
  'moment.agents': (atMs: number) => AtMoment<AgentStatus[]>;
  'moment.health': (atMs: number) => AgentHealth[];
  /** From trends: the hosts by their addresses, and the virtual nodes by service. */
  'moment.hosts': (atMs: number) => AtMoment<HostNode[]>;
  /** As `metricDump`, of the counters heard before the moment. */
  'moment.metricDump': (
    atMs: number,
    agents: string,
    metrics: string,
    filter: MetricFilter,
  ) => AtMoment<MetricValue[]>;
  'moment.locate': (atMs: number, text: string, limit: number) => LocateAnswer;
  /** Names heard before the moment; where nothing better was, what is known by now. */
  'moment.names': (atMs: number, addresses: string[]) => (KnownName | null)[];
};

export type TimelineApi = {
  timeline: () => Timeline;
};

/** The stretches of time that can be asked of, oldest first; what lies between them was not heard or not kept. */
export type Timeline = {
  /** Of which every datagram is there. */
  recorded: Interval[];
  /** Of which sums are stored. */
  stored: Interval[];
};
