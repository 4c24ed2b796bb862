/**
 * Running definitions against a slow and obvious reference: random definitions (keys, functions, values, filters, merge
 * rules, agents asked about) over random samples, and over a real capture. The reference keeps every sample and makes
 * each figure from all of them.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileKey } from '../../main/flows/compile.ts';
import { NO_CONTEXT } from '../../main/flows/functions/context.ts';
import { Network } from '../../main/samples/network.ts';
import { COUNTED, type Mark, TRANSIT, UNPLACED } from '../../main/samples/placement-mark.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { CaptureFile } from '../../main/sources/capture.ts';
import type { ActiveFlow, FlowMerge } from '../../shared/model/definition.ts';
import { capturePath, capturesFolder } from '../captures.ts';
import { datagramsOf, type Made } from '../samples/traffic.ts';
import { randomFrom } from './rewritten.ts';
import { workspace } from './workspace.ts';

/** What the reference knows of a sample. */
type Seen = {
  timeMs: number;
  agent: string;
  dataSource: number;
  input: number;
  output: number;
  rate: number;
  mark: Mark;
  /** Texts of keys; '' where the sample has none. */
  text: (key: string) => string;
  /** Numbers of values; NaN where it has none. */
  number: (value: string) => number;
};

type Definition = { keys: string[]; value: string; filter: string; t: number; n: number };
type Asked = { merge: FlowMerge; agents: string; maxFlows: number; minValue: number };

const isV6 = (address: string): boolean => address.includes(':');
const ofMade = {
  ipsource: (one: Made) => (isV6(one.source) ? '' : one.source),
  'or:ipsource:ip6source': (one: Made) => one.source.toUpperCase(),
  'mask:ipdestination:24': (one: Made) =>
    isV6(one.destination) ? '' : one.destination.replace(/\.\d+$/, '.0/24'),
  tcpdestinationport: (one: Made) => (one.protocol === 6 ? String(one.destinationPort) : ''),
  'null:udpdestinationport:none': (one: Made) => (one.protocol === 17 ? String(one.destinationPort) : 'none'),
  inputifindex: (one: Made) => String(one.input),
} satisfies Record<string, (one: Made) => string>;

const valuesOfMade: Record<string, (one: Made) => number> = {
  bytes: (one) => one.octets,
  frames: () => 1,
  bps: (one) => 8 * one.octets,
  'avg:bytes': (one) => one.octets,
};

/** Filters beside what they mean. */
const filters: Record<string, (seen: Seen) => boolean> = {
  '': () => true,
  'inputifindex=1,3': (seen) => ['1', '3'].includes(seen.text('inputifindex')),
  'ipsource!=10.1.0.1': (seen) => seen.text('ipsource') !== '10.1.0.1',
  'tcpdestinationport=443|inputifindex=2': (seen) =>
    seen.text('tcpdestinationport') === '443' || seen.text('inputifindex') === '2',
};

type Flow = { key: string; agent: string; dataSource: number; of: Seen[] };

/** The rate of some samples as it is smoothed; a mean weighs them alike. */
function smoothed(of: readonly Seen[], { value, t }: Definition, nowMs: number): number {
  const weightOf = (seen: Seen): number => (seen.rate * Math.exp((seen.timeMs - nowMs) / (1000 * t))) / t;
  const sum = of.reduce((all, seen) => all + seen.number(value) * weightOf(seen), 0);
  if (!value.startsWith('avg:')) return sum;
  const weight = of.reduce((all, seen) => all + weightOf(seen), 0);
  return weight > 0 ? sum / weight : 0;
}

function answerOf(all: readonly Seen[], definition: Definition, asked: Asked, nowMs: number) {
  const { keys, value, filter, t, n } = definition;
  const flows = new Map<string, Flow>();
  for (const seen of all) {
    if (!filters[filter]!(seen) || Number.isNaN(seen.number(value))) continue;
    const texts = keys.map((key) => seen.text(key));
    if (texts.includes('')) continue;
    const { agent, dataSource } = seen;
    const key = texts.join(',');
    const name = `${agent} ${dataSource} ${key}`;
    const flow = flows.get(name) ?? { key, agent, dataSource, of: [] };
    flow.of.push(seen);
    flows.set(name, flow);
  }
  const running = [...flows.values()].filter(({ of }) => of.at(-1)!.timeMs >= nowMs - 5000 * t);
  const taken = running.filter(({ agent }) => asked.agents === 'ALL' || asked.agents === agent);
  const figure = (of: readonly Seen[]): number => smoothed(of, definition, nowMs);
  const sources = Map.groupBy(taken, ({ agent, dataSource }) => `${agent} ${dataSource}`);
  const largest = [...sources.values()].flatMap((of) =>
    of.toSorted((a, b) => figure(b.of) - figure(a.of)).slice(0, n),
  );
  // Whether a port takes samples of its own, as far as it is known when a sample comes.
  const samplesOwn = ({ agent, input: port }: Seen, until: number): boolean =>
    all.some(
      (seen, index) =>
        index <= until &&
        seen.agent === agent &&
        seen.dataSource === port &&
        seen.input === port &&
        seen.output !== port,
    );
  const enters = (seen: Seen): boolean =>
    seen.dataSource === seen.input || !samplesOwn(seen, all.indexOf(seen));
  const counts = (seen: Seen): boolean => (asked.agents === 'ALL' ? seen.mark === COUNTED : enters(seen));
  const merged = [...new Set(largest.map(({ key }) => key))].map((key) => {
    const members = taken.filter((flow) => flow.key === key);
    const every = members.flatMap(({ of }) => of);
    const most = (lists: readonly (readonly Seen[])[]): number => Math.max(...lists.map(figure));
    if (asked.merge === 'max')
      return { key, value: most(members.map(({ of }) => of)), flowN: members.length };
    if (asked.merge === 'AGENT') {
      const agents = Map.groupBy(members, ({ agent }) => agent);
      const lists = [...agents.values()].map((of) => of.flatMap((flow) => flow.of));
      return { key, value: most(lists), flowN: members.length };
    }
    if (asked.merge === 'sum') return { key, value: figure(every), flowN: members.length };
    // A mean is that of all samples of the flows of which some count.
    const counting = members.filter(({ of }) => of.some(counts));
    const value = definition.value.startsWith('avg:')
      ? figure(counting.flatMap(({ of }) => of))
      : figure(every.filter(counts));
    return { key, value, flowN: members.length };
  });
  return merged
    .filter(({ value: of }) => of > 0 && of >= asked.minValue)
    .toSorted((a, b) => b.value - a.value)
    .slice(0, asked.maxFlows);
}

const rounded = (value: number): number => Number(value.toPrecision(8));

/** Equal figures may stand in either order, and either of them may be the last that is shown. */
function compare(got: readonly ActiveFlow[], wanted: ReturnType<typeof answerOf>): void {
  expect(got.map(({ value }) => rounded(value))).toEqual(wanted.map(({ value }) => rounded(value)));
  const last = wanted.length > 0 ? rounded(wanted.at(-1)!.value) : 0;
  const shape = ({ key, value, flowN }: { key: string; value: number; flowN: number }): string =>
    `${rounded(value)} ${key} ${flowN}`;
  const clear = <T extends { value: number }>(flows: readonly T[]): T[] =>
    flows.filter(({ value }) => rounded(value) > last);
  expect(clear(got).map(shape).sort()).toEqual(clear(wanted).map(shape).sort());
}

const made: fc.Arbitrary<Made> = fc
  .record({
    timeMs: fc.integer({ min: 0, max: 20_000 }),
    agent: fc.constantFrom('10.0.0.1', '10.0.0.2', '2001:db8::7'),
    dataSource: fc.integer({ min: 1, max: 3 }),
    input: fc.integer({ min: 1, max: 3 }),
    output: fc.integer({ min: 1, max: 3 }),
    rate: fc.constantFrom(1, 100, 1000),
    octets: fc.integer({ min: 64, max: 1518 }),
    source: fc.constantFrom('10.1.0.1', '10.1.0.2', '2001:db8::1'),
    destination: fc.constantFrom('10.2.0.1', '10.2.1.2'),
    protocol: fc.constantFrom(6 as const, 17 as const),
    sourcePort: fc.constantFrom(40_000, 443),
    destinationPort: fc.constantFrom(443, 53),
  })
  .map((one) => (isV6(one.source) ? { ...one, destination: '2001:db8::2' } : one));

const definition: fc.Arbitrary<Definition> = fc.record({
  keys: fc.uniqueArray(fc.constantFrom(...Object.keys(ofMade)), { minLength: 1, maxLength: 3 }),
  value: fc.constantFrom(...Object.keys(valuesOfMade)),
  filter: fc.constantFrom(...Object.keys(filters)),
  t: fc.constantFrom(0.5, 2, 60),
  n: fc.constantFrom(1, 2, 20),
});

const asked: fc.Arbitrary<Asked> = fc.record({
  merge: fc.constantFrom('max', 'sum', 'AGENT', 'once'),
  agents: fc.constantFrom('ALL', '10.0.0.1', '2001:db8::7'),
  maxFlows: fc.constantFrom(1, 3, 100),
  minValue: fc.constantFrom(0, 500),
});

const MARKS: readonly Mark[] = [COUNTED, TRANSIT, UNPLACED];

describe('a running definition', () => {
  it('has the figures that a slow reference makes of all samples, under every rule', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(made, { minLength: 1, maxLength: 80 }),
        fc.infiniteStream(fc.constantFrom(...MARKS)),
        definition,
        fc.array(asked, { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 0, max: 30_000 }),
        async (samples, marks, wanted, questions, laterMs) => {
          const inOrder = samples.toSorted((a, b) => a.timeMs - b.timeMs);
          const all: Seen[] = [];
          const at = workspace({}, { mark: () => all.at(-1)!.mark });
          await at.definitions.put('one', wanted, 'weir');
          let index = 0;
          for (const { timeMs, octets } of datagramsOf(inOrder)) {
            const one = inOrder[index++]!;
            all.push({
              ...one,
              mark: marks.next().value,
              text: (key) => ofMade[key as keyof typeof ofMade](one),
              number: (value) => valuesOfMade[value]!(one),
            });
            at.read(octets, timeMs);
          }
          const nowMs = inOrder.at(-1)!.timeMs + laterMs;
          at.tick(nowMs);
          for (const one of questions) {
            const { merge, ...more } = one;
            compare(at.ask('one', { ...more, aggMode: merge }), answerOf(all, wanted, one, nowMs));
          }
          // Where all flows are shown, they are the total of their data source.
          if (wanted.value.startsWith('avg:') || wanted.t < 60) return;
          for (const metric of at.definitions.metrics('one', null)) {
            const { filter, keys, value } = wanted;
            const of = all.filter(
              (seen) =>
                seen.agent === metric.agent &&
                String(seen.dataSource) === metric.dataSource &&
                filters[filter]!(seen) &&
                keys.every((key) => seen.text(key) !== '') &&
                !Number.isNaN(seen.number(value)),
            );
            const total = rounded(smoothed(of, wanted, nowMs));
            const shown = rounded(metric.flows.reduce((sum, flow) => sum + flow.value, 0));
            if (metric.flows.length < wanted.n) expect(shown).toBe(total);
            else expect(shown).toBeLessThanOrEqual(total);
          }
        },
      ),
      { numRuns: process.env.WEIR_LONG === 'yes' ? 3000 : 300, seed: 4 },
    );
  });

  it.skipIf(capturesFolder === null)(
    'has them on the fabric capture too',
    async () => {
      const random = randomFrom(3);
      const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
      const keys = [
        'ipsource',
        'ipdestination',
        'tcpdestinationport',
        'mask:ipsource:16',
        'ipttl',
        'macsource',
      ];
      const values = ['bytes', 'frames', 'ipttl', 'avg:bytes'];
      const definitions = Array.from(
        { length: 6 },
        (): Definition => ({
          keys: [...new Set([pick(keys), pick(keys)])],
          value: pick(values),
          filter: '',
          t: pick([2, 30]),
          n: pick([3, 20]),
        }),
      );
      const at = workspace({}, { mark: () => pick(MARKS) });
      for (const [index, one] of definitions.entries()) await at.definitions.put(`d${index}`, one, 'weir');
      const all: Seen[] = [];
      const marks = randomFrom(3);
      // The same marks from a second source of the same numbers: definitions are drawn before them.
      for (let drawn = 0; drawn < definitions.length * 5; drawn++) marks();
      const compiled = new Map([...keys, 'bytes'].map((key) => [key, compileKey(key, NO_CONTEXT)]));
      const words = new Uint32Array(64);
      const names = { agentName: () => '', interfaceName: () => '' };
      const network = new Network();
      const reference = new SampleReader(network, {
        flow: (sample) => {
          const texts = new Map<string, string>();
          const numbers = new Map<string, number>([['frames', 1]]);
          for (const [key, one] of compiled) {
            one.read(sample, words, 0);
            texts.set(key, one.text(words, 0, names));
            numbers.set(key, one.number(words, 0));
          }
          const { paths } = network;
          all.push({
            timeMs: sample.timeMs,
            agent: sample.agent!.address,
            dataSource: paths.dataSourceOf(sample.path),
            input: paths.inputOf(sample.path),
            output: paths.outputOf(sample.path),
            rate: sample.samplingRate,
            mark: MARKS[Math.floor(marks() * MARKS.length)]!,
            text: (key) => texts.get(key)!,
            number: (value) => numbers.get(value.replace('avg:', ''))!,
          });
        },
        counters() {},
        arrival() {},
        restarted() {},
      });
      const file = await CaptureFile.open(capturePath('sflowrt-fabricview-ecmp.pcap'));
      let nowMs = Number.NaN;
      await file.pass({
        datagram(bytes, view, start, end, meta) {
          if (Number.isNaN(nowMs)) nowMs = meta.timeMs;
          // Eighty seconds of it: the reference is slow.
          if (meta.timeMs > nowMs + 80_000) return;
          reference.read(bytes, view, start, end, meta.timeMs, null);
          at.read(bytes.slice(start, end), meta.timeMs);
        },
      });
      nowMs = at.clock.nowMs;
      at.tick(nowMs);
      expect(all.length).toBeGreaterThan(1000);
      const agents = ['ALL', ...new Set(all.map(({ agent }) => agent))].slice(0, 4);
      for (const [index, one] of definitions.entries())
        for (const merge of ['max', 'sum', 'AGENT', 'once'] as const)
          for (const agent of agents) {
            const question = { merge, agents: agent, maxFlows: 10, minValue: 0 };
            compare(
              at.ask(`d${index}`, { agents: agent, maxFlows: 10, aggMode: merge }),
              answerOf(all, one, question, nowMs),
            );
          }
    },
    60_000,
  );
});
