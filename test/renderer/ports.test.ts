// @vitest-environment happy-dom
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect, type RpcMessage, serve } from '../../shared/rpc.ts';

type Contract = { double: (n: number) => number };

afterEach(() => {
  Reflect.deleteProperty(window, 'weir');
  vi.resetModules();
});

/** Hands the window a port as the preload does, and answers on the other side of it. */
function handOver(factor: number) {
  const { port1, port2 } = new MessageChannel();
  serve(
    {
      send: (message) => port2.postMessage(message),
      onMessage: (listener) => port2.on('message', (message: RpcMessage) => listener(message)),
      onClose: () => {},
    },
    (_workspace, _method, args) => Number(args[0]) * factor,
  );
  const event = new Event('message');
  Object.assign(event, { data: { type: 'weir-port' } });
  Object.defineProperty(event, 'source', { value: window });
  Object.defineProperty(event, 'ports', { value: [port1] });
  window.dispatchEvent(event);
  return port2;
}

describe('the ports of the shell', () => {
  it('carry what was asked before one came, and a later port takes the place of the one before', async () => {
    Object.assign(window, { weir: { host: 'electron', pathOf: () => '', platform: 'linux' } });
    const { openConnection, connectionState } = await import('../../renderer/connection.ts');
    const client = connect<Contract>(openConnection());
    const early = client.call(null, 'double', [4]);
    const first = handOver(2);
    expect(await early).toBe(8);
    expect(connectionState.value).toBe('open');
    const second = handOver(3);
    await Promise.resolve();
    expect(await client.call(null, 'double', [4])).toBe(12);
    expect(connectionState.value).toBe('open');
    first.close();
    second.close();
  });
});
