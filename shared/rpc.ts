/**
 * Request, answer, event and cancel over any `Wire`: a worker's port, an Electron MessagePort, a WebSocket.
 * Errors cross as data and are raised again on the far side. A request that is sent before the far side is
 * ready waits in the wire; a closed wire rejects every pending and every later call.
 */
import type { WorkspaceId } from './model/workspace.ts';

export type RpcRequest = {
  type: 'request';
  id: number;
  workspace: WorkspaceId | null;
  method: string;
  args: unknown[];
};
export type RpcAnswer = { type: 'answer'; id: number; value: unknown };
export type RpcFailure = { type: 'failure'; id: number; message: string; kind: RpcErrorKind };
export type RpcEvent = { type: 'event'; name: string; data: unknown };
export type RpcCancel = { type: 'cancel'; id: number };
export type RpcMessage = RpcRequest | RpcAnswer | RpcFailure | RpcEvent | RpcCancel;

/** `refused`: the request was understood and cannot be done; its message may be shown to a user as it is. */
export type RpcErrorKind = 'refused' | 'cancelled' | 'closed' | 'internal';

export class RpcError extends Error {
  readonly kind: RpcErrorKind;
  constructor(kind: RpcErrorKind, message: string) {
    super(message);
    this.name = 'RpcError';
    this.kind = kind;
  }
}

/** Messages in order, in both directions. `transfer` names buffers that may be moved instead of copied. */
export type Wire = {
  send(message: RpcMessage, transfer?: ArrayBuffer[]): void;
  onMessage(listener: (message: RpcMessage) => void): void;
  onClose(listener: () => void): void;
};

export type Calls<M> = {
  [K in keyof M]: M[K] extends (...args: infer A) => infer R ? { args: A; result: R } : never;
};

/** A typed caller: `call('flows', [question])` answers what the contract says. */
export type Client<M, E> = {
  call<K extends keyof M & string>(
    workspace: WorkspaceId | null,
    method: K,
    args: Calls<M>[K]['args'],
    signal?: AbortLike,
  ): Promise<Calls<M>[K]['result']>;
  on<K extends keyof E & string>(name: K, listener: (data: E[K]) => void): () => void;
  readonly closed: boolean;
};

/** The part of AbortSignal that is needed, so that `shared` needs no runtime's types. */
export type AbortLike = {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
};

/** Handlers for a contract: each may answer at once or by a promise. */
export type Handlers<M> = {
  [K in keyof M]: M[K] extends (...args: infer A) => infer R ? (...args: A) => R | Promise<R> : never;
};

/** Answers whatever request arrives; `internal` failures carry no stack and no path. */
export type Dispatch = (
  workspace: WorkspaceId | null,
  method: string,
  args: unknown[],
  cancelled: () => boolean,
) => unknown;

/**
 * Serves requests of one wire through `dispatch`, and returns the function that pushes an event to its far
 * side.
 */
export function serve(wire: Wire, dispatch: Dispatch): (name: string, data: unknown) => void {
  const cancelled = new Set<number>();
  const running = new Set<number>();
  wire.onMessage((message) => {
    if (message.type === 'cancel') {
      if (running.has(message.id)) cancelled.add(message.id);
      return;
    }
    if (message.type !== 'request') return;
    const { id, workspace, method, args } = message;
    running.add(id);
    void (async () => {
      try {
        const value = await dispatch(workspace, method, args, () => cancelled.has(id));
        if (cancelled.has(id)) throw new RpcError('cancelled', 'The request was cancelled.');
        wire.send({ type: 'answer', id, value: value ?? null });
      } catch (error) {
        const known = error instanceof RpcError;
        const message = error instanceof Error ? error.message : 'The request failed.';
        wire.send({ type: 'failure', id, message, kind: known ? error.kind : 'internal' });
      } finally {
        running.delete(id);
        cancelled.delete(id);
      }
    })();
  });
  return (name, data) => wire.send({ type: 'event', name, data });
}

/** Connects a typed client to a wire. */
export function connect<M, E = Record<string, never>>(wire: Wire): Client<M, E> {
  let nextId = 1;
  let closed = false;
  const pending = new Map<number, { resolve: (value: never) => void; reject: (error: RpcError) => void }>();
  const listeners = new Map<string, Set<(data: never) => void>>();
  wire.onMessage((message) => {
    if (message.type === 'event') {
      for (const listener of listeners.get(message.name) ?? []) listener(message.data as never);
      return;
    }
    if (message.type !== 'answer' && message.type !== 'failure') return;
    const call = pending.get(message.id);
    if (!call) return;
    pending.delete(message.id);
    if (message.type === 'answer') call.resolve(message.value as never);
    else call.reject(new RpcError(message.kind, message.message));
  });
  wire.onClose(() => {
    closed = true;
    for (const call of pending.values())
      call.reject(new RpcError('closed', 'The connection to Weir was closed.'));
    pending.clear();
  });
  return {
    get closed() {
      return closed;
    },
    call(workspace, method, args, signal) {
      if (closed) return Promise.reject(new RpcError('closed', 'The connection to Weir was closed.'));
      if (signal?.aborted) return Promise.reject(new RpcError('cancelled', 'The request was cancelled.'));
      const id = nextId++;
      return new Promise((resolve, reject) => {
        const abort = () => {
          if (!pending.delete(id)) return;
          wire.send({ type: 'cancel', id });
          reject(new RpcError('cancelled', 'The request was cancelled.'));
        };
        const settle = () => signal?.removeEventListener('abort', abort);
        pending.set(id, {
          resolve: (value) => {
            settle();
            resolve(value);
          },
          reject: (error) => {
            settle();
            reject(error);
          },
        });
        signal?.addEventListener('abort', abort);
        wire.send({ type: 'request', id, workspace, method, args: args as unknown[] });
      });
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener as (data: never) => void);
      return () => set.delete(listener as (data: never) => void);
    },
  };
}
