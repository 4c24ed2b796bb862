/** Listeners on loopback: delivery, what is reported of a socket, and every failure a user can cause. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { classifyDatagram } from '../../main/sources/classify.ts';
import { openListener, openListeners, socketsFor, watchForeignFlows } from '../../main/sources/udp.ts';
import * as build from './builder.ts';

function send(octets: Uint8Array, port: number, address = '127.0.0.1'): Promise<number> {
  const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
  return new Promise((resolve, reject) => {
    socket.send(octets, port, address, (error) => {
      const own = socket.address().port;
      socket.close();
      if (error) reject(error);
      else resolve(own);
    });
  });
}

/** Collects what a callback is called with, and waits for the next call. */
function calls<T>(): { seen: T[]; add: (value: T) => void; next: () => Promise<void> } {
  const seen: T[] = [];
  let wake = (): void => {};
  return {
    seen,
    add: (value) => {
      seen.push(value);
      wake();
    },
    next: () => new Promise<void>((resolve) => (wake = resolve)),
  };
}

describe('a listener', () => {
  test('delivers octets, time and sender', async () => {
    const got = calls<[number[], number, string, number]>();
    const listener = await openListener(
      { address: '127.0.0.1', port: 0 },
      (bytes, timeMs, sender) => got.add([[...bytes], timeMs, sender.address, sender.port]),
      () => {},
      { now: () => 12_345.5 },
    );
    const { port, ...status } = listener.status();
    expect(port).toBeGreaterThan(0);
    expect(status).toMatchObject({ address: '127.0.0.1', state: 'open', problem: '' });
    expect(status.receiveBufferAskedOctets).toBe(8 * 1024 * 1024);
    expect(status.receiveBufferOctets).toBeGreaterThan(0);
    expect(status.receiveBufferOctets).toBeLessThanOrEqual(8 * 1024 * 1024);
    const arrived = got.next();
    const from = await send(Uint8Array.of(1, 2, 3), port);
    await arrived;
    expect(got.seen).toEqual([[[1, 2, 3], 12_345.5, '127.0.0.1', from]]);
    await listener.close();
    await listener.close();
    expect(listener.status().state).toBe('closed');
  });

  test('takes an empty datagram and a large one', async () => {
    const got = calls<number>();
    const listener = await openListener(
      { address: '127.0.0.1', port: 0 },
      (bytes) => got.add(bytes.length),
      () => {},
    );
    for (const octets of [0, 60_000]) {
      const arrived = got.next();
      await send(new Uint8Array(octets), listener.status().port);
      await arrived;
    }
    expect(got.seen).toEqual([0, 60_000]);
    await listener.close();
  });

  test('the status is a copy', async () => {
    const listener = await openListener(
      { address: '127.0.0.1', port: 0 },
      () => {},
      () => {},
    );
    listener.status().state = 'failed';
    expect(listener.status().state).toBe('open');
    await listener.close();
  });

  test('a failure is a sentence, told and kept', async () => {
    const taken = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = taken.address().port;
    const cases: [{ address: string; port: number }, RegExp][] = [
      [
        { address: '127.0.0.1', port },
        /^UDP port \d+ is already in use on 127\.0\.0\.1, by another collector perhaps; choose another port in Settings or stop that program\.$/,
      ],
      [{ address: '192.0.2.77', port: 0 }, /^This computer has no such address as 192\.0\.2\.77; .*\.$/],
      [{ address: '127.0.0.1', port: 70_000 }, /^70000 is not a UDP port; .*\.$/],
      [{ address: 'no.such.host.invalid', port: 0 }, /^no\.such\.host\.invalid .*\.$/],
    ];
    for (const [settings, sentence] of cases) {
      const told: string[] = [];
      const listener = await openListener(
        settings,
        () => {},
        (problem) => told.push(problem),
      );
      expect(listener.status()).toMatchObject({ state: 'failed', receiveBufferOctets: 0 });
      expect(told).toEqual([listener.status().problem]);
      expect(told[0]).toMatch(sentence);
      await listener.close();
      expect(listener.status().state).toBe('failed');
    }
    taken.close();
  });

  test('no address means both families at one port', async () => {
    expect(socketsFor({ address: null, port: 6343 })).toEqual([
      { address: '0.0.0.0', port: 6343 },
      { address: '::', port: 6343 },
    ]);
    expect(socketsFor({ address: '10.0.0.1', port: 1 })).toEqual([{ address: '10.0.0.1', port: 1 }]);
    const got = calls<string>();
    const listeners = await openListeners(
      [{ address: '', port: 0 }],
      (_bytes, _timeMs, sender) => got.add(sender.address),
      () => {},
    );
    const statuses = listeners.map((listener) => listener.status());
    expect(statuses.every((status) => status.state === 'open')).toBe(true);
    expect(new Set(statuses.map((status) => status.port)).size).toBe(1);
    const addresses = statuses.length === 2 ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
    for (const address of addresses) {
      const arrived = got.next();
      await send(Uint8Array.of(1), statuses[0]!.port, address);
      await arrived;
    }
    expect(got.seen).toEqual(addresses);
    await Promise.all(listeners.map((listener) => listener.close()));
  });
});

describe('what else arrives', () => {
  const netflow5 = build.bytesOf(build.u16(5), build.u16(2), new Uint8Array(20 + 96));
  const netflow9 = build.bytesOf(build.u16(9), build.u16(3), new Uint8Array(60));
  const ipfix = build.bytesOf(build.u16(10), build.u16(40), new Uint8Array(36));

  test('is told by its first octets', () => {
    expect(classifyDatagram(build.sflow(1))).toBe('sFlow');
    expect(classifyDatagram(netflow5)).toBe('NetFlow v5');
    expect(classifyDatagram(netflow9)).toBe('NetFlow v9');
    expect(classifyDatagram(ipfix)).toBe('IPFIX');
    expect(classifyDatagram(new Uint8Array(100))).toBe('unknown');
    for (let octets = 0; octets < 28; octets++) {
      expect(classifyDatagram(build.sflow(1).subarray(0, octets))).toBe('unknown');
    }
    // In a larger buffer, at an odd place.
    const shifted = build.bytesOf([7], ipfix).subarray(1);
    expect(classifyDatagram(shifted)).toBe('IPFIX');
  });

  test('is watched at ports that are free, and only there', async () => {
    const taken = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const got = calls<[string, number]>();
    const watch = await watchForeignFlows(
      (looks, port) => got.add([looks, port]),
      [taken.address().port, 0],
      ['127.0.0.1'],
    );
    expect(watch.ports.length).toBe(1);
    const port = watch.ports[0]!;
    for (const octets of [netflow9, build.sflow(1)]) {
      const arrived = got.next();
      await send(octets, port);
      await arrived;
    }
    expect(got.seen).toEqual([
      ['NetFlow v9', port],
      ['sFlow', port],
    ]);
    await watch.close();
    taken.close();
  });
});
