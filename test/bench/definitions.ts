/**
 * What running definitions cost: samples through the decoder into 1, 5 and 20 of them, while 10 k, 100 k and 1 M keys
 * come in turn, beside the decoder alone; and the memory of 1 M flow keys in a flow table and in a definition. CPU
 * time, the best of rounds, each round beside a round of the decoder alone.
 */
import { FlowDefinitions } from '../../main/flows/definitions.ts';
import { NO_CONTEXT } from '../../main/flows/functions/context.ts';
import { FlowTable } from '../../main/flows/table.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { RewrittenSample, randomFrom } from '../flows/rewritten.ts';

const SAMPLES = 100_000;
const ROUNDS = 3;
const SAMPLES_PER_SECOND = 20_000;

const KEYS = [
  'ipsource,ipdestination',
  'ipsource,ipdestination,ipprotocol,or:tcpsourceport:udpsourceport,or:tcpdestinationport:udpdestinationport',
  'ipsource',
  'ipdestination',
  'macsource,macdestination',
  'ipprotocol',
  'ipsource,tcpdestinationport',
  'mask:ipsource:24',
  'inputifindex,outputifindex',
  'stack',
];

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function definitionsOf(count: number, network: Network): Promise<FlowDefinitions> {
  const definitions = new FlowDefinitions({
    documents: { all: async () => new Map(), put: async () => {}, delete: async () => {} },
    network: () => network,
    context: NO_CONTEXT,
    nowMs: () => 0,
    knowsTopology: () => false,
    portRole: () => null,
  });
  for (let i = 0; i < count; i++)
    await definitions.put(
      `d${i}`,
      { keys: KEYS[i % KEYS.length]!, value: i % 3 === 2 ? 'frames' : 'bytes', t: i < 10 ? 2 : 20 },
      'weir',
    );
  return definitions;
}

/** CPU seconds of SAMPLES samples after as many again. */
async function pass(count: number, keys: number): Promise<number> {
  const network = new Network();
  const definitions = await definitionsOf(count, network);
  const reader = new SampleReader(network, {
    flow: count > 0 ? (sample) => definitions.frame(sample) : () => {},
    counters() {},
    arrival() {},
    restarted() {},
  });
  const sample = new RewrittenSample(reader);
  const random = randomFrom(5);
  let index = 0;
  const read = (upTo: number): void => {
    for (; index < upTo; index++) {
      if (index % SAMPLES_PER_SECOND === 0) definitions.tick((index / SAMPLES_PER_SECOND) * 1000);
      const key = Math.floor(random() * keys);
      const timeMs = Math.floor((index * 1000) / SAMPLES_PER_SECOND);
      sample.read(0x0a00_0000 + key, 0x1400_0000 + (key & 1023), 64 + (key % 1400), 100, timeMs);
    }
  };
  read(SAMPLES);
  const before = cpuSeconds();
  read(2 * SAMPLES);
  return cpuSeconds() - before;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
for (const keys of [10_000, 100_000, 1_000_000])
  for (const count of [1, 5, 20]) {
    const alone: number[] = [];
    const ratios: number[] = [];
    const filled: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      alone.push(await pass(0, keys));
      filled.push(await pass(count, keys));
      ratios.push(filled.at(-1)! / alone.at(-1)!);
    }
    const each = ((Math.min(...filled) - Math.min(...alone)) * 1e9) / SAMPLES / count;
    console.log(
      `  ${String(count).padStart(2)} definitions, ${String(keys).padStart(7)} keys: ${median(ratios).toFixed(1).padStart(5)} × the decoder alone, ${each.toFixed(0).padStart(5)} ns a sample and definition, ${(SAMPLES / Math.min(...filled) / 1e3).toFixed(0).padStart(5)} k samples/CPU-s`,
    );
  }

const octetsInUse = (): number => {
  globalThis.gc?.();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
};
const MILLION = 1_000_000;
{
  const network = new Network();
  const before = octetsInUse();
  const table = new FlowTable(['ipsource', 'ipdestination'], { capacity: MILLION, rows: 2 * MILLION });
  const definitions = await definitionsOf(1, network);
  const fill = (flow: 'table' | 'definition'): void => {
    const reader = new SampleReader(network, {
      flow: flow === 'table' ? (one) => table.add(one, 0) : (one) => definitions.frame(one),
      counters() {},
      arrival() {},
      restarted() {},
    });
    const sample = new RewrittenSample(reader);
    for (let key = 0; key < MILLION; key++) sample.read(0x0a00_0000 + key, 1, 500, 100, key / 100);
  };
  fill('table');
  table.flush();
  const between = octetsInUse();
  fill('definition');
  const after = octetsInUse();
  console.log(
    `  1 M keys: ${((between - before) / 2 ** 20).toFixed(0)} MiB in a flow table, ${((after - between) / 2 ** 20).toFixed(0)} MiB in a definition, which keeps 131,072`,
  );
}
