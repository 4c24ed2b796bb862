/**
 * The typed client of the RPC contract. Every call of the interface goes through `useApi()`; an unknown method
 * or a wrong argument is an error of the compiler.
 */
import { isProxy, toRaw } from 'vue';
import type { ApiEvents, HostApi, WorkspaceApi } from '../shared/api.ts';
import { type AbortLike, type Calls, connect, type OnProgress, RpcError, type Wire } from '../shared/rpc.ts';

type HostCalls = Calls<HostApi>;
type WorkspaceCalls = Calls<WorkspaceApi>;

export type Api = {
  /** Asks the host: workspaces, files, the sample network. */
  host<K extends keyof HostApi & string>(
    method: K,
    ...args: HostCalls[K]['args']
  ): Promise<HostCalls[K]['result']>;
  /** Asks the engine of one workspace. Rejects with an `RpcError`; kind `cancelled` after `signal` aborts. */
  ask<K extends keyof WorkspaceApi & string>(
    workspace: string,
    method: K,
    args: WorkspaceCalls[K]['args'],
    signal?: AbortLike,
    onProgress?: OnProgress<WorkspaceCalls[K]['result']>,
  ): Promise<WorkspaceCalls[K]['result']>;
  /** Hears what the host pushes, until the returned function is called. */
  on<K extends keyof ApiEvents & string>(event: K, listener: (data: ApiEvents[K]) => void): () => void;
};

/**
 * Arguments without Vue's proxies, at any depth: a port cannot clone one, where a socket would have made text of it and
 * nobody would have noticed.
 */
export function plain<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  const raw = isProxy(value) ? toRaw(value) : value;
  if (Array.isArray(raw)) return raw.map(plain) as T;
  const prototype: unknown = Object.getPrototypeOf(raw);
  if (prototype !== Object.prototype && prototype !== null) return raw;
  return Object.fromEntries(Object.entries(raw).map(([name, part]) => [name, plain(part)])) as T;
}

/** A client over a wire. */
export function createApi(wire: Wire): Api {
  const host = connect<HostApi & WorkspaceApi, ApiEvents>(wire);
  return {
    host: (method, ...args) => host.call(null, method, plain(args) as never) as never,
    ask: (workspace, method, args, signal, onProgress) =>
      host.call(
        workspace,
        method,
        plain(args) as never,
        signal,
        onProgress && { onProgress: onProgress as never },
      ) as never,
    on: (event, listener) => host.on(event, listener),
  };
}

let current: Api | null = null;

/** Makes `api` the one that `useApi` answers; called once before the first component. */
export function startApi(api: Api): void {
  current = api;
}

/** The client of this window. */
export function useApi(): Api {
  if (!current) throw new Error('The connection was not opened before it was used.');
  return current;
}

/** A sentence to show for whatever a call was rejected with; '' where it was cancelled on purpose. */
export function problemOf(error: unknown): string {
  if (error instanceof RpcError && error.kind === 'cancelled') return '';
  if (error instanceof RpcError && error.kind === 'internal') {
    return `Weir could not answer this: ${error.message}`;
  }
  return error instanceof Error ? error.message : String(error);
}
