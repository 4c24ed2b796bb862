/**
 * Whether the 95 % band is one: simulations of sampled traffic with frames of varying length, whose truth is known,
 * through the decoder into a flow table and a running definition. From thirty samples up the truth lies within the band
 * in 93 to 97 of a hundred, of octets and of frames, at one port and put together from two with other sampling rates.
 */
import { describe, expect, it } from 'vitest';
import { ActiveTable } from '../../main/flows/active.ts';
import { answerFrom } from '../../main/flows/answer.ts';
import { compileKeys } from '../../main/flows/compile.ts';
import { Entries } from '../../main/flows/scope.ts';
import { FlowTable } from '../../main/flows/table.ts';
import { compileValue } from '../../main/flows/value.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { LEAST_SAMPLES, NORMAL_95 } from '../../shared/model/confidence.ts';
import { RewrittenSample, randomFrom } from './rewritten.ts';

/** Of each kind of traffic: more than 1,000 at one port and as many at two; in the long form ten times as many. */
const SIMULATIONS = process.env.WEIR_LONG === 'yes' ? 30_000 : 3000;
const SAMPLES = { least: 20, most: 500 };
const RATES = [100, 1000];

/** Kinds of traffic: the part of the frames that has a length. */
const traffic: Record<string, [part: number, octets: number][]> = {
  'frames of one length': [[1, 1000]],
  'short and long frames': [
    [0.5, 64],
    [0.5, 1500],
  ],
  'the Internet mix': [
    [7 / 12, 64],
    [4 / 12, 570],
    [1 / 12, 1518],
  ],
  'nine short frames and a long one': [
    [0.9, 64],
    [0.1, 1500],
  ],
};

/** Hands each frame's turn to `taken` that is sampled, one in `rate` at random. */
function sampled(frames: number, rate: number, random: () => number, taken: () => void): void {
  const scale = Math.log(1 - 1 / rate);
  for (let at = Math.floor(Math.log(1 - random()) / scale); at < frames; ) {
    taken();
    at += 1 + Math.floor(Math.log(1 - random()) / scale);
  }
}

type Truth = { octets: number; frames: number };

/** Each simulation is a sender; every second one crosses two ports, each with a sampling rate of its own. */
function simulate(mix: [number, number][], seed: number) {
  const network = new Network();
  const table = new FlowTable(['ipsource']);
  const means = new FlowTable(['ipsource'], { value: compileValue('avg:bytes') });
  const active = new ActiveTable(
    { keys: compileKeys(['ipsource']), accepts: null, value: compileValue('bytes'), values: [], t: 1 },
    () => network.paths,
    new Entries(() => network),
  );
  const reader = new SampleReader(network, {
    flow: (sample) => {
      table.add(sample, 0);
      means.add(sample, 0);
      active.add(sample);
    },
    counters() {},
    arrival() {},
    restarted() {},
  });
  const sample = new RewrittenSample(reader);
  const random = randomFrom(seed);
  const truths: Truth[] = [];
  for (let sender = 0; sender < SIMULATIONS; sender++) {
    const truth: Truth = { octets: 0, frames: 0 };
    const ports = 1 + (sender % 2);
    const expected = SAMPLES.least * (SAMPLES.most / SAMPLES.least) ** random();
    for (let port = 0; port < ports; port++) {
      sample.at({ agent: 0x0a00_0001, dataSource: port + 1, input: port + 1, output: 9 });
      const rate = RATES[(port + (sender >> 1)) % 2]!;
      for (const [part, octets] of mix) {
        const frames = Math.round((expected * rate * part) / ports);
        truth.octets += frames * octets;
        truth.frames += frames;
        sampled(frames, rate, random, () => sample.read(0x2000_0000 + sender, 1, octets, rate, 0));
      }
    }
    truths.push(truth);
  }
  return { network, table, means, active, truths };
}

const numberOf = (address: string): number =>
  address.split('.').reduce((number, part) => 256 * number + Number(part), 0) - 0x2000_0000;

describe.each(Object.entries(traffic))('the band of %s', (name, mix) => {
  const { network, table, means, active, truths } = simulate(mix, 11);
  const share = { least: 0.93, most: 0.97 };

  it.each(['bytes', 'frames'] as const)('holds the truth of %s as often as it says', (value) => {
    const scope = { agent: null, ifIndex: null, direction: 'both' as const };
    const answer = answerFrom(table, network, {
      ...{ fromBucket: 0, toBucket: 1, bucketsPerStep: 1, bucketCount: 1 },
      ...{ value, merge: 'sum', scope, limit: SIMULATIONS },
    });
    for (const merged of [false, true]) {
      let told = 0;
      let held = 0;
      let sum = 0;
      for (const [row, source] of answer.keyTexts.entries()) {
        const sender = numberOf(source);
        if ((sender % 2 === 1) !== merged || answer.rows.samples[row]! < LEAST_SAMPLES) continue;
        const truth = truths[sender]![value === 'bytes' ? 'octets' : 'frames'];
        told++;
        sum += answer.rows.value[row]! / truth;
        if (Math.abs(answer.rows.value[row]! - truth) <= answer.rows.halfWidth[row]!) held++;
      }
      if (process.env.WEIR_LONG === 'yes')
        console.info(`${name}, ${value}, ${merged ? 'merged' : 'one port'}: ${(held / told).toFixed(4)}`);
      expect(told).toBeGreaterThan(SIMULATIONS / 3);
      expect(held / told).toBeGreaterThanOrEqual(share.least);
      expect(held / told).toBeLessThanOrEqual(share.most);
      // The mean of so many has an error of its own, the larger the more the frames differ.
      expect(Math.abs(sum / told - 1)).toBeLessThan(0.04);
    }
    // All of them put together are known much better than each.
    const truth = truths.reduce((all, one) => all + one[value === 'bytes' ? 'octets' : 'frames'], 0);
    expect(Math.abs(answer.total.value[0]! - truth)).toBeLessThan(2 * answer.total.halfWidth[0]!);
    expect(answer.total.halfWidth[0]! / truth).toBeLessThan(0.02);
  });

  it('of a mean holds the true mean', () => {
    const scope = { agent: null, ifIndex: null, direction: 'both' as const };
    const answer = answerFrom(means, network, {
      ...{ fromBucket: 0, toBucket: 1, bucketsPerStep: 1, bucketCount: 1 },
      ...{ value: 'avg:bytes', merge: 'sum', scope, limit: SIMULATIONS },
    });
    let told = 0;
    let held = 0;
    for (const [row, source] of answer.keyTexts.entries()) {
      const truth = truths[numberOf(source)]!;
      const mean = truth.octets / truth.frames;
      if (answer.rows.samples[row]! < LEAST_SAMPLES) continue;
      told++;
      if (Math.abs(answer.rows.value[row]! - mean) <= answer.rows.halfWidth[row]! + 1e-9) held++;
    }
    expect(told).toBeGreaterThan(SIMULATIONS / 2);
    // The mean of frames of one length has no error, and says so.
    expect(held / told).toBeGreaterThanOrEqual(share.least);
    if (mix.length > 1) expect(held / told).toBeLessThanOrEqual(share.most);
  });

  it('is the same of a running definition, of as many samples as it says', () => {
    const names = { agentName: () => '', interfaceName: () => '' };
    const bySender = new Map<number, number[]>();
    for (let id = 0; id < active.table.size; id++) {
      const sender = numberOf(active.textsOf(id, names)[0]!);
      bySender.set(sender, [...(bySender.get(sender) ?? []), id]);
    }
    let told = 0;
    let held = 0;
    for (const [sender, ids] of bySender) {
      const samples = active.samplesOf(ids);
      if (samples < LEAST_SAMPLES) continue;
      told++;
      const value = active.valueOf(ids, 0);
      if (Math.abs(value - truths[sender]!.octets) <= (NORMAL_95 * value) / Math.sqrt(samples)) held++;
    }
    expect(told).toBeGreaterThan(SIMULATIONS / 4);
    expect(held / told).toBeGreaterThanOrEqual(share.least);
    expect(held / told).toBeLessThanOrEqual(share.most);
  });
});
