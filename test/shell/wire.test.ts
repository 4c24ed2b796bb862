/** The wire over a port: order, the end of it, and what is not a message of ours. */
import { EventEmitter } from 'node:events';
import type { MessagePortMain } from 'electron';
import { describe, expect, it } from 'vitest';
import { wireOverPort } from '../../main/shell/wire.ts';
import type { RpcMessage } from '../../shared/rpc.ts';

/** A port of Electron's kind: it queues until it is started, and tells its end once. */
class Port extends EventEmitter {
  readonly sent: unknown[] = [];
  #queue: unknown[] | null = [];
  postMessage(message: unknown): void {
    this.sent.push(message);
  }
  start(): void {
    const waiting = this.#queue ?? [];
    this.#queue = null;
    for (const data of waiting) this.emit('message', { data, ports: [] });
  }
  close(): void {
    this.emit('close');
  }
  arrive(data: unknown): void {
    if (this.#queue) this.#queue.push(data);
    else this.emit('message', { data, ports: [] });
  }
}

function pair() {
  const port = new Port();
  return { port, wire: wireOverPort(port as MessagePortMain) };
}

const request: RpcMessage = { type: 'request', id: 1, workspace: null, method: 'host.describe', args: [] };

describe('wireOverPort', () => {
  it('delivers what came before anyone listened', () => {
    const { port, wire } = pair();
    port.arrive(request);
    const heard: RpcMessage[] = [];
    wire.onMessage((message) => heard.push(message));
    port.arrive({ ...request, id: 2 });
    expect(heard.map((message) => 'id' in message && message.id)).toEqual([1, 2]);
  });

  it('drops what is not a message', () => {
    const { port, wire } = pair();
    const heard: RpcMessage[] = [];
    wire.onMessage((message) => heard.push(message));
    for (const junk of [
      null,
      'text',
      {},
      { type: 'request' },
      { type: 'request', id: '1', method: 'x', args: [] },
      { type: 'request', id: 1, method: 5, args: [] },
      { type: 'request', id: 1, method: 'x', args: 'y' },
      { type: 'answer', id: Number.NaN },
      { type: 'event', name: 1 },
      { type: 'constructor', id: 1 },
    ])
      port.arrive(junk);
    expect(heard).toEqual([]);
    port.arrive({ type: 'cancel', id: 7 });
    expect(heard).toHaveLength(1);
  });

  it('is silent after the end, and tells late listeners too', () => {
    const { port, wire } = pair();
    let ends = 0;
    wire.onClose(() => ends++);
    wire.send(request);
    port.close();
    port.close();
    wire.send(request);
    wire.onClose(() => ends++);
    expect(ends).toBe(2);
    expect(port.sent).toEqual([request]);
  });
});
