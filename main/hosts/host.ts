/**
 * Who runs the engines: one thread per workspace, one for the store, one for the sample network while it sends.
 * A window or a browser is attached by a `Wire`; the host answers what concerns itself, hands every other call
 * to the workspace it names, and pushes what changed to all that are attached.
 */
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { basename } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import type { ApiEvents, HostApi, HostDescription, WorkspaceApi } from '../../shared/api.ts';
import { safeText } from '../../shared/format/text.ts';
import type { ActionNotification } from '../../shared/model/action.ts';
import type { ClickHouseApi, ClickHouseSettings } from '../../shared/model/clickhouse.ts';
import { KNOWLEDGE_CHANGES, KNOWLEDGE_SHELVES } from '../../shared/model/knowledge.ts';
import type { StoreApi, StoredDocument } from '../../shared/model/store.ts';
import type {
  ListenerSettings,
  WorkspaceId,
  WorkspaceStatus,
  WorkspaceSummary,
} from '../../shared/model/workspace.ts';
import { type Call, type Dispatch, type Handlers, RpcError, serve, type Wire } from '../../shared/rpc.ts';
import { checkArguments, hostArguments, workspaceArguments } from '../rpc/arguments.ts';
import { readCapture } from '../sources/capture.ts';
import { clickHouseHandlers } from './clickhouse.ts';
import { portWire } from './port-wire.ts';
import { RestSwitch } from './rest-switch.ts';
import { DEFAULT_SETTINGS, readSettings, writeSettings } from './settings.ts';
import { type StartProcess, sqlConsole } from './sql.ts';
import { storageHandlers } from './storage.ts';
import { startThread, type Thread } from './thread.ts';

export type HostOptions = {
  kind: 'electron' | 'serve';
  version: string;
  /** Where minutes and settings lie; null keeps nothing. */
  dataDirectory: string | null;
  /** What secrets in the data directory are sealed with; null or absent: nothing, in a file of its owner's. */
  secretsKey?: Uint8Array | null;
  /** Overrides the stored listeners for this run. */
  listeners?: ListenerSettings[];
  /** Sends what is stored to this server from now on. */
  clickHouse?: { settings: ClickHouseSettings; secret: string };
  /** Whether there is a live workspace. */
  live: boolean;
  captures: string[];
  uploadLimitOctets?: number;
  /** The built interface, where REST can be switched on by its user. */
  restRoot?: string;
  /** How a process is started that may be killed; Node's fork where it is not said. */
  startProcess?: StartProcess;
  /** How the desktop shows a notification; where it is not said, the open windows do. */
  notify?: (notification: ActionNotification) => Promise<string>;
};

export type Host = {
  /** Serves a window or a browser until its wire closes. */
  attach(wire: Wire): void;
  /** Opens a capture as a workspace; rejects with a sentence where it is none. */
  openCapture(path: string, title?: string): Promise<WorkspaceSummary>;
  emit<K extends keyof ApiEvents>(name: K, data: ApiEvents[K]): void;
  /** Sentences to tell at the start, such as settings that could not be read. */
  notices: string[];
  /** One call to one workspace, as an attached wire would make it. */
  call: <K extends keyof WorkspaceApi>(
    workspace: WorkspaceId,
    method: K,
    args: Parameters<WorkspaceApi[K]>,
  ) => Promise<ReturnType<WorkspaceApi[K]>>;
  workspaces(): WorkspaceSummary[];
  /** Sends the made-up network into the live workspace until it is stopped. */
  startSampleNetwork(): Promise<null>;
  /** Told by `serve` where its door is. */
  servedAt(address: string, needsToken: boolean): void;
  stop(): Promise<void>;
};

type Workspace = { summary: WorkspaceSummary; thread: Thread<WorkspaceApi>; closed: boolean };

export const LIVE: WorkspaceId = 'live';
const STOP_LIMIT_MS = 4000;
const RESTART_AFTER_MS = [500, 1000, 5000, 30_000];

/** Starts the engines. Rejects with a sentence where the data directory cannot be used. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { dataDirectory } = options;
  const attached = new Set<(name: string, data: unknown) => void>();
  const workspaces = new Map<WorkspaceId, Workspace>();
  const notices: string[] = [];
  let store: Thread<StoreApi & ClickHouseApi> | null = null;
  let sampleNetwork: Thread<Record<string, never>> | null = null;
  let stopping = false;
  let firstShown: WorkspaceId | null = null;
  let restarts = 0;

  function emit<K extends keyof ApiEvents>(name: K, data: ApiEvents[K]): void {
    for (const push of attached) push(name, data);
  }
  const list = (): WorkspaceSummary[] => [...workspaces.values()].map(({ summary }) => summary);

  let listeners = options.listeners;
  let restSettings = DEFAULT_SETTINGS.rest;
  if (dataDirectory !== null && options.live) {
    const stored = readSettings(dataDirectory);
    if (stored.problem) notices.push(stored.problem);
    listeners ??= stored.settings.listeners;
    restSettings = stored.settings.rest;
  }
  listeners ??= [{ address: '', port: 6343 }];

  /** Shows what an action tells, and says where. */
  async function notify(notification: ActionNotification): Promise<string> {
    if (options.notify) return options.notify(notification);
    if (attached.size === 0)
      throw new RpcError('refused', 'No window of Weir is open, so nobody has seen it.');
    emit('notification', notification);
    return attached.size === 1 ? 'Shown in one window.' : `Shown in ${attached.size} windows.`;
  }
  /** All that the live engine may ask of its host. */
  const engineAsks: Dispatch = (_workspace, method, [notification]) => {
    if (method !== 'notify') throw new RpcError('refused', `There is no call “${method}”.`);
    return notify(notification as ActionNotification);
  };

  async function startLive(): Promise<void> {
    const channel = new MessageChannel();
    if (dataDirectory !== null) {
      store = startThread<StoreApi & ClickHouseApi>(
        {
          kind: 'store',
          directory: dataDirectory,
          secretsKey: options.secretsKey ?? null,
          enginePort: channel.port1,
        },
        [channel.port1],
      );
      const problem = await store.started;
      if (problem) {
        await store.end();
        throw new Error(problem);
      }
      const { clickHouse } = options;
      if (clickHouse)
        await store.client.call(null, 'clickhouse.set', [clickHouse.settings, clickHouse.secret]);
    }
    const actions = new MessageChannel();
    serve(portWire(actions.port1), engineAsks);
    const storePort = store === null ? null : channel.port2;
    const thread = startThread<WorkspaceApi>(
      {
        ...{ kind: 'live', id: LIVE, listeners: listeners!, storePort, actionPort: actions.port2 },
        ...{ desktop: options.kind === 'electron', directory: dataDirectory },
      },
      storePort ? [storePort, actions.port2] : [actions.port2],
    );
    watch(LIVE, { id: LIVE, kind: 'live', title: `Live :${listeners![0]?.port ?? 6343}` }, thread);
    thread.client.on('listeners', (set) => {
      listeners = set;
      if (dataDirectory === null) return;
      try {
        writeSettings(dataDirectory, { listeners: set });
      } catch {
        notices.push(
          `The settings could not be written to ${dataDirectory}; they hold until Weir is closed.`,
        );
      }
    });
    thread.onExit(() => {
      if (stopping) return;
      const delay = RESTART_AFTER_MS[Math.min(restarts, RESTART_AFTER_MS.length - 1)]!;
      restarts++;
      setTimeout(() => {
        if (stopping) return;
        void (async () => {
          await store?.end();
          store = null;
          await startLive();
        })();
      }, delay);
    });
    await thread.started;
    const { title } = await thread.client.call(LIVE, 'status', []);
    const live = workspaces.get(LIVE);
    if (live) live.summary.title = title;
  }

  function watch(id: WorkspaceId, summary: WorkspaceSummary, thread: Thread<WorkspaceApi>): void {
    workspaces.set(id, { summary, thread, closed: false });
    thread.client.on('changed', () => emit('changed', { workspace: id }));
  }

  async function openCapture(path: string, title = safeText(basename(path))): Promise<WorkspaceSummary> {
    // Its beginning is read here, so that what is no capture is refused where it was asked for.
    const begun = new AbortController();
    try {
      await readCapture(path, { datagram() {}, chunk: () => begun.abort() }, { signal: begun.signal });
    } catch (error) {
      throw new RpcError('refused', error instanceof Error ? error.message : `${title} cannot be opened.`);
    }
    const documents = await knownDocuments();
    const id = `capture-${randomBytes(6).toString('hex')}`;
    const summary: WorkspaceSummary = { id, kind: 'capture', title };
    watch(id, summary, startThread<WorkspaceApi>({ kind: 'capture', id, path, title, documents }));
    emit('workspaces', { list: list(), select: id });
    return summary;
  }

  /** What the user told about the network holds for captures as well. */
  async function knownDocuments(): Promise<StoredDocument[]> {
    const { client } = store ?? {};
    if (!client) return [];
    try {
      const shelves = KNOWLEDGE_SHELVES.map((kind) => client.call(null, 'documents', [kind]));
      return (await Promise.all(shelves)).flat();
    } catch {
      // A store that does not answer is told of by the live workspace.
      return [];
    }
  }

  /** Tells the captures what was told to the live workspace. One that is not up to it says so when it is asked. */
  function tellCaptures(method: string, args: unknown[]): void {
    for (const [id, { thread }] of workspaces) {
      if (id === LIVE) continue;
      thread.client.call(id, method as keyof WorkspaceApi, args as never).catch(() => null);
    }
  }

  async function startSampleNetwork(): Promise<null> {
    if (sampleNetwork) return null;
    const live = workspaces.get(LIVE);
    if (!live) throw new RpcError('refused', 'There is no live workspace to send a sample network to.');
    const status = await live.thread.client.call(LIVE, 'status', []);
    const open = status.listeners.find(({ state }) => state === 'open');
    if (!open)
      throw new RpcError(
        'refused',
        'No UDP port is open, so the sample network has nowhere to send to; see Settings.',
      );
    const host =
      open.address === '0.0.0.0' || open.address === ''
        ? '127.0.0.1'
        : open.address === '::'
          ? '::1'
          : open.address;
    const thread = startThread<Record<string, never>>({ kind: 'sample-network', host, port: open.port });
    sampleNetwork = thread;
    thread.onExit(() => {
      if (sampleNetwork === thread) sampleNetwork = null;
      emit('changed', { workspace: LIVE });
    });
    emit('changed', { workspace: LIVE });
    return null;
  }

  const speak = {
    attach(wire: Wire): void {
      const push = serve(wire, dispatch);
      attached.add(push);
      wire.onClose(() => attached.delete(push));
    },
    openCapture,
    call: ((workspace, method, args) => dispatch(workspace, method, args) as Promise<never>) as Host['call'],
    workspaces: list,
  };
  const rest = new RestSwitch({
    host: speak,
    version: options.version,
    rendererRoot: options.restRoot ?? null,
    settings: restSettings,
    keep(settings) {
      if (dataDirectory !== null) writeSettings(dataDirectory, { rest: settings });
    },
  });

  const storeClient = () => (store as Thread<StoreApi & ClickHouseApi> | null)?.client ?? null;
  const sql = sqlConsole(storeClient, options.startProcess);
  const handlers: Handlers<HostApi> = {
    ...storageHandlers(storeClient, dataDirectory),
    ...clickHouseHandlers(storeClient),
    ...sql.handlers,
    'host.describe': (): HostDescription => ({
      version: options.version,
      host: options.kind,
      platform: process.platform,
      addresses: ownAddresses(),
      select: firstShown !== null && workspaces.has(firstShown) ? firstShown : null,
      uploadLimitOctets: options.kind === 'serve' ? (options.uploadLimitOctets ?? 0) : 0,
    }),
    'workspaces.list': list,
    'workspaces.open': (path) => {
      if (options.kind !== 'electron')
        throw new RpcError('refused', 'In a browser a capture is uploaded, not opened by its path.');
      return openCapture(path);
    },
    'workspaces.close': async (id) => {
      const workspace = workspaces.get(id);
      if (!workspace || id === LIVE) throw new RpcError('refused', 'Only a capture can be closed.');
      workspaces.delete(id);
      await workspace.thread.end();
      emit('workspaces', { list: list(), select: null });
      return null;
    },
    'sampleNetwork.start': startSampleNetwork,
    'sampleNetwork.stop': async () => {
      await sampleNetwork?.end();
      sampleNetwork = null;
      emit('changed', { workspace: LIVE });
      return null;
    },
    'rest.get': () => rest.status(),
    'rest.set': (settings) => rest.set(settings),
  };

  async function dispatch(
    workspace: WorkspaceId | null,
    method: string,
    args: unknown[],
    call?: Call,
  ): Promise<unknown> {
    if (workspace === null) {
      const checked = checkArguments(hostArguments, method, args);
      return (handlers[method as keyof HostApi] as (...args: unknown[]) => unknown)(...checked);
    }
    const target = workspaces.get(workspace);
    if (!target) throw new RpcError('refused', 'This workspace has been closed.');
    const checked = checkArguments(workspaceArguments, method, args);
    const value: unknown = await target.thread.client.call(
      workspace,
      method as keyof WorkspaceApi,
      checked as never,
      call?.signal,
      call && { onProgress: call.progress },
    );
    if ((KNOWLEDGE_CHANGES as readonly string[]).includes(method)) {
      if (workspace === LIVE) tellCaptures(method, checked);
      emit('known', null);
    }
    if (method === 'status' && workspace === LIVE) {
      const status = value as WorkspaceStatus;
      target.summary.title = status.title;
      return {
        ...status,
        sampleNetwork: sampleNetwork !== null,
        problem: status.problem || notices[0] || '',
      };
    }
    return value;
  }

  if (options.live) await startLive();
  for (const path of options.captures) firstShown = (await openCapture(path)).id;

  await rest.start();

  return {
    ...speak,
    emit,
    notices,
    startSampleNetwork,
    servedAt: (address, needsToken) => rest.servedAt(address, needsToken),
    async stop() {
      stopping = true;
      await rest.stop();
      sql.stop();
      const ending = (async () => {
        await sampleNetwork?.end();
        const live = workspaces.get(LIVE);
        await live?.thread.client.call(LIVE, 'stop' as keyof WorkspaceApi, [] as never).catch(() => null);
        await store?.client.call(null, 'close', []).catch(() => null);
      })();
      await Promise.race([ending, new Promise((resolve) => setTimeout(resolve, STOP_LIMIT_MS).unref())]);
      await Promise.all([...[...workspaces.values()].map(({ thread }) => thread.end()), store?.end()]);
      workspaces.clear();
    },
  };
}

/** Addresses that a switch may send to: IPv4 before IPv6, neither loopback nor link-local. */
function ownAddresses(): string[] {
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(
      ({ internal, address }) => !internal && !address.startsWith('fe80') && !address.startsWith('169.254.'),
    );
  return [
    ...found.filter(({ family }) => family === 'IPv4'),
    ...found.filter(({ family }) => family === 'IPv6'),
  ].map(({ address }) => address);
}
