/** The inspector's questions to a capture and to the live ring, against what is known of the traffic. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { captureEngine } from '../../main/engine/capture.ts';
import type { Engine } from '../../main/engine/engine.ts';
import { NO_CONTEXT } from '../../main/flows/functions/context.ts';
import { CaptureInspector } from '../../main/inspect/capture.ts';
import { LiveInspector } from '../../main/inspect/live.ts';
import { DatagramRing } from '../../main/inspect/ring.ts';
import { generateTo } from '../../main/sample-network/generate.ts';
import { type DatagramDescription, writeDatagram } from '../../main/sflow/write.ts';
import { readCapture } from '../../main/sources/capture.ts';
import { PcapWriter } from '../../main/sources/pcap-write.ts';
import type {
  DatagramFilter,
  DatagramList,
  DatagramListQuestion,
  InspectNode,
} from '../../shared/model/inspect.ts';
import { captureFiles, capturePath, capturesFolder } from '../captures.ts';
import { temporaryFolder } from '../headless/running.ts';
import { everything, headerRecord, ordinary, tcpHeader } from '../sflow/fixtures.ts';

const FABRIC = 'sflowrt-fabricview-ecmp.pcap';

const filter = (more: Partial<DatagramFilter> = {}): DatagramFilter => ({
  agent: null,
  subAgentId: null,
  ifIndex: null,
  filter: '',
  only: 'all',
  interval: null,
  ...more,
});
const page = (
  more: Partial<DatagramFilter> = {},
  part: Partial<DatagramListQuestion> = {},
): DatagramListQuestion => ({ filter: filter(more), offset: 0, limit: 100, upTo: null, ...part });

async function open(path: string): Promise<Engine> {
  const engine = captureEngine({ id: 'test', path, title: 'test', changed() {} });
  await engine.start();
  return engine;
}

/** A capture of these datagrams, a second apart. */
async function captureOf(...datagrams: (DatagramDescription | Uint8Array)[]): Promise<Engine> {
  const writer = new PcapWriter();
  for (const [second, datagram] of datagrams.entries())
    writer.append(
      datagram instanceof Uint8Array ? datagram : writeDatagram(datagram),
      Date.UTC(2026, 0, 5) + second * 1000 + 0.25,
      { address: '192.0.2.7', port: 50_000 },
      { address: '192.0.2.9', port: 6343 },
    );
  const path = join(temporaryFolder(), 'made.pcap');
  writeFileSync(path, writer.take());
  return open(path);
}

/** The walk that a reader of the screen takes. */
function nodes(node: InspectNode): InspectNode[] {
  return [node, ...node.children.flatMap(nodes)];
}
const sum = (column: ArrayLike<number>): number => Array.from(column).reduce((all, one) => all + one, 0);

/** Packets of a pcap file with an Ethernet link, read by nothing of ours: 16 octets of head before each. */
function packetsOf(file: Uint8Array): { octets: Uint8Array; original: number }[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  expect([view.getUint32(0, true), view.getUint32(20, true)]).toEqual([0xa1b2c3d4, 1]);
  const packets = [];
  for (let at = 24; at < file.length; ) {
    const length = view.getUint32(at + 8, true);
    packets.push({
      octets: file.subarray(at + 16, at + 16 + length),
      original: view.getUint32(at + 12, true),
    });
    at += 16 + length;
  }
  return packets;
}

describe('the list of a capture', () => {
  it('says of each datagram who sent it, when, and what is in it', async () => {
    const engine = await captureOf(everything, { ...ordinary, sequenceNumber: 80 }, ordinary);
    const list = await engine['datagrams.list'](page());
    expect(list).toMatchObject({ total: 3, count: 3, examined: 3, withUnknown: 1, withProblems: 0 });
    expect(list.agents).toEqual(['192.0.2.1', '10.0.0.1']);
    expect(list.sources).toEqual(['192.0.2.7']);
    expect(Array.from(list.timeMs, (timeMs) => timeMs - Date.UTC(2026, 0, 5))).toEqual([
      0.25, 1000.25, 2000.25,
    ]);
    expect(Array.from(list.flowSamples)).toEqual([2, 3, 3]);
    expect(Array.from(list.counterSamples)).toEqual([2, 1, 1]);
    expect(Array.from(list.discardedPackets)).toEqual([1, 0, 0]);
    expect(Array.from(list.otherSamples)).toEqual([3, 0, 0]);
    expect(Array.from(list.stack, (stack) => list.stacks[stack])).toEqual(Array(3).fill('eth.ip.tcp'));
    expect(Array.from(list.number)).toEqual([1, 2, 3]);
    expect(sum(list.activity.datagrams)).toBe(3);
    expect(list.records.find(({ name }) => name === 'extended_switch')?.count).toBeGreaterThanOrEqual(6);
  });

  it('lists duplicates, and what is missing before each', async () => {
    const numbered = (sequenceNumber: number) => ({ ...ordinary, sequenceNumber });
    const engine = await captureOf(numbered(1), numbered(4), numbered(3), numbered(4));
    const list = await engine['datagrams.list'](page());
    expect(Array.from(list.lost)).toEqual([0, 2, -1, -2]);
    expect(Array.from(list.flowSamples)).toEqual([3, 3, 3, 3]);
  });

  it('filters by agent, sub-agent, port, record, packet and time, and pages through what is left', async () => {
    const engine = await captureOf(everything, ordinary, everything, ordinary, ordinary);
    const count = async (more: Partial<DatagramFilter>) => (await engine['datagrams.list'](page(more))).total;
    expect(await count({ agent: '10.0.0.1' })).toBe(3);
    expect(await count({ subAgentId: 3 })).toBe(2);
    expect(await count({ agent: '10.0.0.1', ifIndex: 8 })).toBe(3);
    expect(await count({ agent: '10.0.0.1', ifIndex: 9 })).toBe(0);
    expect(await count({ filter: 'record=extended_gateway' })).toBe(2);
    expect(await count({ filter: 'record=0:1003' })).toBe(2);
    expect(await count({ filter: 'record=discarded_packet' })).toBe(2);
    expect(await count({ filter: 'record=99999:7' })).toBe(2);
    expect(await count({ filter: 'record=extended_switch&ipsource=10.0.0.1' })).toBe(5);
    expect(await count({ filter: 'ipsource=10.0.0.2' })).toBe(0);
    expect(await count({ filter: 'address.*=10.0.0.2&port.*=443' })).toBe(5);
    expect(await count({ filter: 'ipdestination=10.0.0.0/24&tcpdestinationport!=443' })).toBe(0);
    expect(await count({ filter: 'macsource=02:00:00:00:01:01' })).toBe(5);
    expect(await count({ filter: 'layer=udp' })).toBe(0);
    expect(await count({ only: 'unknown' })).toBe(2);
    expect(await count({ only: 'problems' })).toBe(0);
    const second = Date.UTC(2026, 0, 5) + 1000;
    expect(await count({ interval: { fromMs: second, toMs: second + 2000 } })).toBe(2);
    const part = await engine['datagrams.list'](page({ agent: '10.0.0.1' }, { offset: 1, limit: 1 }));
    expect(part).toMatchObject({ total: 3, offset: 1, count: 1 });
    expect(Array.from(part.number)).toEqual([4]);
  });

  it('refuses a filter that means nothing by naming it', async () => {
    const engine = await captureOf(ordinary);
    await expect(engine['datagrams.list'](page({ filter: 'record=nonsense' }))).rejects.toThrow(
      /no record “nonsense”/,
    );
    await expect(engine['datagrams.list'](page({ filter: 'nonsense=1' }))).rejects.toThrow(/“nonsense”/);
    await expect(engine['datagrams.list'](page({ filter: 'a b' }))).rejects.toThrow(/position 3/);
  });

  it('shows what was cut short as a problem, beside what is sound', async () => {
    const whole = writeDatagram(ordinary);
    const engine = await captureOf(ordinary, whole.slice(0, whole.length - 20));
    const list = await engine['datagrams.list'](page({ only: 'problems' }));
    expect(list).toMatchObject({ total: 1, withProblems: 1 });
    const detail = await engine['datagrams.get'](list.id[0]!, null);
    const problems = detail.tree.children.filter(({ kind }) => kind === 'problem');
    expect(problems.map(({ text }) => text).join()).toMatch(/counted/);
  });
});

describe('one datagram', () => {
  it('is a tree whose places lie inside it, and inside each other', async () => {
    const engine = await captureOf(everything);
    const { id } = await engine['datagrams.list'](page());
    const detail = await engine['datagrams.get'](id[0]!, null);
    expect(detail.bytes).toEqual(writeDatagram(everything));
    expect(detail).toMatchObject({ agent: '192.0.2.1', from: '192.0.2.7:50000', to: '192.0.2.9:6343' });
    const all = nodes(detail.tree);
    for (const { offset, length } of all) {
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset + length).toBeLessThanOrEqual(detail.bytes.length);
    }
    const source = all.find(({ filter: by }) => by === 'ipsource=10.0.0.1')!;
    expect(Array.from(detail.bytes.subarray(source.offset, source.offset + source.length))).toEqual([
      10, 0, 0, 1,
    ]);
    expect(all.some(({ unknown }) => unknown)).toBe(true);
    expect(JSON.parse(JSON.stringify(detail.tree))).toEqual(detail.tree);
  });

  it('says which samples a filter means', async () => {
    const engine = await captureOf(everything);
    const { id } = await engine['datagrams.list'](page());
    const matching = async (more: Partial<DatagramFilter>) =>
      (await engine['datagrams.get'](id[0]!, filter(more))).matching;
    expect(await matching({})).toEqual([]);
    expect(await matching({ filter: 'address.*=10.0.0.1' })).toEqual([0, 2, 4]);
    expect(await matching({ filter: 'record=counter 0:1' })).toEqual([1]);
    expect(await matching({ filter: 'record=99999:7' })).toEqual([7]);
    expect(await matching({ filter: 'nonsense' })).toEqual([]);
  });

  it('is refused where there is none', async () => {
    const engine = await captureOf(ordinary);
    await expect(engine['datagrams.get'](7, null)).rejects.toThrow(/no datagram at this place/);
  });
});

describe('an export', () => {
  it('of datagrams is the capture again', async () => {
    const engine = await captureOf(everything, ordinary, everything);
    const { bytes, packets, notice } = await engine['datagrams.export']({
      what: { filter: filter({ agent: '192.0.2.1' }) },
      form: 'datagrams',
    });
    expect({ packets, notice }).toEqual({ packets: 2, notice: '' });
    const seen: Uint8Array[] = [];
    const path = join(temporaryFolder(), 'export.pcap');
    writeFileSync(path, bytes);
    await readCapture(path, {
      datagram: (buffer, _view, start, end) => seen.push(buffer.slice(start, end)),
    });
    expect(seen).toEqual([writeDatagram(everything), writeDatagram(everything)]);
  });

  it('of headers is each sampled header with the length of its frame', async () => {
    const engine = await captureOf(ordinary);
    const list = await engine['datagrams.list'](page());
    const { bytes, packets } = await engine['datagrams.export']({
      what: { ids: [list.id[0]!] },
      form: 'headers',
    });
    expect(packets).toBe(3);
    for (const { octets, original } of packetsOf(bytes)) {
      expect(octets).toEqual(tcpHeader);
      expect(original).toBe(1518);
    }
  });

  it('puts an Ethernet header before a bare IP packet, and counts what cannot stand there', async () => {
    const sample = ordinary.samples[0]!;
    const header = (protocol: number, octets: Uint8Array) => ({
      name: 'sampled_header',
      fields: { protocol, frame_length: 1500, stripped: 0, header: octets },
    });
    const engine = await captureOf({
      ...ordinary,
      samples: [
        { ...sample, records: [header(11, tcpHeader.slice(14))] },
        { ...sample, records: [header(14, tcpHeader)] },
        { ...sample, records: [headerRecord] },
      ] as DatagramDescription['samples'],
    });
    const { bytes, packets, notice } = await engine['datagrams.export']({
      what: { filter: filter() },
      form: 'headers',
    });
    expect(packets).toBe(2);
    expect(notice).toMatch(/1 sampled header is of a kind/);
    const [ip] = packetsOf(bytes);
    expect(ip!.octets.slice(12)).toEqual(tcpHeader.slice(12));
    expect(ip!.original).toBe(1514);
  });
});

describe('the live ring', () => {
  const octets = writeDatagram(ordinary);
  const inspectorOf = (ring: DatagramRing) =>
    new LiveInspector({ ring, context: NO_CONTEXT, receiver: () => ({ address: '192.0.2.9', port: 6343 }) });

  it('keeps the newest, within its octets and its number, each as it came', () => {
    for (const [size, most] of [
      [10_000, 1000],
      [10_000, 5],
      [octets.length + 1, 3],
    ] as const) {
      const ring = new DatagramRing(size, most);
      for (let n = 0; n < 500; n++) {
        const length = 1 + ((n * 7919) % octets.length);
        const datagram = Uint8Array.from({ length }, (_, i) => (n + i) & 255);
        ring.push(datagram, n, '192.0.2.7', 50_000);
        expect(ring.next - ring.first).toBeLessThanOrEqual(most);
        expect(ring.octets).toBeLessThanOrEqual(size);
        expect(ring.has(n)).toBe(true);
        for (let id = ring.first; id < ring.next; id++) {
          const kept = ring.bytes.subarray(ring.start(id), ring.end(id));
          expect(kept.length).toBe(1 + ((id * 7919) % octets.length));
          expect([kept[0], kept.at(-1)]).toEqual([id & 255, (id + kept.length - 1) & 255]);
          expect(ring.timeMs(id)).toBe(id);
        }
      }
    }
  });

  it('passes over what it cannot hold', () => {
    const ring = new DatagramRing(100, 10);
    ring.push(new Uint8Array(101), 0, 'a', 1);
    ring.push(new Uint8Array(0), 0, 'a', 1);
    expect(ring.next).toBe(0);
  });

  it('lists newest first, goes on with what arrives, and holds still up to an id', async () => {
    const ring = new DatagramRing();
    const inspector = inspectorOf(ring);
    const push = (n: number) =>
      ring.push(writeDatagram({ ...ordinary, sequenceNumber: n }), n * 1000, '192.0.2.7', 50_000);
    for (let n = 1; n <= 3; n++) push(n);
    const first = await inspector.list(page());
    expect(Array.from(first.sequenceNumber)).toEqual([3, 2, 1]);
    for (let n = 4; n <= 6; n++) push(n);
    expect(Array.from((await inspector.list(page())).sequenceNumber)).toEqual([6, 5, 4, 3, 2, 1]);
    const held = await inspector.list(page({}, { upTo: first.id[0]! }));
    expect(Array.from(held.sequenceNumber)).toEqual([3, 2, 1]);
    const timed = await inspector.list(page({ interval: { fromMs: 2000, toMs: 5000 } }));
    expect(Array.from(timed.sequenceNumber)).toEqual([4, 3, 2]);
    const detail = inspector.get(first.id[0]!, null);
    expect(detail).toMatchObject({ agent: '10.0.0.1', from: '192.0.2.7:50000', timeMs: 3000 });
  });

  it('forgets rows with their datagrams, and says so when one is asked for', async () => {
    const ring = new DatagramRing(octets.length * 4, 100);
    const inspector = inspectorOf(ring);
    for (let n = 0; n < 20; n++) ring.push(octets, n, '192.0.2.7', 50_000);
    expect((await inspector.list(page())).total).toBe(4);
    for (let n = 0; n < 3; n++) ring.push(octets, n, '192.0.2.7', 50_000);
    const list = await inspector.list(page());
    expect(Array.from(list.id)).toEqual([22, 21, 20, 19]);
    expect(() => inspector.get(3, null)).toThrow(/no longer kept/);
    const { packets } = await inspector.export({ what: { ids: [3, 21, 22] }, form: 'datagrams' });
    expect(packets).toBe(2);
  });

  it('tells agents and senders apart in lists that go on', async () => {
    const ring = new DatagramRing();
    const inspector = inspectorOf(ring);
    ring.push(writeDatagram(everything), 0, '192.0.2.7', 1);
    await inspector.list(page());
    ring.push(octets, 0, '192.0.2.8', 1);
    const list = await inspector.list(page());
    expect(Array.from(list.agent, (agent) => list.agents[agent])).toEqual(['10.0.0.1', '192.0.2.1']);
    expect(Array.from(list.source, (source) => list.sources[source])).toEqual(['192.0.2.8', '192.0.2.7']);
  });
});

describe('the sample network', () => {
  it('lists as many samples as the engine counts, and every header comes out as it was sampled', async () => {
    const path = join(temporaryFolder(), 'network.pcap');
    await generateTo({ out: path, seconds: 20, seed: 3, startMs: Date.UTC(2026, 0, 5, 12) });
    const engine = await open(path);
    const status = await engine.status();
    const list = await allOf(engine);
    expect(list.total).toBe(status.datagrams);
    expect(list.flow).toBe(status.flowSamples);
    expect(list.counter).toBe(status.counterSamples);
    const { bytes, packets } = await engine['datagrams.export']({
      what: { filter: filter() },
      form: 'headers',
    });
    expect(packets).toBe(status.flowSamples);
    expect(packetsOf(bytes)).toHaveLength(packets);
  });
});

/** Sums over all pages. */
async function allOf(engine: Engine, more: Partial<DatagramFilter> = {}) {
  let [offset, flow, counter] = [0, 0, 0];
  for (;;) {
    const part: DatagramList = await engine['datagrams.list'](page(more, { offset, limit: 1000 }));
    flow += sum(part.flowSamples);
    counter += sum(part.counterSamples);
    offset += part.count;
    if (offset >= part.total) return { total: part.total, flow, counter };
  }
}

describe.skipIf(capturesFolder === null)('real captures', () => {
  it.each(captureFiles())('%s: counts are the engine’s, and each datagram opens', async (name) => {
    const engine = await open(capturePath(name));
    const status = await engine.status();
    if (status.state !== 'ready') return;
    const list = await engine['datagrams.list'](page({}, { limit: 50 }));
    expect(list.total).toBeGreaterThanOrEqual(status.datagrams);
    for (const id of list.id) {
      const detail = await engine['datagrams.get'](id, null);
      expect(nodes(detail.tree).length).toBeGreaterThan(3);
    }
  });

  it('the fabric: 9,279 datagrams and 52,785 samples, by filter too', async () => {
    const engine = await open(capturePath(FABRIC));
    expect(await allOf(engine)).toEqual({ total: 9279, flow: 52_785, counter: 3682 });
    let byAgent = 0;
    for (const { agent } of await engine.agents()) byAgent += (await allOf(engine, { agent })).total;
    expect(byAgent).toBe(9279);
    const { bytes, packets } = await engine['datagrams.export']({
      what: { filter: filter() },
      form: 'headers',
    });
    expect(packets).toBe(52_785);
    const some = await engine['datagrams.export']({
      what: { filter: filter({ filter: 'ipsource=10.4.3.2' }) },
      form: 'headers',
    });
    const all = packetsOf(bytes).filter(({ octets }) =>
      [10, 4, 3, 2].every((octet, i) => octets[26 + i] === octet),
    );
    expect(some.packets).toBe(all.length);
    expect(packetsOf(some.bytes)).toEqual(all);
  });

  it.skipIf(!existsSync('/usr/bin/tcpdump'))('tcpdump reads both forms', async () => {
    const engine = await open(capturePath('overflowd-sflow.pcap'));
    for (const form of ['datagrams', 'headers'] as const) {
      const { bytes, packets } = await engine['datagrams.export']({ what: { filter: filter() }, form });
      const path = join(temporaryFolder(), 'export.pcap');
      writeFileSync(path, bytes);
      const lines = execFileSync('/usr/bin/tcpdump', ['-nn', '-r', path], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 1 << 28,
      });
      expect(
        lines
          .trim()
          .split('\n')
          .filter((line) => /^\d\d:\d\d:\d\d\.\d{6} /.test(line)),
      ).toHaveLength(packets);
    }
  });
});

describe('a long list', () => {
  it('goes on while anybody waits for it, ends with the last, and is read anew after that', async () => {
    const gates: (() => void)[] = [];
    const signals: (AbortSignal | undefined)[] = [];
    const inspector = new CaptureInspector({
      file: {
        async pass(sink, options) {
          const gate = Promise.withResolvers<void>();
          gates.push(gate.resolve);
          signals.push(options?.signal);
          await sink.chunk?.({ octetsRead: 1, octetsTotal: 2 });
          await gate.promise;
        },
      },
      available: () => ({ fromMs: 0, toMs: 1 }),
      context: () => NO_CONTEXT,
    });
    const asking = () => {
      const stop = new AbortController();
      const list = inspector.list(page(), { signal: stop.signal, progress() {} });
      return { list, cancel: () => stop.abort() };
    };
    const [first, second] = [asking(), asking()];
    first.cancel();
    expect(signals[0]!.aborted).toBe(false);
    gates[0]!();
    expect((await second.list).total).toBe(0);
    expect(signals).toHaveLength(1);
  });

  it('that was cancelled is not taken for a whole one', async () => {
    const signals: AbortSignal[] = [];
    const inspector = new CaptureInspector({
      file: {
        pass(_sink, options) {
          const { signal } = options!;
          signals.push(signal!);
          return signals.length > 1
            ? Promise.resolve()
            : new Promise((resolve) => signal!.addEventListener('abort', resolve));
        },
      },
      available: () => ({ fromMs: 0, toMs: 1 }),
      context: () => NO_CONTEXT,
    });
    const stop = new AbortController();
    const list = inspector.list(page(), { signal: stop.signal, progress() {} });
    stop.abort();
    await expect(list).rejects.toThrow(/cancelled/);
    expect(signals[0]!.aborted).toBe(true);
    expect((await inspector.list(page())).total).toBe(0);
    expect(signals).toHaveLength(2);
  });
});
