/**
 * Events: what was raised, by a threshold or by Weir itself, as one row from its beginning to its end. Thresholds
 * raise them (`threshold.ts`), actions are told of them (`action.ts`), the store keeps them.
 */

export type Severity = 'info' | 'warning' | 'critical';

/** What Weir itself tells of. */
export type SystemEventName =
  | 'agent-seen'
  | 'agent-lost'
  | 'agent-restarted'
  | 'sampling-rate-changed'
  | 'datagrams-lost'
  | 'disk-full'
  | 'action-failing';

/** A part of the cause: the largest flows at the moment of raising. */
export type Contributor = {
  /** What its keys are called, such as `ipsource,ipdestination`. */
  keys: string;
  /** As sFlow-RT writes flow keys: values joined by commas. */
  key: string;
  value: number;
  /** Of the whole at that moment, 0 to 1; null where no whole is known. */
  share: number | null;
};

export type WeirEvent = {
  /** Grows from event to event, over restarts too where there is a store. */
  id: number;
  kind: 'threshold' | 'system';
  /** Name of the threshold, or a `SystemEventName`. */
  name: string;
  severity: Severity;
  /** What happened, in one plain sentence, such as “Input utilisation of spine1 port 3 is 92 %, above 80 %.” */
  title: string;
  raisedMs: number;
  /** When it was last above its level, or last repeated. */
  updatedMs: number;
  clearedMs: number | null;
  /** '' where it concerns none. */
  agent: string;
  agentName: string;
  dataSource: string;
  interfaceName: string;
  /** '' where it does not go by flow. */
  flowKey: string;
  metric: string;
  /** What `value`, `peak` and `level` are in: 'bit/s', '%', …; '' for plain numbers. */
  unit: string;
  /** null where the event has no figure. */
  level: number | null;
  value: number | null;
  peak: number | null;
  causes: Contributor[];
  /** How often it was raised again within its flap time: such a one goes on, and is no second event. */
  repeats: number;
  acknowledgedMs: number | null;
  note: string;
  snoozedUntilMs: number | null;
  /** Name of the mute that keeps it from actions; '' for none. */
  mutedBy: string;
  /** Traffic that belongs to it: what to filter and what range to ask or to export. */
  evidence: { fromMs: number; toMs: number; agent: string; filter: string };
};

/** What actions and whoever else listens are told. */
export type EventChange = { what: 'raised' | 'updated' | 'cleared'; event: WeirEvent };

export type EventListQuestion = {
  /** Events that stood at any time in fromMs ≤ t < toMs. */
  fromMs: number;
  toMs: number;
  standing: boolean | null;
  acknowledged: boolean | null;
  /** Empty for all. */
  severities: Severity[];
  kinds: WeirEvent['kind'][];
  names: string[];
  agents: string[];
  /** Part of title, key, agent, interface or note; '' for all. */
  text: string;
  /** Newest first; how many, and how many are passed over. */
  limit: number;
  offset: number;
  /** How many equal parts the range is counted in for the timeline. */
  bins: number;
};

export type EventList = {
  events: WeirEvent[];
  /** How many match in all. */
  total: number;
  /** Raised per part of the range, by severity. */
  timeline: Record<Severity, number[]>;
  /** How many match by name of the threshold, for grouping and for the filter. */
  byName: Record<string, number>;
};

export type EventCounts = {
  standing: Record<Severity, number>;
  unacknowledged: number;
  /** Grows whenever anything about events changed. */
  version: number;
};

/** No action is told of events within a mute; they are kept and shown as muted. */
export type Mute = {
  name: string;
  /** Empty: any. */
  thresholds: string[];
  agents: string[];
  dataSources: string[];
  /** Always, once, or each week: days 0 (Sunday) to 6, minutes of the local day; over midnight where from > to. */
  when:
    | { kind: 'always' }
    | { kind: 'once'; fromMs: number; toMs: number }
    | { kind: 'weekly'; days: number[]; fromMinute: number; toMinute: number };
  note: string;
};

export type EventsApi = {
  'events.list': (question: EventListQuestion) => EventList;
  'events.get': (id: number) => WeirEvent;
  'events.counts': () => EventCounts;
  /** null takes the acknowledgement back. */
  'events.acknowledge': (ids: number[], note: string | null) => null;
  /** No action is told of them until then; null ends it. */
  'events.snooze': (ids: number[], untilMs: number | null) => null;
  'mutes.list': () => Mute[];
  'mutes.put': (mute: Mute) => Mute;
  'mutes.delete': (name: string) => null;
};
