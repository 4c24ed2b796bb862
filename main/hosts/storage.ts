/** The calls about where trends lie: what they take, how long they are kept, a copy of them. */
import { join } from 'node:path';
import type { ClickHouseApi } from '../../shared/model/clickhouse.ts';
import type { StorageApi } from '../../shared/model/storage.ts';
import type { StoreApi } from '../../shared/model/store.ts';
import { type Client, type Handlers, RpcError } from '../../shared/rpc.ts';

/** The store's thread, as far as it is called. */
export type StoreCalls = Pick<Client<StoreApi & ClickHouseApi, Record<string, never>>, 'call'>;

/** `store`: the store's thread now, null where nothing is stored. */
export function storageHandlers(
  store: () => StoreCalls | null,
  dataDirectory: string | null,
): Handlers<StorageApi> {
  const stored = (): StoreCalls => {
    const client = store();
    if (!client) throw new RpcError('refused', 'This Weir stores nothing.');
    return client;
  };
  return {
    'storage.report': async () => (await store()?.call(null, 'report', [])) ?? null,
    'storage.setRetention': (retention) => stored().call(null, 'setRetention', [retention]),
    'storage.backup': () => {
      const name = `weir-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}Z.sqlite`;
      return stored().call(null, 'backup', [join(dataDirectory ?? '.', 'backups', name)]);
    },
    'storage.salvage': () => stored().call(null, 'salvage', []),
  };
}
