/** A `Wire` over a MessagePort of worker_threads (or a worker, or a worker's own parent port): messages as they are. */
import type { MessagePort, Worker } from 'node:worker_threads';
import type { RpcMessage, Wire } from '../../shared/rpc.ts';

/** Wraps a port. Closing is told once, by either side's end. */
export function portWire(port: MessagePort | Worker): Wire {
  return {
    send(message, transfer) {
      port.postMessage(message, transfer ?? []);
    },
    onMessage(listener) {
      port.on('message', (message: RpcMessage) => listener(message));
    },
    onClose(listener) {
      // A port closes, a worker exits.
      port.once('close', listener);
      port.once('exit', listener);
    },
  };
}
