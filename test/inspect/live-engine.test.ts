/** The live engine keeps what arrives by UDP for the inspector, and its calls are checked at the edge. */
import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../main/engine/engine.ts';
import { liveEngine } from '../../main/engine/live.ts';
import { checkArguments, workspaceArguments } from '../../main/rpc/arguments.ts';
import { writeDatagram } from '../../main/sflow/write.ts';
import type { DatagramListQuestion } from '../../shared/model/inspect.ts';
import { ordinary } from '../sflow/fixtures.ts';

const question: DatagramListQuestion = {
  filter: { agent: null, subAgentId: null, ifIndex: null, filter: '', only: 'all', interval: null },
  offset: 0,
  limit: 100,
  upTo: null,
};

describe('the live engine', () => {
  let engine: Engine | null = null;
  afterEach(async () => {
    await engine?.stop();
  });

  it('lists, opens and exports what arrived', async () => {
    let nowMs = Date.UTC(2026, 0, 5);
    engine = liveEngine({
      id: 'live',
      listeners: [{ address: '127.0.0.1', port: 0 }],
      store: null,
      storeProblem: '',
      changed() {},
      listenersSet() {},
      wallMs: () => nowMs++,
      monotonicMs: () => nowMs,
    });
    await engine.start();
    const { port } = (await engine.status()).listeners[0]!;
    const socket = createSocket('udp4');
    const sent = [1, 2, 3].map((sequenceNumber) => writeDatagram({ ...ordinary, sequenceNumber }));
    for (const datagram of sent)
      await new Promise<void>((resolve, reject) =>
        socket.send(datagram, port, '127.0.0.1', (error) => (error ? reject(error) : resolve())),
      );
    const sender = socket.address().port;
    socket.close();
    const inspected = engine;
    await expect.poll(async () => (await inspected['datagrams.list'](question)).total).toBe(3);
    const list = await inspected['datagrams.list'](question);
    expect([...list.sequenceNumber]).toEqual([3, 2, 1]);
    expect(list.ring).toMatchObject({ datagrams: 3, octets: 3 * sent[0]!.length });
    const detail = await inspected['datagrams.get'](list.id[0]!, question.filter);
    expect(detail.bytes).toEqual(sent[2]);
    expect(detail.from).toBe(`127.0.0.1:${sender}`);
    const { packets } = await inspected['datagrams.export']({
      what: { filter: question.filter },
      form: 'headers',
    });
    expect(packets).toBe(9);
  });
});

describe('calls of the inspector', () => {
  const check = (method: string, ...args: unknown[]) => checkArguments(workspaceArguments, method, args);

  it('are taken as the contract has them', () => {
    expect(check('datagrams.list', question)).toEqual([question]);
    expect(check('datagrams.get', 24, null)).toEqual([24, null]);
    const every = { what: { filter: question.filter }, form: 'headers' };
    expect(check('datagrams.export', every)).toEqual([every]);
    expect(check('datagrams.export', { what: { ids: [1, 2] }, form: 'datagrams' })).toHaveLength(1);
  });

  it('are refused where they are not', () => {
    expect(() => check('datagrams.list', { ...question, limit: 100_000 })).toThrow(/refused/);
    expect(() => check('datagrams.get', -1, null)).toThrow(/refused/);
    expect(() => check('datagrams.get', 1.5, null)).toThrow(/refused/);
    expect(() => check('datagrams.export', { what: {}, form: 'headers' })).toThrow(/refused/);
    expect(() => check('datagrams.export', { what: { ids: [1] }, form: 'all' })).toThrow(/refused/);
  });
});
