/**
 * The entry of every thread: it looks at what it was started as and serves that over its own port. A thread
 * knows nothing of its host; SQLite is loaded in the store's thread alone.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { ClickHouseApi, ClickHousePastApi } from '../../shared/model/clickhouse.ts';
import type { RecorderApi } from '../../shared/model/recording.ts';
import type { SecretApi } from '../../shared/model/secret.ts';
import type { StoreApi, StoredDocument } from '../../shared/model/store.ts';
import type { ListenerSettings } from '../../shared/model/workspace.ts';
import { connect, type Dispatch, type Handlers, RpcError, serve } from '../../shared/rpc.ts';
import type { Engine } from '../engine/engine.ts';
import { actionSurroundings } from './action-surroundings.ts';
import { portWire } from './port-wire.ts';

export type WorkerStart =
  | {
      kind: 'live';
      id: string;
      listeners: ListenerSettings[];
      storePort: MessagePort | null;
      /** What its actions ask of the host. */
      actionPort: MessagePort;
      desktop: boolean;
      directory: string | null;
    }
  | { kind: 'capture'; id: string; path: string; title: string; documents: StoredDocument[] }
  | { kind: 'store'; directory: string; secretsKey: Uint8Array | null; enginePort: MessagePort }
  | { kind: 'history' }
  | { kind: 'unpack' }
  | { kind: 'sample-network'; host: string; port: number };

/** Events that a thread pushes to its host. */
export type WorkerEvents = {
  changed: null;
  listeners: ListenerSettings[];
  /** The thread is up; `problem` is a sentence where it is not. */
  started: { problem: string };
};

/** Slices of the store's upkeep stand so far apart, and this is how often it is looked at whether there is any. */
const UPKEEP_SLICE_MS = 10;
const UPKEEP_EVERY_MS = 5000;

function dispatcher(handlers: Record<string, (...args: never[]) => unknown>): Dispatch {
  return (_workspace, method, args, call) => {
    const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
    if (!handler) throw new RpcError('refused', `There is no call “${method}”.`);
    return handler(...(args as never[]), call as never);
  };
}

async function runEngine(engine: Engine, push: (name: string, data: unknown) => void): Promise<void> {
  await engine.start();
  push('started', { problem: '' });
}

async function run(start: WorkerStart): Promise<void> {
  const port = parentPort!;
  const wire = portWire(port as unknown as MessagePort);
  let push: (name: string, data: unknown) => void = () => {};
  const changed = (): void => push('changed', null);

  if (start.kind === 'capture') {
    const { captureEngine } = await import('../engine/capture.ts');
    const engine = captureEngine({ ...start, changed });
    push = serve(wire, dispatcher(engine));
    await runEngine(engine, push);
  } else if (start.kind === 'live') {
    const { liveEngine } = await import('../engine/live.ts');
    const store = start.storePort
      ? connect<StoreApi & RecorderApi & SecretApi & ClickHousePastApi, Record<string, never>>(
          portWire(start.storePort),
        )
      : null;
    const { HistoryThread } = await import('./history-thread.ts');
    const history = new HistoryThread();
    const engine = liveEngine({
      id: start.id,
      listeners: start.listeners,
      store,
      surroundings: actionSurroundings(start),
      history: () => history.client(),
      storeProblem: store ? '' : 'Nothing is stored: this Weir was started without a data directory.',
      changed,
      listenersSet: (listeners) => push('listeners', listeners),
      wallMs: Date.now,
      monotonicMs: () => performance.now(),
    });
    push = serve(wire, dispatcher(engine));
    await runEngine(engine, push);
  } else if (start.kind === 'history') {
    const { History } = await import('../history/history.ts');
    const { UnpackThread } = await import('./unpack-thread.ts');
    const { read } = new UnpackThread();
    push = serve(wire, dispatcher(new History(() => performance.now(), read).handlers));
    push('started', { problem: '' });
  } else if (start.kind === 'unpack') {
    const { Unpacker } = await import('../recording/unpack.ts');
    push = serve(wire, dispatcher(new Unpacker().handlers));
    push('started', { problem: '' });
  } else if (start.kind === 'store') {
    await runStore(start, wire);
  } else {
    const { generateTo } = await import('../sample-network/generate.ts');
    await generateTo({ to: { host: start.host, port: start.port } });
  }
}

async function runStore(
  { directory, secretsKey, enginePort }: WorkerStart & { kind: 'store' },
  wire: ReturnType<typeof portWire>,
): Promise<void> {
  let push: (name: string, data: unknown) => void = () => {};
  try {
    const { Store } = await import('../store/store.ts');
    const store = new Store(directory, Date.now());
    const { recorderFor } = await import('./recorder.ts');
    const recorder = recorderFor(directory, store.documents);
    const { clickHouseFor } = await import('./clickhouse.ts');
    const far = clickHouseFor(directory, store);
    let upkeep: ReturnType<typeof setTimeout>;
    const keepUp = (): void => {
      const more = store.upkeep(Date.now());
      upkeep = setTimeout(keepUp, more ? UPKEEP_SLICE_MS : UPKEEP_EVERY_MS);
    };
    upkeep = setTimeout(keepUp, UPKEEP_EVERY_MS);
    const { secretFile } = await import('./secret-file.ts');
    const handlers: Handlers<StoreApi & RecorderApi & ClickHouseApi & ClickHousePastApi> = {
      write: (batch) => far.withFar(store.write(batch)),
      status: () => far.withFar(store.status()),
      report: () => store.report(),
      setRetention: (retention) => store.setRetention(retention),
      backup: (path) => store.backup(path),
      salvage: () => store.salvage(),
      flows: (definition, level, from, to) => store.flows(definition, level, from, to),
      firstMinute: (definition) => store.firstMinute(definition),
      arrivals: (level, from, to) => store.arrivals(level, from, to),
      counters: (from, to, port) => store.counters(from, to, port),
      metrics: (selection, level, from, to) => store.metrics(selection, level, from, to),
      network: () => store.network(),
      documents: (kind) => store.documents.all(kind),
      putDocument: (document) => store.documents.put(document),
      'events.open': () => store.events.open(),
      'events.write': (events) => store.events.write(events),
      'events.list': (question) => store.events.list(question),
      'events.get': (ids) => store.events.get(ids),
      deleteDocument: (kind, name) => store.documents.delete(kind, name),
      'recording.append': (batch) => recorder.append(batch),
      'recording.status': () => recorder.status(),
      'recording.set': (settings) => recorder.set(settings, Date.now()),
      'recording.deleteAll': () => recorder.deleteAll(Date.now()),
      'recording.range': (interval, nowMs) => recorder.range(interval, nowMs),
      ...far.handlers,
      close() {
        far.close();
        recorder.close();
        clearTimeout(upkeep);
        store.close();
        return null;
      },
    };
    // Secrets are the engine's alone: the host has no call for them.
    serve(portWire(enginePort), dispatcher({ ...handlers, ...secretFile(directory, secretsKey) }));
    push = serve(wire, dispatcher(handlers));
    push('started', { problem: '' });
  } catch (error) {
    push = serve(wire, dispatcher({}));
    push('started', { problem: error instanceof Error ? error.message : 'The database cannot be opened.' });
  }
}

await run(workerData as WorkerStart);
