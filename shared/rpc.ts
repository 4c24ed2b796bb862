/**
 * Request, progress, answer, event and cancel over any `Wire`: a worker's port, an Electron MessagePort, a WebSocket.
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
/** How far a request has come (0 to 1), and what of its answer is there already; null where nothing is. */
export type RpcProgress = { type: 'progress'; id: number; part: number; partial: unknown };
export type RpcAnswer = { type: 'answer'; id: number; value: unknown };
export type RpcFailure = { type: 'failure'; id: number; message: string; kind: RpcErrorKind };
export type RpcEvent = { type: 'event'; name: string; data: unknown };
export type RpcCancel = { type: 'cancel'; id: number };
export type RpcMessage = RpcRequest | RpcProgress | RpcAnswer | RpcFailure | RpcEvent | RpcCancel;

/**
 * `refused`: the request was understood and cannot be done; `missing`: what it names is not there. The message of both
 * may be shown to a user as it is.
 */
export type RpcErrorKind = 'refused' | 'missing' | 'cancelled' | 'closed' | 'internal';

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

/** Hears how far a request has come; a partial answer has the form of the whole one. */
export type OnProgress<T> = (part: number, partial: T | null) => void;

/** A typed caller: `call('flows', [question])` answers what the contract says. */
export type Client<M, E> = {
  call<K extends keyof M & string>(
    workspace: WorkspaceId | null,
    method: K,
    args: Calls<M>[K]['args'],
    signal?: AbortLike,
    more?: {
      onProgress?: OnProgress<Calls<M>[K]['result']>;
      /** Buffers of the arguments that are moved to the far side where the wire can, and are gone here. */
      transfer?: ArrayBuffer[];
    },
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

/** What a handler is told of its request beside the arguments. */
export type Call<T = unknown> = {
  /** Aborted when the far side no longer wants the answer. */
  readonly signal: AbortLike;
  /** Tells the far side how far it is. */
  progress: OnProgress<T>;
  /** Buffers of the answer that are moved to the far side where the wire can, and are gone here, are put in here. */
  readonly moved?: ArrayBuffer[];
};

/** Handlers for a contract: each may answer at once or by a promise. */
export type Handlers<M> = {
  [K in keyof M]: M[K] extends (...args: infer A) => infer R
    ? (...args: [...A, call?: Call<R>]) => R | Promise<R>
    : never;
};

/** Answers whatever request arrives; `internal` failures carry no stack and no path. */
export type Dispatch = (
  workspace: WorkspaceId | null,
  method: string,
  args: unknown[],
  call: Call,
) => unknown;

/** A signal that is aborted by `abort`, where there may be no AbortController. */
class Signal implements AbortLike {
  aborted = false;
  readonly #listeners = new Set<() => void>();
  abort(): void {
    this.aborted = true;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }
  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }
}

/**
 * Serves requests of one wire through `dispatch`, and returns the function that pushes an event to its far
 * side. A wire that closes cancels what it asked for.
 */
export function serve(wire: Wire, dispatch: Dispatch): (name: string, data: unknown) => void {
  const running = new Map<number, Signal>();
  wire.onClose(() => {
    for (const signal of running.values()) signal.abort();
  });
  wire.onMessage((message) => {
    if (message.type === 'cancel') {
      running.get(message.id)?.abort();
      return;
    }
    if (message.type !== 'request') return;
    const { id, workspace, method, args } = message;
    const signal = new Signal();
    running.set(id, signal);
    const progress = (part: number, partial: unknown): void => {
      if (running.has(id) && !signal.aborted) wire.send({ type: 'progress', id, part, partial });
    };
    void (async () => {
      try {
        const moved: ArrayBuffer[] = [];
        const value = await dispatch(workspace, method, args, { signal, progress, moved });
        if (signal.aborted) throw new RpcError('cancelled', 'The request was cancelled.');
        wire.send({ type: 'answer', id, value: value ?? null }, moved);
      } catch (error) {
        const known = error instanceof RpcError;
        const message = error instanceof Error ? error.message : 'The request failed.';
        wire.send({ type: 'failure', id, message, kind: known ? error.kind : 'internal' });
      } finally {
        running.delete(id);
      }
    })();
  });
  return (name, data) => wire.send({ type: 'event', name, data });
}

/** Connects a typed client to a wire. */
export function connect<M, E = Record<string, never>>(wire: Wire): Client<M, E> {
  let nextId = 1;
  let closed = false;
  type Pending = {
    resolve: (value: never) => void;
    reject: (error: RpcError) => void;
    onProgress: OnProgress<never> | undefined;
  };
  const pending = new Map<number, Pending>();
  const listeners = new Map<string, Set<(data: never) => void>>();
  wire.onMessage((message) => {
    if (message.type === 'event') {
      for (const listener of listeners.get(message.name) ?? []) listener(message.data as never);
      return;
    }
    if (message.type === 'progress') {
      pending.get(message.id)?.onProgress?.(message.part, message.partial as never);
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
    call(workspace, method, args, signal, more) {
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
          onProgress: more?.onProgress as OnProgress<never> | undefined,
        });
        signal?.addEventListener('abort', abort);
        wire.send({ type: 'request', id, workspace, method, args: args as unknown[] }, more?.transfer);
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
