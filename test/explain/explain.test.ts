/** Explaining a change: shares add up, what was planted is found, noise is called noise, a real capture's elephants named. */
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { captureEngine } from '../../main/engine/capture.ts';
import { explain } from '../../main/explain/explain.ts';
import type { ExplainQuestion, Explanation } from '../../shared/model/explanation.ts';
import { RpcError } from '../../shared/rpc.ts';
import { capturePath, capturesFolder } from '../captures.ts';
import { BEFORE, background, DURING, engineOf, type Packet, planted } from './traffic.ts';

const QUESTION: ExplainQuestion = {
  ...{ before: BEFORE, during: DURING, value: 'bytes', filter: '', merge: 'once' },
  scope: { agent: null, ifIndex: null, direction: 'both' },
};
const seeds = fc.integer({ min: 1, max: 1_000_000 });
const ask = (packets: readonly Packet[]) => explain(engineOf(packets), QUESTION);
const quietTraffic = (seed: number) => [
  ...background(seed, BEFORE.fromMs, BEFORE.toMs),
  ...background(seed + 1, DURING.fromMs, DURING.toMs),
];
const words = ({ patterns, fields }: Explanation, index = 0) =>
  Object.fromEntries(
    patterns[index]!.values.flatMap((value, at) =>
      value ? [[fields[at]!.id, value.texts.join(' › ')]] : [],
    ),
  );

describe('the change of a whole', () => {
  it('is the sum of its rows and the rest, whatever they are told by', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const { total, dimensions } = await ask([
          ...quietTraffic(seed),
          ...planted(seed, { port: 'swp9' }, 20),
        ]);
        expect(dimensions.length).toBeGreaterThan(5);
        for (const { rows, other } of dimensions) {
          const sum = rows.reduce((so, { change }) => so + change, other.change);
          expect(sum).toBeCloseTo(total.change, 3);
          for (const row of rows) expect(row.change).toBeCloseTo(row.during - row.before, 6);
        }
      }),
      { numRuns: 4 },
    );
  });

  it('is called noise in at least nine of ten quiet networks, and then has no causes', async () => {
    let noise = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const { total, patterns } = await ask(quietTraffic(seed * 7919));
      if (total.status !== 'same') continue;
      noise++;
      expect(patterns).toEqual([]);
    }
    expect(noise).toBeGreaterThanOrEqual(18);
  });
});

it('of trends, whose buckets are wider than the ranges asked for, no bucket is in both', async () => {
  const flows = engineOf(quietTraffic(7));
  const width = 120_000;
  const widened: typeof flows = (question) => {
    const { fromMs, toMs } = question.interval!;
    const interval = { fromMs: Math.floor(fromMs / width) * width, toMs: Math.ceil(toMs / width) * width };
    return flows({ ...question, interval });
  };
  const middleMs = DURING.fromMs + 30_000;
  const { before, during } = await explain(widened, {
    ...QUESTION,
    before: { fromMs: BEFORE.fromMs, toMs: middleMs },
    during: { fromMs: middleMs, toMs: DURING.toMs },
  });
  expect(before.toMs).toBe(during.fromMs);
  expect(during.fromMs).toBe(Math.floor(middleMs / width) * width);
});

describe('a planted cause is found first', () => {
  const causes: [string, Partial<Packet>, Record<string, string>][] = [
    ['one host', { source: '10.1.0.3' }, { source: '10.1.0.3' }],
    ['one application', { application: '6:5001' }, { application: '6:5001' }],
    ['one input port', { port: 'swp7' }, { entering: 'leaf1 › swp7' }],
    ['one VLAN', { vlan: '99' }, { vlan: '99' }],
    [
      'one connection',
      { source: '10.1.0.3', destination: '10.2.0.4', application: '6:5001', port: 'swp1' },
      { source: '10.1.0.3', destination: '10.2.0.4', application: '6:5001', entering: 'leaf1 › swp1' },
    ],
  ];
  for (const [name, common, expected] of causes) {
    it(name, async () => {
      await fc.assert(
        fc.asyncProperty(seeds, async (seed) => {
          const answer = await ask([...quietTraffic(seed), ...planted(seed + 5, common)]);
          expect(answer.total.status).toBe('grown');
          expect(words(answer)).toMatchObject(expected);
        }),
        { numRuns: 3 },
      );
    });
  }

  it('a subnet, where no host of it stands out', async () => {
    const many = planted(11, {}).map((packet, index) => ({ ...packet, source: `192.168.7.${index % 250}` }));
    const answer = await ask([...quietTraffic(3), ...many]);
    expect(words(answer)).toMatchObject({ source: '192.168.7.0/24' });
    const subnets = answer.dimensions.find(({ id }) => id === 'source-subnets')!;
    expect(subnets.rows[0]).toMatchObject({ keyTexts: ['192.168.7.0/24'], status: 'new' });
  });

  it('a destination that more senders reach than are compared one by one', async () => {
    const flood = planted(12, {}, 120).map((packet, index) => ({
      ...packet,
      source: `172.${16 + (index % 16)}.${(index >> 4) % 250}.${1 + (index % 200)}`,
      destination: '10.3.0.9',
    }));
    const answer = await ask([...quietTraffic(4), ...flood]);
    expect(words(answer).destination).toBe('10.3.0.9');
    expect(answer.patterns[0]!.change / answer.total.change).toBeGreaterThan(0.8);
  });

  it('what stopped, as well as what began', async () => {
    const gone = background(21, BEFORE.fromMs, BEFORE.toMs, 80).map((packet) => ({ ...packet, vlan: '77' }));
    const answer = await ask([...quietTraffic(5), ...gone]);
    expect(answer.total.status).toBe('shrunk');
    expect(answer.patterns[0]!.status).toBe('gone');
    expect(words(answer)).toMatchObject({ vlan: '77' });
  });
});

it('stretches of unlike length are compared by rate', async () => {
  const steady = background(31, 0, 90_000, 100);
  const { total } = await ask(steady);
  expect(total.before / total.during).toBeGreaterThan(0.9);
  expect(total.before / total.during).toBeLessThan(1.1);
});

it('names what an engine cannot tell, and tells the rest; a refused total is refused', async () => {
  const engine = engineOf([...quietTraffic(6), ...planted(7, { source: '10.1.0.3' })]);
  const minutesOnly: typeof engine = (question) =>
    question.keys.some((key) => key.includes('mask:') || key === 'vni')
      ? Promise.reject(new RpcError('refused', 'No minutes were stored.'))
      : engine(question);
  const answer = await explain(minutesOnly, QUESTION);
  expect(answer.problems.join()).toContain('Source subnet: No minutes were stored.');
  expect(answer.dimensions.map(({ id }) => id)).toContain('sources');
  expect(answer.patterns[0]!.values[0]!.texts).toEqual(['10.1.0.3']);
  await expect(explain(() => Promise.reject(new RpcError('refused', 'No.')), QUESTION)).rejects.toThrow(
    'No.',
  );
});

describe.skipIf(capturesFolder === null)('the ECMP capture', () => {
  it('names the elephants', async () => {
    const path = capturePath('sflowrt-fabricview-ecmp.pcap');
    const engine = captureEngine({ id: 'ecmp', path, title: 'ecmp', changed() {} });
    await engine.start();
    onTestFinished(() => engine.stop());
    const { interval } = await engine.status();
    const { fromMs } = interval!;
    // Two pairs of hosts load the fabric from the 49th to the 69th second, and nothing before.
    const answer = await engine.explain({
      ...QUESTION,
      before: { fromMs: fromMs + 33_000, toMs: fromMs + 47_000 },
      during: { fromMs: fromMs + 49_000, toMs: fromMs + 69_000 },
    });
    expect(answer.total.change * 8).toBeGreaterThan(15e9);
    expect(answer.patterns.length).toBeGreaterThanOrEqual(2);
    expect(answer.patterns.slice(0, 2).map((_, index) => words(answer, index))).toEqual([
      { source: '10.4.1.2', destination: '10.4.2.2', application: '6:5001', entering: 'leaf1 › swp32s0' },
      { source: '10.4.3.2', destination: '10.4.4.2', application: '6:5001', entering: 'leaf1 › swp32s1' },
    ]);
    const explained = answer.patterns.reduce((sum, { change }) => sum + change, 0);
    expect(explained / answer.total.change).toBeGreaterThan(0.97);
  });
});
