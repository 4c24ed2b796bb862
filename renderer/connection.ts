/**
 * The one wire between this window and the engines: a MessagePort that Electron's preload hands over, or a
 * WebSocket to the server that the page came from. Nothing above it knows which.
 *
 * A lost WebSocket does not end the wire. Requests that were under way are answered as failed, later ones fail
 * at once, and the socket is opened again by itself with growing pauses; `connectionState` says which it is, so
 * that a banner can show it while the last figures stay on the screen.
 */
import { type Ref, readonly, shallowRef } from 'vue';
import type { RpcMessage, Wire } from '../shared/rpc.ts';
import { decodeMessage, encodeMessage } from '../shared/wire.ts';

/** What Electron's preload puts on the window. */
export type ShellBridge = {
  host: 'electron';
  /** The path of a dropped or chosen file. */
  pathOf(file: File): string;
  platform: string;
};

declare global {
  interface Window {
    weir?: ShellBridge;
  }
}

/** The shell around this window; null in a browser. */
export function shellBridge(): ShellBridge | null {
  // Asked by its content: a page element with this id would stand under the same name.
  return window.weir?.host === 'electron' ? window.weir : null;
}

/** `connecting`: the first time; `lost`: it was open and is being opened again. */
export type ConnectionState = 'connecting' | 'open' | 'lost';

const state = shallowRef<ConnectionState>('connecting');

/** Whether the engines can be reached now. */
export const connectionState: Readonly<Ref<ConnectionState>> = readonly(state);

/** The part of a socket or port that a wire needs; tests hand in their own. */
export type Line = {
  send(message: RpcMessage, transfer?: ArrayBuffer[]): void;
  onOpen(listener: () => void): void;
  onMessage(listener: (message: RpcMessage) => void): void;
  onClose(listener: () => void): void;
};

const pausesMs = [250, 500, 1_000, 2_000, 5_000];

/**
 * A wire over lines that may break: `open` makes the next line, `later` waits. Requests made before the first
 * line is open wait in order; `tell` hears each change of state.
 */
export function reconnectingWire(
  open: () => Line,
  later: (delayMs: number, run: () => void) => void,
  tell: (state: ConnectionState) => void,
): Wire {
  const messageListeners: ((message: RpcMessage) => void)[] = [];
  const underWay = new Set<number>();
  let waiting: { message: RpcMessage; transfer?: ArrayBuffer[] }[] = [];
  let line: Line | null = null;
  let wasOpen = false;
  let attempts = 0;

  const deliver = (message: RpcMessage) => {
    for (const listener of messageListeners) listener(message);
  };
  const fail = (id: number) =>
    deliver({
      type: 'failure',
      id,
      kind: 'closed',
      message: 'The connection to Weir is lost; it is opened again by itself.',
    });

  const start = () => {
    const next = open();
    next.onOpen(() => {
      line = next;
      wasOpen = true;
      attempts = 0;
      const held = waiting;
      waiting = [];
      for (const { message, transfer } of held) next.send(message, transfer);
      tell('open');
    });
    next.onMessage((message) => {
      if (message.type === 'answer' || message.type === 'failure') underWay.delete(message.id);
      deliver(message);
    });
    next.onClose(() => {
      line = null;
      // Before the first line is open nothing was sent, so what waits may go on waiting.
      if (wasOpen) {
        for (const id of underWay) fail(id);
        underWay.clear();
        tell('lost');
      }
      later(pausesMs[Math.min(attempts++, pausesMs.length - 1)] ?? 5_000, start);
    });
  };
  start();

  return {
    send(message, transfer) {
      if (line === null && wasOpen) {
        // Not in the same turn: the caller first has to know what it waits for.
        if (message.type === 'request') queueMicrotask(() => fail(message.id));
        return;
      }
      if (message.type === 'request') underWay.add(message.id);
      if (line === null) waiting.push({ message, transfer });
      else line.send(message, transfer);
    },
    onMessage: (listener) => messageListeners.push(listener),
    // This wire is never given up: it ends with the window.
    onClose: () => {},
  };
}

function socketLine(url: string): Line {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  return {
    send: (message) => socket.send(encodeMessage(message)),
    onOpen: (listener) => socket.addEventListener('open', listener),
    onMessage: (listener) =>
      socket.addEventListener('message', (event) => {
        if (event.data instanceof ArrayBuffer) listener(decodeMessage(new Uint8Array(event.data)));
      }),
    onClose: (listener) => socket.addEventListener('close', listener),
  };
}

/**
 * Makes lines of the ports that the shell hands over. A port that comes while another is in use ends that one, so
 * the wire goes on with the new.
 */
function portLines(): () => Line {
  let untaken: MessagePort | null = null;
  let take: ((port: MessagePort) => void) | null = null;
  let end: () => void = () => {};
  window.addEventListener('message', (event) => {
    const port = event.ports[0];
    if (event.source !== window || event.data?.type !== 'weir-port' || !port) return;
    if (take) take(port);
    else {
      untaken = port;
      end();
    }
  });
  return () => {
    let port: MessagePort | null = null;
    let onOpen = () => {};
    let onMessage: (message: RpcMessage) => void = () => {};
    let onClose = () => {};
    const begin = (given: MessagePort) => {
      port = given;
      take = null;
      untaken = null;
      let ended = false;
      end = () => {
        if (ended) return;
        ended = true;
        given.close();
        onClose();
      };
      given.onmessage = ({ data }) => onMessage(data as RpcMessage);
      given.addEventListener('close', end);
      onOpen();
    };
    take = begin;
    if (untaken) queueMicrotask(() => untaken && begin(untaken));
    return {
      send: (message, transfer = []) => port?.postMessage(message, transfer),
      onOpen: (listener) => {
        onOpen = listener;
      },
      onMessage: (listener) => {
        onMessage = listener;
      },
      onClose: (listener) => {
        onClose = listener;
      },
    };
  };
}

/** A server that was started anew knows no session of before: its page hands out a new one (a cookie). */
async function renewSession(): Promise<void> {
  try {
    await fetch(new URL('.', window.location.href), { cache: 'no-store' });
  } catch {
    // It is not there yet; the socket will say so.
  }
}

/** Opens the wire of this window: once, at start. */
export function openConnection(): Wire {
  const tell = (next: ConnectionState) => {
    state.value = next;
  };
  if (shellBridge()) return reconnectingWire(portLines(), (_delayMs, run) => run(), tell);
  const url = new URL('rpc', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  return reconnectingWire(
    () => socketLine(url.href),
    (delayMs, run) => setTimeout(() => void renewSession().finally(run), delayMs),
    tell,
  );
}
