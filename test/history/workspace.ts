/**
 * A live workspace in this process, for tests: its real sockets, store, recording and history, under a clock that the
 * test sets. One second of its time passes per `second()`, whatever the wall does.
 */
import { createSocket, type Socket } from 'node:dgram';
import { vi } from 'vitest';
import type { Engine } from '../../main/engine/engine.ts';
import { liveEngine } from '../../main/engine/live.ts';
import { History } from '../../main/history/history.ts';
import { Recorder, type RecorderOptions } from '../../main/recording/recorder.ts';
import { readCapture } from '../../main/sources/capture.ts';
import { Store } from '../../main/store/store.ts';
import type { HistoryApi } from '../../shared/model/history.ts';
import type { RecorderApi } from '../../shared/model/recording.ts';
import type { StoreApi } from '../../shared/model/store.ts';
import { type Client, connect, type Handlers, serve } from '../../shared/rpc.ts';
import { wirePair } from '../headless/running.ts';

export type Heard = { timeMs: number; bytes: Uint8Array };

/** The datagrams of a capture, copied. */
export async function datagramsOf(path: string): Promise<Heard[]> {
  const heard: Heard[] = [];
  await readCapture(path, {
    datagram: (bytes, _view, start, end, meta) =>
      void heard.push({ timeMs: meta.timeMs, bytes: bytes.slice(start, end) }),
  });
  return heard;
}

function clientOf<M>(handlers: Handlers<M>): Client<M, Record<string, never>> {
  const { near, far } = wirePair();
  serve(far, (_workspace, method, args, call) =>
    (handlers[method as keyof M] as (...args: unknown[]) => unknown)(...args, call),
  );
  return connect<M, Record<string, never>>(near);
}

export type LiveWorkspace = {
  engine: Engine;
  recorder: Recorder;
  store: Store;
  clock: { nowMs: number };
  /** Sends datagrams at the workspace's present time and waits until they are heard. */
  send(datagrams: readonly Uint8Array[]): Promise<void>;
  /** Lets a second pass, with the engine's tick in it. */
  second(): Promise<void>;
  stop(): Promise<void>;
};

export async function liveWorkspace(
  folder: string,
  nowMs: number,
  options: Partial<RecorderOptions> = {},
): Promise<LiveWorkspace> {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const clock = { nowMs };
  const store = new Store(folder, nowMs);
  const recorder = new Recorder({
    folder: `${folder}/recording`,
    settings: { enabled: true, budgetOctets: null },
    automaticOctets: 4 * 1024 ** 3,
    keep() {},
    nowMs,
    ...options,
  });
  const client = clientOf<StoreApi & RecorderApi>({
    write: (batch) => store.write(batch),
    status: () => store.status(),
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
    'recording.set': (settings) => recorder.set(settings, clock.nowMs),
    'recording.deleteAll': () => recorder.deleteAll(clock.nowMs),
    'recording.range': (interval, now) => recorder.range(interval, now),
    close: () => null,
  });
  const history = clientOf<HistoryApi>(new History(() => performance.now()).handlers);
  const engine = liveEngine({
    id: 'live',
    listeners: [{ address: '127.0.0.1', port: 0 }],
    store: client,
    history: () => history,
    storeProblem: '',
    changed() {},
    listenersSet() {},
    wallMs: () => clock.nowMs,
    monotonicMs: () => clock.nowMs,
  });
  let socket: Socket | null = null;
  let sent = 0;
  const workspace: LiveWorkspace = {
    engine,
    recorder,
    store,
    clock,
    async send(datagrams) {
      const { port } = (await engine.status()).listeners[0]!;
      socket ??= createSocket('udp4');
      const open = socket;
      for (let at = 0; at < datagrams.length; at += 64) {
        for (const datagram of datagrams.slice(at, at + 64))
          await new Promise<void>((resolve, reject) =>
            open.send(datagram, port, '127.0.0.1', (error) => (error ? reject(error) : resolve())),
          );
        sent += datagrams.slice(at, at + 64).length;
        await vi.waitUntil(async () => (await engine.status()).datagrams >= sent, {
          interval: 1,
          timeout: 5000,
        });
      }
    },
    async second() {
      clock.nowMs += 1000;
      await vi.advanceTimersByTimeAsync(1000);
      // A writing that took turns for others comes to its end.
      for (let turns = 0; turns < 4; turns++) await new Promise((resolve) => setImmediate(resolve));
    },
    async stop() {
      socket?.close();
      await engine.stop();
      recorder.close();
      await recorder.settled();
      store.close();
      vi.useRealTimers();
    },
  };
  await engine.start();
  return workspace;
}
