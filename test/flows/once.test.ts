/** The rule `once` from the samples to the answer: totals that add up, and what switches and ports count. */
import { describe, expect, it } from 'vitest';
import { captureEngine } from '../../main/engine/capture.ts';
import { flowMinute, restore } from '../../main/engine/minutes.ts';
import { answerFrom, type TableAnswer } from '../../main/flows/answer.ts';
import { FlowTable } from '../../main/flows/table.ts';
import { SampleNetwork } from '../../main/sample-network/network.ts';
import { Network } from '../../main/samples/network.ts';
import { Placement, Placer } from '../../main/samples/placement.ts';
import type { Mark } from '../../main/samples/placement-mark.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import type { FlowQuestion, MergeRule, Scope } from '../../shared/model/question.ts';
import { capturePath, capturesFolder } from '../captures.ts';
import { type Made, readSamples } from '../samples/traffic.ts';

const EVERYWHERE: Scope = { agent: null, ifIndex: null, direction: 'both' };
const SOURCE = 'or:ipsource:ip6source';
const DESTINATION = 'or:ipdestination:ip6destination';
const definitions = [
  [],
  [SOURCE],
  [DESTINATION],
  [SOURCE, DESTINATION],
  ['ipprotocol'],
  ['or:tcpdestinationport:udpdestinationport'],
  [SOURCE, DESTINATION, 'or:tcpsourceport:udpsourceport', 'or:tcpdestinationport:udpdestinationport'],
];

const answerOf = (
  table: FlowTable,
  network: Network,
  merge: MergeRule,
  scope: Scope = EVERYWHERE,
): TableAnswer =>
  answerFrom(table, network, {
    fromBucket: 0,
    toBucket: Number.POSITIVE_INFINITY,
    bucketsPerStep: 1,
    bucketCount: 1,
    value: 'bytes',
    merge,
    scope,
    limit: 1000,
  });

const ask = (keys: readonly string[], part: Partial<FlowQuestion> = {}): FlowQuestion => ({
  keys,
  value: 'bytes',
  filter: '',
  scope: EVERYWHERE,
  merge: 'once',
  interval: null,
  stepMs: null,
  limit: 1000,
  ...part,
});

describe.skipIf(capturesFolder === null)('the fabric capture, each packet counted once', () => {
  it('has the true total by whatever it is broken down, and nothing that is not placed', async () => {
    const engine = captureEngine({
      id: 'test',
      path: capturePath('sflowrt-fabricview-ecmp.pcap'),
      title: 'test',
      changed() {},
    });
    await engine.start();
    const answers = await Promise.all(definitions.map((keys) => engine.flows(ask(keys))));
    // Each source counted at the port where its TTL is highest, made from the reference decode.
    for (const { total } of answers) expect(Math.abs(total.value[0]! / 514.99e9 - 1)).toBeLessThan(0.005);
    expect(new Set(answers.map(({ total }) => total.value[0])).size).toBe(1);
    expect(answers.map(({ unplaced }) => unplaced)).toEqual(answers.map(() => 0));

    const ports = await engine.interfaces(null);
    const { interval, rows, countedAt, keyTexts } = answers[1]!;
    const agents = await engine.agents();
    for (const [row, source] of keyTexts.entries()) {
      const port = ports.find(
        ({ agent, name }) =>
          `${agents.find((one) => one.agent === agent)!.name} › ${name}` === countedAt[row],
      )!;
      const seconds = (interval.toMs - interval.fromMs) / 1000;
      const told = { source, octets: Math.round((port.flows.inBitsPerSecond / 8) * seconds) };
      expect({ source, octets: rows.value[row] }).toEqual(told);
      // Counters are polled: they lag behind at the edges of bursts.
      if (port.agreement) expect(Math.abs(port.agreement.difference)).toBeLessThan(0.2);
    }
    await engine.stop();
  });
});

describe('the sample network, each packet counted once', () => {
  it('agrees with what really went through, within the error of sampling', () => {
    const startMs = 1_700_000_000_000;
    const made = new SampleNetwork({ seed: 5, agents: 6, ratePerSecond: 500, startMs, rememberPairs: true });
    const sent = [...made.step(startMs + 100_000)];
    const truth = made.truth();
    const placement = new Placement();
    const read = (learns: boolean, tables: readonly FlowTable[]): Network => {
      const network = new Network();
      const reader = new SampleReader(
        network,
        {
          flow(sample) {
            for (const table of tables) table.add(sample, 0);
          },
          counters() {},
          arrival() {},
          restarted() {},
        },
        new Placer(placement, learns),
      );
      for (const { datagram, timeMs } of sent) {
        const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
        reader.read(datagram, view, 0, datagram.length, timeMs, null);
      }
      return network;
    };
    read(true, []);
    placement.learn();
    const tables = definitions.map((keys) => new FlowTable(keys));
    const network = read(false, tables);
    const answers = tables.map((table) => answerOf(table, network, 'once'));
    let octets = 0;
    for (const total of truth.pairs.values()) octets += total.octets;
    for (const { total, unplaced } of answers) {
      expect(total.value[0]).toBe(answers[0]!.total.value[0]);
      expect(Math.abs(total.value[0]! - octets)).toBeLessThan(1.5 * total.halfWidth[0]! + 0.005 * octets);
      expect(unplaced).toBeLessThan(0.01);
    }
    expect(answerOf(tables[0]!, network, 'sum').total.value[0]! / octets).toBeGreaterThan(1.5);
  });
});

const one = (part: Partial<Made>): Made => ({
  timeMs: 0,
  agent: '10.0.0.1',
  dataSource: 1,
  input: 1,
  output: 2,
  rate: 100,
  octets: 1000,
  source: '10.1.0.1',
  destination: '10.2.0.1',
  protocol: 6,
  sourcePort: 40_000,
  destinationPort: 443,
  ...part,
});

/** Samples with the marks given to them, in a table by source. */
function marked(samples: readonly (Made & { mark: Mark })[]): { table: FlowTable; network: Network } {
  const table = new FlowTable(['ipsource'], { minutes: true });
  let index = 0;
  const paths = new Network().paths;
  const network = readSamples(samples, {
    flow(sample) {
      sample.path = paths.marked(sample.path, samples[index++]!.mark);
      table.add(sample, 0);
    },
  });
  return { table, network };
}

describe('what counts', () => {
  it('over the network is what was placed; what was not is told as a share', () => {
    const { table, network } = marked([
      { ...one({}), mark: 0 },
      { ...one({ agent: '10.0.0.2' }), mark: 1 },
      { ...one({ agent: '10.0.0.3', octets: 3000, source: '10.1.0.2' }), mark: 2 },
    ]);
    const once = answerOf(table, network, 'once');
    expect([once.total.value[0], once.unplaced, once.keyTexts, once.otherKeys]).toEqual([
      100_000,
      0.75,
      ['10.1.0.1'],
      0,
    ]);
    const sum = answerOf(table, network, 'sum');
    expect([sum.total.value[0], sum.unplaced]).toEqual([500_000, 0]);
  });

  it('at one switch is what comes into it, also where it is sampled as it leaves', () => {
    const { table, network } = marked([
      // Port 1 samples both ways, port 2 as well; port 3 does not sample.
      { ...one({ dataSource: 1, input: 1, output: 2 }), mark: 1 },
      { ...one({ dataSource: 2, input: 1, output: 2 }), mark: 1 },
      { ...one({ dataSource: 2, input: 2, output: 1 }), mark: 0 },
      { ...one({ dataSource: 1, input: 2, output: 1 }), mark: 1 },
      { ...one({ dataSource: 2, input: 3, output: 2 }), mark: 2 },
    ]);
    const atSwitch = answerOf(table, network, 'once', { ...EVERYWHERE, agent: '10.0.0.1' });
    expect([atSwitch.total.value[0], atSwitch.unplaced]).toEqual([300_000, 0]);
    const into = { agent: '10.0.0.1', ifIndex: 1, direction: 'in' as const };
    expect(answerOf(table, network, 'once', into).total.value[0]).toBe(100_000);
  });

  it('is kept with the minutes that are stored', async () => {
    const { table, network } = marked([
      { ...one({}), mark: 0 },
      { ...one({ agent: '10.0.0.2', octets: 1500 }), mark: 1 },
      { ...one({ agent: '10.0.0.3', octets: 3000 }), mark: 2 },
    ]);
    table.flush();
    const minute = flowMinute(table, network, { keys: 'ipsource', filter: '', counts: '' }, 0, 100)!;
    const stored = structuredClone({ ...minute, minuteOf: new Float64Array(minute.pathOf.length) });
    const restored = new FlowTable(['ipsource']);
    const later = new Network();
    await restore(stored, restored, later, 0);
    for (const merge of ['once', 'max', 'sum'] as const) {
      const [before, after] = [answerOf(table, network, merge), answerOf(restored, later, merge)];
      expect([merge, after.total.value[0], after.unplaced]).toEqual([
        merge,
        before.total.value[0],
        before.unplaced,
      ]);
    }
  });
});
