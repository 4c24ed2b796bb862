/**
 * Sending what is stored to a ClickHouse server beside the local database, and asking it about times that have gone
 * from here. The local database is what waits while the server is away.
 */
import type {
  MetricSelection,
  StoredArrivals,
  StoredCounters,
  StoredDefinition,
  StoredFlows,
  StoredMetric,
} from './store.ts';

/** What a user decides; the secret is kept apart, and never given back. */
export type ClickHouseSettings = {
  enabled: boolean;
  /** As in 'http://127.0.0.1:8123'. */
  address: string;
  database: string;
  user: string;
};

export const DEFAULT_CLICKHOUSE: ClickHouseSettings = {
  enabled: false,
  address: 'http://127.0.0.1:8123',
  database: 'weir',
  user: 'default',
};

export type ClickHouseStatus = {
  settings: ClickHouseSettings;
  /** Whether a secret is kept. */
  hasSecret: boolean;
  state: 'off' | 'waiting' | 'connected' | 'away';
  /** One plain sentence where the server cannot be used now, else ''. */
  problem: string;
  /** Minutes and rows that the server has confirmed since the start. */
  minutesSent: number;
  rowsSent: number;
  /** Stored minutes that it has not confirmed. They are kept until it does, or their retention is over. */
  minutesWaiting: number;
  /** Minutes whose retention was over before they could be sent. */
  minutesDropped: number;
  /** First and last minute (since 1970) that the server has of this Weir; null before it said so. */
  minutes: { first: number; last: number } | null;
};

/** Flows and arrivals in steps of whole minutes. */
export type FarAnswer = { flows: StoredFlows; arrivals: StoredArrivals[] };

/**
 * What an engine asks of its store's thread, in steps of whole minutes. Each answers null where the server has nothing, or
 * is not there, and rejects with a sentence where it refuses.
 */
export type ClickHousePastApi = {
  'clickhouse.past': (
    definition: StoredDefinition,
    stepMinutes: number,
    fromMinute: number,
    toMinute: number,
  ) => FarAnswer | null;
  'clickhouse.counters': (
    port: { agent: string; ifIndex: number } | null,
    stepMinutes: number,
    fromMinute: number,
    toMinute: number,
  ) => StoredCounters[] | null;
  'clickhouse.metrics': (
    selection: MetricSelection,
    stepMinutes: number,
    fromMinute: number,
    toMinute: number,
  ) => StoredMetric[] | null;
};

export type ClickHouseTest = { version: string };

export type ClickHouseApi = {
  /** null where this Weir stores nothing. */
  'clickhouse.status': () => ClickHouseStatus | null;
  /** `secret` null keeps the one that is stored. Rejects with a sentence. */
  'clickhouse.set': (settings: ClickHouseSettings, secret: string | null) => ClickHouseStatus;
  /** Asks a server whether it can be used so; changes nothing. */
  'clickhouse.test': (settings: ClickHouseSettings, secret: string | null) => ClickHouseTest;
};
