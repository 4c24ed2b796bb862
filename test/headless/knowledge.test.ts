/** What the user told and what name servers say, through the whole program: over a restart, and in captures too. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { generateTo } from '../../main/sample-network/generate.ts';
import type { FlowQuestion } from '../../shared/model/question.ts';
import { type Reply, startNameServer } from '../names/name-server.ts';
import { type Running, runHost, temporaryFolder } from './running.ts';

const question = (keys: string[], filter = ''): FlowQuestion => ({
  keys,
  value: 'bytes',
  scope: { agent: null, ifIndex: null, direction: 'both' },
  filter,
  merge: 'sum',
  interval: null,
  stepMs: null,
  limit: 1000,
});

async function madeCapture(): Promise<string> {
  const path = join(temporaryFolder(), 'made.pcap');
  await generateTo({ out: path, seconds: 3, rate: 200, seed: 5 });
  return path;
}

async function nameServer(reply: (address: string) => Reply | null) {
  const server = await startNameServer(reply);
  onTestFinished(() => server.close());
  return server;
}

async function opened({ host, client }: Running, path: string): Promise<string> {
  const { id } = await host.openCapture(path);
  await ready(client, id);
  return id;
}

async function ready(client: Running['client'], id: string): Promise<void> {
  for (;;) {
    if ((await client.call(id, 'status', [])).state === 'ready') return;
    await new Promise<void>((resolve) => {
      const end = client.on('changed', () => {
        end();
        resolve();
      });
    });
  }
}

describe('what the user told', () => {
  it('holds after a restart and in every capture, opened before or after', async () => {
    const dataDirectory = temporaryFolder();
    const path = await madeCapture();
    const first = await runHost({ dataDirectory });
    const before = await opened(first, path);
    const call = first.client;
    await call.call('live', 'groups.put', ['custom', { lab: [' 10.0.0.0/8 ', ''], all: ['0.0.0.0/0'] }]);
    await call.call('live', 'maps.put', ['kind', { tcp: ['6'], udp: ['17'] }]);
    await call.call('live', 'ownNames.put', [{ '10.4.1.2': 'build server', '00:1b:21:aa:bb:cc': 'printer' }]);
    await call.call('live', 'topology.put', [{ nodes: { leaf1: { agent: '10.0.0.1' } } }]);
    const groupsOf = async (running: Running, id: string): Promise<Set<string>> => {
      const { keyTexts } = await running.client.call(id, 'flows', [question(['group:ipsource:custom'])]);
      return new Set(keyTexts.filter((text) => text !== ''));
    };
    expect(await groupsOf(first, before)).toEqual(new Set(['lab', 'all']));
    await first.stop();

    const second = await runHost({ dataDirectory });
    const after = await opened(second, path);
    for (const id of ['live', after]) {
      expect(await second.client.call(id, 'groups.list', [])).toEqual({
        custom: { lab: ['10.0.0.0/8'], all: ['0.0.0.0/0'] },
      });
      expect(await second.client.call(id, 'maps.list', [])).toEqual({ kind: { tcp: ['6'], udp: ['17'] } });
      expect(await second.client.call(id, 'names.of', [['10.4.1.2', '001B21AABBCC', '10.4.1.3']])).toEqual([
        { name: 'build server', origin: 'own' },
        { name: 'printer', origin: 'own' },
        null,
      ]);
      expect(await second.client.call(id, 'topology.get', [])).toEqual({
        nodes: { leaf1: { agent: '10.0.0.1' } },
      });
    }
    expect(await groupsOf(second, after)).toEqual(new Set(['lab', 'all']));
    await second.client.call('live', 'groups.delete', ['custom']);
    expect(await second.client.call(after, 'groups.list', [])).toEqual({});
    expect(await groupsOf(second, after)).toEqual(new Set());
  });

  it('is refused by a sentence, and then nothing has changed', async () => {
    const { client } = await runHost({ dataDirectory: temporaryFolder() });
    await client.call('live', 'groups.put', ['sites', { berlin: ['10.1.0.0/16'] }]);
    await client.call('live', 'groups.put', ['regions', { north: ['sites:berlin'] }]);
    const refusals: [Promise<unknown>, RegExp][] = [
      [
        client.call('live', 'groups.put', ['bad', { g: ['10.0.0.0/40'] }]),
        /“10\.0\.0\.0\/40” in group “g” of “bad”/,
      ],
      [client.call('live', 'groups.delete', ['sites']), /“sites:berlin” in group “north” of “regions”/],
      [
        client.call('live', 'names.set', [
          { countryFile: '', autonomousSystemFile: '', dns: { lookUp: 'shown', servers: ['dns.example'] } },
        ]),
        /“dns\.example” is no address of a name server/,
      ],
      [client.call('live', 'ownNames.put', [{ 'not an address': 'x' }]), /“not an address” is no IP or MAC/],
      [
        client.call('live', 'topology.put', [
          { links: { L: { node1: 'a', port1: '', node2: 'b', port2: '' } } },
        ]),
        /The link “L” ends at “a”/,
      ],
    ];
    for (const [refused, sentence] of refusals)
      await expect(refused).rejects.toMatchObject({
        kind: 'refused',
        message: expect.stringMatching(sentence),
      });
    expect(Object.keys(await client.call('live', 'groups.list', []))).toEqual(['sites', 'regions']);
    expect((await client.call('live', 'names.status', [])).dns.lookUp).toBe('asked');
  });
});

describe('dns: in a key', () => {
  it('gives names with the full stop at their end, parts of them, and the address where there is none', async () => {
    const server = await nameServer((address) =>
      address.endsWith('.2')
        ? { labels: [`host-${address.replaceAll('.', '-')}`, 'sf', 'inmon', 'com'] }
        : {},
    );
    const running = await runHost({ dataDirectory: null });
    const id = await opened(running, await madeCapture());
    const { client } = running;
    await client.call('live', 'names.set', [
      { countryFile: '', autonomousSystemFile: '', dns: { lookUp: 'asked', servers: [server.address] } },
    ]);
    const keys = ['ipsource', 'dns:ipsource', 'suffix:[dns:ipsource]:.:3'];
    const rows = async (): Promise<string[][]> => {
      const { keyTexts } = await client.call(id, 'flows', [question(keys, 'ipsource!=null')]);
      return keyTexts.flatMap((text, at) =>
        at % 3 === 0 ? [[text, ...keyTexts.slice(at + 1, at + 3)]] : [],
      );
    };
    const wanted = (address: string): string[] =>
      address.endsWith('.2')
        ? [`host-${address.replaceAll('.', '-')}.sf.inmon.com.`, 'inmon.com.']
        : [address, address.split('.').slice(-3).join('.')];
    // Asked again whenever the workspace says that it has something new, as a screen does.
    let found = await rows();
    while (found.some(([address, ...names]) => names.join() !== wanted(address!).join())) {
      await new Promise<void>((resolve) => {
        const end = client.on('changed', ({ workspace }) => {
          if (workspace !== id) return;
          end();
          resolve();
        });
      });
      found = await rows();
    }
    expect(found.some(([address]) => address!.endsWith('.2'))).toBe(true);
    expect(new Set(server.asked).size).toBe(server.asked.length);
    const [named] = found.find(([address]) => address!.endsWith('.2'))!;
    expect(await client.call(id, 'names.of', [[named!]])).toEqual([
      { name: wanted(named!)[0]!.slice(0, -1), origin: 'dns' },
    ]);
    const status = await client.call(id, 'names.status', []);
    expect(status.dnsAsked).toBe(server.asked.length);
    expect(status.dnsProblem).toBe('');
  }, 30_000);

  it('sends nothing where look-ups are off', async () => {
    const server = await nameServer(() => ({ labels: ['a', 'example'] }));
    const running = await runHost({ dataDirectory: null });
    const id = await opened(running, await madeCapture());
    const sources = { countryFile: '', autonomousSystemFile: '' };
    await running.client.call('live', 'names.set', [
      { ...sources, dns: { lookUp: 'never', servers: [server.address] } },
    ]);
    const { keyTexts } = await running.client.call(id, 'flows', [question(['dns:ipsource'])]);
    await running.client.call(id, 'names.of', [keyTexts]);
    expect(await running.client.call(id, 'names.status', [])).toMatchObject({ dnsAsked: 0, dnsPending: 0 });
    expect(server.asked).toEqual([]);
  });
});
