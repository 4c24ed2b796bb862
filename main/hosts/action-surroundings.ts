/** What actions need of the world, within the engine's thread: names by the system, the rest by asking the host. */
import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import type { ActionHostApi } from '../../shared/model/action.ts';
import { connect } from '../../shared/rpc.ts';
import type { LiveOptions } from '../engine/live.ts';
import { portWire } from './port-wire.ts';

type Start = { actionPort: MessagePort; desktop: boolean; directory: string | null };

export function actionSurroundings({
  actionPort,
  desktop,
  directory,
}: Start): NonNullable<LiveOptions['surroundings']> {
  const host = connect<ActionHostApi, Record<string, never>>(portWire(actionPort));
  return {
    ...{ desktop, directory, computer: hostname() },
    notify: (notification) => host.call(null, 'notify', [notification]),
    resolve: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
  };
}
