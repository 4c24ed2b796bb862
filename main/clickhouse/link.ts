/**
 * Keeps a ClickHouse server up to date with what is stored. Minutes that were written to and are over wait in the local
 * database (`Outbox`), go out oldest first, each whole under a revision of its own, and are taken off only when the
 * server has confirmed them: what dies in between, on either side, is sent again and counts once. Nothing here waits
 * for the server but this.
 */
import type { ClickHouseSettings, ClickHouseStatus, FarAnswer } from '../../shared/model/clickhouse.ts';
import type {
  MetricSelection,
  StoredCounters,
  StoredDefinition,
  StoredMetric,
} from '../../shared/model/store.ts';
import { RpcError } from '../../shared/rpc.ts';
import { farArrivals, farFlows, farMinutes } from './past.ts';
import { type KeyTexts, rowsOf, type WholeMinute } from './rows.ts';
import { identifier, schemaStatements } from './schema.ts';
import { farCounters, farMetrics } from './series.ts';
import { Server, settingsProblem } from './server.ts';

/** Rows of one insert: few enough that a slow server takes it in time. */
const ROWS_PER_INSERT = 50_000;
/** Minutes sent before others have a turn. */
const MINUTES_PER_ROUND = 30;
/** Between tries of a server that is away. */
const RETRY_MS = [5000, 15_000, 60_000];

/** What is kept of a link between runs. */
export type KeptLink = {
  settings: ClickHouseSettings;
  secret: string;
  /** What the rows of this data directory are told from those of others by. */
  source: string;
};

/** Minutes that wait to be sent, as the store keeps them. */
export type Outbox = {
  /** While it is on, every minute that is written to waits. What is stored already waits as well when it is begun. */
  keep(isOn: boolean): void;
  /** Minutes that are over, oldest first; `revision` grows with each writing. */
  next(nowMinute: number, limit: number): { minute: number; revision: number }[];
  whole(minute: number): WholeMinute;
  /** Takes a minute off, unless it was written to since. */
  done(minute: number, revision: number): void;
  waiting(): number;
  /** Minutes whose retention was over before they were sent. */
  dropped(): number;
};

export type LinkOptions = {
  outbox: Outbox;
  kept: KeptLink;
  /** Where the settings go; throws where they cannot be kept. */
  keep: (kept: KeptLink) => void;
  /** How keys are shown, with the names of now. */
  namedKeys: () => KeyTexts;
  nowMs: () => number;
  timeLimitMs?: number;
};

export class Link {
  readonly #options: LinkOptions;
  #kept: KeptLink;
  #server: Server | null = null;
  #isReady = false;
  #problem = '';
  #minutesSent = 0;
  #rowsSent = 0;
  #minutes: ClickHouseStatus['minutes'] = null;
  #failures = 0;
  #notBeforeMs = 0;
  #sending: Promise<void> | null = null;
  #revision = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#kept = options.kept;
    this.#begin();
  }

  #begin(): void {
    const { settings, secret } = this.#kept;
    this.#options.outbox.keep(settings.enabled);
    this.#isReady = false;
    this.#minutes = null;
    this.#failures = 0;
    this.#notBeforeMs = 0;
    this.#problem = settings.enabled ? settingsProblem(settings) : '';
    this.#server =
      settings.enabled && this.#problem === ''
        ? new Server(settings, secret, this.#options.timeLimitMs)
        : null;
  }

  /** First and last minute that the server has; null where it has none, or is away. */
  get minutes(): ClickHouseStatus['minutes'] {
    return this.#isReady ? this.#minutes : null;
  }

  status(): ClickHouseStatus {
    const { settings, secret } = this.#kept;
    const { outbox } = this.#options;
    return {
      settings,
      hasSecret: secret !== '',
      state: !settings.enabled
        ? 'off'
        : this.#problem !== ''
          ? 'away'
          : this.#isReady
            ? 'connected'
            : 'waiting',
      problem: this.#problem,
      minutesSent: this.#minutesSent,
      rowsSent: this.#rowsSent,
      minutesWaiting: outbox.waiting(),
      minutesDropped: outbox.dropped(),
      minutes: this.#minutes,
    };
  }

  /** Rejects with a sentence where the settings are none or cannot be kept. */
  async set(settings: ClickHouseSettings, secret: string | null): Promise<ClickHouseStatus> {
    const problem = settingsProblem(settings);
    if (problem !== '' && settings.enabled) throw new RpcError('refused', problem);
    const kept = { ...this.#kept, settings, secret: this.#secretFor(settings, secret) };
    try {
      this.#options.keep(kept);
    } catch {
      throw new RpcError(
        'refused',
        'The settings could not be written to the data directory; is the disk full?',
      );
    }
    const before = this.#server;
    const { address, database } = this.#kept.settings;
    this.#kept = kept;
    // Another server has nothing yet: all that is stored goes to it.
    if (settings.address !== address || settings.database !== database) this.#options.outbox.keep(false);
    this.#begin();
    await before?.close();
    void this.tick();
    return this.status();
  }

  /** A stored secret is for the server and user that it was given for: no other address is told it. */
  #secretFor(settings: ClickHouseSettings, secret: string | null): string {
    const { settings: known, secret: stored } = this.#kept;
    const isSame = settings.address === known.address && settings.user === known.user;
    return secret ?? (isSame ? stored : '');
  }

  async test(settings: ClickHouseSettings, secret: string | null): Promise<{ version: string }> {
    const problem = settingsProblem(settings);
    if (problem !== '') throw new RpcError('refused', problem);
    const server = new Server(settings, this.#secretFor(settings, secret), this.#options.timeLimitMs);
    try {
      return { version: await server.version() };
    } catch (error) {
      throw new RpcError('refused', error instanceof Error ? error.message : 'The server cannot be asked.');
    } finally {
      await server.close();
    }
  }

  /** Sends what waits, where it is time for that; settles when that is done. Never rejects. */
  tick(): Promise<void> {
    if (this.#server === null || this.#options.nowMs() < this.#notBeforeMs) return Promise.resolve();
    this.#sending ??= this.#send(this.#server).finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #send(server: Server): Promise<void> {
    const { outbox, nowMs } = this.#options;
    const { database } = this.#kept.settings;
    const isCurrent = (): boolean => server === this.#server;
    try {
      if (!this.#isReady) {
        await server.version();
        for (const statement of schemaStatements(database)) await server.command(statement);
        const minutes = await farMinutes(server, database, this.#kept.source);
        if (!isCurrent()) return;
        this.#minutes = minutes;
        this.#isReady = true;
      }
      const keyTexts = this.#options.namedKeys();
      for (const { minute, revision } of outbox.next(Math.floor(nowMs() / 60_000), MINUTES_PER_ROUND)) {
        const rows = await this.#sendMinute(server, outbox.whole(minute), keyTexts);
        if (!isCurrent()) return;
        outbox.done(minute, revision);
        this.#minutesSent++;
        this.#rowsSent += rows;
        const { first, last } = this.#minutes ?? { first: minute, last: minute };
        this.#minutes = { first: Math.min(first, minute), last: Math.max(last, minute) };
      }
      this.#problem = '';
      this.#failures = 0;
    } catch (error) {
      if (!isCurrent()) return;
      this.#problem = error instanceof Error ? error.message : 'The server cannot be written to.';
      // It may come back as another one, or empty.
      this.#isReady = false;
      this.#notBeforeMs = nowMs() + RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)]!;
    }
  }

  /** The rows, and behind them the line that makes them count; answers how many there were. */
  async #sendMinute(server: Server, whole: WholeMinute, keyTexts: KeyTexts): Promise<number> {
    const { settings, source } = this.#kept;
    const database = identifier(settings.database);
    // Greater than of any earlier attempt, also of an earlier run.
    this.#revision = Math.max(this.#options.nowMs(), this.#revision + 1);
    const revision = this.#revision;
    let sent = 0;
    for (const { table, rows } of rowsOf(whole, source, revision, keyTexts))
      for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
        const part = rows.slice(at, at + ROWS_PER_INSERT);
        await server.insert(`${database}.${table}`, part);
        sent += part.length;
      }
    const { minute } = whole;
    await server.insert(`${database}.weir_minute`, [{ source, minute, time: minute * 60, revision }]);
    return sent;
  }

  /** Flows and arrivals of a range in steps of so many minutes; null where the server has none or is away. */
  past(
    definition: StoredDefinition,
    stepMinutes: number,
    from: number,
    to: number,
  ): Promise<FarAnswer | null> {
    return this.#ask(async (...where) => ({
      flows: await farFlows(...where, definition, stepMinutes, from, to),
      arrivals: await farArrivals(...where, stepMinutes, from, to),
    }));
  }

  /** Counters of one port or of all; null as above. */
  counters(
    port: { agent: string; ifIndex: number } | null,
    stepMinutes: number,
    from: number,
    to: number,
  ): Promise<StoredCounters[] | null> {
    return this.#ask((...where) => farCounters(...where, port, stepMinutes, from, to));
  }

  /** A metric at every data source that is meant; null as above. */
  metrics(
    selection: MetricSelection,
    stepMinutes: number,
    from: number,
    to: number,
  ): Promise<StoredMetric[] | null> {
    return this.#ask((...where) => farMetrics(...where, selection, stepMinutes, from, to));
  }

  /** Rejects with RpcError 'refused' and the server's sentence. */
  async #ask<Answer>(
    ask: (...where: [server: Server, database: string, source: string]) => Promise<Answer>,
  ): Promise<Answer | null> {
    const server = this.#server;
    if (server === null || !this.#isReady || this.#minutes === null) return null;
    const { settings, source } = this.#kept;
    try {
      return await ask(server, settings.database, source);
    } catch (error) {
      throw new RpcError('refused', error instanceof Error ? error.message : 'The server cannot be asked.');
    }
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    await server?.close();
  }
}
