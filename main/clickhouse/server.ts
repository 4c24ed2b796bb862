/**
 * One ClickHouse server over HTTP: the few things that are asked of it, each error as one sentence, and nothing of a
 * secret in any of them.
 */
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import type { ClickHouseSettings } from '../../shared/model/clickhouse.ts';
import { IDENTIFIER } from './schema.ts';

/** An answer that takes longer is none. */
const TIME_LIMIT_MS = 30_000;
const MOST_SAID = 300;

/** The server cannot be used; the sentence says why. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
}

/** What is wrong with settings, as a sentence; '' where nothing is. */
export function settingsProblem({ address, database, user }: ClickHouseSettings): string {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return `“${address}” is no address; write it as in http://127.0.0.1:8123.`;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return 'ClickHouse is spoken to over http or https; write the address as in http://127.0.0.1:8123.';
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return 'The address holds neither user nor secret nor settings; they have fields of their own.';
  if (!IDENTIFIER.test(database))
    return 'The name of a database has letters, digits and underscores, and begins with no digit.';
  if (user === '') return 'Name the user that Weir is to sign in as; the server’s own is “default”.';
  return '';
}

/** Older servers know no `async_insert` and refuse a statement that names it. */
const FIRST_WITH_QUEUES = 22;

export class Server {
  readonly #client: ClickHouseClient;
  readonly #address: string;
  readonly #secret: string;
  /** Whether it is one of those that would queue inserts by themselves, and may confirm them before they are written. */
  #queues = false;

  constructor({ address, user }: ClickHouseSettings, secret: string, timeLimitMs = TIME_LIMIT_MS) {
    this.#address = new URL(address).origin;
    this.#secret = secret;
    this.#client = createClient({
      url: address,
      username: user,
      password: secret,
      // The database may not be there yet: statements name it.
      database: 'default',
      request_timeout: timeLimitMs,
      max_open_connections: 2,
      keep_alive: { enabled: false },
      // What goes wrong is told to the user, who has no console.
      log: { LoggerClass: Silent },
    });
  }

  /** Rejects with ServerError, as all that follows does. */
  async command(query: string): Promise<void> {
    await this.#asking(() => this.#client.command({ query }));
  }

  /** Which release it is, as '18.16.1'. */
  async version(): Promise<string> {
    const [row] = await this.query<[string]>('SELECT version()');
    const version = row?.[0] ?? '';
    this.#queues = Number.parseInt(version, 10) >= FIRST_WITH_QUEUES;
    return version;
  }

  /** Settles when the rows are written. */
  async insert(table: string, rows: readonly Record<string, unknown>[]): Promise<void> {
    const insert = { table, values: [...rows], format: 'JSONEachRow' as const };
    const written = this.#queues ? { clickhouse_settings: { async_insert: 0 as const } } : {};
    await this.#asking(() => this.#client.insert({ ...insert, ...written }));
  }

  async query<Row extends unknown[]>(query: string): Promise<Row[]> {
    return this.#asking(async () => {
      const found = await this.#client.query({ query, format: 'JSONCompact' });
      return (await found.json<Row>()).data as unknown as Row[];
    });
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #asking<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw new ServerError(this.#sentence(error));
    }
  }

  #sentence(error: unknown): string {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const said = error instanceof Error ? error.message : '';
    if (/^E[A-Z]+$/.test(code) || said === '')
      return `The ClickHouse server at ${this.#address} does not answer (${code || 'unknown reason'}).`;
    if (/timeout/i.test(said)) return `The ClickHouse server at ${this.#address} does not answer in time.`;
    const plain = said.replace(/\s+/g, ' ').slice(0, MOST_SAID);
    const safe = this.#secret === '' ? plain : plain.replaceAll(this.#secret, '…');
    return `The ClickHouse server at ${this.#address} refuses: ${safe}`;
  }
}

class Silent {
  trace(): void {}
  debug(): void {}
  info(): void {}
  warn(): void {}
  error(): void {}
}
