/**
 * A `Wire` over a MessagePort of Electron's main process: what the window's client and the host talk through.
 * Electron transfers nothing but ports to a renderer, so buffers are copied, once, here. Messages that arrive
 * before somebody listens wait in the port until `start`.
 */
import type { MessagePortMain } from 'electron';
import type { RpcMessage, Wire } from '../../shared/rpc.ts';

const messageTypes: ReadonlySet<unknown> = new Set([
  'request',
  'answer',
  'failure',
  'event',
  'cancel',
  'progress',
]);

/**
 * Makes the wire and begins to listen with the first `onMessage`. A message that is not one of the protocol is
 * dropped; sending into a closed port does nothing, and its listeners have been told.
 */
export function wireOverPort(port: MessagePortMain): Wire {
  let closed = false;
  let started = false;
  const closeListeners: (() => void)[] = [];
  port.on('close', () => {
    if (closed) return;
    closed = true;
    for (const listener of closeListeners) listener();
  });
  return {
    send(message) {
      if (!closed) port.postMessage(message);
    },
    onMessage(listener) {
      port.on('message', (event) => {
        if (isMessage(event.data)) listener(event.data);
      });
      if (!started) port.start();
      started = true;
    },
    onClose(listener) {
      if (closed) listener();
      else closeListeners.push(listener);
    },
  };
}

function isMessage(value: unknown): value is RpcMessage {
  if (typeof value !== 'object' || value === null || !('type' in value) || !messageTypes.has(value.type))
    return false;
  if (value.type === 'event') return 'name' in value && typeof value.name === 'string';
  if (!('id' in value) || !Number.isSafeInteger(value.id)) return false;
  if (value.type !== 'request') return true;
  return (
    'method' in value && typeof value.method === 'string' && 'args' in value && Array.isArray(value.args)
  );
}
