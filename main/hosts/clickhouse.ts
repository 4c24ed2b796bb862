/** The ClickHouse server of a data directory: what is stored goes there as well, from the store's own thread. */
import type { ClickHouseApi, ClickHousePastApi } from '../../shared/model/clickhouse.ts';
import type { StoreStatus } from '../../shared/model/store.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import { Link } from '../clickhouse/link.ts';
import type { Store } from '../store/store.ts';
import { readLink, writeLink } from './clickhouse-settings.ts';
import { keyReader } from './key-texts.ts';
import type { StoreCalls } from './storage.ts';

/** How often it is looked at whether minutes wait. */
const EVERY_MS = 5000;

export type FarStore = {
  handlers: Handlers<ClickHouseApi & ClickHousePastApi>;
  /** A status of the store with what the server has. */
  withFar(status: StoreStatus): StoreStatus;
  close(): void;
};

export function clickHouseFor(directory: string, store: Store): FarStore {
  const link = new Link({
    kept: readLink(directory),
    keep: (kept) => writeLink(directory, kept),
    nowMs: Date.now,
    outbox: {
      keep: (isOn) => store.outbox.keep(isOn),
      next: (nowMinute, limit) => store.outbox.next(nowMinute, limit),
      whole: (minute) => store.whole(minute),
      done: (minute, revision) => store.outbox.done(minute, revision),
      waiting: () => store.outbox.waiting(),
      dropped: () => store.outbox.dropped,
    },
    namedKeys() {
      const { agents, interfaces } = store.network();
      const read = keyReader({
        agents: agents.map(({ agent, name }) => [agent, name]),
        interfaces: interfaces.map(({ agent, ifIndex, name }) => [agent, ifIndex, name]),
      });
      return ({ keys }) => read(keys);
    },
  });
  const timer = setInterval(() => void link.tick(), EVERY_MS);
  void link.tick();
  return {
    handlers: {
      'clickhouse.status': () => link.status(),
      'clickhouse.set': (settings, secret) => link.set(settings, secret),
      'clickhouse.test': (settings, secret) => link.test(settings, secret),
      'clickhouse.past': (definition, stepMinutes, from, to) => link.past(definition, stepMinutes, from, to),
      'clickhouse.counters': (port, stepMinutes, from, to) => link.counters(port, stepMinutes, from, to),
      'clickhouse.metrics': (selection, stepMinutes, from, to) =>
        link.metrics(selection, stepMinutes, from, to),
    },
    withFar: (status) => ({ ...status, far: link.minutes }),
    close() {
      clearInterval(timer);
      void link.close();
    },
  };
}

/** The calls as a host relays them. `store`: the store's thread now, null where nothing is stored. */
export function clickHouseHandlers(store: () => StoreCalls | null): Handlers<ClickHouseApi> {
  const stored = (): StoreCalls => {
    const client = store();
    if (!client) throw new RpcError('refused', 'This Weir stores nothing, so there is nothing to send.');
    return client;
  };
  return {
    'clickhouse.status': async () => (await store()?.call(null, 'clickhouse.status', [])) ?? null,
    'clickhouse.set': (settings, secret) => stored().call(null, 'clickhouse.set', [settings, secret]),
    'clickhouse.test': (settings, secret) => stored().call(null, 'clickhouse.test', [settings, secret]),
  };
}
