/** Forwarding: what arrives goes out byte for byte, and never comes back. */
import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { documentsInMemory } from '../../main/engine/documents.ts';
import { Forwarding } from '../../main/engine/forwarding.ts';
import { generateTo } from '../../main/sample-network/generate.ts';
import { readCapture } from '../../main/sources/capture.ts';
import { runHost, temporaryFolder } from '../headless/running.ts';

/** A socket that keeps what arrives. */
async function receiver(): Promise<{ port: number; heard: Buffer[]; until(count: number): Promise<void> }> {
  const socket = createSocket('udp4');
  const heard: Buffer[] = [];
  let look = (): void => {};
  socket.on('message', (message) => {
    heard.push(message);
    look();
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  return {
    port: (socket.address() as AddressInfo).port,
    heard,
    until: (count) =>
      new Promise((resolve) => {
        look = () => {
          if (heard.length >= count) resolve();
        };
        look();
      }),
  };
}

const own = [{ address: '0.0.0.0', port: 6343 }];

describe('forwarding', () => {
  it('refuses what would come back, and what is no address', async () => {
    const forwarding = new Forwarding(documentsInMemory(), () => own);
    const put = (address: string, port = 6343) => forwarding.put('x', { address, port });
    const [lan] = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    for (const address of [
      '127.0.0.1',
      '127.0.0.9',
      '0.0.0.0',
      '::ffff:127.0.0.1',
      '::1',
      '::',
      lan!.address,
    ])
      await expect(put(address), address).rejects.toThrow(/Weir itself listens on/);
    for (const address of ['collector.example', '', '10.0.0', '10.0.0.1; rm -rf /'])
      await expect(put(address), address).rejects.toThrow(/no IP address/);
    await put('127.0.0.1', 6344);
    await put('192.0.2.7');
    expect(forwarding.list()).toHaveLength(1);
    await forwarding.stop();
    const narrow = new Forwarding(documentsInMemory(), () => [{ address: '127.0.0.1', port: 6343 }]);
    await expect(narrow.put('x', { address: '0.0.0.0', port: 6343 })).rejects.toThrow(/listens/);
    await narrow.put('x', { address: '127.0.0.2', port: 6343 });
    await narrow.stop();
  });

  it('holds a target that Weir has begun to listen on, and goes on when it no longer does', async () => {
    const to = await receiver();
    let ports: typeof own = [];
    const forwarding = new Forwarding(documentsInMemory(), () => ports);
    await forwarding.put('lab', { address: '127.0.0.1', port: to.port });
    ports = [{ address: '127.0.0.1', port: to.port }];
    forwarding.portsChanged();
    forwarding.datagram(Uint8Array.of(1), 0, 1, '10.0.0.1');
    expect(forwarding.list()[0]!.problem).toMatch(/would come back/);
    ports = [];
    forwarding.portsChanged();
    const datagram = Uint8Array.of(9, 1, 2, 3, 9);
    forwarding.datagram(datagram, 1, 4, '10.0.0.1');
    // The buffer of the receiver is used again at once.
    datagram.fill(0);
    await to.until(1);
    expect(to.heard.map((octets) => [...octets])).toEqual([[1, 2, 3]]);
    await forwarding.stop();
  });

  it('sends nothing back to where it came from', async () => {
    const forwarding = new Forwarding(documentsInMemory(), () => own);
    await forwarding.put('peer', { address: '192.0.2.7', port: 6343 });
    forwarding.datagram(Uint8Array.of(1), 0, 1, '192.0.2.7');
    expect(forwarding.list()[0]).toMatchObject({ sent: 0, dropped: 1 });
    await forwarding.stop();
  });

  it('drops what finds the queue full, and counts it', async () => {
    const to = await receiver();
    const forwarding = new Forwarding(documentsInMemory(), () => own);
    await forwarding.put('x', { address: '127.0.0.1', port: to.port });
    // In one turn, so that nothing can leave.
    for (let index = 0; index < 1500; index++) forwarding.datagram(new Uint8Array(8), 0, 8, '10.0.0.1');
    expect(forwarding.list()[0]!.dropped).toBe(1500 - 1024);
    await to.until(1);
    await forwarding.stop();
  });

  it('is kept, and what is kept and cannot be read is shown', async () => {
    const documents = documentsInMemory();
    const first = new Forwarding(documents, () => own);
    await first.put('lab', { address: '192.0.2.7', port: 6343 });
    await documents.put('forwarding', 'torn', '{"address":5}');
    await first.stop();
    const second = new Forwarding(documents, () => own);
    await second.start();
    expect(second.list().map(({ name, target, problem }) => [name, target.address, problem !== ''])).toEqual([
      ['lab', '192.0.2.7', false],
      ['torn', '', true],
    ]);
    await second.delete('torn');
    await second.delete('lab');
    await expect(second.delete('lab')).rejects.toThrow(/Nothing is forwarded by the name “lab”/);
    expect((await documents.all('forwarding')).size).toBe(0);
    await second.stop();
  });

  it('gives another collector what this one hears, byte for byte', async () => {
    const to = await receiver();
    const { client } = await runHost({ live: true });
    const status = await client.call('live', 'status', []);
    await client.call('live', 'forwarding.put', ['lab', { address: '127.0.0.1', port: to.port }]);
    const file = join(temporaryFolder(), 'sent.pcap');
    await generateTo({ out: file, seconds: 3, rate: 40, seed: 7 });
    const expected: Buffer[] = [];
    await readCapture(file, {
      datagram: (bytes, _view, start, end) => void expected.push(Buffer.from(bytes.subarray(start, end))),
      chunk: () => {},
    });
    const socket = createSocket('udp4');
    for (const datagram of expected)
      await new Promise((resolve) => socket.send(datagram, status.listeners[0]!.port, '127.0.0.1', resolve));
    await to.until(expected.length);
    expect(to.heard).toEqual(expected);
    expect(await client.call('live', 'forwarding.list', [])).toMatchObject([
      { name: 'lab', sent: expected.length, dropped: 0, problem: '' },
    ]);
    await expect(
      client.call('live', 'forwarding.put', [
        'me',
        { address: '127.0.0.1', port: status.listeners[0]!.port },
      ]),
    ).rejects.toThrow(/would come back for ever/);
    socket.close();
  });
});
