/** Filters where questions are asked: of captures, of their totals, and of a live workspace that is asked late. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { captureEngine } from '../../main/engine/capture.ts';
import { fillFromRing } from '../../main/engine/newest.ts';
import { totalsOf } from '../../main/engine/totals.ts';
import { compileFilter } from '../../main/flows/filter.ts';
import { SAMPLES, SUMS } from '../../main/flows/log.ts';
import { FlowTable } from '../../main/flows/table.ts';
import { DatagramRing } from '../../main/inspect/ring.ts';
import { generateTo } from '../../main/sample-network/generate.ts';
import { Network } from '../../main/samples/network.ts';
import { Placement } from '../../main/samples/placement.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import type { FlowQuestion } from '../../shared/model/question.ts';
import { capturePath, capturesFolder } from '../captures.ts';
import { temporaryFolder } from '../headless/running.ts';
import { datagramsOf, type Made } from '../samples/traffic.ts';

const ask = (filter: string, keys: string[] = []): FlowQuestion => ({
  keys,
  value: 'bytes',
  scope: { agent: null, ifIndex: null, direction: 'both' },
  filter,
  merge: 'sum',
  interval: null,
  stepMs: null,
  limit: 1000,
});

async function open(path: string) {
  const engine = captureEngine({ id: 'test', path, title: 'test', changed() {} });
  await engine.start();
  const of = async (filter: string, keys: string[] = []) => {
    const answer = await engine.flows(ask(filter, keys));
    return { ...answer, samples: answer.total.samples[0]!, octets: answer.total.value[0]! };
  };
  return { engine, of };
}

describe.skipIf(capturesFolder === null)('the fabric capture', () => {
  const path = capturePath('sflowrt-fabricview-ecmp.pcap');

  it('is parted by a filter and its opposite, whatever the keys', async () => {
    const { of } = await open(path);
    const all = await of('');
    for (const filter of [
      'tcpdestinationport=5001',
      'address=10.4.1.0/24',
      'vlan=null',
      'agent~(leaf|spine)1',
      'ifname:inputifindex~swp[12].*',
    ]) {
      const [inside, outside] = [await of(filter), await of(opposite(filter), ['ipsource'])];
      expect(inside.samples).toBeGreaterThan(0);
      expect(inside.samples + outside.samples).toBe(all.samples);
      expect(inside.octets + outside.octets).toBeCloseTo(all.octets, 0);
    }
  });

  it('gives the rows that the key itself would have given', async () => {
    const { of } = await open(path);
    const rows = await of('', ['tcpdestinationport', 'ipsource']);
    const filtered = await of('tcpdestinationport=5001', ['ipsource']);
    const wanted = new Map<string, number>();
    for (let row = 0; row < rows.rows.value.length; row++)
      if (rows.keyTexts[2 * row] === '5001') wanted.set(rows.keyTexts[2 * row + 1]!, rows.rows.value[row]!);
    expect(new Map(filtered.keyTexts.map((text, row) => [text, filtered.rows.value[row]!]))).toEqual(wanted);
    expect(filtered.filter).toBe('tcpdestinationport=5001');
    expect(filtered.completeFromMs).toBe(filtered.interval.fromMs);
  });

  it('adds up the same without being opened, names of agents included', async () => {
    const { of } = await open(path);
    for (const filter of ['ipprotocol=6&tcpdestinationport=5001', 'agent=leaf1|agent=spine2']) {
      const { total } = await totalsOf(path, { keys: [], value: 'bytes', filter, merge: 'sum', limit: 10 });
      expect([total.samples[0], total.value[0]]).toEqual([
        (await of(filter)).samples,
        (await of(filter)).octets,
      ]);
    }
  });
});

const opposite = (filter: string): string => filter.replace(/[=~]/, '!$&');

describe('a filter that cannot be asked', () => {
  it('is refused by its sentence', async () => {
    const path = join(temporaryFolder(), 'made.pcap');
    await generateTo({ out: path, seconds: 2, rate: 50, seed: 3 });
    const { engine, of } = await open(path);
    await expect(of('colour=red')).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('colour'),
    });
    expect(engine['filter.check']('colour=red')).toMatchObject({ start: 0, end: 6 });
    expect(engine['filter.check']('vlan=1')).toBeNull();
  });
});

describe('a definition that is asked for late', () => {
  const made = (index: number): Made => ({
    timeMs: 1_000_000 + index * 100,
    agent: index % 3 === 0 ? '10.0.0.1' : '10.0.0.2',
    dataSource: 7,
    input: 7,
    output: 9,
    rate: 10,
    octets: 100,
    source: '10.4.1.2',
    destination: '10.4.2.2',
    protocol: index % 2 === 0 ? 6 : 17,
    sourcePort: 40_000,
    destinationPort: 443,
  });

  /** A live network of so many datagrams, one each 100 ms, and a ring that keeps the newest. */
  function live(count: number, kept: number) {
    const network = new Network();
    const ring = new DatagramRing(1 << 20, kept);
    const reader = new SampleReader(network, { flow() {}, counters() {}, arrival() {}, restarted() {} });
    for (const { timeMs, octets } of datagramsOf(Array.from({ length: count }, (_, index) => made(index)))) {
      const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
      ring.push(octets, timeMs, '10.0.0.9', 6343);
      reader.read(octets, view, 0, octets.length, timeMs, null);
    }
    return { network, ring };
  }

  async function filled(count: number, kept: number, filter: string) {
    const { network, ring } = live(count, kept);
    const table = new FlowTable(['ipsource'], {
      accepts: compileFilter(filter, { agentName: () => '', interfaceName: () => '' })!.accepts,
    });
    let completeFromMs = Number.NaN;
    await fillFromRing(ring, table, network, new Placement(), 0, (fromMs) => {
      completeFromMs = fromMs;
    });
    table.flush();
    const agents = new Set<string>();
    let samples = 0;
    let firstSecond = Number.POSITIVE_INFINITY;
    table.log.eachRun(0, Number.POSITIVE_INFINITY, (second, { id, sums }, first, behind) => {
      firstSecond = Math.min(firstSecond, second);
      for (let row = first; row < behind; row++) {
        samples += sums[row * SUMS + SAMPLES]!;
        agents.add(network.at(network.paths.agentOf(table.pathOf(id[row]!)))!.address);
      }
    });
    return { completeFromMs, samples, firstSecond, agents: [...agents].sort(), datagrams: network.datagrams };
  }

  it('has all of it while the newest datagrams are all there are', async () => {
    expect(await filled(1000, 2000, 'protocol=TCP')).toEqual({
      completeFromMs: Number.NEGATIVE_INFINITY,
      samples: 500,
      firstSecond: 1000,
      agents: ['10.0.0.1', '10.0.0.2'],
      datagrams: 1000,
    });
  });

  it('says from when on it is complete where they are not', async () => {
    const { completeFromMs, samples, firstSecond } = await filled(1000, 295, 'protocol=TCP');
    // The first that is kept came at 1070.5 s: that second is there in part only.
    expect({ completeFromMs, samples, firstSecond }).toEqual({
      completeFromMs: 1_071_000,
      samples: 147,
      firstSecond: 1070,
    });
  });
});
