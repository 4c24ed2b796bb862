/** The product test: datagrams over UDP in, answers and stored minutes out, equal to what the file itself says. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateTo } from '../../main/sample-network/generate.ts';
import { sendCapture } from '../../main/sources/send.ts';
import { Store } from '../../main/store/store.ts';
import type { FlowQuestion } from '../../shared/model/question.ts';
import { capturePath, capturesFolder } from '../captures.ts';
import { type Running, runHost, statusWhen, temporaryFolder } from './running.ts';

const everything: FlowQuestion = {
  keys: ['or:ipsource:ip6source:macsource', 'or:ipdestination:ip6destination:macdestination'],
  value: 'bytes',
  scope: { agent: null, ifIndex: null, direction: 'both' },
  filter: '',
  merge: 'sum',
  interval: null,
  stepMs: null,
  limit: 50,
};

/** What a capture says by itself. */
async function offline(
  path: string,
): Promise<{ total: number; keyTexts: string[]; values: number[]; datagrams: number }> {
  const running = await runHost({ live: false, captures: [path] });
  const { id } = running.host.workspaces()[0]!;
  const status = await statusWhen(running, id, ({ state }) => state === 'ready');
  const answer = await running.client.call(id, 'flows', [everything]);
  await running.stop();
  return {
    total: answer.total.value[0]!,
    keyTexts: answer.keyTexts,
    values: [...answer.rows.value],
    datagrams: status.datagrams,
  };
}

async function portOf(running: Running): Promise<number> {
  const status = await statusWhen(running, 'live', ({ listeners }) =>
    listeners.some(({ state }) => state === 'open'),
  );
  return status.listeners.find(({ state }) => state === 'open')!.port;
}

describe('a live workspace', () => {
  it('gives the totals, rows, minutes and the past that the same datagrams give offline', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'made.pcap');
    await generateTo({ out: file, seconds: 60, rate: 300, seed: 11 });
    const truth = await offline(file);

    const data = join(folder, 'data');
    const running = await runHost({ dataDirectory: data });
    const sent = await sendCapture(file, { host: '127.0.0.1', port: await portOf(running), speed: 20 });
    const status = await statusWhen(running, 'live', ({ datagrams, lost }) => datagrams + lost >= sent.sent);
    expect({ sent: sent.sent, received: status.datagrams, lost: status.lost }).toEqual({
      sent: truth.datagrams,
      received: truth.datagrams,
      lost: 0,
    });

    const live = await running.client.call('live', 'flows', [everything]);
    expect(live.total.value[0]).toBe(truth.total);
    expect(live.provenance).toBe('memory');
    expect([...live.rows.value]).toEqual(truth.values);
    expect(live.keyTexts).toEqual(truth.keyTexts);
    expect([...live.received].reduce((a, b) => a + b, 0)).toBe(truth.datagrams);
    await running.stop();

    // What the next start finds, and what SQLite holds.
    const again = await runHost({ dataDirectory: data });
    const minutesOf = live.interval;
    const past = await again.client.call('live', 'flows', [
      { ...everything, interval: { fromMs: minutesOf.fromMs - 3600_000, toMs: minutesOf.toMs } },
    ]);
    expect(past.total.value[0]).toBe(truth.total);
    expect([...past.received].reduce((a, b) => a + b, 0)).toBe(truth.datagrams);
    await again.stop();
    const store = new Store(data, Date.now());
    const stored = store.flows(
      { keys: everything.keys.join(','), filter: '', counts: '' },
      1,
      0,
      Number.MAX_SAFE_INTEGER,
    )!;
    store.close();
    let octets = 0;
    for (let row = 0; row < stored.pathOf.length; row++) octets += stored.sums[row * 5]!;
    expect(octets).toBe(truth.total);
  });

  it('says what arrives where it is not sFlow, and that nothing is stored without a data directory', async () => {
    const running = await runHost({});
    const port = await portOf(running);
    const { DgramAsPromised } = await import('dgram-as-promised');
    const socket = DgramAsPromised.createSocket('udp4');
    const netflow = new Uint8Array(48);
    netflow.set([0, 9, 0, 1]);
    await socket.send(netflow, 0, netflow.length, port, '127.0.0.1');
    await socket.send(Uint8Array.of(), 0, 0, port, '127.0.0.1');
    await socket.close();
    const status = await statusWhen(
      running,
      'live',
      ({ diagnosis }) => diagnosis.foreign.reduce((sum, { count }) => sum + count, 0) >= 2,
    );
    expect(status.diagnosis.foreign).toContainEqual({ name: 'NetFlow v9', count: 1 });
    expect(status.malformed).toContainEqual({ name: 'not sFlow', count: 2 });
    expect({ datagrams: status.datagrams, problem: status.problem }).toEqual({
      datagrams: 0,
      problem: 'Nothing is stored: this Weir was started without a data directory.',
    });
  });

  it('listens elsewhere when told, keeps that, and says in a sentence what cannot be', async () => {
    const data = temporaryFolder();
    const running = await runHost({ dataDirectory: data });
    const taken = await portOf(running);
    const other = await runHost({});
    const [failed] = await other.client.call('live', 'listeners.set', [
      [{ address: '127.0.0.1', port: taken }],
    ]);
    expect(failed).toMatchObject({
      state: 'failed',
      problem: expect.stringMatching(/^UDP port \d+ is already in use on 127\.0\.0\.1/),
    });
    const [moved] = await running.client.call('live', 'listeners.set', [[{ address: '127.0.0.1', port: 0 }]]);
    expect(moved).toMatchObject({ state: 'open', receiveBufferAskedOctets: 8 * 1024 * 1024 });
    await running.stop();
    const again = await runHost({ dataDirectory: data, listeners: undefined });
    const status = await statusWhen(again, 'live', ({ listeners }) => listeners.length > 0);
    expect(status.listeners.map(({ address }) => address)).toEqual(['127.0.0.1']);
  });

  it('refuses a data directory that another one uses, in a sentence', async () => {
    const data = temporaryFolder();
    await runHost({ dataDirectory: data });
    await expect(runHost({ dataDirectory: data })).rejects.toThrow(/^Another Weir uses the data directory/);
  });

  it('shows a sample network within seconds, and stops it', async () => {
    const running = await runHost({});
    await portOf(running);
    await running.client.call(null, 'sampleNetwork.start', []);
    const status = await statusWhen(
      running,
      'live',
      ({ flowSamples, sampleNetwork }) => sampleNetwork && flowSamples > 0,
    );
    expect(status.agents).toBeGreaterThanOrEqual(4);
    await running.client.call(null, 'sampleNetwork.stop', []);
    await statusWhen(running, 'live', ({ sampleNetwork }) => !sampleNetwork);
  });

  it('refuses arguments that do not fit, by a sentence that names the call', async () => {
    const running = await runHost({});
    const call = running.client.call as unknown as (
      workspace: string | null,
      method: string,
      args: unknown[],
    ) => Promise<unknown>;
    await expect(call('live', 'flows', [{ ...everything, limit: 0 }])).rejects.toThrow(
      /^The call “flows” was refused/,
    );
    await expect(call('live', 'flows', [{ ...everything, keys: ['nonsense'] }])).rejects.toThrow(
      'There is no flow key “nonsense”.',
    );
    await expect(call('live', 'stop', [])).rejects.toThrow('There is no call “stop”.');
    await expect(call('gone', 'status', [])).rejects.toThrow('This workspace has been closed.');
    await expect(call(null, '__proto__', [])).rejects.toThrow('There is no call');
    await expect(call(null, 'workspaces.open', ['/etc/passwd'])).rejects.toThrow(/uploaded/);
  });
});

describe.skipIf(capturesFolder === null)('the fabric capture sent over UDP', () => {
  it('gives live what it gives offline, to the byte, at a speed that the buffer holds', {
    timeout: 60_000,
  }, async () => {
    const file = capturePath('sflowrt-fabricview-ecmp.pcap');
    const running = await runHost({});
    const sent = await sendCapture(file, { host: '127.0.0.1', port: await portOf(running), speed: 60 });
    expect(sent.sent).toBe(9279);
    const status = await statusWhen(running, 'live', ({ datagrams, lost }) => datagrams + lost >= 9279);
    expect({
      received: status.datagrams,
      lost: status.lost,
      flow: status.flowSamples,
      counters: status.counterSamples,
    }).toEqual({ received: 9279, lost: 0, flow: 52_785, counters: 3682 });
    const pairs = await running.client.call('live', 'flows', [everything]);
    expect(pairs.total.value[0]).toBe(1_536_226_920_000);
    expect(pairs.rows.value[0]).toBe(784_835_960_000);
  });
});
